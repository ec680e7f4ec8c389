/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Masks that were made elsewhere, taken into the label layer. */

#include "data/interchange/acini-mask-file.h"
#include "data/labels/acini-journal.h"

G_BEGIN_DECLS

#define ACINI_LABELS_IMPORT_ERROR (acini_labels_import_error_quark ())
GQuark acini_labels_import_error_quark (void);

typedef enum
{
  ACINI_LABELS_IMPORT_ERROR_SIZE, /* the mask is not of the slide's size */
} AciniLabelsImportError;

/* What came in. */
typedef struct
{
  gint64 n_pixels, n_units; /* of the mask; those of units among them */
  char *note;               /* sentences about what was taken for what, or NULL */
} AciniLabelsImport;

/* Where the coordinates of outlines begin.  They differ where a scanner's area lies inside of a larger, empty slide, as
 * MIRAX's and Leica's do: programs disagree. */
typedef enum
{
  ACINI_ORIGIN_SLIDE,  /* at the corner of level 0 */
  ACINI_ORIGIN_BOUNDS, /* at the corner of the scanned area, "openslide.bounds-x" and "-y" */
} AciniOrigin;

void acini_labels_import_clear (AciniLabelsImport *import);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniLabelsImport, acini_labels_import_clear)

/* Reads the image @path as labels of the whole slide: a unit becomes @label, the rest background; of a mask that tells
 * classes apart (acini_mask_file_has_classes ()) each becomes that of its name, or class k the k-th label of a class.
 * Instances of one class that touch have a seam between them.  One edit of the tool "import", which undo takes back.
 * The mask has to be as large as the slide's level 0, or as the image that was filled up to the least size of a slide
 * (what was filled up stays unlabelled), or of the same aspect: then each pixel of the slide has the mask's at its
 * middle.  @import: nullable. */
gboolean acini_labels_import_mask (AciniProject *project, gint64 slide, const char *path,
                                   const AciniMaskReading *reading, guint8 label, AciniLabelsImport *import,
                                   GError **error);

/* Reads the annotation file @path (acini-annotation-format.h) as labels of the whole slide, one edit of the tool
 * "import": areas become the class of their name, which is added to the project where it has none of it; the only class
 * of a file, and areas without one, the project's first class.  Classes whose name begins with "Ignore" (QuPath's
 * custom) stay unlabelled, whatever lies under them; the rest of the slide is background.  Objects that touch have a
 * seam between them; where they overlap the later one counts.  Of a file about several
 * images the objects of the slide's are taken.  What is damaged, or lies outside of the slide altogether, is refused,
 * and nothing is written.  @import: nullable; its units are the pixels of areas, overlaps counted twice. */
gboolean acini_labels_import_annotations (AciniProject *project, gint64 slide, const char *path, AciniOrigin origin,
                                          AciniLabelsImport *import, GCancellable *cancellable, GError **error);

/* Reads Kaggle's run lengths, in the order of their starts, as labels of the whole slide: @label, and background
 * between them; "": background alone.  What is damaged or outside is refused, and nothing is written. */
gboolean acini_labels_import_runs (AciniProject *project, gint64 slide, const char *runs, guint8 label,
                                   AciniLabelsImport *import, GCancellable *cancellable, GError **error);

G_END_DECLS
