/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/slides/acini-image-file.h"

#include "data/base/acini-resolution.h"
#include "data/slides/acini-palette.h"
#include "data/slides/acini-tiff.h"
#include "data/slides/acini-vips.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <openslide.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void set_refused (const char *path, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* "NAME" and a sentence about it. */
static void
set_refused (const char *path, GError **error, const char *format, ...)
{
  g_autofree char *name = g_filename_display_name (path), *what = NULL;
  va_list list;

  va_start (list, format);
  what = g_strdup_vprintf (format, list);
  va_end (list);
  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS, "“%s” %s", name, what);
}

void
acini_image_file_set_damaged (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_debug ("%s: %s", name, vips_error_buffer ());
  vips_error_clear ();
  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED,
               _ ("“%s” is damaged or truncated. Copy it again from its source."), name);
}

/* Whether @path is one of DICOM's whole-slide images (SOP class VL Whole Slide Microscopy Image Storage; it stands in
 * the file's meta information, which comes first: DICOM PS3.10, 7.1).  OpenSlide 4 reads them; an image library takes
 * the first of their tiles for the picture. */
static gboolean
is_dicom_slide (const guint8 *data, gsize length)
{
  static const char prefix[] = "DICM", class_uid[] = "1.2.840.10008.5.1.4.1.1.77.1.6";

  length = MIN (length, 1024);
  return length > 132 && memcmp (data + 128, prefix, strlen (prefix)) == 0
         && memmem (data + 132, length - 132, class_uid, strlen (class_uid)) != NULL;
}

typedef struct
{
  void *start;
  gsize length;
} Mapping;

static void
unmap (gpointer data)
{
  Mapping *mapping = data;

  munmap (mapping->start, mapping->length);
  g_free (mapping);
}

/* The mapping is private: what is changed in it stays out of the file, which may only be readable. */
static GBytes *
map_file (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  int descriptor = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat status = { 0 };
  void *start = MAP_FAILED;
  Mapping *mapping;

  if (descriptor >= 0 && fstat (descriptor, &status) == 0 && S_ISREG (status.st_mode) && status.st_size > 0)
    start = mmap (NULL, (gsize)status.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
  if (start == MAP_FAILED)
    {
      if (descriptor >= 0 && S_ISREG (status.st_mode) && status.st_size == 0)
        g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE, _ ("“%s” is an empty file."), name);
      else
        g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE, _ ("“%s” cannot be opened: %s."), name,
                     g_strerror (descriptor >= 0 && !S_ISREG (status.st_mode) ? EINVAL : errno));
      if (descriptor >= 0)
        close (descriptor);
      return NULL;
    }
  close (descriptor);
  mapping = g_new (Mapping, 1);
  *mapping = (Mapping){ start, (gsize)status.st_size };
  return g_bytes_new_with_free_func (start, mapping->length, unmap, mapping);
}

static int
count_equal_pages (const GArray *pages)
{
  const AciniTiffPage *first = &g_array_index (pages, AciniTiffPage, 0);
  int n = 0;

  for (guint i = 0; i < pages->len; i++)
    {
      const AciniTiffPage *page = &g_array_index (pages, AciniTiffPage, i);

      n += page->width == first->width && page->height == first->height;
    }
  return n;
}

gboolean
acini_image_file_check_tiff (const char *path, const char *vendor, GError **error)
{
  g_autoptr (GBytes) mapping = map_file (path, error);
  g_autoptr (GArray) pages = NULL;
  const AciniTiffPage *first;
  const int ycbcr = 6;
  gsize length = 0;
  const guint8 *data = mapping != NULL ? g_bytes_get_data (mapping, &length) : NULL;

  if (data == NULL)
    return FALSE;
  pages = acini_tiff_read_pages (data, length);
  if (pages == NULL)
    return TRUE;
  for (guint i = 0; i < pages->len; i++)
    if (g_array_index (pages, AciniTiffPage, i).end > length)
      {
        acini_image_file_set_damaged (path, error);
        return FALSE;
      }
  if (g_strcmp0 (vendor, "generic-tiff") != 0)
    return TRUE;
  first = &g_array_index (pages, AciniTiffPage, 0);
  return first->orientation == 1 && first->bits <= 8 && first->format == 1
         && (first->photometric <= ACINI_TIFF_PALETTE || first->photometric == ycbcr) && first->n_extra <= 1
         && (first->n_extra == 0 || first->extra != 0)
         && (first->samples - first->n_extra == 1 || first->samples - first->n_extra == 3)
         && count_equal_pages (pages) == 1;
}

