/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the files of the phantom share: noise, the plan of one slide, and the canvas of one tile.
 *
 * Lengths are micrometres from the slide's upper left corner.  A pixel's value depends on the plan and on the
 * pixel's absolute position alone: things are looked up in jittered grids fixed to the slide and painted in the
 * order of their grid, so that a tile may be cut anywhere. */

#include "data/phantom/acini-phantom-parameters.h"

G_BEGIN_DECLS

#define PHANTOM_TILE 256        /* side of the canvas, pixels */
#define PHANTOM_LATTICE 16      /* slow fields are computed at every 16th pixel and interpolated */
#define PHANTOM_MAX_BEND 160.0f /* greatest value of phantom_plan_get_warp (), µm */
#define PHANTOM_TURN 256        /* entries of a contour, one turn */

/* On x86 the inner loops also exist for AVX2; both give the same bits (no fused multiply-add). */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)                   \
    && !defined(__SANITIZE_ADDRESS__)
#define PHANTOM_INNER __attribute__ ((target_clones ("avx2", "default")))
#else
#define PHANTOM_INNER
#endif

typedef enum
{
  PHANTOM_KIDNEY,
  PHANTOM_LARGEINTESTINE,
  PHANTOM_LUNG,
  PHANTOM_PROSTATE,
  PHANTOM_SPLEEN,
} PhantomOrgan;

static inline guint32
phantom_hash (guint32 seed, guint32 a, guint32 b)
{
  guint32 h = seed ^ (a * 0x9e3779b1u);
  h = (h ^ (h >> 15)) * 0x85ebca77u;
  h ^= b * 0xc2b2ae3du;
  h = (h ^ (h >> 13)) * 0x27d4eb2fu;
  h = (h ^ (h >> 15)) * 0x2c1b3c6du;
  return h ^ (h >> 16);
}

/* 0 … 1 from the upper 24 bits, exact in a float. */
static inline float
phantom_unit (guint32 hash)
{
  return (float)(gint32)(hash >> 8) * (1.0f / 16777216.0f);
}

/* A small generator for one thing's properties; @state starts as the thing's hash. */
static inline float
phantom_random (guint32 *state)
{
  *state += 0x9e3779b9u;
  return phantom_unit (phantom_hash (*state, 0x51ed27u, 0x68bc21u));
}

static inline float
phantom_between (guint32 *state, float low, float high)
{
  return low + (high - low) * phantom_random (state);
}

static inline int
phantom_floor (float x)
{
  int i = (int)x;
  return i - (x < (float)i);
}

static inline float
phantom_clamp (float x, float low, float high)
{
  return x < low ? low : (x > high ? high : x);
}

static inline float
phantom_mix (float a, float b, float t)
{
  return a + (b - a) * t;
}

static inline float
phantom_smooth (float low, float high, float x)
{
  float t = phantom_clamp ((x - low) / (high - low), 0.0f, 1.0f);
  return t * t * (3.0f - 2.0f * t);
}

/* Value noise, 0 … 1, one cell per unit. */
static inline float
phantom_noise (guint32 seed, float x, float y)
{
  int ix = phantom_floor (x), iy = phantom_floor (y);
  float fx = x - (float)ix, fy = y - (float)iy;
  float sx = fx * fx * (3.0f - 2.0f * fx), sy = fy * fy * (3.0f - 2.0f * fy);
  float a = phantom_unit (phantom_hash (seed, (guint32)ix, (guint32)iy));
  float b = phantom_unit (phantom_hash (seed, (guint32)ix + 1, (guint32)iy));
  float c = phantom_unit (phantom_hash (seed, (guint32)ix, (guint32)iy + 1));
  float d = phantom_unit (phantom_hash (seed, (guint32)ix + 1, (guint32)iy + 1));
  return phantom_mix (phantom_mix (a, b, sx), phantom_mix (c, d, sx), sy);
}

/* The optical density of one kind of tissue: haematoxylin and eosin (or the second stain in its place). */
typedef struct
{
  float h, e;
} PhantomInk;

/* One piece of tissue: an ellipse with an irregular border. */
typedef struct
{
  float x, y, a, b, cosine, sine;
  guint32 seed;
} PhantomFragment;

#define PHANTOM_MAX_FRAGMENTS 64

/* All that follows from the parameters. */
typedef struct
{
  PhantomOrgan organ;
  guint32 seed;
  double mpp;
  float width, height; /* µm */
  float soft;          /* half width of an edge, µm: the optics' blur */

  PhantomFragment fragments[PHANTOM_MAX_FRAGMENTS];
  int n_fragments;

  float stain_h[3], stain_e[3]; /* optical density per unit of ink */
  float glass;                  /* brightness of bare glass, 0 … 255 */
  float noise;                  /* of the sensor, grey levels */
  float cosine, sine;           /* of the direction in which fibres and glands run */

  float pitch_u, pitch_v;       /* of the grid of FTUs, along and across the fibres */
  gint64 first_u, first_v, n_u; /* numbering of that grid, for instance numbers */
  float abnormal;               /* 0 … 1: share of glands that look neoplastic */
  float density;                /* of cells in the stroma, a factor */
  float looseness;              /* 0 … 1: gaps in the stroma */
} PhantomPlan;

