/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A slide of the project as lists show it. */

#include "data/project/acini-project.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_ITEM (acini_slide_item_get_type ())
/* Properties (all notified): "name", "organ-name", "detail" (strings), "thumbnail" (GdkPaintable, NULL until it is
 * there). */
G_DECLARE_FINAL_TYPE (AciniSlideItem, acini_slide_item, ACINI, SLIDE_ITEM, GObject)

/* Takes @record over. */
AciniSlideItem *acini_slide_item_new (AciniSlideRecord *record);
const AciniSlideRecord *acini_slide_item_get_record (AciniSlideItem *self);
/* Takes @record, a newer one of the same slide, over. */
void acini_slide_item_update (AciniSlideItem *self, AciniSlideRecord *record);

/* "Large intestine" for "largeintestine", as people see it; never NULL. */
const char *acini_organ_get_name (const char *organ);
/* What a tissue unit of the organ is called, in the middle of a sentence: "glomerulus"; "unit" where it is not known.
 */
const char *acini_organ_get_unit (const char *organ);
/* Ids in the order in which they are offered, "" (unknown) first; NULL-terminated, static. */
const char *const *acini_organ_list (void);

G_END_DECLS
