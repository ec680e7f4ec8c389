/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* News that come more often than anybody reads are told ten times a second, the last of them always. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  void (*tell) (gpointer data);
  gpointer data; /* whose the pace is: not referenced */
  gint64 last;   /* monotonic time of the last time; 0: never */
  guint timer;   /* to the next */
} AciniPace;

void acini_pace_tell (AciniPace *self);
/* Now, or as soon as a tenth of a second has passed since the last time. */
void acini_pace_tell_soon (AciniPace *self);
/* Nothing is told any more. */
void acini_pace_clear (AciniPace *self);

G_END_DECLS