/* A closed contour around a centre: radius by angle.  @wall is the outer edge, @lumen the inner one. */
typedef struct
{
  float x, y, reach; /* centre and greatest radius */
  float wall[PHANTOM_TURN + 1], lumen[PHANTOM_TURN + 1];
  float mean; /* mean of @wall */
  guint32 seed, instance;
  gboolean abnormal;
} PhantomGland;

/* The planes of one tile, row stride PHANTOM_TILE. */
typedef struct
{
  const PhantomPlan *plan;
  gint64 x, y; /* level-0 pixel of the upper left corner */
  int width, height;
  float left, top, right, bottom; /* µm */

  gboolean plain;                           /* instances alone are wanted: nothing needs its colour */
  float xs[PHANTOM_TILE], ys[PHANTOM_TILE]; /* µm of the pixels' centres */
  float h[PHANTOM_TILE * PHANTOM_TILE], e[PHANTOM_TILE * PHANTOM_TILE];
  float grain[PHANTOM_TILE * PHANTOM_TILE];                                       /* fine texture, 0 … 1 */
  float coverage[PHANTOM_TILE * PHANTOM_TILE];                                    /* of tissue, 0 … 1 */
  float bend_x[PHANTOM_TILE * PHANTOM_TILE], bend_y[PHANTOM_TILE * PHANTOM_TILE]; /* µm */
  guint32 instance[PHANTOM_TILE * PHANTOM_TILE];
} PhantomCanvas;

/* acini-phantom-plan.c */
void phantom_plan_init (PhantomPlan *plan, const AciniPhantom *phantom);
/* µm from (x, y) to the border of the tissue, positive inside. */
float phantom_plan_get_depth (const PhantomPlan *plan, float x, float y);
/* 0 … 1: below about 0.35 the tissue holds no FTUs but fibres, vessels and fat. */
float phantom_plan_get_zone (const PhantomPlan *plan, float x, float y);
/* The bend of the tissue at (x, y), µm. */
void phantom_plan_get_warp (const PhantomPlan *plan, float x, float y, float *wx, float *wy);

/* acini-phantom-paint.c */
/* Paints the connective tissue; FALSE when the whole tile is bare glass. */
gboolean phantom_paint_stroma (PhantomCanvas *canvas);
void phantom_paint_ellipse (PhantomCanvas *canvas, float x, float y, float a, float b, float angle, PhantomInk ink,
                            float opacity, float texture);
/* Turns ink into colours. */
void phantom_paint_develop (const PhantomCanvas *canvas, guint8 *rgb, gsize stride);

/* acini-phantom-gland.c: contours, the epithelium within them, and the grids they lie in */
typedef struct
{
  PhantomInk basal, apical, lumen; /* of the wall from outside to inside, and within it */
  float membrane;                  /* eosin of the line around the wall */
  float halo;                      /* width of the cleft around the wall, µm */
  float texture;                   /* contrast of the cytoplasm */
  float secretion;                 /* 0 … 1: how much of the lumen is filled */
} PhantomWall;

typedef struct
{
  float spacing, depth, scatter; /* along the wall, below its outer edge, and how far off that, µm */
  float a, b;                    /* half axes: across and along the wall, µm */
  float share;                   /* of the places that are taken */
  PhantomInk ink;
} PhantomRing;

/* Paints one thing of a grid: cell (@u, @v), its centre and its hash. */
typedef void (*PhantomGridFunc) (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash);

/* Calls @func for the cells of the grid of @pitch_u × @pitch_v µm (rows shifted by half a cell, centres moved by up to
 * @jitter of a cell) whose centres are within @reach of the tile. */
void phantom_grid_foreach (PhantomCanvas *canvas, guint32 seed, float pitch_u, float pitch_v, float jitter, float reach,
                           PhantomGridFunc func);
guint32 phantom_plan_number (const PhantomPlan *plan, gint64 u, gint64 v);
/* Fills @contour with a rotated ellipse whose radius waves by @amplitude in @first … @last waves a turn. */
void phantom_contour_init (float contour[PHANTOM_TURN + 1], guint32 *state, float a, float b, float angle, int first,
                           int last, float amplitude);
void phantom_gland_measure (PhantomGland *gland);
gboolean phantom_gland_is_near (const PhantomGland *gland, const PhantomCanvas *canvas, float margin);
void phantom_gland_paint_wall (PhantomCanvas *canvas, const PhantomGland *gland, const PhantomWall *wall);
void phantom_gland_paint_ring (PhantomCanvas *canvas, const PhantomGland *gland, const PhantomRing *ring, guint32 seed);
/* Scatters ellipses over the part of the gland within @inner (a contour). */
void phantom_gland_fill (PhantomCanvas *canvas, const PhantomGland *gland, const float inner[PHANTOM_TURN + 1],
                         float pitch, float a, float b, PhantomInk ink, float share, guint32 seed);

/* acini-phantom-organs.c: what lies in which organ */
void phantom_paint_under_cells (PhantomCanvas *canvas);
void phantom_paint_over_cells (PhantomCanvas *canvas);
/* Whether a vessel or the border of the tissue lies within @radius of (@x, @y), or the tissue there holds no FTUs. */
gboolean phantom_plan_is_taken (const PhantomPlan *plan, float x, float y, float radius);

/* acini-phantom-cells.c: loose cells, and the alveoli */
void phantom_paint_cells (PhantomCanvas *canvas);
void phantom_paint_alveoli (PhantomCanvas *canvas);

G_END_DECLS
