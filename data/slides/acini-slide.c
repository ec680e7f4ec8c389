/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/slides/acini-slide.h"

#include "data/base/acini-resolution.h"
#ifdef ACINI_HAVE_SLIDE_ICC
#include "data/slides/acini-icc.h"
#endif

#include <glib/gi18n-lib.h>
#include <math.h>
#include <openslide.h>
#include <string.h>
#include <unistd.h>

G_DEFINE_QUARK (acini - slide - error - quark, acini_slide_error)

/* An open file.  Readers hold a reference while they read, so that a handle that failed can be replaced under them. */
typedef struct
{
  gatomicrefcount references;
  openslide_t *osr;
  int failed; /* atomic: some read on it failed, which ended it for everybody */
} Handle;

struct _AciniSlide
{
  GObject parent;

  /* Read once on opening. */
  char *path, *vendor;
  GArray *levels; /* AciniSlideLevel */
  GHashTable *properties;
  GStrv property_names, associated_names;
  double mpp_x, mpp_y, objective_power;
#ifdef ACINI_HAVE_SLIDE_ICC
  AciniIcc *icc; /* NULL: its colours are taken for sRGB */
#endif

  GMutex lock;    /* for the next field */
  Handle *handle; /* NULL after a failure, until the next read */
};

G_DEFINE_FINAL_TYPE (AciniSlide, acini_slide, G_TYPE_OBJECT)

static void
handle_unref (Handle *handle)
{
  if (!g_atomic_ref_count_dec (&handle->references))
    return;
  openslide_close (handle->osr);
  g_free (handle);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Handle, handle_unref)

static Handle *
handle_open (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  openslide_t *osr = NULL;
  Handle *handle;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND, _ ("The file “%s” does not exist."), shown);
      return NULL;
    }
  if (access (path, R_OK) != 0)
    {
      g_set_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND,
                   _ ("You are not allowed to read the file “%s”. Ask its owner for permission."), shown);
      return NULL;
    }
  if (openslide_detect_vendor (path) == NULL || (osr = openslide_open (path)) == NULL)
    {
      g_set_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_UNRECOGNISED,
                   _ ("“%s” is not in a supported slide format."), shown);
      return NULL;
    }
  if (openslide_get_error (osr) != NULL)
    {
      g_debug ("%s: %s", shown, openslide_get_error (osr));
      g_set_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_DAMAGED,
                   _ ("The slide “%s” is damaged or truncated. Copy it again from its source."), shown);
      openslide_close (osr);
      return NULL;
    }
  handle = g_new0 (Handle, 1);
  g_atomic_ref_count_init (&handle->references);
  handle->osr = osr;
  return handle;
}

static Handle *
acini_slide_ref_handle (AciniSlide *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->handle == NULL)
    self->handle = handle_open (self->path, error);
  if (self->handle != NULL)
    g_atomic_ref_count_inc (&self->handle->references);
  return self->handle;
}

static void
acini_slide_drop_handle (AciniSlide *self, Handle *handle)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->handle == handle)
    g_clear_pointer (&self->handle, handle_unref);
}

static void
acini_slide_finalize (GObject *object)
{
  AciniSlide *self = ACINI_SLIDE (object);

  g_clear_pointer (&self->handle, handle_unref);
#ifdef ACINI_HAVE_SLIDE_ICC
  g_clear_pointer (&self->icc, acini_icc_free);
#endif
  g_free (self->path);
  g_free (self->vendor);
  g_array_unref (self->levels);
  g_hash_table_unref (self->properties);
  g_strfreev (self->property_names);
  g_strfreev (self->associated_names);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (acini_slide_parent_class)->finalize (object);
}

static void
acini_slide_class_init (AciniSlideClass *class)
{
  G_OBJECT_CLASS (class)->finalize = acini_slide_finalize;
}

