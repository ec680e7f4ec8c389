/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-report-page.h"

#include "data/interchange/acini-export-source.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* A4. */
#define WIDTH 595.28
#define HEIGHT 841.89
#define MARGIN 48.0
#define INNER (WIDTH - 2 * MARGIN)
#define BOTTOM (HEIGHT - MARGIN - 16)
#define TEXT_SIZE 9.5
#define LINE 14.0
#define FIELD_WIDTH 130.0
#define HISTOGRAM_HEIGHT 130.0

struct _AciniReportPage
{
  cairo_surface_t *surface;
  cairo_t *cr;
  char *head, *foot;
  double y; /* where the next thing goes */
  guint number;
  gboolean empty; /* nothing is on this page yet */
};

static void
choose_font (AciniReportPage *self, double size, gboolean bold)
{
  cairo_select_font_face (self->cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (self->cr, size);
}

static double
measure (AciniReportPage *self, const char *text)
{
  cairo_text_extents_t extents;

  cairo_text_extents (self->cr, text, &extents);
  return extents.x_advance;
}

/* @text, cut to @width with an ellipsis. */
static void
show (AciniReportPage *self, double x, double y, double width, const char *text)
{
  g_autoptr (GString) shown = g_string_new (text);

  while (shown->len > 0 && measure (self, shown->str) > width)
    {
      /* The ellipsis of the last round, and the character before it. */
      if (g_str_has_suffix (shown->str, "…"))
        g_string_truncate (shown, shown->len - strlen ("…"));
      g_string_truncate (shown, (gsize)(g_utf8_prev_char (shown->str + shown->len) - shown->str));
      g_string_append (shown, "…");
      if (strcmp (shown->str, "…") == 0)
        break;
    }
  cairo_move_to (self->cr, x, y);
  cairo_show_text (self->cr, shown->str);
}

static void
begin_page (AciniReportPage *self)
{
  g_autofree char *number = g_strdup_printf ("%u", ++self->number);

  cairo_set_source_rgb (self->cr, 0.4, 0.4, 0.4);
  choose_font (self, 8, FALSE);
  show (self, MARGIN, MARGIN - 18, INNER, self->head);
  show (self, MARGIN, HEIGHT - MARGIN + 6, INNER - 40, self->foot);
  show (self, WIDTH - MARGIN - measure (self, number), HEIGHT - MARGIN + 6, 40, number);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
  self->y = MARGIN;
  self->empty = TRUE;
}

AciniReportPage *
acini_report_page_new (const char *path, const char *head, const char *foot)
{
  AciniReportPage *self;

  g_return_val_if_fail (path != NULL && head != NULL && foot != NULL, NULL);

  self = g_new0 (AciniReportPage, 1);
  self->surface = cairo_pdf_surface_create (path, WIDTH, HEIGHT);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, head);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATOR, "Acini");
  self->cr = cairo_create (self->surface);
  self->head = g_strdup (head);
  self->foot = g_strdup (foot);
  begin_page (self);
  return self;
}

gboolean
acini_report_page_finish (AciniReportPage *self, GError **error)
{
  cairo_status_t status;

  cairo_show_page (self->cr);
  cairo_surface_finish (self->surface);
  status = cairo_surface_status (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_status (self->cr);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE, _ ("The report cannot be written: %s."),
               cairo_status_to_string (status));
  return FALSE;
}

void
acini_report_page_free (AciniReportPage *self)
{
  if (self == NULL)
    return;
  cairo_destroy (self->cr);
  cairo_surface_destroy (self->surface);
  g_free (self->head);
  g_free (self->foot);
  g_free (self);
}

void
acini_report_page_break (AciniReportPage *self)
{
  if (self->empty)
    return;
  cairo_show_page (self->cr);
  begin_page (self);
}

/* Room for @height points. */
static void
reserve (AciniReportPage *self, double height)
{
  if (self->y + height > BOTTOM)
    acini_report_page_break (self);
  self->empty = FALSE;
}

void
acini_report_page_add_title (AciniReportPage *self, const char *text)
{
  reserve (self, 28);
  choose_font (self, 17, TRUE);
  show (self, MARGIN, self->y + 16, INNER, text);
  self->y += 28;
}

void
acini_report_page_add_heading (AciniReportPage *self, const char *text)
{
  /* Never the last thing of a page. */
  reserve (self, 24 + 3 * LINE);
  choose_font (self, 11.5, TRUE);
  show (self, MARGIN, self->y + 20, INNER, text);
  self->y += 28;
}

void
acini_report_page_add_text (AciniReportPage *self, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GString) line = g_string_new (NULL);

  choose_font (self, TEXT_SIZE, FALSE);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *longer = line->len > 0 ? g_strconcat (line->str, " ", words[i], NULL) : g_strdup (words[i]);

      if (line->len > 0 && measure (self, longer) > INNER)
        {
          reserve (self, LINE);
          choose_font (self, TEXT_SIZE, FALSE);
          show (self, MARGIN, self->y + 10, INNER, line->str);
          self->y += LINE;
          g_string_assign (line, words[i]);
        }
      else
        g_string_assign (line, longer);
    }
  reserve (self, LINE);
  choose_font (self, TEXT_SIZE, FALSE);
  show (self, MARGIN, self->y + 10, INNER, line->str);
  self->y += LINE;
}

