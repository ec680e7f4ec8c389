/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scores of different images are told apart in the real list of models, and only there where they differ. */

#include "tests/acini-test-util.h"
#include "ui/acini-application.h"
#include "ui/models/acini-models-page.h"
#include "ui/models/acini-score-sets.h"

/* @images: the JSON of "held_out", NULL: no score. */
static AciniModelItem *
model_new (const char *id, const char *images)
{
  AciniModelRecord *record = g_new0 (AciniModelRecord, 1);
  AciniCard *card = acini_card_new ();

  *record = (AciniModelRecord){ g_strdup (id), g_strdup (id), g_strdup ("/nowhere"), g_strdup (""), 1 };
  if (images != NULL)
    {
      JsonNode *node = json_from_string (images, NULL);

      card->training = json_object_new ();
      json_object_set_member (card->training, "held_out", node);
      card->scores = json_object_new ();
      json_object_set_double_member (card->scores, "dice", 0.5);
      g_hash_table_insert (card->thresholds, g_strdup ("kidney"), g_memdup2 (&(double){ 0.25 }, sizeof (double)));
    }
  return acini_model_item_new (record, card);
}

static void
test_names (void)
{
  g_autoptr (GListStore) models = g_list_store_new (ACINI_TYPE_MODEL_ITEM);
  static const char *const images[] = { "[\"a\",\"b\"]", "[\"c\"]", "[\"b\",\"a\"]", NULL, "[]" };
  static const char *const names[] = { "Images A", "Images B", "Images A", NULL, "Images C" };
  g_autoptr (GPtrArray) sets = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);
      g_autoptr (AciniModelItem) item = model_new (id, images[i]);

      g_list_store_append (models, item);
    }
  sets = acini_score_sets_new (G_LIST_MODEL (models));
  g_assert_cmpuint (sets->len, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (G_LIST_MODEL (models), i);
      g_autofree char *name = acini_score_sets_dup_name (sets, item);
      g_autofree char *text = acini_score_sets_describe (sets, item);

      g_assert_cmpstr (name, ==, names[i]);
      g_assert_true ((text == NULL) == (names[i] == NULL));
    }
}

/* One set needs no name; a long list is cut. */
static void
test_one (void)
{
  g_autoptr (GListStore) models = g_list_store_new (ACINI_TYPE_MODEL_ITEM);
  g_autoptr (AciniModelItem) item = model_new ("m", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\"]");
  g_autoptr (GPtrArray) sets = NULL;
  g_autofree char *text = NULL;

  g_list_store_append (models, item);
  sets = acini_score_sets_new (G_LIST_MODEL (models));
  g_assert_null (acini_score_sets_dup_name (sets, item));
  text = acini_score_sets_describe (sets, item);
  g_assert_cmpstr (text, ==, "a, b, c, d, e, f and 2 more images.");
}

/* The page. */

static void
write_model (AciniProject *project, const char *id, const char *image)
{
  g_autofree char *folder = acini_project_build_path (project, "models", id, NULL);
  g_autofree char *path = g_build_filename (folder, "model.json", NULL), *held_out = NULL;
  g_autoptr (AciniCard) card = acini_card_new ();
  g_autoptr (GError) error = NULL;

  held_out = g_strdup_printf ("[\"%s\"]", image);
  g_set_str (&card->id, id);
  g_set_str (&card->name, id);
  g_set_str (&card->architecture, "segformer-b0");
  card->training = json_object_new ();
  json_object_set_member (card->training, "held_out", json_from_string (held_out, NULL));
  card->scores = json_object_new ();
  json_object_set_double_member (card->scores, "dice", 0.5);
  g_hash_table_insert (card->thresholds, g_strdup ("kidney"), g_memdup2 (&(double){ 0.25 }, sizeof (double)));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (acini_card_save (card, path, &error));
  g_assert_true (acini_project_add_model (project, id, id, folder, "", &error));
}

static guint
count_labels (GtkWidget *widget, const char *text)
{
  guint n = GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), text) != NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_labels (child, text);
  return n;
}

static void
test_page (void)
{
  g_autofree char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  g_autoptr (AciniSession) session = acini_session_new (project);
  GtkWidget *window = gtk_window_new ();
  AciniModelsPage *page = g_object_new (ACINI_TYPE_MODELS_PAGE, NULL);
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  write_model (project, "first", "a");
  write_model (project, "second", "b");
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  acini_models_page_set_session (page, session);
  acini_session_load (session);
  while (count_labels (window, "Images B") == 0 && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_labels (window, "Images A"), >, 0);
  g_assert_cmpuint (count_labels (window, "Images B"), >, 0);
  g_assert_cmpuint (count_labels (window, "0.500; Kidney 0.250"), ==, 1);
  g_assert_cmpuint (count_labels (window, "Compare only scores on the same images."), ==, 1);
  acini_models_page_set_session (page, NULL);
  acini_session_close (session);
  gtk_window_destroy (GTK_WINDOW (window));
  for (int i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  acini_test_remove_folder (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  g_autoptr (AciniApplication) application = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  /* With its resources, in which the page is described. */
  application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/score-sets/names", test_names);
  g_test_add_func ("/score-sets/one", test_one);
  g_test_add_func ("/score-sets/page", test_page);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
