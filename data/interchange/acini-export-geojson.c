/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Outlines in the form QuPath reads: "File > Import objects from file". */

#include "data/mask/acini-contours.h"
#include "data/interchange/acini-export-private.h"
#include "data/objects/acini-object-index.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Rows, and columns of them, read at a time.  What was read is kept as runs: a band of a wide slide would be large. */
#define BAND 256
#define PIECE 2048
#define COLOUR_KNOWN 0x1000000u

/* Pixels of one object beside each other, up to the column @end. */
typedef struct
{
  gint64 id, end;
} Run;

typedef struct
{
  const AciniSlideRecord *slide;
  AciniObjectIndex *index;
  GOutputStream *stream;
  GString *text;         /* one feature */
  AciniProject *project; /* for the names and colours of classes; may be NULL */
  guint32 colours[256];  /* of labels, where they were asked for; all of them are below COLOUR_KNOWN */
  guint n;
  GError *error; /* the first, of writing */
} Writer;

/* The JSON text of what class @k is called, quotes included. */
static char *
dup_class_name (AciniProject *project, int k)
{
  g_autofree char *name = project != NULL ? acini_project_dup_class_name (project, k + 1) : NULL;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  if (name == NULL)
    name = k == 1 ? g_strdup ("FTU") : g_strdup_printf ("FTU %d", k);
  json_node_set_string (node, name);
  return json_to_string (node, FALSE);
}

/* 0xRRGGBB */
static guint32
get_colour (Writer *writer, int label)
{
  guint32 *colour = &writer->colours[label & 255];

  if ((*colour & COLOUR_KNOWN) == 0)
    *colour = COLOUR_KNOWN
              | (writer->project != NULL ? acini_project_get_class_colour (writer->project, label, NULL) : 0x009e73);
  return *colour & 0xffffff;
}

static void
append_ring (GString *text, const GArray *ring)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i <= ring->len; i++) /* GeoJSON repeats the first point */
    {
      const AciniPoint *p = &g_array_index (ring, AciniPoint, i % ring->len);

      g_string_append_printf (text, "%s[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", i > 0 ? "," : "", p->x, p->y);
    }
  g_string_append_c (text, ']');
}

static void
append_measurement (GString *text, const char *name, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, ",\"%s\":%s", name, g_ascii_formatd (number, sizeof number, "%.6g", value));
}

static void
write_component (const AciniComponent *component, gpointer user_data)
{
  Writer *writer = user_data;
  GString *text = writer->text;
  double mpp = writer->slide->mpp_x * writer->slide->mpp_y;
  g_autofree char *id = g_uuid_string_random (), *name = NULL;
  AciniObject object;
  guint32 colour;

  if (writer->error != NULL || !acini_object_index_get (writer->index, component->label, &object, &writer->error))
    return;
  g_string_printf (text, "%s{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[",
                   writer->n++ > 0 ? ",\n" : "\n", id);
  for (guint i = 0; i < component->rings->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_ring (text, g_ptr_array_index (component->rings, i));
    }
  name = dup_class_name (writer->project, object.label - 1);
  colour = get_colour (writer, object.label);
  g_string_append_printf (text,
                          "]},\"properties\":{\"objectType\":\"annotation\",\"classification\":{\"name\":%s,"
                          "\"color\":[%u,%u,%u]},\"measurements\":{\"Object id\":%" G_GINT64_FORMAT
                          ",\"Area px\":%" G_GUINT64_FORMAT,
                          name, colour >> 16 & 255, colour >> 8 & 255, colour & 255, component->label, component->area);
  if (mpp > 0)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (text, ",\"Area µm²\":%s",
                              g_ascii_formatd (number, sizeof number, "%.2f", component->area * mpp));
    }
  append_measurement (text, "Perimeter px", object.perimeter);
  append_measurement (text, "Circularity", object.circularity);
  append_measurement (text, "Long axis px", object.long_axis);
  append_measurement (text, "Short axis px", object.short_axis);
  if (object.probability >= 0)
    {
      append_measurement (text, "Mean probability", object.probability);
      append_measurement (text, "Uncertainty", object.entropy);
    }
  g_string_append (text, object.locked ? "},\"isLocked\":true}}" : "}}}");
  g_output_stream_write_all (writer->stream, text->str, text->len, NULL, NULL, &writer->error);
}

