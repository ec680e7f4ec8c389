/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-contours.h"

#include <string.h>

/* A component under way: a node of the union-find.  Only roots (parent NULL) own rings. */
typedef struct _Component Component;
struct _Component
{
  Component *parent;
  Component *absorbed; /* roots: nodes that point here, linked by @next, to be freed with it */
  Component *next;
  guint64 area;
  gint64 last_row; /* the last row with a pixel of it */
  gint64 label;
  GPtrArray *rings; /* of GArray of AciniPoint */
};

typedef struct _Node Node;
struct _Node
{
  AciniPoint point;
  gboolean pinch; /* two of the four pixels around it are inside, and meet in it alone */
  Node *next;
};

/* A piece of outline, open at both ends: it runs with its own pixels on the right (y is down), so points are added
 * behind @last and before @first.  @tail_slot is where the sweep finds its tail. */
typedef struct _Chain Chain;
struct _Chain
{
  Node *first, *last;
  Component *component;
  Chain **tail_slot;
};

/* The four pixels around a vertex. */
enum
{
  NORTH_WEST,
  NORTH_EAST,
  SOUTH_WEST,
  SOUTH_EAST,
  N_QUARTERS
};

/* Pixels of a row from @start to the next segment's, all of one label. */
typedef struct
{
  gint64 start, label;
  Component *component; /* NULL where the label is 0 */
} Segment;

struct _AciniContours
{
  gint64 width, row;
  AciniComponentFunc func;
  gpointer user_data;

  /* The row above and this one, element-type Segment: from a first one of 0 that starts before everything to a last
   * one that starts behind it. */
  GArray *above, *here;

  /* Ends of chains that the sweep has not passed: on the vertical crack left of pixel x, in the row above … */
  Chain **down; /* open tail: the pixel left of the crack is inside */
  Chain **up;   /* open head: the pixel right of it is inside */
  /* … and on the horizontal crack that leads to the vertex at hand. */
  Chain *east; /* open tail: the pixel below is inside */
  Chain *west; /* open head: the pixel above is inside */

  Node *spare; /* of rings that were given out */
};

static Component *
find (Component *component)
{
  Component *root = component;

  while (root->parent != NULL)
    root = root->parent;
  while (component != root)
    {
      Component *next = component->parent;

      component->parent = root;
      component = next;
    }
  return root;
}

static void
component_free (Component *root)
{
  while (root->absorbed != NULL)
    {
      Component *node = root->absorbed;

      root->absorbed = node->next;
      g_free (node);
    }
  g_ptr_array_unref (root->rings);
  g_free (root);
}

static Component *
component_new (gint64 label)
{
  Component *component = g_new0 (Component, 1);

  component->label = label;
  component->rings = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  return component;
}

static Component *
join_components (Component *a, Component *b)
{
  Component *last;

  a = find (a);
  b = find (b);
  if (a == b)
    return a;
  a->area += b->area;
  a->last_row = MAX (a->last_row, b->last_row);
  g_ptr_array_extend_and_steal (a->rings, b->rings);
  b->rings = NULL;
  b->parent = a;
  b->next = b->absorbed;
  b->absorbed = NULL;
  for (last = b; last->next != NULL; last = last->next)
    ;
  last->next = a->absorbed;
  a->absorbed = b;
  return a;
}

static Node *
take_node (AciniContours *self, gint64 x, gint64 y, gboolean pinch, Node *next)
{
  Node *node = self->spare;

  if (node != NULL)
    self->spare = node->next;
  else
    node = g_new (Node, 1);
  *node = (Node){ { x, y }, pinch, next };
  return node;
}

static void
set_tail (Chain **slot, Chain *chain)
{
  *slot = chain;
  chain->tail_slot = slot;
}

static guint
hash_point (gconstpointer data)
{
  const AciniPoint *point = data;

  return (guint)point->x * 2654435761u ^ (guint)point->y;
}

static gboolean
equal_points (gconstpointer a, gconstpointer b)
{
  const AciniPoint *first = a, *second = b;

  return first->x == second->x && first->y == second->y;
}

/* Adds the points of @path from @start on to @rings as one ring, and cuts them off. */
static void
take_ring (GArray *path, guint start, GPtrArray *rings)
{
  GArray *ring = g_array_sized_new (FALSE, FALSE, sizeof (AciniPoint), path->len - start);

  g_array_append_vals (ring, &g_array_index (path, AciniPoint, start), path->len - start);
  g_array_set_size (path, start);
  g_ptr_array_add (rings, ring);
}

