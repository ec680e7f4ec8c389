/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Milliseconds that the reason for a broken tile has to arrive before it is told without one. */
#define FAILURE_DELAY 300
#define MOST_ZOOM 40.

/* Frames. */

gboolean
acini_view_is_sharp (AciniSlideView *self)
{
  return acini_layer_stack_is_sharp (self->layers, &self->viewport);
}

void
acini_view_prepare (AciniSlideView *self)
{
  acini_viewport_measure (&self->viewport, GTK_WIDGET (self));
  acini_layer_stack_update (self->layers, &self->viewport);
}

static void
on_sharp_frame (GdkFrameClock *clock, AciniSlideView *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_sharp_frame, self);
  g_debug (ACINI_VIEW_SHARP);
}

void
acini_view_update_loading (AciniSlideView *self)
{
  gboolean loading = self->opening != NULL || !acini_view_is_sharp (self);
  if (loading == self->loading)
    return;
  self->loading = loading;
  if (!loading && self->slide && gtk_widget_get_mapped (GTK_WIDGET (self)))
    g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (self)), "after-paint", G_CALLBACK (on_sharp_frame),
                             self, G_CONNECT_DEFAULT);
  g_object_notify (G_OBJECT (self), "loading");
}

static void
tell_failure (AciniSlideView *self, const char *message)
{
  if (self->failure_told)
    return;
  self->failure_told = TRUE;
  acini_view_fail (self, message);
}

/* The tile was found broken in the cache, where another view had it read: only that one was told why. */
static gboolean
tell_known_failure (gpointer data)
{
  AciniSlideView *self = data;
  self->failure_source = 0;
  tell_failure (self, _ ("Part of this slide cannot be read. The file may be damaged."));
  return G_SOURCE_REMOVE;
}

/* What is likely to be looked at next comes after all that is on screen, and before what is around that. */
static void
want_ahead (AciniSlideView *self, GArray *requests)
{
  g_autoptr (GHashTable) asked = g_hash_table_new (acini_tile_key_hash, acini_tile_key_equal);
  g_autoptr (GArray) next = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  double last = 0;
  if (self->ahead.zoom <= 0)
    return;
  self->ahead.width = self->viewport.width;
  self->ahead.height = self->viewport.height;
  self->ahead.scale = self->viewport.scale;
  acini_layer_stack_want (self->layers, &self->ahead, next);
  for (guint i = 0; i < requests->len; i++)
    {
      AciniTileRequest *request = &g_array_index (requests, AciniTileRequest, i);
      g_hash_table_add (asked, &request->key);
      last = MAX (last, request->priority);
    }
  for (guint i = next->len; i-- > 0;)
    {
      AciniTileRequest *request = &g_array_index (next, AciniTileRequest, i);
      request->priority += request->priority < ACINI_TILE_GRID_MARGIN ? ACINI_TILE_GRID_MARGIN / 2 : last + 1;
      if (g_hash_table_contains (asked, &request->key))
        g_array_remove_index (next, i);
    }
  g_array_append_vals (requests, next->data, next->len);
}

static void
want_tiles (AciniSlideView *self)
{
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  acini_layer_stack_want (self->layers, &self->viewport, requests);
  want_ahead (self, requests);
  acini_tile_client_want (self->client, (const AciniTileRequest *)(gpointer)requests->data, requests->len);
}

