/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-values.h"
#include "data/annotations/acini-annotation-format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char *option_output, *option_format, *option_size, *option_mpp;

static const GOptionEntry entries[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output, "Convert into this file", "OUT" },
  { "format", 'f', 0, G_OPTION_ARG_STRING, &option_format, "Format of OUT; “acini-cli formats” lists them", "F" },
  { "size", 's', 0, G_OPTION_ARG_STRING, &option_size,
    "The slide's size in pixels: some formats count in fractions of it, and objects outside are found", "WxH" },
  { "mpp", 0, 0, G_OPTION_ARG_STRING, &option_mpp, "The slide's µm per pixel: some formats count in nm", "X" },
  { NULL },
};

typedef struct
{
  AciniConsole *console;
  AciniAnnotationWriter *writer;
  const char *shown;
  JsonArray *problems;
  guint64 n, kinds[ACINI_ANNOTATION_LINE + 1], n_left_out;
  double area;
  GHashTable *classes; /* name → ClassTotal */
} Inspection;

typedef struct
{
  guint64 n;
  double area;
} ClassTotal;

static void
print_string (const char *name, const char *value)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  node = json_node_init_string (json_node_alloc (), value);
  text = json_to_string (node, FALSE);
  printf (", \"%s\": %s", name, text);
}

static const char *
format_number (char *buffer, double number)
{
  return g_ascii_formatd (buffer, G_ASCII_DTOSTR_BUF_SIZE, "%.15g", number);
}

/* A million objects are not kept to be printed at the end: each goes out as it comes. */
static void
print_object (Inspection *self, const AciniAnnotation *a, double area)
{
  char numbers[5][G_ASCII_DTOSTR_BUF_SIZE];
  double x0, y0, x1, y1;

  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  printf ("%s    { \"kind\": \"%s\", \"area_px\": %s, \"box\": [%s, %s, %s, %s]", self->n > 1 ? ",\n" : "",
          acini_annotation_kind_name (a->kind), format_number (numbers[0], area), format_number (numbers[1], x0),
          format_number (numbers[2], y0), format_number (numbers[3], x1), format_number (numbers[4], y1));
  print_string ("class", a->class_name);
  print_string ("name", a->name);
  print_string ("id", a->id);
  print_string ("state", a->state);
  print_string ("image", a->image);
  if (acini_annotation_is_area (a))
    printf (", \"parts\": %u, \"holes\": %u", acini_annotation_count_parts (a),
            a->rings->len - acini_annotation_count_parts (a));
  if (a->line > 0)
    printf (", \"line\": %u, \"column\": %u", a->line, a->column);
  fputs (" }", stdout);
}

static gboolean
take (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Inspection *self = user_data;
  double area = acini_annotation_get_area (a);
  const char *name = a->class_name != NULL ? a->class_name : "";
  ClassTotal *total = g_hash_table_lookup (self->classes, name);

  if (total == NULL)
    {
      total = g_new0 (ClassTotal, 1);
      g_hash_table_insert (self->classes, g_strdup (name), total);
    }
  total->n++;
  total->area += area;
  self->n++;
  self->kinds[a->kind]++;
  self->area += area;
  if (self->writer != NULL)
    return acini_annotation_writer_add (self->writer, a, error);
  if (self->console->json)
    print_object (self, a, area);
  return TRUE;
}

static void
note_problem (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data)
{
  Inspection *self = user_data;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "message", sentence);
  if (line > 0)
    {
      json_object_set_int_member (object, "line", line);
      json_object_set_int_member (object, "column", column);
      acini_console_note (self->console, "acini-cli: “%s”, line %u, column %u: %s", self->shown, line, column,
                          sentence);
    }
  else
    acini_console_note (self->console, "acini-cli: “%s”: %s", self->shown, sentence);
  self->n_left_out += left_out;
  json_array_add_object_element (self->problems, object);
}

static void
show_progress (double fraction, gpointer user_data)
{
  Inspection *self = user_data;

  acini_console_progress (self->console, fraction, "Reading", self->shown);
}

