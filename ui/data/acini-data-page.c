/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/data/acini-data-page.h"

#include "data/labels/acini-journal.h"
#include "data/project/acini-coverage.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"
#include "ui/data/acini-look-view.h"

#include <glib/gi18n.h>

/* Closely enough to see a unit and its border. */
#define VIEWED_STEP ACINI_COVERAGE_10X

#define LEAST_CHARACTERS 14

/* Counting stops here: nobody needs to know how many more. */
#define MAX_ROWS 10000

/* What was counted of one slide. */
typedef struct
{
  guint n_edits;
  double n_pixels; /* of the tiles with labels, as far as they are on the slide */
  gint64 last;     /* Unix time of the newest edit, 0: none */
  double viewed;   /* share of the slide that was looked at closely enough, 0 … 1 */
} Count;

struct _AciniDataPage
{
  AdwBin parent_instance;

  GtkLabel *totals_label;
  GtkColumnView *table;
  GtkStack *stack;
  AciniLookView *look;
  GtkButton *filter_button;
  GtkWidget *gallery_button;

  AciniSession *session;
  GHashTable *counts;        /* slide id (gint64 *) → Count */
  GCancellable *cancellable; /* of the counting */
  GCancellable *looking;     /* of the statistics; NULL: they are not being read */
  GHashTable *chosen;        /* set of ids (gint64 *) of the slides that are shown; NULL: all */
  GtkFilterListModel *filtered;
  GtkSingleSelection *selection;
};

enum
{
  SIGNAL_OPENED,
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniDataPage, acini_data_page, ADW_TYPE_BIN)

typedef char *(*CellFunc) (AciniDataPage *self, const AciniSlideRecord *record);

static char *
cell_name (AciniDataPage *self, const AciniSlideRecord *record)
{
  return g_strdup (record->name);
}

static char *
cell_organ (AciniDataPage *self, const AciniSlideRecord *record)
{
  return g_strdup (acini_organ_get_name (record->organ));
}

static char *
cell_size (AciniDataPage *self, const AciniSlideRecord *record)
{
  g_autofree char *width = acini_units_format_count (record->width);
  g_autofree char *height = acini_units_format_count (record->height);

  return g_strdup_printf ("%s × %s", width, height);
}

static char *
cell_mpp (AciniDataPage *self, const AciniSlideRecord *record)
{
  return record->mpp_x > 0 ? g_strdup_printf ("%.4g", record->mpp_x) : g_strdup ("–");
}

static const Count *
get_count (AciniDataPage *self, const AciniSlideRecord *record)
{
  static const Count none = { 0 };
  const Count *count = g_hash_table_lookup (self->counts, &record->id);

  return count != NULL ? count : &none;
}

static char *
cell_corrected (AciniDataPage *self, const AciniSlideRecord *record)
{
  double n = get_count (self, record)->n_pixels;

  if (n > 0 && record->mpp_x > 0)
    return g_strdup_printf (_ ("%.2f mm²"), n * record->mpp_x * record->mpp_y / 1e6);
  return g_strdup (n > 0 || record->labelled ? _ ("Yes") : "–");
}

static char *
cell_viewed (AciniDataPage *self, const AciniSlideRecord *record)
{
  double viewed = get_count (self, record)->viewed;

  return viewed > 0 ? g_strdup_printf (_ ("%.0f %%"), 100 * viewed) : g_strdup ("–");
}

static char *
cell_edits (AciniDataPage *self, const AciniSlideRecord *record)
{
  guint n = get_count (self, record)->n_edits;

  return g_strdup_printf (n < MAX_ROWS ? "%u" : "≥ %u", n);
}

static char *
cell_last (AciniDataPage *self, const AciniSlideRecord *record)
{
  gint64 last = get_count (self, record)->last;
  g_autoptr (GDateTime) time = last > 0 ? g_date_time_new_from_unix_local (last) : NULL;

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("–");
}

static const struct
{
  const char *title;
  CellFunc cell;
  gboolean number, expand;
} columns[] = {
  { N_ ("Slide"), cell_name, FALSE, TRUE },         { N_ ("Organ"), cell_organ, FALSE, FALSE },
  { N_ ("Size (px)"), cell_size, TRUE, FALSE },     { N_ ("µm per pixel"), cell_mpp, TRUE, FALSE },
  { N_ ("Labelled"), cell_corrected, TRUE, FALSE }, { N_ ("Viewed at 10×"), cell_viewed, TRUE, FALSE },
  { N_ ("Edits"), cell_edits, TRUE, FALSE },        { N_ ("Last edit"), cell_last, TRUE, FALSE },
};

