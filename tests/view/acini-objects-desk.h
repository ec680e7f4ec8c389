/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The desk with a slide of drawn FTUs, and hands that select them. */

#include "tests/view/acini-desk-fixture.h"
#include "ui/review/acini-review-page-private.h"

G_BEGIN_DECLS

/* What objects_desk_fill () draws, as objects_desk_describe () tells of it. */
#define RING "2:29000:new"
#define DUMB_BELL "2:19600:new"
#define LEFT "2:12000:new"
#define RIGHT "2:10000:new"
#define SPOT "3:400:new"
#define START RING " " DUMB_BELL " " LEFT " " RIGHT " " SPOT

AciniReviewPage *objects_desk_get_page (Desk *desk);
/* Returns: (transfer full) the objects, largest first: label, area, state. */
char *objects_desk_describe (Desk *desk);
#define objects_desk_assert(desk, wanted)                                                                              \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *found_ = objects_desk_describe (desk);                                                            \
    g_assert_cmpstr (found_, ==, wanted);                                                                              \
  }                                                                                                                    \
  G_STMT_END

guint objects_desk_get_n_selected (Desk *desk);
gint64 objects_desk_get_area (Desk *desk, guint i);
void objects_desk_undo (Desk *desk);
void objects_desk_press (Desk *desk, const char *key);
/* Draws the FTUs, shows them and takes the tool that selects. */
void objects_desk_fill (Desk *desk);
/* At the level-0 point, while the key @with ("": none) is held. */
void objects_desk_click (Desk *desk, double x, double y, const char *with);
void objects_desk_drag (Desk *desk, const double (*points)[2], guint n);
/* Where the level-0 point is on the screen. */
void objects_desk_locate (Desk *desk, double x, double y, int *screen_x, int *screen_y);

G_END_DECLS