static void
report (Inspection *self, const AciniAnnotationFormat *format)
{
  AciniConsole *console = self->console;
  JsonObject *totals = json_object_new (), *kinds = json_object_new (), *classes = json_object_new ();
  GHashTableIter iter;
  gpointer name, total;

  acini_console_print (console, "%s: %s, %" G_GUINT64_FORMAT " objects, %.1f px² in all", self->shown, format->name,
                       self->n, self->area);
  for (int i = 0; i <= ACINI_ANNOTATION_LINE; i++)
    if (self->kinds[i] > 0)
      {
        json_object_set_int_member (kinds, acini_annotation_kind_name (i), (gint64)self->kinds[i]);
        acini_console_print (console, "  %-14s %" G_GUINT64_FORMAT, acini_annotation_kind_name (i), self->kinds[i]);
      }
  g_hash_table_iter_init (&iter, self->classes);
  while (g_hash_table_iter_next (&iter, &name, &total))
    {
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "objects", (gint64)((ClassTotal *)total)->n);
      json_object_set_double_member (object, "area_px", ((ClassTotal *)total)->area);
      json_object_set_object_member (classes, name, object);
      acini_console_print (console, "  class %s: %" G_GUINT64_FORMAT " objects, %.1f px²",
                           *(const char *)name != '\0' ? (const char *)name : "(none)", ((ClassTotal *)total)->n,
                           ((ClassTotal *)total)->area);
    }
  json_object_set_int_member (totals, "objects", (gint64)self->n);
  json_object_set_double_member (totals, "area_px", self->area);
  json_object_set_int_member (totals, "left_out", (gint64)self->n_left_out);
  json_object_set_object_member (totals, "kinds", kinds);
  json_object_set_object_member (totals, "classes", classes);
  json_object_set_object_member (console->result, "totals", totals);
}

static void
report_lost (Inspection *self, const AciniAnnotationFormat *format)
{
  AciniAnnotationCarries lost = acini_annotation_writer_get_lost (self->writer);
  guint64 n = acini_annotation_writer_get_n_left_out (self->writer);
  JsonArray *array = json_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  const char *name;

  for (guint i = 0; (name = acini_annotation_carries_name (lost, i)) != NULL; i++)
    {
      json_array_add_string_element (array, name);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", name);
    }
  json_object_set_array_member (self->console->result, "lost", array);
  json_object_set_int_member (self->console->result, "not_written", (gint64)n);
  if (lost != 0)
    acini_console_note (self->console, "acini-cli: %s does not carry %s; that is not in the new file as such.",
                        format->name, text->str);
  if (n > 0)
    acini_console_note (self->console, "acini-cli: %" G_GUINT64_FORMAT " objects could not be written.", n);
}

static gboolean
parse_space (AciniAnnotationSpace *space, GError **error)
{
  char end;

  if (option_size != NULL
      && (sscanf (option_size, "%" G_GINT64_FORMAT "%*1[xX×]%" G_GINT64_FORMAT "%c", &space->width, &space->height,
                  &end)
              != 2
          || space->width <= 0 || space->height <= 0))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                   "“%s” is not a size. Use WIDTHxHEIGHT in pixels, such as 4096x4096.", option_size);
      return FALSE;
    }
  if ((option_output == NULL) != (option_format == NULL))
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "To convert takes both --output OUT and --format F.");
      return FALSE;
    }
  return acini_parse_mpp (option_mpp, &space->mpp, error);
}

/* With --json the objects are printed while they are read, and what belongs to all of them behind. */
static gboolean
inspect (Inspection *self, const char *path, const AciniAnnotationFormat *format, const AciniAnnotationSpace *space,
         GError **error)
{
  const AciniAnnotationReading reading
      = { format, *space, take, note_problem, show_progress, self, self->console->cancellable };
  const gboolean prints = self->console->json && self->writer == NULL;
  gboolean done;

  if (prints)
    {
      fputs ("{\n  \"format\": ", stdout);
      printf ("\"%s\",\n  \"objects\": [\n", format->id);
    }
  done = acini_annotations_read (path, &reading, error);
  if (prints)
    fputs ("\n  ],\n", stdout);
  return done;
}

