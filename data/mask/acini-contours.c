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

struct _AciniContours
{
  gint64 width, row;
  AciniComponentFunc func;
  gpointer user_data;

  /* The row above and this one, with a pixel of 0 at either end: pixel x is at x + 1. */
  gint64 *above, *here;
  Component **above_components, **here_components;

  /* Ends of chains that the sweep has not passed: on the vertical crack left of pixel x, in the row above … */
  Chain **down; /* open tail: the pixel left of the crack is inside */
  Chain **up;   /* open head: the pixel right of it is inside */
  /* … and on the horizontal crack that leads to the vertex at hand. */
  Chain *east; /* open tail: the pixel below is inside */
  Chain *west; /* open head: the pixel above is inside */
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
node_new (gint64 x, gint64 y, gboolean pinch, Node *next)
{
  Node *node = g_new (Node, 1);

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
  g_autoptr (GHashTable) places = g_hash_table_new (hash_point, equal_points); /* pinch → place in @path, plus 1 */

  for (const Node *node = first; node != NULL; node = node->next)
    {
      guint place = node->pinch ? GPOINTER_TO_UINT (g_hash_table_lookup (places, &node->point)) : 0;

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
close_ring (Chain *chain)
{
  split_ring (chain->first, find (chain->component)->rings);
  for (Node *node = chain->first, *next; node != NULL; node = next)
    {
      next = node->next;
      g_free (node);
    }
  g_free (chain);
}

static void
append_point (Chain *chain, gint64 x, gint64 y, gboolean pinch)
{
  Node *node = node_new (x, y, pinch, NULL);

  if (chain->last != NULL)
    chain->last->next = node;
  else
    chain->first = node;
  chain->last = node;
}

static void
prepend_point (Chain *chain, gint64 x, gint64 y, gboolean pinch)
{
  chain->first = node_new (x, y, pinch, chain->first);
  if (chain->last == NULL)
    chain->last = chain->first;
}

/* The tail of @in has reached the head of @out. */
static void
join_chains (Chain *in, Chain *out)
{
  if (in == out)
    {
      close_ring (in);
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

/* The pixel among @quarters that has an outgoing edge for the incoming one of @from: itself (at a corner of its own:
 * so two pixels that touch in a corner alone stay apart), else the one of its label that has one. */
static int
find_way_out (const gint64 *quarters, const gboolean *has_out, int from)
{
  if (has_out[from])
    return from;
  for (int i = 0; i < N_QUARTERS; i++)
    if (has_out[i] && quarters[i] == quarters[from])
      return i;
  g_assert_not_reached ();
}

/* Takes the outline through one vertex: from the edge that comes in along the pixel @from to the edge that leaves along
 * the pixel @to.  Edges to the west and north were met before, those to the east and south are new. */
static void
pass (AciniContours *self, gint64 x, int from, int to, gboolean pinch, Chain **east, Chain **west)
{
  /* Directions of travel, 0 east, 1 south, 2 west, 3 north, of the edge that comes in along each pixel and of the one
   * that leaves along it. */
  static const int in_direction[] = { 1, 2, 0, 3 }, out_direction[] = { 2, 3, 1, 0 };
  gboolean turn = in_direction[from] != out_direction[to];
  Chain *in = from == NORTH_WEST ? self->down[x] : from == SOUTH_WEST ? self->east : NULL;
  Chain *out = to == NORTH_WEST ? self->west : to == NORTH_EAST ? self->up[x] : NULL;

  if (in == NULL && out == NULL)
    {
      in = g_new0 (Chain, 1);
      in->component = self->here_components[to == SOUTH_EAST ? x : x - 1];
    }
  if (in != NULL && turn)
    append_point (in, x, self->row, pinch);
  else if (out != NULL && turn)
    prepend_point (out, x, self->row, pinch);

  if (in != NULL && out != NULL)
    {
      join_chains (in, out);
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

/* Follows the cracks through the vertex at the upper left of pixel @x of this row.
 *
 * An end is read exactly where the edge it lies on exists, and that edge wrote it when it was met, so ends left over
 * from earlier rows need not be cleared.  The quarters are visited in an order that reads each end before it is
 * written. */
static void
visit_vertex (AciniContours *self, gint64 x)
{
  const gint64 q[] = { self->above[x], self->above[x + 1], self->here[x], self->here[x + 1] };
  const gint64 a = q[NORTH_WEST], b = q[NORTH_EAST], c = q[SOUTH_WEST], d = q[SOUTH_EAST];
  const gboolean has_in[] = { a != 0 && a != b, b != 0 && b != d, c != 0 && c != a, d != 0 && d != c };
  const gboolean has_out[] = { a != 0 && a != c, b != 0 && b != a, c != 0 && c != d, d != 0 && d != b };
  const gboolean pinch = (a == d && a != b && a != c) || (b == c && b != a && b != d);
  Chain *east = NULL, *west = NULL;

  if (a == b && c == d && a == c)
    return;
  for (int from = 0; from < N_QUARTERS; from++)
    if (has_in[from])
      pass (self, x, from, find_way_out (q, has_out, from), pinch, &east, &west);
  if (east != NULL)
    set_tail (&self->east, east);
  if (west != NULL)
    self->west = west;
}

/* Gives every pixel of this row its component: that of the pixels above and to the left with its label, joined. */
static void
label_row (AciniContours *self)
{
  for (gint64 x = 0; x < self->width; x++)
    {
      gint64 label = self->here[x + 1];
      Component *component = NULL;

      self->here_components[x] = NULL;
      if (label == 0)
        continue;
      if (x > 0 && self->here[x] == label)
        component = self->here_components[x - 1];
      if (self->above[x + 1] == label
          && (component == NULL || x == 0 || self->above[x] != label || self->here[x] != label))
        component = component != NULL ? join_components (self->above_components[x], component)
                                      : find (self->above_components[x]);
      if (component == NULL)
        component = component_new (label);
      component = find (component);
      component->area++;
      component->last_row = self->row;
      self->here_components[x] = component;
      /* Until something changes, here or above, nothing else is joined. */
      for (; x + 1 < self->width && self->here[x + 2] == label && self->above[x + 2] == self->above[x + 1]; x++)
        {
          component->area++;
          self->here_components[x + 1] = component;
        }
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

/* Most of a mask is the same all around: so many vertices are looked at together. */
#define BLOCK 8

/* Whether the pixels around the BLOCK vertices from @x on are all the same. */
static gboolean
is_plain (const AciniContours *self, gint64 x)
{
  const gint64 *above = self->above + x, *here = self->here + x;
  gint64 difference = 0;

  for (int i = 0; i < BLOCK; i++)
    difference |= (above[i] ^ above[i + 1]) | (here[i] ^ here[i + 1]) | (above[i] ^ here[i]);
  return difference == 0;
}

/* Whether the pixels above from @x on are those before them. */
static gboolean
is_plain_above (const AciniContours *self, gint64 x)
{
  const gint64 *above = self->above + x;
  gint64 difference = 0;

  for (int i = 0; i < BLOCK; i++)
    difference |= above[i] ^ above[i + 1];
  return difference == 0;
}

/* Gives out the components of the row above that do not go on in this one. */
static void
give_out_finished (AciniContours *self)
{
  g_autoptr (GPtrArray) finished = g_ptr_array_new_with_free_func ((GDestroyNotify)component_free);

  for (gint64 x = 0; x < self->width; x++)
    {
      Component *root;

      if (x > 0 && x + BLOCK <= self->width && is_plain_above (self, x))
        {
          x += BLOCK - 1;
          continue;
        }
      if (self->above[x + 1] == 0 || (x > 0 && self->above[x] == self->above[x + 1]))
        continue;
      root = find (self->above_components[x]);
      if (root->last_row < self->row)
        {
          root->last_row = G_MAXINT64; /* once */
          g_ptr_array_add (finished, root);
        }
    }
  for (guint i = 0; i < finished->len; i++)
    give_out (self, g_ptr_array_index (finished, i));
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
  self->above = g_new0 (gint64, width + 2);
  self->here = g_new0 (gint64, width + 2);
  self->above_components = g_new0 (Component *, width);
  self->here_components = g_new0 (Component *, width);
  self->down = g_new0 (Chain *, width + 1);
  self->up = g_new0 (Chain *, width + 1);
  return self;
}

static void
swap (gpointer *a, gpointer *b)
{
  gpointer c = *a;

  *a = *b;
  *b = c;
}

static void
push (AciniContours *self)
{
  label_row (self);
  for (gint64 x = 0; x <= self->width; x++)
    if (x + BLOCK <= self->width && is_plain (self, x))
      x += BLOCK - 1;
    else
      visit_vertex (self, x);
  give_out_finished (self);

  swap ((gpointer *)&self->above, (gpointer *)&self->here);
  swap ((gpointer *)&self->above_components, (gpointer *)&self->here_components);
  self->row++;
}

void
acini_contours_push (AciniContours *self, const guint8 *row)
{
  g_return_if_fail (self != NULL && row != NULL);

  for (gint64 x = 0; x < self->width; x++)
    self->here[x + 1] = row[x];
  push (self);
}

void
acini_contours_push_objects (AciniContours *self, const gint64 *row)
{
  g_return_if_fail (self != NULL && row != NULL);

  memcpy (self->here + 1, row, self->width * sizeof *row);
  push (self);
}

void
acini_contours_finish (AciniContours *self)
{
  g_autofree guint8 *empty = NULL;

  g_return_if_fail (self != NULL);

  empty = g_malloc0 (self->width);
  acini_contours_push (self, empty);
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
  g_free (self->above);
  g_free (self->here);
  g_free (self->above_components);
  g_free (self->here_components);
  g_free (self->down);
  g_free (self->up);
  g_free (self);
}
