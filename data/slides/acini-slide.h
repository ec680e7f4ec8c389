/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One slide: its levels, its physical size and the pixels of a region, through OpenSlide.
 *
 * Coordinates are level-0 pixels, y down.  Every function may be called from any thread; reads of one slide
 * may run side by side.  OpenSlide's errors are terminal for a handle: after a failed read the slide opens
 * its file anew for the next one, so a read error concerns that read alone.
 */

#include <glib-object.h>

G_BEGIN_DECLS

#define ACINI_SLIDE_ERROR (acini_slide_error_quark ())
GQuark acini_slide_error_quark (void);

typedef enum
{
  ACINI_SLIDE_ERROR_NOT_FOUND,    /* there is no such file, or it may not be read */
  ACINI_SLIDE_ERROR_UNRECOGNISED, /* no slide format; acini_slide_import () may still be able to convert it */
  ACINI_SLIDE_ERROR_DAMAGED,      /* a slide format, but the file is truncated or inconsistent */
  ACINI_SLIDE_ERROR_READ,         /* the pixels of one region could not be decoded */
} AciniSlideError;

/* One resolution of the slide.  @downsample is level-0 pixels per pixel of this level, rarely an integer.
 * @tile_width and @tile_height are the file's native tile size in this level's pixels, or 0 where unknown. */
typedef struct
{
  gint64 width, height;
  double downsample;
  int tile_width, tile_height;
} AciniSlideLevel;

#define ACINI_TYPE_SLIDE (acini_slide_get_type ())
G_DECLARE_FINAL_TYPE (AciniSlide, acini_slide, ACINI, SLIDE, GObject)

/* Opening may take seconds: not on the main thread.  Returns: (transfer full), or NULL with @error set. */
AciniSlide *acini_slide_open (const char *path, GError **error);

const char *acini_slide_get_path (AciniSlide *self);
gint64 acini_slide_get_width (AciniSlide *self);
gint64 acini_slide_get_height (AciniSlide *self);
int acini_slide_get_n_levels (AciniSlide *self);
const AciniSlideLevel *acini_slide_get_level (AciniSlide *self, int level);
/* The coarsest level whose downsample is not above @downsample (level 0 when none is). */
int acini_slide_get_best_level (AciniSlide *self, double downsample);

/* µm per pixel at level 0 as the file says, or 0 where it does not (the resolution tag of a plain TIFF is
 * not trusted unless it gives a size that a microscope can have: 0.05 to 20 µm per pixel). */
double acini_slide_get_mpp_x (AciniSlide *self);
double acini_slide_get_mpp_y (AciniSlide *self);
double acini_slide_get_objective_power (AciniSlide *self); /* 0 where unknown */
/* The corner of the scanned area within level 0, (0, 0) where the file does not say one. */
void acini_slide_get_corner (AciniSlide *self, gint64 *x, gint64 *y);
/* nm from the middle of the glass to that of the slide, as Hamamatsu's files say; (0, 0) where they do not. */
void acini_slide_get_offset (AciniSlide *self, double *x, double *y);
/* The same of a table of properties; @lookup: nullable text by the name of a property. */
typedef const char *(*AciniSlidePropertyFunc) (gpointer table, const char *name);
void acini_slide_read_offset (AciniSlidePropertyFunc lookup, gpointer table, double *x, double *y);
const char *acini_slide_get_vendor (AciniSlide *self);
/* The same for people: "Aperio", "Tiled TIFF". */
const char *acini_slide_get_format_name (AciniSlide *self);

/* OpenSlide's properties: NULL-terminated names (owned by the slide), and one value or NULL. */
const char *const *acini_slide_get_property_names (AciniSlide *self);
const char *acini_slide_get_property (AciniSlide *self, const char *name);

/* Label, macro and thumbnail images: NULL-terminated names (owned by the slide); pixels as below.
 * Returns: (transfer full) premultiplied ARGB32 of *@width × *@height, or NULL with @error set. */
const char *const *acini_slide_get_associated_names (AciniSlide *self);
GBytes *acini_slide_read_associated (AciniSlide *self, const char *name, int *width, int *height, GError **error);

/* Reads @width × @height pixels of @level whose upper left corner is the level-0 pixel (@x, @y) into @pixels:
 * premultiplied ARGB32 in native byte order (cairo's and GDK's default), row stride 4 × @width.  What lies
 * outside the slide is transparent.  On failure @pixels is undefined. */
gboolean acini_slide_read (AciniSlide *self, int level, gint64 x, gint64 y, int width, int height, guint32 *pixels,
                           GError **error);

/* @n pixels that acini_slide_read () gave, in place, from the colours of the scanner to sRGB, for the eye; as they are
 * where the file has no ICC profile, or where OpenSlide is older than version 4.  A network is given them unchanged. */
void acini_slide_to_srgb (AciniSlide *self, guint32 *pixels, gsize n);

/* Reads a region resampled to @downsample level-0 pixels per pixel (any positive value) with an antialiasing
 * filter (area averaging from the best level below): @width × @height pixels from the level-0 point (@x, @y),
 * as interleaved 8-bit RGB on white, row stride 3 × @width. */
gboolean acini_slide_read_rgb (AciniSlide *self, double x, double y, double downsample, int width, int height,
                               guint8 *rgb, GError **error);

G_END_DECLS
