/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The export dialog in the real window, and the place of a slide whose file is gone. */

#include "data/interchange/acini-export.h"
#include "data/labels/acini-journal.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "data/project/acini-relink.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/data/acini-export-dialog.h"
#include "ui/project/acini-model-thresholds.h"
#include "ui/review/acini-review-page-private.h"

#include <glib/gstdio.h>
#include <vips/vips.h>

static AciniProject *
get_project (Desk *desk)
{
  return acini_session_get_project (desk->window->session);
}

static void
label (Desk *desk, gint64 slide)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (get_project (desk), slide, "brush");

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 10, 10, 200, 100 }, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

static const char *wanted;

static gboolean
says (Desk *desk)
{
  return widget_find_label (GTK_WIDGET (desk->window), wanted) != NULL;
}

static void
wait_for (Desk *desk, const char *text)
{
  wanted = text;
  desk_wait (desk, says, text);
}

static void
choose_format (GtkWidget *row, const char *format)
{
  const AciniExportFormat *formats;
  GtkWidget *simplify = gtk_widget_get_next_sibling (row), *ignored = gtk_widget_get_next_sibling (simplify);
  guint n;

  formats = acini_export_get_formats (&n);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (formats[i].id, format))
      {
        adw_combo_row_set_selected (ADW_COMBO_ROW (row), i);
        /* How far outlines are simplified is asked of outlines alone, and what exclusions become of class images. */
        g_assert_true (gtk_widget_get_visible (simplify) == (formats[i].annotations != NULL));
        g_assert_true (gtk_widget_get_visible (ignored)
                       == (g_str_equal (format, "png") || g_str_equal (format, "tiff")));
        if (gtk_widget_get_visible (ignored))
          adw_spin_row_set_value (ADW_SPIN_ROW (ignored), 255);
      }
}

/* All slides, into @folder. */
static void
export_all (Desk *desk, const char *folder, const char *format)
{
  GtkWidget *row;

  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "export", NULL);
  desk_wait (desk, desk_has_dialog, "the dialog");
  row = widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwComboRow");
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), 0);
  row = gtk_widget_get_next_sibling (row);
  choose_format (row, format);
  acini_export_dialog_start (ACINI_EXPORT_DIALOG (desk_get_dialog (desk)), folder);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_export (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (desk->folder, "out", NULL), *table = NULL, *text = NULL;
  g_auto (GStrv) lines = NULL;

  desk_rest (desk);
  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  /* Nobody looked at any. */
  export_all (desk, folder, "tiff");
  wait_for (desk, "nothing to export");
  g_assert_true (desk_has_dialog (desk));
  g_assert_cmpuint (count_files (folder), ==, 0);
  adw_dialog_force_close (desk_get_dialog (desk));
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");

  /* One was labelled, then both, of one name that leads elsewhere. */
  label (desk, desk->slide);
  export_all (desk, folder, "tiff");
  wait_for (desk, "1 mask exported");
  g_assert_cmpuint (count_files (folder), ==, 1);
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");
  label (desk, desk->other);
  g_assert_true (acini_project_set_slide_name (get_project (desk), desk->slide, "../../evil", NULL));
  g_assert_true (acini_project_set_slide_name (get_project (desk), desk->other, "../../evil", NULL));
  export_all (desk, folder, "tiff");
  wait_for (desk, "2 masks exported");
  wait_for (desk, "Open Folder");
  g_assert_cmpuint (count_files (folder), ==, 3);
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");

  /* One table of both. */
  export_all (desk, folder, "submission-2021");
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");
  g_assert_cmpuint (count_files (folder), ==, 4);
  table = g_build_filename (folder, "submission.csv", NULL);
  g_assert_true (g_file_get_contents (table, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "id,predicted\n"));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  export_all (desk, folder, "coco");
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");
  g_assert_cmpuint (count_files (folder), ==, 6);
}

