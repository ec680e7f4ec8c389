/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pieces of objects inside one tile.
 *
 * An object is a connected piece of one class of the effective mask, at level 0 of the slide, where the labels are.
 * Pixels are connected through their edges (4-connectivity): seams lie on edges, outlines run along them, and a polygon
 * of such a piece has an inside in one piece.  All that is measured is a sum of whole numbers over pixels, edges and
 * corners, so that an object's measures are the sums of its fragments', whatever tiles it lies in and in whatever order
 * they were computed. */

#include "data/base/acini-geometry.h"
#include "data/base/acini-tiles.h"
#include "data/labels/acini-seams.h"

G_BEGIN_DECLS

/* The sums of a fragment, or of several.  All of whole pixels; no padding: they are stored as they are. */
typedef struct
{
  gint64 object; /* 1 + the index of its first pixel in the slide, by rows; of a fragment: that of its object */
  gint64 first;  /* the same of the fragment's own first pixel */
  gint64 label;
  gint64 area, people;             /* pixels; those that a person labelled */
  gint64 left, top, right, bottom; /* level-0 pixels, right and bottom exclusive */
  gint64 sum_x, sum_y;             /* of the pixels' columns and rows in the tile */
  gint64 sum_xx, sum_xy, sum_yy;
  gint64 straight, corners;      /* of the outline: corners of pixels that it goes straight through, or turns at */
  gint64 probability, computed;  /* sum of bytes of the class's probability, over so many pixels */
  gint64 entropy;                /* sum over the same, ACINI_ENTROPY_ONE: one bit */
  gint64 anchor, state, decided; /* 1 + the index of the pixel that a decision is about, 0: there is none; the decision,
                                  * an AciniReviewState, and when it came */
  gint64 locked;                 /* how many locks are about it */
  gint64 sharpness, edges;       /* sum of bytes by which probability falls across the outline, at so many edges */
} AciniFragment;

#define ACINI_ENTROPY_ONE 65535

/* A tile and what surrounds it. */
typedef struct
{
  gint64 x, y;          /* of its first pixel in the slide */
  int width, height;    /* inside the slide, at most 512 */
  gint64 slide_width;   /* level-0 pixels */
  int margin;           /* pixels around it that are given, too: at least 1 and half of @reach */
  gsize stride;         /* of all that follows; @labels points to the first pixel of the margin */
  const guint8 *labels; /* of the effective mask, 0 outside the slide */
  const guint8 *people; /* labels by people, 0 elsewhere; NULL: all are */
  const guint8 *seams;  /* NULL: none */
  const guint8 *planes; /* the classes' probabilities, NULL: there is no prediction … */
  gsize plane_size;     /* … each so many bytes behind the one before */
  int n_planes;
  const guint8 *computed; /* 255 or 0 */
  int reach;              /* over how many pixels the sharpness of an outline is measured */
} AciniFragmentTile;

/* Pixels of one fragment beside each other: the columns of the tile from @x to before @end. */
typedef struct
{
  gint16 x, end;
  guint32 number; /* of the fragments in the order of their first pixels, from 1 on */
} AciniFragmentRun;

typedef struct
{
  GArray *runs;                    /* AciniFragmentRun: those of row y from @rows[y] to before @rows[y + 1] */
  guint rows[ACINI_TILE_SIZE + 1]; /* up to the tile's height */
} AciniFragmentRuns;

/* Fills *@runs, which was 0 or filled before, with the pixels of @tile that are of a fragment; margin and reach may be
 * 0, and nothing but the labels and seams is looked at.  Two passes over runs with a union-find, Rosenfeld and Pfaltz
 * (1966).  Returns: how many fragments there are. */
guint acini_fragments_find_runs (const AciniFragmentTile *tile, AciniFragmentRuns *runs);
void acini_fragment_runs_clear (AciniFragmentRuns *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniFragmentRuns, acini_fragment_runs_clear)

/* Appends the fragments of @tile to the empty @fragments (element-type AciniFragment), in the order of their first
 * pixels; their objects are 0.  @map: 512 numbers a row, 0 outside, else the place in @fragments plus 1.  Perimeters
 * after Crofton along four directions. */
void acini_fragments_find (const AciniFragmentTile *tile, guint32 *map, GArray *fragments);

/* Takes what was decided about @other; of several decisions the last one counts. */
void acini_fragment_take_decision (AciniFragment *self, const AciniFragment *other);

/* Adds the sums of @fragment, of the tile at (@x, @y), to @sums, whose own are counted from (0, 0).  Wide numbers: the
 * second moments of a whole slide. */
typedef struct
{
  AciniFragment sums; /* without sum_… */
  __extension__ unsigned __int128 sum_x, sum_y, sum_xx, sum_xy, sum_yy;
} AciniFragmentSums;
void acini_fragment_sums_add (AciniFragmentSums *self, const AciniFragment *fragment, gint64 x, gint64 y);
void acini_fragment_sums_join (AciniFragmentSums *self, const AciniFragmentSums *other);

G_END_DECLS
