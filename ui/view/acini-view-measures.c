/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/base/acini-async.h"
#include "ui/view/acini-slide-view-private.h"
#include "ui/view/layers/acini-measure-layer.h"

/* Keeping what was measured in the project, on a worker, in the order of the changes. */
typedef struct
{
  AciniProject *project;
  char *key, *text;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;
  g_object_unref (saving->project);
  g_free (saving->key);
  g_free (saving->text);
  g_free (saving);
}

static gboolean
save (gpointer data, GCancellable *cancellable, GError **error)
{
  Saving *saving = data;
  return acini_project_set_setting (saving->project, saving->key, saving->text, error);
}

static void
saved (gpointer object, gpointer data, const GError *error)
{
  if (error)
    acini_view_fail (object, error->message);
}

static void
changed (AciniSlideView *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "measured");
  if (!self->project)
    return;
  Saving *saving = g_new0 (Saving, 1);
  saving->project = g_object_ref (self->project);
  saving->key = acini_measures_dup_key (self->slide_id);
  saving->text = acini_measures_to_text (self->measures);
  acini_async_run_in_order (self, NULL, save, saved, saving, saving_free);
}

void
acini_view_measured (AciniSlideView *self, AciniMeasureKind kind)
{
  if (!self->measures)
    return;
  acini_measures_add (self->measures, kind, (const AciniMeasurePoint *)(gpointer)self->drawn->data, self->drawn->len);
  changed (self);
}

void
acini_view_measure_forget (AciniSlideView *self)
{
  if (!self->measures || acini_measures_get_n (self->measures) == 0)
    return;
  acini_measures_remove_last (self->measures);
  changed (self);
}

static AciniScale
get_scale (AciniSlideView *self)
{
  return (AciniScale){ self->mpp_x, self->mpp_y, 0 };
}

void
acini_view_measures_snapshot (AciniSlideView *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniScale scale = get_scale (self);
  GtkWidget *widget = GTK_WIDGET (self);
  guint n = self->drawn->len;
  for (guint i = 0; self->measures && i < acini_measures_get_n (self->measures); i++)
    {
      const AciniMeasure *m = acini_measures_get (self->measures, i);
      acini_measure_layer_append (widget, snapshot, viewport, &scale, m->kind,
                                  (const AciniMeasurePoint *)(gpointer)m->points->data, m->points->len);
    }
  if (n == 0)
    return;
  AciniMeasurePoint here;
  acini_viewport_to_slide (viewport, self->pointer_x, self->pointer_y, &here.x, &here.y);
  gboolean area = self->tool->hover, follow = area && self->inside && !self->active;
  if (follow)
    g_array_append_val (self->drawn, here);
  acini_measure_layer_append (widget, snapshot, viewport, &scale, area ? ACINI_MEASURE_AREA : ACINI_MEASURE_LENGTH,
                              (const AciniMeasurePoint *)(gpointer)self->drawn->data, self->drawn->len);
  g_array_set_size (self->drawn, n);
}

guint
acini_slide_view_get_n_measures (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 0);
  return self->measures ? acini_measures_get_n (self->measures) : 0;
}

char *
acini_slide_view_dup_measures (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), NULL);
  AciniScale scale = get_scale (self);
  return self->measures ? acini_measures_dup_table (self->measures, &scale) : NULL;
}

void
acini_slide_view_clear_measures (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  g_array_set_size (self->drawn, 0);
  if (acini_slide_view_get_n_measures (self) == 0)
    return;
  acini_measures_clear (self->measures);
  changed (self);
}

void
acini_slide_view_set_measures (AciniSlideView *self, const char *text)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && text != NULL);
  if (!self->slide)
    return;
  g_clear_pointer (&self->measures, acini_measures_free);
  self->measures = acini_measures_from_text (text);
  changed (self);
}

char *
acini_slide_view_dup_measures_text (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), NULL);
  return self->measures ? acini_measures_to_text (self->measures) : g_strdup ("");
}
