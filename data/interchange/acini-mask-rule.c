/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-mask-rule.h"

#include "data/interchange/acini-mask-pieces.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* So few pixels between ground and full scale say nothing. */
#define FEW_PIXELS 16
/* Classes or instances, where a mask has at most so many numbers. */
#define FEW_NUMBERS 6

/* What all pixels together tell. */
typedef struct
{
  double full;       /* scale of the format */
  double half_alpha; /* what is above is opaque */
  gint64 n_zero, n_not_a_number;
  gint64 n_between;   /* neither 0 nor near full scale */
  gint64 n_flat;      /* of them: equal to the pixels at the left and above, as inside of an area */
  double least, most; /* of numbers */
  gboolean whole;     /* whole numbers alone */
  gboolean coloured;  /* some pixel is not grey */
  gboolean varies;    /* not all pixels have the same colours */
  double numbers[FEW_NUMBERS + 1];
  int n_numbers; /* different ones, at most FEW_NUMBERS + 1 */
  gboolean used[256];
  double least_alpha, most_alpha;
  gint64 n_opaque_zero, n_opaque_other;
  gboolean classes; /* the numbers lie in many pieces each */
} Facts;

gboolean
acini_mask_reading_parse (AciniMaskReading *reading, const char *text, GError **error)
{
  static const struct
  {
    const char *text;
    AciniMaskUnits units;
    int channel;
  } words[] = {
    { "nonzero", ACINI_MASK_UNITS_NONZERO, 0 }, { "instances", ACINI_MASK_UNITS_NONZERO, 0 },
    { "classes", ACINI_MASK_UNITS_CLASSES, 0 }, { "bright", ACINI_MASK_UNITS_BRIGHT, 0 },
    { "dark", ACINI_MASK_UNITS_DARK, 0 },       { "alpha", ACINI_MASK_UNITS_ALPHA, 0 },
    { "red", ACINI_MASK_UNITS_CHANNEL, 0 },     { "green", ACINI_MASK_UNITS_CHANNEL, 1 },
    { "blue", ACINI_MASK_UNITS_CHANNEL, 2 },
  };
  const char *number = g_str_has_prefix (text, "above:") ? text + strlen ("above:") : "";
  char *end = (char *)number;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (text, words[i].text))
      {
        reading->units = words[i].units;
        reading->channel = words[i].channel;
        return TRUE;
      }
  reading->above = g_ascii_strtod (number, &end);
  if (end != number && *end == '\0' && isfinite (reading->above))
    {
      reading->units = ACINI_MASK_UNITS_ABOVE;
      return TRUE;
    }
  g_set_error (
      error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS,
      _ ("“%s” does not describe units in a mask. Use nonzero, classes, bright, dark, alpha, above:X, red, green or "
         "blue."),
      text);
  return FALSE;
}

#define CONVERT(type)                                                                                                  \
  for (gsize i = 0; i < n; i++)                                                                                        \
  numbers[i] = (double)((const type *)row)[i]

gboolean
acini_mask_read_row (VipsRegion *region, int y, double *numbers)
{
  const VipsImage *image = region->im;
  const VipsRect rect = { 0, y, image->Xsize, 1 };
  const gsize n = (gsize)image->Xsize * image->Bands;
  const void *row;

  if (vips_region_prepare (region, &rect) != 0)
    return FALSE;
  row = VIPS_REGION_ADDR (region, 0, y);
  switch (image->BandFmt)
    {
    case VIPS_FORMAT_UCHAR:
      CONVERT (guint8);
      break;
    case VIPS_FORMAT_CHAR:
      CONVERT (gint8);
      break;
    case VIPS_FORMAT_USHORT:
      CONVERT (guint16);
      break;
    case VIPS_FORMAT_SHORT:
      CONVERT (gint16);
      break;
    case VIPS_FORMAT_UINT:
      CONVERT (guint32);
      break;
    case VIPS_FORMAT_INT:
      CONVERT (gint32);
      break;
    case VIPS_FORMAT_FLOAT:
      CONVERT (float);
      break;
    case VIPS_FORMAT_DOUBLE:
      CONVERT (double);
      break;
    default:
      vips_error ("acini", "complex numbers");
      return FALSE;
    }
  return TRUE;
}

double
acini_mask_get_number (const double *numbers, int n_colours)
{
  double most = numbers[0];

  for (int i = 1; i < n_colours; i++)
    most = fmax (most, numbers[i]);
  return most;
}

