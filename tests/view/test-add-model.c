/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A checkpoint that tells little is added in the real dialog, by the real acini-cli: what comes of each answer is shown
 * on the project's own tissue.  ACINI_TEST_PICTURES names a folder for a picture.  Warnings are fatal. */

#include "app/training/acini-models.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "ui/acini-ui-resources.h"
#include "ui/models/acini-add-model-dialog.h"
#include "ui/models/acini-model-question.h"

#include <glib/gstdio.h>
#include <string.h>

/* Networks are computed, on machines that do much else. */
#define TIMEOUT_S 600

typedef struct
{
  char *folder, *file;
  AciniProject *project;
  AciniSession *session;
  GtkWidget *window;
  AciniAddModelDialog *dialog;
  const char *words;
} Fixture;

typedef gboolean (*Condition) (Fixture *fixture);

static void
wait_for (Fixture *fixture, Condition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, fixture, TIMEOUT_S);
}

#define RUN_CLI(fixture, ...) acini_test_run_cli ((fixture)->folder, (const char *const[]){ __VA_ARGS__, NULL })

static gboolean
is_ready (Fixture *fixture)
{
  return acini_session_is_ready (fixture->session);
}

/* A project with one slide, and the starter's weights without its card. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *starter = acini_find_starter (), *weights = NULL, *path = NULL;
  g_autoptr (GFile) from = NULL, to = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = acini_test_make_folder ();
  path = g_build_filename (fixture->folder, "colon.acini", NULL);
  RUN_CLI (fixture, "new", path);
  RUN_CLI (fixture, "phantom", "phantom.tiff", "--size", "1024x1024", "--seed", "3");
  RUN_CLI (fixture, "import", path, "phantom.tiff", "--organ", "largeintestine");
  g_assert_nonnull (starter);
  weights = g_build_filename (starter, "model.safetensors", NULL);
  fixture->file = g_build_filename (fixture->folder, "somebody's.safetensors", NULL);
  from = g_file_new_for_path (weights);
  to = g_file_new_for_path (fixture->file);
  g_assert_true (g_file_copy (from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  fixture->project = acini_project_open (path, &error);
  g_assert_no_error (error);
  fixture->session = acini_session_new (fixture->project);
  acini_session_load (fixture->session);
  wait_for (fixture, is_ready);
  fixture->window = adw_window_new (); /* shows dialogs within itself, as the program's does */
  adw_window_set_content (ADW_WINDOW (fixture->window), gtk_label_new ("Acini"));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1280, 1000);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_session_close (fixture->session);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  acini_test_run_for (50);
  g_clear_object (&fixture->session);
  g_object_unref (fixture->project);
  g_free (fixture->file);
  acini_test_remove_folder (fixture->folder);
}

static gboolean
shows_words (Fixture *fixture)
{
  return widget_find_label (GTK_WIDGET (fixture->dialog), fixture->words) != NULL;
}

static void
open_dialog (Fixture *fixture, const char *until)
{
  fixture->dialog = acini_add_model_dialog_new (fixture->session, fixture->file);
  adw_dialog_present (ADW_DIALOG (fixture->dialog), fixture->window);
  fixture->words = until;
  wait_for (fixture, shows_words);
}

static gboolean
is_button_with (GtkWidget *widget, gconstpointer words)
{
  return GTK_IS_TOGGLE_BUTTON (widget) && widget_find_label (widget, words) != NULL;
}

static GtkWidget *
find_answer (Fixture *fixture, const char *words)
{
  GtkWidget *button = widget_search (GTK_WIDGET (fixture->dialog), is_button_with, words);

  g_assert_nonnull (button);
  return button;
}

static gboolean
is_waiting (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_SPINNER (widget) || ADW_IS_SPINNER (widget) ? gtk_widget_get_mapped (widget) : FALSE;
}

static gboolean
has_all_pictures (Fixture *fixture)
{
  return widget_search (GTK_WIDGET (fixture->dialog), is_waiting, NULL) == NULL;
}

static gboolean
is_picture (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_PICTURE (widget);
}

static GdkPaintable *
get_picture (GtkWidget *button)
{
  GdkPaintable *paintable = gtk_picture_get_paintable (GTK_PICTURE (widget_search (button, is_picture, NULL)));

  g_assert_nonnull (paintable);
  return paintable;
}

static void
take_picture (Fixture *fixture, const char *name)
{
  const char *folder = g_getenv ("ACINI_TEST_PICTURES");
  int width = gtk_widget_get_width (fixture->window), height = gtk_widget_get_height (fixture->window);
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;
  GskRenderNode *node;

  if (folder == NULL)
    return;
  acini_test_run_for (500);
  paintable = gtk_widget_paintable_new (fixture->window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_to_node (snapshot);
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (fixture->window)), node, NULL);
  gsk_render_node_unref (node);
  path = g_build_filename (folder, name, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static AciniModelItem *
get_added (Fixture *fixture)
{
  GListModel *models = acini_session_get_models (fixture->session);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);

      if (g_str_equal (acini_model_item_get_record (item)->name, "somebody's"))
        return item; /* the list keeps it alive */
    }
  return NULL;
}

static gboolean
has_added (Fixture *fixture)
{
  return get_added (fixture) != NULL;
}

