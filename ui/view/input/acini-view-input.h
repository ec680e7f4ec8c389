/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pointer, wheel and keys of the view. */

#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

void acini_view_input_init (AciniSlideView *self);

G_END_DECLS