/* Of several pages of one size none is the picture; smaller ones after the first are its pyramid, or a label. */
static gboolean
check_pages (const char *path, VipsImage *image, const GArray *pages, int page, GError **error)
{
  int n_equal = pages != NULL ? count_equal_pages (pages) : vips_image_get_n_pages (image);
  const char *loader = NULL;

  /* Those of JPEG 2000 are its resolutions. */
  if (page > 0 || n_equal <= 1
      || (vips_image_get_string (image, VIPS_META_LOADER, &loader) == 0 && g_str_has_prefix (loader, "jp2k")))
    return TRUE;
  set_refused (path, error, _ ("has %d pages of the same size. Choose one with --page, or --mask-page for a mask."),
               n_equal);
  return FALSE;
}

static VipsImage *
load (const char *path, GBytes *patched, int page, gboolean sequential, GError **error)
{
  VipsAccess access = sequential ? VIPS_ACCESS_SEQUENTIAL : VIPS_ACCESS_RANDOM;
  gsize length = 0;
  const void *data = patched != NULL ? g_bytes_get_data (patched, &length) : NULL;
  VipsImage *image;

  if (vips_foreign_find_load (path) == NULL)
    {
      g_autofree char *name = g_filename_display_name (path);

      vips_error_clear ();
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE,
                   _ ("“%s” is not a slide or image in a supported format."), name);
      return NULL;
    }
  if (data != NULL && page > 1)
    image = vips_image_new_from_buffer (data, length, "", "fail_on", VIPS_FAIL_ON_TRUNCATED, "access", access, "page",
                                        page - 1, NULL);
  else if (data != NULL)
    image = vips_image_new_from_buffer (data, length, "", "fail_on", VIPS_FAIL_ON_TRUNCATED, "access", access, NULL);
  else if (page > 1)
    image
        = vips_image_new_from_file (path, "fail_on", VIPS_FAIL_ON_TRUNCATED, "access", access, "page", page - 1, NULL);
  else
    image = vips_image_new_from_file (path, "fail_on", VIPS_FAIL_ON_TRUNCATED, "access", access, NULL);
  if (image == NULL && page > 1)
    {
      vips_error_clear ();
      set_refused (path, error, _ ("has no page %d."), page);
    }
  else if (image == NULL)
    acini_image_file_set_damaged (path, error);
  return image;
}

/* Whether its numbers have a meaning of their own beside how large they are. */
static gboolean
is_scaled (const VipsImage *image)
{
  switch (image->Type)
    {
    case VIPS_INTERPRETATION_MULTIBAND:
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_HISTOGRAM:
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_RGB16:
    case VIPS_INTERPRETATION_GREY16:
      return image->Coding != VIPS_CODING_NONE;
    case VIPS_INTERPRETATION_scRGB:
      /* A TIFF of floats; linear light has no file format among those that microscopes write. */
      return image->Coding != VIPS_CODING_NONE || image->BandFmt == VIPS_FORMAT_UCHAR;
    default:
      return TRUE;
    }
}