gboolean
acini_mask_rule_apply (const AciniMaskRule *rule, const double *numbers, int n_colours)
{
  switch (rule->units)
    {
    case ACINI_MASK_UNITS_CHANNEL:
      if (n_colours < 3)
        return numbers[0] > rule->cut;
      return numbers[rule->channel] > rule->cut && numbers[rule->channel] > numbers[(rule->channel + 1) % 3]
             && numbers[rule->channel] > numbers[(rule->channel + 2) % 3];
    case ACINI_MASK_UNITS_ALPHA:
      return numbers[n_colours] > rule->cut;
    case ACINI_MASK_UNITS_ABOVE:
      return acini_mask_get_number (numbers, n_colours) > rule->cut;
    case ACINI_MASK_UNITS_DARK:
      return acini_mask_get_number (numbers, n_colours) < rule->cut;
    default:
      {
        double number = acini_mask_get_number (numbers, n_colours);

        return !isnan (number) && number != 0;
      }
    }
}

guint32
acini_mask_rule_get_instance (const AciniMaskRule *rule, const double *numbers, int n_colours)
{
  guint32 instance = 0;

  if (!acini_mask_rule_apply (rule, numbers, n_colours))
    return 0;
  for (int i = 0; i < n_colours; i++)
    {
      /* Neither an edge that was drawn smoothly nor a probability is a number of an instance. */
      if (rule->units != ACINI_MASK_UNITS_NONZERO || numbers[i] != rint (numbers[i]) || numbers[i] < 0
          || numbers[i] > G_MAXUINT32)
        return 1;
      instance = instance * (n_colours > 3 || numbers[i] > 255 ? 65599 : 256) + (guint32)numbers[i];
    }
  return CLAMP (instance, 1, G_MAXUINT32 - 1);
}

static void
take_number (Facts *facts, double number)
{
  if (isnan (number))
    {
      facts->n_not_a_number++;
      return;
    }
  facts->n_zero += number == 0;
  facts->least = fmin (facts->least, number);
  facts->most = fmax (facts->most, number);
  facts->whole = facts->whole && number == rint (number);
  if (number >= 0 && number < 256)
    facts->used[(int)number] = TRUE;
  for (int i = 0; i < facts->n_numbers; i++)
    if (facts->numbers[i] == number)
      return;
  if (facts->n_numbers <= FEW_NUMBERS)
    facts->numbers[facts->n_numbers++] = number;
}

/* @line: the numbers of this row, @above: of the one before, or NULL. */
static void
take_row (Facts *facts, const AciniImageFile *file, const double *row, const double *first, const double *line,
          const double *above)
{
  const int n_bands = file->image->Bands, n_colours = file->n_colours;

  for (int x = 0; x < file->image->Xsize; x++)
    {
      const double *pixel = row + (gsize)x * n_bands;
      gboolean between = line[x] != 0 && line[x] < facts->full * 15 / 16;

      if (x == 0 || line[x] != line[x - 1])
        take_number (facts, line[x]);
      else
        {
          facts->n_zero += line[x] == 0;
          facts->n_not_a_number += isnan (line[x]) ? 1 : 0;
        }
      facts->n_between += between;
      facts->n_flat += between && above != NULL && x > 0 && line[x] == line[x - 1] && line[x] == above[x];
      for (int i = 0; i < n_colours; i++)
        {
          facts->coloured = facts->coloured || (i > 0 && pixel[i] != pixel[0]);
          facts->varies = facts->varies || pixel[i] != first[i];
        }
      if (file->alpha)
        {
          double alpha = pixel[n_colours];

          facts->least_alpha = fmin (facts->least_alpha, alpha);
          facts->most_alpha = fmax (facts->most_alpha, alpha);
          facts->n_opaque_zero += alpha > facts->half_alpha && line[x] == 0;
          facts->n_opaque_other += alpha > facts->half_alpha && line[x] != 0;
        }
    }
}

/* What is to be ignored tells as little about the others as the ground does. */
static gboolean
look (Facts *facts, const AciniImageFile *file, const char *path, int ignored, GError **error)
{
  const VipsImage *image = file->image;
  g_autoptr (VipsRegion) region = vips_region_new (file->image);
  g_autofree double *row = g_new (double, (gsize)image->Xsize * image->Bands);
  g_autofree double *lines = g_new (double, 2 * (gsize)image->Xsize);
  g_autoptr (AciniMaskPieces) pieces = acini_mask_pieces_new (image->Xsize);
  double first[16] = { 0 };

  *facts = (Facts){ .full = image->BandFmt == VIPS_FORMAT_USHORT ? 65535 : 255,
                    .half_alpha = image->BandFmt == VIPS_FORMAT_USHORT  ? 32767
                                  : image->BandFmt == VIPS_FORMAT_UCHAR ? 127
                                                                        : 0.5,
                    .least = INFINITY,
                    .most = -INFINITY,
                    .whole = TRUE,
                    .least_alpha = INFINITY,
                    .most_alpha = -INFINITY };
  for (int y = 0; y < image->Ysize; y++)
    {
      double *line = lines + (gsize)(y & 1) * image->Xsize;

      if (!acini_mask_read_row (region, y, row))
        {
          acini_image_file_set_damaged (path, error);
          return FALSE;
        }
      for (int x = 0; x < image->Xsize; x++)
        {
          line[x] = acini_mask_get_number (row + (gsize)x * image->Bands, file->n_colours);
          if (ignored != 0 && line[x] == ignored)
            line[x] = 0;
        }
      if (y == 0)
        memcpy (first, row, MIN (image->Bands, 16) * sizeof (double));
      take_row (facts, file, row, first, line, y > 0 ? lines + (gsize)(1 - (y & 1)) * image->Xsize : NULL);
      acini_mask_pieces_push (pieces, line);
    }
  facts->classes = !facts->coloured && acini_mask_pieces_are_classes (pieces);
  return TRUE;
}

