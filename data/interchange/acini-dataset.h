/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The labelled slides of a project as pictures and masks of one size, for programs that train on such: the whole slide
 * each, or patches of it at a given scale. */

#include "data/base/acini-progress.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

#define ACINI_DATASET_ERROR (acini_dataset_error_quark ())
GQuark acini_dataset_error_quark (void);

typedef enum
{
  ACINI_DATASET_ERROR_EMPTY, /* no slide has labels */
  ACINI_DATASET_ERROR_SCALE, /* patches of a slide of unknown scale */
  ACINI_DATASET_ERROR_WRITE,
  ACINI_DATASET_ERROR_LAYOUT, /* no layout of that name */
} AciniDatasetError;

typedef enum
{
  ACINI_DATASET_PLAIN,  /* images/SPLIT/NAME.png, masks/SPLIT/NAME.png; SPLIT only where slides have one */
  ACINI_DATASET_NNUNET, /* imagesTr/NAME_0000.png, labelsTr/NAME.png, of the split "test" imagesTs, labelsTs */
  ACINI_DATASET_MMSEG,  /* img_dir/SPLIT/NAME.png, ann_dir/SPLIT/NAME.png */
} AciniDatasetLayout;

typedef struct
{
  AciniDatasetLayout layout;
  int size;   /* side of pictures and masks */
  double mpp; /* µm per pixel of patches; 0: each slide becomes one picture, stretched to a square as needed */
} AciniDatasetOptions;

typedef struct
{
  guint n_slides, n_pictures;
  double mean[3], deviation[3]; /* of red, green and blue over all pixels written, 0 … 1 */
} AciniDatasetResult;

/* "plain", "nnunet", "mmseg". */
gboolean acini_dataset_layout_parse (const char *text, AciniDatasetLayout *layout, GError **error);

/* Writes the slides @records (element-type AciniSlideRecord) that have labels into the folder @path, which appears when
 * it is complete and must not be there before.  In masks a pixel has the number of its class, 0 for the background, and
 * where nobody labelled, and in exclusions, 255, or the number after the last class in nnU-Net's layout.  Beside them
 * dataset.json says classes, mean and deviation, and slides.csv what is known of each slide.  Patches without any label
 * are left out. */
gboolean acini_dataset_write (AciniProject *project, GPtrArray *records, const char *path,
                              const AciniDatasetOptions *options, AciniDatasetResult *result,
                              AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                              GError **error);

G_END_DECLS
