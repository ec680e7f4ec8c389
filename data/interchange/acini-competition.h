/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The folders of HuBMAP's three competitions as they were given out: tables, images, and run lengths or outlines.
 *
 * 2021 (kidney): train.csv (id, encoding), train/ID.tiff, test/ID.tiff, HuBMAP-20-dataset_information.csv.
 * 2022 (organs): train.csv (id, organ, data_source, img_height, img_width, pixel_size, tissue_thickness, rle, age,
 * sex), train_images/ID.tiff, train_annotations/ID.json, test.csv, test_images/ID.tiff. 2023 (vasculature):
 * polygons.jsonl, train/ID.tif, test/ID.tif, tile_meta.csv. */

#include "data/interchange/acini-slide-table.h"

G_BEGIN_DECLS

typedef struct _AciniCompetition AciniCompetition;

/* An image of it. */
typedef struct
{
  const char *image;              /* its file */
  const char *annotations;        /* a file of outlines, or NULL */
  const char *runs;               /* run lengths, where there are no outlines; or NULL */
  const AciniSlideFields *fields; /* what the tables say of it */
} AciniCompetitionImage;

/* FALSE with @error set ends the walk. */
typedef gboolean (*AciniCompetitionFunc) (const AciniCompetitionImage *image, gpointer user_data, GError **error);

/* Returns: (transfer full), or NULL where @folder is none of a competition. */
AciniCompetition *acini_competition_open (const char *folder);
void acini_competition_free (AciniCompetition *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniCompetition, acini_competition_free)

/* "HuBMAP 2022": static. */
const char *acini_competition_get_name (const AciniCompetition *self);
/* Of the images that are in the folder. */
guint acini_competition_count (const AciniCompetition *self);
/* Calls @func for each image that is there, those of the training in the order of their tables, which are read as a
 * stream, a row at a time.  *@n_missing: images that the tables name and the folder lacks. */
gboolean acini_competition_foreach (AciniCompetition *self, AciniCompetitionFunc func, gpointer user_data,
                                    guint *n_missing, GError **error);

G_END_DECLS
