/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-coverage.h"

#include <math.h>
#include <string.h>

struct _AciniCoverage
{
  double width, height; /* of the slide */
  int columns, rows;
  guint8 *cells; /* AciniCoverageStep */
};

AciniCoverage *
acini_coverage_new (gint64 width, gint64 height)
{
  AciniCoverage *self;
  double cell;

  g_return_val_if_fail (width > 0 && height > 0, NULL);
  self = g_new0 (AciniCoverage, 1);
  self->width = (double)width;
  self->height = (double)height;
  cell = MAX (self->width, self->height) / ACINI_COVERAGE_CELLS;
  self->columns = CLAMP ((int)lround (self->width / cell), 1, ACINI_COVERAGE_CELLS);
  self->rows = CLAMP ((int)lround (self->height / cell), 1, ACINI_COVERAGE_CELLS);
  self->cells = g_malloc0 ((gsize)self->columns * self->rows);
  return self;
}

void
acini_coverage_free (AciniCoverage *self)
{
  g_return_if_fail (self != NULL);
  g_free (self->cells);
  g_free (self);
}

AciniCoverageStep
acini_coverage_get_step (double magnification)
{
  static const double steps[] = { 2.5, 5, 10, 20 };
  AciniCoverageStep step = ACINI_COVERAGE_FAR;

  /* A hair below the step counts: magnifications are rounded. */
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    if (magnification >= 0.98 * steps[i])
      step = ACINI_COVERAGE_2_5X + (int)i;
  return step;
}

const guint8 *
acini_coverage_get_cells (AciniCoverage *self, int *columns, int *rows)
{
  g_return_val_if_fail (self != NULL && columns != NULL && rows != NULL, NULL);
  *columns = self->columns;
  *rows = self->rows;
  return self->cells;
}

double
acini_coverage_get_part (AciniCoverage *self, AciniCoverageStep step)
{
  int n = 0;

  g_return_val_if_fail (self != NULL, 0);
  for (int i = 0; i < self->columns * self->rows; i++)
    n += self->cells[i] >= step;
  return (double)n / (self->columns * self->rows);
}

double
acini_coverage_get_part_of (AciniCoverage *self, const guint8 *among, AciniCoverageStep step)
{
  int n = 0, seen = 0;

  g_return_val_if_fail (self != NULL && among != NULL, 0);
  for (int i = 0; i < self->columns * self->rows; i++)
    {
      n += among[i] != 0;
      seen += among[i] != 0 && self->cells[i] >= step;
    }
  return n > 0 ? (double)seen / n : 1;
}

/* The first cell whose middle is at @x or beyond, of @n cells on a side of @size. */
static int
get_first (double x, double size, int n)
{
  return (int)CLAMP (ceil (x / size * n - 0.5), 0, n);
}

gboolean
acini_coverage_see (AciniCoverage *self, double x0, double y0, double x1, double y1, AciniCoverageStep step)
{
  gboolean news = FALSE;

  g_return_val_if_fail (self != NULL, FALSE);
  for (int row = get_first (y0, self->height, self->rows); row < get_first (y1, self->height, self->rows); row++)
    for (int column = get_first (x0, self->width, self->columns); column < get_first (x1, self->width, self->columns);
         column++)
      {
        guint8 *cell = &self->cells[row * self->columns + column];

        if (*cell >= step)
          continue;
        *cell = (guint8)step;
        news = TRUE;
      }
  return news;
}

char *
acini_coverage_dup_key (gint64 slide)
{
  return g_strdup_printf ("coverage-%" G_GINT64_FORMAT, slide);
}

char *
acini_coverage_to_text (AciniCoverage *self)
{
  g_autofree char *cells = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  cells = g_base64_encode (self->cells, (gsize)self->columns * self->rows);
  return g_strdup_printf ("%d %d %s", self->columns, self->rows, cells);
}

gboolean
acini_coverage_add_text (AciniCoverage *self, const char *text)
{
  g_auto (GStrv) words = NULL;
  g_autofree guchar *cells = NULL;
  gsize n = 0;

  g_return_val_if_fail (self != NULL && text != NULL, FALSE);
  words = g_strsplit (text, " ", 3);
  if (g_strv_length (words) != 3 || g_ascii_strtoll (words[0], NULL, 10) != self->columns
      || g_ascii_strtoll (words[1], NULL, 10) != self->rows)
    return FALSE;
  cells = g_base64_decode (words[2], &n);
  if (n != (gsize)self->columns * self->rows)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    self->cells[i] = MAX (self->cells[i], MIN (cells[i], ACINI_COVERAGE_20X));
  return TRUE;
}
