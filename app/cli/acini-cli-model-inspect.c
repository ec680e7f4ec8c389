/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "model/acini-model.h"

static gboolean option_tensors;

static const GOptionEntry entries[] = {
  { "tensors", 0, 0, G_OPTION_ARG_NONE, &option_tensors, "List every tensor with its type and shape", NULL },
  { NULL },
};

static char *
value_to_string (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return json_to_string (node, FALSE);
}

/* Names take a line each: a network that is matched in part may miss sixty. */
static void
print_names (AciniConsole *console, const char *member, JsonArray *names)
{
  acini_console_print (console, "%-14s %u", member, json_array_get_length (names));
  for (guint i = 0; i < json_array_get_length (names); i++)
    acini_console_print (console, "  %s", json_array_get_string_element (names, i));
}

static void
print_tensors (AciniConsole *console, JsonArray *tensors)
{
  for (guint i = 0; i < json_array_get_length (tensors); i++)
    {
      JsonObject *tensor = json_array_get_object_element (tensors, i);
      g_autofree char *shape = json_object_has_member (tensor, "shape")
                                   ? value_to_string (json_object_get_member (tensor, "shape"))
                                   : g_strdup ("");

      acini_console_print (console, "%-72s %-8s %s", json_object_get_string_member_with_default (tensor, "name", ""),
                           json_object_get_string_member_with_default (tensor, "dtype", ""), shape);
    }
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  JsonObject *found = acini_model_inspect (arguments[0], option_tensors, error);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (found == NULL)
    return FALSE;
  json_object_unref (console->result);
  console->result = found;
  json_object_iter_init_ordered (&iter, found);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      if (g_str_equal (name, "tensors"))
        continue;
      if (JSON_NODE_HOLDS_ARRAY (value))
        print_names (console, name, json_node_get_array (value));
      else
        {
          g_autofree char *text = value_to_string (value);

          acini_console_print (console, "%-14s %s", name, text);
        }
    }
  if (option_tensors && json_object_has_member (found, "tensors"))
    print_tensors (console, json_object_get_array_member (found, "tensors"));
  return TRUE;
}

const AciniCommand acini_command_model_inspect = {
  .name = "model inspect",
  .arguments = "FILE",
  .summary = "Describes a checkpoint file",
  .description = "Prints the container, the layout (whose names the tensors have), the architecture and its size of a "
                 "checkpoint in .safetensors or PyTorch's format, known network or not. Nothing in it is executed.",
  .examples = "model inspect model.safetensors\nmodel inspect iter_10000.pth --tensors",
  .options = entries,
  .least = 1,
  .most = 1,
  .run = run,
};
