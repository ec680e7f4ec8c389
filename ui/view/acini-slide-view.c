/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/base/acini-frame-memory.h"
#include "ui/view/acini-slide-view-private.h"
#include "ui/view/acini-mask-appearance.h"
#include "ui/base/acini-units.h"
#include "ui/view/layers/acini-mask-layer.h"
#include "ui/view/layers/acini-stroke-layer.h"
#include "ui/view/layers/acini-tissue-layer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Milliseconds that the reason for a broken tile has to arrive before it is told without one. */
#define FAILURE_DELAY 300

G_DEFINE_FINAL_TYPE (AciniSlideView, acini_slide_view, GTK_TYPE_WIDGET)

enum
{
  PROP_ZOOM = 1,
  PROP_OPACITY_MASK,
  PROP_SHOW_MASK,
  PROP_SHOW_OUTLINES,
  PROP_SHOW_LABELS,
  PROP_THRESHOLD,
  PROP_MASK_STYLE,
  PROP_TOOL,
  PROP_BRUSH_SIZE,
  PROP_BRUSH_LABEL,
  PROP_ROTATION,
  PROP_FLIPPED,
  PROP_LOADING,
  N_PROPS
};

enum
{
  OPENED,
  FAILED,
  EDITED,
  CURSOR_MOVED,
  VIEW_CHANGED,
  MEASURED,
  DISPLAY_CHANGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

GtkWidget *
acini_slide_view_new (void)
{
  return g_object_new (ACINI_TYPE_SLIDE_VIEW, NULL);
}

AciniMaskLayer *
acini_view_get_mask (AciniSlideView *self)
{
  gboolean fill = self->look.fill && self->look.opacity > 0;
  return fill || self->look.outlines ? self->mask : NULL;
}

gboolean
acini_view_is_sharp (AciniSlideView *self)
{
  AciniMaskLayer *mask = acini_view_get_mask (self);
  if (!self->tissue)
    return TRUE;
  return acini_tile_grid_is_sharp (acini_view_get_tissue (self), &self->viewport)
         && (!mask || acini_tile_grid_is_sharp (acini_mask_layer_get_grid (mask), &self->viewport))
         && (!self->against_mask
             || acini_tile_grid_is_sharp (acini_mask_layer_get_grid (self->against_mask), &self->viewport));
}

static void
on_sharp_frame (GdkFrameClock *clock, AciniSlideView *self)
{
  g_signal_handlers_disconnect_by_func (clock, on_sharp_frame, self);
  g_debug (ACINI_VIEW_SHARP);
}

static void
update_loading (AciniSlideView *self)
{
  gboolean loading = self->opening != NULL || !acini_view_is_sharp (self);
  if (loading == self->loading)
    return;
  self->loading = loading;
  if (!loading && self->slide && gtk_widget_get_mapped (GTK_WIDGET (self)))
    g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (self)), "after-paint", G_CALLBACK (on_sharp_frame),
                             self, G_CONNECT_DEFAULT);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
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
  tell_failure (self, _ ("A part of this slide cannot be read."));
  return G_SOURCE_REMOVE;
}

static void
want_tiles (AciniSlideView *self)
{
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  AciniMaskLayer *mask = acini_view_get_mask (self);
  if (self->tissue)
    acini_tile_grid_want (acini_view_get_tissue (self), &self->viewport, 0, requests);
  if (mask)
    acini_tile_grid_want (acini_mask_layer_get_grid (mask), &self->viewport, 1, requests);
  if (self->against_mask)
    acini_tile_grid_want (acini_mask_layer_get_grid (self->against_mask), &self->viewport, 2, requests);
  acini_tile_client_want (self->client, (const AciniTileRequest *)(gpointer)requests->data, requests->len);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (widget);
  double zoom = self->viewport.zoom;
  acini_viewport_measure (&self->viewport, widget);
  if (self->fitted && self->slide)
    acini_slide_view_fit (self);
  gboolean moving = acini_view_motion_step (self, gdk_frame_clock_get_frame_time (clock));
  want_tiles (self);
  acini_view_strokes_settle (self);
  gtk_widget_queue_draw (widget);
  update_loading (self);
  if (self->tissue && acini_tile_grid_has_failed (acini_view_get_tissue (self)) && !self->failure_told
      && self->failure_source == 0)
    self->failure_source = g_timeout_add (FAILURE_DELAY, tell_known_failure, self);
  if (self->view_changed || zoom != self->viewport.zoom)
    {
      self->view_changed = FALSE;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ZOOM]);
      g_signal_emit (self, signals[VIEW_CHANGED], 0);
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
  g_signal_emit (self, signals[FAILED], 0, message);
}

