/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-preview.h"

#include "data/base/acini-file-name.h"
#include "data/base/acini-resolution.h"
#include "data/interchange/acini-competition.h"
#include "data/interchange/acini-mask-match.h"
#include "data/interchange/acini-qupath-project.h"
#include "data/slides/acini-slide-import.h"

#include <glib/gstdio.h>
#include <string.h>

/* A slide whose level 0 has 10 µm of its objective's image a pixel: 0.25 µm at 40×. */
#define MICRONS_OF_POWER 10.0
/* A hash of so few or so many set bits is that of nearly nothing, which everything looks like. */
#define LEAST_BITS 8

/* Which files there are. */

typedef struct
{
  AciniProject *project;
  const AciniPreviewReading *reading;
  GPtrArray *files;   /* AciniPreviewFile */
  GPtrArray *records; /* AciniSlideRecord of the project; nullable */
  GCancellable *cancellable;
  int n_done; /* atomic */
} Preview;

static AciniPreviewFile *
add_file (Preview *self, const char *path)
{
  AciniPreviewFile *file = g_new0 (AciniPreviewFile, 1);

  file->path = g_strdup (path);
  file->fields = acini_slide_fields_new ();
  file->reading = self->reading->intake->mask;
  file->origin = self->reading->intake->origin;
  file->origin_said = self->reading->intake->origin != ACINI_ORIGIN_SLIDE;
  g_ptr_array_add (self->files, file);
  return file;
}

static gboolean
add_image (const AciniCompetitionImage *image, gpointer user_data, GError **error)
{
  Preview *self = user_data;
  AciniPreviewFile *file = add_file (self, image->image);

  acini_slide_fields_merge (file->fields, image->fields);
  file->mask = g_strdup (image->annotations);
  file->runs = g_strdup (image->runs);
  file->labels = image->annotations != NULL ? ACINI_LABELS_ANNOTATIONS
                 : image->runs != NULL      ? ACINI_LABELS_RUNS
                                            : ACINI_LABELS_NONE;
  return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  g_autofree char *key_a = g_utf8_collate_key_for_filename (*(char **)a, -1);
  g_autofree char *key_b = g_utf8_collate_key_for_filename (*(char **)b, -1);

  return strcmp (key_a, key_b);
}

/* Only files that look like images: a folder of slides often contains notes and tables, too. */
static GPtrArray *
list_folder (const char *folder)
{
  static const char *const endings[] = { ".svs", ".tif", ".tiff", ".ndpi", ".vms", ".vmu",  ".scn", ".mrxs", ".svslide",
                                         ".bif", ".czi", ".dcm",  ".png",  ".jpg", ".jpeg", ".bmp", ".jp2",  ".webp" };
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *lower = g_ascii_strdown (name, -1), *path = g_build_filename (folder, name, NULL);

      for (guint i = 0; i < G_N_ELEMENTS (endings) && name[0] != '.' && path != NULL; i++)
        if (g_str_has_suffix (lower, endings[i]) && g_file_test (path, G_FILE_TEST_IS_REGULAR))
          g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

static gboolean
list_files (Preview *self, GPtrArray *named, GError **error)
{
  g_autoptr (GPtrArray) plain = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < named->len; i++)
    {
      const char *path = named->pdata[i];
      g_autoptr (AciniCompetition) competition = NULL;
      guint n_missing, n_unread;

      if (acini_qupath_project_is (path))
        {
          if (!acini_qupath_project_foreach (path, add_image, self, &n_missing, &n_unread, error))
            return FALSE;
          continue;
        }
      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          g_ptr_array_add (plain, g_strdup (path));
          continue;
        }
      competition = acini_competition_open (path);
      if (competition == NULL)
        {
          g_autoptr (GPtrArray) found = list_folder (path);

          g_ptr_array_extend_and_steal (plain, g_steal_pointer (&found));
        }
      else if (!acini_competition_foreach (competition, add_image, self, &n_missing, error))
        return FALSE;
    }
  acini_mask_match_leave_out (plain);
  for (guint i = 0; i < plain->len; i++)
    add_file (self, plain->pdata[i]);
  return TRUE;
}

/* One file. */

static gboolean
take_fields (Preview *self, AciniPreviewFile *file, GError **error)
{
  g_autofree char *stem = acini_file_name_dup_stem (file->path);
  const AciniSlideFields *row
      = self->reading->table != NULL ? acini_slide_table_find (self->reading->table, stem) : NULL;
  g_autoptr (AciniSlideFields) named = NULL;

  if (row != NULL)
    acini_slide_fields_merge (file->fields, row);
  if (self->reading->pattern != NULL && !acini_slide_pattern_match (self->reading->pattern, stem, &named, error))
    return FALSE;
  if (named != NULL)
    acini_slide_fields_merge (file->fields, named);
  file->organ = acini_slide_fields_get_organ (file->fields);
  if (file->organ == NULL)
    file->organ = self->reading->intake->organ;
  return TRUE;
}

