/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-segment-pane.h"

#include "app/segmentation/acini-card-thresholds.h"
#include "ui/project/acini-model-thresholds.h"
#include "ui/review/acini-mask-legend.h"
#include "ui/review/acini-prediction-row.h"

#include <glib/gi18n.h>

#define DEFAULT_OPACITY 0.25

struct _AciniSegmentPane
{
  AdwBin parent_instance;

  /* Template. */
  GtkAdjustment *threshold, *opacity;
  GtkLabel *threshold_label, *threshold_origin, *opacity_label, *progress_label, *corrected_label, *warning_label;
  GtkDropDown *threshold_class;
  GtkWidget *threshold_reset;
  AciniMaskLegend *legend;
  GtkProgressBar *progress_bar;
  GtkRevealer *progress_revealer;
  AdwComboRow *model_row, *style_row;
  AciniPredictionRow *prediction_row;
  GtkWidget *mask_row, *outlines_row;

  AciniSession *session;
  AciniSlideView *view;
  AciniThresholds thresholds; /* of the model in use, for the slide's organ */
  GPtrArray *bindings;        /* element-type GBinding: to the view */
  AciniTask *live;            /* NULL: what is on screen is not being segmented */
  gboolean filling;           /* the model row is being filled, nobody chooses */
};

G_DEFINE_FINAL_TYPE (AciniSegmentPane, acini_segment_pane, ADW_TYPE_BIN)

static void
on_model_selected (AciniSegmentPane *self)
{
  AciniModelItem *item = adw_combo_row_get_selected_item (self->model_row);
  AciniModelItem *current = self->session != NULL ? acini_session_get_model (self->session) : NULL;

  if (self->filling || item == NULL || current == NULL)
    return;
  /* While the list reloads, the row selects its first model on its own: the user did not choose it. */
  if (acini_model_list_find (acini_session_get_model_list (self->session), acini_model_item_get_record (current)->id)
      == current)
    acini_model_list_use (acini_session_get_model_list (self->session), item);
}

static void
show_model (AciniSegmentPane *self)
{
  AciniModelItem *model = acini_session_get_model (self->session);
  GListModel *models = acini_session_get_models (self->session);

  self->filling = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);

      if (item == model)
        adw_combo_row_set_selected (self->model_row, i);
    }
  self->filling = FALSE;
}

/* The threshold of one class at a time: which one the slider is for. */
static guint
get_threshold_class (AciniSegmentPane *self)
{
  guint selected = gtk_drop_down_get_selected (self->threshold_class);

  return selected < self->thresholds.n ? selected : 0;
}

static const char *
get_organ (AciniSegmentPane *self)
{
  AciniSlideItem *slide = acini_session_get_slide (self->session);

  return slide != NULL ? acini_slide_item_get_record (slide)->organ : "";
}

/* Says what the thresholds are, and whose. */
static void
show_threshold (AciniSegmentPane *self)
{
  double value = acini_threshold_from_cut (acini_thresholds_get_cut (&self->thresholds, get_threshold_class (self)));
  g_autofree char *text = g_strdup_printf ("%.3f", value);

  self->filling = TRUE;
  gtk_adjustment_set_value (self->threshold, value);
  self->filling = FALSE;
  gtk_label_set_label (self->threshold_label, text);
  gtk_label_set_label (self->threshold_origin, self->thresholds.own ? _ ("Set by you") : _ ("From the model"));
  gtk_widget_set_sensitive (self->threshold_reset, self->thresholds.own);
  if (self->view != NULL)
    acini_slide_view_set_thresholds (self->view, &self->thresholds, NULL);
}

/* The model's classes, where it has several. */
static void
show_threshold_classes (AciniSegmentPane *self, const AciniCard *card)
{
  guint n = card != NULL ? acini_card_count_planes (card) : 1, selected = get_threshold_class (self);
  guint first = card != NULL ? g_strv_length (card->classes) - n : 0;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; card != NULL && i < n; i++)
    gtk_string_list_append (names, card->classes[first + i]);
  self->filling = TRUE;
  gtk_drop_down_set_model (self->threshold_class, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->threshold_class, selected < n ? selected : 0);
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->threshold_class), n > 1);
}

