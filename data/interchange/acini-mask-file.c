/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/interchange/acini-mask-file.h"

#include "data/interchange/acini-mask-classes.h"

struct _AciniMaskFile
{
  char *path, *note;
  AciniMaskReading reading;
  AciniMaskRule rule;
  AciniImageFile *file;
  VipsRegion *region; /* NULL: not looked at yet */
  double *row;
  int y; /* the next row */
};

static AciniImageFile *
open_image (const AciniMaskFile *self, GError **error)
{
  const AciniMaskReading *reading = &self->reading;
  /* The colours of a palette matter only where a person says so. */
  gboolean indices = reading->classes != NULL
                         ? !acini_mask_classes_has_colours (reading->classes)
                         : reading->units == ACINI_MASK_UNITS_AUTO || reading->units == ACINI_MASK_UNITS_NONZERO
                               || reading->units == ACINI_MASK_UNITS_CLASSES;

  return acini_image_file_open (self->path, reading->page, indices, NULL, TRUE, error);
}

AciniMaskFile *
acini_mask_file_open (const char *path, const AciniMaskReading *reading, GError **error)
{
  g_autoptr (AciniMaskFile) self = NULL;

  g_return_val_if_fail (path != NULL && reading != NULL, NULL);

  self = g_new0 (AciniMaskFile, 1);
  self->path = g_strdup (path);
  self->reading = *reading;
  self->file = open_image (self, error);
  return self->file != NULL ? g_steal_pointer (&self) : NULL;
}

gboolean
acini_mask_file_look (AciniMaskFile *self, GError **error)
{
  AciniImageFile *again;

  g_return_val_if_fail (self != NULL && self->region == NULL, FALSE);

  if (self->reading.classes != NULL
          ? !acini_mask_classes_check (self->reading.classes, self->file, self->path, error)
          : !acini_mask_rule_find (&self->rule, self->file, self->path, &self->reading, &self->note, error))
    return FALSE;
  /* Rows that were read from top to bottom are read again from a file that is opened again. */
  again = open_image (self, error);
  if (again == NULL)
    return FALSE;
  acini_image_file_free (self->file);
  self->file = again;
  self->region = vips_region_new (again->image);
  self->row = g_new (double, (gsize)again->image->Xsize * again->image->Bands);
  return TRUE;
}

void
acini_mask_file_free (AciniMaskFile *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->region);
  acini_image_file_free (self->file);
  g_free (self->row);
  g_free (self->path);
  g_free (self->note);
  g_free (self);
}

int
acini_mask_file_get_width (const AciniMaskFile *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->file->image->Xsize;
}

int
acini_mask_file_get_height (const AciniMaskFile *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->file->image->Ysize;
}

const char *
acini_mask_file_get_note (const AciniMaskFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->note;
}

gboolean
acini_mask_file_has_classes (const AciniMaskFile *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->reading.classes != NULL || self->rule.units == ACINI_MASK_UNITS_CLASSES;
}

static guint32
get_instance (const AciniMaskFile *self, const double *numbers)
{
  const AciniImageFile *file = self->file;
  const double full = file->image->BandFmt == VIPS_FORMAT_USHORT ? 65535 : 255;
  int class;

  if (self->reading.ignored != 0 && acini_mask_get_number (numbers, file->n_colours) == self->reading.ignored)
    return ACINI_MASK_FILE_IGNORED_INSTANCE;
  if (self->reading.classes == NULL && self->rule.units == ACINI_MASK_UNITS_CLASSES)
    return (guint32)acini_mask_get_number (numbers, file->n_colours);
  if (self->reading.classes == NULL)
    return acini_mask_rule_get_instance (&self->rule, numbers, file->n_colours);
  /* What nobody sees is the ground. */
  if (file->alpha && numbers[file->n_colours] <= full / 2)
    return 0;
  class = acini_mask_classes_find (self->reading.classes, numbers, file->n_colours, full);
  return class == ACINI_MASK_CLASS_IGNORED ? ACINI_MASK_FILE_IGNORED_INSTANCE : class < 0 ? 0 : (guint32) class + 1;
}

/* Either of @pixels and @instances is NULL. */
static gboolean
read_rows (AciniMaskFile *self, int n_rows, guint8 *pixels, guint32 *instances, GError **error)
{
  const int width = self->file->image->Xsize, n_bands = self->file->image->Bands;

  for (int i = 0; i < n_rows; i++, self->y++)
    {
      if (!acini_mask_read_row (self->region, self->y, self->row))
        {
          acini_image_file_set_damaged (self->path, error);
          return FALSE;
        }
      for (int x = 0; x < width; x++)
        {
          const double *numbers = self->row + (gsize)x * n_bands;
          gsize at = (gsize)i * width + x;
          guint32 instance = get_instance (self, numbers);

          if (pixels != NULL)
            pixels[at] = instance == ACINI_MASK_FILE_IGNORED_INSTANCE ? ACINI_MASK_FILE_IGNORED : instance != 0;
          else
            instances[at] = instance;
        }
    }
  return TRUE;
}

gboolean
acini_mask_file_read_rows (AciniMaskFile *self, int n_rows, guint8 *pixels, GError **error)
{
  g_return_val_if_fail (self != NULL && self->region != NULL && pixels != NULL, FALSE);
  g_return_val_if_fail (n_rows > 0 && n_rows <= self->file->image->Ysize - self->y, FALSE);

  return read_rows (self, n_rows, pixels, NULL, error);
}

gboolean
acini_mask_file_read_instances (AciniMaskFile *self, int n_rows, guint32 *instances, GError **error)
{
  g_return_val_if_fail (self != NULL && self->region != NULL && instances != NULL, FALSE);
  g_return_val_if_fail (n_rows > 0 && n_rows <= self->file->image->Ysize - self->y, FALSE);

  return read_rows (self, n_rows, NULL, instances, error);
}
