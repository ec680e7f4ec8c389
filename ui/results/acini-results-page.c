/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/results/acini-results-page-private.h"

#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"
#include "ui/project/acini-region-choice.h"

#include <glib/gi18n.h>
#include <math.h>

enum
{
  SIGNAL_OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniResultsPage, acini_results_page, ADW_TYPE_BIN)

/* Totals. */

/* "Crypt: 1 234 objects · 12.30 per mm² · 4560 ± 1200 µm² · 12.3 % of the tissue" */
static char *
describe (const char *name, const AciniResult *result)
{
  double density = acini_result_get_density (result), share = acini_result_get_share (result);
  gboolean scaled = result->area_um2 > 0;
  double mean = acini_result_get_mean_area (result, scaled);
  g_autofree char *count = acini_units_format_count (result->count);
  GString *text = g_string_new (NULL);

  g_string_printf (text, ngettext ("%s: %s object", "%s: %s objects", (gulong)result->count), name, count);
  if (density >= 0)
    {
      g_autofree char *number = acini_units_format_number (density, 2);

      g_string_append_printf (text, _ (" · %s per mm² of tissue"), number);
    }
  if (mean >= 0)
    {
      g_autofree char *number = acini_units_format_number (mean, 0);
      g_autofree char *deviation
          = acini_units_format_number (MAX (acini_result_get_area_deviation (result, scaled), 0), 0);

      /* Translators: mean, standard deviation and unit of areas. */
      g_string_append_printf (text, _ (" · area %s ± %s %s"), number, deviation, scaled ? _ ("µm²") : _ ("px²"));
    }
  if (share >= 0)
    g_string_append_printf (text, _ (" · %.1f %% of the tissue"), 100 * share);
  return g_string_free_and_steal (text);
}

static void
show_totals (AciniResultsPage *self)
{
  g_autofree AciniResult *totals = g_new0 (AciniResult, 256);
  g_autofree gboolean *any = g_new0 (gboolean, 256);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->results)); i++)
    {
      g_autoptr (AciniResultItem) item = g_list_model_get_item (G_LIST_MODEL (self->results), i);
      const AciniResult *result = acini_result_item_get (item);
      AciniResult *total = &totals[result->label & 0xff];

      if (any[result->label & 0xff])
        acini_result_add (total, result);
      else
        *total = *result;
      any[result->label & 0xff] = TRUE;
    }
  for (int label = 0; label < 256; label++)
    if (any[label])
      {
        const char *name = g_hash_table_lookup (self->class_names, GINT_TO_POINTER (label));
        g_autofree char *line = describe (name != NULL ? name : "", &totals[label]);

        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
      }
  gtk_label_set_label (self->totals_label, text->str);
}

/* Counting: one slide after the other, so that what is there is shown while the rest is on its way. */

typedef struct
{
  AciniResultsSource *source;
  guint slide, states;
  double tissue;     /* NaN: not measured yet */
  gboolean whole;    /* it is that of all of the slide */
  GArray *results;   /* AciniResult; NULL: neither segmented nor labelled */
  GHashTable *names; /* label → name */
} Counting;

static void
counting_free (gpointer data)
{
  Counting *counting = data;

  acini_results_source_unref (counting->source);
  g_clear_pointer (&counting->results, g_array_unref);
  g_hash_table_unref (counting->names);
  g_free (counting);
}

static gboolean
count (gpointer data, GCancellable *cancellable, GError **error)
{
  Counting *counting = data;
  g_autoptr (AciniResultsSlide) slide = acini_results_source_open (counting->source, counting->slide, error);
  g_autoptr (AciniRegionScope) scope = NULL;

  if (slide == NULL)
    return FALSE;
  scope = acini_region_scope_new (slide->source.project, slide->source.slide->id,
                                  acini_results_source_get_region (counting->source), error);
  if (scope == NULL)
    return FALSE;
  if (slide->index == NULL || !acini_region_scope_is_there (scope))
    return TRUE;
  if (!acini_object_index_update (slide->index, NULL, NULL, NULL, cancellable, error))
    return FALSE;
  counting->whole = acini_region_scope_is_all (scope);
  if (isnan (counting->tissue) || !counting->whole)
    counting->tissue = acini_results_measure_tissue (slide->source.slide, scope);
  counting->results
      = acini_results_collect (slide->index, &slide->source, scope, counting->tissue, counting->states, error);
  for (guint i = 0; counting->results != NULL && i < counting->results->len; i++)
    {
      int label = g_array_index (counting->results, AciniResult, i).label;
      char *name = acini_project_dup_class_name (acini_results_source_get_project (counting->source), label);

      g_hash_table_insert (counting->names, GINT_TO_POINTER (label),
                           name != NULL ? name : g_strdup_printf (_ ("Class %d"), label - ACINI_LABEL_FIRST_CLASS + 1));
    }
  return counting->results != NULL;
}