static void
show_legend (AciniSegmentPane *self)
{
  acini_mask_legend_set_classes (self->legend, acini_class_list_get (self->session));
}

/* Another model, or organ: its thresholds count, the user's own or the card's. */
static void
load_thresholds (AciniSegmentPane *self)
{
  AciniModelItem *model = acini_session_get_model (self->session);
  const AciniCard *card = model != NULL ? acini_model_item_get_card (model) : NULL;

  acini_session_get_thresholds (self->session, model, get_organ (self), &self->thresholds);
  show_threshold_classes (self, card);
  show_legend (self);
  self->filling = TRUE;
  gtk_adjustment_set_value (self->opacity, acini_project_settings_get_number (
                                               acini_session_get_settings (self->session), "opacity", DEFAULT_OPACITY));
  self->filling = FALSE;
  show_threshold (self);
}

static void
show_progress (AciniSegmentPane *self)
{
  AciniSlideItem *slide = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  gint64 id = slide != NULL ? acini_slide_item_get_record (slide)->id : 0;
  AciniJobItem *job = self->session != NULL
                          ? acini_job_list_find_segmentation (acini_session_get_job_list (self->session), id)
                          : NULL;
  AciniTask *task = self->live != NULL ? self->live : job != NULL ? acini_job_item_get_task (job) : NULL;
  const char *activity;

  gtk_revealer_set_reveal_child (self->progress_revealer, task != NULL);
  if (task == NULL)
    return;
  /* Of another slide: which one, rather than what it is doing. */
  activity = self->live != NULL || acini_job_item_get_slide (job) == id ? acini_task_get_activity (task) : NULL;
  gtk_label_set_label (self->progress_label, activity != NULL ? activity : acini_task_get_title (task));
  if (acini_task_get_fraction (task) < 0)
    gtk_progress_bar_pulse (self->progress_bar);
  else
    gtk_progress_bar_set_fraction (self->progress_bar, acini_task_get_fraction (task));
}

void
acini_segment_pane_set_warning (AciniSegmentPane *self, const char *text)
{
  g_return_if_fail (ACINI_IS_SEGMENT_PANE (self));

  gtk_label_set_label (self->warning_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->warning_label), text != NULL && *text != '\0');
}

static void
forget_warning (AciniSegmentPane *self)
{
  acini_segment_pane_set_warning (self, NULL);
}

static void
on_slide (AciniSegmentPane *self)
{
  AciniSlideItem *slide = acini_session_get_slide (self->session);
  const GSignalMatchType same = G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA;

  /* Its organ may be told while it is on screen. */
  if (slide != NULL && !g_signal_handler_find (slide, same, 0, 0, NULL, load_thresholds, self))
    g_signal_connect_object (slide, "notify::detail", G_CALLBACK (load_thresholds), self, G_CONNECT_SWAPPED);
  load_thresholds (self);
  show_progress (self);
}

static void
on_threshold_class (AciniSegmentPane *self)
{
  if (!self->filling && self->session != NULL)
    show_threshold (self);
}

static void
on_threshold_reset (AciniSegmentPane *self)
{
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;

  if (model == NULL)
    return;
  acini_session_set_thresholds (self->session, model, get_organ (self), NULL);
  load_thresholds (self);
}

/* The slider rests only where a byte of probability is: what it shows is what counts. */
static void
on_threshold_moved (AciniSegmentPane *self)
{
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;
  guint class = get_threshold_class (self);
  guint8 cut = acini_threshold_to_cut (gtk_adjustment_get_value (self->threshold));

  if (self->filling || self->session == NULL)
    return;
  if (cut != acini_thresholds_get_cut (&self->thresholds, class))
    {
      self->thresholds.cuts[class] = cut;
      self->thresholds.own = TRUE;
      if (model != NULL)
        acini_session_set_thresholds (self->session, model, get_organ (self), &self->thresholds);
    }
  show_threshold (self);
}

