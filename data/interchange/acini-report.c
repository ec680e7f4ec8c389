/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-report.h"

#include "data/interchange/acini-report-page.h"
#include "data/labels/acini-journal.h"
#include "data/objects/acini-results.h"
#include "data/project/acini-project-private.h"
#include "data/project/acini-sign-off.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

/* Longer side of the picture in pixels: 200 dpi on the page. */
#define PICTURE_SIDE 1400
#define PICTURE_HEIGHT 330.0 /* most, in points */
/* Rows of the mask read at a time; those of a tile, so that none is decoded often. */
#define BAND 512
#define MOST_BINS 24
/* Rows of the journal in which the sign-offs and the reviewers of a slide are looked for. */
#define MOST_ROWS 100000

/* One slide and class. */
typedef struct
{
  char *slide;
  AciniResult result;
} Line;

struct _AciniReport
{
  AciniProject *project;
  char *path, *partial;
  AciniReportPage *page;
  GArray *lines; /* of Line */
  GArray *areas; /* of double: those of all slides, in µm²; of some the scale may be unknown: then in pixels */
  gboolean um;   /* all areas are in µm² */
  guint n_slides;
  gboolean finished;
};

/* What is said of the whole. */

static char *
format_time (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d %H:%M") : g_strdup ("");
}

/* The newest row of the journal and its hash: (transfer full) */
static char *
describe_chain (AciniProject *project, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_read (acini_project_get_database (project), error);
  sqlite3_stmt *rows = transaction != NULL ? acini_transaction_query (transaction, error,
                                                                      "SELECT sequence, lower (hex (hash)) FROM journal"
                                                                      " ORDER BY sequence DESC LIMIT 1",
                                                                      "")
                                           : NULL;
  g_autoptr (GError) failure = NULL;
  char *text = NULL;

  if (rows == NULL)
    return NULL;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      /* Translators: a row of the history, and the hash that all rows up to it have. */
      text = g_strdup_printf (_ ("History up to row %lld, SHA-256 %s"), (long long)sqlite3_column_int64 (rows, 0),
                              (const char *)sqlite3_column_text (rows, 1));
      sqlite3_reset (rows);
    }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (text == NULL)
    text = g_strdup (_ ("The history is empty"));
  return text;
}

AciniReport *
acini_report_new (AciniProject *project, const char *path, GError **error)
{
  g_autoptr (AciniReport) self = NULL;
  g_autofree char *chain = NULL, *folder = NULL, *base = NULL, *hidden = NULL, *date = NULL, *name = NULL;
  g_autofree char *head = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, NULL);

  chain = describe_chain (project, error);
  if (chain == NULL)
    return NULL;
  self = g_new0 (AciniReport, 1);
  self->project = g_object_ref (project);
  self->path = g_strdup (path);
  folder = g_path_get_dirname (path);
  base = g_path_get_basename (path);
  hidden = g_strdup_printf (".%d-%s", (int)getpid (), base);
  self->partial = g_build_filename (folder, hidden, NULL);
  date = format_time (g_get_real_time () / G_USEC_PER_SEC);
  name = acini_project_dup_name (project);
  head = g_strdup_printf ("Acini · %s · %s", name, date);
  self->page = acini_report_page_new (self->partial, head, chain);
  self->lines = g_array_new (FALSE, TRUE, sizeof (Line));
  self->areas = g_array_new (FALSE, FALSE, sizeof (double));
  self->um = TRUE;
  return g_steal_pointer (&self);
}

void
acini_report_free (AciniReport *self)
{
  if (self == NULL)
    return;
  acini_report_page_free (self->page);
  if (!self->finished)
    g_unlink (self->partial);
  for (guint i = 0; i < self->lines->len; i++)
    g_free (g_array_index (self->lines, Line, i).slide);
  g_array_unref (self->lines);
  g_array_unref (self->areas);
  g_object_unref (self->project);
  g_free (self->path);
  g_free (self->partial);
  g_free (self);
}

/* The picture. */

