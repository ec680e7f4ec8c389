/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Views that move together: where one of them goes, by whatever means, the others go.  Views of one slide show the same
 * place; views of different slides keep the distance they had, in µm where both have a scale. */

#include "ui/view/acini-slide-view.h"

G_BEGIN_DECLS

#define ACINI_TYPE_VIEW_SYNC (acini_view_sync_get_type ())
G_DECLARE_FINAL_TYPE (AciniViewSync, acini_view_sync, ACINI, VIEW_SYNC, GObject)

AciniViewSync *acini_view_sync_new (void);
/* @view goes to where the first one is. */
void acini_view_sync_add (AciniViewSync *self, AciniSlideView *view);
void acini_view_sync_remove (AciniViewSync *self, AciniSlideView *view);

G_END_DECLS