static void
choose_scale (Preview *self, AciniPreviewFile *file)
{
  const double said = self->reading->intake->image.mpp, table = acini_slide_fields_get_mpp (file->fields);
  const AciniPictureLook *look = &file->look;

  if (said > 0)
    file->mpp = said, file->scale = ACINI_SCALE_HAND;
  else if (table > 0)
    file->mpp = table, file->scale = ACINI_SCALE_TABLE;
  else if (look->mpp > 0)
    file->mpp = look->mpp, file->scale = look->scanner ? ACINI_SCALE_HEADER : ACINI_SCALE_RESOLUTION;
  else if (look->power > 0 && acini_mpp_is_plausible (MICRONS_OF_POWER / look->power))
    {
      file->mpp = MICRONS_OF_POWER / look->power;
      file->scale = ACINI_SCALE_OBJECTIVE;
      file->warnings |= 1U << ACINI_WARNING_OBJECTIVE;
    }
  else
    file->warnings |= 1U << ACINI_WARNING_NO_SCALE;
}

static gboolean
look_at_picture (Preview *self, AciniPreviewFile *file, GError **error)
{
  const AciniImageReading *reading = &self->reading->intake->image;
  g_autoptr (AciniSlide) slide = NULL;
  GError *problem = NULL;

  file->stays = acini_slide_import_stays (file->path, reading, &problem);
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  if (!file->stays)
    return acini_picture_look_at_image (&file->look, file->path, reading, self->cancellable, error);
  slide = acini_slide_open (file->path, error);
  if (slide == NULL)
    return FALSE;
  acini_slide_get_corner (slide, &file->corner_x, &file->corner_y);
  return acini_picture_look_at_slide (&file->look, slide, acini_slide_get_mpp_x (slide), error);
}

/* The slide of the project that the file is already. */
static gint64
find_known (Preview *self, const AciniPreviewFile *file)
{
  g_autofree char *path = g_canonicalize_filename (file->path, NULL), *digest = NULL;

  for (guint i = 0; self->records != NULL && i < self->records->len; i++)
    {
      const AciniSlideRecord *record = self->records->pdata[i];

      if (file->stays && g_str_equal (record->path, path))
        return record->id;
    }
  if (file->stays || self->records == NULL || self->records->len == 0)
    return 0;
  digest = acini_intake_make_digest (file->path, &self->reading->intake->image, self->cancellable, NULL);
  return digest != NULL ? acini_project_find_source (self->project, file->path, digest) : 0;
}

static void
look_at_file (gpointer data, gpointer user_data)
{
  AciniPreviewFile *file = data;
  Preview *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_cancellable_is_cancelled (self->cancellable))
    {
      if (!self->reading->intake->without_masks && file->labels == ACINI_LABELS_NONE)
        acini_preview_file_find_labels (file, self->reading->intake->masks);
      if (!take_fields (self, file, &error) || !look_at_picture (self, file, &error))
        file->problem = g_strdup (error->message);
      else
        {
          choose_scale (self, file);
          if (file->look.faults & ACINI_PICTURE_BLURRED)
            file->warnings |= 1U << ACINI_WARNING_BLURRED;
          if (file->look.faults & ACINI_PICTURE_PEN)
            file->warnings |= 1U << ACINI_WARNING_PEN;
          if (file->look.faults & ACINI_PICTURE_EMPTY)
            file->warnings |= 1U << ACINI_WARNING_EMPTY;
          if (file->look.faults & ACINI_PICTURE_CLIPPED)
            file->warnings |= 1U << ACINI_WARNING_CLIPPED;
          file->slide = find_known (self, file);
          acini_preview_file_look_at_labels (file, self->cancellable);
        }
    }
  g_atomic_int_inc (&self->n_done);
}