/* Each format with the rows that it asks for; and what lies in an exclusion has the value that was asked for. */
static void
test_formats (Desk *desk, gconstpointer data)
{
  const double corner[][2] = { { 0, 0 }, { 50, 0 }, { 50, 50 }, { 0, 50 } };
  g_autofree char *folder = g_build_filename (desk->folder, "formats", NULL), *path = NULL;
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autoptr (AciniChange) change = NULL;
  g_autoptr (VipsImage) mask = NULL;
  g_autofree double *outside = NULL, *inside = NULL;
  const AciniExportFormat *formats;
  GtkWidget *row;
  guint n;
  int n_values;

  desk_rest (desk);
  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  label (desk, desk->slide);
  g_ptr_array_add (regions, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, corner, G_N_ELEMENTS (corner)));
  change = acini_change_new_regions (desk->slide, regions);
  g_assert_true (acini_project_write_change (get_project (desk), change, NULL));
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "export", NULL);
  desk_wait (desk, desk_has_dialog, "the dialog");
  row = gtk_widget_get_next_sibling (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwComboRow"));
  formats = acini_export_get_formats (&n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *picture = g_strdup_printf ("export-%s", formats[i].id);

      choose_format (row, formats[i].id);
      desk_take_picture (desk, picture);
    }
  choose_format (row, "png");
  acini_export_dialog_start (ACINI_EXPORT_DIALOG (desk_get_dialog (desk)), folder);
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");
  path = g_build_filename (folder, "a.png", NULL);
  mask = vips_image_new_from_file (path, NULL);
  g_assert_nonnull (mask);
  g_assert_cmpint (vips_getpoint (mask, &inside, &n_values, 20, 20, NULL), ==, 0);
  g_assert_cmpfloat (inside[0], ==, 255);
  g_assert_cmpint (vips_getpoint (mask, &outside, &n_values, 100, 20, NULL), ==, 0);
  g_assert_cmpfloat (outside[0], ==, 1);
}

/* A model of two classes, with thresholds for one organ. */
static void
make_model (Desk *desk)
{
  AciniModelList *models = acini_session_get_model_list (desk->window->session);
  g_autofree char *folder = acini_project_build_path (get_project (desk), "models", "none", NULL);
  g_autofree char *card = g_build_filename (folder, "model.json", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (card,
                                      "{\"id\": \"none\", \"name\": \"None\", \"architecture\": \"segformer-b0\","
                                      " \"mpp\": 1, \"activation\": \"softmax\","
                                      " \"classes\": [\"background\", \"gland\", \"vessel\"], \"threshold\": 0.5,"
                                      " \"thresholds\": {\"kidney/vessel\": 0.7}}",
                                      -1, NULL));
  acini_model_list_reload (models);
}

static gboolean
has_card (Desk *desk)
{
  AciniModelItem *model = acini_model_list_find (acini_session_get_model_list (desk->window->session), "none");

  return model != NULL && acini_model_item_get_card (model) != NULL
         && g_strv_length (acini_model_item_get_card (model)->classes) == 3;
}

static gboolean
is_kidney (Desk *desk)
{
  AciniSlideItem *item = acini_slide_list_find (acini_session_get_slide_list (desk->window->session), desk->slide);

  return g_str_equal (acini_slide_item_get_record (item)->organ, "kidney");
}

