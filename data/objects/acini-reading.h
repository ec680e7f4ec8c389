/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A blind reading of a project by a further reader.
 *
 * It is a project of its own, readings/NAME.acini in the folder of the one that it is of: it has the same slides,
 * classes, regions and models and sees the same predictions (by links), and none of anybody's labels, decisions and
 * sign-offs.  So nothing of the others can be seen by mistake, and two readers can work at a time on a drive where a
 * project has one writer.  Its slides are called by numbers, in an order that is the reader's alone.
 *
 * Thread-safe; disk speed: not on the main thread. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* The setting of a project that is a reading: who reads. */
#define ACINI_READING_READER "reading/reader"

typedef struct
{
  char *folder; /* absolute: of the reading's project */
  char *reader; /* who reads */
  gint64 begun; /* Unix time, seconds */
  gint64 ended; /* the same; 0: it is under way */
} AciniReading;

void acini_reading_free (AciniReading *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniReading, acini_reading_free)

/* Begins a reading of @project by @reader (not empty), or goes on with the one that there is: then it sees what was
 * segmented since.  Returns: (transfer full) its folder, or NULL with @error set; then there is nothing of it. */
char *acini_reading_begin (AciniProject *project, const char *reader, GError **error);
/* The readings of @project, the oldest first, with @ended those alone that are done; what cannot be read is left out.
 * Returns: (transfer full) (element-type
 * AciniReading) with a free function set. */
GPtrArray *acini_reading_list (AciniProject *project, gboolean ended);
/* Returns: (transfer full) (nullable) what @project is, NULL: no reading. */
AciniReading *acini_reading_get (AciniProject *project);
/* What seeds the order of @reader, 1 … 65535: see AciniObjectQuery. */
guint acini_reading_get_seed (const char *reader);
/* Whether the reader is done: before that nobody else is to see what is in it. */
gboolean acini_reading_set_ended (AciniProject *reading, gboolean ended, GError **error);
/* The folder of the project that @reading is of.  Returns: (transfer full). */
char *acini_reading_dup_parent (AciniProject *reading);
/* What the slide @slide of the project that @reading is of is called in it; 0: it was not there when it began. */
gint64 acini_reading_find_slide (AciniProject *reading, gint64 slide);

G_END_DECLS
