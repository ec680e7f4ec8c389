/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Changes of slides and classes, review decisions and records in the journal; and a project of schema 1. */

#include "data/labels/acini-journal.h"
#include "data/labels/acini-seams.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"

#include <string.h>

typedef struct
{
  char *folder, *path, *database;
  AciniProject *project;
  gint64 slide;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->path = g_strdup (acini_project_get_folder (fixture->project));
  fixture->database = g_build_filename (fixture->path, "project.sqlite", NULL);
  fixture->slide = acini_test_add_slide (fixture->project, "a.tiff", 600, 600);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  g_free (fixture->path);
  g_free (fixture->database);
  acini_test_remove_folder (fixture->folder);
}

static void
must_write (Fixture *fixture, AciniChange *change)
{
  g_autoptr (AciniChange) owned = change;
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_project_write_change (fixture->project, owned, &error));
  g_assert_no_error (error);
}

static void
must_step (Fixture *fixture, gint64 slide, gboolean redo)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (redo ? acini_journal_redo (fixture->project, slide, NULL, &error)
                      : acini_journal_undo (fixture->project, slide, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
}

static void
check_slide (Fixture *fixture, const char *organ, double mpp_x, double mpp_y)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (fixture->project, fixture->slide, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (record->organ, ==, organ);
  g_assert_true (record->mpp_x == mpp_x && record->mpp_y == mpp_y);
}

static void
paint (Fixture *fixture, gint64 slide, AciniRect rect, guint8 label)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, slide, "brush");
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_edit_paint (edit, &rect, NULL, label, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));
  g_assert_no_error (error);
}

static guint8
read_label (Fixture *fixture, gint64 slide, gint64 x, gint64 y)
{
  guint8 label = 255;

  g_assert_true (acini_labels_read (fixture->project, slide, 0, x, y, 1, 1, &label, NULL));
  return label;
}

/* Properties and strokes are one history of the slide; numbers come back to the last bit. */
static void
test_slide (Fixture *fixture, gconstpointer data)
{
  const double odd = 0.1 + 0.2;

  must_write (fixture, acini_change_new_organ (fixture->slide, "kidney"));
  paint (fixture, fixture->slide, (AciniRect){ 10, 10, 20, 20 }, 2);
  must_write (fixture, acini_change_new_scale (fixture->slide, odd, 1 / 3.0));
  must_write (fixture, acini_change_new_scale (fixture->slide, 0.25, 0.5));
  must_write (fixture, acini_change_new_scale (fixture->slide, 0.25, 0.5)); /* nothing new: no row */
  check_slide (fixture, "kidney", 0.25, 0.5);
  must_step (fixture, fixture->slide, FALSE);
  check_slide (fixture, "kidney", odd, 1 / 3.0);
  must_step (fixture, fixture->slide, FALSE);
  check_slide (fixture, "kidney", 0.5, 0.5);
  must_step (fixture, fixture->slide, FALSE);
  g_assert_cmpint (read_label (fixture, fixture->slide, 15, 15), ==, 0);
  must_step (fixture, fixture->slide, FALSE);
  check_slide (fixture, "", 0.5, 0.5);
  for (int i = 0; i < 4; i++)
    must_step (fixture, fixture->slide, TRUE);
  check_slide (fixture, "kidney", 0.25, 0.5);
  g_assert_cmpint (read_label (fixture, fixture->slide, 15, 15), ==, 2);
}

static void
check_class (Fixture *fixture, int label, const char *expected)
{
  g_autofree char *name = acini_project_dup_class_name (fixture->project, label);

  g_assert_cmpstr (name, ==, expected);
}

/* What is of the whole project has a history of its own. */
static void
test_class (Fixture *fixture, gconstpointer data)
{
  must_write (fixture, acini_change_new_class (3, "Tubule"));
  must_write (fixture, acini_change_new_class (3, "Tubule “small”\n\"2\""));
  must_write (fixture, acini_change_new_class (2, NULL));
  check_class (fixture, 2, NULL);
  paint (fixture, fixture->slide, (AciniRect){ 0, 0, 9, 9 }, 3);
  must_step (fixture, 0, FALSE);
  check_class (fixture, 2, "FTU");
  must_step (fixture, 0, FALSE);
  check_class (fixture, 3, "Tubule");
  must_step (fixture, 0, FALSE);
  check_class (fixture, 3, NULL);
  must_step (fixture, 0, FALSE); /* no more */
  check_class (fixture, 2, "FTU");
  g_assert_cmpint (read_label (fixture, fixture->slide, 4, 4), ==, 3);
  for (int i = 0; i < 3; i++)
    must_step (fixture, 0, TRUE);
  check_class (fixture, 2, NULL);
  check_class (fixture, 3, "Tubule “small”\n\"2\"");
}

