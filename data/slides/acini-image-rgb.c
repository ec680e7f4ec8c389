/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/slides/acini-image-rgb.h"

#include "data/slides/acini-vips.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Pixels; what is smaller gets white at its right and lower edge.  A TIFF's tiles cannot be smaller, and libtiff
 * misreads a smaller image in one. */
#define LEAST_SIDE ACINI_LEAST_SLIDE_SIDE

static void note (GString *notes, const char *path, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
note (GString *notes, const char *path, const char *format, ...)
{
  g_autofree char *name = g_filename_display_basename (path), *text = NULL;
  va_list list;

  if (notes == NULL)
    return;
  va_start (list, format);
  text = g_strdup_vprintf (format, list);
  va_end (list);
  g_string_append_printf (notes, "%s“%s” %s", notes->len > 0 ? "\n" : "", name, text);
}

/* The numbers of an image, as black and white are found in them. */
typedef struct
{
  double low, high; /* become 0 and 255 */
} Range;

/* What is not a number becomes white, as nothing is. */
static gboolean
replace_nan (VipsImage **image)
{
  VipsImage *valid = NULL, *white = NULL, *next = NULL;
  gboolean floating = (*image)->BandFmt == VIPS_FORMAT_FLOAT || (*image)->BandFmt == VIPS_FORMAT_DOUBLE;
  int result;

  if (!floating)
    return TRUE;
  result = vips_equal (*image, *image, &valid, NULL);
  if (result == 0)
    result = vips_linear1 (valid, &white, 0, 0, NULL);
  if (result == 0)
    result = vips_ifthenelse (valid, *image, white, &next, NULL);
  g_clear_object (&valid);
  g_clear_object (&white);
  return acini_vips_step (image, result, &next);
}

static gboolean
set_no_range (const char *path, double least, double most, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS,
               _ ("“%s” contains numbers from %g to %g and does not say which are black and white. Give them, such as "
                  "--range 0..%g."),
               name, least, most, MAX (most, 1));
  return FALSE;
}

