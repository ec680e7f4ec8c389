/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Asks for a place in pixels, µm or mm, and takes the view there. */

#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* @view has a slide open. */
AdwDialog *acini_go_to_dialog_new (AciniSlideView *view);

G_END_DECLS
