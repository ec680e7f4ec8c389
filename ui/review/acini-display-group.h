/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the slide is shown: brightness, contrast, gamma, one stain alone. */

#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_DISPLAY_GROUP (acini_display_group_get_type ())
/* Signals: failed (message: string) */
G_DECLARE_FINAL_TYPE (AciniDisplayGroup, acini_display_group, ACINI, DISPLAY_GROUP, AdwBin)

/* @view NULL: none. */
void acini_display_group_set_view (AciniDisplayGroup *self, AciniSlideView *view);

G_END_DECLS