static void
on_arrived (GPtrArray *arrivals, gpointer user_data)
{
  AciniSlideView *self = user_data;
  const char *message = NULL;
  for (guint i = 0; i < arrivals->len; i++)
    {
      const AciniTileArrival *arrival = g_ptr_array_index (arrivals, i);
      gboolean ours = self->tissue && acini_tile_grid_arrived (self->tissue, arrival);
      if (!ours && self->display_layer)
        ours = acini_tile_grid_arrived (acini_display_layer_get_grid (self->display_layer), arrival);
      if (!ours && self->mask)
        ours = acini_tile_grid_arrived (acini_mask_layer_get_grid (self->mask), arrival);
      if (!ours && self->against_mask)
        ours = acini_tile_grid_arrived (acini_mask_layer_get_grid (self->against_mask), arrival);
      if (ours && arrival->state == ACINI_TILE_FAILED)
        message = arrival->message;
    }
  acini_view_queue_update (self);
  if (message)
    tell_failure (self, message);
}

static void
append_mask (AciniSlideView *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  g_autoptr (GPtrArray) strokes = acini_view_strokes_list (self);
  AciniMaskLayer *mask = acini_view_get_mask (self);
  if (mask)
    acini_mask_layer_snapshot (mask, snapshot, viewport, (AciniStroke *const *)strokes->pdata, strokes->len);
  if (self->stroke && !(self->look.fill && self->look.opacity > 0))
    {
      const GdkRGBA grey = { .5f, .5f, .5f, .5f }; /* a stroke is seen even where the mask is hidden */
      acini_stroke_layer_append (snapshot, viewport, self->stroke, &grey);
    }
}

static void
acini_slide_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (widget);
  if (!self->tissue)
    return;
  AciniViewport viewport = self->viewport;
  acini_viewport_measure (&viewport, widget);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)viewport.width, (float)viewport.height));
  acini_viewport_push (&viewport, snapshot);
  acini_tissue_layer_snapshot (acini_view_get_drawn_tissue (self, &viewport), snapshot, &viewport, self->slide_width,
                               self->slide_height);
  if (self->against)
    acini_view_difference_snapshot (self, snapshot, &viewport);
  else
    append_mask (self, snapshot, &viewport);
  gtk_snapshot_restore (snapshot);
  acini_view_measures_snapshot (self, snapshot, &viewport);
  if (self->inside && self->tool->round && !self->space && !self->pan.active)
    acini_stroke_layer_append_ring (snapshot, self->pointer_x, self->pointer_y, MAX (self->brush_size, 3));
  gtk_snapshot_pop (snapshot);
}

static void
acini_slide_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (widget);
  self->viewport.width = width;
  self->viewport.height = height;
  acini_view_moved (self);
}

static void
acini_slide_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  *minimum = 64;
  *natural = 480;
}

static void
acini_slide_view_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (acini_slide_view_parent_class)->realize (widget);
  acini_frame_memory_keep (gtk_widget_get_display (widget));
}

static void
acini_slide_view_unmap (GtkWidget *widget)
{
  acini_view_input_finish (ACINI_SLIDE_VIEW (widget));
  GTK_WIDGET_CLASS (acini_slide_view_parent_class)->unmap (widget);
}

void
acini_view_update_cursor (AciniSlideView *self)
{
  const char *name = self->pan.active ? "grabbing" : self->space ? "grab" : self->tool->cursor;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), name);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint8
acini_view_get_brush_label (AciniSlideView *self)
{
  return (guint8)self->brush_label;
}

static void
set_tool (AciniSlideView *self, const char *id)
{
  const AciniTool *tool = acini_tools_find (id);
  if (!tool || tool == self->tool)
    return;
  acini_view_input_finish (self);
  if (self->tool->leave)
    self->tool->leave (self);
  self->tool = tool;
  acini_view_update_cursor (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TOOL]);
}

static void
look_changed (AciniSlideView *self, gboolean *visible, gboolean value)
{
  if (visible)
    *visible = value;
  AciniMaskLook look;
  acini_view_get_look (self, &look);
  if (self->mask)
    acini_mask_layer_set_look (self->mask, &look);
  if (self->against_mask)
    acini_mask_layer_set_look (self->against_mask, &look);
  acini_view_queue_update (self);
}