/* The mask at the middles of the picture's pixels: class numbers. */
static guint8 *
sample_mask (const AciniExportSource *source, int width, int height, AciniProgressFunc progress, gpointer user_data,
             GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  g_autofree guint8 *classes = g_malloc0 ((gsize)width * height);
  g_autofree guint8 *band = g_malloc ((gsize)slide->width * BAND);

  for (gint64 top = 0; top < slide->height; top += BAND)
    {
      const int n = (int)MIN (BAND, slide->height - top);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !acini_export_read (source, 0, top, (int)slide->width, n, band, error))
        return NULL;
      for (int j = 0; j < height; j++)
        {
          gint64 y = (2 * (gint64)j + 1) * slide->height / (2 * height) - top;

          for (int i = 0; i < width && y >= 0 && y < n; i++)
            classes[(gsize)j * width + i] = band[y * slide->width + (2 * (gint64)i + 1) * slide->width / (2 * width)];
        }
      if (progress != NULL)
        progress ((double)(top + n) / (double)slide->height, user_data);
    }
  return g_steal_pointer (&classes);
}

/* Outlines two pixels wide, within what they go round. */
static void
draw_outlines (guint32 *pixels, const AciniExportSource *source, const guint8 *classes, int width, int height)
{
  guint32 colours[G_MAXUINT8];

  for (int i = 0; i < G_MAXUINT8; i++)
    colours[i] = acini_export_get_colour (source, i + 1);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint8 class = classes[(gsize)y * width + x];
        gboolean edge = FALSE;

        for (int dy = -2; dy <= 2 && class != 0; dy++)
          for (int dx = -2; dx <= 2; dx++)
            {
              int i = x + dx, j = y + dy;

              edge = edge || i < 0 || j < 0 || i >= width || j >= height || classes[(gsize)j * width + i] != class;
            }
        if (edge)
          pixels[(gsize)y * width + x] = 0xff000000 | colours[class - 1];
      }
}

/* In the PDF the picture is a JPEG: lossless, it would be some megabytes a slide. */
static void
compress (cairo_surface_t *picture, const guint32 *pixels, int width, int height)
{
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * width * height);
  g_autoptr (VipsImage) image = NULL;
  void *jpeg;
  gsize length;

  for (gsize i = 0; i < (gsize)width * height; i++)
    for (int k = 0; k < 3; k++)
      rgb[3 * i + k] = (guint8)(pixels[i] >> (16 - 8 * k));
  acini_vips_init ();
  image = vips_image_new_from_memory (rgb, (gsize)3 * width * height, width, height, 3, VIPS_FORMAT_UCHAR);
  if (image == NULL)
    return;
  image->Type = VIPS_INTERPRETATION_sRGB;
  if (vips_jpegsave_buffer (image, &jpeg, &length, "Q", 90, "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF, NULL) == 0)
    cairo_surface_set_mime_data (picture, CAIRO_MIME_TYPE_JPEG, jpeg, length, g_free, jpeg);
}

/* White where the slide's file is not there. */
static void
read_tissue (const AciniSlideRecord *record, guint32 *pixels, int width, int height)
{
  const double downsample = (double)MAX (record->width, record->height) / MAX (width, height);
  g_autoptr (AciniSlide) slide = record->missing ? NULL : acini_slide_open (record->path, NULL);
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * width * height);

  if (slide == NULL || !acini_slide_read_rgb (slide, 0, 0, downsample, width, height, rgb, NULL))
    memset (rgb, 255, (gsize)3 * width * height);
  for (gsize i = 0; i < (gsize)width * height; i++)
    pixels[i] = 0xff000000 | (guint32)rgb[3 * i] << 16 | (guint32)rgb[3 * i + 1] << 8 | rgb[3 * i + 2];
}

static cairo_surface_t *
draw_picture (const AciniExportSource *source, AciniProgressFunc progress, gpointer user_data,
              GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  const double scale = MIN (1, PICTURE_SIDE / (double)MAX (slide->width, slide->height));
  const int width = MAX (1, (int)((double)slide->width * scale)),
            height = MAX (1, (int)((double)slide->height * scale));
  g_autofree guint8 *classes = sample_mask (source, width, height, progress, user_data, cancellable, error);
  cairo_surface_t *picture;

  if (classes == NULL)
    return NULL;
  picture = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  if (cairo_surface_status (picture) == CAIRO_STATUS_SUCCESS)
    {
      /* Rows of four bytes a pixel have no gaps. */
      guint32 *pixels = (guint32 *)(gpointer)cairo_image_surface_get_data (picture);

      read_tissue (slide, pixels, width, height);
      draw_outlines (pixels, source, classes, width, height);
      cairo_surface_mark_dirty (picture);
      compress (picture, pixels, width, height);
    }
  return picture;
}

