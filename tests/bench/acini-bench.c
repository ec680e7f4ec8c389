/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/bench/acini-bench.h"

#include "data/labels/acini-journal.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#define ROWS 512

void
bench_paint_discs (AciniProject *project, gint64 slide, int step, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, &error);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");
  g_autofree guint8 *rows = NULL;
  gint64 width, columns;

  g_assert_no_error (error);
  width = record->width;
  columns = width / step;
  rows = g_malloc ((gsize)width * ROWS);
  for (gint64 top = 0; top < record->height; top += ROWS)
    {
      gint64 height = MIN (ROWS, record->height - top);

      for (gint64 y = 0; y < height; y++)
        for (gint64 x = 0; x < width; x++)
          {
            gint64 column = x / step, row = (top + y) / step, dx = x % step - step / 2,
                   dy = (top + y) % step - step / 2;
            guint hash = (guint)column * 2654435761u ^ (guint)row * 40503u;
            gint64 radius = step / 4 + (hash >> 8) % (guint)(step / 5);
            gboolean inside = dx * dx + dy * dy < radius * radius && column < columns && row * columns + column < n;

            rows[y * width + x] = inside ? 2 + (hash & 1) : 1;
          }
      acini_edit_write (edit, &(AciniRect){ 0, top, width, height }, rows, &error);
      g_assert_no_error (error);
    }
  acini_edit_commit (edit, NULL, &error);
  g_assert_no_error (error);
}

BenchTime
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (BenchTime){ (double)g_get_monotonic_time () / G_USEC_PER_SEC,
                      (double)now.tv_sec + (double)now.tv_nsec / 1e9 };
}

BenchTime
bench_since (const BenchTime *start)
{
  BenchTime now = bench_now ();

  return (BenchTime){ now.clock - start->clock, now.processor - start->processor };
}

glong
bench_get_most_memory (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

double
bench_report (const char *what, GArray *times, double bar, double aim)
{
  double p50, p99;

  g_assert_cmpuint (times->len, >, 0);
  g_array_sort (times, compare);
  p50 = g_array_index (times, double, times->len / 2);
  p99 = g_array_index (times, double, times->len * 99 / 100);
  printf ("%-52s p50 %7.1f ms   p99 %7.1f ms   (%u", what, p50, p99, times->len);
  if (bar > 0)
    printf ("; at most %g, aim %g", bar, aim);
  printf (")\n");
  fflush (stdout);
  return p99;
}
