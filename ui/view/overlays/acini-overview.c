/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/overlays/acini-coverage-tracker.h"
#include "ui/view/overlays/acini-overlays.h"
#include "ui/view/overlays/acini-overview.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/view/core/acini-view-display.h"
#include "ui/view/layers/acini-tissue-grid.h"
#include "ui/view/layers/acini-tissue-layer.h"

#include <glib/gi18n-lib.h>

#define WIDTH 180
#define HEIGHT 130
/* Part of the visible rectangle that an arrow key moves. */
#define ARROW_PART .25

struct _AciniOverview
{
  GtkWidget parent_instance;
  AciniSlideView *view; /* weak */
  AciniTileClient *client;
  AciniLayer *tissue; /* of the open slide; shares its tiles with the view */
  AciniSlide *slide;
  double slide_width, slide_height;
  AciniCoverageTracker *tracker;
};

G_DEFINE_FINAL_TYPE (AciniOverview, acini_overview, GTK_TYPE_WIDGET)

static void
get_size (AciniOverview *self, int *width, int *height)
{
  double zoom = self->slide ? MIN (WIDTH / self->slide_width, HEIGHT / self->slide_height) : 0;
  *width = MAX ((int)(self->slide_width * zoom), 24);
  *height = MAX ((int)(self->slide_height * zoom), 24);
}

static void
get_viewport (AciniOverview *self, AciniViewport *viewport)
{
  *viewport = (AciniViewport){ .x = self->slide_width / 2, .y = self->slide_height / 2, .zoom = 1, .scale = 1 };
  acini_viewport_measure (viewport, GTK_WIDGET (self));
  viewport->zoom = MIN (viewport->width / self->slide_width, viewport->height / self->slide_height);
}

/* Has missing tiles read, gets those that are there ready, and draws. */
static void
refresh (AciniOverview *self)
{
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  AciniViewport viewport;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!self->tissue)
    return;
  get_viewport (self, &viewport);
  if (viewport.width > 0 && viewport.height > 0)
    acini_layer_want (self->tissue, &viewport, 0, requests);
  acini_tile_client_want (self->client, (const AciniTileRequest *)(gpointer)requests->data, requests->len);
  acini_layer_update (self->tissue, &viewport);
}

static void
on_arrived (GPtrArray *arrivals, gpointer user_data)
{
  AciniOverview *self = user_data;
  for (guint i = 0; i < arrivals->len && self->tissue; i++)
    acini_layer_arrived (self->tissue, g_ptr_array_index (arrivals, i));
  /* A tile that was on its way when a slider moved is to be read again. */
  refresh (self);
}

static void
forget (AciniOverview *self)
{
  acini_tile_client_want (self->client, NULL, 0);
  g_clear_object (&self->tissue);
  g_clear_object (&self->slide);
}

/* As the view shows the slide, so does the overview; a worker computes it. */
static void
update_display (AciniOverview *self)
{
  AciniDisplay display;
  if (!self->tissue || !self->view)
    return;
  acini_slide_view_get_display (self->view, &display);
  acini_tissue_layer_set_display (ACINI_TISSUE_LAYER (self->tissue), self->view->cache, self->slide, &display);
  refresh (self);
}

static void
update (AciniOverview *self)
{
  AciniSlide *slide = self->view ? self->view->slide : NULL;
  if (slide == self->slide)
    {
      gtk_widget_queue_draw (GTK_WIDGET (self));
      return;
    }
  forget (self);
  gtk_widget_set_visible (GTK_WIDGET (self), slide != NULL);
  if (!slide)
    return;
  self->slide = g_object_ref (slide);
  self->slide_width = (double)acini_slide_get_width (slide);
  self->slide_height = (double)acini_slide_get_height (slide);
  self->tissue = ACINI_LAYER (
      acini_tissue_layer_new (acini_tissue_grid_new (self->view->cache, acini_slide_pyramid_new (slide), FALSE),
                              self->slide_width, self->slide_height));
  gtk_widget_queue_resize (GTK_WIDGET (self));
  update_display (self);
}

static void
acini_overview_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  int width, height;
  get_size (ACINI_OVERVIEW (widget), &width, &height);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
}

static void
acini_overview_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  refresh (ACINI_OVERVIEW (widget));
}

static const GdkRGBA blue = { 0.f, .45f, .70f, 1.f }, tint = { 0.f, .45f, .70f, .12f };

/* What a freely turned view shows: a turned rectangle. */
static void
append_turned (AciniOverview *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  const AciniViewport *view = &self->view->viewport;
  GskPathBuilder *builder = gsk_path_builder_new ();
  for (int i = 0; i < 4; i++)
    {
      double x, y;
      acini_viewport_to_slide (view, i == 1 || i == 2 ? view->width : 0, i >= 2 ? view->height : 0, &x, &y);
      acini_viewport_to_screen (viewport, x, y, &x, &y);
      (i == 0 ? gsk_path_builder_move_to : gsk_path_builder_line_to) (builder, (float)x, (float)y);
    }
  gsk_path_builder_close (builder);
  g_autoptr (GskPath) path = gsk_path_builder_free_to_path (builder);
  g_autoptr (GskStroke) pen = gsk_stroke_new (2);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, &tint);
  gtk_snapshot_append_stroke (snapshot, path, pen, &blue);
}