/* Takes the points of a closed outline apart into rings that pass no point twice, as OGC's simple features ask for:
 * where the outline comes back to a point, what lies between is a ring of its own.  The pixels of a component are
 * connected by their edges, so the rings that come of it touch in single points and leave its inside in one piece. */
static void
split_ring (Node *first, GPtrArray *rings)
{
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (AciniPoint));
  g_autoptr (GHashTable) places = NULL; /* pinch → place in @path, plus 1 */

  for (const Node *node = first; node != NULL; node = node->next)
    {
      guint place = 0;

      if (node->pinch && places == NULL)
        places = g_hash_table_new (hash_point, equal_points);
      else if (node->pinch)
        place = GPOINTER_TO_UINT (g_hash_table_lookup (places, &node->point));

      /* A place that was cut off with a ring, or is taken by another point now, is forgotten. */
      if (place > 0 && place <= path->len && equal_points (&g_array_index (path, AciniPoint, place - 1), &node->point))
        take_ring (path, place - 1, rings);
      g_array_append_val (path, node->point);
      if (node->pinch)
        g_hash_table_insert (places, (gpointer)&node->point, GUINT_TO_POINTER (path->len));
    }
  take_ring (path, 0, rings);
}

/* @chain's ends have met: its points become rings of its component. */
static void
close_ring (AciniContours *self, Chain *chain)
{
  split_ring (chain->first, find (chain->component)->rings);
  chain->last->next = self->spare;
  self->spare = chain->first;
  g_free (chain);
}

static void
append_point (AciniContours *self, Chain *chain, gint64 x, gint64 y, gboolean pinch)
{
  Node *node = take_node (self, x, y, pinch, NULL);

  if (chain->last != NULL)
    chain->last->next = node;
  else
    chain->first = node;
  chain->last = node;
}

static void
prepend_point (AciniContours *self, Chain *chain, gint64 x, gint64 y, gboolean pinch)
{
  chain->first = take_node (self, x, y, pinch, chain->first);
  if (chain->last == NULL)
    chain->last = chain->first;
}

/* The tail of @in has reached the head of @out. */
static void
join_chains (AciniContours *self, Chain *in, Chain *out)
{
  if (in == out)
    {
      close_ring (self, in);
      return;
    }
  if (in->last != NULL)
    in->last->next = out->first;
  else
    in->first = out->first;
  if (out->last != NULL)
    in->last = out->last;
  set_tail (out->tail_slot, in);
  g_free (out);
}

/* A vertex, between the pixels x − 1 and x of the row above and of this one. */
typedef struct
{
  gint64 x;
  gint64 quarters[N_QUARTERS];
  Component *south_west, *south_east;
  gboolean pinch;
} Vertex;

/* The pixel around @vertex that has an outgoing edge for the incoming one of @from: itself (at a corner of its own: so
 * two pixels that touch in a corner alone stay apart), else the one of its label that has one. */
static int
find_way_out (const Vertex *vertex, const gboolean *has_out, int from)
{
  if (has_out[from])
    return from;
  for (int i = 0; i < N_QUARTERS; i++)
    if (has_out[i] && vertex->quarters[i] == vertex->quarters[from])
      return i;
  g_assert_not_reached ();
}

/* Takes the outline through one vertex: from the edge that comes in along the pixel @from to the edge that leaves along
 * the pixel @to.  Edges to the west and north were met before, those to the east and south are new. */
static void
pass (AciniContours *self, const Vertex *vertex, int from, int to, Chain **east, Chain **west)
{
  /* Directions of travel, 0 east, 1 south, 2 west, 3 north, of the edge that comes in along each pixel and of the one
   * that leaves along it. */
  static const int in_direction[] = { 1, 2, 0, 3 }, out_direction[] = { 2, 3, 1, 0 };
  const gint64 x = vertex->x;
  gboolean turn = in_direction[from] != out_direction[to];
  Chain *in = from == NORTH_WEST ? self->down[x] : from == SOUTH_WEST ? self->east : NULL;
  Chain *out = to == NORTH_WEST ? self->west : to == NORTH_EAST ? self->up[x] : NULL;

  if (in == NULL && out == NULL)
    {
      in = g_new0 (Chain, 1);
      in->component = to == SOUTH_EAST ? vertex->south_east : vertex->south_west;
    }
  if (in != NULL && turn)
    append_point (self, in, x, self->row, vertex->pinch);
  else if (out != NULL && turn)
    prepend_point (self, out, x, self->row, vertex->pinch);

  if (in != NULL && out != NULL)
    {
      join_chains (self, in, out);
      return;
    }
  if (in == NULL)
    in = out;
  if (from == NORTH_EAST)
    *west = in;
  else if (from == SOUTH_EAST)
    self->up[x] = in;
  if (to == SOUTH_EAST)
    set_tail (east, in);
  else if (to == SOUTH_WEST)
    set_tail (&self->down[x], in);
}

