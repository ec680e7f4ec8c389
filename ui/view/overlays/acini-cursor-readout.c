/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/base/acini-async.h"
#include "ui/project/acini-slide-item.h"
#include "ui/view/overlays/acini-cursor-readout.h"
#include "ui/view/overlays/acini-overlays.h"
#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Of several classes the network gives probabilities for, the most probable ones are told. */
#define MOST_CLASSES 2
#define MAX_CLASSES 64

/* A screen reader is told what is under the pointer some times a second, not with each motion. */
#define DESCRIBE_MS 250

struct _AciniCursorReadout
{
  GtkWidget parent_instance;
  AciniSlideView *view; /* weak */
  GtkWidget *label;
  GCancellable *cancellable;
  char *values;    /* what was read last */
  gint64 x, y;     /* the pixel under the pointer; -1: none */
  gboolean asking; /* a worker reads */
  gboolean again;  /* the pointer has moved on since */
  guint describe;  /* will tell the view's description */
};

G_DEFINE_FINAL_TYPE (AciniCursorReadout, acini_cursor_readout, GTK_TYPE_WIDGET)

typedef struct
{
  AciniProject *project;
  gint64 slide;
  AciniPrediction *prediction;
  gint64 x, y;
  char *text;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;
  g_object_unref (asked->project);
  g_clear_object (&asked->prediction);
  g_free (asked->text);
  g_free (asked);
}

/* What people call it; the organ's own word for the class that every project has. */
static char *
dup_class_name (Asked *asked, int label)
{
  g_autofree char *name = acini_project_dup_class_name (asked->project, label);
  if (name && !g_str_equal (name, "FTU"))
    return g_steal_pointer (&name);
  if (label > ACINI_LABEL_FIRST_CLASS)
    return g_strdup_printf (_ ("Class %d"), label - 1);
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (asked->project, asked->slide, NULL);
  return g_strdup (acini_organ_get_unit (record ? record->organ : ""));
}

/* The most probable classes, as "Model 93 %", or "Model: tubule 93 %, vessel 4 %" where there are several. */
static gboolean
add_probabilities (Asked *asked, GString *text, GError **error)
{
  const AciniPredictionInfo *info = acini_prediction_get_info (asked->prediction);
  gint64 x = (gint64)floor ((double)asked->x / info->downsample);
  gint64 y = (gint64)floor ((double)asked->y / info->downsample);
  guint8 values[MAX_CLASSES], computed = 0;
  int n = MIN (info->n_classes, MAX_CLASSES);
  for (int i = 0; i < n; i++)
    if (!acini_prediction_read (asked->prediction, i, 0, x, y, 1, 1, &values[i], &computed, error))
      return FALSE;
  if (!computed)
    return TRUE;
  for (int told = 0; told < MIN (n, MOST_CLASSES); told++)
    {
      int best = 0;
      for (int i = 1; i < n; i++)
        if (values[i] > values[best])
          best = i;
      if (told > 0 && values[best] < 3) /* nothing to speak of */
        break;
      g_autofree char *name = n > 1 ? dup_class_name (asked, ACINI_LABEL_FIRST_CLASS + best) : NULL;
      if (told == 0)
        g_string_append (text, n > 1 ? _ ("Model: ") : _ ("Model "));
      g_string_append_printf (text, "%s%s%s%.0f\u202f%%", told > 0 ? ", " : "", name ? name : "", name ? " " : "",
                              values[best] / 2.55);
      values[best] = 0;
    }
  return TRUE;
}

static gboolean
read_values (gpointer data, GCancellable *cancellable, GError **error)
{
  Asked *asked = data;
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 label = ACINI_LABEL_UNLABELLED;
  if (asked->prediction && !add_probabilities (asked, text, error))
    return FALSE;
  if (!acini_labels_read (asked->project, asked->slide, 0, asked->x, asked->y, 1, 1, &label, error))
    return FALSE;
  if (label != ACINI_LABEL_UNLABELLED)
    {
      g_autofree char *name
          = label == ACINI_LABEL_BACKGROUND ? g_strdup (_ ("background")) : dup_class_name (asked, label);
      g_autofree char *marked = g_strdup_printf (_ ("Marked by you: %s"), name);
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", marked);
    }
  asked->text = g_strdup (text->str);
  return TRUE;
}

static gboolean
describe (gpointer user_data)
{
  AciniCursorReadout *self = user_data;
  self->describe = 0;
  if (self->view)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    gtk_label_get_label (GTK_LABEL (self->label)), -1);
  return G_SOURCE_REMOVE;
}

