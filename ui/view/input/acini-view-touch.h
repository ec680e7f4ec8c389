/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Two fingers, on a screen or a touchpad. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

void acini_view_touch_init (AciniSlideView *self);

G_END_DECLS
