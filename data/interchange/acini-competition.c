/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-competition.h"

#include "data/annotations/acini-csv.h"
#include "data/annotations/acini-source.h"
#include "data/base/acini-file-name.h"
#include "data/slides/acini-import-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

typedef enum
{
  KIDNEY_2021,
  ORGANS_2022,
  VESSELS_2023,
} Year;

static const struct
{
  const char *name;
  const char *table, *images; /* what tells it from the others */
  const char *test_table, *test_images;
  const char *information; /* a table more, or NULL */
} years[] = {
  { "HuBMAP 2021", "train.csv", "train", "sample_submission.csv", "test", "HuBMAP-20-dataset_information.csv" },
  { "HuBMAP 2022", "train.csv", "train_images", "test.csv", "test_images", NULL },
  { "HuBMAP 2023", "polygons.jsonl", "train", NULL, "test", "tile_meta.csv" },
};

struct _AciniCompetition
{
  char *folder;
  Year year;
  GHashTable *images, *test_images; /* id → path */
  AciniSlideTable *information;     /* nullable */
  GHashTable *seen;                 /* ids that were given out */
  AciniCompetitionFunc func;
  gpointer user_data;
  guint n_missing;
};

/* The images in FOLDER/@name by id. */
static GHashTable *
list_images (const char *folder, const char *name)
{
  GHashTable *images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *inner = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (inner, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (entry, ".tiff") || g_str_has_suffix (entry, ".tif") || g_str_has_suffix (entry, ".png"))
      g_hash_table_insert (images, acini_file_name_dup_stem (entry), g_build_filename (inner, entry, NULL));
  return images;
}

static gboolean
has (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

AciniCompetition *
acini_competition_open (const char *folder)
{
  AciniCompetition *self;
  g_autofree char *information = NULL;
  Year year;

  g_return_val_if_fail (folder != NULL, NULL);

  for (year = KIDNEY_2021; year < G_N_ELEMENTS (years); year++)
    if (has (folder, years[year].table) && has (folder, years[year].images))
      break;
  if (year == G_N_ELEMENTS (years))
    return NULL;
  self = g_new0 (AciniCompetition, 1);
  self->folder = g_strdup (folder);
  self->year = year;
  self->images = list_images (folder, years[year].images);
  self->test_images = list_images (folder, years[year].test_images);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  /* One that says nothing about slides is no loss. */
  if (years[year].information != NULL && has (folder, years[year].information))
    {
      information = g_build_filename (folder, years[year].information, NULL);
      self->information = acini_slide_table_load (information, NULL);
    }
  return self;
}

void
acini_competition_free (AciniCompetition *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->images);
  g_hash_table_unref (self->test_images);
  g_hash_table_unref (self->seen);
  acini_slide_table_free (self->information);
  g_free (self->folder);
  g_free (self);
}

const char *
acini_competition_get_name (const AciniCompetition *self)
{
  return years[self->year].name;
}

guint
acini_competition_count (const AciniCompetition *self)
{
  return g_hash_table_size (self->images) + g_hash_table_size (self->test_images);
}

/* What all images of the year have in common, as the competitions' pages say. */
static gboolean
add_common (AciniCompetition *self, AciniSlideFields *fields, const char *id, gboolean test, GError **error)
{
  const AciniSlideFields *more = self->information != NULL ? acini_slide_table_find (self->information, id) : NULL;
  g_autoptr (AciniSlideFields) common = acini_slide_fields_new ();

  if (more != NULL)
    acini_slide_fields_merge (fields, more);
  if (!acini_slide_fields_take (common, "split", test ? "test" : "train", error)
      || (self->year != ORGANS_2022 && !acini_slide_fields_take (common, "organ", "kidney", error)))
    return FALSE;
  acini_slide_fields_merge (fields, common);
  return TRUE;
}

static gboolean
give (AciniCompetition *self, const char *id, gboolean test, const char *annotations, const char *runs,
      AciniSlideFields *fields, GError **error)
{
  const char *image = g_hash_table_lookup (test ? self->test_images : self->images, id);
  AciniCompetitionImage given = { image, annotations, runs, fields };

  if (image == NULL)
    {
      self->n_missing++;
      return TRUE;
    }
  g_hash_table_add (self->seen, g_strdup (image));
  return add_common (self, fields, id, test, error) && self->func (&given, self->user_data, error);
}

/* Where a row stands. */
typedef struct
{
  const char *file;
  AciniCsv *csv;
} Place;

/* Returns: FALSE. */
static gboolean
refuse (const Place *place, guint field, GError **error, const char *sentence)
{
  g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED, _ ("“%s”, line %u, column %lld: %s"), place->file,
               acini_csv_get_line (place->csv), (long long)acini_csv_get_column (place->csv, field), sentence);
  return FALSE;
}