static void count_next (AciniResultsPage *self);

static void
fill_classes (AciniResultsPage *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new ((const char *const[]){ _ ("All Classes"), NULL });
  guint chosen = 0;

  g_array_set_size (self->labels, 0);
  for (int label = 0; label < 256; label++)
    {
      const char *name = g_hash_table_lookup (self->class_names, GINT_TO_POINTER (label));

      if (name == NULL)
        continue;
      g_array_append_val (self->labels, label);
      gtk_string_list_append (names, name);
      if (label == self->query.label)
        chosen = self->labels->len;
    }
  self->filling = TRUE;
  gtk_drop_down_set_model (self->class_choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->class_choice, chosen);
  self->filling = FALSE;
}

static void
show_results (AciniResultsPage *self, gboolean done)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->results)), n_objects = 0;

  for (guint i = 0; i < n && n_objects == 0; i++)
    {
      g_autoptr (AciniResultItem) item = g_list_model_get_item (G_LIST_MODEL (self->results), i);

      n_objects += acini_result_item_get (item)->count > 0;
    }
  /* What was chosen has to be there to be chosen again. */
  if (done || n_objects > 0)
    gtk_stack_set_visible_child_name (
        self->stack, n > 0 || acini_results_source_get_region (self->source) != NULL ? "results" : "empty");
  show_totals (self);
}

/* The new rows replace the old ones at once, when there are as many or no more come. */
static void
take_rows (AciniResultsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->counted));
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->counted), i));
  g_list_store_splice (self->results, 0, g_list_model_get_n_items (G_LIST_MODEL (self->results)), items->pdata, n);
}

static void
on_counted (gpointer object, gpointer data, const GError *error)
{
  AciniResultsPage *self = object;
  Counting *counting = data;
  const AciniSlideRecord *record = acini_results_source_get_slide (counting->source, counting->slide);
  GHashTableIter iter;
  gpointer label, name;

  if (error != NULL)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("The objects of “%s” cannot be counted: %s"), record->name, error->message);

      acini_session_tell (self->session, text);
    }
  g_hash_table_iter_init (&iter, counting->names);
  while (g_hash_table_iter_next (&iter, &label, &name))
    g_hash_table_insert (self->class_names, label, g_strdup (name));
  for (guint i = 0; counting->results != NULL && i < counting->results->len; i++)
    {
      const AciniResult *result = &g_array_index (counting->results, AciniResult, i);
      g_autoptr (AciniResultItem) item = acini_result_item_new (
          record->id, record->name, g_hash_table_lookup (self->class_names, GINT_TO_POINTER (result->label)), result);

      g_list_store_append (self->counted, item);
    }
  if (!isnan (counting->tissue) && counting->whole)
    g_hash_table_insert (self->tissue, g_memdup2 (&record->id, sizeof record->id),
                         g_memdup2 (&counting->tissue, sizeof counting->tissue));
  self->next++;
  count_next (self);
}

/* The table of objects is filled when the number of slides has doubled, and at the end. */
static void
count_next (AciniResultsPage *self)
{
  guint n = acini_results_source_get_n (self->source);
  gboolean done = self->next >= n;
  Counting *counting;
  const double *tissue;

  if (done || self->next == self->query_at)
    {
      if (done
          || g_list_model_get_n_items (G_LIST_MODEL (self->counted))
                 > g_list_model_get_n_items (G_LIST_MODEL (self->results)))
        take_rows (self);
      fill_classes (self);
      show_results (self, done);
      acini_results_page_query (self, self->query.ranged);
      self->query_at = MAX (2 * self->query_at, 1);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->progress), !done);
  if (done)
    {
      g_clear_object (&self->counted);
      return;
    }
  {
    g_autofree char *text = g_strdup_printf (_ ("Counting objects on “%s”"),
                                             acini_results_source_get_slide (self->source, self->next)->name);

    gtk_progress_bar_set_text (self->progress, text);
    gtk_progress_bar_set_fraction (self->progress, (double)self->next / n);
  }
  counting = g_new0 (Counting, 1);
  counting->source = acini_results_source_ref (self->source);
  counting->slide = self->next;
  counting->states = self->query.states;
  tissue = g_hash_table_lookup (self->tissue, &acini_results_source_get_slide (self->source, self->next)->id);
  counting->tissue = tissue != NULL ? *tissue : NAN;
  counting->names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  acini_async_run (self, self->counting, count, on_counted, counting, counting_free);
}