/* The dialog says before the start which thresholds count, whose they are, and from which prediction. */
static void
test_summary (Desk *desk, gconstpointer data)
{
  AciniPredictionKey key = { desk->slide, "none", 2, "float32" };
  AciniPredictionInfo info = { 100, 100, 2, 2, "none", "float32" };
  g_autofree char *folder = acini_prediction_dup_folder (get_project (desk));
  g_autofree char *path = acini_prediction_dup_path (folder, &key);
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (path, &info, NULL);
  AciniThresholds own;

  g_assert_nonnull (prediction);
  desk_rest (desk);
  make_model (desk);
  desk_wait (desk, has_card, "the model's card");
  acini_model_list_use (acini_session_get_model_list (desk->window->session),
                        acini_model_list_find (acini_session_get_model_list (desk->window->session), "none"));
  acini_slide_list_set_organ (acini_session_get_slide_list (desk->window->session), &desk->slide, 1, "kidney");
  acini_slide_list_set_mpp (acini_session_get_slide_list (desk->window->session), &desk->slide, 1, 0.5, 0.5);
  desk_wait (desk, is_kidney, "the organ");
  acini_thresholds_init_same (&own, 0.4, 2);
  acini_session_set_thresholds (desk->window->session, acini_session_get_model (desk->window->session), "", &own);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "export", NULL);
  desk_wait (desk, desk_has_dialog, "the dialog");
  /* The slide on screen. */
  wait_for (desk, "Kidney: gland 0.500, vessel 0.700, from the model");
  wait_for (desk, "float32");
  g_assert_null (widget_find_label (GTK_WIDGET (desk_get_dialog (desk)), "set by you"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwComboRow")), 0);
  wait_for (desk, "1 of 2 slides segmented");
  g_assert_nonnull (
      widget_find_label (GTK_WIDGET (desk_get_dialog (desk)), "Organ unknown: gland 0.400, vessel 0.400, set by you"));
  adw_switch_row_set_active (ADW_SWITCH_ROW (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwSwitchRow")),
                             FALSE);
  g_assert_null (widget_find_label (GTK_WIDGET (desk_get_dialog (desk)), "set by you"));
  adw_dialog_force_close (desk_get_dialog (desk));
  desk_wait (desk, desk_has_no_dialog, "the dialog to close");
}

static gboolean
is_missing (Desk *desk)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (desk->window->review_page->stack), "missing") == 0;
}

static gboolean
is_there (Desk *desk)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (desk->window->review_page->stack), "slide") == 0
         && acini_slide_view_get_open_slide (desk->view) != NULL;
}

/* Moves the file of a slide into @folder.  Returns: (transfer full) where it is now. */
static char *
move_file (Desk *desk, gint64 slide, const char *folder)
{
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (get_project (desk), slide, NULL);
  g_autofree char *name = g_path_get_basename (record->path);
  char *target = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_rename (record->path, target), ==, 0);
  return target;
}

static void
test_missing (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (desk->folder, "moved", NULL), *first = NULL, *second = NULL;
  g_autoptr (AciniSlideRecord) other = NULL;
  AciniSlideList *list = acini_session_get_slide_list (desk->window->session);
  GAction *brush = g_action_map_lookup_action (G_ACTION_MAP (desk->window), "fit");

  desk_rest (desk);
  g_assert_true (g_action_get_enabled (brush));
  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  first = move_file (desk, desk->slide, folder);
  second = move_file (desk, desk->other, folder);
  acini_slide_list_reload (list);
  desk_wait (desk, is_missing, "the place to say that the file is missing");
  wait_for (desk, "File Is Missing");
  wait_for (desk, "Locate");
  g_assert_false (g_action_get_enabled (brush));
  g_assert_null (widget_find_label (GTK_WIDGET (desk->window), "generic-tiff"));
  g_assert_null (widget_find_label (GTK_WIDGET (desk->window), "Tiled TIFF"));

  /* A slide of another size is not it. */
  acini_slide_list_locate (list, desk->slide, "/nowhere.tiff");
  desk_run (desk, 300);
  g_assert_true (is_missing (desk));
  /* One is shown where it is, the other is found beside it. */
  acini_slide_list_locate (list, desk->slide, first);
  desk_wait (desk, is_there, "the slide");
  wait_for (desk, "2 slides found");
  g_assert_true (g_action_get_enabled (brush));
  other = acini_project_get_slide (get_project (desk), desk->other, NULL);
  g_assert_cmpstr (other->path, ==, second);
}

static gboolean
has_three (Desk *desk)
{
  return g_list_model_get_n_items (acini_session_get_slides (desk->window->session)) == 3;
}