/* The runs of @height rows from @y on, in @rows, one array each. */
static gboolean
read_band (Writer *writer, gint64 y, int height, gint64 *piece, GArray **rows, GError **error)
{
  const gint64 width = writer->slide->width;

  for (int j = 0; j < height; j++)
    g_array_set_size (rows[j], 0);
  for (gint64 x = 0; x < width; x += PIECE)
    {
      const int n = (int)MIN (PIECE, width - x);

      if (!acini_object_index_read (writer->index, x, y, n, height, piece, error))
        return FALSE;
      for (int j = 0; j < height; j++)
        for (int i = 0; i < n; i++)
          {
            const Run run = { piece[(gsize)j * n + i], x + i + 1 };
            Run *last = rows[j]->len > 0 ? &g_array_index (rows[j], Run, rows[j]->len - 1) : NULL;

            if (last != NULL && last->id == run.id)
              last->end = run.end;
            else
              g_array_append_val (rows[j], run);
          }
    }
  return TRUE;
}

static void
push_row (AciniContours *contours, const GArray *row, gint64 *ids)
{
  gint64 x = 0;

  for (guint i = 0; i < row->len; i++)
    for (const Run *run = &g_array_index (row, Run, i); x < run->end; x++)
      ids[x] = run->id;
  acini_contours_push_objects (contours, ids);
}

/* Takes the mask band by band through the sweep. */
static gboolean
sweep (const AciniExportSource *source, Writer *writer, AciniProgressFunc progress, gpointer user_data,
       GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  g_autoptr (AciniContours) contours = acini_contours_new (slide->width, write_component, writer);
  g_autofree gint64 *piece = g_new (gint64, PIECE * BAND), *ids = g_new (gint64, (gsize)slide->width);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);

  for (int j = 0; j < BAND; j++)
    g_ptr_array_add (rows, g_array_new (FALSE, FALSE, sizeof (Run)));
  for (gint64 y = 0; y < slide->height; y += BAND)
    {
      int height = (int)MIN (BAND, slide->height - y);

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !read_band (writer, y, height, piece, (GArray **)rows->pdata, error))
        return FALSE;
      for (int j = 0; j < height; j++)
        push_row (contours, rows->pdata[j], ids);
      if (writer->error != NULL)
        break;
      if (progress != NULL)
        progress ((double)(y + height) / slide->height, user_data);
    }
  acini_contours_finish (contours);
  if (writer->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&writer->error));
  return FALSE;
}

gboolean
acini_export_write_geojson (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                            gpointer user_data, GCancellable *cancellable, GError **error)
{
  static const char head[] = "{\"type\":\"FeatureCollection\",\"origin\":\"slide\",\"features\":[", tail[] = "\n]}\n";
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) output = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, error);
  g_autoptr (GOutputStream) buffered = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (AciniObjectIndex) index = output != NULL ? acini_export_open_index (source, cancellable, error) : NULL;
  Writer writer = { .slide = source->slide, .index = index, .text = text, .project = source->project };
  gboolean done;

  if (index == NULL)
    return FALSE;
  buffered = g_buffered_output_stream_new_sized (G_OUTPUT_STREAM (output), 1 << 16);
  writer.stream = buffered;
  done = g_output_stream_write_all (buffered, head, strlen (head), NULL, cancellable, error)
         && sweep (source, &writer, progress, user_data, cancellable, error)
         && g_output_stream_write_all (buffered, tail, strlen (tail), NULL, cancellable, error)
         && g_output_stream_close (buffered, NULL, error);
  g_clear_error (&writer.error);
  return done;
}