static void
on_mask_appearance (AciniSlideView *self)
{
  look_changed (self, NULL, FALSE);
}

static const char *const mask_styles[] = { "filled", "viridis", "magma", NULL };

static void
set_mask_style (AciniSlideView *self, const char *name)
{
  for (guint i = 0; mask_styles[i]; i++)
    if (g_strcmp0 (mask_styles[i], name) == 0)
      self->look.style = (AciniMaskStyle)i;
  look_changed (self, NULL, FALSE);
}

void
acini_view_turn_at (AciniSlideView *self, double rotation, double x, double y)
{
  acini_view_input_finish (self);
  acini_view_stop (self);
  acini_viewport_rotate_at (&self->viewport, rotation, x, y);
  if (self->fitted)
    acini_slide_view_fit (self);
  acini_view_clamp (self);
  acini_view_moved (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ROTATION]);
}

static void
set_show_labels (AciniSlideView *self, gboolean show)
{
  if (show == self->show_labels)
    return;
  self->show_labels = show;
  acini_view_rebuild_prediction (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_LABELS]);
}

/* What is on screen is mirrored left to right, however it lies. */
static void
set_flipped (AciniSlideView *self, gboolean flipped)
{
  if (flipped == self->viewport.flipped)
    return;
  self->viewport.flipped = flipped;
  acini_view_turn_at (self, -self->viewport.rotation, self->viewport.width / 2, self->viewport.height / 2);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FLIPPED]);
}

static void
acini_slide_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (object);
  switch (id)
    {
    case PROP_ZOOM:
      acini_view_stop (self);
      acini_viewport_zoom_at (&self->viewport, g_value_get_double (value), self->viewport.width / 2,
                              self->viewport.height / 2);
      self->fitted = FALSE;
      acini_view_clamp (self);
      acini_view_moved (self);
      return;
    case PROP_THRESHOLD:
      self->look.threshold = g_value_get_double (value);
      look_changed (self, NULL, FALSE);
      break;
    case PROP_MASK_STYLE:
      set_mask_style (self, g_value_get_string (value));
      break;
    case PROP_TOOL:
      set_tool (self, g_value_get_string (value));
      return;
    case PROP_ROTATION:
      acini_view_turn_at (self, g_value_get_double (value), self->viewport.width / 2, self->viewport.height / 2);
      return;
    case PROP_FLIPPED:
      set_flipped (self, g_value_get_boolean (value));
      return;
    case PROP_SHOW_LABELS:
      set_show_labels (self, g_value_get_boolean (value));
      return;
    case PROP_OPACITY_MASK:
      self->look.opacity = g_value_get_double (value);
      look_changed (self, NULL, FALSE);
      break;
    case PROP_SHOW_MASK:
      look_changed (self, &self->look.fill, g_value_get_boolean (value));
      break;
    case PROP_SHOW_OUTLINES:
      look_changed (self, &self->look.outlines, g_value_get_boolean (value));
      break;
    case PROP_BRUSH_SIZE:
      self->brush_size = g_value_get_double (value);
      break;
    case PROP_BRUSH_LABEL:
      self->brush_label = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (object, pspec);
}

static void
acini_slide_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (object);
  switch (id)
    {
    case PROP_ZOOM:
      g_value_set_double (value, self->viewport.zoom);
      break;
    case PROP_OPACITY_MASK:
      g_value_set_double (value, self->look.opacity);
      break;
    case PROP_SHOW_MASK:
      g_value_set_boolean (value, self->look.fill);
      break;
    case PROP_SHOW_OUTLINES:
      g_value_set_boolean (value, self->look.outlines);
      break;
    case PROP_SHOW_LABELS:
      g_value_set_boolean (value, self->show_labels);
      break;
    case PROP_THRESHOLD:
      g_value_set_double (value, self->look.threshold);
      break;
    case PROP_MASK_STYLE:
      g_value_set_string (value, mask_styles[self->look.style]);
      break;
    case PROP_TOOL:
      g_value_set_string (value, self->tool->id);
      break;
    case PROP_BRUSH_SIZE:
      g_value_set_double (value, self->brush_size);
      break;
    case PROP_BRUSH_LABEL:
      g_value_set_uint (value, self->brush_label);
      break;
    case PROP_ROTATION:
      g_value_set_double (value, self->viewport.rotation);
      break;
    case PROP_FLIPPED:
      g_value_set_boolean (value, self->viewport.flipped);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_slide_view_dispose (GObject *object)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (object);
  acini_view_close (self);
  g_clear_pointer (&self->client, acini_tile_client_free);
  g_clear_object (&self->prediction);
  g_clear_object (&self->against);
  if (self->tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  G_OBJECT_CLASS (acini_slide_view_parent_class)->dispose (object);
}

static void
acini_slide_view_finalize (GObject *object)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (object);
  acini_view_strokes_clear (self);
  g_clear_object (&self->project);
  g_hash_table_unref (self->places);
  g_array_unref (self->drawn);
  G_OBJECT_CLASS (acini_slide_view_parent_class)->finalize (object);
}

