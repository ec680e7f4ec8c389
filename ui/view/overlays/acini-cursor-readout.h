/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is under the pointer: the place in pixels and in µm or mm, what a person decided there, and how probable the
 * network takes each class to be.  The values are read on a worker, for the newest place alone. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

#define ACINI_TYPE_CURSOR_READOUT (acini_cursor_readout_get_type ())
G_DECLARE_FINAL_TYPE (AciniCursorReadout, acini_cursor_readout, ACINI, CURSOR_READOUT, GtkWidget)

/* Follows @view as long as both live. */
GtkWidget *acini_cursor_readout_new (AciniSlideView *view);
/* What it says now; "" when the pointer is elsewhere. */
const char *acini_cursor_readout_get_text (AciniCursorReadout *self);

G_END_DECLS
