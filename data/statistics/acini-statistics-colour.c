/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/statistics/acini-statistics-private.h"

#include "data/slides/acini-stain.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Another way of looking at pixels is another version: what was kept before is read again. */
#define VERSION "1"

/* What tells that the file is the one that was read; (transfer full) (nullable) */
static char *
make_stamp (const AciniSlideRecord *record)
{
  GStatBuf info;

  if (g_stat (record->path, &info) != 0)
    return NULL;
  return g_strdup_printf (VERSION " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, (gint64)info.st_size,
                          (gint64)info.st_mtime);
}

#define N_NUMBERS 14 /* pixels; mean, deviation; stained; two directions */

/* FALSE: the pixels cannot be read. */
static gboolean
look (const AciniSlideRecord *record, double *numbers)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (record->path, NULL);
  double downsample = fmax (1, (double)MAX (record->width, record->height) / ACINI_STATISTICS_SIDE);
  int width = (int)MAX (1, rint ((double)record->width / downsample));
  int height = (int)MAX (1, rint ((double)record->height / downsample));
  gsize n = (gsize)width * height;
  g_autofree guint8 *rgb = NULL;
  AciniStains stains;

  if (slide == NULL)
    return FALSE;
  rgb = g_malloc (3 * n);
  if (!acini_slide_read_rgb (slide, 0, 0, downsample, width, height, rgb, NULL))
    return FALSE;
  numbers[0] = (double)n;
  for (int i = 0; i < 3; i++)
    {
      guint64 sum = 0, squares = 0;
      double mean;

      for (gsize k = 0; k < n; k++)
        {
          sum += rgb[3 * k + i];
          squares += (guint64)rgb[3 * k + i] * rgb[3 * k + i];
        }
      mean = (double)sum / (double)n;
      numbers[1 + i] = mean / 255;
      numbers[4 + i] = sqrt (fmax ((double)squares / (double)n - mean * mean, 0)) / 255;
    }
  if (acini_stains_estimate (rgb, n, &stains, NULL))
    {
      numbers[7] = 1;
      memcpy (numbers + 8, stains.vectors, 6 * sizeof (double));
    }
  return TRUE;
}

void
acini_statistics_read_colours (AciniStatisticsStore *store, AciniSlideStatistics *slide)
{
  g_autofree char *stamp = make_stamp (slide->record);
  g_autofree double *kept = NULL;
  double numbers[N_NUMBERS] = { 0 };
  gsize n = 0;

  if (stamp == NULL)
    return;
  kept = acini_statistics_store_recall (store, slide->record->id, "colours", stamp, &n);
  if (kept != NULL && n == N_NUMBERS)
    memcpy (numbers, kept, sizeof numbers);
  else if (!look (slide->record, numbers))
    return;
  else
    acini_statistics_store_keep (store, slide->record->id, "colours", stamp, numbers, N_NUMBERS);
  slide->coloured = TRUE;
  slide->n_pixels = (gint64)numbers[0];
  memcpy (slide->mean, numbers + 1, sizeof slide->mean);
  memcpy (slide->deviation, numbers + 4, sizeof slide->deviation);
  slide->stained = numbers[7] > 0;
  memcpy (slide->stains, numbers + 8, sizeof slide->stains);
}
