/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/annotations/acini-annotation-format.h"
#include "data/interchange/acini-export.h"

static void
add_names (AciniAnnotationCarries carries, JsonArray *array, GString *text)
{
  const char *name;

  for (guint i = 0; (name = acini_annotation_carries_name (carries, i)) != NULL; i++)
    {
      json_array_add_string_element (array, name);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", name);
    }
}

static void
list_annotations (AciniConsole *console, JsonArray *array)
{
  guint n;
  const AciniAnnotationFormat *const *formats = acini_annotation_formats (&n);

  acini_console_print (console, "Annotations: “acini-cli annotations”, “acini-cli import”");
  for (guint i = 0; i < n; i++)
    {
      JsonObject *object = json_object_new ();
      JsonArray *carries = json_array_new ();
      g_autoptr (GString) text = g_string_new (NULL);

      add_names (formats[i]->carries, carries, text);
      json_object_set_string_member (object, "id", formats[i]->id);
      json_object_set_string_member (object, "name", formats[i]->name);
      json_object_set_string_member (object, "kind", "objects");
      json_object_set_string_member (object, "suffix", formats[i]->suffix);
      json_object_set_boolean_member (object, "read", formats[i]->carries != 0);
      json_object_set_boolean_member (object, "write", formats[i]->begin != NULL);
      json_object_set_array_member (object, "carries", carries);
      json_array_add_object_element (array, object);
      acini_console_print (console, "  %-15s %-11s %s%s%s", formats[i]->id,
                           formats[i]->begin != NULL  ? "read, write"
                           : formats[i]->carries != 0 ? "read"
                                                      : "refused",
                           formats[i]->name, text->len > 0 ? ": " : "", text->str);
    }
}

static void
list_exports (AciniConsole *console, JsonArray *array)
{
  guint n;
  const AciniExportFormat *formats = acini_export_get_formats (&n);

  acini_console_print (console, "Masks of a project: “acini-cli export”");
  for (guint i = 0; i < n; i++)
    {
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "id", formats[i].id);
      json_object_set_string_member (object, "name", formats[i].name);
      json_object_set_string_member (object, "kind", "mask");
      json_object_set_string_member (object, "suffix", formats[i].suffix);
      json_object_set_boolean_member (object, "read", FALSE);
      json_object_set_boolean_member (object, "write", TRUE);
      json_array_add_object_element (array, object);
      acini_console_print (console, "  %-15s %-11s %s%s%s", formats[i].id, "write", formats[i].name,
                           formats[i].hint != NULL ? ": " : "", formats[i].hint != NULL ? formats[i].hint : "");
    }
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  JsonArray *array = json_array_new ();

  json_object_set_array_member (console->result, "formats", array);
  list_annotations (console, array);
  list_exports (console, array);
  return TRUE;
}

const AciniCommand acini_command_formats = {
  .name = "formats",
  .arguments = "",
  .summary = "Lists the formats that can be read and written",
  .description
  = "A file of annotations is told by what is in it, not by its name; packed with gzip it is read as well. "
    "Behind each format stands what it can carry.",
  .examples = "formats\nformats --json",
  .least = 0,
  .most = 0,
  .run = run,
};
