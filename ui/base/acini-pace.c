/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/base/acini-pace.h"

#define SHORTEST_MS 100

void
acini_pace_clear (AciniPace *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

void
acini_pace_tell (AciniPace *self)
{
  acini_pace_clear (self);
  self->last = g_get_monotonic_time ();
  self->tell (self->data);
}

static gboolean
on_time (gpointer user_data)
{
  AciniPace *self = user_data;

  self->timer = 0;
  acini_pace_tell (self);
  return G_SOURCE_REMOVE;
}

void
acini_pace_tell_soon (AciniPace *self)
{
  gint64 gone = (g_get_monotonic_time () - self->last) / 1000;

  if (self->timer != 0)
    return;
  if (self->last == 0 || gone >= SHORTEST_MS)
    acini_pace_tell (self);
  else
    self->timer = g_timeout_add ((guint)(SHORTEST_MS - gone), on_time, self);
}
