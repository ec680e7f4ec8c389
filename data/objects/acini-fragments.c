/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-fragments.h"

#include <math.h>
#include <string.h>

#define TILE ACINI_TILE_SIZE

/* Labels below are no class. */
#define FIRST_CLASS 2

static guint32
find (guint32 *parents, guint32 i)
{
  while (parents[i] != i)
    i = parents[i] = parents[parents[i]];
  return i;
}

static guint32
join (guint32 *parents, guint32 a, guint32 b)
{
  a = find (parents, a);
  b = find (parents, b);
  if (a < b)
    return parents[b] = a;
  return parents[a] = b;
}

static gboolean
is_cut (const guint8 *seams, gsize at, guint8 side)
{
  return seams != NULL && (seams[at] & side) != 0;
}

/* Eight pixels beside each other: what is alike for long is looked at by words. */
#define WORD 8

static inline guint64
load_word (const guint8 *pixels)
{
  guint64 word;

  memcpy (&word, pixels, WORD);
  return GUINT64_FROM_LE (word);
}

/* The first pixel of @word, which has one, that is not 0. */
static inline int
find_first (guint64 word)
{
  return __builtin_ctzll (word) / 8;
}

/* Where the run from column @x of a row on ends: at another label, or at a seam. */
static int
find_end (const guint8 *labels, const guint8 *seams, int x, int width)
{
  const guint8 label = labels[x++];

  if (seams == NULL)
    {
      const guint64 word = label * G_GUINT64_CONSTANT (0x0101010101010101);

      for (; x + WORD <= width; x += WORD)
        {
          const guint64 other = load_word (labels + x) ^ word;

          if (other != 0)
            return x + find_first (other);
        }
      while (x < width && labels[x] == label)
        x++;
    }
  else
    while (x < width && labels[x] == label && (seams[x] & ACINI_SEAM_LEFT) == 0)
      x++;
  return x;
}

/* Whether nothing but seams lies between the pixels from column @x to @end of a row and those above them. */
static gboolean
is_cut_off (const guint8 *seams, int x, int end)
{
  if (seams == NULL)
    return FALSE;
  while (x < end && (seams[x] & ACINI_SEAM_UPPER) != 0)
    x++;
  return x == end;
}

/* First pass: runs with provisional numbers, and which of them are one.  Returns: the numbers given, plus 1. */
static guint32
connect (const AciniFragmentTile *tile, AciniFragmentRuns *to, GArray *parents)
{
  guint32 next = 1;
  guint above = 0;

  g_array_set_size (parents, 1);
  g_array_set_size (to->runs, 0);
  for (int y = 0; y < tile->height; y++)
    {
      gsize from = (gsize)(y + tile->margin) * tile->stride + tile->margin;
      const guint8 *labels = tile->labels + from, *seams = tile->seams != NULL ? tile->seams + from : NULL;
      guint begin = to->rows[y] = to->runs->len;

      for (int x = 0, end; x < tile->width; x = end)
        {
          AciniFragmentRun run = { (gint16)x, 0, 0 };

          end = find_end (labels, seams, x, tile->width);
          if (labels[x] < FIRST_CLASS)
            continue;
          run.end = (gint16)end;
          while (above < begin && g_array_index (to->runs, AciniFragmentRun, above).end <= x)
            above++;
          for (guint i = above; i < begin; i++)
            {
              const AciniFragmentRun *other = &g_array_index (to->runs, AciniFragmentRun, i);
              int first = MAX (other->x, x), last = MIN (other->end, end);

              if (first >= last)
                break;
              if (labels[(gssize)first - (gssize)tile->stride] == labels[x] && !is_cut_off (seams, first, last))
                run.number = run.number == 0 ? other->number
                                             : join (&g_array_index (parents, guint32, 0), run.number, other->number);
            }
          if (run.number == 0)
            {
              g_array_append_val (parents, next);
              run.number = next++;
            }
          g_array_append_val (to->runs, run);
        }
      above = begin;
    }
  to->rows[tile->height] = to->runs->len;
  return next;
}

/* Second pass: numbers in the order of the first pixels, without gaps.  Returns: how many. */
static guint
renumber (AciniFragmentRuns *to, guint32 *parents, guint32 n)
{
  g_autofree guint32 *numbers = g_new0 (guint32, n);
  guint last = 0;

  for (guint i = 0; i < to->runs->len; i++)
    {
      AciniFragmentRun *run = &g_array_index (to->runs, AciniFragmentRun, i);
      guint32 root = find (parents, run->number);

      if (numbers[root] == 0)
        numbers[root] = ++last;
      run->number = numbers[root];
    }
  return last;
}

