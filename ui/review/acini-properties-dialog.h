/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* All that is known of a slide: size, levels, scale, every property of the file (to be searched and copied) and the
 * images that come with it. */

#include "data/project/acini-project.h"
#include "data/slides/acini-slide.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_PROPERTIES_DIALOG (acini_properties_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AciniPropertiesDialog, acini_properties_dialog, ACINI, PROPERTIES_DIALOG, AdwDialog)

AciniPropertiesDialog *acini_properties_dialog_new (AciniSlide *slide, const AciniSlideRecord *record);
/* The rows that the search leaves, as lines of name, tab, value: (transfer full). */
char *acini_properties_dialog_dup_text (AciniPropertiesDialog *self);
void acini_properties_dialog_search (AciniPropertiesDialog *self, const char *text);

G_END_DECLS