/* How many bits the brightest value needs, of those that cameras have. */
static double
find_integer_range (double most)
{
  const double depths[] = { 255, 1023, 4095, 16383, 65535 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    if (most <= depths[i])
      return depths[i];
  return 0;
}

/* @image: colours without NaN. */
static gboolean
find_range (VipsImage *image, const char *path, const AciniImageReading *reading, Range *range, GString *notes,
            GError **error)
{
  gboolean floating = image->BandFmt == VIPS_FORMAT_FLOAT || image->BandFmt == VIPS_FORMAT_DOUBLE;
  double least = 0, most = 0;

  *range = (Range){ reading->low, reading->high };
  if (range->high > range->low)
    return TRUE;
  if (image->BandFmt == VIPS_FORMAT_UCHAR)
    {
      *range = (Range){ 0, 255 };
      return TRUE;
    }
  if (vips_image_get_format (image) >= VIPS_FORMAT_COMPLEX && !floating)
    return set_no_range (path, 0, 0, error);
  if (vips_min (image, &least, NULL) != 0 || vips_max (image, &most, NULL) != 0)
    {
      acini_image_file_set_damaged (path, error);
      return FALSE;
    }
  if (least < 0 || !isfinite (most))
    return set_no_range (path, least, most, error);
  range->high = !floating ? find_integer_range (most) : most <= 1 ? 1 : most <= 255 ? 255 : 0;
  if (range->high == 0)
    return set_no_range (path, least, most, error);
  if (image->BandFmt == VIPS_FORMAT_USHORT ? range->high < 65535 : !floating || most <= 255)
    note (notes, path, _ ("has values up to %g, so %g is shown as white. Change this with --range LOW..HIGH."), most,
          range->high);
  return TRUE;
}

/* Brings @range to 0 … 255 and bytes: whole numbers by dropping bits, as cameras' programs do. */
static gboolean
to_bytes (VipsImage **image, const Range *range)
{
  VipsImage *next = NULL;
  gboolean floating = (*image)->BandFmt == VIPS_FORMAT_FLOAT || (*image)->BandFmt == VIPS_FORMAT_DOUBLE;
  double levels = range->high + 1;
  gboolean bits = !floating && range->low == 0 && find_integer_range (range->high) == range->high;
  double scale = bits ? 256 / levels : 255 / (range->high - range->low);

  if (scale != 1 || range->low != 0)
    {
      if (!acini_vips_step (image, vips_linear1 (*image, &next, scale, -range->low * scale, NULL), &next)
          || (!bits && !acini_vips_step (image, vips_rint (*image, &next, NULL), &next)))
        return FALSE;
    }
  else if (floating && !acini_vips_step (image, vips_rint (*image, &next, NULL), &next))
    return FALSE;
  return acini_vips_step (image, vips_cast_uchar (*image, &next, NULL), &next);
}

/* Colours and alpha of an image of plain numbers, each brought to bytes. */
static gboolean
scale_bands (AciniImageFile *self, const char *path, const AciniImageReading *reading, VipsImage **image,
             GString *notes, GError **error)
{
  VipsImage *colours = NULL, *alpha = NULL, *joined = NULL;
  Range range;
  int result = vips_extract_band (*image, &colours, 0, "n", self->n_colours, NULL);
  gboolean done;

  if (result == 0 && self->alpha)
    result = vips_extract_band (*image, &alpha, self->n_colours, NULL);
  done = result == 0 && replace_nan (&colours);
  if (done && !find_range (colours, path, reading, &range, notes, error))
    {
      g_clear_object (&colours);
      g_clear_object (&alpha);
      return FALSE;
    }
  done = done && to_bytes (&colours, &range);
  if (done && alpha != NULL)
    done = find_range (alpha, path, &(AciniImageReading){ 0 }, &range, NULL, NULL) && to_bytes (&alpha, &range);
  if (done && alpha != NULL)
    done = acini_vips_step (&colours, vips_bandjoin2 (colours, alpha, &joined, NULL), &joined);
  g_clear_object (&alpha);
  if (!done)
    {
      g_clear_object (&colours);
      acini_image_file_set_damaged (path, error);
      return FALSE;
    }
  g_object_unref (*image);
  *image = colours;
  return TRUE;
}

/* On white, three bands, and large enough. */
static gboolean
finish (VipsImage **image, gboolean alpha)
{
  g_autoptr (VipsArrayDouble) white = vips_array_double_newv (1, 255.0);
  VipsImage *next = NULL;

  if (!acini_vips_step (image, vips_colourspace (*image, &next, VIPS_INTERPRETATION_sRGB, NULL), &next))
    return FALSE;
  if (alpha && vips_image_hasalpha (*image)
      && !acini_vips_step (image, vips_flatten (*image, &next, "background", white, NULL), &next))
    return FALSE;
  if (!acini_vips_step (image, vips_cast_uchar (*image, &next, NULL), &next))
    return FALSE;
  if ((*image)->Bands > 3 && !acini_vips_step (image, vips_extract_band (*image, &next, 0, "n", 3, NULL), &next))
    return FALSE;
  if ((*image)->Xsize >= LEAST_SIDE && (*image)->Ysize >= LEAST_SIDE)
    return TRUE;
  return acini_vips_step (image,
                          vips_embed (*image, &next, 0, 0, MAX ((*image)->Xsize, LEAST_SIDE),
                                      MAX ((*image)->Ysize, LEAST_SIDE), "extend", VIPS_EXTEND_WHITE, NULL),
                          &next);
}

VipsImage *
acini_image_file_to_rgb (AciniImageFile *self, const char *path, const AciniImageReading *reading, GString *notes,
                         GError **error)
{
  VipsImage *image, *next = NULL;

  g_return_val_if_fail (self != NULL && path != NULL && reading != NULL, NULL);

  image = g_object_ref (self->image);
  if (self->n_dropped > 0)
    note (notes, path, _ ("has %d channels besides its colours, which are left out. Choose others with --bands R,G,B."),
          self->n_dropped);
  if (self->alpha_unnamed)
    {
      note (notes, path, _ ("has a channel besides its colours that is not marked as alpha. It is left out."));
      if (!acini_vips_step (&image, vips_extract_band (image, &next, 0, "n", self->n_colours, NULL), &next))
        {
          acini_image_file_set_damaged (path, error);
          return NULL;
        }
    }
  if (!self->scaled)
    {
      AciniImageFile plain = *self;

      plain.alpha = self->alpha && !self->alpha_unnamed;
      if (!scale_bands (&plain, path, reading, &image, notes, error))
        {
          g_object_unref (image);
          return NULL;
        }
      if (!acini_vips_step (&image,
                            vips_copy (image, &next, "interpretation",
                                       self->n_colours == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, NULL),
                            &next))
        {
          acini_image_file_set_damaged (path, error);
          return NULL;
        }
    }
  if (finish (&image, self->alpha && !self->alpha_unnamed))
    return image;
  acini_image_file_set_damaged (path, error);
  return NULL;
}
