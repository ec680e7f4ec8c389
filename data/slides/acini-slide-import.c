/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-slide-import.h"

#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <openslide.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (acini - import - error - quark, acini_import_error)

/* Pixels; what is smaller gets white at its right and lower edge. */
#define LEAST_SIDE 16

/* 8-bit sRGB, upright, on white.  Returns: (transfer full), or NULL with libvips's error set. */
static VipsImage *
open_rgb (const char *path)
{
  VipsImage *image = vips_image_new_from_file (path, "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL), *next = NULL;
  g_autoptr (VipsArrayDouble) white = vips_array_double_newv (3, 255.0, 255.0, 255.0);

  if (image == NULL || !acini_vips_step (&image, vips_autorot (image, &next, NULL), &next)
      || !acini_vips_step (&image, vips_colourspace (image, &next, VIPS_INTERPRETATION_sRGB, NULL), &next))
    return NULL;
  if (vips_image_hasalpha (image)
      && !acini_vips_step (&image, vips_flatten (image, &next, "background", white, NULL), &next))
    return NULL;
  if (!acini_vips_step (&image, vips_cast_uchar (image, &next, NULL), &next))
    return NULL;
  if (image->Bands > 3 && !acini_vips_step (&image, vips_extract_band (image, &next, 0, "n", 3, NULL), &next))
    return NULL;
  /* A TIFF's tiles cannot be smaller, and libtiff misreads a smaller image in one. */
  if ((image->Xsize < LEAST_SIDE || image->Ysize < LEAST_SIDE)
      && !acini_vips_step (&image,
                           vips_embed (image, &next, 0, 0, MAX (image->Xsize, LEAST_SIDE),
                                       MAX (image->Ysize, LEAST_SIDE), "extend", VIPS_EXTEND_WHITE, NULL),
                           &next))
    return NULL;
  return image;
}

/* Whether @path is one of DICOM's whole-slide images (SOP class VL Whole Slide Microscopy Image Storage; it stands in
 * the file's meta information, which comes first: DICOM PS3.10, 7.1).  OpenSlide 4 reads them; an image library takes
 * the first of their tiles for the picture. */
static gboolean
is_dicom_slide (const char *path)
{
  static const char prefix[] = "DICM", class_uid[] = "1.2.840.10008.5.1.4.1.1.77.1.6";
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  char start[1024] = { 0 };
  gsize length = 0;

  return stream != NULL && g_input_stream_read_all (G_INPUT_STREAM (stream), start, sizeof start, &length, NULL, NULL)
         && length > 132 && memcmp (start + 128, prefix, strlen (prefix)) == 0
         && memmem (start + 132, length - 132, class_uid, strlen (class_uid)) != NULL;
}

static VipsImage *
load_rgb (const char *path, GError **error)
{
  VipsImage *image;

  if (is_dicom_slide (path))
    {
      g_set_error (
          error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE,
          "“%s” is a DICOM slide, which OpenSlide %s does not read; install OpenSlide 4 or convert the slide to TIFF.",
          path, openslide_get_version ());
      return NULL;
    }
  acini_vips_init ();
  if (vips_foreign_find_load (path) == NULL)
    {
      vips_error_clear ();
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE,
                   "“%s” is neither a slide nor an image in a format that can be read.", path);
      return NULL;
    }
  image = open_rgb (path);
  if (image == NULL)
    acini_vips_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED, "The image “%s” cannot be read", path);
  return image;
}

/* NAME.tiff in @folder, with a number while that is taken. */
static char *
find_free_name (const char *path, const char *folder)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');
  char *result = NULL;

  if (dot != NULL && dot != name)
    *dot = '\0';
  for (int i = 1; result == NULL; i++)
    {
      g_autofree char *file = i == 1 ? g_strconcat (name, ".tiff", NULL) : g_strdup_printf ("%s-%d.tiff", name, i);
      g_autofree char *full = g_build_filename (folder, file, NULL);

      if (!g_file_test (full, G_FILE_TEST_EXISTS))
        result = g_steal_pointer (&full);
    }
  return result;
}

static char *
convert (const char *path, const char *folder, double mpp, AciniProgressFunc progress, gpointer user_data,
         GCancellable *cancellable, GError **error)
{
  g_autoptr (VipsImage) image = load_rgb (path, error);
  g_autofree char *target = NULL, *partial = NULL;

  if (image == NULL)
    return NULL;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE, "The folder “%s” cannot be made: %s.", folder,
                   g_strerror (errno));
      return NULL;
    }
  target = find_free_name (path, folder);
  partial = g_strdup_printf ("%s.%d.partial", target, (int)getpid ());
  if (!acini_vips_save_pyramid (image, partial, &(AciniVipsPyramid){ .mpp = mpp }, progress, user_data, cancellable,
                                error))
    return NULL;
  if (g_rename (partial, target) != 0)
    {
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE, "“%s” cannot be written: %s.", target,
                   g_strerror (errno));
      g_unlink (partial);
      return NULL;
    }
  return g_steal_pointer (&target);
}

char *
acini_slide_import (const char *path, const char *folder, double mpp, AciniProgressFunc progress, gpointer user_data,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSlide) slide = NULL;
  g_autoptr (GError) problem = NULL;
  char *converted;

  g_return_val_if_fail (path != NULL && folder != NULL, NULL);

  slide = acini_slide_open (path, &problem);
  if (slide != NULL)
    return g_strdup (acini_slide_get_path (slide));
  if (g_error_matches (problem, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  converted = convert (path, folder, mpp, progress, user_data, cancellable, error);
  /* A damaged slide that is no other image either: what OpenSlide said about it tells more. */
  if (converted == NULL && g_error_matches (problem, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_DAMAGED) && error != NULL
      && g_error_matches (*error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE))
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&problem));
    }
  return converted;
}
