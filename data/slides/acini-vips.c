/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/slides/acini-vips.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* What matters of libvips's warnings comes back as an error. */
static void
drop_message (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

void
acini_vips_init (void)
{
  /* Text that looks like numbers is no image. */
  static const char *const blocked[]
      = { "VipsForeignLoadCsv", "VipsForeignLoadMatrix", "VipsForeignLoadPdf", "VipsForeignLoadAnalyze" };

  static gsize done = 0;

  if (g_once_init_enter (&done))
    {
      if (VIPS_INIT ("acini") != 0)
        g_error ("libvips does not start: %s", vips_error_buffer ());
      /* Each pixel is read once: a cache of operations would only hold memory. */
      vips_cache_set_max (0);
      g_log_set_handler ("VIPS", G_LOG_LEVEL_WARNING, drop_message, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (blocked); i++)
        vips_operation_block_set (blocked[i], TRUE);
      g_once_init_leave (&done, 1);
    }
}

void
acini_vips_set_error (GError **error, GQuark domain, int code, const char *format, ...)
{
  g_autofree char *reason = vips_error_buffer_copy ();
  g_autofree char *what = NULL;
  va_list list;

  va_start (list, format);
  what = g_strdup_vprintf (format, list);
  va_end (list);
  g_strdelimit (g_strstrip (reason), "\n", ';');
  g_set_error (error, domain, code, "%s: %s.", what, *reason != '\0' ? reason : "no reason is known");
}

/* Called by libvips after every few tiles. */
static void
on_eval (VipsImage *image, VipsProgress *state, gpointer user_data)
{
  AciniVipsWatch *watch = user_data;
  gint64 now = g_get_monotonic_time ();

  if (g_cancellable_is_cancelled (watch->cancellable))
    vips_image_set_kill (image, TRUE);
  if (watch->progress != NULL && now - watch->last >= G_USEC_PER_SEC / 10)
    {
      watch->last = now;
      watch->progress ((double)state->npels / MAX (1, state->tpels), watch->user_data);
    }
}

void
acini_vips_watch (AciniVipsWatch *watch, VipsImage *image, AciniProgressFunc progress, gpointer user_data,
                  GCancellable *cancellable)
{
  *watch = (AciniVipsWatch){ image, progress, user_data, cancellable };
  vips_image_set_progress (image, TRUE);
  watch->handler = g_signal_connect (image, "eval", G_CALLBACK (on_eval), watch);
}

/* What the system said, among all that libvips and libtiff say when a file cannot be written: (transfer full). */
static char *
dup_system_reason (void)
{
  g_autofree char *text = vips_error_buffer_copy ();
  static const char start[] = "system error: ";
  const char *reason = strstr (text, start);

  g_debug ("%s", text);
  if (reason == NULL)
    return g_strdup (_ ("the disk may be full, or the folder may not be written"));
  reason += strlen (start);
  return g_strndup (reason, strcspn (reason, "\n"));
}

gboolean
acini_vips_unwatch (AciniVipsWatch *watch, int result, const char *path, GError **error)
{
  g_signal_handler_disconnect (watch->image, watch->handler);
  if (result == 0 && !g_cancellable_is_cancelled (watch->cancellable))
    return TRUE;
  g_unlink (path);
  if (!g_cancellable_set_error_if_cancelled (watch->cancellable, error))
    {
      /* Not @path, a name that nobody has seen. */
      g_autofree char *folder = g_path_get_dirname (path), *shown = g_filename_display_name (folder);
      g_autofree char *reason = dup_system_reason ();

      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE,
                   _ ("The image cannot be written into the folder “%s”: %s."), shown, reason);
    }
  vips_error_clear ();
  return FALSE;
}

gboolean
acini_vips_save_pyramid (VipsImage *image, const char *path, const AciniVipsPyramid *options,
                         AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  AciniVipsWatch watch;
  g_autoptr (VipsImage) copy = NULL;
  double resolution = options->mpp > 0 ? 1000 / options->mpp : 1; /* pixels per mm */
  double down = options->mpp > 0 && options->mpp_y > 0 ? 1000 / options->mpp_y : resolution;
  gboolean big = (double)VIPS_IMAGE_SIZEOF_IMAGE (image) > 2e9;
  /* No tile is larger than the image, as far as a TIFF allows (multiples of 16): libtiff from 4.7 on decodes such
   * tiles into the wrong places. */
  int tile_width = CLAMP (image->Xsize / 16 * 16, 16, 256), tile_height = CLAMP (image->Ysize / 16 * 16, 16, 256);
  int result;

  if (vips_copy (image, &copy, "xres", resolution, "yres", down, NULL) != 0)
    {
      acini_vips_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED, "The image cannot be read");
      return FALSE;
    }
  acini_vips_watch (&watch, copy, progress, user_data, cancellable);
  result = vips_tiffsave (copy, path, "tile", TRUE, "pyramid", TRUE, "tile_width", tile_width, "tile_height",
                          tile_height, "bigtiff", big, "compression",
                          options->jpeg_quality > 0 ? VIPS_FOREIGN_TIFF_COMPRESSION_JPEG
                                                    : VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE,
                          "Q", options->jpeg_quality > 0 ? options->jpeg_quality : 90, "predictor",
                          options->labels ? VIPS_FOREIGN_TIFF_PREDICTOR_NONE : VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL,
                          "region_shrink", options->labels ? VIPS_REGION_SHRINK_MAX : VIPS_REGION_SHRINK_MEAN,
                          "resunit", VIPS_FOREIGN_TIFF_RESUNIT_CM, "keep", VIPS_FOREIGN_KEEP_NONE, NULL);
  return acini_vips_unwatch (&watch, result, path, error);
}

gboolean
acini_vips_step (VipsImage **image, int result, VipsImage **next)
{
  g_object_unref (*image);
  *image = result == 0 ? g_steal_pointer (next) : NULL;
  return *image != NULL;
}
