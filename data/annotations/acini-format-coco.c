/* SPDX-License-Identifier: GPL-3.0-or-later */

/* COCO: polygons (each of the lists an outer ring; COCO has no holes in them) and both forms of run lengths, a list of
 * numbers and pycocotools' text.  What has holes is written as run lengths. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"
#include "data/annotations/acini-annotation-raster.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  GHashTable *categories, *images; /* id → name */
  GHashTable *colors;              /* id → colour + 1 */
} State;

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return (acini_annotation_head_has (head, "$.annotations")
          && (acini_annotation_head_has (head, "$.images") || acini_annotation_head_has (head, "$.categories")
              || acini_annotation_head_has (head, "$.annotations.category_id")))
         || (acini_annotation_head_has (head, "$.images.file_name")
             && !acini_annotation_head_has (head, "$.images.serverBuilder"))
         || acini_annotation_head_has (head, "$.category_id");
}

static gboolean
take_list (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  State *state = reader->state;
  char *id = acini_json_dup_text (acini_json_get (value, "id"));
  const char *file = acini_json_get_string (value, "file_name");
  const AciniJsonValue *color = acini_json_get (value, "color");

  if (id == NULL)
    return TRUE;
  if (file != NULL)
    {
      g_hash_table_replace (state->images, id, g_strdup (file));
      return TRUE;
    }
  if (color != NULL && color->kind == ACINI_JSON_NUMBERS && color->n == 3)
    g_hash_table_replace (state->colors, g_strdup (id),
                          GINT_TO_POINTER (1 + ((int)CLAMP (color->numbers[0], 0, 255) << 16)
                                           + ((int)CLAMP (color->numbers[1], 0, 255) << 8)
                                           + (int)CLAMP (color->numbers[2], 0, 255)));
  g_hash_table_replace (state->categories, id, acini_json_dup_text (acini_json_get (value, "name")));
  return TRUE;
}

/* pycocotools' text: numbers of five bits a character, from the third one on as differences to the one before the
 * last. */
static GArray *
unpack (const char *text)
{
  GArray *counts = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; *text != '\0'; i++)
    {
      gint64 number = 0;
      gboolean more = TRUE;
      double value;

      for (int k = 0; more; k++, text++)
        {
          int c = (guchar)*text - 48;

          if (c < 0 || c > 63 || k > 11)
            {
              g_array_unref (counts);
              return NULL;
            }
          number |= (gint64)(c & 31) << (5 * k);
          more = (c & 32) != 0;
          if (!more && (c & 16) != 0)
            number |= (gint64)(G_MAXUINT64 << MIN (5 * (k + 1), 63));
        }
      value = (double)number + (i > 2 ? g_array_index (counts, double, i - 2) : 0);
      g_array_append_val (counts, value);
    }
  return counts;
}

static gboolean
take_counts (AciniAnnotationReader *reader, const AciniJsonValue *size, const double *counts, guint n, GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AciniRun));
  AciniRun run = { 0 };

  for (guint i = 0; i < n; i++)
    {
      if (!(counts[i] >= 0 && counts[i] <= 1e15) || run.start > (gint64)1 << 60)
        return acini_reader_fail (reader, size->line, size->column, error,
                                  _ ("the run lengths of the object here are no numbers of pixels."));
      run.length = (gint64)counts[i];
      if (i % 2 == 1 && run.length > 0)
        g_array_append_val (runs, run);
      run.start += run.length;
    }
  if (!(size->numbers[0] > 0 && size->numbers[0] < 1e9 && size->numbers[1] > 0 && size->numbers[1] < 1e9))
    return acini_reader_fail (reader, size->line, size->column, error, _ ("this is no size of an image."));
  return acini_reader_add_runs (reader, (const AciniRun *)(gconstpointer)runs->data, runs->len,
                                (gint64)size->numbers[1], (gint64)size->numbers[0], FALSE, error);
}