/* What is said of a slide. */

static char *
dup_class_name (AciniProject *project, int label)
{
  char *name = acini_project_dup_class_name (project, label);

  return name != NULL ? name : g_strdup_printf ("FTU %d", label - 1);
}

/* "": it is not known. */
static char *
format_number (double number, int decimals)
{
  return number >= 0 ? g_strdup_printf ("%.*f", decimals, number) : g_strdup ("");
}

static void
add_result_head (AciniReportPage *page, const char *first, const double *widths)
{
  const char *const cells[]
      = { first, _ ("Count"), _ ("per mm²"), _ ("Mean area"), _ ("Spread"), _ ("Share"), _ ("Acc./rej./flag.") };

  acini_report_page_add_row (page, cells, widths, G_N_ELEMENTS (cells), TRUE);
}

static void
add_result (AciniReportPage *page, const char *name, const AciniResult *r, const double *widths)
{
  const gboolean um = acini_result_get_mean_area (r, TRUE) >= 0;
  const char *unit = um ? "µm²" : "px";
  const double share = acini_result_get_share (r), mean = acini_result_get_mean_area (r, um);
  const double spread = acini_result_get_area_deviation (r, um);
  g_autofree char *count = g_strdup_printf ("%" G_GINT64_FORMAT, r->count);
  g_autofree char *density = format_number (acini_result_get_density (r), 2);
  g_autofree char *area = mean >= 0 ? g_strdup_printf ("%.0f %s", mean, unit) : g_strdup ("");
  g_autofree char *deviation = spread >= 0 ? g_strdup_printf ("± %.0f", spread) : g_strdup ("");
  g_autofree char *part = share >= 0 ? g_strdup_printf ("%.1f %%", 100 * share) : g_strdup ("");
  g_autofree char *states = g_strdup_printf ("%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                             r->states[ACINI_REVIEW_ACCEPTED], r->states[ACINI_REVIEW_REJECTED],
                                             r->states[ACINI_REVIEW_FLAGGED]);
  const char *const cells[] = { name, count, density, area, deviation, part, states };

  acini_report_page_add_row (page, cells, widths, G_N_ELEMENTS (cells), FALSE);
}

static char *
dup_model_name (AciniProject *project, const char *id)
{
  g_autoptr (GPtrArray) models = acini_project_list_models (project, NULL);

  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      const AciniModelRecord *model = models->pdata[i];

      if (g_str_equal (model->id, id))
        return g_strdup_printf ("%s (%s)", model->name, model->id);
    }
  return g_strdup (id);
}

static void
add_model (AciniReport *self, const AciniExportSource *source)
{
  g_autoptr (GString) cuts = g_string_new (NULL);
  g_autofree char *model = NULL, *mpp = NULL;
  const AciniPredictionInfo *info;

  if (source->prediction == NULL)
    {
      acini_report_page_add_field (self->page, _ ("Model"), _ ("None: labels by people alone"));
      return;
    }
  info = acini_prediction_get_info (source->prediction);
  model = dup_model_name (self->project, info->model);
  for (guint i = 0; i < MIN (source->thresholds->n, (guint)info->n_classes); i++)
    g_string_append_printf (cuts, "%s%.3f", i > 0 ? ", " : "",
                            acini_threshold_from_cut (acini_thresholds_get_cut (source->thresholds, i)));
  acini_report_page_add_field (self->page, _ ("Model"), model);
  acini_report_page_add_field (self->page, _ ("Thresholds"), cuts->str);
}