static void
acini_overview_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AciniOverview *self = ACINI_OVERVIEW (widget);
  if (!self->tissue || !self->view)
    return;
  AciniViewport viewport;
  double x0, y0, x1, y1;
  graphene_rect_t all, seen;
  get_viewport (self, &viewport);
  acini_viewport_snap_rect (&viewport, 0, 0, self->slide_width, self->slide_height, &all);
  acini_layer_snapshot (self->tissue, snapshot, &viewport);
  if (acini_coverage_tracker_get_texture (self->tracker))
    gtk_snapshot_append_scaled_texture (snapshot, acini_coverage_tracker_get_texture (self->tracker),
                                        GSK_SCALING_FILTER_LINEAR, &all);

  if (!acini_viewport_is_upright (&self->view->viewport))
    {
      append_turned (self, snapshot, &viewport);
      return;
    }
  acini_viewport_get_area (&self->view->viewport, &x0, &y0, &x1, &y1);
  acini_viewport_snap_rect (&viewport, x0, y0, x1, y1, &seen);
  if (!graphene_rect_intersection (&seen, &all, &seen))
    return;
  /* Zoomed far in it would be a point. */
  if (seen.size.width < 6 || seen.size.height < 6)
    graphene_rect_inset (&seen, MIN (0, (seen.size.width - 6) / 2), MIN (0, (seen.size.height - 6) / 2));
  const float widths[4] = { 2, 2, 2, 2 };
  const GdkRGBA colours[4] = { blue, blue, blue, blue };
  GskRoundedRect frame;
  gsk_rounded_rect_init_from_rect (&frame, &seen, 1);
  gtk_snapshot_append_color (snapshot, &tint, &seen);
  gtk_snapshot_append_border (snapshot, &frame, widths, colours);
}

static void
on_coverage_changed (AciniOverview *self)
{
  AciniCoverage *coverage = acini_coverage_tracker_get (self->tracker);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (!coverage)
    return;
  g_autofree char *text = g_strdup_printf (_ ("Viewed: %.0f %% at 2.5× or closer, %.0f %% at 10×, %.0f %% at 20×"),
                                           100 * acini_coverage_get_part (coverage, ACINI_COVERAGE_2_5X),
                                           100 * acini_coverage_get_part (coverage, ACINI_COVERAGE_10X),
                                           100 * acini_coverage_get_part (coverage, ACINI_COVERAGE_20X));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
go_to (AciniOverview *self, double x, double y)
{
  AciniViewport viewport;
  if (!self->tissue || !self->view)
    return;
  get_viewport (self, &viewport);
  acini_viewport_to_slide (&viewport, x, y, &x, &y);
  acini_slide_view_centre_on (self->view, x, y);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, AciniOverview *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  go_to (self, x, y);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, AciniOverview *self)
{
  double x, y;
  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    go_to (self, x + dx, y + dy);
}

static gboolean
on_key_pressed (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, AciniOverview *self)
{
  if (!self->view)
    return GDK_EVENT_PROPAGATE;
  double dx = 0, dy = 0;
  if (keyval == GDK_KEY_Left || keyval == GDK_KEY_Right)
    dx = (keyval == GDK_KEY_Left ? 1 : -1) * ARROW_PART * self->view->viewport.width;
  else if (keyval == GDK_KEY_Up || keyval == GDK_KEY_Down)
    dy = (keyval == GDK_KEY_Up ? 1 : -1) * ARROW_PART * self->view->viewport.height;
  else
    return GDK_EVENT_PROPAGATE;
  acini_view_glide_by (self->view, dx, dy);
  return GDK_EVENT_STOP;
}

static void
acini_overview_dispose (GObject *object)
{
  AciniOverview *self = ACINI_OVERVIEW (object);
  if (self->client)
    forget (self);
  g_clear_pointer (&self->client, acini_tile_client_free);
  if (self->tracker)
    {
      g_signal_handlers_disconnect_by_data (self->tracker, self);
      g_object_run_dispose (G_OBJECT (self->tracker));
    }
  g_clear_object (&self->tracker);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (acini_overview_parent_class)->dispose (object);
}

static void
acini_overview_class_init (AciniOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = acini_overview_dispose;
  widget_class->measure = acini_overview_measure;
  widget_class->size_allocate = acini_overview_size_allocate;
  widget_class->snapshot = acini_overview_snapshot;
  gtk_widget_class_set_css_name (widget_class, "slideoverview");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_APPLICATION);
}

static void
acini_overview_init (AciniOverview *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  self->client = acini_tile_client_new (acini_tile_loader_get_default (), on_arrived, self);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_cursor_from_name (widget, "crosshair");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Overview of the slide"),
                                  -1);
  acini_overlay_style (widget);

  GtkGesture *drag = gtk_gesture_drag_new ();
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (on_drag_begin), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (on_drag_update), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_pressed), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, keys);
}

GtkWidget *
acini_overview_new (AciniSlideView *view)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  AciniOverview *self = g_object_new (ACINI_TYPE_OVERVIEW, NULL);
  g_set_weak_pointer (&self->view, view);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->tracker = acini_coverage_tracker_new (view);
  g_signal_connect_object (self->tracker, "changed", G_CALLBACK (on_coverage_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "opened", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "display-changed", G_CALLBACK (update_display), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

AciniCoverageTracker *
acini_overview_get_tracker (AciniOverview *self)
{
  g_return_val_if_fail (ACINI_IS_OVERVIEW (self), NULL);
  return self->tracker;
}
