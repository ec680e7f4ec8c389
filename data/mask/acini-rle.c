/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-rle.h"

#include <string.h>

G_DEFINE_QUARK (acini - rle - error - quark, acini_rle_error)

struct _AciniRleEncoder
{
  GString *text;
  guint64 position, start; /* pixels pushed; where the run at hand began */
  gboolean inside;
};

AciniRleEncoder *
acini_rle_encoder_new (void)
{
  AciniRleEncoder *self = g_new0 (AciniRleEncoder, 1);

  self->text = g_string_new (NULL);
  return self;
}

void
acini_rle_encoder_push (AciniRleEncoder *self, const guint8 *pixels, gsize n, gsize stride)
{
  g_return_if_fail (self != NULL && (pixels != NULL || n == 0));

  for (gsize i = 0; i < n; i++, self->position++)
    {
      gboolean set = pixels[i * stride] != 0;

      if (set && !self->inside)
        self->start = self->position;
      else if (!set && self->inside)
        g_string_append_printf (self->text, "%s%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                                self->text->len > 0 ? " " : "", self->start + 1, self->position - self->start);
      self->inside = set;
    }
}

char *
acini_rle_encoder_finish (AciniRleEncoder *self)
{
  const guint8 outside = 0;
  char *text;

  g_return_val_if_fail (self != NULL, NULL);

  acini_rle_encoder_push (self, &outside, 1, 1); /* ends a run that reaches the last pixel */
  text = g_string_free (self->text, FALSE);
  g_free (self);
  return text;
}

char *
acini_rle_encode (const guint8 *mask, gsize width, gsize height)
{
  AciniRleEncoder *encoder;

  g_return_val_if_fail (mask != NULL || width == 0 || height == 0, NULL);

  encoder = acini_rle_encoder_new ();
  for (gsize x = 0; x < width; x++)
    acini_rle_encoder_push (encoder, mask + x, height, width);
  return acini_rle_encoder_finish (encoder);
}

/* Reads one number and the blanks before it; FALSE at the end of the text or at anything else. */
static gboolean
read_number (const char **text, guint64 *number)
{
  const char *p = *text;
  char *end;

  while (g_ascii_isspace (*p))
    p++;
  if (!g_ascii_isdigit (*p))
    {
      *text = p;
      return FALSE;
    }
  *number = g_ascii_strtoull (p, &end, 10);
  *text = end;
  return TRUE;
}

gboolean
acini_rle_decode (const char *rle, gsize width, gsize height, guint8 *mask, GError **error)
{
  guint64 n = (guint64)width * height, next = 1, start, length;
  guint run = 0;

  g_return_val_if_fail (rle != NULL && mask != NULL, FALSE);

  memset (mask, 0, n);
  while (read_number (&rle, &start))
    {
      run++;
      if (!read_number (&rle, &length))
        {
          g_set_error (error, ACINI_RLE_ERROR, 0, "Run %u has a start but no length.", run);
          return FALSE;
        }
      if (start < next || length == 0)
        {
          g_set_error (error, ACINI_RLE_ERROR, 0,
                       "Run %u (%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                       ") is empty or does not lie behind the run before it.",
                       run, start, length);
          return FALSE;
        }
      if (start > n || length > n - start + 1)
        {
          g_set_error (error, ACINI_RLE_ERROR, 0,
                       "Run %u (%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT ") ends outside the image of %" G_GSIZE_FORMAT
                       " × %" G_GSIZE_FORMAT " pixels.",
                       run, start, length, width, height);
          return FALSE;
        }
      for (guint64 i = start - 1; i < start - 1 + length; i++)
        mask[(i % height) * width + i / height] = 1;
      next = start + length;
    }
  if (*rle != '\0')
    {
      g_set_error (error, ACINI_RLE_ERROR, 0, "“%.12s” is not a run length.", rle);
      return FALSE;
    }
  return TRUE;
}