/* Follows the cracks through a vertex.
 *
 * An end is read exactly where the edge it lies on exists, and that edge wrote it when it was met, so ends left over
 * from earlier rows need not be cleared.  The quarters are visited in an order that reads each end before it is
 * written. */
static void
visit_vertex (AciniContours *self, Vertex *vertex)
{
  const gint64 a = vertex->quarters[NORTH_WEST], b = vertex->quarters[NORTH_EAST];
  const gint64 c = vertex->quarters[SOUTH_WEST], d = vertex->quarters[SOUTH_EAST];
  const gboolean has_in[] = { a != 0 && a != b, b != 0 && b != d, c != 0 && c != a, d != 0 && d != c };
  const gboolean has_out[] = { a != 0 && a != c, b != 0 && b != a, c != 0 && c != d, d != 0 && d != b };
  Chain *east = NULL, *west = NULL;

  /* A vertical crack goes on: its ends stay where they are. */
  if (a == c && b == d)
    return;
  vertex->pinch = (a == d && a != b && a != c) || (b == c && b != a && b != d);
  for (int from = 0; from < N_QUARTERS; from++)
    if (has_in[from])
      pass (self, vertex, from, find_way_out (vertex, has_out, from), &east, &west);
  if (east != NULL)
    set_tail (&self->east, east);
  if (west != NULL)
    self->west = west;
}

/* Follows the cracks through all vertices between the row above and this one at which there is more than a horizontal
 * crack that goes straight on: where a segment of either begins. */
static void
visit_vertices (AciniContours *self)
{
  const Segment *above = (const Segment *)(gpointer)self->above->data;
  const Segment *here = (const Segment *)(gpointer)self->here->data;

  for (gint64 x; (x = MIN (above[1].start, here[1].start)) < G_MAXINT64;)
    {
      const Segment *north_west = above, *south_west = here;
      Vertex vertex = { .x = x };

      above += above[1].start == x;
      here += here[1].start == x;
      vertex.quarters[NORTH_WEST] = north_west->label;
      vertex.quarters[NORTH_EAST] = above->label;
      vertex.quarters[SOUTH_WEST] = south_west->label;
      vertex.quarters[SOUTH_EAST] = here->label;
      vertex.south_west = south_west->component;
      vertex.south_east = here->component;
      visit_vertex (self, &vertex);
    }
}

/* Gives every segment of this row its component: that of the segments above it with its label, joined. */
static void
label_row (AciniContours *self)
{
  const Segment *above = (const Segment *)(gpointer)self->above->data;

  for (Segment *segment = (Segment *)(gpointer)self->here->data; segment->start < G_MAXINT64; segment++)
    {
      const gint64 end = segment[1].start;
      Component *component = NULL;

      if (segment->label == 0)
        continue;
      while (above[1].start <= segment->start)
        above++;
      for (const Segment *other = above; other->start < end; other++)
        if (other->label == segment->label)
          component = component != NULL ? join_components (other->component, component) : find (other->component);
      if (component == NULL)
        component = component_new (segment->label);
      component->area += end - segment->start;
      component->last_row = self->row;
      segment->component = component;
    }
}

static double
ring_area (const GArray *ring)
{
  double area = 0;

  for (guint i = 0; i < ring->len; i++)
    {
      const AciniPoint *p = &g_array_index (ring, AciniPoint, i);
      const AciniPoint *q = &g_array_index (ring, AciniPoint, (i + 1) % ring->len);

      area += (double)p->x * q->y - (double)q->x * p->y;
    }
  return area / 2;
}

static void
give_out (AciniContours *self, Component *root)
{
  AciniComponent component = { root->label, root->area, root->rings };

  for (guint i = 1; i < root->rings->len; i++)
    if (ring_area (g_ptr_array_index (root->rings, i)) > 0)
      {
        gpointer outer = g_ptr_array_index (root->rings, i);

        root->rings->pdata[i] = root->rings->pdata[0];
        root->rings->pdata[0] = outer;
      }
  self->func (&component, self->user_data);
}