static void
acini_slide_init (AciniSlide *self)
{
  g_mutex_init (&self->lock);
  self->levels = g_array_new (FALSE, TRUE, sizeof (AciniSlideLevel));
  self->properties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static double
get_number (AciniSlide *self, const char *name)
{
  const char *text = g_hash_table_lookup (self->properties, name);
  double value = text != NULL ? g_ascii_strtod (text, NULL) : 0;

  return isfinite (value) && value > 0 ? value : 0;
}

static int
get_tile_size (AciniSlide *self, int level, const char *side)
{
  g_autofree char *name = g_strdup_printf ("openslide.level[%d].tile-%s", level, side);
  double size = get_number (self, name);

  return size <= 65536 ? (int)size : 0;
}

/* What a plain TIFF's resolution tag says, if a microscope can have it. */
static double
get_tiff_mpp (AciniSlide *self, const char *name)
{
  const char *unit = g_hash_table_lookup (self->properties, "tiff.ResolutionUnit");
  double resolution = get_number (self, name);

  if (g_strcmp0 (unit, "centimeter") == 0)
    return acini_mpp_from_resolution (resolution, 10000);
  return g_strcmp0 (unit, "inch") == 0 ? acini_mpp_from_resolution (resolution, 25400) : 0;
}

static gboolean
acini_slide_read_header (AciniSlide *self, GError **error)
{
  openslide_t *osr = self->handle->osr;
  int n_levels = openslide_get_level_count (osr);

  for (const char *const *name = openslide_get_property_names (osr); name != NULL && *name != NULL; name++)
    g_hash_table_insert (self->properties, g_strdup (*name), g_strdup (openslide_get_property_value (osr, *name)));
  self->property_names = g_strdupv ((char **)openslide_get_property_names (osr));
  self->associated_names = g_strdupv ((char **)openslide_get_associated_image_names (osr));
  self->vendor = g_strdup (openslide_get_property_value (osr, OPENSLIDE_PROPERTY_NAME_VENDOR));
  for (int i = 0; i < n_levels; i++)
    {
      AciniSlideLevel level = { .downsample = openslide_get_level_downsample (osr, i) };

      openslide_get_level_dimensions (osr, i, &level.width, &level.height);
      level.tile_width = get_tile_size (self, i, "width");
      level.tile_height = get_tile_size (self, i, "height");
      if (level.width < 1 || level.height < 1 || !(level.downsample >= 1))
        break;
      /* libtiff from 4.7 on decodes a level smaller than its tile into the wrong places, and OpenSlide does not notice;
       * the level below does as well. */
      if (i > 0 && g_strcmp0 (self->vendor, "generic-tiff") == 0
          && (level.width < level.tile_width || level.height < level.tile_height))
        break;
      g_array_append_val (self->levels, level);
    }
  if (self->levels->len == 0)
    {
      g_set_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_DAMAGED, _ ("The slide “%s” contains no image."),
                   self->path);
      return FALSE;
    }
  self->mpp_x = get_number (self, OPENSLIDE_PROPERTY_NAME_MPP_X);
  self->mpp_y = get_number (self, OPENSLIDE_PROPERTY_NAME_MPP_Y);
  /* OpenSlide 4 takes the resolution tag of a plain TIFF for granted. */
  if (self->mpp_x == 0 || self->mpp_y == 0 || g_strcmp0 (self->vendor, "generic-tiff") == 0)
    {
      self->mpp_x = get_tiff_mpp (self, "tiff.XResolution");
      self->mpp_y = get_tiff_mpp (self, "tiff.YResolution");
    }
  if (!acini_mpp_is_plausible (self->mpp_x) || !acini_mpp_is_plausible (self->mpp_y))
    self->mpp_x = self->mpp_y = 0;
  self->objective_power = get_number (self, OPENSLIDE_PROPERTY_NAME_OBJECTIVE_POWER);
  return TRUE;
}

/* An unreadable profile counts as none.  OpenSlide invalidates the handle after such an error, so it is reopened. */
static void
acini_slide_read_icc (AciniSlide *self)
{
#ifdef ACINI_HAVE_SLIDE_ICC
  const gint64 most = 64 << 20;
  gint64 size = openslide_get_icc_profile_size (self->handle->osr);
  g_autofree guint8 *profile = size > 0 && size <= most ? g_try_malloc (size) : NULL;

  if (profile == NULL)
    return;
  openslide_read_icc_profile (self->handle->osr, profile);
  if (openslide_get_error (self->handle->osr) == NULL)
    self->icc = acini_icc_new (profile, (gsize)size);
  else
    acini_slide_drop_handle (self, self->handle);
#endif
}

