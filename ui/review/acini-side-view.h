/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A view beside the one that is worked in: the same slide with what another model alone says, without the corrections,
 * or with the corrections alone, or another slide.  What is shown is chosen above it; it looks as the main view does.
 */

#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SIDE_VIEW (acini_side_view_get_type ())
G_DECLARE_FINAL_TYPE (AciniSideView, acini_side_view, ACINI, SIDE_VIEW, AdwBin)

/* @n: counts from 1; each begins with a model of its own, as far as there are any. */
AciniSideView *acini_side_view_new (AciniSession *session, AciniSlideView *main_view, guint n);
AciniSlideView *acini_side_view_get_view (AciniSideView *self);

G_END_DECLS