/* Gives out the components of the row above that do not go on in this one. */
static void
give_out_finished (AciniContours *self)
{
  g_autoptr (GPtrArray) finished = g_ptr_array_new_with_free_func ((GDestroyNotify)component_free);

  for (guint i = 0; i < self->above->len; i++)
    {
      const Segment *segment = &g_array_index (self->above, Segment, i);
      Component *root = segment->label != 0 ? find (segment->component) : NULL;

      if (root != NULL && root->last_row < self->row)
        {
          root->last_row = G_MAXINT64; /* once */
          g_ptr_array_add (finished, root);
        }
    }
  for (guint i = 0; i < finished->len; i++)
    give_out (self, g_ptr_array_index (finished, i));
}

/* Rows. */

static void
add_segment (GArray *row, gint64 start, gint64 label)
{
  const Segment segment = { start, label, NULL };

  if (row->len == 0 || g_array_index (row, Segment, row->len - 1).label != label)
    g_array_append_val (row, segment);
}

static void
begin_row (GArray *row)
{
  g_array_set_size (row, 0);
  add_segment (row, G_MININT64, 0);
}

static void
end_row (GArray *row, gint64 end)
{
  const Segment last = { G_MAXINT64, 0, NULL };

  add_segment (row, end, 0);
  g_array_append_val (row, last);
}

AciniContours *
acini_contours_new (gint64 width, AciniComponentFunc func, gpointer user_data)
{
  AciniContours *self;

  g_return_val_if_fail (width > 0 && func != NULL, NULL);

  self = g_new0 (AciniContours, 1);
  self->width = width;
  self->func = func;
  self->user_data = user_data;
  self->above = g_array_new (FALSE, FALSE, sizeof (Segment));
  self->here = g_array_new (FALSE, FALSE, sizeof (Segment));
  self->down = g_new0 (Chain *, width + 1);
  self->up = g_new0 (Chain *, width + 1);
  begin_row (self->above);
  end_row (self->above, 0);
  return self;
}

/* @here was begun and filled. */
static void
push (AciniContours *self)
{
  GArray *above = self->above;

  end_row (self->here, self->width);
  label_row (self);
  visit_vertices (self);
  give_out_finished (self);
  self->above = self->here;
  self->here = above;
  self->row++;
}

/* Most of a mask is the same all around: so many pixels are looked at together. */
#define BLOCK 32

/* Where the pixels of @row from @x on are no longer those of @x. */
static gint64
find_end (const guint8 *row, gint64 x, gint64 width)
{
  const guint64 pattern = row[x] * G_GUINT64_CONSTANT (0x0101010101010101);
  const guint8 label = row[x];
  guint64 words[BLOCK / 8];

  for (; x + BLOCK <= width; x += BLOCK)
    {
      memcpy (words, row + x, BLOCK);
      if (((words[0] ^ pattern) | (words[1] ^ pattern) | (words[2] ^ pattern) | (words[3] ^ pattern)) != 0)
        break;
    }
  while (x < width && row[x] == label)
    x++;
  return x;
}

void
acini_contours_push (AciniContours *self, const guint8 *row)
{
  g_return_if_fail (self != NULL && row != NULL);

  begin_row (self->here);
  for (gint64 x = 0; x < self->width; x = find_end (row, x, self->width))
    add_segment (self->here, x, row[x]);
  push (self);
}

void
acini_contours_push_objects (AciniContours *self, const gint64 *row)
{
  g_return_if_fail (self != NULL && row != NULL);

  begin_row (self->here);
  for (gint64 x = 0; x < self->width; x++)
    add_segment (self->here, x, row[x]);
  push (self);
}

void
acini_contours_push_runs (AciniContours *self, const AciniRowRun *runs, guint n)
{
  gint64 x = 0;

  g_return_if_fail (self != NULL && (runs != NULL || n == 0));

  begin_row (self->here);
  for (guint i = 0; i < n; x = runs[i++].end)
    {
      g_return_if_fail (runs[i].end > x && runs[i].end <= self->width);
      add_segment (self->here, x, runs[i].label);
    }
  if (x < self->width)
    add_segment (self->here, x, 0);
  push (self);
}

void
acini_contours_finish (AciniContours *self)
{
  g_return_if_fail (self != NULL);

  acini_contours_push_runs (self, NULL, 0);
}

static void
ignore_component (const AciniComponent *component, gpointer user_data)
{
}

void
acini_contours_free (AciniContours *self)
{
  if (self == NULL)
    return;
  /* What is still open is closed, so that it is freed in the ordinary way. */
  self->func = ignore_component;
  acini_contours_finish (self);
  g_array_unref (self->above);
  g_array_unref (self->here);
  g_free (self->down);
  g_free (self->up);
  for (Node *node = self->spare, *next; node != NULL; node = next)
    {
      next = node->next;
      g_free (node);
    }
  g_free (self);
}
