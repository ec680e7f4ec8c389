/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a glance at a picture of tissue tells before it is taken in: an overview, its perceptual hash, and whether it is
 * out of focus, drawn on with a pen, empty or badly exposed.  These are hints for people, who may know better. */

#include "data/slides/acini-image-reading.h"
#include "data/slides/acini-slide.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_PICTURE_BLURRED = 1 << 0,
  ACINI_PICTURE_PEN = 1 << 1,
  ACINI_PICTURE_EMPTY = 1 << 2,
  ACINI_PICTURE_CLIPPED = 1 << 3,
} AciniPictureFaults;

typedef struct
{
  gint64 image_width, image_height;
  double mpp;                /* µm per pixel by the file; 0: unknown */
  double power;              /* of the objective; 0: unknown */
  gboolean scanner;          /* @mpp is a scanner's own word, not a plain image's resolution */
  double offset_x, offset_y; /* nm from the middle of the glass to the slide's, as Hamamatsu's files say */
  int width, height;         /* of the overview, 256 pixels or less a side */
  guint8 *rgb;               /* … interleaved */
  guint64 hash;              /* equal but for a few bits where two pictures look alike */
  double tissue;             /* share of the overview that is darker than glass */
  double pen;                /* share of the overview in a marker's colours */
  double blur;               /* 0 … 1, of the median patch with tissue (Crété et al. 2007); 0 where there is none */
  double clipped;            /* share of tissue pixels with a channel at the end of its scale */
  AciniPictureFaults faults;
  char *notes; /* sentences about what was taken for what, or NULL */
} AciniPictureLook;

void acini_picture_look_clear (AciniPictureLook *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniPictureLook, acini_picture_look_clear)

/* Looks at a slide: reads its overview, and patches at about 0.5 µm per pixel (@mpp: µm per pixel, 0: unknown, then at
 * level 0).  Not on the main thread. */
gboolean acini_picture_look_at_slide (AciniPictureLook *self, AciniSlide *slide, double mpp, GError **error);
/* The same of any image that libvips reads, in one pass from top to bottom.  Errors are ACINI_IMPORT_ERROR_* or
 * G_IO_ERROR_CANCELLED. */
gboolean acini_picture_look_at_image (AciniPictureLook *self, const char *path, const AciniImageReading *reading,
                                      GCancellable *cancellable, GError **error);

/* The measures by themselves.  Of a pixel: whether it is darker than glass, and of a marker's green, cyan or blue.  Of
 * @width × @height interleaved pixels at about 0.5 µm each: Crété's blur; above the limit they are out of focus. */
gboolean acini_picture_pixel_is_tissue (const guint8 *rgb);
gboolean acini_picture_pixel_is_pen (const guint8 *rgb);
#define ACINI_PICTURE_MOST_BLUR 0.62
double acini_picture_measure_blur (const guint8 *rgb, int width, int height);

/* Whether pixel @i of the overview is darker than glass. */
gboolean acini_picture_look_is_tissue (const AciniPictureLook *self, gsize i);

/* The hash of a slide alone, from its overview. */
gboolean acini_picture_hash_slide (AciniSlide *slide, guint64 *hash, GError **error);
/* Bits in which two hashes differ, 0 … 64; up to ACINI_PICTURE_ALIKE the pictures look alike. */
#define ACINI_PICTURE_ALIKE 3
int acini_picture_hash_compare (guint64 a, guint64 b);

G_END_DECLS
