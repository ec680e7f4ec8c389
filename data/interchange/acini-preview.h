/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What an import would take for what, before anything is written: each file with its mask, scale, organ, patient,
 * source and split, and what a person should look at first. */

#include "data/interchange/acini-preview-file.h"
#include "data/interchange/acini-slide-table.h"

G_BEGIN_DECLS

typedef struct
{
  const AciniIntake *intake;    /* what is said of all files; without_masks too */
  const AciniSlideTable *table; /* nullable … */
  const char *pattern;          /* … both */
} AciniPreviewReading;

/* Looks at @files (element-type filename): slides, images, and folders: those of a competition, of a project of
 * QuPath, or of images and slides, without what is in folders within.  Files are read side by side, in bounded memory.
 * @project: nullable, where duplicates are looked for, too. Returns: (transfer full) (element-type AciniPreviewFile),
 * or NULL with @error set: it was cancelled, or the pattern of names is none. */
GPtrArray *acini_preview (AciniProject *project, GPtrArray *files, const AciniPreviewReading *reading,
                          AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
