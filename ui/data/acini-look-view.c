/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/data/acini-look-view.h"

#include "data/base/acini-histogram.h"
#include "ui/plot/acini-chart.h"
#include "ui/project/acini-slide-item.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Columns of a distribution. */
#define MOST_COLUMNS 24
/* Of the file: charts beside each other, and their size in points or pixels. */
#define ACROSS 3
#define CHART_WIDTH 420
#define CHART_HEIGHT 280

/* A chart, and for each of its items the slides that it is about. */
typedef struct
{
  AciniChart *chart;
  GPtrArray *slides; /* of GArray of gint64 */
} Card;

struct _AciniLookView
{
  AdwBin parent_instance;

  GtkFlowBox *flow;
  GtkProgressBar *progress;
  GtkToggleButton *tables;
  GtkButton *save;
  GtkLabel *colours;
  GPtrArray *cards; /* of Card */
};

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniLookView, acini_look_view, ADW_TYPE_BIN)

static void
card_free (gpointer data)
{
  Card *card = data;

  g_ptr_array_unref (card->slides);
  g_free (card);
}

/* Choosing. */

static void
choose (AciniLookView *self, AciniChart *chart, guint item)
{
  for (guint i = 0; i < self->cards->len; i++)
    {
      const Card *card = self->cards->pdata[i];
      const GArray *slides;
      g_autofree char *what = NULL;

      if (card->chart != chart || item >= card->slides->len)
        continue;
      slides = card->slides->pdata[item];
      what = g_strdup_printf ("%s: %s", acini_chart_get_title (chart), acini_chart_get_name (chart, item));
      g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, what,
                     g_variant_new_fixed_array (G_VARIANT_TYPE_INT64, slides->data, slides->len, sizeof (gint64)));
    }
}

static void
on_chosen (AciniChart *chart, guint item, AciniLookView *self)
{
  choose (self, chart, item);
}

static void
on_row (AciniLookView *self, GtkListBoxRow *row, GtkListBox *list)
{
  choose (self, g_object_get_data (G_OBJECT (list), "chart"), (guint)gtk_list_box_row_get_index (row));
}

/* Cards. */

/* The chart as a table, whose rows can be chosen with the keyboard. */
static GtkWidget *
make_table (AciniLookView *self, AciniChart *chart)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *list = gtk_list_box_new ();

  for (guint i = 0; i < acini_chart_get_n_items (chart); i++)
    {
      g_autofree char *value = acini_chart_dup_value (chart, i);
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *name, *number = gtk_label_new (value);

      name = gtk_label_new (acini_chart_get_name (chart, i));
      gtk_label_set_xalign (GTK_LABEL (name), 0);
      gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
      gtk_widget_set_hexpand (name, TRUE);
      gtk_widget_add_css_class (number, "numeric");
      gtk_box_append (GTK_BOX (box), name);
      gtk_box_append (GTK_BOX (box), number);
      gtk_list_box_append (GTK_LIST_BOX (list), box);
    }
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, acini_chart_get_title (chart),
                                  -1);
  g_object_set_data (G_OBJECT (list), "chart", chart);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (on_row), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  return scrolled;
}

static void
add_card (AciniLookView *self, Card *card)
{
  GtkWidget *stack = gtk_stack_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *title = gtk_label_new (acini_chart_get_title (card->chart));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "heading");
  gtk_widget_set_margin_start (title, 12);
  gtk_widget_set_margin_top (title, 8);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), make_table (self, card->chart));
  gtk_widget_set_vexpand (gtk_widget_get_last_child (box), TRUE);
  gtk_stack_add_named (GTK_STACK (stack), GTK_WIDGET (card->chart), "chart");
  gtk_stack_add_named (GTK_STACK (stack), box, "table");
  gtk_widget_add_css_class (stack, "card");
  gtk_widget_set_overflow (stack, GTK_OVERFLOW_HIDDEN);
  gtk_stack_set_visible_child_name (GTK_STACK (stack), gtk_toggle_button_get_active (self->tables) ? "table" : "chart");
  g_signal_connect_object (card->chart, "chosen", G_CALLBACK (on_chosen), self, G_CONNECT_DEFAULT);
  gtk_flow_box_append (self->flow, stack);
  /* The box is only there for its place. */
  gtk_widget_set_focusable (gtk_widget_get_parent (stack), FALSE);
  g_ptr_array_add (self->cards, card);
}

static Card *
make_card (AciniChartKind kind, const char *title)
{
  Card *card = g_new0 (Card, 1);

  card->chart = ACINI_CHART (acini_chart_new (kind, title));
  card->slides = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  return card;
}

