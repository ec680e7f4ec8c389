/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-segment-options.h"

#include "app/cli/acini-command.h"
#include "app/worker/acini-model-set.h"

static gboolean option_no_tissue, option_flips, option_turns;
static int option_overlap = -1, option_patch, option_batch, option_readers;
static char *option_scales;
static GArray *scales;

const GOptionEntry *
acini_segment_options (void)
{
  static const GOptionEntry entries[] = {
    { "no-tissue-detection", 0, 0, G_OPTION_ARG_NONE, &option_no_tissue, "Segment bare glass, too", NULL },
    { "patch", 0, 0, G_OPTION_ARG_INT, &option_patch, "Side of the model's input in pixels (default: 512)", "PIXELS" },
    { "overlap", 0, 0, G_OPTION_ARG_INT, &option_overlap,
      "Overlap of neighbouring patches in pixels (default: a quarter)", "PIXELS" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &option_batch, "Patches at a time", "N" },
    { "readers", 0, 0, G_OPTION_ARG_INT, &option_readers, "Threads for reading the slide (default: 1)", "N" },
    { "flips", 0, 0, G_OPTION_ARG_NONE, &option_flips, "Average over mirror images: 3 times as long, slightly better",
      NULL },
    { "turns", 0, 0, G_OPTION_ARG_NONE, &option_turns,
      "Average over rotations by 90°, 180° and 270°: 4 times as long, with --flips 8 times", NULL },
    { "scales", 0, 0, G_OPTION_ARG_STRING, &option_scales,
      "Mean over several sizes, 1 the model's own, as 0.8,1,1.2: each with the mirror images and turns", "S,S,…" },
    { NULL },
  };

  return entries;
}

gboolean
acini_segment_options_check (GError **error)
{
  g_autoptr (GError) reason = NULL;

  g_clear_pointer (&scales, g_array_unref);
  if (option_patch < 0 || option_batch < 0 || option_readers < 0)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "Numbers of pixels and threads must not be negative.");
      return FALSE;
    }
  if (option_scales == NULL)
    return TRUE;
  scales = acini_parse_numbers (option_scales, &reason);
  if (scales == NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, reason->message);
  return scales != NULL;
}

void
acini_segment_options_fill (AciniSegmentation *how)
{
  how->tissue = !option_no_tissue;
  how->patch = option_patch;
  how->overlap = option_overlap;
  how->batch = option_batch;
  how->readers = option_readers;
  how->flips = option_flips;
  how->turns = option_turns;
  how->scales = scales != NULL ? (const double *)scales->data : NULL;
  how->n_scales = scales != NULL ? scales->len : 0;
}