static void
check_look (Fixture *fixture, guint32 colour, gboolean chosen, guint8 first, guint8 third)
{
  guint8 keys[ACINI_CLASS_KEYS];
  gboolean said;

  g_assert_cmphex (acini_project_get_class_colour (fixture->project, 3, &said), ==, colour);
  g_assert_cmpint (said, ==, chosen);
  acini_project_get_class_keys (fixture->project, keys);
  g_assert_cmpuint (keys[0], ==, first);
  g_assert_cmpuint (keys[2], ==, third);
}

/* Colours and keys are steps as names are, and none of them touches the others. */
static void
test_class_look (Fixture *fixture, gconstpointer data)
{
  const guint8 keys[ACINI_CLASS_KEYS] = { 4, 3, 2, 5, 6, 7, 8, 9, 10 };

  check_look (fixture, 0x0072b2, FALSE, 2, 4);
  must_write (fixture, acini_change_new_class (3, "Tubule"));
  must_write (fixture, acini_change_new_class_colour (3, 0x00fe0c));
  must_write (fixture, acini_change_new_class_colour (3, 0x00fe0c)); /* nothing new: no row */
  check_look (fixture, 0x00fe0c, TRUE, 2, 4);
  must_write (fixture, acini_change_new_class_keys (keys));
  check_look (fixture, 0x00fe0c, TRUE, 4, 2);
  check_class (fixture, 3, "Tubule");
  must_step (fixture, 0, FALSE);
  check_look (fixture, 0x00fe0c, TRUE, 2, 4);
  must_step (fixture, 0, FALSE);
  check_look (fixture, 0x0072b2, FALSE, 2, 4);
  check_class (fixture, 3, "Tubule");
  must_step (fixture, 0, TRUE);
  must_step (fixture, 0, TRUE);
  check_look (fixture, 0x00fe0c, TRUE, 4, 2);
  must_write (fixture, acini_change_new_class_colour (3, -1));
  check_look (fixture, 0x0072b2, FALSE, 4, 2);
  /* What is no colour, and no list of keys, is as if nobody had said it. */
  g_assert_true (acini_project_set_setting (fixture->project, "class-colour-3", "#12345g", NULL));
  g_assert_true (acini_project_set_setting (fixture->project, "class-keys", "4 3", NULL));
  check_look (fixture, 0x0072b2, FALSE, 2, 4);
}

static void
check_review (Fixture *fixture, const char *expected)
{
  g_autofree char *state = acini_project_dup_review (fixture->project, fixture->slide, 40, 50);

  g_assert_cmpstr (state, ==, expected);
}

static void
test_review (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniChange) missing = acini_change_new_review (99, 1, 1, "accepted");
  g_autoptr (GError) error = NULL;

  must_write (fixture, acini_change_new_review (fixture->slide, 40, 50, "accepted"));
  must_write (fixture, acini_change_new_review (fixture->slide, 40, 50, "rejected"));
  must_write (fixture, acini_change_new_review (fixture->slide, 40, 50, NULL));
  check_review (fixture, NULL);
  must_step (fixture, fixture->slide, FALSE);
  check_review (fixture, "rejected");
  must_step (fixture, fixture->slide, FALSE);
  check_review (fixture, "accepted");
  must_step (fixture, fixture->slide, FALSE);
  check_review (fixture, NULL);
  must_step (fixture, fixture->slide, TRUE);
  check_review (fixture, "accepted");
  g_assert_false (acini_project_write_change (fixture->project, missing, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NO_SUCH);
}