guint
acini_fragments_find_runs (const AciniFragmentTile *tile, AciniFragmentRuns *runs)
{
  g_autoptr (GArray) parents = g_array_new (FALSE, TRUE, sizeof (guint32));
  guint32 n;

  g_return_val_if_fail (tile != NULL && runs != NULL && tile->width <= TILE && tile->height <= TILE, 0);

  if (runs->runs == NULL)
    runs->runs = g_array_new (FALSE, FALSE, sizeof (AciniFragmentRun));
  n = connect (tile, runs, parents);
  return renumber (runs, &g_array_index (parents, guint32, 0), n);
}

void
acini_fragment_runs_clear (AciniFragmentRuns *self)
{
  g_clear_pointer (&self->runs, g_array_unref);
}

/* Entropy of a yes or no, by the byte of its probability. */
static const guint16 *
entropies (void)
{
  static guint16 table[256];
  static gsize done;

  if (g_once_init_enter (&done))
    {
      for (int i = 1; i < 255; i++)
        {
          double p = i / 255.0;

          table[i] = (guint16)(-(p * log2 (p) + (1 - p) * log2 (1 - p)) * ACINI_ENTROPY_ONE + .5);
        }
      g_once_init_leave (&done, 1);
    }
  return table;
}

static void
add_probability (const AciniFragmentTile *tile, AciniFragment *fragment, gsize at, int n)
{
  const guint16 *table = entropies ();
  const guint8 *plane;

  if (tile->planes == NULL || fragment->label - FIRST_CLASS >= tile->n_planes)
    return;
  plane = tile->planes + (gsize)(fragment->label - FIRST_CLASS) * tile->plane_size + at;
  for (int i = 0; i < n; i++)
    if (tile->computed[at + i] != 0)
      {
        fragment->computed++;
        fragment->probability += plane[i];
        fragment->entropy += table[plane[i]];
      }
}

/* Takes the edge between the pixel at @at, of @fragment, and its neighbour @step further, if one ends there. */
static inline void
add_edge (const AciniFragmentTile *tile, AciniFragment *fragment, gsize at, gssize step)
{
  gssize inner = (gssize)at - step * ((tile->reach - 1) / 2), outer = (gssize)at + step * (1 + (tile->reach - 1) / 2);
  const guint8 *plane;

  if (tile->labels[(gssize)at + step] == fragment->label || tile->computed[inner] == 0 || tile->computed[outer] == 0)
    return;
  plane = tile->planes + (gsize)(fragment->label - FIRST_CLASS) * tile->plane_size;
  fragment->edges++;
  fragment->sharpness += MAX (plane[inner] - plane[outer], 0);
}

static void
add_edges (const AciniFragmentTile *tile, AciniFragment *fragment, gsize at, int n)
{
  gssize stride = (gssize)tile->stride;

  if (tile->planes == NULL || fragment->label - FIRST_CLASS >= tile->n_planes)
    return;
  add_edge (tile, fragment, at, -1);
  add_edge (tile, fragment, at + n - 1, 1);
  for (int i = 0; i < n; i++)
    {
      add_edge (tile, fragment, at + i, -stride);
      add_edge (tile, fragment, at + i, stride);
    }
}

/* The @n pixels of @fragment from column @x of row @y on. */
static void
add_run (const AciniFragmentTile *tile, AciniFragment *fragment, int x, int y, int n)
{
  gsize at = (gsize)(y + tile->margin) * tile->stride + tile->margin + x;
  gint64 last = x + n - 1, sum = (x + last) * n / 2;
  /* Σ i² for i < k is (k − 1) k (2k − 1) / 6. */
  gint64 squares = last * (last + 1) * (2 * last + 1) / 6 - (gint64)(x - 1) * x * (2 * x - 1) / 6;

  fragment->area += n;
  fragment->left = MIN (fragment->left, tile->x + x);
  fragment->right = MAX (fragment->right, tile->x + x + n);
  fragment->bottom = tile->y + y + 1;
  fragment->sum_x += sum;
  fragment->sum_xx += squares;
  fragment->sum_y += (gint64)y * n;
  fragment->sum_yy += (gint64)y * y * n;
  fragment->sum_xy += y * sum;
  if (tile->people == NULL)
    fragment->people += n;
  else
    for (int i = 0; i < n; i++)
      fragment->people += tile->people[at + i] != 0;
  add_probability (tile, fragment, at, n);
  add_edges (tile, fragment, at, n);
}

