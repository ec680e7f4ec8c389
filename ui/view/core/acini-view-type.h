/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide view's type alone; what it is, and all that can be asked of it, stands in ui/view/acini-slide-view.h. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_VIEW (acini_slide_view_get_type ())
G_DECLARE_FINAL_TYPE (AciniSlideView, acini_slide_view, ACINI, SLIDE_VIEW, GtkWidget)

G_END_DECLS