/* A row of train.csv, or of test.csv. */
static gboolean
take_row (AciniCompetition *self, const GPtrArray *head, const GPtrArray *row, const Place *place, gboolean test,
          GError **error)
{
  static const char *const columns[] = { "rle", "encoding", NULL };
  g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();
  const int key = acini_csv_find_key (head), column = acini_csv_find (head, columns);
  const char *id = row->pdata[key];
  g_autofree char *name = g_strconcat (id, ".json", NULL);
  g_autofree char *outlines = g_build_filename (self->folder, "train_annotations", name, NULL);
  gboolean outlined = !test && self->year == ORGANS_2022 && g_file_test (outlines, G_FILE_TEST_EXISTS);
  GError *problem = NULL;

  if (strpbrk (id, "/\\") != NULL)
    return refuse (place, (guint)key, error, _ ("an image's name leads to another folder. Correct the table."));
  for (guint i = 0; i < MIN (head->len, row->len); i++)
    if ((int)i != key && (int)i != column && !acini_slide_fields_take (fields, head->pdata[i], row->pdata[i], &problem))
      {
        refuse (place, i, error, problem->message);
        g_error_free (problem);
        return FALSE;
      }
  return give (self, id, test, outlined ? outlines : NULL,
               !test && !outlined && column >= 0 && column < (int)row->len ? row->pdata[column] : NULL, fields, error);
}

static gboolean
walk_table (AciniCompetition *self, const char *name, gboolean test, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (AciniCsv) csv = acini_csv_open (path, 0, NULL, error);
  g_autoptr (GPtrArray) head = NULL;

  if (csv == NULL || !acini_csv_read (csv, &head, error))
    return FALSE;
  while (head != NULL)
    {
      g_autoptr (GPtrArray) row = NULL;

      if (!acini_csv_read (csv, &row, error))
        return FALSE;
      if (row == NULL)
        break;
      if ((int)row->len > acini_csv_find_key (head) && (row->len > 1 || *(char *)row->pdata[0] != '\0')
          && !take_row (self, head, row, &(Place){ name, csv }, test, error))
        return FALSE;
    }
  return TRUE;
}

/* A line of polygons.jsonl, as a file of its own for as long as it is looked at. */
static gboolean
take_line (AciniCompetition *self, const char *line, gssize length, guint number, GError **error)
{
  g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = NULL;
  const char *id = NULL;
  gboolean done;
  int file;

  if (!json_parser_load_from_data (parser, line, length, NULL))
    {
      g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_DAMAGED,
                   _ ("“polygons.jsonl”, line %u, column %u: this is no JSON; the file may be cut off. Copy it again."),
                   number, json_parser_get_current_pos (parser) + 1);
      return FALSE;
    }
  if (JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    id = json_object_get_string_member_with_default (json_node_get_object (json_parser_get_root (parser)), "id", NULL);
  if (id == NULL)
    return TRUE;
  file = g_file_open_tmp ("acini-XXXXXX.jsonl", &path, error);
  if (file < 0)
    return FALSE;
  close (file);
  done = g_file_set_contents (path, line, length, error) && give (self, id, FALSE, path, NULL, fields, error);
  g_unlink (path);
  return done;
}

static gboolean
walk_lines (AciniCompetition *self, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (AciniSource) source = acini_source_open (path, NULL, error);
  g_autoptr (GString) line = g_string_new (NULL);
  const char *bytes;
  gssize n = 0;
  guint number = 0;

  while (source != NULL && (n = acini_source_read (source, &bytes, error)) > 0)
    for (const char *at = bytes, *end = bytes + n; at < end;)
      {
        const char *stop = memchr (at, '\n', (gsize)(end - at));

        g_string_append_len (line, at, (stop != NULL ? stop : end) - at);
        at = stop != NULL ? stop + 1 : end;
        if (stop == NULL)
          continue;
        number++;
        if (line->len > 1 && !take_line (self, line->str, (gssize)line->len, number, error))
          return FALSE;
        g_string_truncate (line, 0);
      }
  return source != NULL && n == 0
         && (line->len <= 1 || take_line (self, line->str, (gssize)line->len, number + 1, error));
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Images that no table names: unlabelled ones. */
static gboolean
give_rest (AciniCompetition *self, gboolean test, GError **error)
{
  GHashTable *images = test ? self->test_images : self->images;
  g_autoptr (GPtrArray) ids = g_hash_table_get_keys_as_ptr_array (images);

  g_ptr_array_sort (ids, compare_ids);
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();

      if (!g_hash_table_contains (self->seen, g_hash_table_lookup (images, ids->pdata[i]))
          && !give (self, ids->pdata[i], test, NULL, NULL, fields, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
acini_competition_foreach (AciniCompetition *self, AciniCompetitionFunc func, gpointer user_data, guint *n_missing,
                           GError **error)
{
  gboolean done;

  g_return_val_if_fail (self != NULL && func != NULL && n_missing != NULL, FALSE);

  self->func = func;
  self->user_data = user_data;
  self->n_missing = 0;
  g_hash_table_remove_all (self->seen);
  done = self->year == VESSELS_2023 ? walk_lines (self, years[self->year].table, error)
                                    : walk_table (self, years[self->year].table, FALSE, error);
  *n_missing = self->n_missing;
  /* The images of the test were kept by those who ran it, but for a few. */
  done = done
         && (years[self->year].test_table == NULL || !has (self->folder, years[self->year].test_table)
             || walk_table (self, years[self->year].test_table, TRUE, error));
  return done && give_rest (self, FALSE, error) && give_rest (self, TRUE, error);
}