static gboolean
refuse (const char *path, GError **error, const char *why)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS,
               _ ("The mask “%s” %s. Describe its units with --mask-units (nonzero, classes, bright, dark, alpha, "
                  "above:X, red, green or blue)."),
               name, why);
  return FALSE;
}

/* Half of the scale that the greatest number needs. */
static double
find_half (const Facts *facts)
{
  const double scales[] = { 1, 255, 1023, 4095, 16383, 65535 };

  for (guint i = facts->whole ? 1 : 0; i < G_N_ELEMENTS (scales); i++)
    if (facts->most <= scales[i])
      return scales[i] / 2;
  return facts->most / 2;
}

static void
cut_at_half (AciniMaskRule *rule, const Facts *facts, const char *path, char **note)
{
  g_autofree char *name = g_filename_display_basename (path);

  *rule = (AciniMaskRule){ ACINI_MASK_UNITS_ABOVE, find_half (facts), 0 };
  *note = g_strdup_printf (_ ("The mask “%s” has smooth edges or probabilities. Values above %g count as unit."), name,
                           rule->cut);
}

/* A shape in the alpha channel, or colours beside one that says nothing. */
static gboolean
decide_alpha (AciniMaskRule *rule, gboolean *decided, const Facts *facts, const AciniImageFile *file, const char *path,
              GError **error)
{
  double half = facts->half_alpha;
  gboolean shape = facts->least_alpha <= half && facts->most_alpha > half;

  *decided = TRUE;
  *rule = (AciniMaskRule){ ACINI_MASK_UNITS_ALPHA, half, 0 };
  if (shape && (!facts->varies || facts->n_opaque_zero == 0 || facts->n_opaque_other == 0))
    return TRUE;
  if (shape && !file->alpha_unnamed)
    return refuse (path, error, _ ("has a shape in its alpha channel and another in its colours"));
  if (facts->most_alpha <= half && !file->alpha_unnamed)
    return refuse (path, error, _ ("is transparent everywhere"));
  *decided = FALSE;
  return TRUE;
}

static gboolean
decide_palette (const Facts *facts, const AciniImageFile *file, const char *path, GError **error)
{
  const guint8 (*colours)[4] = file->colours;
  gboolean hollow[256];

  for (int i = 0; i < 256; i++)
    hollow[i] = (colours[i][0] == 0 && colours[i][1] == 0 && colours[i][2] == 0) || colours[i][3] < 128;
  for (int i = 1; i < 256; i++)
    if (facts->used[i] && hollow[i] && !hollow[0])
      return refuse (path, error, _ ("has a palette whose background is not number 0, or not black"));
  return TRUE;
}

/* The second greatest number below 256. */
static double
find_next (const Facts *facts)
{
  for (int i = (int)MIN (facts->most, 256) - 1; i > 0; i--)
    if (facts->used[i])
      return i;
  return 0;
}

/* Whole numbers of several values, 0 among them. */
static gboolean
decide_several (AciniMaskRule *rule, const Facts *facts, const char *path, char **note, GError **error)
{
  gboolean flat = 2 * facts->n_flat >= facts->n_between || facts->n_between < FEW_PIXELS;
  gboolean reaches = facts->most >= facts->full * 15 / 16 && facts->most <= facts->full;
  gboolean gap = facts->full == 255 && facts->most == 255 && find_next (facts) < 200;

  *rule = (AciniMaskRule){ ACINI_MASK_UNITS_NONZERO, 0, 0 };
  if (facts->classes)
    {
      g_autofree char *name = g_filename_display_basename (path);

      rule->units = ACINI_MASK_UNITS_CLASSES;
      *note = g_strdup_printf (_ ("The numbers of the mask “%s” are taken for classes, as each lies in many pieces; "
                                  "--mask-units instances takes them for instances of one class."),
                               name);
    }
  else if (reaches && !flat)
    cut_at_half (rule, facts, path, note);
  else if (!flat && facts->most > facts->full / 2)
    return refuse (path, error, _ ("has many values and does not reach white"));
  else if (reaches && facts->n_between >= FEW_PIXELS && !facts->coloured && (gap || facts->n_numbers <= FEW_NUMBERS))
    return refuse (path, error, _ ("has several areas of different grey, white among them"));
  return TRUE;
}

