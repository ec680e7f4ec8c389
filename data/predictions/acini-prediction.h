/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One file of probabilities: what one model says about one slide.  It can be recomputed, and is never mixed with
 * people's labels.
 *
 * An SQLite file (WAL: one process writes while others read) of tiles of 512 × 512 at the resolution the model
 * works at, one byte (0 … 255 for 0 … 1) per class but background and pixel, planar, zstd-compressed; a tile of one
 * value is a row without pixels; a missing tile was not computed yet.  Level n of the pyramid holds the greatest
 * of 2^n × 2^n pixels, so that what is small stays visible from afar, and is brought up to date in the transaction that
 * writes the tiles.
 * Thread-safe; disk speed: not on the main thread. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_PREDICTION_ERROR (acini_prediction_error_quark ())
GQuark acini_prediction_error_quark (void);

typedef enum
{
  ACINI_PREDICTION_ERROR_DAMAGED, /* not a prediction file, or one of another slide, model or version */
  ACINI_PREDICTION_ERROR_WRITE,
} AciniPredictionError;

#define ACINI_PREDICTION_TILE 512

typedef struct
{
  gint64 slide_width, slide_height; /* level-0 pixels of the slide */
  double downsample;                /* level-0 pixels per prediction pixel */
  int n_classes;                    /* planes: the model's classes without background */
  char model[64];                   /* id of the model */
  char way[256];                    /* in words: how it is computed; "" where an older version did not say */
} AciniPredictionInfo;

#define ACINI_TYPE_PREDICTION (acini_prediction_get_type ())
G_DECLARE_FINAL_TYPE (AciniPrediction, acini_prediction, ACINI, PREDICTION, GObject)

/* Opens @path for reading and writing.  @info not NULL: made when missing, and remade when it is of another shape,
 * model or way; @info NULL: it has to be there. */
AciniPrediction *acini_prediction_open (const char *path, const AciniPredictionInfo *info, GError **error);
const AciniPredictionInfo *acini_prediction_get_info (AciniPrediction *self);
/* ceil (slide size / downsample). */
gint64 acini_prediction_get_width (AciniPrediction *self);
gint64 acini_prediction_get_height (AciniPrediction *self);
const char *acini_prediction_get_path (AciniPrediction *self); /* absolute */
int acini_prediction_get_n_levels (AciniPrediction *self);
/* Which content the file held when it was opened: another number, or another file, is another prediction. */
gint64 acini_prediction_get_generation (AciniPrediction *self);

typedef struct
{
  gint64 column, row;
  GBytes *probability; /* n_classes × 512 × 512, planar */
} AciniPredictionTile;

/* Writes finished tiles (element-type AciniPredictionTile) with their ancestors in one transaction; give several at a
 * time. */
gboolean acini_prediction_write (AciniPrediction *self, const AciniPredictionTile *tiles, guint n_tiles,
                                 GError **error);

/* Reads class @plane (0 …) of @level (2^level prediction pixels a pixel) at (@x, @y) in that level's pixels; 0 where
 * nothing was computed.  @computed (nullable): 255 where there is a value, 0 where there is none. */
gboolean acini_prediction_read (AciniPrediction *self, int plane, int level, gint64 x, gint64 y, int width, int height,
                                guint8 *probability, guint8 *computed, GError **error);

gboolean acini_prediction_has_tile (AciniPrediction *self, gint64 column, gint64 row);

/* Level-0 tiles written after *@cursor (0: all), by any process, with the next cursor: (element-type
 * AciniPredictionTile with probability NULL).  This is how a window follows a job. */
GArray *acini_prediction_poll (AciniPrediction *self, gint64 *cursor, GError **error);

/* Otsu's threshold of one plane, 0 … 1, over the pixels that were computed and are no bare glass; -1 where all are the
 * same, and with @error set.  See acini_otsu (). */
double acini_prediction_get_otsu (AciniPrediction *prediction, int plane, GError **error);

G_END_DECLS
