/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-models.h"

/* A name on one line: it may hold anything. */
static char *
make_printable (const char *name)
{
  GString *line = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n')
        g_string_append (line, "\\n");
      else if (c == '\t')
        g_string_append (line, "\\t");
      else if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
        g_string_append_printf (line, "\\u%04x", c);
      else
        g_string_append_unichar (line, c);
    }
  return g_string_free (line, FALSE);
}

static gboolean
list_slides (AciniConsole *console, AciniProject *project, GError **error)
{
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, error);
  JsonArray *array;
  guint n_missing = 0;

  if (slides == NULL)
    return FALSE;
  array = json_array_new ();
  json_object_set_array_member (console->result, "slides", array);
  for (guint i = 0; i < slides->len; i++)
    {
      AciniSlideRecord *record = g_ptr_array_index (slides, i);
      JsonObject *object = acini_specification_slide (record);
      g_autofree char *name = make_printable (record->name);
      g_autofree char *mpp = record->mpp_x > 0 ? g_strdup_printf ("%.4g µm/px", record->mpp_x) : g_strdup ("");

      json_object_set_boolean_member (object, "labelled", record->labelled);
      json_object_set_boolean_member (object, "missing", record->missing);
      json_array_add_object_element (array, object);
      acini_console_print (console, "%-24s %6" G_GINT64_FORMAT " × %-6" G_GINT64_FORMAT " %-14s %-12s %s%s", name,
                           record->width, record->height, record->organ, mpp, record->labelled ? "labelled" : "",
                           record->missing ? " file missing" : "");
      n_missing += record->missing;
    }
  acini_console_print (console, slides->len == 1 ? "%u slide" : "%u slides", slides->len);
  if (n_missing > 0)
    acini_console_note (console, "acini-cli: The files of %u of them are missing; “acini-cli relink” finds them.",
                        n_missing);
  return TRUE;
}

static gboolean
list_models (AciniConsole *console, AciniProject *project, GError **error)
{
  g_autoptr (GPtrArray) models = acini_list_models (project, error);
  g_autofree char *in_use = NULL, *path = NULL;
  JsonArray *array;

  if (models == NULL)
    return FALSE;
  path = acini_dup_model_in_use (project, &in_use);
  array = json_array_new ();
  json_object_set_array_member (console->result, "models", array);
  for (guint i = 0; i < models->len; i++)
    {
      AciniModelRecord *record = g_ptr_array_index (models, i);
      JsonObject *object = json_object_new ();
      gboolean used = g_strcmp0 (record->id, in_use) == 0;

      json_object_set_string_member (object, "id", record->id);
      json_object_set_string_member (object, "name", record->name);
      json_object_set_string_member (object, "path", record->path);
      json_object_set_string_member (object, "parent", record->parent != NULL ? record->parent : "");
      json_object_set_boolean_member (object, "in_use", used);
      json_array_add_object_element (array, object);
      acini_console_print (console, "%s %-36s %s", used ? "*" : " ", record->id, record->name);
    }
  return TRUE;
}

static gboolean
run_list (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);

  if (project == NULL)
    return FALSE;
  json_object_set_string_member (console->result, "project", acini_project_get_folder (project));
  return list_slides (console, project, error);
}

static gboolean
run_models (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);

  return project != NULL && list_models (console, project, error);
}

const AciniCommand acini_command_list = {
  .name = "list",
  .arguments = "PROJECT",
  .summary = "Lists the slides of a project",
  .description = "Prints each slide's name, size, organ, µm per pixel, and whether it has labels.",
  .examples = "list Colon.acini\nlist Colon.acini --json",
  .least = 1,
  .most = 1,
  .run = run_list,
};

const AciniCommand acini_command_model_list = {
  .name = "model list",
  .arguments = "PROJECT",
  .summary = "Lists the models of a project",
  .description = "Prints the shipped starter model and the project's own, the one in use with a star.",
  .least = 1,
  .most = 1,
  .run = run_models,
};