static void
show_corrected (AciniSegmentPane *self)
{
  GListModel *slides = acini_session_get_slides (self->session);
  g_autofree char *text = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      n += acini_slide_item_get_record (item)->labelled != 0;
    }
  text = n == 0
             ? g_strdup (_ ("Correct the mask with the brush and the eraser first: the model learns from corrections."))
             : g_strdup_printf (ngettext ("%u slide has corrections.", "%u slides have corrections.", n), n);
  gtk_label_set_label (self->corrected_label, text);
}

void
acini_segment_pane_set_live (AciniSegmentPane *self, AciniTask *task)
{
  g_return_if_fail (ACINI_IS_SEGMENT_PANE (self) && (task == NULL || ACINI_IS_TASK (task)));

  if (self->live != NULL)
    g_signal_handlers_disconnect_by_func (self->live, show_progress, self);
  g_set_object (&self->live, task);
  if (task != NULL)
    g_signal_connect_object (task, "changed", G_CALLBACK (show_progress), self, G_CONNECT_SWAPPED);
  show_progress (self);
}

static void
show_opacity (AciniSegmentPane *self)
{
  g_autofree char *opacity = g_strdup_printf (_ ("%.0f %%"), gtk_adjustment_get_value (self->opacity) * 100);

  gtk_label_set_label (self->opacity_label, opacity);
}

static void
on_opacity_moved (AciniSegmentPane *self)
{
  show_opacity (self);
  if (!self->filling && self->session != NULL)
    acini_project_settings_set_number (acini_session_get_settings (self->session), "opacity",
                                       gtk_adjustment_get_value (self->opacity));
}

static void
on_switched (AciniSegmentPane *self)
{
  gboolean mask = TRUE, outlines = TRUE;

  if (self->session == NULL || !acini_session_is_ready (self->session))
    return;
  g_object_get (self->view, "show-mask", &mask, "show-outlines", &outlines, NULL);
  acini_project_settings_set (acini_session_get_settings (self->session), "show-mask", mask ? "1" : "0");
  acini_project_settings_set (acini_session_get_settings (self->session), "show-outlines", outlines ? "1" : "0");
}

/* As the view names them, in the order of the row. */
static const char *const styles[] = { "filled", "viridis", "magma" };

static void
on_style_selected (AciniSegmentPane *self)
{
  guint i = adw_combo_row_get_selected (self->style_row);

  if (!self->filling && self->view != NULL && i < G_N_ELEMENTS (styles))
    g_object_set (self->view, "mask-style", styles[i], NULL);
}

static void
show_style (AciniSegmentPane *self)
{
  g_autofree char *style = NULL;

  g_object_get (self->view, "mask-style", &style, NULL);
  self->filling = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_str_equal (style, styles[i]))
      adw_combo_row_set_selected (self->style_row, i);
  self->filling = FALSE;
  if (self->session != NULL && acini_session_is_ready (self->session)
      && g_strcmp0 (acini_project_settings_get (acini_session_get_settings (self->session), "mask-style"), style) != 0)
    acini_project_settings_set (acini_session_get_settings (self->session), "mask-style", style);
}

static void
on_ready (AciniSegmentPane *self)
{
  const char *style = acini_project_settings_get (acini_session_get_settings (self->session), "mask-style");

  if (style != NULL)
    g_object_set (self->view, "mask-style", style, NULL);
  g_object_set (self->view, "show-mask",
                acini_project_settings_get_number (acini_session_get_settings (self->session), "show-mask", 1) != 0,
                "show-outlines",
                acini_project_settings_get_number (acini_session_get_settings (self->session), "show-outlines", 1) != 0,
                NULL);
  show_model (self);
  load_thresholds (self);
  show_corrected (self);
  show_progress (self);
}

static void
bind (AciniSegmentPane *self, gpointer source, const char *property, const char *target)
{
  g_ptr_array_add (self->bindings, g_object_ref (g_object_bind_property (source, property, self->view, target,
                                                                         G_BINDING_BIDIRECTIONAL)));
}

static void
unbind (gpointer data)
{
  g_binding_unbind (data);
  g_object_unref (data);
}