void
acini_results_page_pause (AciniResultsPage *self)
{
  g_return_if_fail (ACINI_IS_RESULTS_PAGE (self));

  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  g_cancellable_cancel (self->querying);
  g_clear_object (&self->querying);
  g_clear_object (&self->counted);
}

void
acini_results_page_refresh (AciniResultsPage *self)
{
  g_return_if_fail (ACINI_IS_RESULTS_PAGE (self));

  acini_results_page_pause (self);
  if (self->session == NULL)
    return;
  self->counting = g_cancellable_new ();
  g_clear_pointer (&self->source, acini_results_source_unref);
  acini_region_choice_fill (GTK_WIDGET (self->region_choice), self->session, _ ("All Tissue"), self->counting);
  self->source = acini_results_source_new (self->session, acini_region_choice_get (GTK_WIDGET (self->region_choice)));
  self->counted = g_list_store_new (ACINI_TYPE_RESULT_ITEM);
  self->next = 0;
  self->query_at = 1;
  acini_results_page_update_titles (self);
  count_next (self);
}

/* What the user chooses. */

static void
on_class_chosen (AciniResultsPage *self)
{
  guint chosen = gtk_drop_down_get_selected (self->class_choice);
  int label = chosen > 0 && chosen <= self->labels->len ? g_array_index (self->labels, int, chosen - 1) : 0;

  if (self->filling || label == self->query.label)
    return;
  self->query.label = label;
  acini_results_page_query (self, FALSE);
}

static void
on_state_chosen (AciniResultsPage *self)
{
  guint chosen = gtk_drop_down_get_selected (self->state_choice);
  guint states = chosen > 0 && chosen <= ACINI_N_REVIEWS ? 1u << (chosen - 1) : 0;

  if (states == self->query.states)
    return;
  self->query.states = states;
  self->query.ranged = FALSE;
  acini_results_page_refresh (self);
}

static void
on_region_chosen (AciniResultsPage *self)
{
  if (self->source == NULL
      || g_strcmp0 (acini_region_choice_get (GTK_WIDGET (self->region_choice)),
                    acini_results_source_get_region (self->source))
             == 0)
    return;
  self->query.ranged = FALSE;
  acini_results_page_refresh (self);
}

static void
on_measure_chosen (AciniResultsPage *self)
{
  guint chosen = gtk_drop_down_get_selected (self->measure_choice);

  if (chosen >= ACINI_OBJECT_N_MEASURES || chosen == self->query.measure)
    return;
  self->query.measure = (AciniObjectColumn)chosen;
  acini_results_page_query (self, FALSE);
}

static void
on_bar_chosen (AciniResultsPage *self, int bar)
{
  const AciniHistogram *histogram = acini_histogram_plot_get (self->histogram);

  self->query.ranged = bar >= 0;
  if (bar >= 0)
    {
      self->query.low = acini_histogram_get_edge (histogram, (guint)bar);
      self->query.high = acini_histogram_get_edge (histogram, (guint)bar + 1);
      self->query.closed = bar == (int)histogram->n - 1;
    }
  acini_results_page_query (self, TRUE);
}

static void
on_clear (AciniResultsPage *self)
{
  acini_histogram_plot_choose (self->histogram, -1);
}

static void
on_slide_activated (AciniResultsPage *self, guint position)
{
  g_autoptr (AciniResultItem) item
      = g_list_model_get_item (G_LIST_MODEL (gtk_column_view_get_model (self->slides_table)), position);

  if (item != NULL)
    g_signal_emit (self, signals[SIGNAL_OPENED], 0, acini_result_item_get_slide (item), (gint64)0, (gint64)0, (gint64)0,
                   (gint64)0);
}

