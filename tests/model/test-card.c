/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/core/acini-card.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("acini-card-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "model.json", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static AciniCard *
make_card (void)
{
  AciniCard *card = acini_card_new ();
  double threshold = 0.375;

  g_set_str (&card->id, "glomeruli-2");
  g_set_str (&card->name, "Glomeruli, “second” try\n");
  g_set_str (&card->parent, "starter");
  g_set_str (&card->architecture, "segformer-b0");
  g_set_str (&card->activation, "sigmoid");
  g_strfreev (card->classes);
  card->classes = g_strsplit ("glomerulus", ",", -1);
  g_strfreev (card->organs);
  card->organs = g_strsplit ("kidney,lung", ",", -1);
  card->mpp = 0.1 + 0.2; /* no short decimal */
  card->mean[1] = 1 / 3.0;
  card->threshold = 0.45;
  g_hash_table_insert (card->thresholds, g_strdup ("lung"), g_memdup2 (&threshold, sizeof threshold));
  card->training = json_object_new ();
  json_object_set_int_member (card->training, "steps", 800);
  return card;
}

static void
assert_equal (const AciniCard *a, const AciniCard *b)
{
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->parent, ==, b->parent);
  g_assert_cmpstr (a->architecture, ==, b->architecture);
  g_assert_cmpstr (a->activation, ==, b->activation);
  g_assert_true (g_strv_equal ((const char *const *)a->classes, (const char *const *)b->classes));
  g_assert_true (g_strv_equal ((const char *const *)a->organs, (const char *const *)b->organs));
  g_assert_cmpfloat (a->mpp, ==, b->mpp);
  g_assert_cmpmem (a->mean, sizeof a->mean, b->mean, sizeof b->mean);
  g_assert_cmpmem (a->std, sizeof a->std, b->std, sizeof b->std);
  g_assert_cmpfloat (a->threshold, ==, b->threshold);
  g_assert_cmpfloat (acini_card_get_threshold (a, "lung"), ==, acini_card_get_threshold (b, "lung"));
  g_assert_cmpint (json_object_get_int_member (a->training, "steps"), ==,
                   json_object_get_int_member (b->training, "steps"));
  g_assert_true ((a->scores == NULL) == (b->scores == NULL));
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniCard) card = make_card (), copy = acini_card_copy (card), from_file = NULL, from_folder = NULL;
  g_autoptr (GError) error = NULL;

  assert_equal (card, copy);
  g_assert_true (acini_card_save (card, fixture->folder, &error));
  g_assert_no_error (error);
  from_file = acini_card_load (fixture->path, &error);
  g_assert_no_error (error);
  assert_equal (card, from_file);
  from_folder = acini_card_load (fixture->folder, &error);
  g_assert_no_error (error);
  assert_equal (card, from_folder);
}

static void
test_threshold (void)
{
  g_autoptr (AciniCard) card = make_card ();

  g_assert_cmpfloat (acini_card_get_threshold (card, "lung"), ==, 0.375);
  g_assert_cmpfloat (acini_card_get_threshold (card, "kidney"), ==, 0.45);
  g_assert_cmpfloat (acini_card_get_threshold (card, ""), ==, 0.45);
  g_assert_cmpfloat (acini_card_get_threshold (card, NULL), ==, 0.45);
}

/* A class's own threshold in an organ goes before the organ's; planes leave the background out. */
static void
test_class_threshold (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniCard) card = NULL, sigmoid = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path,
                                      "{\"classes\": [\"background\", \"gland\", \"vessel\"], \"threshold\": 0.5,"
                                      " \"thresholds\": {\"kidney\": 0.3, \"kidney/vessel\": 0.7},"
                                      " \"channel_order\": \"bgr\"}",
                                      -1, NULL));
  card = acini_card_load (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (card->bgr);
  g_assert_cmpfloat (acini_card_get_class_threshold (card, "kidney", 0), ==, 0.3);
  g_assert_cmpfloat (acini_card_get_class_threshold (card, "kidney", 1), ==, 0.7);
  g_assert_cmpfloat (acini_card_get_class_threshold (card, "kidney", 2), ==, 0.3);
  g_assert_cmpfloat (acini_card_get_class_threshold (card, "lung", 1), ==, 0.5);
  g_assert_cmpfloat (acini_card_get_class_threshold (card, NULL, 1), ==, 0.5);
  g_assert_true (acini_card_save (card, fixture->path, &error));
  sigmoid = acini_card_load (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (sigmoid->bgr);
  g_set_str (&sigmoid->activation, "sigmoid"); /* without a background the first plane is the first class */
  g_assert_cmpfloat (acini_card_get_class_threshold (sigmoid, "kidney", 2), ==, 0.7);
}

static void
test_defaults (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniCard) card = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, "{\"id\": \"a\", \"future\": [1]}", -1, NULL));
  card = acini_card_load (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (card->id, ==, "a");
  g_assert_cmpstr (card->activation, ==, "softmax");
  g_assert_cmpuint (g_strv_length (card->classes), ==, 2);
  g_assert_cmpfloat (card->mean[0], ==, 0.485);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  const char *const cases[] = {
    "",
    "[]",
    "{",
    "\xff",
    "{\"id\": 1}",
    "{\"activation\": \"tanh\"}",
    "{\"channel_order\": \"grb\"}",
    "{\"classes\": []}",
    "{\"classes\": [1]}",
    "{\"classes\": \"a\"}",
    "{\"organs\": {}}",
    "{\"mpp\": -1}",
    "{\"mpp\": \"0.5\"}",
    "{\"mean\": [1, 2]}",
    "{\"std\": [0.1, 0, 0.1]}",
    "{\"thresholds\": {\"lung\": []}}",
    "{\"training\": 3}",
    "{\"scores\": []}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (fixture->path, cases[i], -1, NULL));
      g_assert_null (acini_card_load (fixture->path, &error));
      g_assert_error (error, ACINI_CARD_ERROR, ACINI_CARD_ERROR_DAMAGED);
    }
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (acini_card_load (fixture->folder, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/card/round-trip", Fixture, NULL, set_up, test_round_trip, tear_down);
  g_test_add_func ("/card/threshold", test_threshold);
  g_test_add ("/card/class-threshold", Fixture, NULL, set_up, test_class_threshold, tear_down);
  g_test_add ("/card/defaults", Fixture, NULL, set_up, test_defaults, tear_down);
  g_test_add ("/card/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/card/missing", Fixture, NULL, set_up, test_missing, tear_down);
  return g_test_run ();
}
