/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Outlines in the form QuPath reads: "File > Import objects from file". */

#include "data/base/acini-tiles.h"
#include "data/interchange/acini-export-private.h"
#include "data/objects/acini-object-index.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Bands of tiles that are read ahead of the sweep, which goes on meanwhile. */
#define AHEAD 2
#define COLOUR_KNOWN 0x1000000u

typedef struct
{
  const AciniSlideRecord *slide;
  AciniObjectIndex *index;
  GOutputStream *stream;
  GString *text;                 /* one feature */
  AciniProject *project;         /* for the names and colours of classes; may be NULL */
  const AciniRegionScope *scope; /* NULL: all objects */
  guint32 colours[256];          /* of labels, where they were asked for; all of them are below COLOUR_KNOWN */
  char *names[256];              /* of labels, as JSON; NULL: not known yet */
  GHashTable *objects;           /* id → AciniObject: those that have begun */
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

/* (transfer none) the same, asked for once. */
static const char *
find_class_name (Writer *writer, int label)
{
  char **name = &writer->names[CLAMP (label, ACINI_LABEL_FIRST_CLASS, 255)];

  if (*name == NULL)
    *name = dup_class_name (writer->project, label - 1);
  return *name;
}

/* What printf () does, where there are tens of millions of them. */
static void
append_integer (GString *text, gint64 number)
{
  char digits[24], *first = digits + sizeof digits;
  guint64 left = number < 0 ? -(guint64)number : (guint64)number;

  do
    *--first = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  if (number < 0)
    *--first = '-';
  g_string_append_len (text, first, digits + sizeof digits - first);
}

static void
append_ring (GString *text, const GArray *ring)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i <= ring->len; i++) /* GeoJSON repeats the first point */
    {
      const AciniPoint *p = &g_array_index (ring, AciniPoint, i % ring->len);

      g_string_append (text, i > 0 ? ",[" : "[");
      append_integer (text, p->x);
      g_string_append_c (text, ',');
      append_integer (text, p->y);
      g_string_append_c (text, ']');
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
  g_autofree char *id = NULL;
  AciniObject object = { .label = ACINI_LABEL_FIRST_CLASS, .probability = -1 };
  const AciniObject *known = g_hash_table_lookup (writer->objects, &component->label);
  guint32 colour;

  if (writer->error != NULL)
    return;
  if (known != NULL)
    object = *known;
  if (writer->scope != NULL && !acini_region_scope_contains (writer->scope, object.x, object.y))
    return;
  id = g_uuid_string_random ();
  g_string_printf (text, "%s{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[",
                   writer->n++ > 0 ? ",\n" : "\n", id);
  for (guint i = 0; i < component->rings->len; i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      append_ring (text, g_ptr_array_index (component->rings, i));
    }
  colour = get_colour (writer, object.label);
  g_string_append_printf (text,
                          "]},\"properties\":{\"objectType\":\"annotation\",\"classification\":{\"name\":%s,"
                          "\"color\":[%u,%u,%u]},\"measurements\":{\"Object id\":%" G_GINT64_FORMAT
                          ",\"Area px\":%" G_GUINT64_FORMAT,
                          find_class_name (writer, object.label), colour >> 16 & 255, colour >> 8 & 255, colour & 255,
                          component->label, component->area);
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
  g_string_append_c (text, '}');
  if (object.state != ACINI_REVIEW_NEW)
    g_string_append_printf (text, ",\"metadata\":{\"Review\":\"%s\"}", acini_review_state_to_string (object.state));
  g_string_append (text, object.locked ? ",\"isLocked\":true}}" : "}}");
  g_output_stream_write_all (writer->stream, text->str, text->len, NULL, NULL, &writer->error);
  g_hash_table_remove (writer->objects, &component->label);
}

/* A row of tiles. */
typedef struct
{
  gint64 number; /* below 0: there is no further one to be read */
  GPtrArray *rows;
  GArray *objects;
  GError *error;
} Band;

static Band *
band_new (void)
{
  Band *band = g_new0 (Band, 1);

  band->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  for (int y = 0; y < ACINI_TILE_SIZE; y++)
    g_ptr_array_add (band->rows, g_array_new (FALSE, FALSE, sizeof (AciniRowRun)));
  band->objects = g_array_new (FALSE, FALSE, sizeof (AciniObject));
  return band;
}