static void
add_properties (GObjectClass *klass)
{
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags r = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  props[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 1e-6, 1e3, 1, rw);
  props[PROP_OPACITY_MASK] = g_param_spec_double ("opacity-mask", NULL, NULL, 0, 1, .3, rw);
  props[PROP_SHOW_MASK] = g_param_spec_boolean ("show-mask", NULL, NULL, TRUE, rw);
  props[PROP_SHOW_OUTLINES] = g_param_spec_boolean ("show-outlines", NULL, NULL, TRUE, rw);
  props[PROP_SHOW_LABELS] = g_param_spec_boolean ("show-labels", NULL, NULL, TRUE, rw);
  props[PROP_THRESHOLD] = g_param_spec_double ("threshold", NULL, NULL, 0, 1, .5, rw);
  props[PROP_MASK_STYLE] = g_param_spec_string ("mask-style", NULL, NULL, "filled", rw);
  props[PROP_TOOL] = g_param_spec_string ("tool", NULL, NULL, "pan", rw);
  props[PROP_BRUSH_SIZE] = g_param_spec_double ("brush-size", NULL, NULL, 1, 1000, 40, rw);
  props[PROP_BRUSH_LABEL]
      = g_param_spec_uint ("brush-label", NULL, NULL, ACINI_LABEL_BACKGROUND, 127, ACINI_LABEL_FIRST_CLASS, rw);
  props[PROP_ROTATION] = g_param_spec_double ("rotation", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, rw);
  props[PROP_FLIPPED] = g_param_spec_boolean ("flipped", NULL, NULL, FALSE, rw);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, r);
  g_object_class_install_properties (klass, N_PROPS, props);
}

static void
acini_slide_view_class_init (AciniSlideViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  object_class->set_property = acini_slide_view_set_property;
  object_class->get_property = acini_slide_view_get_property;
  object_class->dispose = acini_slide_view_dispose;
  object_class->finalize = acini_slide_view_finalize;
  add_properties (object_class);
  widget_class->snapshot = acini_slide_view_snapshot;
  widget_class->size_allocate = acini_slide_view_size_allocate;
  widget_class->measure = acini_slide_view_measure;
  widget_class->realize = acini_slide_view_realize;
  widget_class->unmap = acini_slide_view_unmap;
  gtk_widget_class_set_css_name (widget_class, "slideview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_APPLICATION);

  signals[OPENED] = g_signal_new ("opened", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED]
      = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EDITED]
      = g_signal_new ("edited", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                        G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[DISPLAY_CHANGED]
      = g_signal_new ("display-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MEASURED] = g_signal_new ("measured", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VIEW_CHANGED] = g_signal_new ("view-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_slide_view_init (AciniSlideView *self)
{
  self->loader = acini_tile_loader_get_default ();
  self->cache = acini_tile_loader_get_cache (self->loader);
  self->client = acini_tile_client_new (self->loader, on_arrived, self);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  acini_display_init (&self->display);
  self->drawn = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
  self->viewport.zoom = self->viewport.scale = 1;
  self->look = (AciniMaskLook){ .fill = TRUE, .outlines = TRUE, .threshold = .5, .opacity = .3 };
  self->show_labels = TRUE;
  self->tool = &acini_tool_pan;
  self->brush_size = 40;
  self->brush_label = ACINI_LABEL_FIRST_CLASS;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Slide"), -1);
  acini_view_input_init (self);
  g_signal_connect_object (acini_mask_appearance_get_default (), "changed", G_CALLBACK (on_mask_appearance), self,
                           G_CONNECT_SWAPPED);
}

void
acini_slide_view_set_slide (AciniSlideView *self, AciniProject *project, gint64 slide)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  g_return_if_fail ((project == NULL) == (slide == 0));
  if (self->project == project && self->slide_id == slide && (self->slide || self->opening))
    return;
  acini_view_close (self);
  g_set_object (&self->project, project);
  self->slide_id = slide;
  acini_slide_view_set_prediction (self, NULL);
  if (project)
    acini_view_open (self);
  update_loading (self);
  acini_view_moved (self);
}

void
acini_slide_view_set_scale (AciniSlideView *self, double mpp_x, double mpp_y)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (!self->slide || (self->mpp_x == mpp_x && self->mpp_y == mpp_y))
    return;
  self->mpp_x = mpp_x;
  self->mpp_y = mpp_y;
  acini_view_moved (self);
}

gint64
acini_slide_view_get_slide (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 0);
  return self->slide_id;
}