static GArray *
add_item (Card *card)
{
  GArray *slides = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_ptr_array_add (card->slides, slides);
  return slides;
}

/* Slides by what they have in common, the largest group first. */
static void
show_group (AciniLookView *self, const AciniStatistics *statistics, AciniGroup group, const char *title)
{
  g_autoptr (GHashTable) groups
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GPtrArray) names = NULL;
  Card *card;

  for (guint i = 0; i < statistics->slides->len; i++)
    {
      const AciniSlideStatistics *slide = statistics->slides->pdata[i];
      char *name = acini_group_dup_of (group, slide->record);
      GArray *slides = g_hash_table_lookup (groups, name);

      if (slides == NULL)
        {
          slides = g_array_new (FALSE, FALSE, sizeof (gint64));
          g_hash_table_insert (groups, g_strdup (name), slides);
        }
      g_array_append_val (slides, slide->record->id);
      g_free (name);
    }
  /* That nothing is known of any slide is no news. */
  if (g_hash_table_size (groups) == 0 || (g_hash_table_size (groups) == 1 && g_hash_table_contains (groups, "")))
    return;
  card = make_card (ACINI_CHART_BARS, title);
  names = g_hash_table_get_keys_as_ptr_array (groups);
  g_ptr_array_sort_values (names, (GCompareFunc)strcmp);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      GArray *slides = g_hash_table_lookup (groups, name);
      const char *shown = *name == '\0'                ? _ ("Unknown")
                          : group == ACINI_GROUP_ORGAN ? acini_organ_get_name (name)
                                                       : name;

      acini_chart_add (card->chart, shown, slides->len);
      g_ptr_array_add (card->slides, g_array_ref (slides));
    }
  add_card (self, card);
}

static void
show_classes (AciniLookView *self, const AciniStatistics *statistics)
{
  Card *card = make_card (ACINI_CHART_BARS, _ ("Units by class"));

  for (int label = 0; label < 256; label++)
    {
      guint n = 0;
      GArray *slides;

      if (statistics->classes[label] == NULL)
        continue;
      slides = add_item (card);
      for (guint i = 0; i < statistics->slides->len; i++)
        {
          const AciniSlideStatistics *slide = statistics->slides->pdata[i];
          guint here = 0;

          for (guint k = 0; k < slide->units->len; k++)
            here += g_array_index (slide->units, AciniUnit, k).label == label;
          n += here;
          if (here > 0)
            g_array_append_val (slides, slide->record->id);
        }
      acini_chart_add (card->chart, statistics->classes[label], n);
    }
  add_card (self, card);
}

/* The number of one slide, or those of its units. */
static void
list_numbers (const AciniSlideStatistics *slide, AciniNumber number, GArray *numbers)
{
  AciniSlideStatistics *one[] = { (AciniSlideStatistics *)slide };
  GPtrArray slides = { (gpointer *)one, 1 };
  AciniStatistics alone = { .slides = &slides };
  g_autoptr (GArray) found = acini_statistics_list_numbers (&alone, number, 0);

  g_array_set_size (numbers, 0);
  g_array_append_vals (numbers, found->data, found->len);
}

/* Where the columns of @all begin, and where the last one ends: steps of 1, 2 or 5 times a power of ten; of what spans
 * decades those numbers themselves.  Returns: (transfer full) (element-type double) ascending */
static GArray *
choose_edges (GArray *all, const AciniSummary *summary)
{
  GArray *edges = g_array_new (FALSE, FALSE, sizeof (double));

  if (summary->most <= summary->least)
    {
      g_array_append_vals (edges, (double[]){ summary->least, summary->most }, 2);
    }
  else if (summary->least > 0 && summary->most > 50 * summary->least)
    {
      static const double factors[] = { 1, 2, 5 };
      double edge = 0;

      for (guint i = 0; edge <= summary->most; i++)
        {
          double next = factors[i % 3] * pow (10, floor (log10 (summary->least)) + i / 3);

          /* The last one that is not above all values is the first. */
          if (next <= summary->least)
            g_array_set_size (edges, 0);
          edge = next;
          g_array_append_val (edges, edge);
        }
    }
  else
    {
      g_auto (AciniHistogram) histogram = ACINI_HISTOGRAM_INIT;

      acini_histogram_count (&histogram, (const double *)(gpointer)all->data, all->len,
                             (guint)CLAMP (sqrt (summary->n) * 1.5, 5, MOST_COLUMNS));
      for (guint i = 0; i <= histogram.n; i++)
        g_array_append_vals (edges, (double[]){ acini_histogram_get_edge (&histogram, i) }, 1);
    }
  return edges;
}

