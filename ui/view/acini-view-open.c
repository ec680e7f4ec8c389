/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-view-open.h"
#include "ui/base/acini-async.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-display.h"
#include "ui/view/core/acini-view-mask.h"
#include "ui/view/core/acini-view-regions.h"
#include "ui/view/input/acini-view-drafts.h"
#include "ui/view/input/acini-view-strokes.h"
#include "ui/view/layers/acini-tissue-grid.h"

/* Opening happens on a worker: finding the slide in the project, and the file itself, which may take seconds. */
typedef struct
{
  AciniProject *project;
  gint64 id;
  AciniSlide *slide;
  AciniMeasures *measures;
  char *draft; /* an outline that is not finished; NULL: none */
  double mpp_x, mpp_y;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;
  g_clear_object (&opening->project);
  g_clear_object (&opening->slide);
  g_clear_pointer (&opening->measures, acini_measures_free);
  g_free (opening->draft);
  g_free (opening);
}

static gboolean
open_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (opening->project, opening->id, error);
  if (record)
    opening->slide = acini_slide_open (record->path, error);
  if (!opening->slide)
    return FALSE;
  opening->measures = acini_measures_load (opening->project, opening->id);
  opening->draft = acini_view_drafts_load (opening->project, opening->id);
  opening->mpp_x = record->mpp_x;
  opening->mpp_y = record->mpp_y;
  return TRUE;
}

static char *
dup_place_key (AciniSlideView *self)
{
  return g_strdup_printf ("%s\n%" G_GINT64_FORMAT, acini_project_get_folder (self->project), self->slide_id);
}

static void
restore_place (AciniSlideView *self)
{
  g_autofree char *key = dup_place_key (self);
  const AciniViewport *place = g_hash_table_lookup (self->places, key);
  gboolean turned = self->viewport.rotation != 0 || self->viewport.flipped || (place && place->rotation != 0)
                    || (place && place->flipped);
  self->fitted = place == NULL || place->zoom == 0;
  self->viewport.rotation = place ? place->rotation : 0;
  self->viewport.flipped = place && place->flipped;
  if (!self->fitted)
    {
      self->viewport.x = place->x;
      self->viewport.y = place->y;
      self->viewport.zoom = place->zoom;
      acini_view_clamp (self);
    }
  else
    acini_view_fit (self);
  if (turned)
    {
      g_object_notify (G_OBJECT (self), "rotation");
      g_object_notify (G_OBJECT (self), "flipped");
    }
}

/* Nothing is kept of a slide that lies as it was found. */
static void
keep_place (AciniSlideView *self)
{
  AciniViewport place = self->viewport;
  if (self->fitted)
    place.zoom = 0;
  if (self->fitted && place.rotation == 0 && !place.flipped)
    {
      g_autofree char *key = dup_place_key (self);
      g_hash_table_remove (self->places, key);
    }
  else
    g_hash_table_insert (self->places, dup_place_key (self), g_memdup2 (&place, sizeof place));
}

/* Not called where another slide is being opened, or shown, by now. */
static void
opened (gpointer object, gpointer data, const GError *error)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (object);
  Opening *opening = data;
  g_clear_object (&self->opening);
  if (error)
    {
      acini_view_queue_update (self);
      acini_view_fail (self, error->message);
      return;
    }
  self->slide = g_steal_pointer (&opening->slide);
  self->slide_width = (double)acini_slide_get_width (self->slide);
  self->slide_height = (double)acini_slide_get_height (self->slide);
  self->mpp_x = opening->mpp_x;
  self->mpp_y = opening->mpp_y;
  acini_measure_layer_set_measures (self->measures, g_steal_pointer (&opening->measures));
  acini_measure_layer_set_scale (self->measures, &(AciniScale){ self->mpp_x, self->mpp_y, 0 });
  self->tissue
      = acini_tissue_layer_new (acini_tissue_grid_new (self->cache, acini_slide_pyramid_new (self->slide), TRUE),
                                self->slide_width, self->slide_height);
  acini_view_display_update (self);
  acini_view_rebuild_mask (self);
  restore_place (self);
  acini_view_drafts_restore (self, opening->draft);
  acini_view_moved (self);
  g_signal_emit_by_name (self, "opened");
}

void
acini_view_open (AciniSlideView *self)
{
  self->opening = g_cancellable_new ();
  self->failure_told = FALSE;
  Opening *opening = g_new0 (Opening, 1);
  opening->project = g_object_ref (self->project);
  opening->id = self->slide_id;
  acini_async_run (self, self->opening, open_in_thread, opened, opening, opening_free);
}

void
acini_view_close (AciniSlideView *self)
{
  acini_view_finish_tool (self);
  acini_view_drafts_leave (self);
  acini_tool_leave (self->tool);
  acini_view_strokes_leave (self);
  acini_measure_layer_set_measures (self->measures, NULL);
  acini_slide_view_set_outlining (self, FALSE);
  acini_slide_view_set_reshaped (self, NULL);
  acini_region_layer_set_regions (self->regions, NULL);
  acini_region_layer_set_proposals (self->regions, NULL);
  acini_selection_layer_set_outlines (self->selection, NULL);
  acini_selection_layer_set_outlines (self->locked, NULL);
  self->ahead.zoom = 0;
  acini_view_stop (self);
  g_clear_handle_id (&self->failure_source, g_source_remove);
  if (self->opening)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  if (self->slide)
    keep_place (self);
  if (self->client)
    acini_tile_client_want (self->client, NULL, 0);
  g_clear_object (&self->tissue);
  g_clear_object (&self->difference);
  g_clear_object (&self->mask);
  acini_view_arrange_layers (self);
  g_clear_object (&self->slide);
  self->slide_width = self->slide_height = 0;
  self->mpp_x = self->mpp_y = 0;
}