/* Makes the fragments of their runs, and fills @map. */
static void
add_runs (const AciniFragmentTile *tile, const AciniFragmentRuns *runs, guint32 *map, GArray *fragments)
{
  for (int y = 0; y < tile->height; y++)
    {
      guint32 *row = map + (gsize)y * TILE;
      int x = 0;

      for (guint i = runs->rows[y]; i < runs->rows[y + 1]; i++)
        {
          const AciniFragmentRun *run = &g_array_index (runs->runs, AciniFragmentRun, i);

          if (run->number > fragments->len)
            {
              AciniFragment fragment = { .first = (tile->y + y) * tile->slide_width + tile->x + run->x + 1,
                                         .left = G_MAXINT64,
                                         .top = tile->y + y };

              fragment.label = tile->labels[(gsize)(y + tile->margin) * tile->stride + tile->margin + run->x];
              g_array_append_val (fragments, fragment);
            }
          add_run (tile, &g_array_index (fragments, AciniFragment, run->number - 1), run->x, y, run->end - run->x);
          memset (row + x, 0, (gsize)(run->x - x) * sizeof *row);
          for (x = run->x; x < run->end; x++)
            row[x] = run->number;
        }
      memset (row + x, 0, (gsize)(tile->width - x) * sizeof *row);
    }
}

/* The four pixels around a corner, and which of them are connected there. */
enum
{
  NORTH_WEST,
  NORTH_EAST,
  SOUTH_WEST,
  SOUTH_EAST,
  N_QUARTERS,
};

/* Of each pattern of connections (1 the upper pair, 2 the lower, 4 the left, 8 the right): how many pixels are
 * connected to each quarter where it is the first of them, else 0. */
static const guint8 group_sizes[16][N_QUARTERS] = {
  { 1, 1, 1, 1 }, { 2, 0, 1, 1 }, { 1, 1, 2, 0 }, { 2, 0, 2, 0 }, { 2, 1, 0, 1 }, { 3, 0, 0, 1 },
  { 3, 1, 0, 0 }, { 4, 0, 0, 0 }, { 1, 2, 1, 0 }, { 3, 0, 1, 0 }, { 1, 3, 0, 0 }, { 4, 0, 0, 0 },
  { 2, 2, 0, 0 }, { 4, 0, 0, 0 }, { 4, 0, 0, 0 }, { 4, 0, 0, 0 },
};

/* What the outlines do at the upper left corner of the pixel (@x, @y) of the tile, or of the margin behind it.  Each is
 * counted in the tile of the first pixel inside it. */
static void
visit_corner (const AciniFragmentTile *tile, const guint32 *map, int x, int y, gsize at, AciniFragment *fragments)
{
  const guint8 *labels = tile->labels;
  const guint8 q[] = { labels[at - tile->stride - 1], labels[at - tile->stride], labels[at - 1], labels[at] };
  gboolean upper = q[0] == q[1] && !is_cut (tile->seams, at - tile->stride, ACINI_SEAM_LEFT);
  gboolean lower = q[2] == q[3] && !is_cut (tile->seams, at, ACINI_SEAM_LEFT);
  gboolean left = q[0] == q[2] && !is_cut (tile->seams, at - 1, ACINI_SEAM_UPPER);
  gboolean right = q[1] == q[3] && !is_cut (tile->seams, at, ACINI_SEAM_UPPER);
  const guint8 *sizes = group_sizes[upper + 2 * lower + 4 * left + 8 * right];

  for (int i = 0; i < N_QUARTERS; i++)
    {
      int column = x - 1 + (i & 1), row = y - 1 + (i >> 1);
      AciniFragment *fragment;

      if (sizes[i] == 0 || sizes[i] == 4 || q[i] < FIRST_CLASS || column < 0 || row < 0 || column >= tile->width
          || row >= tile->height)
        continue;
      fragment = &fragments[map[(gsize)row * TILE + column] - 1];
      if (sizes[i] == 2)
        fragment->straight++;
      else
        fragment->corners++;
    }
}

/* Of each pixel of a word something else than 0 where it is another than the one before it, above it or above that. */
static inline guint64
find_edges (const guint8 *here, const guint8 *above)
{
  const guint64 word = load_word (here);

  return (word ^ load_word (here - 1)) | (word ^ load_word (above)) | (word ^ load_word (above - 1));
}