static gboolean
move_on (AciniSlideView *self, gint64 frame_time)
{
  double dx, dy;
  gboolean zoomed = self->motion.zooming;
  gboolean moving = acini_motion_step (&self->motion, &self->viewport, frame_time, &dx, &dy);
  if (zoomed)
    {
      acini_view_clamp (self);
      acini_view_moved (self);
    }
  if (dx != 0 || dy != 0)
    acini_view_pan_by (self, dx, dy);
  return moving;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (widget);
  double zoom = self->viewport.zoom;
  acini_viewport_measure (&self->viewport, widget);
  if (self->fitted && self->slide)
    acini_view_fit (self);
  gboolean moving = move_on (self, gdk_frame_clock_get_frame_time (clock));
  want_tiles (self);
  g_signal_emit_by_name (self, "frame");
  acini_layer_stack_update (self->layers, &self->viewport);
  gtk_widget_queue_draw (widget);
  acini_view_update_loading (self);
  if (self->tissue && acini_tissue_layer_has_failed (self->tissue) && !self->failure_told && self->failure_source == 0)
    self->failure_source = g_timeout_add (FAILURE_DELAY, tell_known_failure, self);
  if (self->view_changed || zoom != self->viewport.zoom)
    {
      self->view_changed = FALSE;
      g_object_notify (G_OBJECT (self), "zoom");
      g_signal_emit_by_name (self, "view-changed");
    }
  if (moving)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

void
acini_view_queue_update (AciniSlideView *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

void
acini_view_moved (AciniSlideView *self)
{
  self->view_changed = TRUE;
  acini_view_queue_update (self);
}

void
acini_view_fail (AciniSlideView *self, const char *message)
{
  g_signal_emit_by_name (self, "failed", message);
}

static void
on_arrived (GPtrArray *arrivals, gpointer user_data)
{
  AciniSlideView *self = user_data;
  const char *message = NULL;
  for (guint i = 0; i < arrivals->len; i++)
    {
      const AciniTileArrival *arrival = g_ptr_array_index (arrivals, i);
      if (acini_layer_stack_arrived (self->layers, arrival) && arrival->state == ACINI_TILE_FAILED)
        message = arrival->message;
    }
  acini_view_queue_update (self);
  if (message)
    tell_failure (self, message);
}

void
acini_view_arrange_layers (AciniSlideView *self)
{
  AciniLayer *mask = self->difference ? (AciniLayer *)self->difference : (AciniLayer *)self->mask;
  AciniLayer *const layers[] = { (AciniLayer *)self->tissue,  mask,
                                 ACINI_LAYER (self->stroke),  ACINI_LAYER (self->regions),
                                 ACINI_LAYER (self->locked),  ACINI_LAYER (self->selection),
                                 ACINI_LAYER (self->measures) };
  acini_layer_stack_set (self->layers, layers, self->tissue ? G_N_ELEMENTS (layers) : 0);
}

/* Where it looks. */

double
acini_view_clamp_zoom (AciniSlideView *self, double zoom)
{
  double fit = acini_viewport_get_fit (&self->viewport, self->slide_width, self->slide_height);
  return CLAMP (zoom, MIN (fit / 2, MOST_ZOOM), MAX (fit, MOST_ZOOM));
}

void
acini_view_clamp (AciniSlideView *self)
{
  AciniViewport *v = &self->viewport;
  if (self->slide_width <= 0)
    return;
  v->zoom = acini_view_clamp_zoom (self, v->zoom);
  v->x = CLAMP (v->x, 0, self->slide_width);
  v->y = CLAMP (v->y, 0, self->slide_height);
}

void
acini_view_go (AciniSlideView *self, double x, double y, double zoom)
{
  if (self->slide_width <= 0)
    return;
  acini_view_stop (self);
  self->viewport.x = x;
  self->viewport.y = y;
  self->viewport.zoom = zoom;
  self->fitted = FALSE;
  acini_view_clamp (self);
  acini_view_moved (self);
}

void
acini_view_look_ahead (AciniSlideView *self, double x, double y, double zoom)
{
  self->ahead = self->viewport;
  self->ahead.x = x;
  self->ahead.y = y;
  self->ahead.zoom = acini_view_clamp_zoom (self, zoom);
  acini_view_queue_update (self);
}

void
acini_view_fit (AciniSlideView *self)
{
  if (self->slide_width <= 0)
    return;
  AciniViewport before = self->viewport;
  acini_view_stop (self);
  self->viewport.zoom = acini_viewport_get_fit (&self->viewport, self->slide_width, self->slide_height);
  self->viewport.x = self->slide_width / 2;
  self->viewport.y = self->slide_height / 2;
  self->fitted = TRUE;
  if (before.zoom != self->viewport.zoom || before.x != self->viewport.x || before.y != self->viewport.y)
    acini_view_moved (self);
}

void
acini_view_stop (AciniSlideView *self)
{
  self->motion = (AciniMotion){ 0 };
}

void
acini_view_pan_by (AciniSlideView *self, double dx, double dy)
{
  if (self->slide_width <= 0)
    return;
  acini_viewport_vector_to_slide (&self->viewport, dx, dy, &dx, &dy);
  self->viewport.x -= dx;
  self->viewport.y -= dy;
  self->fitted = FALSE;
  acini_view_clamp (self);
  acini_view_moved (self);
}

/* Tools. */

AciniTool *
acini_view_get_tool (AciniSlideView *self, const char *id)
{
  guint n;
  const AciniToolInfo *tools = acini_tools_get_all (&n), *info = acini_tools_find (id);
  g_return_val_if_fail (info != NULL, NULL);
  return g_ptr_array_index (self->tools, info - tools);
}

void
acini_view_get_tool_context (AciniSlideView *self, AciniToolContext *context)
{
  *context = (AciniToolContext){
    .widget = GTK_WIDGET (self),
    .viewport = &self->viewport,
    .scale = { self->mpp_x, self->mpp_y, 0 },
    .project = self->slide ? self->project : NULL,
    .slide = self->slide_id,
    .open = self->slide,
    .prediction = self->prediction,
    .regions = acini_region_layer_get_regions (self->regions),
    .inside = self->inside && !self->space && (!self->active || self->active == self->tool),
    .x = self->pointer_x,
    .y = self->pointer_y,
    .pressure = self->pressure,
  };
}

void
acini_view_begin_tool (AciniSlideView *self, AciniTool *tool, double x, double y, GdkModifierType state)
{
  AciniToolContext context;
  acini_view_finish_tool (self);
  acini_view_stop (self);
  self->active = tool;
  acini_view_get_tool_context (self, &context);
  acini_tool_begin (tool, &context, x, y, state);
}

void
acini_view_move_tool (AciniSlideView *self, double x, double y, GdkModifierType state)
{
  AciniToolContext context;
  acini_view_get_tool_context (self, &context);
  if (self->active)
    acini_tool_move (self->active, &context, x, y, state);
}

void
acini_view_finish_tool (AciniSlideView *self)
{
  AciniToolContext context;
  AciniTool *tool = g_steal_pointer (&self->active);
  acini_view_get_tool_context (self, &context);
  if (tool)
    acini_tool_end (tool, &context);
}

void
acini_view_cancel_tool (AciniSlideView *self)
{
  AciniTool *tool = g_steal_pointer (&self->active);
  if (tool)
    acini_tool_cancel (tool);
}

/* Beginning and end. */

void
acini_view_core_init (AciniSlideView *self)
{
  guint n;
  const AciniToolInfo *tools = acini_tools_get_all (&n);
  self->loader = acini_tile_loader_get_default ();
  self->cache = acini_tile_loader_get_cache (self->loader);
  self->client = acini_tile_client_new (self->loader, on_arrived, self);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->layers = acini_layer_stack_new ();
  self->stroke = acini_stroke_layer_new ();
  self->selection = acini_selection_layer_new (FALSE);
  self->locked = acini_selection_layer_new (TRUE);
  self->measures = acini_measure_layer_new (GTK_WIDGET (self));
  self->regions = acini_region_layer_new ();
  g_signal_connect_object (self->layers, "damaged", G_CALLBACK (acini_view_queue_update), self, G_CONNECT_SWAPPED);
  acini_display_init (&self->display);
  self->viewport.zoom = self->viewport.scale = 1;
  self->look = (AciniMaskLook){ .fill = TRUE, .outlines = TRUE, .negatives = TRUE, .opacity = .3 };
  acini_thresholds_init_same (&self->look.thresholds, .5, 1);
  self->show_labels = TRUE;
  self->tools = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->tools, g_object_new (tools[i].get_type (), NULL));
  self->tool = g_ptr_array_index (self->tools, 0);
  self->brush_size = 40;
  self->pressure = 1;
  self->brush_label = ACINI_LABEL_FIRST_CLASS;
  self->shown_strokes = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_stroke_unref);
}

void
acini_view_core_dispose (AciniSlideView *self)
{
  g_clear_pointer (&self->client, acini_tile_client_free);
  g_clear_object (&self->prediction);
  g_clear_object (&self->against);
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

void
acini_view_core_finalize (AciniSlideView *self)
{
  g_clear_object (&self->layers);
  g_clear_object (&self->stroke);
  g_clear_object (&self->selection);
  g_clear_object (&self->locked);
  g_clear_object (&self->measures);
  g_clear_object (&self->regions);
  g_clear_object (&self->project);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->tools);
  g_ptr_array_unref (self->shown_strokes);
}
