/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-view-measures.h"
#include "ui/base/acini-keep-setting.h"
#include "ui/tools/acini-tool-measure.h"
#include "ui/view/core/acini-view-core.h"

#include <math.h>

static void
saved (gpointer object, gpointer data, const GError *error)
{
  if (error)
    acini_view_fail (object, error->message);
}

static AciniMeasures *
get (AciniSlideView *self)
{
  return acini_measure_layer_get_measures (self->measures);
}

static void
changed (AciniSlideView *self)
{
  acini_layer_damaged (ACINI_LAYER (self->measures));
  g_signal_emit_by_name (self, "measured");
  /* One can measure, but not keep it, in a project that can only be looked at. */
  if (!self->project || acini_project_get_read_only (self->project))
    return;
  g_autofree char *key = acini_measures_dup_key (self->slide_id), *text = acini_measures_to_text (get (self));
  acini_keep_setting (self, self->project, key, text, saved);
}

void
acini_view_measured (AciniSlideView *self, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n)
{
  if (!get (self))
    return;
  acini_measures_add (get (self), kind, points, n);
  changed (self);
}

void
acini_view_measure_forget (AciniSlideView *self)
{
  if (!get (self) || acini_measures_get_n (get (self)) == 0)
    return;
  acini_measures_remove_last (get (self));
  changed (self);
}

guint
acini_slide_view_get_n_measures (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 0);
  return get (self) ? acini_measures_get_n (get (self)) : 0;
}

char *
acini_slide_view_dup_measures (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), NULL);
  const AciniScale scale = { self->mpp_x, self->mpp_y, 0 };
  return get (self) ? acini_measures_dup_table (get (self), &scale) : NULL;
}

double
acini_slide_view_get_last_length (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 0);
  const guint n = acini_slide_view_get_n_measures (self);
  const AciniMeasure *last = n > 0 ? acini_measures_get (get (self), n - 1) : NULL;
  if (!last || last->kind != ACINI_MEASURE_LENGTH || last->points->len != 2)
    return 0;
  const AciniMeasurePoint *p = (const AciniMeasurePoint *)(gconstpointer)last->points->data;
  const double aspect = self->mpp_x > 0 && self->mpp_y > 0 ? self->mpp_y / self->mpp_x : 1;
  return hypot (p[1].x - p[0].x, (p[1].y - p[0].y) * aspect);
}

void
acini_slide_view_clear_measures (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (ACINI_IS_TOOL_MEASURE (self->tool))
    acini_tool_path_drop (ACINI_TOOL_PATH (self->tool));
  if (acini_slide_view_get_n_measures (self) == 0)
    return;
  acini_measures_clear (get (self));
  changed (self);
}

void
acini_slide_view_set_measures (AciniSlideView *self, const char *text)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && text != NULL);
  if (!self->slide)
    return;
  acini_measure_layer_set_measures (self->measures, acini_measures_from_text (text));
  changed (self);
}

char *
acini_slide_view_dup_measures_text (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), NULL);
  return get (self) ? acini_measures_to_text (get (self)) : g_strdup ("");
}