/* Reviewers: those who did anything but segment; sign-offs, the oldest first. */
static gboolean
add_people (AciniReport *self, const AciniExportSource *source, GError **error)
{
  g_autoptr (AciniSignOff) state
      = acini_project_read_sign_off (self->project, source->slide->id, source->prediction != NULL, error);
  g_autoptr (GPtrArray) rows
      = acini_journal_list (self->project, source->slide->id, MOST_ROWS, state != NULL ? error : NULL);
  g_autoptr (GHashTable) users = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) names = g_string_new (NULL);

  if (state == NULL || rows == NULL)
    return FALSE;
  for (guint i = rows->len; i > 0; i--)
    {
      const AciniJournalRow *row = rows->pdata[i - 1];

      if (!g_str_equal (row->kind, "model") && !g_str_equal (row->kind, "import") && *row->user != '\0'
          && g_hash_table_add (users, row->user))
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", row->user);
    }
  acini_report_page_add_field (self->page, _ ("State"), acini_slide_state_to_string (state->state));
  acini_report_page_add_field (self->page, _ ("Reviewers"), names->str);
  for (guint i = rows->len; i > 0; i--)
    {
      const AciniJournalRow *row = rows->pdata[i - 1];
      g_autoptr (JsonNode) node
          = g_str_equal (row->tool, "sign-off") && row->after != NULL ? json_from_string (row->after, NULL) : NULL;
      JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      g_autofree char *time = format_time (row->time), *text = NULL;
      const char *meaning, *reason;

      if (object == NULL)
        continue;
      meaning = json_object_get_string_member_with_default (object, "meaning", "");
      reason = json_object_get_string_member_with_default (object, "reason", "");
      text = g_strdup_printf ("%s · %s · %s%s%s%s%s", time, row->user,
                              json_object_get_string_member_with_default (object, "sign-off", ""),
                              *meaning != '\0' ? " · " : "", meaning, *reason != '\0' ? " · " : "", reason);
      acini_report_page_add_field (self->page, _ ("Sign-off"), text);
    }
  return TRUE;
}

static void
add_facts (AciniReport *self, const AciniSlideRecord *slide)
{
  g_autofree char *size = NULL, *age = NULL;

  if (slide->mpp_x > 0)
    size = g_strdup_printf ("%lld × %lld px, %.4g µm per px (%.2f × %.2f mm)", (long long)slide->width,
                            (long long)slide->height, slide->mpp_x, (double)slide->width * slide->mpp_x / 1000,
                            (double)slide->height * slide->mpp_y / 1000);
  else
    size = g_strdup_printf (_ ("%lld × %lld px, µm per px unknown"), (long long)slide->width, (long long)slide->height);
  age = slide->details.age >= 0 ? g_strdup_printf ("%g", slide->details.age) : NULL;
  acini_report_page_add_field (self->page, _ ("Organ"), slide->organ);
  acini_report_page_add_field (self->page, _ ("Size"), size);
  acini_report_page_add_field (self->page, _ ("Patient"), slide->details.patient);
  acini_report_page_add_field (self->page, _ ("Sex"), slide->details.sex);
  acini_report_page_add_field (self->page, _ ("Age"), age);
  acini_report_page_add_field (self->page, _ ("Source"), slide->details.source);
  acini_report_page_add_field (self->page, _ ("Split"), slide->details.split);
}

typedef struct
{
  GArray *areas;
  double scale;
} Areas;

static gboolean
take_area (const AciniObject *object, gpointer user_data)
{
  Areas *self = user_data;
  double area = (double)object->area * self->scale;

  g_array_append_val (self->areas, area);
  return TRUE;
}

static void
add_distribution (AciniReport *self, const GArray *areas, gboolean um)
{
  g_auto (AciniHistogram) histogram = ACINI_HISTOGRAM_INIT;

  if (areas->len == 0)
    return;
  acini_histogram_count (&histogram, (const double *)(gpointer)areas->data, areas->len, MOST_BINS);
  acini_report_page_add_heading (self->page, _ ("Areas"));
  acini_report_page_add_histogram (self->page, &histogram, um ? _ ("Area, µm²") : _ ("Area, px"));
}