/* Cells. */

static void
on_setup (GtkListItemFactory *factory, GtkColumnViewCell *cell, gpointer user_data)
{
  gboolean number = columns[GPOINTER_TO_UINT (user_data)].number;
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), number ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_MIDDLE);
  /* On a narrow window the table is scrolled sideways rather than cut to the first letter. */
  if (number)
    gtk_widget_add_css_class (label, "numeric");
  else
    gtk_label_set_width_chars (GTK_LABEL (label), LEAST_CHARACTERS);
  gtk_column_view_cell_set_child (cell, label);
}

static void
show_cell (AciniSlideItem *item, GParamSpec *pspec, GtkLabel *label)
{
  AciniDataPage *self = g_object_get_data (G_OBJECT (label), "page");
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (label), "column"));
  g_autofree char *text = columns[column].cell (self, acini_slide_item_get_record (item));

  gtk_label_set_label (label, text);
}

static void
on_bind (GtkListItemFactory *factory, GtkColumnViewCell *cell, gpointer user_data)
{
  GtkLabel *label = GTK_LABEL (gtk_column_view_cell_get_child (cell));
  AciniSlideItem *item = gtk_column_view_cell_get_item (cell);

  g_object_set_data (G_OBJECT (label), "page", g_object_get_data (G_OBJECT (factory), "page"));
  g_object_set_data (G_OBJECT (label), "column", user_data);
  g_signal_connect_object (item, "notify::detail", G_CALLBACK (show_cell), label, G_CONNECT_DEFAULT);
  show_cell (item, NULL, label);
}

static void
on_unbind (GtkListItemFactory *factory, GtkColumnViewCell *cell, gpointer user_data)
{
  g_signal_handlers_disconnect_by_data (gtk_column_view_cell_get_item (cell), gtk_column_view_cell_get_child (cell));
}

static void
add_columns (AciniDataPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_object_set_data (G_OBJECT (factory), "page", self);
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (_ (columns[i].title), factory);
      gtk_column_view_column_set_expand (column, columns[i].expand);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_append_column (self->table, column);
    }
}

/* Counting. */

typedef struct
{
  AciniProject *project;
  GArray *slides; /* element-type gint64 */
  GHashTable *counts;
} Counting;

static void
counting_free (gpointer data)
{
  Counting *counting = data;

  g_object_unref (counting->project);
  g_array_unref (counting->slides);
  g_clear_pointer (&counting->counts, g_hash_table_unref);
  g_free (counting);
}

/* The share of the slide that was looked at, as the review page has kept it. */
static double
read_viewed (AciniProject *project, gint64 slide)
{
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, NULL);
  g_autofree char *key = acini_coverage_dup_key (slide), *text = acini_project_dup_setting (project, key);
  g_autoptr (AciniCoverage) coverage = NULL;

  if (text == NULL || record == NULL || record->width <= 0 || record->height <= 0)
    return 0;
  coverage = acini_coverage_new (record->width, record->height);
  return acini_coverage_add_text (coverage, text) ? acini_coverage_get_part (coverage, VIEWED_STEP) : 0;
}

/* That a slide was added or a model ran is history, but nobody's edit. */
static void
count_edits (Count *count, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const AciniJournalRow *row = rows->pdata[i];

      if (g_str_equal (row->kind, "import") || g_str_equal (row->kind, "model"))
        continue;
      count->n_edits++;
      count->last = MAX (count->last, row->time);
    }
}

static double
sum_pixels (AciniProject *project, gint64 slide, GArray *tiles)
{
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, NULL);
  double sum = 0;

  for (guint i = 0; record != NULL && i < tiles->len; i++)
    {
      const AciniRect *tile = &g_array_index (tiles, AciniRect, i);

      sum += (double)MIN (tile->width, record->width - tile->x) * (double)MIN (tile->height, record->height - tile->y);
    }
  return sum;
}

static gboolean
count (gpointer data, GCancellable *cancellable, GError **error)
{
  Counting *counting = data;

  counting->counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < counting->slides->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      gint64 slide = g_array_index (counting->slides, gint64, i);
      g_autoptr (GPtrArray) rows = acini_journal_list (counting->project, slide, MAX_ROWS, error);
      g_autoptr (GArray) tiles = rows != NULL ? acini_labels_list_tiles (counting->project, slide, error) : NULL;
      Count *found;

      if (tiles == NULL)
        return FALSE;
      found = g_new0 (Count, 1);
      found->n_pixels = sum_pixels (counting->project, slide, tiles);
      count_edits (found, rows);
      found->viewed = read_viewed (counting->project, slide);
      g_hash_table_insert (counting->counts, g_memdup2 (&slide, sizeof slide), found);
    }
  return TRUE;
}