static void
add_outlines (const AciniFragmentTile *tile, const guint32 *map, AciniFragment *fragments)
{
  for (int y = 0; y <= tile->height; y++)
    {
      gsize from = (gsize)(y + tile->margin) * tile->stride + tile->margin;
      const guint8 *here = tile->labels + from, *above = here - tile->stride;
      const guint8 *seams = tile->seams != NULL ? tile->seams + from : NULL;
      int x = 0;

      /* Of eight corners those where something happens. */
      for (; seams == NULL && x + WORD <= tile->width; x += WORD)
        {
          guint64 edges = find_edges (here + x, above + x);

          while (edges != 0)
            {
              const int i = find_first (edges);

              visit_corner (tile, map, x + i, y, from + x + i, fragments);
              edges &= ~(G_GUINT64_CONSTANT (0xff) << (8 * i));
            }
        }
      for (; x <= tile->width; x++)
        if (here[x] != here[x - 1] || here[x] != above[x] || here[x] != above[x - 1]
            || (seams != NULL && (seams[x] | seams[x - 1] | seams[(gssize)x - (gssize)tile->stride]) != 0))
          visit_corner (tile, map, x, y, from + x, fragments);
    }
}

void
acini_fragments_find (const AciniFragmentTile *tile, guint32 *map, GArray *fragments)
{
  g_auto (AciniFragmentRuns) runs = { 0 };

  g_return_if_fail (tile != NULL && map != NULL && fragments != NULL && fragments->len == 0);
  g_return_if_fail (tile->margin > tile->reach / 2);

  acini_fragments_find_runs (tile, &runs);
  add_runs (tile, &runs, map, fragments);
  if (fragments->len > 0)
    add_outlines (tile, map, &g_array_index (fragments, AciniFragment, 0));
}

void
acini_fragment_take_decision (AciniFragment *self, const AciniFragment *other)
{
  if (other->anchor == 0
      || (self->anchor != 0
          && (other->decided < self->decided || (other->decided == self->decided && other->anchor < self->anchor))))
    return;
  self->anchor = other->anchor;
  self->state = other->state;
  self->decided = other->decided;
}

/* Adds what needs no moving. */
static void
add_plain (AciniFragment *sums, const AciniFragment *other)
{
  if (sums->area == 0)
    {
      sums->first = G_MAXINT64;
      sums->left = sums->top = G_MAXINT64;
    }
  sums->first = MIN (sums->first, other->first);
  sums->label = other->label;
  sums->area += other->area;
  sums->people += other->people;
  sums->left = MIN (sums->left, other->left);
  sums->top = MIN (sums->top, other->top);
  sums->right = MAX (sums->right, other->right);
  sums->bottom = MAX (sums->bottom, other->bottom);
  sums->straight += other->straight;
  sums->corners += other->corners;
  sums->probability += other->probability;
  sums->computed += other->computed;
  sums->entropy += other->entropy;
  sums->sharpness += other->sharpness;
  sums->edges += other->edges;
  sums->locked += other->locked;
  acini_fragment_take_decision (sums, other);
}

void
acini_fragment_sums_add (AciniFragmentSums *self, const AciniFragment *fragment, gint64 x, gint64 y)
{
  __extension__ typedef unsigned __int128 Wide;
  Wide n = (Wide)fragment->area, sum_x = (Wide)fragment->sum_x, sum_y = (Wide)fragment->sum_y;
  Wide left = (Wide)x, top = (Wide)y;

  add_plain (&self->sums, fragment);
  self->sum_x += sum_x + n * left;
  self->sum_y += sum_y + n * top;
  self->sum_xx += (Wide)fragment->sum_xx + 2 * left * sum_x + n * left * left;
  self->sum_yy += (Wide)fragment->sum_yy + 2 * top * sum_y + n * top * top;
  self->sum_xy += (Wide)fragment->sum_xy + left * sum_y + top * sum_x + n * left * top;
}

void
acini_fragment_sums_join (AciniFragmentSums *self, const AciniFragmentSums *other)
{
  add_plain (&self->sums, &other->sums);
  self->sum_x += other->sum_x;
  self->sum_y += other->sum_y;
  self->sum_xx += other->sum_xx;
  self->sum_xy += other->sum_xy;
  self->sum_yy += other->sum_yy;
}