AciniSlide *
acini_slide_open (const char *path, GError **error)
{
  g_autoptr (AciniSlide) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (ACINI_TYPE_SLIDE, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  self->handle = handle_open (self->path, error);
  if (self->handle == NULL || !acini_slide_read_header (self, error))
    return NULL;
  acini_slide_read_icc (self);
  return g_steal_pointer (&self);
}

const char *
acini_slide_get_path (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);
  return self->path;
}

gint64
acini_slide_get_width (AciniSlide *self)
{
  return acini_slide_get_level (self, 0)->width;
}

gint64
acini_slide_get_height (AciniSlide *self)
{
  return acini_slide_get_level (self, 0)->height;
}

int
acini_slide_get_n_levels (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), 0);
  return (int)self->levels->len;
}

const AciniSlideLevel *
acini_slide_get_level (AciniSlide *self, int level)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);
  g_return_val_if_fail (level >= 0 && level < (int)self->levels->len, NULL);
  return &g_array_index (self->levels, AciniSlideLevel, level);
}

int
acini_slide_get_best_level (AciniSlide *self, double downsample)
{
  int best = 0;

  g_return_val_if_fail (ACINI_IS_SLIDE (self), 0);
  /* 4.0001 is as good as 4: the sizes of levels are rounded, and so are their downsamples. */
  for (guint i = 1; i < self->levels->len; i++)
    if (g_array_index (self->levels, AciniSlideLevel, i).downsample <= downsample * 1.001)
      best = (int)i;
  return best;
}

double
acini_slide_get_mpp_x (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), 0);
  return self->mpp_x;
}

double
acini_slide_get_mpp_y (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), 0);
  return self->mpp_y;
}

double
acini_slide_get_objective_power (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), 0);
  return self->objective_power;
}

void
acini_slide_get_corner (AciniSlide *self, gint64 *x, gint64 *y)
{
  const char *left, *top;

  g_return_if_fail (ACINI_IS_SLIDE (self) && x != NULL && y != NULL);

  left = acini_slide_get_property (self, OPENSLIDE_PROPERTY_NAME_BOUNDS_X);
  top = acini_slide_get_property (self, OPENSLIDE_PROPERTY_NAME_BOUNDS_Y);
  *x = left != NULL ? CLAMP (g_ascii_strtoll (left, NULL, 10), 0, acini_slide_get_width (self)) : 0;
  *y = top != NULL ? CLAMP (g_ascii_strtoll (top, NULL, 10), 0, acini_slide_get_height (self)) : 0;
}

void
acini_slide_read_offset (AciniSlidePropertyFunc lookup, gpointer table, double *x, double *y)
{
  const char *left = lookup (table, "hamamatsu.XOffsetFromSlideCentre");
  const char *top = lookup (table, "hamamatsu.YOffsetFromSlideCentre");

  *x = left != NULL ? g_ascii_strtod (left, NULL) : 0;
  *y = top != NULL ? g_ascii_strtod (top, NULL) : 0;
  if (!isfinite (*x) || !isfinite (*y))
    *x = *y = 0;
}

void
acini_slide_get_offset (AciniSlide *self, double *x, double *y)
{
  g_return_if_fail (ACINI_IS_SLIDE (self) && x != NULL && y != NULL);
  acini_slide_read_offset ((AciniSlidePropertyFunc)acini_slide_get_property, self, x, y);
}

const char *
acini_slide_get_vendor (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);
  return self->vendor;
}

const char *
acini_slide_get_format_name (AciniSlide *self)
{
  static const struct
  {
    const char *vendor, *name;
  } formats[] = {
    { "aperio", "Aperio" },       { "dicom", "DICOM" },   { "generic-tiff", N_ ("Tiled TIFF") },
    { "hamamatsu", "Hamamatsu" }, { "leica", "Leica" },   { "mirax", "MIRAX" },
    { "philips", "Philips" },     { "sakura", "Sakura" }, { "trestle", "Trestle" },
    { "ventana", "Ventana" },     { "zeiss", "Zeiss" },
  };

  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_strcmp0 (formats[i].vendor, self->vendor) == 0)
      return _ (formats[i].name);
  return self->vendor;
}

