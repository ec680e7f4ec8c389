/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Private to data/: what the users of libvips share. */

#include "data/base/acini-progress.h"
#include "data/slides/acini-import-error.h"

#include <gio/gio.h>
#include <vips/vips.h>

G_BEGIN_DECLS

/* Starts libvips once; it is never shut down. */
void acini_vips_init (void);

/* Takes libvips's message: "@format: message.", as one sentence. */
void acini_vips_set_error (GError **error, GQuark domain, int code, const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Goes from *@image to *@next, which a libvips call with @result made; *@image is NULL when it failed. */
gboolean acini_vips_step (VipsImage **image, int result, VipsImage **next);

/* Progress and cancelling of a libvips call that evaluates an image. */
typedef struct
{
  VipsImage *image;
  AciniProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  gulong handler;
  gint64 last; /* when @progress was called, monotonic µs */
} AciniVipsWatch;

/* Before the call, on the image it writes … */
void acini_vips_watch (AciniVipsWatch *watch, VipsImage *image, AciniProgressFunc progress, gpointer user_data,
                       GCancellable *cancellable);
/* … and after it, with its @result: TRUE when it wrote @path; else @error is set and @path removed. */
gboolean acini_vips_unwatch (AciniVipsWatch *watch, int result, const char *path, GError **error);

/* How a pyramidal tiled TIFF is written. */
typedef struct
{
  double mpp;       /* µm per pixel; 0: none is written */
  double mpp_y;     /* the same downwards, where it is another; 0: it is not */
  int jpeg_quality; /* 0: lossless (deflate) */
  gboolean labels;  /* coarser levels take the greatest of four pixels instead of their mean */
} AciniVipsPyramid;

/* Writes @image to @path in one pass, in bounded memory.  Nothing is left behind on failure.  Errors are
 * ACINI_IMPORT_ERROR_DAMAGED (the source could not be read), ACINI_IMPORT_ERROR_WRITE or G_IO_ERROR_CANCELLED. */
gboolean acini_vips_save_pyramid (VipsImage *image, const char *path, const AciniVipsPyramid *options,
                                  AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                                  GError **error);

G_END_DECLS
