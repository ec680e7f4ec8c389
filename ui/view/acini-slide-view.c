/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/base/acini-frame-memory.h"
#include "ui/view/acini-mask-appearance.h"
#include "ui/view/acini-slide-view.h"
#include "ui/view/acini-view-open.h"
#include "ui/tools/acini-tools.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/input/acini-view-input.h"
#include "ui/view/input/acini-view-drafts.h"
#include "ui/view/input/acini-view-strokes.h"
#include "ui/view/input/acini-view-tools.h"

#include <glib/gi18n-lib.h>

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
  PROP_PROTECT_LABELS,
  PROP_OUTLINING,
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
  OUTLINED,
  FRAME,
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

static void
acini_slide_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (widget);
  if (!self->tissue)
    return;
  AciniToolContext context;
  AciniViewport viewport = self->viewport;
  acini_viewport_measure (&viewport, widget);
  acini_view_get_tool_context (self, &context);
  context.viewport = &viewport;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)viewport.width, (float)viewport.height));
  acini_layer_stack_snapshot (self->layers, snapshot, &viewport);
  acini_tool_snapshot (self->tool, &context, snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
acini_slide_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (widget);
  self->viewport.width = width;
  self->viewport.height = height;
  acini_view_prepare (self); /* this very frame is drawn larger */
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
  acini_view_finish_tool (ACINI_SLIDE_VIEW (widget));
  GTK_WIDGET_CLASS (acini_slide_view_parent_class)->unmap (widget);
}

static const char *const mask_styles[] = { "filled", "viridis", "magma", NULL };

static void
set_mask_style (AciniSlideView *self, const char *name)
{
  for (guint i = 0; mask_styles[i]; i++)
    if (g_strcmp0 (mask_styles[i], name) == 0)
      self->look.style = (AciniMaskStyle)i;
  acini_view_look_changed (self);
}

static const char *
get_tool_id (AciniSlideView *self)
{
  guint n, i = 0;
  const AciniToolInfo *tools = acini_tools_get_all (&n);
  g_ptr_array_find (self->tools, self->tool, &i);
  return tools[i].id;
}

static void
set_show_labels (AciniSlideView *self, gboolean show)
{
  if (show == self->show_labels)
    return;
  self->show_labels = show;
  acini_view_rebuild_mask (self);
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
      acini_thresholds_init_same (&self->look.thresholds, g_value_get_double (value), self->look.thresholds.n);
      acini_view_look_changed (self);
      break;
    case PROP_MASK_STYLE:
      set_mask_style (self, g_value_get_string (value));
      break;
    case PROP_TOOL:
      if (acini_view_choose_tool (self, g_value_get_string (value)))
        g_object_notify_by_pspec (object, pspec);
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
      acini_view_look_changed (self);
      break;
    case PROP_SHOW_MASK:
      self->look.fill = g_value_get_boolean (value);
      acini_view_look_changed (self);
      break;
    case PROP_SHOW_OUTLINES:
      self->look.outlines = g_value_get_boolean (value);
      acini_view_look_changed (self);
      break;
    case PROP_BRUSH_SIZE:
      self->brush_size = g_value_get_double (value);
      acini_view_brush_changed (self);
      break;
    case PROP_BRUSH_LABEL:
      self->brush_label = g_value_get_uint (value);
      acini_view_brush_changed (self);
      break;
    case PROP_OUTLINING:
      acini_slide_view_set_outlining (self, g_value_get_boolean (value));
      break;
    case PROP_PROTECT_LABELS:
      self->protect_labels = g_value_get_boolean (value);
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
      g_value_set_double (value, acini_threshold_from_cut (self->look.thresholds.cuts[0]));
      break;
    case PROP_MASK_STYLE:
      g_value_set_string (value, mask_styles[self->look.style]);
      break;
    case PROP_TOOL:
      g_value_set_string (value, get_tool_id (self));
      break;
    case PROP_BRUSH_SIZE:
      g_value_set_double (value, self->brush_size);
      break;
    case PROP_BRUSH_LABEL:
      g_value_set_uint (value, self->brush_label);
      break;
    case PROP_OUTLINING:
      g_value_set_boolean (value, self->outlining);
      break;
    case PROP_PROTECT_LABELS:
      g_value_set_boolean (value, self->protect_labels);
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
  acini_view_core_dispose (self);
  G_OBJECT_CLASS (acini_slide_view_parent_class)->dispose (object);
}

static void
acini_slide_view_finalize (GObject *object)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (object);
  acini_view_strokes_clear (self);
  acini_view_core_finalize (self);
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
  props[PROP_OUTLINING] = g_param_spec_boolean ("outlining", NULL, NULL, FALSE, rw);
  props[PROP_PROTECT_LABELS] = g_param_spec_boolean ("protect-labels", NULL, NULL, FALSE, rw);
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
  signals[OUTLINED]
      = g_signal_new ("outlined", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_signal_new ("replacing", type, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN,
                1, G_TYPE_POINTER);
  g_signal_new ("reshaping", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("damaged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FRAME] = g_signal_new ("frame", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VIEW_CHANGED] = g_signal_new ("view-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_slide_view_init (AciniSlideView *self)
{
  acini_view_core_init (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Slide"), -1);
  acini_view_strokes_init (self);
  acini_view_tools_init (self);
  acini_view_drafts_init (self);
  acini_view_input_init (self);
  g_signal_connect_object (acini_mask_appearance_get_default (), "changed", G_CALLBACK (acini_view_look_changed), self,
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
  /* Nothing is painted on what can only be looked at. */
  if (project && acini_project_get_read_only (project) && acini_tools_find (get_tool_id (self))->paints)
    g_object_set (self, "tool", "pan", NULL);
  if (project)
    acini_view_open (self);
  acini_view_update_loading (self);
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
  acini_measure_layer_set_scale (self->measures, &(AciniScale){ mpp_x, mpp_y, 0 });
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
acini_slide_view_flush (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_view_finish_tool (self);
}

gboolean
acini_slide_view_is_idle (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), TRUE);
  acini_slide_view_flush (self);
  return acini_view_strokes_are_idle (self);
}