static gboolean
is_spin_row (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_SPIN_ROW (widget);
}

/* A resolution that is not among the answers is one more of them, with its mask; another takes its place. */
static void
type_resolution (Fixture *fixture)
{
  AdwSpinRow *row = ADW_SPIN_ROW (widget_search (GTK_WIDGET (fixture->dialog), is_spin_row, NULL));

  adw_spin_row_set_value (row, 3);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_answer (fixture, "3 µm"))));
  adw_spin_row_set_value (row, 0.35);
  g_assert_null (widget_find_label (GTK_WIDGET (fixture->dialog), "3 µm"));
  wait_for (fixture, has_all_pictures);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_answer (fixture, "0.35 µm"))));
  g_assert_true (get_picture (find_answer (fixture, "0.35 µm")) != get_picture (find_answer (fixture, "2 µm")));
}

/* Each answer has its mask; what is chosen is in the card of the model that the project gets. */
static void
test_asks (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[]
      = { "0.25 µm",       "0.5 µm",          "1 µm",       "2 µm",        "own pixels", "First is background",
          "All are units", "As for ImageNet", "blue first", "From 0 to 1", "From −1" };
  const AciniCard *card;
  g_autofree char *weights = NULL;

  open_dialog (fixture, "Resolution");
  wait_for (fixture, has_all_pictures);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      get_picture (find_answer (fixture, answers[i]));
      g_assert_nonnull (widget_find_label (find_answer (fixture, answers[i]), "% of the picture"));
    }
  /* Answers that differ show different things; what is chosen shows the same in all questions. */
  g_assert_true (get_picture (find_answer (fixture, "0.25 µm")) != get_picture (find_answer (fixture, "2 µm")));
  g_assert_true (get_picture (find_answer (fixture, "All are units"))
                 != get_picture (find_answer (fixture, "First is background")));
  g_assert_true (get_picture (find_answer (fixture, "own pixels"))
                 == get_picture (find_answer (fixture, "As for ImageNet")));
  take_picture (fixture, "add-model.png");

  type_resolution (fixture);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_answer (fixture, "1 µm")), TRUE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_answer (fixture, "From 0 to 1")), TRUE);
  widget_click (GTK_WIDGET (fixture->dialog), "_Add");
  wait_for (fixture, has_added);
  card = acini_model_item_get_card (get_added (fixture));
  g_assert_cmpfloat (card->mpp, ==, 1);
  g_assert_cmpfloat (card->mean[0], ==, 0);
  g_assert_cmpfloat (card->std[2], ==, 1);
  g_assert_cmpstr (card->activation, ==, "softmax");
  weights = g_build_filename (acini_model_item_get_record (get_added (fixture))->path, "model.safetensors", NULL);
  RUN_CLI (fixture, "model", "inspect", weights);
}

/* What is no checkpoint is refused in a sentence. */
static void
test_refuses (Fixture *fixture, gconstpointer data)
{
  g_assert_true (g_file_set_contents (fixture->file, "What is this?", -1, NULL));
  open_dialog (fixture, "Could Not Add Model");
  g_assert_nonnull (widget_find_label (GTK_WIDGET (fixture->dialog), "s.safetensors”"));
  g_assert_null (widget_find_button (GTK_WIDGET (fixture->dialog), "_Add"));
  adw_dialog_close (ADW_DIALOG (fixture->dialog));
  acini_test_run_for (50);
}

/* What neither names nor shapes of tensors tell becomes a part of the card; what is not known is not asked. */
static void
test_questions (void)
{
  static const char *const texts[] = {
    "{\"about\": \"numerics\", \"taken\": \"norm_groups=32\", \"answers\": [\"norm_groups=32\", \"norm_groups=8\"]}",
    "{\"about\": \"the weather\", \"taken\": \"fine\", \"answers\": [\"fine\", \"rain\"]}",
    "{\"about\": \"mpp\", \"taken\": \"0\", \"answers\": [\"0\"]}",
  };
  g_autoptr (AciniCard) card = acini_card_new ();
  g_autoptr (AciniModelQuestion) question = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) node = json_from_string (texts[i], NULL);
      AciniModelQuestion *made = acini_model_question_new (json_node_get_object (node));

      g_assert_cmpint (made != NULL, ==, i == 0);
      if (made != NULL)
        question = g_object_ref_sink (made);
    }
  g_assert_cmpuint (acini_model_question_get_n_answers (question), ==, 2);
  g_assert_cmpuint (acini_model_question_get_chosen (question), ==, 0);
  acini_model_question_apply (question, 1, card);
  g_assert_cmpstr (card->numerics, ==, "norm_groups=8");
}

int
main (int argc, char **argv)
{
  char *home = acini_test_make_home ();
  int status;

  gtk_test_init (&argc, &argv);
  adw_init ();
  g_resources_register (acini_ui_get_resource ());
  g_test_add_func ("/add-model/questions", test_questions);
  g_test_add ("/add-model/asks", Fixture, NULL, set_up, test_asks, tear_down);
  g_test_add ("/add-model/refuses", Fixture, NULL, set_up, test_refuses, tear_down);
  status = g_test_run ();
  acini_test_remove_folder (home);
  return status;
}
