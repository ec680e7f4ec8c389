/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-mask-classes.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* So far, of 255, the colours of an area may be from those that have a name: what JPEG leaves of them. */
#define NEAR_LOSSY 60
#define NEAR 1
/* So many pixels of one colour within its like are an area. */
#define FEW_PIXELS 16

typedef struct
{
  double number;    /* of a mask of numbers */
  double colour[3]; /* 0 … 255, of a mask of colours */
  int class;        /* place among the names, or ACINI_MASK_CLASS_* */
} Entry;

struct _AciniMaskClasses
{
  GArray *entries;
  GPtrArray *names; /* NULL-terminated */
  gboolean colours;
};

void
acini_mask_classes_free (AciniMaskClasses *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->entries);
  g_ptr_array_unref (self->names);
  g_free (self);
}

static gboolean
fail (const char *text, GError **error)
{
  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS,
               _ ("“%s” does not name classes of a mask. Write 1=Glomerulus,2=Tubule for numbers, or "
                  "ff0000=Glomerulus,00ff00=Tubule for colours."),
               text);
  return FALSE;
}

/* A colour has six hexadecimal digits, with or without # before them; what has fewer digits is a number. */
static gboolean
parse_key (const char *key, Entry *entry, gboolean *colour)
{
  const char *digits = *key == '#' ? key + 1 : key;
  char *end;

  *colour = strlen (digits) == 6;
  if (*colour)
    {
      guint64 value = g_ascii_strtoull (digits, &end, 16);

      for (int i = 0; i < 3; i++)
        entry->colour[i] = (double)(value >> (16 - 8 * i) & 0xff);
      return *end == '\0' && g_ascii_isxdigit (*digits);
    }
  if (!g_ascii_isdigit (*key))
    return FALSE;
  entry->number = (double)g_ascii_strtoull (key, &end, 10);
  return *end == '\0' && entry->number <= G_MAXUINT32;
}

static int
find_name (GPtrArray *names, const char *name)
{
  if (g_ascii_strcasecmp (name, "background") == 0)
    return ACINI_MASK_CLASS_GROUND;
  if (g_ascii_strncasecmp (name, "ignore", strlen ("ignore")) == 0)
    return ACINI_MASK_CLASS_IGNORED;
  for (guint i = 0; i < names->len; i++)
    if (g_str_equal (names->pdata[i], name))
      return (int)i;
  g_ptr_array_add (names, g_strdup (name));
  return (int)names->len - 1;
}

static gboolean
add_entry (AciniMaskClasses *self, const char *text, GError **error)
{
  g_auto (GStrv) sides = g_strsplit (text, "=", 2);
  gboolean colour = FALSE;
  Entry entry = { 0 };

  if (sides[0] == NULL || sides[1] == NULL || !parse_key (g_strstrip (sides[0]), &entry, &colour)
      || *g_strstrip (sides[1]) == '\0' || !g_utf8_validate (sides[1], -1, NULL))
    return fail (text, error);
  if (self->entries->len > 0 && colour != self->colours)
    return fail (text, error);
  self->colours = colour;
  entry.class = find_name (self->names, sides[1]);
  g_array_append_val (self->entries, entry);
  return TRUE;
}

/* Black is the ground unless it was given a name. */
static void
add_ground (AciniMaskClasses *self)
{
  Entry ground = { .class = ACINI_MASK_CLASS_GROUND };

  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);

      if (self->colours ? memcmp (entry->colour, ground.colour, sizeof ground.colour) == 0 : entry->number == 0)
        return;
    }
  g_array_append_val (self->entries, ground);
}

AciniMaskClasses *
acini_mask_classes_parse (const char *text, GError **error)
{
  g_autoptr (AciniMaskClasses) self = g_new0 (AciniMaskClasses, 1);
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  parts = g_strsplit (text, ",", -1);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; parts[i] != NULL; i++)
    if (!add_entry (self, parts[i], error))
      return NULL;
  if (self->names->len == 0)
    {
      fail (text, error);
      return NULL;
    }
  add_ground (self);
  g_ptr_array_add (self->names, NULL);
  return g_steal_pointer (&self);
}

const char *const *
acini_mask_classes_get_names (const AciniMaskClasses *self)
{
  return (const char *const *)self->names->pdata;
}

gboolean
acini_mask_classes_has_colours (const AciniMaskClasses *self)
{
  return self->colours;
}

