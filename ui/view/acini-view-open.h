/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Opening the view's slide, and leaving it. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* Opens the slide that the view is to show, on a worker; "opened" or "failed" is told. */
void acini_view_open (AciniSlideView *self);
/* Finishes what is under way and lets go of the slide. */
void acini_view_close (AciniSlideView *self);

G_END_DECLS