void
acini_report_page_add_field (AciniReportPage *self, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  reserve (self, LINE);
  choose_font (self, TEXT_SIZE, FALSE);
  cairo_set_source_rgb (self->cr, 0.35, 0.35, 0.35);
  show (self, MARGIN, self->y + 10, FIELD_WIDTH - 8, name);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
  show (self, MARGIN + FIELD_WIDTH, self->y + 10, INNER - FIELD_WIDTH, value);
  self->y += LINE;
}

void
acini_report_page_add_row (AciniReportPage *self, const char *const *cells, const double *widths, guint n,
                           gboolean head)
{
  double x = MARGIN;

  reserve (self, head ? 3 * LINE : LINE);
  choose_font (self, TEXT_SIZE - 1, head);
  for (guint i = 0; i < n; i++)
    {
      double width = widths[i] * INNER, needed = MIN (measure (self, cells[i]), width - 6);

      /* Numbers stand at the right, under one another. */
      show (self, i == 0 ? x : x + width - 6 - needed, self->y + 10, width - 6, cells[i]);
      x += width;
    }
  self->y += LINE;
  if (!head)
    return;
  cairo_set_line_width (self->cr, 0.5);
  cairo_move_to (self->cr, MARGIN, self->y);
  cairo_line_to (self->cr, MARGIN + INNER, self->y);
  cairo_stroke (self->cr);
  self->y += 3;
}

void
acini_report_page_add_picture (AciniReportPage *self, cairo_surface_t *picture, double most)
{
  const double width = cairo_image_surface_get_width (picture), height = cairo_image_surface_get_height (picture);
  const double scale = MIN (INNER / width, most / height);

  reserve (self, height * scale + 8);
  cairo_save (self->cr);
  cairo_translate (self->cr, MARGIN, self->y);
  cairo_scale (self->cr, scale, scale);
  cairo_set_source_surface (self->cr, picture, 0, 0);
  cairo_paint (self->cr);
  cairo_restore (self->cr);
  cairo_set_source_rgb (self->cr, 0.6, 0.6, 0.6);
  cairo_set_line_width (self->cr, 0.5);
  cairo_rectangle (self->cr, MARGIN, self->y, width * scale, height * scale);
  cairo_stroke (self->cr);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
  self->y += height * scale + 8;
}

static void
label_edge (AciniReportPage *self, const AciniHistogram *histogram, guint bin, double left, double step, double y)
{
  g_autofree char *text = g_strdup_printf ("%.6g", acini_histogram_get_edge (histogram, bin));

  show (self, left + bin * step - measure (self, text) / 2, y, 80, text);
}

void
acini_report_page_add_histogram (AciniReportPage *self, const AciniHistogram *histogram, const char *title)
{
  const double left = MARGIN + 34, width = INNER - 34, height = HISTOGRAM_HEIGHT - 34;
  const double step = histogram->n > 0 ? width / histogram->n : width;
  g_autofree char *greatest = NULL;
  gint64 most = 1;
  guint every = MAX (1, histogram->n / 8);

  if (histogram->n == 0)
    return;
  reserve (self, HISTOGRAM_HEIGHT + 8);
  for (guint i = 0; i < histogram->n; i++)
    most = MAX (most, histogram->counts[i]);
  cairo_set_source_rgb (self->cr, 0, 0.62, 0.45);
  for (guint i = 0; i < histogram->n; i++)
    {
      double bar = height * (double)histogram->counts[i] / (double)most;

      cairo_rectangle (self->cr, left + i * step + 0.5, self->y + height - bar, step - 1, bar);
    }
  cairo_fill (self->cr);
  cairo_set_source_rgb (self->cr, 0, 0, 0);
  cairo_set_line_width (self->cr, 0.5);
  cairo_move_to (self->cr, left, self->y);
  cairo_line_to (self->cr, left, self->y + height);
  cairo_line_to (self->cr, left + width, self->y + height);
  cairo_stroke (self->cr);
  choose_font (self, 8, FALSE);
  greatest = g_strdup_printf ("%" G_GINT64_FORMAT, most);
  show (self, left - 4 - measure (self, greatest), self->y + 7, 40, greatest);
  show (self, left - 4 - measure (self, "0"), self->y + height, 40, "0");
  for (guint i = 0; i <= histogram->n; i += every)
    label_edge (self, histogram, i, left, step, self->y + height + 12);
  show (self, left + width / 2 - measure (self, title) / 2, self->y + height + 26, width, title);
  self->y += HISTOGRAM_HEIGHT + 8;
}
