/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which prediction a file holds: of a slide, at a scale, by a model, made in a way.  Each has a file of its own in the
 * project's predictions/, so that another scale, other options or another computer's numbers never mix with it: it
 * stays where it is, and is found again when the scale comes back. */

#include "data/predictions/acini-prediction.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 slide;
  const char *model; /* its id */
  double downsample; /* level-0 pixels per prediction pixel */
  const char *way;   /* in words: augmentation, precision, instruction set … */
} AciniPredictionKey;

/* The project's predictions/.  Returns: (transfer full) */
char *acini_prediction_dup_folder (AciniProject *project);
/* SLIDE-MODEL-xDOWNSAMPLE-HASH.sqlite in @folder; the hash is the way's.  Nothing in an id leads elsewhere.  Returns:
 * (transfer full) */
char *acini_prediction_dup_path (const char *folder, const AciniPredictionKey *key);

/* The prediction of @model for @slide at the scale @downsample that was written last, whichever way it was made; one of
 * an older version, SLIDE-MODEL.sqlite, too.  Returns: (transfer full) (nullable) its path.  Disk speed. */
char *acini_prediction_find (const char *folder, gint64 slide, const char *model, double downsample);

/* The one that counts for screen, export and evaluation: the one that the user chose at this scale, else the one that
 * acini_prediction_find () finds.  Returns: (transfer full) (nullable) its path.  Disk speed. */
char *acini_prediction_find_current (AciniProject *project, gint64 slide, const char *model, double downsample);
/* The file @path of @project counts from now on among those of its slide, model and scale. */
gboolean acini_prediction_choose (AciniProject *project, const char *path, GError **error);
/* The same, where the user chose another one: @path was just computed, and is what they look for. */
gboolean acini_prediction_supersede (AciniProject *project, const char *path, GError **error);

typedef struct
{
  char *path;
  double downsample; /* level-0 pixels per prediction pixel */
  char *way;         /* in words: how it was made; "" where an older version did not say */
  gint64 written;    /* Unix time in µs */
} AciniPredictionFile;

void acini_prediction_file_free (AciniPredictionFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPredictionFile, acini_prediction_file_free)

/* All predictions of @model for @slide, at any scale, the newest first; what cannot be read is left out.  Returns:
 * (transfer full) (element-type AciniPredictionFile).  Disk speed. */
GPtrArray *acini_prediction_list (const char *folder, gint64 slide, const char *model);

G_END_DECLS
