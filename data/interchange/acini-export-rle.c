/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/interchange/acini-export-private.h"
#include "data/mask/acini-rle.h"

#include <string.h>

/* Columns read at a time: a strip of the slide's height, 50 MB for 100 000 rows. */
#define STRIP 512

/* A name as a field of a CSV table: in quotes where it needs them (RFC 4180). */
static char *
quote_field (const char *name)
{
  g_autofree char *doubled = NULL;
  g_auto (GStrv) parts = NULL;

  if (strpbrk (name, ",\"\r\n") == NULL)
    return g_strdup (name);
  parts = g_strsplit (name, "\"", -1);
  doubled = g_strjoinv ("\"\"", parts);
  return g_strdup_printf ("\"%s\"", doubled);
}

gboolean
acini_export_write_rle (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                        gpointer user_data, GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  AciniRleEncoder *encoder = acini_rle_encoder_new ();
  g_autofree guint8 *strip = g_malloc ((gsize)STRIP * slide->height);
  g_autofree char *runs = NULL, *text = NULL, *name = quote_field (slide->name);
  gboolean done = TRUE;

  for (gint64 x = 0; x < slide->width && done; x += STRIP)
    {
      int width = (int)MIN (STRIP, slide->width - x);

      done = !g_cancellable_set_error_if_cancelled (cancellable, error)
             && acini_export_read (source, x, 0, width, (int)slide->height, strip, error);
      for (int i = 0; i < width && done; i++)
        acini_rle_encoder_push (encoder, strip + i, slide->height, width);
      if (progress != NULL)
        progress ((double)(x + width) / slide->width, user_data);
    }
  runs = acini_rle_encoder_finish (encoder);
  if (!done)
    return FALSE;
  text = g_strdup_printf ("id,rle\n%s,%s\n", name, runs);
  return g_file_set_contents (path, text, -1, error);
}
