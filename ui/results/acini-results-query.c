/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

/* Fills the table of objects and the histogram: keys are gathered from the slides' indices and sorted on a worker. */

#include "ui/results/acini-results-page-private.h"

#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"

#include <glib/gi18n.h>

#define MOST_BARS 30

typedef struct
{
  AciniResultsSource *source;
  AciniObjectTableQuery query;
  gboolean descending, keep_histogram;
  GArray *keys;
  guint n_all;
  AciniHistogram histogram;
} Querying;

static void
querying_free (gpointer data)
{
  Querying *querying = data;

  acini_results_source_unref (querying->source);
  g_array_unref (querying->keys);
  acini_histogram_clear (&querying->histogram);
  g_free (querying);
}

static gboolean
collect (gpointer data, GCancellable *cancellable, GError **error)
{
  Querying *querying = data;
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < acini_results_source_get_n (querying->source); i++)
    {
      g_autoptr (AciniResultsSlide) slide = acini_results_source_open (querying->source, i, error);

      if (slide == NULL
          || (slide->index != NULL
              && !acini_object_table_collect (slide->index, &querying->query, i,
                                              acini_results_source_get_pixel (querying->source, i), querying->keys,
                                              values, cancellable, error)))
        return FALSE;
    }
  querying->n_all = values->len;
  acini_object_table_sort (querying->keys, querying->descending);
  acini_histogram_count (&querying->histogram, (const double *)(gpointer)values->data, values->len, MOST_BARS);
  return TRUE;
}

static void
show_count (AciniResultsPage *self, guint n, guint n_all)
{
  g_autofree char *count = acini_units_format_count (n), *all = acini_units_format_count (n_all), *text = NULL;

  if (self->query.ranged)
    /* Translators: how many of how many. */
    text = g_strdup_printf (ngettext ("%s of %s object", "%s of %s objects", n_all), count, all);
  else
    text = g_strdup_printf (ngettext ("%s object", "%s objects", n), count);
  gtk_label_set_label (self->objects_label, text);
}

static void
on_collected (gpointer object, gpointer data, const GError *error)
{
  AciniResultsPage *self = object;
  Querying *querying = data;

  if (error != NULL)
    {
      acini_session_tell (self->session, error->message);
      return;
    }
  acini_object_rows_set (self->rows, querying->source, querying->keys);
  show_count (self, querying->keys->len, querying->n_all);
  if (!querying->keep_histogram)
    acini_histogram_plot_set (
        self->histogram, &querying->histogram, acini_results_get_measure_name (querying->query.measure),
        acini_results_get_measure_unit (querying->query.measure, acini_results_source_is_scaled (querying->source)));
  gtk_widget_set_visible (self->clear_button, self->query.ranged);
}

void
acini_results_page_query (AciniResultsPage *self, gboolean keep_histogram)
{
  Querying *querying;

  g_cancellable_cancel (self->querying);
  g_clear_object (&self->querying);
  if (self->source == NULL)
    return;
  if (!keep_histogram)
    self->query.ranged = FALSE;
  self->querying = g_cancellable_new ();
  querying = g_new0 (Querying, 1);
  querying->source = acini_results_source_ref (self->source);
  querying->query = self->query;
  querying->query.region = acini_results_source_get_region (self->source);
  querying->descending = self->descending;
  querying->keep_histogram = keep_histogram;
  querying->keys = g_array_new (FALSE, FALSE, sizeof (AciniObjectKey));
  acini_async_run (self, self->querying, collect, on_collected, querying, querying_free);
}

static void
on_sorted (AciniResultsPage *self, GtkSorterChange change, GtkColumnViewSorter *sorter)
{
  GtkColumnViewColumn *by = gtk_column_view_sorter_get_primary_sort_column (sorter);
  gboolean descending = gtk_column_view_sorter_get_primary_sort_order (sorter) == GTK_SORT_DESCENDING;
  AciniObjectColumn order = ACINI_OBJECT_PLACE;

  if (by != NULL)
    order = (AciniObjectColumn)GPOINTER_TO_INT (g_object_get_data (G_OBJECT (by), "order"));
  if (self->query.order == order && self->descending == descending)
    return;
  self->query.order = order;
  self->descending = descending;
  acini_results_page_query (self, TRUE);
}

void
acini_results_page_init_query (AciniResultsPage *self)
{
  g_signal_connect_object (gtk_column_view_get_sorter (self->objects_table), "changed", G_CALLBACK (on_sorted), self,
                           G_CONNECT_SWAPPED);
}
