/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/slides/acini-slide.h"

static void
add_levels (AciniConsole *console, AciniSlide *slide)
{
  JsonArray *array = json_array_new ();

  json_object_set_array_member (console->result, "levels", array);
  for (int i = 0; i < acini_slide_get_n_levels (slide); i++)
    {
      const AciniSlideLevel *level = acini_slide_get_level (slide, i);
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "width", level->width);
      json_object_set_int_member (object, "height", level->height);
      json_object_set_double_member (object, "downsample", level->downsample);
      json_array_add_object_element (array, object);
      acini_console_print (console, "level %d: %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT ", 1 : %.4g", i, level->width,
                           level->height, level->downsample);
    }
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (arguments[0], error);
  const char *const *names;
  JsonObject *properties;

  if (slide == NULL)
    return FALSE;
  json_object_set_string_member (console->result, "vendor", acini_slide_get_vendor (slide));
  json_object_set_double_member (console->result, "mpp_x", acini_slide_get_mpp_x (slide));
  json_object_set_double_member (console->result, "mpp_y", acini_slide_get_mpp_y (slide));
  json_object_set_double_member (console->result, "objective_power", acini_slide_get_objective_power (slide));
  acini_console_print (console, "%s, %s", acini_slide_get_path (slide), acini_slide_get_vendor (slide));
  if (acini_slide_get_mpp_x (slide) > 0)
    acini_console_print (console, "%.5g × %.5g µm per pixel", acini_slide_get_mpp_x (slide),
                         acini_slide_get_mpp_y (slide));
  add_levels (console, slide);
  properties = json_object_new ();
  json_object_set_object_member (console->result, "properties", properties);
  names = acini_slide_get_property_names (slide);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    json_object_set_string_member (properties, names[i], acini_slide_get_property (slide, names[i]));
  return TRUE;
}

const AciniCommand acini_command_info = {
  .name = "info",
  .arguments = "SLIDE",
  .summary = "Describes a slide file",
  .description = "Prints the format, the levels and µm per pixel of a slide; with --json all its properties too.",
  .examples = "info CMU-1.svs",
  .least = 1,
  .most = 1,
  .run = run,
};
