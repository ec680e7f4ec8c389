/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Shows what is locked of the session's slide on the view, whoever locks it.  Main thread. */

#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

G_BEGIN_DECLS

#define ACINI_TYPE_LOCK_FEED (acini_lock_feed_get_type ())
G_DECLARE_FINAL_TYPE (AciniLockFeed, acini_lock_feed, ACINI, LOCK_FEED, GObject)

AciniLockFeed *acini_lock_feed_new (AciniSession *session, AciniSlideView *view);

G_END_DECLS