static void
on_object_activated (AciniResultsPage *self, guint position)
{
  g_autoptr (AciniObjectRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), position);
  const AciniObject *object = row != NULL ? acini_object_row_get (row) : NULL;

  if (object != NULL && self->source != NULL)
    g_signal_emit (self, signals[SIGNAL_OPENED], 0,
                   acini_results_source_get_slide (self->source, acini_object_row_get_slide (row))->id, object->box.x,
                   object->box.y, object->box.width, object->box.height);
}

void
acini_results_page_set_session (AciniResultsPage *self, AciniSession *session)
{
  g_return_if_fail (ACINI_IS_RESULTS_PAGE (self));

  acini_results_page_pause (self);
  g_set_object (&self->session, session);
  acini_object_rows_set (self->rows, NULL, NULL);
  g_list_store_remove_all (self->results);
  g_hash_table_remove_all (self->class_names);
  g_hash_table_remove_all (self->tissue);
  g_clear_pointer (&self->source, acini_results_source_unref);
  gtk_drop_down_set_model (self->region_choice, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->region_choice), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

/* Making. */

static void
fill_choices (AciniResultsPage *self)
{
  g_autoptr (GtkStringList) states = gtk_string_list_new ((const char *const[]){ _ ("All States"), NULL });
  g_autoptr (GtkStringList) measures = gtk_string_list_new (NULL);

  for (AciniReviewState state = 0; state < ACINI_N_REVIEWS; state++)
    gtk_string_list_append (states, acini_results_get_state_name (state));
  for (AciniObjectColumn measure = 0; measure < ACINI_OBJECT_N_MEASURES; measure++)
    gtk_string_list_append (measures, acini_results_get_measure_name (measure));
  gtk_drop_down_set_model (self->state_choice, G_LIST_MODEL (states));
  gtk_drop_down_set_model (self->measure_choice, G_LIST_MODEL (measures));
}

static void
acini_results_page_dispose (GObject *object)
{
  AciniResultsPage *self = ACINI_RESULTS_PAGE (object);

  acini_results_page_pause (self);
  /* The child is one of the template's, which would leave the bin with a widget that is no more. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_RESULTS_PAGE);
  g_clear_object (&self->session);
  g_clear_object (&self->results);
  g_clear_object (&self->rows);
  g_clear_pointer (&self->source, acini_results_source_unref);
  G_OBJECT_CLASS (acini_results_page_parent_class)->dispose (object);
}

static void
acini_results_page_finalize (GObject *object)
{
  AciniResultsPage *self = ACINI_RESULTS_PAGE (object);

  g_array_unref (self->labels);
  g_hash_table_unref (self->class_names);
  g_hash_table_unref (self->tissue);
  G_OBJECT_CLASS (acini_results_page_parent_class)->finalize (object);
}

static void
acini_results_page_class_init (AciniResultsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_results_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_results_page_finalize;
  signals[SIGNAL_OPENED]
      = g_signal_new ("opened", ACINI_TYPE_RESULTS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 5,
                      G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64, G_TYPE_INT64);
  g_type_ensure (ACINI_TYPE_HISTOGRAM_PLOT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/results/acini-results-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, totals_label);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, objects_label);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, slides_table);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, objects_table);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, histogram);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, class_choice);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, state_choice);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, region_choice);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, measure_choice);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, progress);
  gtk_widget_class_bind_template_child (widget_class, AciniResultsPage, clear_button);
  gtk_widget_class_bind_template_callback (widget_class, on_clear);
}

static void
acini_results_page_init (AciniResultsPage *self)
{
  self->results = g_list_store_new (ACINI_TYPE_RESULT_ITEM);
  self->rows = acini_object_rows_new ();
  self->labels = g_array_new (FALSE, FALSE, sizeof (int));
  self->class_names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->tissue = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->query.order = ACINI_OBJECT_PLACE;
  gtk_widget_init_template (GTK_WIDGET (self));
  fill_choices (self);
  acini_results_page_init_tables (self);
  acini_results_page_init_query (self);
  acini_results_page_init_actions (self);
  g_signal_connect_object (self->class_choice, "notify::selected", G_CALLBACK (on_class_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->state_choice, "notify::selected", G_CALLBACK (on_state_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->region_choice, "notify::selected", G_CALLBACK (on_region_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->measure_choice, "notify::selected", G_CALLBACK (on_measure_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->histogram, "chosen", G_CALLBACK (on_bar_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slides_table, "activate", G_CALLBACK (on_slide_activated), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->objects_table, "activate", G_CALLBACK (on_object_activated), self, G_CONNECT_SWAPPED);
}