/* How many of the bands are colours, and what the others are. */
static gboolean
name_bands (AciniImageFile *self, const char *path, const AciniTiffPage *page, const int *bands, GError **error)
{
  int n = self->image->Bands, n_extra;

  if (page != NULL && page->samples == n)
    {
      n_extra = MIN (page->n_extra, n - 1);
      self->alpha = n_extra > 0 && (page->extra == 1 || page->extra == 2 || n_extra == 1);
      self->alpha_unnamed = self->alpha && page->extra == 0;
    }
  else
    {
      n_extra = vips_image_hasalpha (self->image) ? 1 : 0;
      self->alpha = n_extra > 0;
    }
  self->n_colours = n - n_extra;
  self->n_dropped = n_extra - (self->alpha ? 1 : 0);
  if (self->scaled || self->n_colours == 1 || self->n_colours == 3 || bands != NULL)
    return TRUE;
  set_refused (path, error,
               _ ("has %d channels and does not say which are red, green and blue. Name them, such as --bands 1,2,3."),
               self->n_colours);
  return FALSE;
}

/* Takes the bands apart: colours, then alpha. */
static gboolean
order_bands (AciniImageFile *self, const char *path, const int *bands, GError **error)
{
  VipsImage *parts[4] = { NULL }, *joined = NULL;
  int n_parts = 0, result = 0;

  if (bands == NULL && self->n_dropped == 0)
    return TRUE;
  for (int i = 0; bands != NULL && i < 3; i++)
    if (bands[i] < 1 || bands[i] > self->image->Bands)
      {
        set_refused (path, error, _ ("has only %d channels and no channel %d."), self->image->Bands, bands[i]);
        return FALSE;
      }
  if (bands == NULL)
    result = vips_extract_band (self->image, &parts[n_parts++], 0, "n", self->n_colours, NULL);
  for (int i = 0; bands != NULL && i < 3 && result == 0; i++)
    result = vips_extract_band (self->image, &parts[n_parts++], bands[i] - 1, NULL);
  self->alpha = self->alpha && bands == NULL;
  if (self->alpha && result == 0)
    result = vips_extract_band (self->image, &parts[n_parts++], self->n_colours, NULL);
  if (result == 0)
    result = vips_bandjoin (parts, &joined, n_parts, NULL);
  for (int i = 0; i < n_parts; i++)
    g_clear_object (&parts[i]);
  if (bands != NULL)
    self->n_colours = 3;
  if (acini_vips_step (&self->image, result, &joined))
    return TRUE;
  acini_image_file_set_damaged (path, error);
  return FALSE;
}

static void
take_resolution (AciniImageFile *self, const AciniTiffPage *page, int orientation)
{
  double x = self->image->Xres, y = self->image->Yres; /* pixels per mm */

  self->mpp_x = page != NULL ? page->mpp_x : acini_mpp_from_resolution (x, 1000);
  self->mpp_y = page != NULL ? page->mpp_y : acini_mpp_from_resolution (y, 1000);
  if (self->mpp_x == 0 || self->mpp_y == 0)
    self->mpp_x = self->mpp_y = 0;
  if (orientation >= 5)
    {
      double swapped = self->mpp_x;

      self->mpp_x = self->mpp_y;
      self->mpp_y = swapped;
    }
}

static gboolean
is_lossy (const char *loader, const AciniTiffPage *page)
{
  const int jpeg = 7, old_jpeg = 6, jpeg_2000 = 34712, webp = 50001;

  if (page != NULL)
    return page->compression == jpeg || page->compression == old_jpeg || page->compression == jpeg_2000
           || page->compression == webp;
  return strstr (loader, "jpeg") != NULL || strstr (loader, "webp") != NULL || strstr (loader, "jp2k") != NULL
         || strstr (loader, "heif") != NULL || strstr (loader, "jxl") != NULL;
}

/* Whether so many pixels can come out of a file of @length bytes.  A file of some hundred bytes that promises a
 * gigapixel is damaged, or wants to keep the machine busy.  A code of GIF has up to 12 bits and stands for up to 4096
 * pixels (GIF89a, appendix F); DEFLATE makes up to 1032 bytes of one (zlib, "Technical details"), eight pixels of a PNG
 * each.  Other formats have no such bound: a byte of JPEG 2000 or of lossless WebP may be a whole picture. */
