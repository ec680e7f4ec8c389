/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A file that may be imported: what it is taken for, and its labels. */

#include "data/interchange/acini-intake.h"
#include "data/slides/acini-picture-look.h"

G_BEGIN_DECLS

/* Where a slide's µm per pixel are known from. */
typedef enum
{
  ACINI_SCALE_UNKNOWN,
  ACINI_SCALE_HEADER,     /* a scanner's own */
  ACINI_SCALE_RESOLUTION, /* pixels per cm or inch of a plain image, where a microscope can have that many */
  ACINI_SCALE_OBJECTIVE,  /* 10 / power: what scanners do by custom */
  ACINI_SCALE_TABLE,
  ACINI_SCALE_HAND,
} AciniScaleSource;

typedef enum
{
  ACINI_LABELS_NONE,
  ACINI_LABELS_MASK,
  ACINI_LABELS_ANNOTATIONS,
  ACINI_LABELS_RUNS, /* of a competition's table */
} AciniLabelsKind;

/* What should be looked at; acini_preview_warning_get_id (). */
typedef enum
{
  ACINI_WARNING_NO_SCALE,
  ACINI_WARNING_OBJECTIVE, /* its scale is only that of the objective */
  ACINI_WARNING_SAME,      /* the same bytes as another file */
  ACINI_WARNING_ALIKE,     /* looks like another file, or a slide of the project */
  ACINI_WARNING_BLURRED,
  ACINI_WARNING_PEN,
  ACINI_WARNING_EMPTY,
  ACINI_WARNING_CLIPPED,
  ACINI_WARNING_MASK_PROBLEM, /* it cannot be taken: size, aspect, what a unit is, damage; see labels_problem */
  ACINI_WARNING_MASK_SCALED,  /* of another size and the same aspect */
  ACINI_WARNING_MASK_ALL_GROUND,
  ACINI_WARNING_MASK_ALL_UNIT,
  ACINI_WARNING_MASK_INVERTED,
  ACINI_WARNING_ORIGIN, /* outlines may count from the corner of the scanned area, or of the slide */
  ACINI_N_WARNINGS
} AciniWarning;

typedef struct
{
  char *path;
  char *problem;             /* a sentence: it is none that can be taken; NULL: it is */
  gint64 slide;              /* it is in the project already as this; 0: it is not */
  gboolean stays;            /* a slide where it is; else it is converted */
  AciniPictureLook look;     /* without an overview where there is a problem */
  gint64 corner_x, corner_y; /* of the scanned area in a larger slide */
  double mpp;                /* µm per pixel; 0: unknown */
  AciniScaleSource scale;
  AciniSlideFields *fields; /* what is known else */
  const char *organ;        /* NULL: unknown */
  char *same_as, *like;     /* the file, or "slide NAME", of the warnings SAME and ALIKE */
  guint warnings;           /* 1 << AciniWarning */

  /* Its labels. */
  AciniLabelsKind labels;
  char *mask;               /* path of the mask or the annotations */
  char *runs;               /* of ACINI_LABELS_RUNS */
  AciniMaskReading reading; /* of a mask */
  AciniOrigin origin;       /* of annotations: where they lie more on tissue … */
  gboolean origin_said;     /* … unless a person says it */
  char *ambiguity;          /* the sentence, where there are several masks */
  char *labels_problem;     /* a sentence */
  char *labels_note;        /* sentences about what is taken for what */
  double units;             /* share of it that is unit */
  guint64 n_objects;        /* of annotations */
  guint8 *overlay;          /* of the overview's size: 1 where a unit is; NULL: none */
} AciniPreviewFile;

void acini_preview_file_free (AciniPreviewFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPreviewFile, acini_preview_file_free)

/* What of @self an import is given.  The strings stay @self's. */
void acini_preview_file_fill_intake (const AciniPreviewFile *self, AciniIntake *intake);

/* Looks for its labels by name: @masks as in acini_mask_match (). */
void acini_preview_file_find_labels (AciniPreviewFile *self, const char *masks);
/* Looks at the labels anew, as when @self->reading or @self->origin was changed.  Not on the main thread. */
void acini_preview_file_look_at_labels (AciniPreviewFile *self, GCancellable *cancellable);

G_END_DECLS
