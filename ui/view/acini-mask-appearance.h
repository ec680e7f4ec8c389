/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The user's colours of the mask and the width of its outlines, from the settings.  Main thread only. */

#include "ui/view/layers/acini-class-colours.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_MASK_APPEARANCE (acini_mask_appearance_get_type ())
/* Signals:
 *   changed ()   masks look different now, and are to be coloured again */
G_DECLARE_FINAL_TYPE (AciniMaskAppearance, acini_mask_appearance, ACINI, MASK_APPEARANCE, GObject)

/* Follows the settings from the first call on.  Returns: (transfer none). */
AciniMaskAppearance *acini_mask_appearance_get_default (void);

/* The colours of the project that is worked in, see acini_class_colours_set_project (). */
void acini_mask_appearance_set_project (AciniMaskAppearance *self, const guint32 *colours, guint n);

/* The colours, one a class, of the setting @key ("label-colours", "prediction-colours"); what is no colour there, or
 * missing, is the default's. */
void acini_mask_appearance_read_colours (GSettings *settings, const char *key, GdkRGBA colours[ACINI_CLASS_COLOURS]);

G_END_DECLS