static gboolean
decide_numbers (AciniMaskRule *rule, const Facts *facts, const AciniImageFile *file, const char *path, char **note,
                GError **error)
{
  const double half = find_half (facts);

  *rule = (AciniMaskRule){ ACINI_MASK_UNITS_NONZERO, 0, 0 };
  if (facts->n_numbers == 0)
    return refuse (path, error, _ ("contains no numbers"));
  if (facts->least < 0)
    {
      /* -1 where there is nothing; beside 0 it may be what is to be ignored. */
      *rule = (AciniMaskRule){ ACINI_MASK_UNITS_ABOVE, 0, 0 };
      return (facts->whole && facts->least == -1 && facts->n_zero == 0)
             || refuse (path, error, _ ("has numbers below 0"));
    }
  if (!facts->whole && (facts->most <= 1 || (facts->most > 127 && facts->most <= 255)))
    {
      cut_at_half (rule, facts, path, note);
      return TRUE;
    }
  if (!facts->whole)
    return refuse (path, error, _ ("has fractions above 1"));
  if (facts->n_not_a_number > 0 && facts->n_zero > 0)
    return refuse (path, error, _ ("has both 0 and pixels that are not a number"));
  if (facts->n_numbers == 1)
    return TRUE;
  if (file->lossy && facts->most <= half)
    return refuse (path, error, _ ("is compressed with loss, and nothing in it is bright"));
  if (file->lossy)
    {
      cut_at_half (rule, facts, path, note);
      return TRUE;
    }
  if (facts->n_zero > 0)
    return facts->n_numbers == 2 || decide_several (rule, facts, path, note, error);
  if (facts->n_not_a_number > 0)
    return TRUE;
  if (facts->least < facts->full / 16 && facts->most > facts->full * 15 / 16 && 2 * facts->n_flat < facts->n_between)
    {
      cut_at_half (rule, facts, path, note);
      return TRUE;
    }
  return refuse (path, error, _ ("has no 0 for the background"));
}

/* What a person said. */
static gboolean
obey (AciniMaskRule *rule, const Facts *facts, const AciniImageFile *file, const char *path,
      const AciniMaskReading *reading, GError **error)
{
  const double half = find_half (facts);

  switch (reading->units)
    {
    case ACINI_MASK_UNITS_ABOVE:
      *rule = (AciniMaskRule){ ACINI_MASK_UNITS_ABOVE, reading->above, 0 };
      return TRUE;
    case ACINI_MASK_UNITS_BRIGHT:
      *rule = (AciniMaskRule){ ACINI_MASK_UNITS_ABOVE, half, 0 };
      return TRUE;
    case ACINI_MASK_UNITS_ALPHA:
      *rule = (AciniMaskRule){ ACINI_MASK_UNITS_ALPHA, facts->half_alpha, 0 };
      return file->alpha || refuse (path, error, _ ("has no alpha channel"));
    case ACINI_MASK_UNITS_CHANNEL:
      *rule = (AciniMaskRule){ ACINI_MASK_UNITS_CHANNEL, half, reading->channel };
      return file->n_colours >= 3 || refuse (path, error, _ ("is grey and has no colours"));
    case ACINI_MASK_UNITS_CLASSES:
      *rule = (AciniMaskRule){ ACINI_MASK_UNITS_CLASSES, 0, 0 };
      return (facts->whole && facts->least >= 0 && facts->most <= ACINI_MASK_MOST_CLASS)
             || refuse (path, error, _ ("has numbers that are none of classes (0 to 253)"));
    default:
      *rule = (AciniMaskRule){ reading->units, half, 0 };
      return TRUE;
    }
}

gboolean
acini_mask_rule_find (AciniMaskRule *rule, const AciniImageFile *file, const char *path,
                      const AciniMaskReading *reading, char **note, GError **error)
{
  Facts facts;
  gboolean decided = FALSE;

  g_return_val_if_fail (rule != NULL && file != NULL && path != NULL && reading != NULL && note != NULL, FALSE);

  *note = NULL;
  if (!look (&facts, file, path, reading->ignored, error))
    return FALSE;
  if (reading->units != ACINI_MASK_UNITS_AUTO)
    return obey (rule, &facts, file, path, reading, error);
  if (file->alpha && !decide_alpha (rule, &decided, &facts, file, path, error))
    return FALSE;
  if (decided)
    return TRUE;
  if (file->indices && !decide_palette (&facts, file, path, error))
    return FALSE;
  return decide_numbers (rule, &facts, file, path, note, error);
}