/* The greatest difference of a band, of 255; grey has its number in each. */
static double
get_distance (const Entry *entry, const double *numbers, int n_colours, double full)
{
  double most = 0;

  for (int i = 0; i < 3; i++)
    most = fmax (most, fabs (numbers[n_colours >= 3 ? i : 0] * 255 / full - entry->colour[i]));
  return most;
}

static const Entry *
find_nearest (const AciniMaskClasses *self, const double *numbers, int n_colours, double full, double *distance)
{
  const Entry *nearest = NULL;

  *distance = INFINITY;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      double here = get_distance (entry, numbers, n_colours, full);

      if (here < *distance || nearest == NULL)
        {
          *distance = here;
          nearest = entry;
        }
    }
  return nearest;
}

int
acini_mask_classes_find (const AciniMaskClasses *self, const double *numbers, int n_colours, double full)
{
  double number, distance;

  if (self->colours)
    return find_nearest (self, numbers, n_colours, full, &distance)->class;
  number = acini_mask_get_number (numbers, n_colours);
  for (guint i = 0; i < self->entries->len; i++)
    if (g_array_index (self->entries, Entry, i).number == number)
      return g_array_index (self->entries, Entry, i).class;
  return ACINI_MASK_CLASS_UNNAMED;
}

static gboolean
refuse (const char *path, const char *what, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (
      error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS,
      _ ("The mask “%s” has %s, which --mask-classes does not name. Name it, or call it background or ignore."), name,
      what);
  return FALSE;
}

/* What has no name: the first number, and the first colour that covers an area. */
typedef struct
{
  int n_flat;
  double colour[3];
} Unnamed;

static gboolean
check_row (const AciniMaskClasses *self, const AciniImageFile *image, const double *row, const double *above,
           Unnamed *unnamed, const char *path, GError **error)
{
  const int n_bands = image->image->Bands, n = image->n_colours;
  const double full = image->image->BandFmt == VIPS_FORMAT_USHORT ? 65535 : 255;
  const gsize bytes = sizeof (double) * (gsize)n;
  double distance;

  for (int x = 0; x < image->image->Xsize; x++)
    {
      const double *pixel = row + (gsize)x * n_bands;

      if (!self->colours)
        {
          double number = acini_mask_get_number (pixel, n);

          if (acini_mask_classes_find (self, pixel, n, full) == ACINI_MASK_CLASS_UNNAMED)
            {
              g_autofree char *what = g_strdup_printf (_ ("the number %g"), number);

              return refuse (path, what, error);
            }
          continue;
        }
      if (x == 0 || above == NULL || memcmp (pixel, pixel - n_bands, bytes) != 0
          || memcmp (pixel, above + (gsize)x * n_bands, bytes) != 0)
        continue;
      find_nearest (self, pixel, n, full, &distance);
      if (distance <= (image->lossy ? NEAR_LOSSY : NEAR))
        continue;
      for (int i = 0; i < 3 && unnamed->n_flat == 0; i++)
        unnamed->colour[i] = pixel[n >= 3 ? i : 0] * 255 / full;
      unnamed->n_flat++;
      if (unnamed->n_flat >= FEW_PIXELS)
        {
          g_autofree char *what
              = g_strdup_printf (_ ("areas of the colour %02x%02x%02x"), (guint)rint (unnamed->colour[0]),
                                 (guint)rint (unnamed->colour[1]), (guint)rint (unnamed->colour[2]));

          return refuse (path, what, error);
        }
    }
  return TRUE;
}

gboolean
acini_mask_classes_check (const AciniMaskClasses *self, const AciniImageFile *image, const char *path, GError **error)
{
  const gsize n = (gsize)image->image->Xsize * image->image->Bands;
  g_autoptr (VipsRegion) region = vips_region_new (image->image);
  g_autofree double *rows = g_new (double, 2 * n);
  Unnamed unnamed = { 0 };

  for (int y = 0; y < image->image->Ysize; y++)
    {
      double *row = rows + (y & 1) * n;

      if (!acini_mask_read_row (region, y, row))
        {
          acini_image_file_set_damaged (path, error);
          return FALSE;
        }
      if (!check_row (self, image, row, y > 0 ? rows + (1 - (y & 1)) * n : NULL, &unnamed, path, error))
        return FALSE;
    }
  return TRUE;
}
