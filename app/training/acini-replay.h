/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a model learnt from in its project, so that a training that goes on from it learns some of that again and
 * forgets less of it (rehearsal: Robins 1995). */

#include "data/project/acini-project.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  /* (element-type JsonObject) as in a job's "training", of all trainings in @parent's line, the newest first, each
   * slide once; "path" and "snapshot" absolute, and there. */
  GPtrArray *slides;
  guint n_missing; /* slides, or their frozen labels, that are gone */
} AciniReplay;

/* Reads the jobs of @project that @parent (path of a model) and its ancestors came out of.  Where it came from
 * elsewhere there is nothing to replay.  Disk speed.  Returns: (transfer full), NULL with @error set where the jobs
 * cannot be read. */
AciniReplay *acini_replay_new (AciniProject *project, const char *parent, GError **error);
void acini_replay_free (AciniReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniReplay, acini_replay_free)

/* Takes out the slides whose path is in @paths (a set of file names). */
void acini_replay_exclude (AciniReplay *self, GHashTable *paths);
/* Copies the frozen labels into the job's @folder and adds the slides to @array, with paths as they are in job.json of
 * the project @home. */
gboolean acini_replay_freeze (AciniReplay *self, AciniProject *home, const char *folder, JsonArray *array,
                              GError **error);

G_END_DECLS