static guint
find_column (GArray *edges, double value)
{
  guint column = 0;

  while (column + 2 < edges->len && value >= g_array_index (edges, double, column + 1))
    column++;
  return column;
}

static void
show_numbers (AciniLookView *self, const AciniStatistics *statistics, AciniNumber number, const char *title,
              const char *axis)
{
  g_autoptr (GArray) all = acini_statistics_list_numbers (statistics, number, 0), edges = NULL, own = NULL;
  AciniSummary summary = acini_summarise (all);
  g_autofree guint *counts = NULL;
  Card *card;

  if (summary.n == 0)
    return;
  edges = choose_edges (all, &summary);
  counts = g_new0 (guint, edges->len);
  card = make_card (ACINI_CHART_COLUMNS, title);
  own = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint k = 0; k + 1 < edges->len; k++)
    add_item (card);
  for (guint i = 0; i < statistics->slides->len; i++)
    {
      const AciniSlideStatistics *slide = statistics->slides->pdata[i];

      list_numbers (slide, number, own);
      for (guint k = 0; k < own->len; k++)
        {
          guint column = find_column (edges, g_array_index (own, double, k));
          GArray *slides = card->slides->pdata[column];

          counts[column]++;
          if (slides->len == 0 || g_array_index (slides, gint64, slides->len - 1) != slide->record->id)
            g_array_append_val (slides, slide->record->id);
        }
    }
  for (guint k = 0; k + 1 < edges->len; k++)
    {
      double from = g_array_index (edges, double, k), to = g_array_index (edges, double, k + 1);
      g_autofree char *name = to > from ? g_strdup_printf ("%.4g – %.4g", from, to) : g_strdup_printf ("%.4g", from);

      acini_chart_add (card->chart, name, counts[k]);
    }
  acini_chart_set_axis (card->chart, axis);
  add_card (self, card);
}

static void
show_map (AciniLookView *self, const AciniStatistics *statistics)
{
  Card *card = make_card (ACINI_CHART_POINTS, _ ("Slides by colour"));
  g_autofree char *axis = g_strdup_printf (_ ("Principal components of colours: %.0f %% and %.0f %% of the variance"),
                                           100 * statistics->explained[0], 100 * statistics->explained[1]);

  for (guint i = 0; i < statistics->slides->len; i++)
    {
      const AciniSlideStatistics *slide = statistics->slides->pdata[i];
      GArray *slides;
      guint32 rgb = 0;

      if (!slide->coloured)
        continue;
      slides = add_item (card);
      g_array_append_val (slides, slide->record->id);
      for (int k = 0; k < 3; k++)
        rgb = rgb << 8 | (guint32)lrint (255 * slide->mean[k]);
      acini_chart_add_point (card->chart, slide->record->name, slide->map[0], slide->map[1], rgb, slide->outlier);
    }
  acini_chart_set_axis (card->chart, axis);
  add_card (self, card);
}

/* Slides that were labelled until the end of each day. */
static void
show_progress (AciniLookView *self, const AciniStatistics *statistics)
{
  Card *card;

  if (statistics->days->len == 0)
    return;
  card = make_card (ACINI_CHART_COLUMNS, _ ("Labelled slides by day"));
  for (guint i = 0; i < statistics->days->len; i++)
    {
      const AciniLabelDay *day = statistics->days->pdata[i];

      acini_chart_add (card->chart, day->day, (double)day->n_slides);
    }
  add_card (self, card);
}

static void
show_colours (AciniLookView *self, const AciniStatistics *statistics)
{
  double mean[3], deviation[3];
  g_autofree char *text = NULL;

  if (acini_statistics_get_colour (statistics, mean, deviation))
    text = g_strdup_printf (_ ("Colours: mean %.3f %.3f %.3f, deviation %.3f %.3f %.3f (red, green, blue; 0 … 1)"),
                            mean[0], mean[1], mean[2], deviation[0], deviation[1], deviation[2]);
  gtk_label_set_label (self->colours, text != NULL ? text : "");
}

