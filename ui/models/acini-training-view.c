/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-training-view.h"
#include "app/training/acini-training.h"
#include "ui/plot/acini-plot.h"
#include "ui/tasks/acini-task-buttons.h"
#include "acini-config.h"

#include <glib/gi18n.h>
#include <math.h>

struct _AciniTrainingView
{
  AdwBin parent_instance;

  GtkLabel *title_label, *detail_label;
  AciniTaskButtons *buttons;
  GtkProgressBar *bar;
  AciniPlot *loss_plot, *dice_plot, *finder_plot;
  GtkWidget *finder_frame;

  AciniJobItem *item;
  guint curve_number; /* of the curves that are drawn */
};

G_DEFINE_FINAL_TYPE (AciniTrainingView, acini_training_view, ADW_TYPE_BIN)

/* Adds what the plot does not have yet. */
static void
extend (AciniPlot *plot, const char *name, GArray *points)
{
  guint series;

  if (points->len == 0)
    return;
  series = acini_plot_ensure_series (plot, name);
  for (guint i = acini_plot_get_n_points (plot, series); i < points->len; i++)
    {
      const AciniJobPoint *point = &g_array_index (points, AciniJobPoint, i);

      acini_plot_append (plot, series, point->step, point->value);
    }
}

/* The line to compare with is what the starting model scored on these very slides.  Its card's Dice is of others. */
static void
show_before (AciniTrainingView *self)
{
  GArray *dice = acini_job_item_get_dice (self->item);
  const AciniJobPoint *first = dice->len > 0 ? &g_array_index (dice, AciniJobPoint, 0) : NULL;
  g_autofree char *label = NULL;

  if (first == NULL || first->step != 0)
    return;
  label = g_strdup_printf (_ ("Before: %.3f"), first->value);
  acini_plot_set_reference (self->dice_plot, first->value, label);
}

static void
show_curves (AciniTrainingView *self)
{
  GHashTableIter iter;
  gpointer organ = NULL, points = NULL;

  if (self->curve_number != acini_job_item_get_curve_number (self->item))
    {
      acini_plot_clear (self->loss_plot);
      acini_plot_clear (self->dice_plot);
      acini_plot_clear (self->finder_plot);
      self->curve_number = acini_job_item_get_curve_number (self->item);
    }
  acini_plot_set_x_end (self->loss_plot, acini_job_item_get_n_steps (self->item));
  acini_plot_set_x_end (self->dice_plot, acini_job_item_get_n_steps (self->item));
  extend (self->loss_plot, _ ("Training"), acini_job_item_get_loss (self->item));
  extend (self->loss_plot, _ ("Held out"), acini_job_item_get_held_out_loss (self->item));
  extend (self->dice_plot, _ ("All"), acini_job_item_get_dice (self->item));
  show_before (self);
  /* One organ is what "all" shows already. */
  if (g_hash_table_size (acini_job_item_get_dice_by_organ (self->item)) < 2)
    return;
  g_hash_table_iter_init (&iter, acini_job_item_get_dice_by_organ (self->item));
  while (g_hash_table_iter_next (&iter, &organ, &points))
    extend (self->dice_plot, acini_organ_get_name (organ), points);
}

/* The rates that were tried, and which of them was taken. */
static void
show_finder (AciniTrainingView *self)
{
  GArray *points = acini_job_item_get_finder (self->item);
  double found = acini_job_item_get_found (self->item);
  g_autofree char *title = NULL;

  gtk_widget_set_visible (self->finder_frame, points->len > 0);
  if (points->len == 0)
    return;
  extend (self->finder_plot, _ ("Tried"), points);
  title = isfinite (found) ? g_strdup_printf (_ ("Learning rate: %.2g was taken"), pow (10, found))
                           : g_strdup (_ ("Learning rate: being looked for"));
  acini_plot_set_title (self->finder_plot, title);
}

static void
show (AciniTrainingView *self)
{
  g_autofree char *detail = acini_job_item_dup_detail (self->item);
  AciniJobState state = acini_job_item_get_state (self->item);

  gtk_label_set_label (self->detail_label, detail);
  if (state == ACINI_JOB_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->detail_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->detail_label), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->bar), acini_job_item_is_active (self->item));
  gtk_progress_bar_set_fraction (self->bar, acini_job_item_get_fraction (self->item));
  show_curves (self);
  show_finder (self);
}

void
acini_training_view_set_job (AciniTrainingView *self, AciniJobItem *item)
{
  g_autofree char *title = NULL;

  g_return_if_fail (ACINI_IS_TRAINING_VIEW (self));

  if (item == self->item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  acini_plot_clear (self->loss_plot);
  acini_plot_clear (self->dice_plot);
  acini_plot_clear (self->finder_plot);
  acini_task_buttons_set_task (self->buttons, item != NULL ? acini_job_item_get_task (item) : NULL);
  if (item == NULL)
    return;
  self->curve_number = acini_job_item_get_curve_number (item);
  title = acini_job_item_dup_title (item);
  gtk_label_set_label (self->title_label, title);
  g_signal_connect_object (item, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}

static void
acini_training_view_dispose (GObject *object)
{
  AciniTrainingView *self = ACINI_TRAINING_VIEW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_TRAINING_VIEW);
  g_clear_object (&self->item);
  G_OBJECT_CLASS (acini_training_view_parent_class)->dispose (object);
}

static void
acini_training_view_class_init (AciniTrainingViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_training_view_dispose;
  g_type_ensure (ACINI_TYPE_PLOT);
  g_type_ensure (ACINI_TYPE_TASK_BUTTONS);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/models/acini-training-view.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, title_label);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, detail_label);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, buttons);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, bar);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, loss_plot);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, dice_plot);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, finder_plot);
  gtk_widget_class_bind_template_child (widget_class, AciniTrainingView, finder_frame);
}

static void
acini_training_view_init (AciniTrainingView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  acini_plot_set_title (self->loss_plot, _ ("Loss"));
  acini_plot_set_title (self->dice_plot, _ ("Dice on held-out slides"));
  acini_plot_set_axis_titles (self->loss_plot, _ ("Step"), _ ("Loss"));
  acini_plot_set_axis_titles (self->dice_plot, _ ("Step"), _ ("Dice"));
  acini_plot_set_axis_titles (self->finder_plot, _ ("Learning rate, power of ten"), _ ("Loss"));
  acini_task_buttons_set_labels (self->buttons, TRUE);
}
