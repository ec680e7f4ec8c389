/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Objects that are locked: no edit changes their pixels, as they were when they were locked, but undo, redo and what
 * says that everything in a place is right.  Locking and unlocking are steps of the slide's history. */

#include "data/base/acini-geometry.h"
#include "data/project/acini-project-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 x, y;   /* by which it is known: a level-0 pixel of it */
  AciniRect box; /* level-0 pixels */
  guint8 *mask;  /* of the pixels of the box, by rows: not 0 where they are locked */
} AciniLock;

/* @mask: copied. */
AciniLock *acini_lock_new (gint64 x, gint64 y, const AciniRect *box, const guint8 *mask);
void acini_lock_free (AciniLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniLock, acini_lock_free)

/* Those of @slide whose box meets @area (nullable: all).  Returns: (transfer full) (element-type AciniLock) with a free
 * function set, or NULL with @error set. */
GPtrArray *acini_project_list_locks (AciniProject *project, gint64 slide, const AciniRect *area, GError **error);
/* The same within @transaction. */
GPtrArray *acini_locks_read (AciniTransaction *transaction, gint64 slide, const AciniRect *area, GError **error);
/* Sets the pixels of @mask, @width × @height of them from the level-0 pixel (@x, @y) on, to 255 where they are locked.
 * Returns: whether any is. */
gboolean acini_lock_rasterise (const AciniLock *self, gint64 x, gint64 y, int width, int height, guint8 *mask);

/* For the journal: @lock (NULL: there is none) at (@x, @y), @x and @y being its own; what is known of the members of
 * @after, and what they say is done. */
JsonObject *acini_lock_to_json (const AciniLock *lock, gint64 x, gint64 y);
JsonArray *acini_locks_read_before (AciniTransaction *transaction, gint64 slide, JsonArray *after, GError **error);
gboolean acini_locks_apply (AciniTransaction *transaction, gint64 slide, JsonArray *content, GError **error);

G_END_DECLS