static gboolean
take_runs (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  const AciniJsonValue *size = acini_json_get (value, "size"), *counts = acini_json_get (value, "counts");
  g_autoptr (GArray) unpacked = NULL;

  if (size == NULL || size->kind != ACINI_JSON_NUMBERS || size->n != 2 || counts == NULL)
    return acini_reader_fail (reader, value->line, value->column, error,
                              _ ("run lengths take “size”: [height, width] and “counts”."));
  if (counts->kind == ACINI_JSON_NUMBERS)
    return take_counts (reader, size, counts->numbers, counts->n, error);
  unpacked = counts->kind == ACINI_JSON_STRING ? unpack (counts->string) : NULL;
  if (unpacked == NULL)
    return acini_reader_fail (reader, counts->line, counts->column, error, _ ("these are no run lengths."));
  return take_counts (reader, size, (const double *)(gconstpointer)unpacked->data, unpacked->len, error);
}

static gboolean
take_segmentation (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const AciniJsonValue *segmentation = acini_json_get (value, "segmentation"), *box = acini_json_get (value, "bbox");

  if (segmentation != NULL && segmentation->kind == ACINI_JSON_OBJECT)
    return take_runs (reader, segmentation, error);
  if (segmentation != NULL && segmentation->kind == ACINI_JSON_NUMBERS)
    return acini_reader_add_ring (reader, segmentation, FALSE, error);
  for (const AciniJsonValue *ring = acini_json_first (segmentation); ring != NULL; ring = ring->next)
    if (!acini_reader_add_ring (reader, ring, FALSE, error))
      return FALSE;
  if (a->rings->len > 1)
    a->kind = ACINI_ANNOTATION_MULTIPOLYGON;
  if (a->rings->len == 0 && box != NULL && box->kind == ACINI_JSON_NUMBERS && box->n == 4)
    acini_annotation_set_rectangle (a, box->numbers[0], box->numbers[1], box->numbers[2], box->numbers[3]);
  return TRUE;
}

static gboolean
take_annotation (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  State *state = reader->state;
  AciniAnnotation *a = reader->annotation;
  g_autofree char *category = acini_json_dup_text (acini_json_get (value, "category_id"));
  g_autofree char *image = acini_json_dup_text (acini_json_get (value, "image_id"));

  acini_reader_begin (reader, value);
  if (!take_segmentation (reader, value, error))
    return FALSE;
  a->id = acini_json_dup_text (acini_json_get (value, "id"));
  if (category != NULL)
    {
      const char *name = g_hash_table_lookup (state->categories, category);

      a->class_name = name == NULL || *name != '\0' ? g_strdup (name != NULL ? name : category) : NULL;
      a->class_color = GPOINTER_TO_INT (g_hash_table_lookup (state->colors, category)) - 1;
    }
  a->image = image != NULL ? g_strdup (g_hash_table_lookup (state->images, image)) : NULL;
  return acini_reader_emit (reader, error);
}

/* Names may stand behind the objects, so the file is read twice. */
static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const lists[] = { "$.categories[]", "$.images[]", NULL };
  static const char *const objects[] = { "$.annotations[]", "$[]", NULL };
  State state = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                  g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                  g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  gboolean done;

  reader->state = &state;
  done = acini_reader_walk (reader, lists, take_list, error)
         && acini_reader_walk (reader, objects, take_annotation, error);
  g_hash_table_unref (state.categories);
  g_hash_table_unref (state.images);
  g_hash_table_unref (state.colors);
  return done;
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  GString *text = writer->text;

  g_string_append (text, "{\"info\":{\"description\":\"Acini\"},\"images\":[{\"id\":1,\"file_name\":");
  acini_text_add_json (text, writer->image != NULL ? writer->image : "");
  if (writer->space.width > 0)
    g_string_append_printf (text, ",\"width\":%" G_GINT64_FORMAT ",\"height\":%" G_GINT64_FORMAT, writer->space.width,
                            writer->space.height);
  g_string_append (text, "}],\"annotations\":[");
  return TRUE;
}

