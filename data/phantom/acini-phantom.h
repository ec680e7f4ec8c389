/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Procedural H&E tissue with known truth.  Every pixel is a pure function of the parameters and its position, so
 * any region can be drawn alone, at any size, by any number of threads. */

#include "data/base/acini-progress.h"

G_BEGIN_DECLS

#define ACINI_PHANTOM_ERROR (acini_phantom_error_quark ())
GQuark acini_phantom_error_quark (void);

typedef enum
{
  ACINI_PHANTOM_ERROR_ORGAN, /* unknown organ */
  ACINI_PHANTOM_ERROR_SIZE,
  ACINI_PHANTOM_ERROR_WRITE,
} AciniPhantomError;

typedef struct
{
  gint64 width, height; /* level-0 pixels */
  guint64 seed;
  char organ[32]; /* kidney, largeintestine, lung, prostate or spleen */
  double mpp;     /* µm per pixel */
} AciniPhantom;

/* The organs a phantom can be drawn of; NULL-terminated, static. */
const char *const *acini_phantom_get_organs (void);

/* Fills *@phantom with checked values; @organ NULL is largeintestine, @mpp 0 is 0.5. */
gboolean acini_phantom_init (AciniPhantom *phantom, gint64 width, gint64 height, guint64 seed, const char *organ,
                             double mpp, GError **error);

/* Draws the region (@x, @y) of @width × @height level-0 pixels.  @rgb: interleaved 8-bit RGB; @mask: 0 or 1;
 * @instance: the number of the FTU, 0 = none; each may be NULL. */
void acini_phantom_draw (const AciniPhantom *phantom, gint64 x, gint64 y, int width, int height, guint8 *rgb,
                         guint8 *mask, guint32 *instance);

/* Writes OUT.tiff (pyramidal tiled TIFF, JPEG, with µm per pixel), OUT-mask.tiff (8 bit, 0 or 1, deflate) and
 * OUT-instances.tiff (32 bit, deflate), each pyramidal and tiled, streaming tile by tile in bounded memory. */
gboolean acini_phantom_write (const AciniPhantom *phantom, const char *path, AciniProgressFunc progress,
                              gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
