/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/demo/acini-demo.h"

#include "app/jobs/acini-specification.h"
#include "data/interchange/acini-intake.h"
#include "data/phantom/acini-phantom.h"
#include "data/project/acini-project.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  const char *name, *organ;
  gint64 width, height;
  guint64 seed;
  double mpp;
  gboolean labelled; /* its truth becomes labels, to learn from */
} Section;

static const Section sections[] = {
  { "Colon", "largeintestine", 8192, 6144, 11, 0.5, FALSE },
  { "Colon (marked)", "largeintestine", 2048, 2048, 12, 0.5, TRUE },
  { "Kidney", "kidney", 6144, 6144, 13, 0.5, FALSE },
  { "Prostate", "prostate", 4096, 4096, 14, 0.5, FALSE },
};

/* Real tissue below ACINI_SHARED; a folder's files come by name, and what is missing is left out. */
typedef struct
{
  const char *folder, *pattern;
  const char *organ;
  double mpp;
  const char *masks; /* folder beside @folder; NULL: beside the images */
  int channel;
  guint most;
} Real;

static const Real reals[] = {
  { "tissue/glas", "train_*", "largeintestine", 0.62005, NULL, -1, 10 },
  { "tissue/kidney_glomeruli_aidpath_1024/images", "*.png", "kidney", 0.5, "tissue/kidney_glomeruli_aidpath_1024/masks",
    0, 4 },
  { "tissue/derived", "lung_example_pyramid.tiff", "lung", 0, NULL, -1, 1 },
  { "tissue/wsi", "CMU-1-Small-Region.svs", "", 0, NULL, -1, 1 },
};

/* Whoever waits, and which share of the whole is being done. */
typedef struct
{
  AciniProgressFunc function;
  gpointer user_data;
  GCancellable *cancellable;
  double from, share;
} Progress;

static void
show_progress (double fraction, gpointer user_data)
{
  Progress *progress = user_data;

  if (progress->function != NULL)
    progress->function (progress->from + fraction * progress->share, progress->user_data);
}

/* Draws @section into the project's slides. */
static gboolean
add_section (AciniProject *project, const Section *section, Progress *progress, GError **error)
{
  g_autofree char *file = g_strdup_printf ("phantom-%s-%" G_GUINT64_FORMAT ".tiff", section->organ, section->seed);
  g_autofree char *path = acini_project_build_path (project, "slides", file, NULL);
  AciniIntake intake = { .organ = section->organ, .name = section->name, .image = { .mpp = section->mpp } };
  g_auto (AciniIntakeResult) taken = { 0 };
  AciniPhantom phantom;

  if (!acini_phantom_init (&phantom, section->width, section->height, section->seed, section->organ, section->mpp,
                           error)
      || !acini_phantom_write (&phantom, path, show_progress, progress, progress->cancellable, error))
    return FALSE;
  if (!section->labelled)
    return acini_project_add_slide (project, path, section->name, section->organ, section->mpp, error) != 0;
  return acini_intake (project, path, &intake, &taken, NULL, NULL, progress->cancellable, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  g_autofree char *first = g_utf8_collate_key_for_filename (*(char *const *)a, -1);
  g_autofree char *second = g_utf8_collate_key_for_filename (*(char *const *)b, -1);

  return strcmp (first, second);
}

static GPtrArray *
list_files (const char *folder, const char *pattern)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_pattern_match_simple (pattern, name) && strstr (name, "_anno") == NULL)
      g_ptr_array_add (files, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (files, compare_names);
  return files;
}

static gboolean
add_real (AciniProject *project, const char *shared, const Real *real, Progress *progress, GError **error)
{
  g_autofree char *folder = g_build_filename (shared, real->folder, NULL);
  g_autofree char *masks = real->masks != NULL ? g_build_filename (shared, real->masks, NULL) : NULL;
  g_autoptr (GPtrArray) files = list_files (folder, real->pattern);
  AciniIntake intake = { .organ = real->organ, .masks = masks, .image = { .mpp = real->mpp } };

  if (real->channel >= 0)
    intake.mask = (AciniMaskReading){ .units = ACINI_MASK_UNITS_CHANNEL, .channel = real->channel };
  for (guint i = 0; i < MIN (files->len, real->most); i++)
    {
      g_auto (AciniIntakeResult) taken = { 0 };

      if (!acini_intake (project, g_ptr_array_index (files, i), &intake, &taken, NULL, NULL, progress->cancellable,
                         error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fill (AciniProject *project, Progress *progress, GError **error)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  double all = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    all += sections[i].width * sections[i].height;
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      progress->share = sections[i].width * sections[i].height / all;
      if (!add_section (project, &sections[i], progress, error))
        return FALSE;
      progress->from += progress->share;
    }
  for (guint i = 0; shared != NULL && *shared != '\0' && i < G_N_ELEMENTS (reals); i++)
    if (!add_real (project, shared, &reals[i], progress, error))
      return FALSE;
  return TRUE;
}

gboolean
acini_demo_make (const char *folder, AciniProgressFunc function, gpointer user_data, GCancellable *cancellable,
                 GError **error)
{
  g_autofree char *final = g_canonicalize_filename (folder, NULL);
  g_autofree char *temporary = g_strdup_printf ("%s.part", final);
  g_autofree char *parent = g_path_get_dirname (final);
  Progress progress = { function, user_data, cancellable, 0, 0 };
  AciniProject *project;
  gboolean ok;

  g_return_val_if_fail (folder != NULL, FALSE);

  if (g_file_test (final, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("“%s” exists already. Choose another name."), final);
      return FALSE;
    }
  acini_remove_tree (temporary);
  g_mkdir_with_parents (parent, 0777);
  project = acini_project_create (temporary, error);
  ok = project != NULL && fill (project, &progress, error);
  g_clear_object (&project);
  if (ok && g_rename (temporary, final) == 0)
    return TRUE;
  acini_remove_tree (temporary);
  if (ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” cannot be written. Choose another folder."), final);
  return FALSE;
}
