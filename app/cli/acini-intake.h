/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Taking an image and its mask into a project. */

#include "data/project/acini-project.h"
#include "data/slides/acini-slide-import.h"

G_BEGIN_DECLS

typedef struct
{
  const char *organ; /* NULL: unknown */
  double mpp;        /* 0: the file's */
  const char *name;  /* NULL: from the file */
  const char *masks; /* folder, or pattern with * for the image's name; NULL: beside the image */
  int channel;       /* of the mask: 0, 1, 2 for red, green, blue; -1: whatever is not black */
} AciniIntake;

/* The file's name without folder and suffix. */
char *acini_dup_stem (const char *path);

/* Imports @file, and as labels its mask where one is found.  *@mask (nullable): its path, or NULL.
 * Returns: the slide's id, or 0 with @error set. */
gint64 acini_intake (AciniProject *project, const char *file, const AciniIntake *intake, AciniProgressFunc progress,
                     gpointer user_data, GCancellable *cancellable, char **mask, GError **error);

G_END_DECLS