void
acini_segment_pane_set_session (AciniSegmentPane *self, AciniSession *session, AciniSlideView *view)
{
  g_autoptr (GtkExpression) expression = NULL;

  g_return_if_fail (ACINI_IS_SEGMENT_PANE (self));

  g_ptr_array_set_size (self->bindings, 0);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  acini_segment_pane_set_feed (self, NULL);
  self->filling = TRUE;
  adw_combo_row_set_model (self->model_row, NULL);
  g_set_object (&self->session, session);
  g_set_object (&self->view, view);
  if (session == NULL)
    return;

  expression = gtk_property_expression_new (ACINI_TYPE_MODEL_ITEM, NULL, "name");
  adw_combo_row_set_expression (self->model_row, expression);
  adw_combo_row_set_model (self->model_row, acini_session_get_models (session));
  self->filling = FALSE;
  forget_warning (self);
  on_slide (self);
  bind (self, self->opacity, "value", "opacity-mask");
  bind (self, self->mask_row, "active", "show-mask");
  bind (self, self->outlines_row, "active", "show-outlines");
  acini_mask_legend_set_view (self->legend, view);
  show_style (self);
  g_signal_connect_object (view, "notify::mask-style", G_CALLBACK (show_style), self, G_CONNECT_SWAPPED);
  g_object_set (view, "opacity-mask", gtk_adjustment_get_value (self->opacity), NULL);
  g_signal_connect_object (view, "notify::show-mask", G_CALLBACK (on_switched), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::show-outlines", G_CALLBACK (on_switched), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_class_list_get (session), "changed", G_CALLBACK (show_legend), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "ready", G_CALLBACK (on_ready), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (show_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (forget_warning), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (forget_warning), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (load_thresholds), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (on_slide), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "jobs-changed", G_CALLBACK (show_progress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "labels-changed", G_CALLBACK (show_corrected), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (acini_session_get_slides (session), "items-changed", G_CALLBACK (show_corrected), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

void
acini_segment_pane_set_feed (AciniSegmentPane *self, AciniPredictionFeed *feed)
{
  g_return_if_fail (ACINI_IS_SEGMENT_PANE (self));

  acini_prediction_row_set_feed (self->prediction_row, feed != NULL ? self->session : NULL, feed);
}

static void
acini_segment_pane_dispose (GObject *object)
{
  AciniSegmentPane *self = ACINI_SEGMENT_PANE (object);

  g_clear_pointer (&self->bindings, g_ptr_array_unref);
  self->filling = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_SEGMENT_PANE);
  g_clear_object (&self->session);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (acini_segment_pane_parent_class)->dispose (object);
}

static void
acini_segment_pane_finalize (GObject *object)
{
  g_clear_object (&ACINI_SEGMENT_PANE (object)->live);
  G_OBJECT_CLASS (acini_segment_pane_parent_class)->finalize (object);
}

static void
acini_segment_pane_class_init (AciniSegmentPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_segment_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_segment_pane_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/review/acini-segment-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, threshold);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, opacity);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, threshold_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, threshold_origin);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, threshold_class);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, threshold_reset);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, legend);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, opacity_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, progress_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, progress_revealer);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, corrected_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, warning_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, model_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, mask_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, outlines_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, prediction_row);
  gtk_widget_class_bind_template_child (widget_class, AciniSegmentPane, style_row);
  gtk_widget_class_bind_template_callback (widget_class, on_model_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_threshold_class);
  gtk_widget_class_bind_template_callback (widget_class, on_threshold_reset);
}

static void
acini_segment_pane_init (AciniSegmentPane *self)
{
  self->bindings = g_ptr_array_new_with_free_func (unbind);
  g_type_ensure (ACINI_TYPE_MASK_LEGEND);
  g_type_ensure (ACINI_TYPE_PREDICTION_ROW);
  acini_thresholds_init (&self->thresholds, NULL, 0);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->style_row, "notify::selected", G_CALLBACK (on_style_selected), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->threshold, "value-changed", G_CALLBACK (on_threshold_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->opacity, "value-changed", G_CALLBACK (on_opacity_moved), self, G_CONNECT_SWAPPED);
}