/* While the dialog asks, a slide comes that stands before the chosen one: the chosen one is exported. */
static void
test_chosen (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (desk->folder, "chosen", NULL), *file = NULL;

  desk_rest (desk);
  label (desk, desk->other);
  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "export", NULL);
  desk_wait (desk, desk_has_dialog, "the dialog");
  adw_combo_row_set_selected (ADW_COMBO_ROW (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwComboRow")), 2);
  g_assert_cmpint (acini_test_add_slide (get_project (desk), "a-before.tiff", 600, 600), >, 0);
  acini_slide_list_reload (acini_session_get_slide_list (desk->window->session));
  desk_wait (desk, has_three, "the other slide");
  acini_export_dialog_start (ACINI_EXPORT_DIALOG (desk_get_dialog (desk)), folder);
  desk_wait (desk, desk_has_no_dialog, "the end of the export");
  file = g_build_filename (folder, "b.tiff", NULL);
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (folder), ==, 1);
}

static gboolean
is_scaled (Desk *desk)
{
  AciniSlideItem *item = acini_slide_list_find (acini_session_get_slide_list (desk->window->session), desk->slide);

  return acini_slide_item_get_record (item)->mpp_x == 0.4;
}

/* A scale bar of 100 µm that the ruler says has 250 px. */
static void
test_scale_from_line (Desk *desk, gconstpointer data)
{
  GActionGroup *actions = G_ACTION_GROUP (desk->window);
  AdwAlertDialog *question;
  GtkWidget *entry;

  desk_rest (desk);
  g_assert_false (g_action_group_get_action_enabled (actions, "scale-from-line"));
  /* The last one is no line. */
  acini_slide_view_set_measures (desk->view, "length 100 100 250 300\narea 1 1 9 1 9 9\n");
  g_assert_false (g_action_group_get_action_enabled (actions, "scale-from-line"));
  acini_slide_view_set_measures (desk->view, "area 1 1 9 1 9 9\nlength 100 100 250 300\n");
  g_assert_cmpfloat (acini_slide_view_get_last_length (desk->view), ==, 250);
  g_action_group_activate_action (actions, "scale-from-line", NULL);
  desk_wait (desk, desk_has_dialog, "the question");
  question = ADW_ALERT_DIALOG (desk_get_dialog (desk));
  entry = widget_find_type (GTK_WIDGET (question), "AdwEntryRow");
  g_assert_false (adw_alert_dialog_get_response_enabled (question, "apply"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "1000 mm"); /* no microscope's pixels */
  g_assert_false (adw_alert_dialog_get_response_enabled (question, "apply"));
  gtk_editable_set_text (GTK_EDITABLE (entry), "0,1 mm");
  g_assert_true (adw_alert_dialog_get_response_enabled (question, "apply"));
  g_signal_emit_by_name (question, "response", "apply");
  desk_wait (desk, is_scaled, "the scale");
  adw_dialog_force_close (ADW_DIALOG (question));
  desk_wait (desk, desk_has_no_dialog, "the question to close");
  /* Who says so stands with the slide's properties. */
  g_action_group_activate_action (actions, "slide-properties", NULL);
  wait_for (desk, "as was set");
  adw_dialog_force_close (desk_get_dialog (desk));
  desk_wait (desk, desk_has_no_dialog, "the properties to close");
}

static void
add (const char *path, void (*function) (Desk *desk, gconstpointer data))
{
  g_test_add (path, Desk, NULL, desk_set_up, function, desk_tear_down);
}

int
main (int argc, char **argv)
{
  char *home = acini_test_make_home ();
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("/export-dialog/export", test_export);
  add ("/export-dialog/formats", test_formats);
  add ("/export-dialog/chosen", test_chosen);
  add ("/export-dialog/summary", test_summary);
  add ("/export-dialog/missing", test_missing);
  add ("/export-dialog/scale-from-line", test_scale_from_line);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