typedef struct
{
  GString *text;
  gint64 at; /* behind the last run */
  gint64 area;
} Counts;

static void
add_count (gint64 start, gint64 length, gpointer user_data)
{
  Counts *counts = user_data;

  g_string_append_printf (counts->text, "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",", start - counts->at, length);
  counts->at = start + length;
  counts->area += length;
}

/* Run lengths of the whole image.  *@area: pixels. */
static gboolean
add_runs (AciniAnnotationWriter *writer, const AciniAnnotation *a, gint64 *area, GError **error)
{
  const gint64 W = writer->space.width, H = writer->space.height;
  Counts counts = { .text = writer->text };

  if (W <= 0)
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_NEEDS,
                   _ ("COCO has holes in run lengths alone, which take the slide's size: give it with --size WxH."));
      return FALSE;
    }
  g_string_append_printf (writer->text, "{\"size\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "],\"counts\":[", H, W);
  if (!acini_annotation_scan (a, W, H, TRUE, add_count, &counts))
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_LIMIT,
                   _ ("An object with holes is too large to be written as run lengths."));
      return FALSE;
    }
  g_string_append_printf (writer->text, "%" G_GINT64_FORMAT "]}", W * H - counts.at);
  *area = counts.area;
  return TRUE;
}

static void
add_rings (GString *text, const AciniAnnotation *a)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;

  g_string_append_c (text, '[');
  for (guint i = 0; i < a->rings->len; i++)
    {
      guint n = g_array_index (a->rings, AciniRing, i).n;

      g_string_append (text, i > 0 ? ",[" : "[");
      for (guint j = 0; j < n; j++, v++)
        {
          if (j > 0)
            g_string_append_c (text, ',');
          acini_text_add_number (text, v->x);
          g_string_append_c (text, ',');
          acini_text_add_number (text, v->y);
        }
      g_string_append_c (text, ']');
    }
  g_string_append_c (text, ']');
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GString *text = writer->text;
  double x0, y0, x1, y1, area = acini_annotation_get_area (a);
  gint64 n_pixels;

  g_string_append_printf (text, "%s{\"id\":%" G_GUINT64_FORMAT ",\"image_id\":1,\"category_id\":%u,\"iscrowd\":%d",
                          writer->n > 1 ? ",\n" : "\n", writer->n, acini_writer_get_class (writer, a) + 1,
                          acini_annotation_has_holes (a));
  g_string_append (text, ",\"segmentation\":");
  if (acini_annotation_has_holes (a))
    {
      if (!add_runs (writer, a, &n_pixels, error))
        return FALSE;
      area = (double)n_pixels;
    }
  else
    add_rings (text, a);
  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  g_string_append (text, ",\"area\":");
  acini_text_add_number (text, area);
  g_string_append (text, ",\"bbox\":[");
  acini_text_add_number (text, x0);
  g_string_append_c (text, ',');
  acini_text_add_number (text, y0);
  g_string_append_c (text, ',');
  acini_text_add_number (text, x1 - x0);
  g_string_append_c (text, ',');
  acini_text_add_number (text, y1 - y0);
  g_string_append (text, "]}");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n],\"categories\":[");
  for (guint i = 0; i < writer->class_names->len; i++)
    {
      int color = g_array_index (writer->class_colors, int, i);

      g_string_append_printf (writer->text, "%s{\"id\":%u,\"name\":", i > 0 ? "," : "", i + 1);
      acini_text_add_json (writer->text, writer->class_names->pdata[i]);
      if (color != ACINI_NO_COLOR)
        g_string_append_printf (writer->text, ",\"color\":[%d,%d,%d]", color >> 16 & 255, color >> 8 & 255,
                                color & 255);
      g_string_append_c (writer->text, '}');
    }
  g_string_append (writer->text, "]}\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_coco = {
  .id = "coco",
  .name = "COCO",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_COLORS | ACINI_CARRIES_HOLES
             | ACINI_CARRIES_PARTS | ACINI_CARRIES_IMAGES | ACINI_CARRIES_RASTERS,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
