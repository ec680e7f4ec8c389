/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-export-table.h"

#include "data/annotations/acini-csv.h"
#include "data/base/acini-part-file.h"
#include "data/mask/acini-rle.h"

#include <gio/gio.h>
#include <string.h>

/* Columns read at a time: a strip of the slide's height, 50 MB for 100 000 rows. */
#define STRIP 512
/* Pixels of objects read at a time. */
#define STRIP_PIXELS (1 << 22)

struct _AciniExportTable
{
  AciniExportTableKind kind;
  AciniPartFile *file;
};

static gboolean
put (AciniExportTable *self, const char *text, GCancellable *cancellable, GError **error)
{
  GOutputStream *stream = acini_part_file_get_stream (self->file, error);

  return stream != NULL && g_output_stream_write_all (stream, text, strlen (text), NULL, cancellable, error);
}

AciniExportTable *
acini_export_table_new (AciniExportTableKind kind, const char *path, GError **error)
{
  static const char *const heads[] = { "", "id,predicted\n", "id,rle\n", "id,height,width,prediction_string\n" };
  g_autoptr (AciniExportTable) self = g_new0 (AciniExportTable, 1);

  g_return_val_if_fail (kind != ACINI_EXPORT_TABLE_NONE, NULL);

  self->kind = kind;
  self->file = acini_part_file_new (path);
  return put (self, heads[kind], NULL, error) ? g_steal_pointer (&self) : NULL;
}

void
acini_export_table_free (AciniExportTable *self)
{
  if (self == NULL)
    return;
  acini_part_file_free (self->file);
  g_free (self);
}

gboolean
acini_export_table_close (AciniExportTable *self, GError **error)
{
  return acini_part_file_commit (self->file, error);
}

/* All classes together. */
static char *
dup_runs (const AciniExportSource *source, AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
          GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  AciniRleEncoder *encoder = acini_rle_encoder_new ();
  g_autofree guint8 *strip = g_malloc ((gsize)STRIP * slide->height);
  g_autofree char *runs = NULL;
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
  return done ? g_steal_pointer (&runs) : NULL;
}

/* 2023: objects */

/* Ends of runs of each object down the columns, from pixel 0: outside, inside, outside … */
static void
push_pixel (GHashTable *objects, gint64 id, gint64 place)
{
  GArray *ends = g_hash_table_lookup (objects, &id);
  gint64 end = place + 1;

  if (ends == NULL)
    {
      ends = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (objects, g_memdup2 (&id, sizeof id), ends);
    }
  if (ends->len > 0 && g_array_index (ends, gint64, ends->len - 1) == place)
    g_array_index (ends, gint64, ends->len - 1) = end;
  else
    {
      g_array_append_val (ends, place);
      g_array_append_val (ends, end);
    }
}

/* Pixels that do not count are none of an object, wherever its middle is. */
static gboolean
gather_objects (const AciniExportSource *source, AciniObjectIndex *index, GHashTable *objects,
                AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  const gint64 width = source->slide->width, height = source->slide->height;
  const gint64 step = CLAMP (STRIP_PIXELS / height, 1, width);
  g_autofree gint64 *ids = g_new (gint64, (gsize)(step * height));
  g_autofree guint8 *counts = source->scope != NULL ? g_malloc ((gsize)(step * height)) : NULL;

  for (gint64 x = 0; x < width; x += step)
    {
      const gint64 n = MIN (step, width - x);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !acini_object_index_read (index, x, 0, (int)n, (int)height, ids, error))
        return FALSE;
      if (counts != NULL)
        acini_region_scope_rasterise (source->scope, (double)x, 0, 1, (int)n, (int)height, counts);
      for (gint64 i = 0; i < n; i++)
        for (gint64 y = 0; y < height; y++)
          if (ids[y * n + i] != 0 && (counts == NULL || counts[y * n + i] != 0))
            push_pixel (objects, ids[y * n + i], (x + i) * height + y);
      if (progress != NULL)
        progress ((double)(x + n) / (double)width, user_data);
    }
  return TRUE;
}

