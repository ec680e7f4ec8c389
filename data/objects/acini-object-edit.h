/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What hands do to objects as things: each is one step of the project's editor, undone and done again like a stroke.
 * They read the object's pixels: not on the main thread.  An object larger than ACINI_OBJECT_LARGEST pixels of box is
 * refused with a sentence. */

#include "data/labels/acini-editor.h"
#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

#define ACINI_OBJECT_EDIT_ERROR (acini_object_edit_error_quark ())
GQuark acini_object_edit_error_quark (void);

typedef enum
{
  ACINI_OBJECT_EDIT_ERROR_LARGE,
  ACINI_OBJECT_EDIT_ERROR_WHOLE, /* there is nothing to split */
  ACINI_OBJECT_EDIT_ERROR_APART, /* these cannot be merged */
  ACINI_OBJECT_EDIT_ERROR_GONE,  /* there is no such object any more */
  ACINI_OBJECT_EDIT_ERROR_LOCKED,
} AciniObjectEditError;

#define ACINI_OBJECT_LARGEST (64 * 1024 * 1024)

/* How an object is to be split, to be shown before it is done. */
typedef struct
{
  AciniRect box;
  int *parts; /* of the pixels of the box: 0 outside, 1 … */
  int n_parts;
  gboolean moves; /* the decision about it is to be about another pixel, so that the largest part keeps it */
  gint64 from_x, from_y, x, y;
} AciniSplit;

void acini_split_free (AciniSplit *split);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSplit, acini_split_free)

/* Along the polyline @points, @n of them, in level-0 pixels; or, @n 0, where its waists are.  Returns: (transfer full),
 * or NULL with @error set. */
AciniSplit *acini_object_plan_split (AciniObjectIndex *index, gint64 id, const double (*points)[2], guint n,
                                     GError **error);
/* Draws the seams of @split; an AciniDrawFunc, tool "split". */
gboolean acini_object_draw_split (AciniEdit *edit, gpointer split, GError **error);
/* (transfer full) (nullable) what is to be changed after it. */
AciniChange *acini_object_make_move (const AciniSplit *split, gint64 slide);

/* What makes two objects of one class one. */
typedef struct
{
  AciniRect box;
  guint8 *seams, *labels; /* of the pixels of the box, 255: as it is */
} AciniMerge;

void acini_merge_free (AciniMerge *merge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMerge, acini_merge_free)

/* Takes the seams between the two away; where they do not touch, bridges the gap at its narrowest place with a line as
 * wide as @width level-0 pixels.  Returns: (transfer full), or NULL with @error set. */
AciniMerge *acini_object_plan_merge (AciniObjectIndex *index, gint64 first, gint64 second, int width, GError **error);
/* An AciniDrawFunc, tool "merge". */
gboolean acini_object_draw_merge (AciniEdit *edit, gpointer merge, GError **error);

/* What a person decided about the object @id: a change for acini_editor_change (), which says so by the editor's signal
 * "written" with the subject "review".  It is about the object's deepest pixel, or the one that an earlier decision is
 * about, and so follows the object through edits.  @comment: (nullable).  Returns: (transfer full), or NULL. */
AciniChange *acini_object_decide (AciniObjectIndex *index, gint64 id, AciniReviewState state, const char *comment,
                                  gint64 duration, GError **error);
/* The same about the @n objects @ids, as one step; @duration is that of all together. */
AciniChange *acini_object_decide_all (AciniObjectIndex *index, const gint64 *ids, guint n, AciniReviewState state,
                                      const char *comment, gint64 duration, GCancellable *cancellable, GError **error);

/* Whether none of the @n objects @ids is locked; else FALSE with ACINI_OBJECT_EDIT_ERROR_LOCKED. */
gboolean acini_object_check_unlocked (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error);
/* Locks them with the pixels that they have now, those that are not locked already; or unlocks them.  NULL with @error
 * set. */
AciniChange *acini_object_lock (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error);
AciniChange *acini_object_unlock (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error);

G_END_DECLS
