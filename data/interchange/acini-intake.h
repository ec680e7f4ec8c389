/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Taking an image and its mask into a project.  Doing it again changes nothing: the same file stays one slide, and a
 * slide that has labels keeps them. */

#include "data/base/acini-progress.h"
#include "data/interchange/acini-labels-import.h"
#include "data/project/acini-slide-fields.h"
#include "data/slides/acini-image-reading.h"

G_BEGIN_DECLS

typedef struct
{
  const char *organ; /* NULL: unknown */
  const char *name;  /* NULL: from the file */
  const char *masks; /* folder, file of annotations, or pattern with * for the image's name; NULL: beside it */
  const char *runs;  /* run lengths that become its labels, instead of a mask; NULL: none */
  const AciniSlideFields *fields; /* what else is known of it; NULL: nothing */
  AciniImageReading image;        /* what is said about the image … */
  AciniMaskReading mask;          /* … and its mask */
  AciniOrigin origin;             /* of outlines */
  gboolean without_masks;         /* none is looked for */
} AciniIntake;

typedef struct
{
  gint64 slide;             /* 0: it was not taken */
  gboolean known;           /* it was in the project before */
  char *mask;               /* the mask's path; NULL: there is none */
  gboolean labelled;        /* @mask became labels now */
  AciniLabelsImport labels; /* … these */
  char *notes;              /* sentences about the image, a line each, or NULL */
} AciniIntakeResult;

void acini_intake_result_clear (AciniIntakeResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniIntakeResult, acini_intake_result_clear)

/* What @file holds, and how it is read: the same text, the same slide.  Reads all of it.  Returns: (transfer full), or
 * NULL with @error set. */
char *acini_intake_make_digest (const char *file, const AciniImageReading *reading, GCancellable *cancellable,
                                GError **error);

/* Imports @file, and as labels its mask where one is found and the slide has no labels yet.
 * Returns: FALSE with @error set when either failed; the slide may be in nevertheless, see @result. */
gboolean acini_intake (AciniProject *project, const char *file, const AciniIntake *intake, AciniIntakeResult *result,
                       AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