/* As pycocotools packs counts (maskApi.c, rleToString): five bits a character, from the third count on the difference
 * to the one before the last. */
static GString *
pack_counts (const GArray *ends, gint64 n_pixels)
{
  GString *text = g_string_new (NULL);
  gint64 before[2] = { 0, 0 }, at = 0;

  for (guint i = 0; i <= ends->len; i++)
    {
      const gint64 end = i < ends->len ? g_array_index (ends, gint64, i) : n_pixels, count = end - at;
      gint64 rest = i > 2 ? count - before[i % 2] : count;
      gboolean more = TRUE;

      if (i == ends->len && count == 0)
        break;
      while (more)
        {
          int c = (int)(rest & 0x1f);

          rest >>= 5;
          more = (c & 0x10) != 0 ? rest != -1 : rest != 0;
          g_string_append_c (text, (char)((more ? c | 0x20 : c) + 48));
        }
      before[i % 2] = count;
      at = end;
    }
  return text;
}

static char *
dup_packed (const GArray *ends, gint64 n_pixels, GError **error)
{
  g_autoptr (GString) text = pack_counts (ends, n_pixels);
  g_autoptr (GConverter) compressor = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9));
  g_autoptr (GBytes) plain = g_bytes_new (text->str, text->len), packed = NULL;

  packed = g_converter_convert_bytes (compressor, plain, error);
  return packed != NULL ? g_base64_encode (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed)) : NULL;
}

static char *
dup_predictions (const AciniExportSource *source, AciniProgressFunc progress, gpointer user_data,
                 GCancellable *cancellable, GError **error)
{
  const gint64 n_pixels = source->slide->width * source->slide->height;
  const AciniObjectQuery all = { 0 };
  g_autoptr (AciniObjectIndex) index = acini_export_open_index (source, cancellable, error);
  g_autoptr (GHashTable) objects
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref);
  g_autoptr (GArray) ids = index != NULL ? acini_object_index_list_ids (index, &all, error) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (ids == NULL || !gather_objects (source, index, objects, progress, user_data, cancellable, error))
    return NULL;
  for (guint i = 0; i < ids->len; i++)
    {
      const gint64 id = g_array_index (ids, gint64, i);
      const GArray *ends = g_hash_table_lookup (objects, &id);
      g_autofree char *packed = NULL;
      char number[G_ASCII_DTOSTR_BUF_SIZE];
      AciniObject object;

      if (ends == NULL)
        continue;
      packed = dup_packed (ends, n_pixels, error);
      if (packed == NULL || !acini_object_index_get (index, id, &object, error))
        return NULL;
      g_ascii_formatd (number, sizeof number, "%.4f", object.probability >= 0 ? object.probability : 1);
      g_string_append_printf (text, "%s%d %s %s", text->len > 0 ? " " : "", object.label - ACINI_LABEL_FIRST_CLASS,
                              number, packed);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
acini_export_table_add (AciniExportTable *self, const AciniExportSource *source, AciniProgressFunc progress,
                        gpointer user_data, GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  g_autoptr (GString) row = g_string_new (NULL);
  g_autofree char *field = NULL;
  g_autoptr (AciniRegionScope) scope = NULL;
  AciniExportSource counting = *source;

  if (!acini_export_find_scope (source, &scope, error))
    return FALSE;
  counting.scope = scope;
  counting.ignored = 0;
  acini_csv_add_field (row, slide->name);
  if (self->kind == ACINI_EXPORT_TABLE_2023)
    {
      field = dup_predictions (&counting, progress, user_data, cancellable, error);
      g_string_append_printf (row, ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT, slide->height, slide->width);
    }
  else
    field = dup_runs (&counting, progress, user_data, cancellable, error);
  if (field == NULL)
    return FALSE;
  g_string_append_printf (row, ",%s\n", field);
  return put (self, row->str, cancellable, error);
}