void
acini_look_view_show (AciniLookView *self, const AciniStatistics *statistics)
{
  g_return_if_fail (ACINI_IS_LOOK_VIEW (self));

  gtk_flow_box_remove_all (self->flow);
  g_ptr_array_set_size (self->cards, 0);
  gtk_label_set_label (self->colours, "");
  gtk_widget_set_sensitive (GTK_WIDGET (self->save), statistics != NULL);
  if (statistics == NULL)
    return;
  show_group (self, statistics, ACINI_GROUP_ORGAN, _ ("Slides by organ"));
  show_classes (self, statistics);
  show_map (self, statistics);
  show_numbers (self, statistics, ACINI_NUMBER_UNITS, _ ("Units per slide"), _ ("Units"));
  show_numbers (self, statistics, ACINI_NUMBER_AREA_UM2, _ ("Areas of units"), _ ("µm²"));
  show_numbers (self, statistics, ACINI_NUMBER_CIRCULARITY, _ ("Circularity of units"), _ ("4 π area / perimeter²"));
  show_numbers (self, statistics, ACINI_NUMBER_COVERED, _ ("Share of the slide that units cover"), _ ("Share"));
  show_group (self, statistics, ACINI_GROUP_SPLIT, _ ("Slides by split"));
  show_group (self, statistics, ACINI_GROUP_SOURCE, _ ("Slides by source"));
  show_group (self, statistics, ACINI_GROUP_SEX, _ ("Slides by sex"));
  show_group (self, statistics, ACINI_GROUP_AGE, _ ("Slides by age"));
  show_group (self, statistics, ACINI_GROUP_PATIENT, _ ("Slides by patient"));
  show_numbers (self, statistics, ACINI_NUMBER_WIDTH, _ ("Widths"), _ ("Pixels"));
  show_numbers (self, statistics, ACINI_NUMBER_HEIGHT, _ ("Heights"), _ ("Pixels"));
  show_numbers (self, statistics, ACINI_NUMBER_MPP, _ ("Scale"), _ ("µm per pixel"));
  show_numbers (self, statistics, ACINI_NUMBER_THICKNESS, _ ("Thickness of sections"), _ ("µm"));
  show_progress (self, statistics);
  show_colours (self, statistics);
}

void
acini_look_view_set_fraction (AciniLookView *self, double fraction)
{
  g_return_if_fail (ACINI_IS_LOOK_VIEW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->progress), fraction >= 0);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (fraction, 0, 1));
}

/* Files. */

static void
draw_all (AciniLookView *self, cairo_t *cr)
{
  const GdkRGBA black = { 0.1f, 0.1f, 0.1f, 1 };

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  for (guint i = 0; i < self->cards->len; i++)
    {
      cairo_save (cr);
      cairo_translate (cr, i % ACROSS * CHART_WIDTH, i / ACROSS * CHART_HEIGHT);
      acini_chart_draw (((Card *)self->cards->pdata[i])->chart, cr, CHART_WIDTH, CHART_HEIGHT, &black);
      cairo_restore (cr);
    }
}

static gboolean
save_picture (AciniLookView *self, const char *suffix, const char *path, GError **error)
{
  const int width = ACROSS * CHART_WIDTH, height = ((int)self->cards->len + ACROSS - 1) / ACROSS * CHART_HEIGHT;
  gboolean png = g_str_equal (suffix, "png");
  cairo_surface_t *surface = png ? cairo_image_surface_create (CAIRO_FORMAT_RGB24, 2 * width, 2 * height)
                             : g_str_equal (suffix, "pdf") ? cairo_pdf_surface_create (path, width, height)
                                                           : cairo_svg_surface_create (path, width, height);
  cairo_status_t status;
  cairo_t *cr;

  if (png)
    cairo_surface_set_device_scale (surface, 2, 2);
  cr = cairo_create (surface);
  draw_all (self, cr);
  cairo_destroy (cr);
  status = png ? cairo_surface_write_to_png (surface, path) : CAIRO_STATUS_SUCCESS;
  cairo_surface_finish (surface);
  status = status == CAIRO_STATUS_SUCCESS ? cairo_surface_status (surface) : status;
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” cannot be written: %s"), path,
               cairo_status_to_string (status));
  return FALSE;
}