/* Files side by side; the progress is told from here. */
static void
look_at_files (Preview *self, AciniProgressFunc progress, gpointer user_data)
{
  GThreadPool *pool = g_thread_pool_new (look_at_file, self, (int)CLAMP (g_get_num_processors (), 1, 8), FALSE, NULL);

  for (guint i = 0; i < self->files->len; i++)
    g_thread_pool_push (pool, self->files->pdata[i], NULL);
  while (g_atomic_int_get (&self->n_done) < (int)self->files->len)
    {
      g_usleep (20000);
      if (progress != NULL)
        progress ((double)g_atomic_int_get (&self->n_done) / self->files->len, user_data);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
}

/* Duplicates. */

/* Files of the same size have the same content where their digests are equal. */
static void
find_same (Preview *self)
{
  g_autoptr (GHashTable) sizes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gint64 *of = g_new0 (gint64, MAX (self->files->len, 1));

  for (guint i = 0; i < self->files->len; i++)
    {
      const AciniPreviewFile *file = self->files->pdata[i];
      GStatBuf status;

      of[i] = file->problem == NULL && g_stat (file->path, &status) == 0 ? status.st_size : -1;
      if (of[i] >= 0)
        g_hash_table_insert (sizes, g_memdup2 (&of[i], sizeof *of),
                             GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (sizes, &of[i])) + 1));
    }
  for (guint i = 0; i < self->files->len && !g_cancellable_is_cancelled (self->cancellable); i++)
    {
      AciniPreviewFile *file = self->files->pdata[i];
      const char *first;
      char *digest;

      if (of[i] < 0 || GPOINTER_TO_UINT (g_hash_table_lookup (sizes, &of[i])) < 2)
        continue;
      digest = acini_intake_make_digest (file->path, &self->reading->intake->image, self->cancellable, NULL);
      if (digest == NULL)
        continue;
      first = g_hash_table_lookup (digests, digest);
      if (first != NULL)
        {
          file->same_as = g_filename_display_basename (first);
          file->warnings |= 1U << ACINI_WARNING_SAME;
          g_free (digest);
        }
      else
        g_hash_table_insert (digests, digest, file->path);
    }
}

static gboolean
tells (guint64 hash)
{
  int bits = acini_picture_hash_compare (hash, 0);

  return bits >= LEAST_BITS && bits <= 64 - LEAST_BITS;
}

static gboolean
are_alike (guint64 a, guint64 b)
{
  return tells (a) && tells (b) && acini_picture_hash_compare (a, b) <= ACINI_PICTURE_ALIKE;
}

/* The hash of a slide of the project, 0 where it cannot be read. */
static guint64
hash_slide (const AciniSlideRecord *record)
{
  g_autoptr (AciniSlide) slide = record->missing ? NULL : acini_slide_open (record->path, NULL);
  guint64 hash = 0;

  return slide != NULL && acini_picture_hash_slide (slide, &hash, NULL) ? hash : 0;
}

static void
find_alike_slides (Preview *self)
{
  for (guint i = 0; self->records != NULL && i < self->records->len; i++)
    {
      const AciniSlideRecord *record = self->records->pdata[i];
      guint64 hash = g_cancellable_is_cancelled (self->cancellable) ? 0 : hash_slide (record);

      for (guint j = 0; j < self->files->len && hash != 0; j++)
        {
          AciniPreviewFile *file = self->files->pdata[j];

          if (file->problem != NULL || file->slide != 0 || file->like != NULL || !are_alike (hash, file->look.hash))
            continue;
          file->like = g_strdup_printf ("slide %s", record->name);
          file->warnings |= 1U << ACINI_WARNING_ALIKE;
        }
    }
}

static void
find_alike (Preview *self)
{
  find_alike_slides (self);
  for (guint i = 0; i < self->files->len; i++)
    for (guint j = 0; j < i; j++)
      {
        AciniPreviewFile *file = self->files->pdata[i];
        const AciniPreviewFile *other = self->files->pdata[j];

        if (file->problem != NULL || other->problem != NULL || file->same_as != NULL || file->like != NULL
            || !are_alike (file->look.hash, other->look.hash))
          continue;
        file->like = g_filename_display_basename (other->path);
        file->warnings |= 1U << ACINI_WARNING_ALIKE;
      }
}

GPtrArray *
acini_preview (AciniProject *project, GPtrArray *files, const AciniPreviewReading *reading, AciniProgressFunc progress,
               gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_preview_file_free);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (AciniSlideFields) nothing = NULL;
  Preview self = { .project = project, .reading = reading, .files = found, .cancellable = cancellable };

  g_return_val_if_fail (files != NULL && reading != NULL && reading->intake != NULL, NULL);

  if (reading->pattern != NULL && !acini_slide_pattern_match (reading->pattern, "", &nothing, error))
    return NULL;
  if (project != NULL && (records = acini_project_list_slides (project, error)) == NULL)
    return NULL;
  self.records = records;
  if (!list_files (&self, files, error))
    return NULL;
  look_at_files (&self, progress, user_data);
  find_same (&self);
  find_alike (&self);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&found);
}