AciniSlide *
acini_slide_view_get_open_slide (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), NULL);
  return self->slide;
}

void
acini_slide_view_set_prediction (AciniSlideView *self, AciniPrediction *prediction)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (g_set_object (&self->prediction, prediction))
    acini_view_rebuild_prediction (self);
}

void
acini_slide_view_prediction_changed (AciniSlideView *self, gint64 column, gint64 row)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (!self->prediction || !self->slide)
    return;
  double size = ACINI_PREDICTION_TILE * acini_prediction_get_info (self->prediction)->downsample;
  double x = (double)column * size, y = (double)row * size;
  acini_tile_grid_invalidate (acini_mask_layer_get_grid (self->mask), x, y, x + size, y + size);
  acini_view_queue_update (self);
}

void
acini_slide_view_labels_changed (AciniSlideView *self, const AciniRect *damage)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && damage != NULL);
  if (!self->mask || !self->show_labels || damage->width <= 0 || damage->height <= 0)
    return;
  double x0 = (double)damage->x, y0 = (double)damage->y;
  double x1 = x0 + (double)damage->width, y1 = y0 + (double)damage->height;
  acini_tile_grid_invalidate (acini_mask_layer_get_grid (self->mask), x0, y0, x1, y1);
  if (self->against_mask)
    acini_tile_grid_invalidate (acini_mask_layer_get_grid (self->against_mask), x0, y0, x1, y1);
  acini_view_queue_update (self);
}

void
acini_slide_view_fit (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
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
acini_slide_view_zoom_native (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_view_zoom_to (self, 1, self->viewport.width / 2, self->viewport.height / 2);
}

void
acini_slide_view_zoom_by (AciniSlideView *self, double factor)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && factor > 0);
  double from = self->motion.zooming ? self->motion.zoom_target : self->viewport.zoom;
  acini_view_zoom_to (self, from * factor, self->viewport.width / 2, self->viewport.height / 2);
}

void
acini_slide_view_magnify (AciniSlideView *self, double times)
{
  const double otherwise = 40;
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && times > 0);
  double power = self->slide ? acini_slide_get_objective_power (self->slide) : 0;
  const AciniScale scale = { self->mpp_x, self->mpp_y, power };
  double native = acini_units_get_magnification (&scale, 1);
  acini_view_zoom_to (self, times / (native > 0 ? native : otherwise), self->viewport.width / 2,
                      self->viewport.height / 2);
}

void
acini_slide_view_rotate_by (AciniSlideView *self, double degrees)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  g_object_set (self, "rotation", self->viewport.rotation + degrees, NULL);
}

void
acini_slide_view_centre_on (AciniSlideView *self, double x, double y)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (self->slide_width <= 0)
    return;
  acini_view_stop (self);
  self->viewport.x = x;
  self->viewport.y = y;
  self->fitted = FALSE;
  acini_view_clamp (self);
  acini_view_moved (self);
}

void
acini_slide_view_get_visible (AciniSlideView *self, AciniRect *visible)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && visible != NULL);
  double x0, y0, x1, y1;
  acini_viewport_get_area (&self->viewport, &x0, &y0, &x1, &y1);
  visible->x = (gint64)CLAMP (floor (x0), 0, self->slide_width);
  visible->y = (gint64)CLAMP (floor (y0), 0, self->slide_height);
  visible->width = (gint64)CLAMP (ceil (x1), 0, self->slide_width) - visible->x;
  visible->height = (gint64)CLAMP (ceil (y1), 0, self->slide_height) - visible->y;
}

double
acini_slide_view_get_zoom (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 1);
  return self->viewport.zoom;
}

gboolean
acini_slide_view_is_idle (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), TRUE);
  acini_view_input_finish (self);
  acini_view_stroke_end (self);
  return acini_view_strokes_are_idle (self);
}