/* The members of console->result, without the brace they begin with. */
static void
print_rest (AciniConsole *console)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), console->result);
  g_autofree char *text = json_to_string (node, TRUE);

  puts (text + 2);
  fflush (stdout);
  console->json = FALSE; /* it is printed */
  console->quiet = TRUE;
}

static gboolean
convert_or_inspect (Inspection *self, const char *path, GError **error)
{
  AciniAnnotationSpace space = { 0 };
  const AciniAnnotationFormat *format, *to = NULL;
  g_autoptr (AciniAnnotationWriter) writer = NULL;
  g_autofree char *stem = g_path_get_basename (path);
  const gboolean prints = self->console->json && option_output == NULL;
  gboolean done;
  GError *reason = NULL;

  if (!parse_space (&space, error))
    return FALSE;
  if (option_format != NULL && (to = acini_annotation_format_find (option_format, TRUE, error)) == NULL)
    return FALSE;
  format = acini_annotation_format_sniff (path, error);
  if (format == NULL)
    return FALSE;
  if (to != NULL)
    self->writer = writer = acini_annotation_writer_new (to, option_output, &space, stem, error);
  if (to != NULL && writer == NULL)
    return FALSE;
  done = inspect (self, path, format, &space, &reason);
  if (done && writer != NULL)
    done = acini_annotation_writer_close (writer, &reason);
  json_object_set_array_member (self->console->result, "problems", json_array_ref (self->problems));
  if (!prints)
    json_object_set_string_member (self->console->result, "format", format->id);
  if (done)
    report (self, format);
  else
    json_object_set_string_member (self->console->result, "error", reason->message);
  if (done && writer != NULL)
    {
      json_object_set_string_member (self->console->result, "output", option_output);
      json_object_set_string_member (self->console->result, "output_format", to->id);
      report_lost (self, to);
    }
  if (prints)
    print_rest (self->console);
  if (!done)
    g_propagate_error (error, reason);
  return done;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  Inspection inspection = { .console = console };
  gboolean done;

  inspection.shown = g_filename_display_basename (arguments[0]);
  inspection.problems = json_array_new ();
  inspection.classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  done = convert_or_inspect (&inspection, arguments[0], error);
  g_free ((char *)inspection.shown);
  json_array_unref (inspection.problems);
  g_hash_table_unref (inspection.classes);
  return done;
}

const AciniCommand acini_command_annotations = {
  .name = "annotations",
  .arguments = "FILE",
  .summary = "Says what an annotation file holds, or converts it into another format",
  .description
  = "The format is told by what is in the file, also packed with gzip. Areas are those of the polygons, less their "
    "holes, in pixels. With --json every object is listed with kind, class, area and box, and every problem with line "
    "and column.\n\n"
    "With --output and --format the objects are written into another format: names, colours, locks, measurements and "
    "numbers as far as that can carry them; what it cannot is said. The new file appears when it is complete. Formats "
    "that count in fractions of the slide, in percent or in nanometres, and those of pixels, take --size, ndpa also "
    "--mpp. DICOM is written as a file, or in its JSON model where OUT ends in “.json”. QuPath's own projects and data "
    "are not written: QuPath reads GeoJSON.\n\n"
    "Memory does not grow with the number of objects.",
  .examples = "annotations TPATH088.geojson --json\n"
              "annotations slide.xml --output slide.geojson --format geojson\n"
              "annotations marks.json --size 98304x65536 --output marks.xml --format asap\n"
              "annotations slide.geojson --size 98304x65536 --mpp 0.23 --output slide.ndpi.ndpa --format ndpa\n"
              "annotations slide.geojson --size 98304x65536 --output slide.dcm --format dicom-seg",
  .options = entries,
  .least = 1,
  .most = 1,
  .run = run,
};