static void
queue_describe (AciniCursorReadout *self)
{
  if (self->describe == 0)
    self->describe = g_timeout_add (DESCRIBE_MS, describe, self);
}

static void
show_text (AciniCursorReadout *self)
{
  AciniSlideView *view = self->view;
  double x = (double)self->x, y = (double)self->y;
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, _ ("%.0f, %.0f px"), x, y);
  if (view->mpp_x > 0 && view->mpp_y > 0
      && MAX (view->slide_width * view->mpp_x, view->slide_height * view->mpp_y) < 1000)
    g_string_append_printf (text, _ ("   %.1f, %.1f µm"), x * view->mpp_x, y * view->mpp_y);
  else if (view->mpp_x > 0 && view->mpp_y > 0)
    g_string_append_printf (text, _ ("   %.3f, %.3f mm"), x * view->mpp_x / 1000, y * view->mpp_y / 1000);
  if (self->values && *self->values)
    g_string_append_printf (text, "%s%s", view->viewport.width < 820 ? "\n" : "   ·   ", self->values);
  gtk_label_set_label (GTK_LABEL (self->label), text->str);
  queue_describe (self);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

static void ask (AciniCursorReadout *self);

static void
on_values (gpointer object, gpointer data, const GError *error)
{
  AciniCursorReadout *self = object;
  Asked *asked = data;
  self->asking = FALSE;
  if (self->again)
    ask (self);
  /* An error is told where the tile is drawn, or not. */
  if (error || self->x < 0 || !self->view || asked->slide != self->view->slide_id)
    return;
  g_set_str (&self->values, asked->text);
  show_text (self);
}

static void
ask (AciniCursorReadout *self)
{
  AciniSlideView *view = self->view;
  self->again = self->asking;
  if (self->asking || self->x < 0 || !view || !view->slide || !view->project)
    return;
  Asked *asked = g_new0 (Asked, 1);
  asked->project = g_object_ref (view->project);
  asked->slide = view->slide_id;
  asked->prediction = view->prediction ? g_object_ref (view->prediction) : NULL;
  asked->x = self->x;
  asked->y = self->y;
  self->asking = TRUE;
  acini_async_run (self, self->cancellable, read_values, on_values, asked, asked_free);
}

static void
hide (AciniCursorReadout *self)
{
  self->x = self->y = -1;
  g_clear_pointer (&self->values, g_free);
  gtk_label_set_label (GTK_LABEL (self->label), "");
  queue_describe (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
on_cursor_moved (AciniCursorReadout *self, double x, double y)
{
  AciniSlideView *view = self->view;
  if (!view || !view->slide || isnan (x) || x < 0 || y < 0 || x >= view->slide_width || y >= view->slide_height)
    {
      hide (self);
      return;
    }
  self->x = (gint64)x;
  self->y = (gint64)y;
  show_text (self);
  ask (self);
}

static void
on_view_changed (AciniCursorReadout *self)
{
  AciniSlideView *view = self->view;
  double x, y;
  if (!view || !view->inside || !view->slide)
    return;
  acini_viewport_to_slide (&view->viewport, view->pointer_x, view->pointer_y, &x, &y);
  g_signal_emit_by_name (view, "cursor-moved", x, y);
}

static void
acini_cursor_readout_dispose (GObject *object)
{
  AciniCursorReadout *self = ACINI_CURSOR_READOUT (object);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->describe, g_source_remove);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->values, g_free);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (acini_cursor_readout_parent_class)->dispose (object);
}

static void
acini_cursor_readout_class_init (AciniCursorReadoutClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = acini_cursor_readout_dispose;
  gtk_widget_class_set_css_name (widget_class, "slidecursor");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
acini_cursor_readout_init (AciniCursorReadout *self)
{
  self->x = self->y = -1;
  self->cancellable = g_cancellable_new ();
  self->label = gtk_label_new (NULL);
  gtk_label_set_justify (GTK_LABEL (self->label), GTK_JUSTIFY_CENTER);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  acini_overlay_style (GTK_WIDGET (self));
}

GtkWidget *
acini_cursor_readout_new (AciniSlideView *view)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  AciniCursorReadout *self = g_object_new (ACINI_TYPE_CURSOR_READOUT, NULL);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (view, "cursor-moved", G_CALLBACK (on_cursor_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (on_view_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "opened", G_CALLBACK (hide), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

const char *
acini_cursor_readout_get_text (AciniCursorReadout *self)
{
  g_return_val_if_fail (ACINI_IS_CURSOR_READOUT (self), "");
  return gtk_label_get_label (GTK_LABEL (self->label));
}