/* Records stand in the history and are not taken back by an undo; what was there before stays reachable. */
static void
test_records (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = NULL;
  const AciniJournalRow *row;
  g_autofree char *removed = NULL;

  paint (fixture, fixture->slide, (AciniRect){ 0, 0, 9, 9 }, 2);
  must_step (fixture, fixture->slide, FALSE);
  must_write (fixture, acini_change_new_removed (fixture->slide, TRUE));
  must_write (fixture, acini_change_new_model_run (fixture->slide, "starter"));
  must_step (fixture, fixture->slide, TRUE); /* the stroke */
  g_assert_cmpint (read_label (fixture, fixture->slide, 4, 4), ==, 2);
  must_step (fixture, fixture->slide, FALSE);
  must_step (fixture, fixture->slide, FALSE); /* nothing */
  removed = acini_test_query (fixture->database, "SELECT removed FROM slides");
  g_assert_cmpstr (removed, ==, "1");
  rows = acini_journal_list (fixture->project, fixture->slide, 100, NULL);
  g_assert_cmpuint (rows->len, ==, 7);
  row = rows->pdata[2];
  g_assert_cmpstr (row->kind, ==, "model");
  g_assert_cmpstr (row->after, ==, "{\"model\":\"starter\"}");
  row = rows->pdata[3];
  g_assert_cmpstr (row->tool, ==, "remove");
  g_assert_cmpstr (row->before, ==, "{\"removed\":false}");
  row = rows->pdata[6];
  g_assert_cmpstr (row->kind, ==, "import");
  g_assert_nonnull (strstr (row->after, "slides/a.tiff"));
}

static const AciniJournalRow *
find_tool (GPtrArray *rows, const char *tool)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (((const AciniJournalRow *)rows->pdata[i])->tool, tool))
      return rows->pdata[i];
  return NULL;
}