static gboolean
check_room (const VipsImage *image, const char *path, const char *loader, gsize length, GError **error)
{
  const double pixels = (double)image->Xsize * image->Ysize;
  g_autofree char *name = NULL, *size = NULL;

  if (!(g_str_has_prefix (loader, "gif") && pixels > 4096.0 / 12 * 8 * (double)length)
      && !(strstr (loader, "png") != NULL && pixels > 1032.0 * 8 * (double)length))
    return TRUE;
  name = g_filename_display_name (path);
  size = g_format_size (length);
  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED,
               _ ("“%s” says that it has %d × %d pixels, more than its %s can hold. Copy it again from its source."),
               name, image->Xsize, image->Ysize, size);
  return FALSE;
}

/* Reads what is beside the pixels, and turns them upright. */
static gboolean
prepare (AciniImageFile *self, const char *path, const GArray *pages, int page, const int *bands, GError **error)
{
  const AciniTiffPage *own = pages != NULL && MAX (page, 1) <= (int)pages->len
                                 ? &g_array_index (pages, AciniTiffPage, MAX (page, 1) - 1)
                                 : NULL;
  int orientation = vips_image_get_orientation (self->image);
  const char *loader = "";
  VipsImage *next = NULL;

  if (vips_image_get_typeof (self->image, VIPS_META_LOADER) != 0)
    vips_image_get_string (self->image, VIPS_META_LOADER, &loader);
  if (!check_room (self->image, path, loader, g_bytes_get_size (self->mapping), error))
    return FALSE;
  self->lossy = is_lossy (loader, own);
  self->scaled = is_scaled (self->image);
  take_resolution (self, own, orientation);
  if (!check_pages (path, self->image, pages, page, error) || !name_bands (self, path, own, bands, error)
      || !order_bands (self, path, bands, error))
    return FALSE;
  if (orientation > 1 && !acini_vips_step (&self->image, vips_autorot (self->image, &next, NULL), &next))
    {
      acini_image_file_set_damaged (path, error);
      return FALSE;
    }
  return TRUE;
}

AciniImageFile *
acini_image_file_open (const char *path, int page, gboolean indices, const int *bands, gboolean sequential,
                       GError **error)
{
  g_autoptr (AciniImageFile) self = g_new0 (AciniImageFile, 1);
  g_autoptr (GArray) pages = NULL;
  guint8 *data;
  gsize length;

  g_return_val_if_fail (path != NULL && page >= 0, NULL);

  acini_vips_init ();
  self->mapping = map_file (path, error);
  if (self->mapping == NULL)
    return NULL;
  data = (guint8 *)g_bytes_get_data (self->mapping, &length);
  if (is_dicom_slide (data, length))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_NOT_AN_IMAGE,
                   _ ("“%s” is a DICOM slide, which OpenSlide %s does not read. Install OpenSlide 4 or convert the "
                      "slide to TIFF."),
                   name, openslide_get_version ());
      return NULL;
    }
  pages = acini_tiff_read_pages (data, length);
  self->indices = indices && acini_palette_flatten (data, length, self->colours);
  /* What has to be turned is not read from top to bottom. */
  self->image = load (path, self->indices ? self->mapping : NULL, page, FALSE, error);
  if (self->image != NULL && sequential && vips_image_get_orientation (self->image) == 1)
    {
      g_clear_object (&self->image);
      self->image = load (path, self->indices ? self->mapping : NULL, page, TRUE, error);
    }
  if (self->image == NULL || !prepare (self, path, pages, page, bands, error))
    return NULL;
  if (self->indices)
    {
      VipsImage *first = NULL;

      self->alpha = FALSE;
      self->n_colours = 1;
      if (!acini_vips_step (&self->image, vips_extract_band (self->image, &first, 0, NULL), &first))
        {
          acini_image_file_set_damaged (path, error);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

void
acini_image_file_free (AciniImageFile *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->image);
  g_clear_pointer (&self->mapping, g_bytes_unref);
  g_free (self);
}