static gboolean
add_results (AciniReport *self, const AciniExportSource *source, GCancellable *cancellable, GError **error)
{
  static const double widths[] = { 0.26, 0.1, 0.11, 0.16, 0.12, 0.1, 0.15 };
  const AciniSlideRecord *slide = source->slide;
  const AciniObjectSource objects = { source->project, slide, source->prediction, source->thresholds };
  g_autoptr (AciniObjectIndex) index = acini_export_open_index (source, cancellable, error);
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (source->project, slide->id, NULL, error);
  const AciniObjectQuery query = { .scope = scope };
  g_autoptr (GArray) results = NULL, found = g_array_new (FALSE, FALSE, sizeof (double));
  const gboolean um = slide->mpp_x > 0;
  Areas areas = { found, um ? slide->mpp_x * slide->mpp_y : 1 };

  if (index == NULL || scope == NULL)
    return FALSE;
  results = acini_results_collect (index, &objects, scope, acini_results_measure_tissue (slide, scope), 0, error);
  if (results == NULL || !acini_object_index_foreach (index, &query, take_area, &areas, error))
    return FALSE;
  acini_report_page_add_heading (self->page, _ ("Tissue units"));
  add_result_head (self->page, _ ("Class"), widths);
  for (guint i = 0; i < results->len; i++)
    {
      const AciniResult *r = &g_array_index (results, AciniResult, i);
      g_autofree char *name = dup_class_name (self->project, r->label);
      Line line = { g_strdup (slide->name), *r };

      add_result (self->page, name, r, widths);
      g_array_append_val (self->lines, line);
    }
  add_distribution (self, found, um);
  self->um = self->um && um;
  g_array_append_vals (self->areas, found->data, found->len);
  return TRUE;
}

gboolean
acini_report_add_slide (AciniReport *self, const AciniExportSource *source, AciniProgressFunc progress,
                        gpointer user_data, GCancellable *cancellable, GError **error)
{
  cairo_surface_t *picture;

  g_return_val_if_fail (self != NULL && source != NULL && source->project == self->project, FALSE);

  picture = draw_picture (source, progress, user_data, cancellable, error);
  if (picture == NULL)
    return FALSE;
  self->n_slides++;
  acini_report_page_break (self->page);
  acini_report_page_add_title (self->page, source->slide->name);
  acini_report_page_add_picture (self->page, picture, PICTURE_HEIGHT);
  cairo_surface_destroy (picture);
  add_facts (self, source->slide);
  add_model (self, source);
  return add_people (self, source, error) && add_results (self, source, cancellable, error);
}

/* All slides. */

static void
add_sums (AciniReport *self)
{
  static const double widths[] = { 0.36, 0.09, 0.1, 0.14, 0.09, 0.08, 0.14 };
  g_autofree char *title = g_strdup_printf (ngettext ("%u slide", "%u slides", self->n_slides), self->n_slides);

  acini_report_page_break (self->page);
  acini_report_page_add_title (self->page, title);
  for (int label = ACINI_LABEL_FIRST_CLASS; label < 256; label++)
    {
      AciniResult total = { 0 };
      gboolean any = FALSE;

      for (guint i = 0; i < self->lines->len; i++)
        {
          const Line *line = &g_array_index (self->lines, Line, i);
          g_autofree char *heading = NULL;

          if (line->result.label != label)
            continue;
          if (!any)
            {
              heading = dup_class_name (self->project, label);
              acini_report_page_add_heading (self->page, heading);
              add_result_head (self->page, _ ("Slide"), widths);
              total = line->result;
            }
          else
            acini_result_add (&total, &line->result);
          any = TRUE;
          add_result (self->page, line->slide, &line->result, widths);
        }
      if (any)
        add_result (self->page, _ ("All"), &total, widths);
    }
  if (self->um)
    add_distribution (self, self->areas, TRUE);
}

gboolean
acini_report_finish (AciniReport *self, GError **error)
{
  g_return_val_if_fail (self != NULL && !self->finished, FALSE);

  if (self->n_slides > 1)
    add_sums (self);
  acini_report_page_add_text (
      self->page, _ ("The last line of each page names the newest row of the project’s history and its hash, which "
                     "covers all rows before it; “acini-cli journal verify” recomputes it. Tissue units are the "
                     "corrections of people and, elsewhere, what the model found from the threshold on."));
  if (!acini_report_page_finish (self->page, error))
    return FALSE;
  if (g_rename (self->partial, self->path) != 0)
    {
      g_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE, _ ("“%s” cannot be written: %s."), self->path,
                   g_strerror (errno));
      return FALSE;
    }
  self->finished = TRUE;
  return TRUE;
}