static void
band_free (gpointer data)
{
  Band *band = data;

  g_ptr_array_unref (band->rows);
  g_array_unref (band->objects);
  g_clear_error (&band->error);
  g_free (band);
}

/* Between the thread that reads and the sweep. */
typedef struct
{
  AciniObjectIndex *index;
  GAsyncQueue *empty, *full; /* of Band */
} Bands;

static gpointer
read_bands (gpointer data)
{
  Bands *bands = data;
  Band *band;

  while ((band = g_async_queue_pop (bands->empty))->number >= 0)
    {
      acini_object_index_read_band (bands->index, band->number, (GArray **)band->rows->pdata, band->objects,
                                    &band->error);
      g_async_queue_push (bands->full, band);
    }
  band_free (band);
  return NULL;
}

/* Takes @band, to be read again as the one of @number. */
static void
ask_for_band (Bands *bands, Band *band, gint64 number)
{
  band->number = number;
  g_async_queue_push (bands->empty, band);
}

/* Takes a band through the sweep. */
static void
sweep_band (Writer *writer, AciniContours *contours, const Band *band)
{
  const gint64 height = MIN (ACINI_TILE_SIZE, writer->slide->height - band->number * ACINI_TILE_SIZE);

  for (guint i = 0; i < band->objects->len; i++)
    {
      AciniObject *object = g_memdup2 (&g_array_index (band->objects, AciniObject, i), sizeof *object);

      g_hash_table_replace (writer->objects, &object->id, object);
    }
  for (gint64 y = 0; y < height && writer->error == NULL; y++)
    {
      const GArray *row = g_ptr_array_index (band->rows, y);

      acini_contours_push_runs (contours, (const AciniRowRun *)(gconstpointer)row->data, row->len);
    }
}

/* Takes the mask band by band through the sweep, while the next ones are read. */
static gboolean
sweep (Writer *writer, AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  const gint64 n = acini_div_ceil (writer->slide->height, ACINI_TILE_SIZE);
  g_autoptr (AciniContours) contours = acini_contours_new (writer->slide->width, write_component, writer);
  Bands bands = { writer->index, g_async_queue_new_full (band_free), g_async_queue_new_full (band_free) };
  GThread *thread = g_thread_new ("bands", read_bands, &bands);

  for (gint64 i = 0; i < MIN (AHEAD, n); i++)
    ask_for_band (&bands, band_new (), i);
  for (gint64 i = 0; i < n && writer->error == NULL; i++)
    {
      Band *band = g_async_queue_pop (bands.full);

      if (band->error != NULL)
        writer->error = g_steal_pointer (&band->error);
      else if (!g_cancellable_set_error_if_cancelled (cancellable, &writer->error))
        sweep_band (writer, contours, band);
      if (progress != NULL && writer->error == NULL)
        progress ((double)(i + 1) / (double)n, user_data);
      if (i + AHEAD < n)
        ask_for_band (&bands, band, i + AHEAD);
      else
        band_free (band);
    }
  ask_for_band (&bands, band_new (), -1);
  g_thread_join (thread);
  g_async_queue_unref (bands.empty);
  g_async_queue_unref (bands.full);
  if (writer->error == NULL)
    acini_contours_finish (contours);
  if (writer->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&writer->error));
  return FALSE;
}

static void
writer_clear (Writer *writer)
{
  g_clear_pointer (&writer->objects, g_hash_table_unref);
  for (guint i = 0; i < G_N_ELEMENTS (writer->names); i++)
    g_free (writer->names[i]);
  g_clear_error (&writer->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

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
  g_auto (Writer) writer
      = { .slide = source->slide, .index = index, .text = text, .project = source->project, .scope = source->scope };

  if (index == NULL)
    return FALSE;
  buffered = g_buffered_output_stream_new_sized (G_OUTPUT_STREAM (output), 1 << 16);
  writer.stream = buffered;
  writer.objects = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return g_output_stream_write_all (buffered, head, strlen (head), NULL, cancellable, error)
         && sweep (&writer, progress, user_data, cancellable, error)
         && g_output_stream_write_all (buffered, tail, strlen (tail), NULL, cancellable, error)
         && g_output_stream_close (buffered, NULL, error);
}
