/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The FTU objects of a slide: an index on disk, beside the prediction, that can be made again at any time.
 *
 * It is kept up to date tile by tile: after an edit, or when a prediction has grown, the tiles whose pixels changed and
 * the neighbours that their margin reaches are looked at again, and the objects that lie in them are put together anew
 * from their fragments (acini-fragments.h).  Other pixels are not read.  Memory is that of a batch of tiles and of the
 * objects in it.  A batch is a transaction, so that what was cancelled or killed goes on where it was; several
 * processes may do it at a time.
 *
 * Thread-safe; disk speed: not on the main thread. */

#include "data/base/acini-progress.h"
#include "data/mask/acini-contours.h"
#include "data/mask/acini-mask.h"
#include "data/objects/acini-review-state.h"
#include "data/project/acini-region.h"

G_BEGIN_DECLS

#define ACINI_OBJECT_INDEX_ERROR (acini_object_index_error_quark ())
GQuark acini_object_index_error_quark (void);

typedef enum
{
  ACINI_OBJECT_INDEX_ERROR_DAMAGED,
  ACINI_OBJECT_INDEX_ERROR_WRITE,
} AciniObjectIndexError;

typedef enum
{
  ACINI_AUTHOR_MODEL,
  ACINI_AUTHOR_PERSON,
  ACINI_AUTHOR_MIXED,
} AciniAuthor;

/* "model", "person", "mixed"; static. */
const char *acini_author_to_string (AciniAuthor author);

/* All in level-0 pixels. */
typedef struct
{
  gint64 id;                 /* 1 + the index of its first pixel, by rows: what it is called as long as that stays */
  int label;                 /* ACINI_LABEL_FIRST_CLASS … */
  AciniReviewState state;    /* what a person decided … */
  gint64 anchor_x, anchor_y; /* … about the object at this pixel; below 0: nothing */
  AciniAuthor author;        /* whose pixels these are */
  gboolean locked;           /* no tool changes it, see acini-lock.h */
  gboolean at_border;        /* it touches the slide's edge */
  gint64 area;
  AciniRect box;
  double x, y;                  /* the centre of gravity */
  double perimeter;             /* after Crofton, along four directions */
  double circularity;           /* 4 π area / perimeter², at most 1 */
  double long_axis, short_axis; /* of the ellipse with the same second moments */
  double probability;           /* mean, 0 … 1; below 0: nothing was computed there */
  double entropy;               /* mean of its pixels, in bits, 0 … 1; below 0 likewise: how uncertain the model is */
  double sharpness; /* mean of what the probability falls by across the outline, over a pixel of the prediction */
} AciniObject;

/* What the objects are of.  All of it has to outlive the index. */
typedef struct
{
  AciniProject *project; /* NULL: the prediction alone */
  const AciniSlideRecord *slide;
  AciniPrediction *prediction;       /* NULL: people's labels alone */
  const AciniThresholds *thresholds; /* of @prediction; may be NULL where there is none */
} AciniObjectSource;

typedef struct _AciniObjectIndex AciniObjectIndex;

/* Opens the index of @source, or begins one; one of other thresholds or of another prediction is emptied.  Where the
 * project cannot be written it lies in a temporary file.  Returns: (transfer full), or NULL with @error set. */
AciniObjectIndex *acini_object_index_open (const AciniObjectSource *source, GError **error);
void acini_object_index_free (AciniObjectIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniObjectIndex, acini_object_index_free)

/* Brings it up to date with the labels and the prediction as they are now.  *@n_tiles (nullable): looked at. */
gboolean acini_object_index_update (AciniObjectIndex *self, guint *n_tiles, AciniProgressFunc progress,
                                    gpointer user_data, GCancellable *cancellable, GError **error);
/* The newest row of the journal that it knows; 0: none.  What stands behind it is not in it yet. */
gint64 acini_object_index_get_position (AciniObjectIndex *self, GError **error);