/* The charts. */

typedef struct
{
  AciniProject *project;
  AciniLookView *look; /* not to be touched but on the main thread */
  AciniStatistics *statistics;
  int percent; /* told last */
} Looking;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  g_object_unref (looking->project);
  g_object_unref (looking->look);
  g_clear_pointer (&looking->statistics, acini_statistics_free);
  g_free (looking);
}

typedef struct
{
  AciniLookView *look;
  double fraction;
} Fraction;

static gboolean
show_fraction (gpointer data)
{
  Fraction *fraction = data;

  /* What comes late, after the end, would show the bar again. */
  if (fraction->fraction < 1)
    acini_look_view_set_fraction (fraction->look, fraction->fraction);
  return G_SOURCE_REMOVE;
}

static void
fraction_free (gpointer data)
{
  Fraction *fraction = data;

  g_object_unref (fraction->look);
  g_free (fraction);
}

/* On the threads that read, one at a time. */
static void
on_look_progress (double fraction, gpointer user_data)
{
  Looking *looking = user_data;
  Fraction *told;

  if ((int)(100 * fraction) == looking->percent)
    return;
  looking->percent = (int)(100 * fraction);
  told = g_new (Fraction, 1);
  *told = (Fraction){ g_object_ref (looking->look), fraction };
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_fraction, told, fraction_free);
}

static gboolean
read_statistics (gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;

  looking->statistics = acini_statistics_new (looking->project, on_look_progress, looking, cancellable, error);
  return looking->statistics != NULL;
}

static void
on_looked (gpointer object, gpointer data, const GError *error)
{
  AciniDataPage *self = object;
  Looking *looking = data;

  g_clear_object (&self->looking);
  acini_look_view_set_fraction (self->look, -1);
  if (error != NULL)
    acini_session_tell (self->session, error->message);
  else
    acini_look_view_show (self->look, looking->statistics);
}

static void
look (AciniDataPage *self)
{
  Looking *looking;

  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  if (self->session == NULL || g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "look") != 0)
    return;
  self->looking = g_cancellable_new ();
  looking = g_new0 (Looking, 1);
  looking->project = g_object_ref (acini_session_get_project (self->session));
  looking->look = g_object_ref (self->look);
  acini_look_view_set_fraction (self->look, 0);
  acini_async_run (self, self->looking, read_statistics, on_looked, looking, looking_free);
}

static void
on_stack (AciniDataPage *self)
{
  look (self);
}

static gboolean
is_chosen (gpointer item, gpointer data)
{
  AciniDataPage *self = data;

  return self->chosen == NULL || g_hash_table_contains (self->chosen, &acini_slide_item_get_record (item)->id);
}

/* @what NULL: all slides again. */
static void
filter (AciniDataPage *self, const char *what, GVariant *slides)
{
  gsize n = 0;
  const gint64 *ids = slides != NULL ? g_variant_get_fixed_array (slides, &n, sizeof (gint64)) : NULL;
  g_autofree char *text = what != NULL ? g_strdup_printf ("%s  ×", what) : NULL;

  g_clear_pointer (&self->chosen, g_hash_table_unref);
  if (what != NULL)
    self->chosen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (gsize i = 0; i < n && what != NULL; i++)
    g_hash_table_add (self->chosen, g_memdup2 (&ids[i], sizeof *ids));
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->filtered), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_widget_set_visible (GTK_WIDGET (self->filter_button), what != NULL);
  gtk_button_set_label (self->filter_button, text != NULL ? text : "");
  gtk_widget_set_visible (self->gallery_button, what != NULL);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, what, slides);
}

static void
on_chosen (AciniDataPage *self, const char *what, GVariant *slides)
{
  filter (self, what, slides);
  gtk_stack_set_visible_child_name (self->stack, "slides");
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

static void
on_show_all (AciniDataPage *self)
{
  filter (self, NULL, NULL);
}

static void
show_totals (AciniDataPage *self)
{
  GListModel *slides = acini_session_get_slides (self->session);
  guint n = g_list_model_get_n_items (slides), n_labelled = 0, n_edits = 0;
  g_autofree char *text = NULL, *size = NULL, *corrected = NULL, *edits = NULL;
  double pixels = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);
      const AciniSlideRecord *record = acini_slide_item_get_record (item);

      n_labelled += record->labelled != 0;
      n_edits += get_count (self, record)->n_edits;
      pixels += (double)record->width * (double)record->height;
    }
  size = pixels < 1e8 ? g_strdup_printf (_ ("%.1f megapixels"), pixels / 1e6)
                      : g_strdup_printf (_ ("%.2f gigapixels"), pixels / 1e9);
  corrected = g_strdup_printf (ngettext ("%u labelled", "%u labelled", n_labelled), n_labelled);
  edits = g_strdup_printf (ngettext ("%u edit", "%u edits", n_edits), n_edits);
  text = g_strdup_printf (ngettext ("%u slide · %s · %s · %s", "%u slides · %s · %s · %s", n), n, size, corrected,
                          edits);
  gtk_label_set_label (self->totals_label, text);
}

