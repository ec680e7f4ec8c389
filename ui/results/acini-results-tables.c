/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

/* The columns of the two tables of results. */

#include "ui/results/acini-results-page-private.h"

#include "ui/base/acini-units.h"

#include <glib/gi18n.h>
#include <math.h>

const char *
acini_results_get_measure_name (AciniObjectColumn measure)
{
  static const char *const names[ACINI_OBJECT_N_MEASURES] = {
    N_ ("Area"),       N_ ("Perimeter"),        N_ ("Circularity"), N_ ("Long axis"),
    N_ ("Short axis"), N_ ("Mean probability"), N_ ("Uncertainty"), N_ ("Boundary sharpness"),
  };

  return _ (names[measure]);
}

const char *
acini_results_get_measure_unit (AciniObjectColumn measure, gboolean scaled)
{
  switch (measure)
    {
    case ACINI_OBJECT_AREA:
      return scaled ? _ ("µm²") : _ ("px²");
    case ACINI_OBJECT_PERIMETER:
    case ACINI_OBJECT_LONG_AXIS:
    case ACINI_OBJECT_SHORT_AXIS:
      return scaled ? _ ("µm") : _ ("px");
    case ACINI_OBJECT_UNCERTAINTY:
      return _ ("bit");
    default:
      return "";
    }
}

const char *
acini_results_get_state_name (AciniReviewState state)
{
  static const char *const names[ACINI_N_REVIEWS] = { N_ ("New"), N_ ("Accepted"), N_ ("Rejected"), N_ ("Flagged") };

  return _ (names[state]);
}

static char *
format_number (double number, int decimals)
{
  return number >= 0 ? acini_units_format_number (number, decimals) : g_strdup ("–");
}

/* What is special about one column: its text of an item, and for the table of slides how it is sorted. */
typedef char *(*TextFunc) (AciniResultsPage *self, gpointer item);
typedef double (*ValueFunc) (AciniResultItem *item); /* NULL: by its text */

typedef struct
{
  const char *title;
  TextFunc text;
  ValueFunc value;
  gboolean number;
  int order; /* AciniObjectColumn; of the table of objects */
} Column;

/* Slides. */

static char *
text_slide (AciniResultsPage *self, gpointer item)
{
  return g_strdup (acini_result_item_get_slide_name (item));
}

static char *
text_class (AciniResultsPage *self, gpointer item)
{
  return g_strdup (acini_result_item_get_class_name (item));
}

static double
value_count (AciniResultItem *item)
{
  return (double)acini_result_item_get (item)->count;
}

static double
value_density (AciniResultItem *item)
{
  return acini_result_get_density (acini_result_item_get (item));
}

static double
value_mean (AciniResultItem *item)
{
  const AciniResult *result = acini_result_item_get (item);

  return acini_result_get_mean_area (result, result->area_um2 > 0);
}

static double
value_deviation (AciniResultItem *item)
{
  const AciniResult *result = acini_result_item_get (item);

  return acini_result_get_area_deviation (result, result->area_um2 > 0);
}

static double
value_share (AciniResultItem *item)
{
  return acini_result_get_share (acini_result_item_get (item));
}

#define STATE_COLUMN(name, state)                                                                                      \
  static double value_##name (AciniResultItem *item) { return (double)acini_result_item_get (item)->states[state]; }   \
  static char *text_##name (AciniResultsPage *self, gpointer item)                                                     \
  {                                                                                                                    \
    return acini_units_format_count (acini_result_item_get (item)->states[state]);                                     \
  }
STATE_COLUMN (new, ACINI_REVIEW_NEW)
STATE_COLUMN (accepted, ACINI_REVIEW_ACCEPTED)
STATE_COLUMN (rejected, ACINI_REVIEW_REJECTED)
STATE_COLUMN (flagged, ACINI_REVIEW_FLAGGED)

static char *
text_count (AciniResultsPage *self, gpointer item)
{
  return acini_units_format_count (acini_result_item_get (item)->count);
}

static char *
text_density (AciniResultsPage *self, gpointer item)
{
  return format_number (value_density (item), 2);
}

/* A slide whose scale is not known says so. */
static char *
format_area (AciniResultItem *item, double area)
{
  g_autofree char *number = format_number (area, 0);
  gboolean scaled = acini_result_item_get (item)->area_um2 > 0;

  return area < 0 || scaled ? g_steal_pointer (&number) : g_strdup_printf (_ ("%s px²"), number);
}

static char *
text_mean (AciniResultsPage *self, gpointer item)
{
  return format_area (item, value_mean (item));
}

static char *
text_deviation (AciniResultsPage *self, gpointer item)
{
  return format_area (item, value_deviation (item));
}

static char *
text_share (AciniResultsPage *self, gpointer item)
{
  double share = value_share (item);

  return format_number (share >= 0 ? 100 * share : share, 1);
}