const char *const *
acini_slide_get_property_names (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);
  return (const char *const *)self->property_names;
}

const char *
acini_slide_get_property (AciniSlide *self, const char *name)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);
  return g_hash_table_lookup (self->properties, name);
}

const char *const *
acini_slide_get_associated_names (AciniSlide *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (self), NULL);
  return (const char *const *)self->associated_names;
}

/* Whether the read just made on @handle succeeded.  A failure ends the handle; *@again says that another read had
 * ended it before, so that this one deserves a second try. */
static gboolean
acini_slide_check (AciniSlide *self, Handle *handle, gboolean *again, GError **error)
{
  const char *message = openslide_get_error (handle->osr);
  g_autofree char *shown = NULL;

  *again = FALSE;
  if (message == NULL)
    return TRUE;
  *again = !g_atomic_int_compare_and_exchange (&handle->failed, FALSE, TRUE);
  shown = g_filename_display_name (self->path);
  g_debug ("%s: %s", shown, message);
  g_set_error (
      error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_READ,
      _ ("Part of the slide “%s” cannot be read. The file is damaged or truncated. Copy it again from its source."),
      shown);
  acini_slide_drop_handle (self, handle);
  return FALSE;
}

GBytes *
acini_slide_read_associated (AciniSlide *self, const char *name, int *width, int *height, GError **error)
{
  gboolean again = TRUE;

  g_return_val_if_fail (ACINI_IS_SLIDE (self) && name != NULL && width != NULL && height != NULL, NULL);

  for (int try = 0; try < 2 && again; try++)
    {
      g_autoptr (Handle) handle = NULL;
      g_autofree guint32 *pixels = NULL;
      gint64 w = -1, h = -1;

      g_clear_error (error);
      handle = acini_slide_ref_handle (self, error);
      if (handle == NULL)
        return NULL;
      openslide_get_associated_image_dimensions (handle->osr, name, &w, &h);
      if (w > 0 && h > 0 && w <= 32767 && h <= 32767 && (pixels = g_try_malloc_n (w * h, 4)) != NULL)
        openslide_read_associated_image (handle->osr, name, pixels);
      if (!acini_slide_check (self, handle, &again, error))
        continue;
      if (pixels == NULL)
        {
          g_set_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_READ, _ ("The slide has no readable image “%s”."),
                       name);
          return NULL;
        }
      *width = (int)w;
      *height = (int)h;
      return g_bytes_new_take (g_steal_pointer (&pixels), w * h * 4);
    }
  return NULL;
}

gboolean
acini_slide_read (AciniSlide *self, int level, gint64 x, gint64 y, int width, int height, guint32 *pixels,
                  GError **error)
{
  gboolean again = TRUE;

  g_return_val_if_fail (ACINI_IS_SLIDE (self), FALSE);
  g_return_val_if_fail (level >= 0 && level < (int)self->levels->len, FALSE);
  g_return_val_if_fail (width > 0 && height > 0 && pixels != NULL, FALSE);

  for (int try = 0; try < 3 && again; try++)
    {
      g_autoptr (Handle) handle = NULL;

      g_clear_error (error);
      handle = acini_slide_ref_handle (self, error);
      if (handle == NULL)
        return FALSE;
      openslide_read_region (handle->osr, pixels, x, y, level, width, height);
      if (acini_slide_check (self, handle, &again, error))
        return TRUE;
    }
  return FALSE;
}

void
acini_slide_to_srgb (AciniSlide *self, guint32 *pixels, gsize n)
{
  g_return_if_fail (ACINI_IS_SLIDE (self) && (pixels != NULL || n == 0));
#ifdef ACINI_HAVE_SLIDE_ICC
  if (self->icc != NULL)
    acini_icc_apply (self->icc, pixels, n);
#endif
}
