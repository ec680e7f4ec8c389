/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/slides/acini-slide-import.h"

#include "data/base/acini-file-name.h"
#include "data/slides/acini-image-file.h"
#include "data/slides/acini-image-rgb.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Gives the finished file @partial its name.  Returns: (transfer full) the path, or NULL with @error set. */
static char *
publish (const char *partial, const char *folder, const char *source, GError **error)
{
  g_autofree char *stem = acini_file_name_dup_stem (source);
  g_autoptr (GError) reason = NULL;
  g_autofree char *target = acini_file_name_reserve (folder, stem, "tiff", &reason);

  if (target != NULL && g_rename (partial, target) == 0)
    return g_steal_pointer (&target);
  if (target == NULL)
    g_set_error_literal (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE, reason->message);
  else
    g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE, _ ("“%s” cannot be written: %s."), target,
                 g_strerror (errno));
  if (target != NULL)
    g_unlink (target);
  g_unlink (partial);
  return NULL;
}

/* Writing failed: was it the source that could not be read? */
static gboolean
blame_source (VipsImage *image, const char *path, GError **error)
{
  double mean;

  if (!g_error_matches (*error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE) || vips_avg (image, &mean, NULL) == 0)
    return FALSE;
  g_clear_error (error);
  acini_image_file_set_damaged (path, error);
  return TRUE;
}

static char *
convert (const char *path, const char *folder, const AciniImageReading *reading, GString *notes,
         AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  const int *bands = reading->bands[0] > 0 ? reading->bands : NULL;
  g_autoptr (AciniImageFile) file = acini_image_file_open (path, reading->page, FALSE, bands, FALSE, error);
  g_autoptr (VipsImage) image = NULL;
  g_autofree char *partial = NULL;
  g_autoptr (GError) problem = NULL;
  AciniVipsPyramid pyramid = { .mpp = reading->mpp };

  if (file != NULL)
    image = acini_image_file_to_rgb (file, path, reading, notes, error);
  if (image == NULL)
    return NULL;
  if (reading->mpp <= 0)
    pyramid = (AciniVipsPyramid){ .mpp = file->mpp_x, .mpp_y = file->mpp_y };
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE, _ ("The folder “%s” cannot be created: %s."),
                   folder, g_strerror (errno));
      return NULL;
    }
  partial = g_strdup_printf ("%s%c.%d-%08x.partial", folder, G_DIR_SEPARATOR, (int)getpid (), g_random_int ());
  if (acini_vips_save_pyramid (image, partial, &pyramid, progress, user_data, cancellable, &problem))
    return publish (partial, folder, path, error);
  blame_source (image, path, &problem);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}

gboolean
acini_slide_import_stays (const char *path, const AciniImageReading *reading, GError **error)
{
  g_autoptr (AciniSlide) slide = NULL;
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (path != NULL && reading != NULL, FALSE);

  slide = acini_slide_open (path, &problem);
  if (slide != NULL)
    return acini_image_file_check_tiff (path, acini_slide_get_vendor (slide), error) && reading->page == 0
           && reading->bands[0] == 0 && reading->high <= reading->low;
  if (g_error_matches (problem, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

char *
acini_slide_import_image (const char *path, const char *folder, const AciniImageReading *reading, char **notes,
                          AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) problem = NULL;
  char *result;

  g_return_val_if_fail (path != NULL && folder != NULL && reading != NULL, NULL);

  if (acini_slide_import_stays (path, reading, &problem))
    result = g_canonicalize_filename (path, NULL);
  else if (problem != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  else
    result = convert (path, folder, reading, text, progress, user_data, cancellable, &problem);
  /* A damaged slide that is no other image either: what is wrong with the slide tells more. */
  if (result == NULL && g_error_matches (problem, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE))
    {
      g_autoptr (GError) reason = NULL;
      g_autoptr (AciniSlide) slide = acini_slide_open (path, &reason);

      if (slide == NULL && g_error_matches (reason, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_DAMAGED))
        {
          g_clear_error (&problem);
          problem = g_steal_pointer (&reason);
        }
    }
  if (result == NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (notes != NULL)
    *notes = text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
  return result;
}

char *
acini_slide_import (const char *path, const char *folder, double mpp, AciniProgressFunc progress, gpointer user_data,
                    GCancellable *cancellable, GError **error)
{
  return acini_slide_import_image (path, folder, &(AciniImageReading){ .mpp = mpp }, NULL, progress, user_data,
                                   cancellable, error);
}
