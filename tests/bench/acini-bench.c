/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/bench/acini-bench.h"

#include "data/labels/acini-journal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define ROWS 512

/* The cells of a grid that have a disc: a block in its middle, about as wide as high. */
typedef struct
{
  gint64 left, top, columns, n;
} Block;

static Block
find_block (gint64 columns, gint64 rows, gint64 n)
{
  Block block = { .n = MIN (n, columns * rows) };
  gint64 high;

  block.columns = MIN ((gint64)ceil (sqrt ((double)block.n)), columns);
  high = (block.n + block.columns - 1) / block.columns;
  if (high > rows)
    {
      block.columns = (block.n + rows - 1) / rows;
      high = rows;
    }
  block.left = (columns - block.columns) / 2;
  block.top = (rows - high) / 2;
  return block;
}

static gboolean
has_disc (const Block *block, gint64 column, gint64 row)
{
  column -= block->left;
  row -= block->top;
  return column >= 0 && column < block->columns && row >= 0 && row * block->columns + column < block->n;
}

void
bench_paint_discs (AciniProject *project, gint64 slide, int step, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, &error);
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");
  g_autofree guint8 *rows = NULL;
  gint64 width;
  Block block;

  g_assert_no_error (error);
  width = record->width;
  block = find_block (width / step, record->height / step, n);
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

            rows[y * width + x] = 1;
            if (dx * dx + dy * dy < radius * radius && has_disc (&block, column, row))
              rows[y * width + x] = 2 + (hash & 1);
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

BenchTime
bench_get_part (const GArray *times, double part)
{
  const guint at = MIN ((guint)(part * times->len), times->len - 1);
  g_autofree double *clock = g_new (double, times->len), *processor = g_new (double, times->len);

  for (guint i = 0; i < times->len; i++)
    {
      clock[i] = g_array_index (times, BenchTime, i).clock;
      processor[i] = g_array_index (times, BenchTime, i).processor;
    }
  qsort (clock, times->len, sizeof *clock, compare);
  qsort (processor, times->len, sizeof *processor, compare);
  return (BenchTime){ clock[at], processor[at] };
}

void
bench_report (const char *what, const GArray *times, double bar, double aim)
{
  BenchTime p50, p99;

  g_assert_cmpuint (times->len, >, 0);
  p50 = bench_get_part (times, .5);
  p99 = bench_get_part (times, .99);
  printf ("%-52s p50 %7.1f p99 %7.1f ms, processor p50 %6.1f p99 %6.1f ms (%u", what, p50.clock * 1000,
          p99.clock * 1000, p50.processor * 1000, p99.processor * 1000, times->len);
  if (bar > 0)
    printf ("; at most %g, aim %g", bar, aim);
  printf (")\n");
  fflush (stdout);
}
