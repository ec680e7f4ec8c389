/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Slides whose files were moved or renamed, found again. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* One slide whose file was missing. */
typedef struct
{
  gint64 slide;
  char *name;
  char *path; /* where it is now; NULL: still missing */
} AciniRelink;

void acini_relink_free (AciniRelink *relink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRelink, acini_relink_free)

/* Points @slide to the file @path, which has to be a slide of the same size: labels and predictions belong to its
 * pixels. */
gboolean acini_project_locate_slide (AciniProject *self, gint64 slide, const char *path, GError **error);

/* Looks for the files of all slides that are missing theirs: by name and size in @places (files and folders with all
 * that is in them; NULL: beside the project, and where the slides were), and points the slides to what is found.  A
 * file in @places of another name counts where a single slide is missing.  May take long: not on the main thread.
 * Returns: (transfer full) (element-type AciniRelink) one for each slide that was missing, or NULL with @error set. */
GPtrArray *acini_project_relink (AciniProject *self, const char *const *places, GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