static const Column slide_columns[] = {
  { N_ ("Slide"), text_slide, NULL, FALSE, 0 },
  { N_ ("Class"), text_class, NULL, FALSE, 0 },
  { N_ ("Objects"), text_count, value_count, TRUE, 0 },
  { N_ ("Per mm² of tissue"), text_density, value_density, TRUE, 0 },
  { N_ ("Mean area (µm²)"), text_mean, value_mean, TRUE, 0 },
  { N_ ("SD of area (µm²)"), text_deviation, value_deviation, TRUE, 0 },
  { N_ ("Share of tissue (%)"), text_share, value_share, TRUE, 0 },
  { N_ ("New"), text_new, value_new, TRUE, 0 },
  { N_ ("Accepted"), text_accepted, value_accepted, TRUE, 0 },
  { N_ ("Rejected"), text_rejected, value_rejected, TRUE, 0 },
  { N_ ("Flagged"), text_flagged, value_flagged, TRUE, 0 },
};

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Column *column = user_data;
  double x, y;

  if (column->value == NULL)
    {
      g_autofree char *first = column->text (NULL, (gpointer)a), *second = column->text (NULL, (gpointer)b);

      return g_utf8_collate (first, second);
    }
  x = column->value ((AciniResultItem *)a);
  y = column->value ((AciniResultItem *)b);
  return (x > y) - (x < y);
}

/* Objects. */

static char *
row_slide (AciniResultsPage *self, gpointer row)
{
  guint slide = acini_object_row_get_slide (row);

  return g_strdup (self->source != NULL && slide < acini_results_source_get_n (self->source)
                       ? acini_results_source_get_slide (self->source, slide)->name
                       : "");
}

static char *
row_class (AciniResultsPage *self, gpointer row)
{
  const AciniObject *object = acini_object_row_get (row);
  const char *name = object != NULL ? g_hash_table_lookup (self->class_names, GINT_TO_POINTER (object->label)) : NULL;

  return g_strdup (name != NULL ? name : "–");
}

static char *
row_measure (AciniResultsPage *self, AciniObjectRow *row, AciniObjectColumn measure, int decimals)
{
  const AciniObject *object = acini_object_row_get (row);

  if (object == NULL || self->source == NULL)
    return g_strdup (acini_object_row_is_loaded (row) ? "–" : "…");
  return format_number (
      acini_object_get_measure (object, measure,
                                acini_results_source_get_pixel (self->source, acini_object_row_get_slide (row))),
      decimals);
}

#define MEASURE_COLUMN(name, measure, decimals)                                                                        \
  static char *row_##name (AciniResultsPage *self, gpointer row) { return row_measure (self, row, measure, decimals); }
MEASURE_COLUMN (area, ACINI_OBJECT_AREA, 0)
MEASURE_COLUMN (perimeter, ACINI_OBJECT_PERIMETER, 0)
MEASURE_COLUMN (circularity, ACINI_OBJECT_CIRCULARITY, 2)
MEASURE_COLUMN (long_axis, ACINI_OBJECT_LONG_AXIS, 1)
MEASURE_COLUMN (short_axis, ACINI_OBJECT_SHORT_AXIS, 1)
MEASURE_COLUMN (probability, ACINI_OBJECT_PROBABILITY, 2)
MEASURE_COLUMN (uncertainty, ACINI_OBJECT_UNCERTAINTY, 2)
MEASURE_COLUMN (sharpness, ACINI_OBJECT_SHARPNESS, 2)

static char *
row_state (AciniResultsPage *self, gpointer row)
{
  const AciniObject *object = acini_object_row_get (row);

  return g_strdup (object != NULL ? acini_results_get_state_name (object->state) : "–");
}

static char *
row_author (AciniResultsPage *self, gpointer row)
{
  static const char *const names[] = { N_ ("Model"), N_ ("Person"), N_ ("Model and person") };
  const AciniObject *object = acini_object_row_get (row);

  return g_strdup (object != NULL ? _ (names[object->author]) : "–");
}

static const Column object_columns[] = {
  { N_ ("Slide"), row_slide, NULL, FALSE, ACINI_OBJECT_PLACE },
  { N_ ("Class"), row_class, NULL, FALSE, ACINI_OBJECT_LABEL },
  { NULL, row_area, NULL, TRUE, ACINI_OBJECT_AREA },
  { NULL, row_perimeter, NULL, TRUE, ACINI_OBJECT_PERIMETER },
  { NULL, row_circularity, NULL, TRUE, ACINI_OBJECT_CIRCULARITY },
  { NULL, row_long_axis, NULL, TRUE, ACINI_OBJECT_LONG_AXIS },
  { NULL, row_short_axis, NULL, TRUE, ACINI_OBJECT_SHORT_AXIS },
  { NULL, row_probability, NULL, TRUE, ACINI_OBJECT_PROBABILITY },
  { NULL, row_uncertainty, NULL, TRUE, ACINI_OBJECT_UNCERTAINTY },
  { NULL, row_sharpness, NULL, TRUE, ACINI_OBJECT_SHARPNESS },
  { N_ ("State"), row_state, NULL, FALSE, ACINI_OBJECT_STATE },
  { N_ ("Made by"), row_author, NULL, FALSE, ACINI_OBJECT_AUTHOR },
};