/* Where its file is found again, and where it was, stands in a slide's history; that it is where it was does not. */
static void
test_relink (Fixture *fixture, gconstpointer data)
{
  g_autofree char *place = g_build_filename (fixture->folder, "archive \xff", "a.tiff", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  const AciniJournalRow *row;

  paint (fixture, fixture->slide, (AciniRect){ 0, 0, 9, 9 }, 2);
  for (int i = 0; i < 2; i++)
    g_assert_true (acini_project_set_slide_path (fixture->project, fixture->slide, place, &error));
  g_assert_no_error (error);
  record = acini_project_get_slide (fixture->project, fixture->slide, &error);
  g_assert_cmpstr (record->path, ==, place);
  rows = acini_journal_list (fixture->project, fixture->slide, 100, &error);
  g_assert_cmpuint (rows->len, ==, 3);
  row = find_tool (rows, "locate");
  g_assert_nonnull (row);
  g_assert_cmpstr (row->kind, ==, "slide");
  g_assert_cmpstr (row->before, ==, "{\"path\":\"slides/a.tiff\"}");
  g_assert_nonnull (strstr (row->after, "a.tiff"));
  /* An undo takes the stroke back, not the place. */
  must_step (fixture, fixture->slide, FALSE);
  g_assert_cmpint (read_label (fixture, fixture->slide, 4, 4), ==, 0);
  g_clear_pointer (&record, acini_slide_record_free);
  record = acini_project_get_slide (fixture->project, fixture->slide, &error);
  g_assert_cmpstr (record->path, ==, place);
  g_assert_false (acini_project_set_slide_path (fixture->project, 99, place, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NO_SUCH);
}

/* Whatever of a row is changed from outside shows. */
static void
test_tampered (Fixture *fixture, gconstpointer data)
{
  static const char *const changes[] = { "after = replace (after, 'kidney', 'spleen')",
                                         "before = NULL",
                                         "duration = 5",
                                         "format = 1",
                                         "tool = 'scale'",
                                         "slide = NULL" };

  must_write (fixture, acini_change_new_organ (fixture->slide, "kidney"));
  g_assert_true (acini_journal_verify (fixture->project, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *sql = g_strdup_printf ("CREATE TABLE kept AS SELECT * FROM journal; UPDATE journal SET %s"
                                              " WHERE sequence = 2",
                                              changes[i]);
      g_autoptr (GError) error = NULL;

      acini_test_run_sql (fixture->database, sql);
      g_assert_false (acini_journal_verify (fixture->project, &error));
      g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
      acini_test_run_sql (fixture->database, "REPLACE INTO journal SELECT * FROM kept; DROP TABLE kept");
      g_assert_true (acini_journal_verify (fixture->project, NULL));
    }
}

/* The first row that was changed from outside is named, of whatever kind it is. */
static void
check_tampered (Fixture *fixture, gint64 sequence, const char *table, const char *change)
{
  g_autofree char *sql = g_strdup_printf ("CREATE TABLE kept AS SELECT * FROM %s; UPDATE %s SET %s WHERE sequence = %d",
                                          table, table, change, (int)sequence);
  g_autofree char *back = g_strdup_printf ("REPLACE INTO %s SELECT * FROM kept; DROP TABLE kept", table);
  g_autofree char *named = g_strdup_printf ("row %d ", (int)sequence);
  g_autoptr (GError) error = NULL;

  acini_test_run_sql (fixture->database, sql);
  g_assert_false (acini_journal_verify (fixture->project, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
  g_assert_nonnull (strstr (error->message, named));
  acini_test_run_sql (fixture->database, back);
}

static void
test_every_kind (Fixture *fixture, gconstpointer data)
{
  static const gint64 places[][2] = { { 30, 30 }, { 40, 40 } };
  static const double corners[][2] = { { 0, 0 }, { 9, 0 }, { 9, 9 } };
  static const guint8 seam = ACINI_SEAM_LEFT;
  static const char *const decisions[]
      = { "UPDATE reviews SET state = 'rejected' WHERE x = 6", "UPDATE reviews SET user = 'somebody' WHERE x = 30",
          "DELETE FROM reviews WHERE x = 40",
          "INSERT INTO reviews (slide, x, y, state) SELECT slide, 7, 7, 'accepted' FROM reviews LIMIT 1" };
  g_autofree char *place = g_build_filename (fixture->folder, "elsewhere", "a.tiff", NULL), *kinds = NULL, *n = NULL;
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autoptr (AciniEdit) cut = acini_edit_new (fixture->project, fixture->slide, "split");
  AciniRegionRecord *region = acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, corners, 3);
  gint64 slide = fixture->slide, edit = 2, seams = 3, rows;

  g_ptr_array_add (regions, region);
  paint (fixture, slide, (AciniRect){ 0, 0, 50, 50 }, 2);
  g_assert_true (acini_edit_cut (cut, &(AciniRect){ 9, 9, 1, 1 }, &seam, NULL));
  g_assert_true (acini_edit_commit (cut, NULL, NULL));
  must_write (fixture, acini_change_new_organ (slide, "kidney"));
  must_write (fixture, acini_change_new_class (3, "Tubule"));
  must_write (fixture, acini_change_new_decision (slide, 5, 5, "accepted", "sure", 900));
  must_write (fixture, acini_change_new_decisions (slide, places, 2, "rejected", NULL, 900));
  must_write (fixture, acini_change_new_moved_review (slide, 5, 5, 6, 6));
  must_write (fixture, acini_change_new_sign_off (slide, "reviewed", "all seen", ""));
  must_write (fixture, acini_change_new_regions (slide, regions));
  must_write (fixture, acini_change_new_region_removed (slide, region->id));
  must_write (fixture, acini_change_new_model_run (slide, "colon"));
  g_assert_true (acini_project_add_model (fixture->project, "colon", "Colon", "/models/colon", "", NULL));
  g_assert_true (acini_project_set_slide_path (fixture->project, slide, place, NULL));
  must_write (fixture, acini_change_new_removed (slide, TRUE));
  must_write (fixture, acini_change_new_removed (slide, FALSE));
  must_step (fixture, slide, FALSE);
  must_step (fixture, slide, TRUE);
  kinds = acini_test_query (fixture->database, "SELECT group_concat (kind, ' ') FROM (SELECT DISTINCT kind FROM journal"
                                               " ORDER BY kind)");
  g_assert_cmpstr (kinds, ==, "class edit import model redo review slide undo");
  n = acini_test_query (fixture->database, "SELECT count (*) FROM journal");
  rows = g_ascii_strtoll (n, NULL, 10);
  g_assert_cmpint (rows, ==, 18);
  for (gint64 sequence = 1; sequence <= rows; sequence++)
    {
      check_tampered (fixture, sequence, "journal", "user = user || '!'");
      check_tampered (fixture, sequence, "journal", "after = coalesce (after, '') || ' '");
    }
  check_tampered (fixture, edit, "journal_tiles", "after_value = 3, after_pixels = NULL");
  check_tampered (fixture, edit, "journal_tiles", "before_value = 3, before_pixels = NULL");
  check_tampered (fixture, seams, "journal_seams", "after_value = 2, after_pixels = NULL");
  g_assert_true (acini_journal_verify (fixture->project, NULL));
  /* The decisions alone: one says otherwise, is gone, or nobody made it. */
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    {
      g_autofree char *sql = g_strdup_printf ("CREATE TABLE kept AS SELECT * FROM reviews; %s", decisions[i]);
      g_autoptr (GError) error = NULL;

      acini_test_run_sql (fixture->database, sql);
      g_assert_false (acini_journal_verify (fixture->project, &error));
      g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
      acini_test_run_sql (fixture->database, "DELETE FROM reviews; INSERT INTO reviews SELECT * FROM kept; DROP TABLE"
                                             " kept");
      g_assert_true (acini_journal_verify (fixture->project, NULL));
    }
}

static void
check_regions (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) regions = acini_project_list_regions (fixture->project, fixture->slide, &error);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < regions->len; i++)
    {
      const AciniRegionRecord *region = regions->pdata[i];

      g_string_append_printf (text, "%s%s:%s:%u", i > 0 ? " " : "", region->name,
                              acini_region_kind_to_string (region->kind), region->points->len);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static GPtrArray *
make_regions (AciniRegionRecord *first, AciniRegionRecord *second)
{
  GPtrArray *regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);

  g_ptr_array_add (regions, first);
  if (second != NULL)
    g_ptr_array_add (regions, second);
  return regions;
}

/* Regions are properties of a slide: several at once are one step, and each comes back to the last bit. */
static void
test_regions (Fixture *fixture, gconstpointer data)
{
  const double odd = 0.1 + 0.2;
  const double square[][2] = { { odd, 10 }, { 110, 10 }, { 110, 110 }, { odd, 1e2 / 3 } };
  const double triangle[][2] = { { 0, 0 }, { 50, 0 }, { 0, 50 } };
  g_autoptr (GPtrArray) both = make_regions (acini_region_record_new ("Cortex", ACINI_REGION_PLAIN, square, 4),
                                             acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, triangle, 3));
  AciniRegionRecord *cortex = both->pdata[0];
  g_autoptr (GPtrArray) renamed
      = make_regions (acini_region_record_new ("Medulla", ACINI_REGION_PLAIN, triangle, 3), NULL),
      listed = NULL;
  g_autofree char *rows = NULL;

  must_write (fixture, acini_change_new_regions (fixture->slide, both));
  must_write (fixture, acini_change_new_regions (fixture->slide, both)); /* nothing new: no row */
  check_regions (fixture, "Cortex:region:4 Fold:exclusion:3");
  paint (fixture, fixture->slide, (AciniRect){ 10, 10, 20, 20 }, 2);
  ((AciniRegionRecord *)renamed->pdata[0])->id = cortex->id;
  must_write (fixture, acini_change_new_regions (fixture->slide, renamed));
  check_regions (fixture, "Fold:exclusion:3 Medulla:region:3");
  must_write (fixture, acini_change_new_region_removed (fixture->slide, cortex->id));
  must_write (fixture, acini_change_new_region_removed (fixture->slide, 12345)); /* there is none */
  check_regions (fixture, "Fold:exclusion:3");
  must_step (fixture, fixture->slide, FALSE);
  check_regions (fixture, "Fold:exclusion:3 Medulla:region:3");
  must_step (fixture, fixture->slide, FALSE);
  check_regions (fixture, "Cortex:region:4 Fold:exclusion:3");
  listed = acini_project_list_regions (fixture->project, fixture->slide, NULL);
  g_assert_cmpmem (((AciniRegionRecord *)listed->pdata[0])->points->data, sizeof square, square, sizeof square);
  g_assert_cmpint (((AciniRegionRecord *)listed->pdata[0])->id, ==, cortex->id);
  must_step (fixture, fixture->slide, FALSE);
  must_step (fixture, fixture->slide, FALSE);
  check_regions (fixture, "");
  for (int i = 0; i < 4; i++)
    must_step (fixture, fixture->slide, TRUE);
  check_regions (fixture, "Fold:exclusion:3");
  rows = acini_test_query (fixture->database, "SELECT count(*) FROM journal WHERE tool = 'region' AND kind = 'slide'");
  g_assert_cmpstr (rows, ==, "3");
}

/* Inside is where the line goes round, also twice; what counts lies in a region of the name and in no exclusion. */
static void
test_region_scope (Fixture *fixture, gconstpointer data)
{
  /* A pentagram: its middle is gone round twice. */
  const double star[][2] = { { 50, 0 }, { 80, 95 }, { 2, 36 }, { 98, 36 }, { 20, 95 } };
  const double corner[][2] = { { 40, 40 }, { 60, 40 }, { 60, 50 }, { 40, 50 } };
  g_autoptr (GPtrArray) both = make_regions (acini_region_record_new ("A", ACINI_REGION_PLAIN, star, 5),
                                             acini_region_record_new ("Pen", ACINI_REGION_EXCLUSION, corner, 4));
  g_autoptr (AciniRegionScope) all = NULL, in = NULL, nowhere = NULL, pen = NULL;
  AciniRect box = acini_region_record_get_box (both->pdata[0]);

  g_assert_true (box.x == 2 && box.y == 0 && box.width == 96 && box.height == 95);
  g_assert_true (acini_region_record_contains (both->pdata[0], 50, 55));
  g_assert_true (acini_region_record_contains (both->pdata[0], 50, 5));
  g_assert_false (acini_region_record_contains (both->pdata[0], 50, 90));
  g_assert_false (acini_region_record_contains (both->pdata[0], 5, 5));
  all = acini_region_scope_new (fixture->project, fixture->slide, NULL, NULL);
  g_assert_true (acini_region_scope_is_all (all));
  g_clear_pointer (&all, acini_region_scope_free);
  must_write (fixture, acini_change_new_regions (fixture->slide, both));
  all = acini_region_scope_new (fixture->project, fixture->slide, NULL, NULL);
  in = acini_region_scope_new (fixture->project, fixture->slide, "A", NULL);
  nowhere = acini_region_scope_new (fixture->project, fixture->slide, "B", NULL);
  pen = acini_region_scope_new (fixture->project, fixture->slide, "Pen", NULL);
  g_assert_false (acini_region_scope_is_all (all));
  g_assert_true (acini_region_scope_is_there (in) && acini_region_scope_is_there (all));
  g_assert_false (acini_region_scope_is_there (nowhere) || acini_region_scope_is_there (pen));
  g_assert_true (acini_region_scope_contains (all, 500, 500) && !acini_region_scope_contains (all, 50, 45));
  g_assert_true (acini_region_scope_contains (in, 50, 55) && !acini_region_scope_contains (in, 50, 45));
  g_assert_false (acini_region_scope_contains (in, 500, 500) || acini_region_scope_contains (nowhere, 50, 55));
  for (int step = 1; step <= 3; step++)
    for (guint i = 0; i < 2; i++)
      {
        const AciniRegionScope *scope = i == 0 ? all : in;
        guint8 mask[40 * 37];
        guint n = 0;

        acini_region_scope_rasterise (scope, -5, 2, step, 40, 37, mask);
        for (int v = 0; v < 37; v++)
          for (int u = 0; u < 40; u++)
            {
              gboolean counts = acini_region_scope_contains (scope, -5 + (u + .5) * step, 2 + (v + .5) * step);

              g_assert_cmpint (mask[v * 40 + u], ==, counts ? 255 : 0);
              n += counts;
            }
        g_assert_cmpint (n, >, 0);
        g_assert_cmpint (n, <, 40 * 37 + (step == 1));
      }
}

/* A project made by the first schema. */

static void
make_old_project (const char *folder)
{
  g_autofree char *dump = g_test_build_filename (G_TEST_DIST, "data", "schema-1.sql", NULL), *sql = NULL;
  g_autofree char *database = g_build_filename (folder, "project.sqlite", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_get_contents (dump, &sql, NULL, &error);
  g_assert_no_error (error);
  acini_test_run_sql (database, sql);
}

static gboolean
is_in_disc (int x, int y, int left, int top, int diameter)
{
  int dx = x - left - diameter / 2, dy = y - top - diameter / 2;

  return x >= left && y >= top && x < left + diameter && y < top + diameter
         && dx * dx + dy * dy < diameter * diameter / 4;
}

/* The discs that are painted in it, of the first @n edits of its first slide. */
static void
check_old_labels (AciniProject *project, int n)
{
  g_autofree guint8 *labels = g_malloc (700 * 600);

  g_assert_true (acini_labels_read (project, 1, 0, 0, 0, 700, 600, labels, NULL));
  for (int y = 0; y < 600; y++)
    for (int x = 0; x < 700; x++)
      {
        guint8 expected = n > 2 && is_in_disc (x, y, 120, 110, 30)    ? 1
                          : n > 0 && is_in_disc (x, y, 100, 100, 80)  ? 2
                          : n > 1 && is_in_disc (x, y, 450, 420, 120) ? 2
                                                                      : 0;

        g_assert_cmpint (labels[y * 700 + x], ==, expected);
      }
}

static void
test_schema_1 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "old.acini", NULL);
  g_autofree char *database = g_build_filename (folder, "project.sqlite", NULL);
  g_autofree char *backup = g_strconcat (database, ".v1-backup", NULL), *version = NULL, *rows = NULL, *sound = NULL;
  g_autofree char *hash = NULL, *kept = NULL;
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;

  make_old_project (folder);
  hash = acini_test_query (database, "SELECT hex (hash) FROM journal ORDER BY sequence DESC");
  project = acini_project_open (folder, &error);
  g_assert_no_error (error);
  g_assert_true (acini_journal_verify (project, &error));
  g_assert_no_error (error);
  check_old_labels (project, 2);

  /* The copy is what it was; the chain of the new file goes on from the same hash. */
  version = acini_test_query (backup, "PRAGMA user_version");
  g_assert_cmpstr (version, ==, "1");
  rows = acini_test_query (backup, "SELECT count (*) FROM journal");
  g_assert_cmpstr (rows, ==, "9");
  sound = acini_test_query (database, "PRAGMA integrity_check");
  g_assert_cmpstr (sound, ==, "ok");
  kept = acini_test_query (database, "SELECT hex (hash) FROM journal WHERE sequence = 9");
  g_assert_cmpstr (kept, ==, hash);

  /* History from before is undone and done again, and new steps stand on it. */
  g_assert_true (acini_journal_undo (project, 1, NULL, &error));
  check_old_labels (project, 1);
  g_assert_true (acini_journal_redo (project, 1, NULL, &error));
  g_assert_true (acini_journal_redo (project, 1, NULL, &error));
  check_old_labels (project, 3);
  g_assert_true (acini_project_set_slide_organ (project, 1, "spleen", &error));
  for (int i = 0; i < 4; i++)
    g_assert_true (acini_journal_undo (project, 1, NULL, &error));
  check_old_labels (project, 0);
  g_assert_true (acini_journal_verify (project, &error));
  g_assert_no_error (error);

  /* Opening it again changes nothing more. */
  g_clear_object (&project);
  project = acini_project_open (folder, &error);
  g_assert_no_error (error);
  g_assert_true (acini_journal_verify (project, &error));
  g_assert_false (g_file_test (backup, G_FILE_TEST_IS_DIR));
}

/* An old history that was changed from outside is still seen after the change of schema. */
static void
test_schema_1_tampered (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "old.acini", NULL);
  g_autofree char *database = g_build_filename (folder, "project.sqlite", NULL);
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;

  make_old_project (folder);
  acini_test_run_sql (database, "UPDATE journal SET time = time + 1 WHERE sequence = 4");
  project = acini_project_open (folder, &error);
  g_assert_no_error (error);
  g_assert_false (acini_journal_verify (project, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/changes/slide", Fixture, NULL, set_up, test_slide, tear_down);
  g_test_add ("/changes/class", Fixture, NULL, set_up, test_class, tear_down);
  g_test_add ("/changes/class-look", Fixture, NULL, set_up, test_class_look, tear_down);
  g_test_add ("/changes/every-kind", Fixture, NULL, set_up, test_every_kind, tear_down);
  g_test_add ("/changes/review", Fixture, NULL, set_up, test_review, tear_down);
  g_test_add ("/changes/records", Fixture, NULL, set_up, test_records, tear_down);
  g_test_add ("/changes/relink", Fixture, NULL, set_up, test_relink, tear_down);
  g_test_add ("/changes/tampered", Fixture, NULL, set_up, test_tampered, tear_down);
  g_test_add ("/changes/regions", Fixture, NULL, set_up, test_regions, tear_down);
  g_test_add ("/changes/region-scope", Fixture, NULL, set_up, test_region_scope, tear_down);
  g_test_add ("/changes/schema-1", Fixture, NULL, set_up, test_schema_1, tear_down);
  g_test_add ("/changes/schema-1-tampered", Fixture, NULL, set_up, test_schema_1_tampered, tear_down);
  return g_test_run ();
}
