/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "data/phantom/acini-phantom.h"

#include <math.h>
#include <stdlib.h>

static char *option_size, *option_organ;
static gint64 option_seed;
static double option_mpp;

static const GOptionEntry entries[] = {
  { "size", 's', 0, G_OPTION_ARG_STRING, &option_size, "Size in pixels (default: 4096x4096)", "WxH" },
  { "seed", 0, 0, G_OPTION_ARG_INT64, &option_seed, "Seed of the random tissue (default: 0)", "N" },
  { "organ", 0, 0, G_OPTION_ARG_STRING, &option_organ,
    "kidney, largeintestine, lung, prostate or spleen (default: largeintestine)", "ORGAN" },
  { "mpp", 0, 0, G_OPTION_ARG_DOUBLE, &option_mpp, "µm per pixel (default: 0.5)", "X" },
  { NULL },
};

static gboolean
parse_size (const char *text, gint64 *width, gint64 *height, GError **error)
{
  char *end = NULL;

  *width = *height = 4096;
  if (text == NULL)
    return TRUE;
  *width = g_ascii_strtoll (text, &end, 10);
  if (end != text && (*end == 'x' || *end == 'X'))
    {
      const char *second = end + 1;

      *height = g_ascii_strtoll (second, &end, 10);
      if (end != second && *end == '\0' && *width > 0 && *height > 0)
        return TRUE;
    }
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
               "“%s” is not a size. Use WIDTHxHEIGHT in pixels, such as 4096x4096.", text);
  return FALSE;
}

static void
show_progress (double fraction, gpointer user_data)
{
  acini_console_progress (user_data, fraction, "Drawing", NULL);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  AciniPhantom phantom;
  gint64 width, height, start = g_get_monotonic_time ();
  double seconds, megapixels;

  if (!parse_size (option_size, &width, &height, error)
      || !acini_phantom_init (&phantom, width, height, (guint64)option_seed, option_organ, option_mpp, error)
      || !acini_phantom_write (&phantom, arguments[0], show_progress, console, console->cancellable, error))
    return FALSE;
  seconds = (g_get_monotonic_time () - start) / 1e6;
  megapixels = (double)width * height / 1e6;
  json_object_set_string_member (console->result, "slide", arguments[0]);
  json_object_set_string_member (console->result, "organ", phantom.organ);
  json_object_set_double_member (console->result, "mpp", phantom.mpp);
  json_object_set_double_member (console->result, "seconds", seconds);
  json_object_set_double_member (console->result, "megapixels_per_second", megapixels / MAX (seconds, 1e-6));
  acini_console_print (console, "%s: %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT " pixels of %s, %.1f Mpx/s",
                       arguments[0], width, height, phantom.organ, megapixels / MAX (seconds, 1e-6));
  return TRUE;
}

const AciniCommand acini_command_phantom = {
  .name = "phantom",
  .arguments = "OUT.tiff",
  .summary = "Draws a section of artificial tissue with its masks",
  .description
  = "Draws an H&E section as a pyramidal tiled TIFF, and beside it OUT-mask.tiff (1 in every functional "
    "tissue unit) and OUT-instances.tiff (their numbers). The same size, seed, organ and µm per pixel draw "
    "the same section.\n\nMemory does not grow with the size.",
  .examples = "phantom colon.tiff --size 8192x8192 --seed 7\nphantom kidney.tiff --organ kidney --mpp 0.25",
  .options = entries,
  .least = 1,
  .most = 1,
  .run = run,
};
