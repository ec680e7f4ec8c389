/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/demo/acini-demo.h"

#include "app/jobs/acini-specification.h"
#include "data/interchange/acini-intake.h"
#include "data/phantom/acini-phantom.h"
#include "data/project/acini-project.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>

/* The project's setting that counts the parts it has; one that was never set: all of them. */
#define SETTING_PARTS "demo-parts"

/* Pixels that take as long to draw as a file with real tissue to be taken in, roughly. */
#define REAL_COST 2e6

typedef struct
{
  const char *name, *organ;
  gint64 width, height;
  guint64 seed;
  double mpp;
  gboolean labelled; /* its truth becomes labels, to learn from */
} Section;

/* A small one first: it is there in a second. */
static const Section sections[] = {
  { "Colon (marked)", "largeintestine", 2048, 2048, 12, 0.5, TRUE },
  { "Colon", "largeintestine", 8192, 6144, 11, 0.5, FALSE },
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

/* One slide of the project: a section, or a file with real tissue. */
typedef struct
{
  const Section *section;
  const Real *real;
  char *path;
  double cost;
} Part;

static void
part_clear (gpointer data)
{
  g_free (((Part *)data)->path);
}

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

static gboolean
add_real (AciniProject *project, const Part *part, Progress *progress, GError **error)
{
  g_autofree char *masks
      = part->real->masks != NULL ? g_build_filename (g_getenv ("ACINI_SHARED"), part->real->masks, NULL) : NULL;
  AciniIntake intake = { .organ = part->real->organ, .masks = masks, .image = { .mpp = part->real->mpp } };
  g_auto (AciniIntakeResult) taken = { 0 };

  if (part->real->channel >= 0)
    intake.mask = (AciniMaskReading){ .units = ACINI_MASK_UNITS_CHANNEL, .channel = part->real->channel };
  return acini_intake (project, part->path, &intake, &taken, show_progress, progress, progress->cancellable, error);
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

/* (element-type Part), always in the same order. */
static GArray *
list_parts (void)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (Part));

  g_array_set_clear_func (parts, part_clear);
  for (guint i = 0; i < G_N_ELEMENTS (sections); i++)
    {
      Part part = { &sections[i], NULL, NULL, sections[i].width * sections[i].height };

      g_array_append_val (parts, part);
    }
  for (guint i = 0; shared != NULL && *shared != '\0' && i < G_N_ELEMENTS (reals); i++)
    {
      g_autofree char *folder = g_build_filename (shared, reals[i].folder, NULL);
      g_autoptr (GPtrArray) files = list_files (folder, reals[i].pattern);

      for (guint j = 0; j < MIN (files->len, reals[i].most); j++)
        {
          Part part = { NULL, &reals[i], g_strdup (files->pdata[j]), REAL_COST };

          g_array_append_val (parts, part);
        }
    }
  return parts;
}

/* Adds the parts from @first to before @end, and counts each. */
static gboolean
add_parts (AciniProject *project, guint first, guint end, Progress *progress, GError **error)
{
  g_autoptr (GArray) parts = list_parts ();
  double all = 0;

  end = MIN (end, parts->len);
  for (guint i = first; i < end; i++)
    all += g_array_index (parts, Part, i).cost;
  for (guint i = first; i < end; i++)
    {
      const Part *part = &g_array_index (parts, Part, i);
      g_autofree char *count = g_strdup_printf ("%u", i + 1);

      progress->share = part->cost / all;
      if (!(part->section != NULL ? add_section (project, part->section, progress, error)
                                  : add_real (project, part, progress, error))
          || !acini_project_set_setting (project, SETTING_PARTS, count, error))
        return FALSE;
      progress->from += progress->share;
    }
  return TRUE;
}

/* One drawing at a time in this program: one that was cancelled may still be removing what it had made. */
static GMutex drawing;

/* The project @folder with the first @n_parts parts: complete or not at all. */
static gboolean
make (const char *folder, guint n_parts, Progress *progress, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&drawing);
  g_autofree char *final = g_canonicalize_filename (folder, NULL);
  g_autofree char *temporary = g_strdup_printf ("%s.part", final);
  g_autofree char *parent = g_path_get_dirname (final);
  AciniProject *project;
  gboolean ok;

  if (g_file_test (final, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("“%s” exists already. Choose another name."), final);
      return FALSE;
    }
  acini_remove_tree (temporary);
  g_mkdir_with_parents (parent, 0777);
  project = acini_project_create (temporary, error);
  ok = project != NULL && add_parts (project, 0, n_parts, progress, error);
  g_clear_object (&project);
  if (ok && g_rename (temporary, final) == 0)
    return TRUE;
  acini_remove_tree (temporary);
  if (ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” cannot be written. Choose another folder."), final);
  return FALSE;
}

gboolean
acini_demo_make (const char *folder, AciniProgressFunc function, gpointer user_data, GCancellable *cancellable,
                 GError **error)
{
  Progress progress = { function, user_data, cancellable, 0, 0 };

  g_return_val_if_fail (folder != NULL, FALSE);

  return make (folder, G_MAXUINT, &progress, error);
}

gboolean
acini_demo_begin (const char *folder, AciniProgressFunc function, gpointer user_data, GCancellable *cancellable,
                  GError **error)
{
  Progress progress = { function, user_data, cancellable, 0, 0 };

  g_return_val_if_fail (folder != NULL, FALSE);

  return make (folder, 1, &progress, error);
}

/* What a program that was killed was drawing. */
static void
remove_partial (AciniProject *project)
{
  g_autofree char *folder = acini_project_build_path (project, "slides", NULL);
  g_autoptr (GPtrArray) files = list_files (folder, ".phantom-*.part");

  for (guint i = 0; i < files->len; i++)
    g_unlink (files->pdata[i]);
}

gboolean
acini_demo_complete (AciniProject *project, AciniProgressFunc function, gpointer user_data, GCancellable *cancellable,
                     GError **error)
{
  Progress progress = { function, user_data, cancellable, 0, 0 };
  g_autofree char *count = NULL;
  gboolean ok = TRUE;
  int fd;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&drawing);
  /* The lock goes with its program, however that ends.  Where there are no locks, nobody is kept out. */
  fd = g_open (acini_project_get_folder (project), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    {
      g_close (fd, NULL);
      return TRUE;
    }
  count = acini_project_dup_setting (project, SETTING_PARTS);
  if (count != NULL)
    {
      remove_partial (project);
      ok = add_parts (project, (guint)g_ascii_strtoull (count, NULL, 10), G_MAXUINT, &progress, error);
    }
  if (fd >= 0)
    g_close (fd, NULL);
  return ok;
}