static void
on_counted (gpointer object, gpointer data, const GError *error)
{
  AciniDataPage *self = object;
  Counting *counting = data;
  GListModel *slides = acini_session_get_slides (self->session);

  if (error != NULL)
    {
      acini_session_tell (self->session, error->message);
      return;
    }
  g_hash_table_unref (self->counts);
  self->counts = g_steal_pointer (&counting->counts);
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      g_object_notify (G_OBJECT (item), "detail");
    }
  show_totals (self);
}

void
acini_data_page_refresh (AciniDataPage *self)
{
  GListModel *slides;
  Counting *counting;

  g_return_if_fail (ACINI_IS_DATA_PAGE (self));

  if (self->session == NULL)
    return;
  slides = acini_session_get_slides (self->session);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  counting = g_new0 (Counting, 1);
  counting->project = g_object_ref (acini_session_get_project (self->session));
  counting->slides = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      g_array_append_val (counting->slides, acini_slide_item_get_record (item)->id);
    }
  show_totals (self);
  look (self);
  acini_async_run (self, self->cancellable, count, on_counted, counting, counting_free);
}

static void
on_slides_changed (AciniDataPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    acini_data_page_refresh (self);
  else
    show_totals (self);
}

static void
on_activated (AciniDataPage *self, guint position)
{
  g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item == NULL || self->session == NULL)
    return;
  acini_session_set_slide (self->session, item);
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

void
acini_data_page_set_session (AciniDataPage *self, AciniSession *session)
{
  g_return_if_fail (ACINI_IS_DATA_PAGE (self));

  g_cancellable_cancel (self->cancellable);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (acini_session_get_slides (self->session), self);
  g_set_object (&self->session, session);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  acini_look_view_show (self->look, NULL);
  filter (self, NULL, NULL);
  gtk_filter_list_model_set_model (self->filtered, session != NULL ? acini_session_get_slides (session) : NULL);
  if (session != NULL)
    g_signal_connect_object (acini_session_get_slides (session), "items-changed", G_CALLBACK (on_slides_changed), self,
                             G_CONNECT_SWAPPED);
  acini_data_page_refresh (self);
}

static void
acini_data_page_dispose (GObject *object)
{
  AciniDataPage *self = ACINI_DATA_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_DATA_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_data_page_parent_class)->dispose (object);
}

static void
acini_data_page_finalize (GObject *object)
{
  g_hash_table_unref (ACINI_DATA_PAGE (object)->counts);
  g_clear_pointer (&ACINI_DATA_PAGE (object)->chosen, g_hash_table_unref);
  G_OBJECT_CLASS (acini_data_page_parent_class)->finalize (object);
}

static void
acini_data_page_class_init (AciniDataPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_data_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_data_page_finalize;
  signals[SIGNAL_OPENED]
      = g_signal_new ("opened", ACINI_TYPE_DATA_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ACINI_TYPE_LOOK_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/data/acini-data-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniDataPage, totals_label);
  gtk_widget_class_bind_template_child (widget_class, AciniDataPage, table);
  gtk_widget_class_bind_template_child (widget_class, AciniDataPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniDataPage, look);
  gtk_widget_class_bind_template_child (widget_class, AciniDataPage, filter_button);
  gtk_widget_class_bind_template_callback (widget_class, on_stack);
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", ACINI_TYPE_DATA_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
  gtk_widget_class_bind_template_child (widget_class, AciniDataPage, gallery_button);
  gtk_widget_class_bind_template_callback (widget_class, on_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
acini_data_page_init (AciniDataPage *self)
{
  self->counts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  /* Before the template, whose stack tells of its first page. */
  self->filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (gtk_custom_filter_new (is_chosen, self, NULL)));
  gtk_widget_init_template (GTK_WIDGET (self));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->filtered)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_column_view_set_model (self->table, GTK_SELECTION_MODEL (self->selection));
  add_columns (self);
}