typedef enum
{
  ACINI_OBJECT_ORDER_ID, /* by rows of the slide */
  ACINI_OBJECT_ORDER_AREA,
  ACINI_OBJECT_ORDER_UNCERTAINTY,
  ACINI_OBJECT_ORDER_PROBABILITY,
  ACINI_OBJECT_ORDER_CIRCULARITY,
  ACINI_OBJECT_ORDER_WORTH, /* see acini_object_get_worth () */
  ACINI_OBJECT_ORDER_CLASS,
  ACINI_OBJECT_ORDER_SHUFFLED, /* in no order, but always the same one of a @seed */
} AciniObjectOrder;

/* How much a look is worth: the doubt of all its pixels together, in bits, which is about how many of them are to be
 * corrected; 0 where a person drew it.  Between slides what counts is how much that is of all their FTUs. */
double acini_object_get_worth (const AciniObject *object);
/* What ACINI_OBJECT_ORDER_SHUFFLED orders by. */
gint64 acini_object_get_shuffled (gint64 id, guint seed);

typedef struct
{
  AciniObjectOrder order;
  gboolean descending;
  guint seed;                    /* of ACINI_OBJECT_ORDER_SHUFFLED, at most 65535 */
  int label;                     /* 0: any */
  guint states;                  /* bits, 1 << AciniReviewState; 0: any */
  guint authors;                 /* bits, 1 << AciniAuthor; 0: any */
  const AciniRect *area;         /* NULL: anywhere; else those whose box meets it */
  gint64 offset, limit;          /* limit 0: all */
  const AciniRegionScope *scope; /* NULL: all of the slide; else those whose centre does not count are passed over,
                                  * after @offset and @limit */
} AciniObjectQuery;

/* Returns: whether to go on. */
typedef gboolean (*AciniObjectFunc) (const AciniObject *object, gpointer user_data);

/* Calls @func for each object, one at a time: a million take no memory.  @query: (nullable) */
gboolean acini_object_index_foreach (AciniObjectIndex *self, const AciniObjectQuery *query, AciniObjectFunc func,
                                     gpointer user_data, GError **error);
/* The ids alone, in their order: eight bytes an object, so that a list of a million is paged from memory.  Returns:
 * (transfer full) (element-type gint64), or NULL with @error set. */
GArray *acini_object_index_list_ids (AciniObjectIndex *self, const AciniObjectQuery *query, GError **error);
/* -1 with @error set. */
gint64 acini_object_index_count (AciniObjectIndex *self, GError **error);
/* Of each review state, how many within @scope (nullable: all of the slide). */
gboolean acini_object_index_count_states (AciniObjectIndex *self, const AciniRegionScope *scope,
                                          gint64 counts[ACINI_N_REVIEWS], GError **error);
/* *@object: the one of @id; its id 0: there is none. */
gboolean acini_object_index_get (AciniObjectIndex *self, gint64 id, AciniObject *object, GError **error);
/* The same of the one at the level-0 pixel (@x, @y). */
gboolean acini_object_index_find (AciniObjectIndex *self, gint64 x, gint64 y, AciniObject *object, GError **error);
/* The objects of @width × @height level-0 pixels from (@x, @y): their ids, 0 outside. */
gboolean acini_object_index_read (AciniObjectIndex *self, gint64 x, gint64 y, int width, int height, gint64 *ids,
                                  GError **error);

/* The objects of the tiles' row @band, that is of the rows of the slide from 512 · @band on: @rows are 512 arrays
 * (element-type AciniRowRun), one a row, @objects (element-type AciniObject) are those that begin there, by their ids.
 * Both are emptied before. */
gboolean acini_object_index_read_band (AciniObjectIndex *self, gint64 band, GArray **rows, GArray *objects,
                                       GError **error);

/* *@object: the one after @id (@back: before it) in the order of @query (nullable; its area, offset, limit and scope
 * do not count), @id 0: the first; its id 0: there is none. */
gboolean acini_object_index_step (AciniObjectIndex *self, const AciniObjectQuery *query, gint64 id, gboolean back,
                                  AciniObject *object, GError **error);

G_END_DECLS