/* Both. */

static void
on_setup (GtkListItemFactory *factory, GtkColumnViewCell *cell, const Column *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->number ? 1 : 0);
  if (column->number)
    gtk_widget_add_css_class (label, "numeric");
  else
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_width_chars (GTK_LABEL (label), 10);
    }
  gtk_column_view_cell_set_child (cell, label);
}

static void
show_cell (GObject *item, GParamSpec *pspec, GtkLabel *label)
{
  const Column *column = g_object_get_data (G_OBJECT (label), "column");
  g_autofree char *text = column->text (g_object_get_data (G_OBJECT (label), "page"), item);

  gtk_label_set_label (label, text);
}

static void
on_bind (GtkListItemFactory *factory, GtkColumnViewCell *cell, const Column *column)
{
  GtkWidget *label = gtk_column_view_cell_get_child (cell);
  GObject *item = gtk_column_view_cell_get_item (cell);

  g_object_set_data (G_OBJECT (label), "page", g_object_get_data (G_OBJECT (factory), "page"));
  g_object_set_data (G_OBJECT (label), "column", (gpointer)column);
  if (ACINI_IS_OBJECT_ROW (item))
    g_signal_connect_object (item, "notify::loaded", G_CALLBACK (show_cell), label, G_CONNECT_DEFAULT);
  show_cell (item, NULL, GTK_LABEL (label));
}

static void
on_unbind (GtkListItemFactory *factory, GtkColumnViewCell *cell, const Column *column)
{
  g_signal_handlers_disconnect_by_data (gtk_column_view_cell_get_item (cell), gtk_column_view_cell_get_child (cell));
}

static char *
dup_title (const Column *column, gboolean scaled)
{
  const char *unit;

  if (column->title != NULL)
    return g_strdup (_ (column->title));
  unit = acini_results_get_measure_unit ((AciniObjectColumn)column->order, scaled);
  return g_strdup_printf (*unit != '\0' ? "%s (%s)" : "%s",
                          acini_results_get_measure_name ((AciniObjectColumn)column->order), unit);
}

static GtkColumnViewColumn *
add_column (AciniResultsPage *self, GtkColumnView *table, const Column *column, GtkSorter *sorter)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) made = NULL;
  g_autofree char *title = dup_title (column, TRUE);

  g_object_set_data (G_OBJECT (factory), "page", self);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), (gpointer)column);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), (gpointer)column);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), (gpointer)column);
  made = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_expand (made, !column->number);
  gtk_column_view_column_set_sorter (made, sorter);
  g_object_set_data (G_OBJECT (made), "order", GINT_TO_POINTER (column->order));
  gtk_column_view_append_column (table, made);
  return made;
}

void
acini_results_page_update_titles (AciniResultsPage *self)
{
  GListModel *made = gtk_column_view_get_columns (self->objects_table);

  for (guint i = 0; i < g_list_model_get_n_items (made); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (made, i);
      g_autofree char *title
          = dup_title (&object_columns[i], self->source == NULL || acini_results_source_is_scaled (self->source));

      gtk_column_view_column_set_title (column, title);
    }
}

/* The table of objects is sorted where the objects are. */
static int
compare_nothing (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return 0;
}

static GtkSelectionModel *
make_selection (GListModel *model)
{
  GtkSingleSelection *selection = gtk_single_selection_new (model);

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  return GTK_SELECTION_MODEL (selection);
}

void
acini_results_page_init_tables (AciniResultsPage *self)
{
  g_autoptr (GtkSelectionModel) slides = NULL, objects = NULL;
  GtkSorter *sorter;

  for (guint i = 0; i < G_N_ELEMENTS (slide_columns); i++)
    {
      g_autoptr (GtkCustomSorter) by = gtk_custom_sorter_new (compare_items, (gpointer)&slide_columns[i], NULL);

      add_column (self, self->slides_table, &slide_columns[i], GTK_SORTER (by));
    }
  sorter = gtk_column_view_get_sorter (self->slides_table);
  slides = make_selection (
      G_LIST_MODEL (gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->results)), g_object_ref (sorter))));
  gtk_column_view_set_model (self->slides_table, slides);
  for (guint i = 0; i < G_N_ELEMENTS (object_columns); i++)
    {
      g_autoptr (GtkCustomSorter) by = gtk_custom_sorter_new (compare_nothing, NULL, NULL);

      add_column (self, self->objects_table, &object_columns[i], GTK_SORTER (by));
    }
  objects = make_selection (G_LIST_MODEL (g_object_ref (self->rows)));
  gtk_column_view_set_model (self->objects_table, objects);
}