static void
add_field (GString *text, const char *field, char end)
{
  g_auto (GStrv) parts = g_strsplit (field, "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);

  if (strpbrk (field, ",\"\n") != NULL)
    g_string_append_printf (text, "\"%s\"%c", doubled, end);
  else
    g_string_append_printf (text, "%s%c", field, end);
}

static gboolean
save_numbers (AciniLookView *self, const char *path, GError **error)
{
  g_autoptr (GString) text = g_string_new ("chart,item,value\n");

  for (guint i = 0; i < self->cards->len; i++)
    {
      AciniChart *chart = ((Card *)self->cards->pdata[i])->chart;

      for (guint k = 0; k < acini_chart_get_n_items (chart); k++)
        {
          g_autofree char *value = acini_chart_dup_value (chart, k);

          add_field (text, acini_chart_get_title (chart), ',');
          add_field (text, acini_chart_get_name (chart, k), ',');
          add_field (text, value, '\n');
        }
    }
  return g_file_set_contents (path, text->str, (gssize)text->len, error);
}

gboolean
acini_look_view_save (AciniLookView *self, const char *path, GError **error)
{
  static const char *const suffixes[] = { "svg", "pdf", "png", "csv", NULL };
  const char *dot;
  g_autofree char *suffix = NULL, *part = NULL;
  gboolean done;

  g_return_val_if_fail (ACINI_IS_LOOK_VIEW (self) && path != NULL, FALSE);

  dot = strrchr (path, '.');
  suffix = g_ascii_strdown (dot != NULL ? dot + 1 : "", -1);
  if (!g_strv_contains (suffixes, suffix))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _ ("“%s” ends with none of .svg, .pdf, .png and .csv: give it one of them."), path);
      return FALSE;
    }
  part = g_strconcat (path, ".part", NULL);
  done = g_str_equal (suffix, "csv") ? save_numbers (self, part, error) : save_picture (self, suffix, part, error);
  if (done && g_rename (part, path) == 0)
    return TRUE;
  if (done)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("“%s” cannot be written: %s"), path,
                 g_strerror (errno));
  g_unlink (part);
  return FALSE;
}

static void
on_file (GObject *dialog, GAsyncResult *result, gpointer data)
{
  g_autoptr (AciniLookView) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_autoptr (GError) error = NULL;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  g_autoptr (GtkAlertDialog) alert = NULL;

  if (path == NULL || acini_look_view_save (self, path, &error) || root == NULL)
    return;
  alert = gtk_alert_dialog_new ("%s", error->message);
  gtk_alert_dialog_show (alert, GTK_WINDOW (root));
}

static void
on_save (AciniLookView *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Save Charts"));
  gtk_file_dialog_set_initial_name (dialog, "charts.svg");
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_file,
                        g_object_ref (self));
}

static void
on_tables (AciniLookView *self)
{
  const char *shown = gtk_toggle_button_get_active (self->tables) ? "table" : "chart";

  for (guint i = 0; i < self->cards->len; i++)
    {
      GtkWidget *stack = gtk_widget_get_parent (GTK_WIDGET (((Card *)self->cards->pdata[i])->chart));

      gtk_stack_set_visible_child_name (GTK_STACK (stack), shown);
    }
}

static void
acini_look_view_dispose (GObject *object)
{
  AciniLookView *self = ACINI_LOOK_VIEW (object);

  g_clear_pointer (&self->cards, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_look_view_parent_class)->dispose (object);
}

static void
acini_look_view_class_init (AciniLookViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_look_view_dispose;
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", ACINI_TYPE_LOOK_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
}

static void
acini_look_view_init (AciniLookView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->cards = g_ptr_array_new_with_free_func (card_free);
  self->flow = GTK_FLOW_BOX (gtk_flow_box_new ());
  self->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  self->tables = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_mnemonic (_ ("As _Tables")));
  self->save = GTK_BUTTON (gtk_button_new_with_mnemonic (_ ("_Save Charts…")));
  self->colours = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_xalign (self->colours, 0);
  gtk_label_set_wrap (self->colours, TRUE);
  gtk_label_set_selectable (self->colours, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->colours), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->colours), "dim-label");
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->colours));
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->tables));
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->save));
  gtk_widget_set_margin_start (bar, 18);
  gtk_widget_set_margin_end (bar, 18);
  gtk_widget_set_margin_bottom (bar, 10);
  gtk_flow_box_set_selection_mode (self->flow, GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (self->flow, TRUE);
  gtk_flow_box_set_max_children_per_line (self->flow, 4);
  gtk_flow_box_set_column_spacing (self->flow, 12);
  gtk_flow_box_set_row_spacing (self->flow, 12);
  gtk_widget_set_margin_start (GTK_WIDGET (self->flow), 18);
  gtk_widget_set_margin_end (GTK_WIDGET (self->flow), 18);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->flow), 18);
  gtk_widget_set_valign (GTK_WIDGET (self->flow), GTK_ALIGN_START);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->flow));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->progress));
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_bin_set_child (ADW_BIN (self), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Looking at slides…"), -1);
  g_signal_connect_swapped (self->tables, "toggled", G_CALLBACK (on_tables), self);
  g_signal_connect_swapped (self->save, "clicked", G_CALLBACK (on_save), self);
  acini_look_view_show (self, NULL);
  acini_look_view_set_fraction (self, -1);
}

GtkWidget *
acini_look_view_new (void)
{
  return g_object_new (ACINI_TYPE_LOOK_VIEW, NULL);
}
