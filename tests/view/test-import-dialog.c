/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A folder dropped on the real window: the table of what is in it, changed by hand, by names and by a table, a mask
 * turned round, and what comes in of it.  ACINI_TEST_PICTURES names a folder for pictures of it. */

#include "data/interchange/acini-preview-file.h"
#include "data/labels/acini-labels.h"
#include "data/phantom/acini-phantom.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/slides/acini-import-dialog.h"
#include "ui/slides/acini-import-row.h"

#include <glib/gstdio.h>

#define WIDTH 640
#define HEIGHT 480

static void
write_image (const char *folder, const char *name, VipsImage *image)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
}

/* Tissue: the unit is a disc, so that nothing of it is at the edge. */
static VipsImage *
draw (guint64 seed)
{
  g_autofree guint8 *rgb = g_malloc (3 * WIDTH * HEIGHT);
  AciniPhantom phantom;
  VipsImage *image;

  g_assert_true (acini_phantom_init (&phantom, WIDTH, HEIGHT, seed, "largeintestine", 0.5, NULL));
  acini_phantom_draw (&phantom, 0, 0, WIDTH, HEIGHT, rgb, NULL, NULL);
  image = vips_image_new_from_memory_copy (rgb, 3 * WIDTH * HEIGHT, WIDTH, HEIGHT, 3, VIPS_FORMAT_UCHAR);
  image->Type = VIPS_INTERPRETATION_sRGB;
  return image;
}

static VipsImage *
draw_disc (gboolean inverted)
{
  VipsImage *image, *copy;

  g_assert_cmpint (vips_black (&image, WIDTH, HEIGHT, NULL), ==, 0);
  copy = vips_image_copy_memory (image);
  g_object_unref (image);
  g_assert_cmpint (vips_draw_circle1 (copy, 255, 300, 200, 100, "fill", TRUE, NULL), ==, 0);
  if (!inverted)
    return copy;
  g_assert_cmpint (vips_invert (copy, &image, NULL), ==, 0);
  g_object_unref (copy);
  return image;
}

static char *
make_folder (Desk *desk)
{
  char *folder = g_build_filename (desk->folder, "batch", NULL);
  g_autoptr (VipsImage) first = draw (1), second = draw (2), soft = NULL, right = draw_disc (FALSE);
  g_autoptr (VipsImage) inverted = draw_disc (TRUE);
  g_autofree char *outlines = g_build_filename (folder, "ghent_p3_c.geojson", NULL);
  g_autofree char *notes = g_build_filename (folder, "notes.png", NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (vips_gaussblur (second, &soft, 5, NULL), ==, 0);
  write_image (folder, "ghent_p1_a.png", first);
  write_image (folder, "ghent_p1_a_mask.png", right);
  write_image (folder, "ghent_p2_b.png", second);
  write_image (folder, "ghent_p2_b_mask.png", inverted);
  write_image (folder, "ghent_p3_c.png", soft);
  write_image (folder, "ghent_p1_copy.png", first);
  g_assert_true (g_file_set_contents (outlines,
                                      "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                                      "[[[100,100],[300,100],[300,300],[100,300],[100,100]]]},\"properties\":{}}",
                                      -1, NULL));
  g_assert_true (g_file_set_contents (notes, "none", -1, NULL));
  return folder;
}

static AciniImportDialog *
drop (Desk *desk, const char *folder)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  g_list_store_append (files, file);
  acini_window_add_files (desk->window, G_LIST_MODEL (files));
  desk_wait (desk, desk_has_dialog, "the table of files");
  g_assert_true (ACINI_IS_IMPORT_DIALOG (desk_get_dialog (desk)));
  return ACINI_IMPORT_DIALOG (desk_get_dialog (desk));
}

static GListModel *
get_rows (AciniImportDialog *dialog)
{
  GtkWidget *table = widget_find_type (GTK_WIDGET (dialog), "GtkColumnView");

  return G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (table)));
}

static AciniImportRow *
find_row (AciniImportDialog *dialog, const char *name)
{
  GListModel *rows = get_rows (dialog);

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (AciniImportRow) row = g_list_model_get_item (rows, i);

      if (g_str_has_suffix (acini_import_row_get_file (row)->path, name))
        return row;
    }
  g_error ("there is no row of %s", name);
}

static void
assert_text (AciniImportRow *row, const char *property, const char *wanted)
{
  g_autofree char *text = NULL;

  g_object_get (row, property, &text, NULL);
  if (*wanted == '*')
    g_assert_nonnull (strstr (text, wanted + 1));
  else
    g_assert_cmpstr (text, ==, wanted);
}

static gboolean
are_looked_at (Desk *desk)
{
  AciniImportDialog *dialog = ACINI_IMPORT_DIALOG (desk_get_dialog (desk));

  for (guint i = 0; i < g_list_model_get_n_items (get_rows (dialog)); i++)
    {
      g_autoptr (AciniImportRow) row = g_list_model_get_item (get_rows (dialog), i);

      if (!acini_import_row_is_valid (row))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_five (Desk *desk)
{
  return g_list_model_get_n_items (acini_session_get_slides (desk->window->session)) == 5
         && !acini_importer_is_active (desk->window->importer);
}

static void
check_table (Desk *desk, AciniImportDialog *dialog)
{
  AciniImportRow *row = find_row (dialog, "p1_a.png");
  gboolean included;

  g_assert_cmpuint (g_list_model_get_n_items (get_rows (dialog)), ==, 5);
  assert_text (row, "labels", "*ghent_p1_a_mask.png");
  assert_text (row, "remarks", "");
  assert_text (find_row (dialog, "p2_b.png"), "remarks", "*inverted");
  assert_text (find_row (dialog, "p3_c.png"), "remarks", "*out of focus");
  assert_text (find_row (dialog, "p3_c.png"), "labels", "*1 outline");
  assert_text (find_row (dialog, "copy.png"), "remarks", "*same content");
  g_object_get (find_row (dialog, "copy.png"), "included", &included, NULL);
  g_assert_false (included);
  g_object_get (find_row (dialog, "notes.png"), "included", &included, NULL);
  g_assert_false (included);
}

static gboolean
is_filled (Desk *desk)
{
  AciniImportRow *row = find_row (ACINI_IMPORT_DIALOG (desk_get_dialog (desk)), "p1_a.png");
  g_autofree char *split = NULL;

  g_object_get (row, "split", &split, NULL);
  return g_str_equal (split, "train");
}

/* For all, by the names, by a table, by hand; the most particular counts. */
static void
fill_in (Desk *desk, AciniImportDialog *dialog)
{
  g_autofree char *table = g_build_filename (desk->folder, "slides.csv", NULL);
  GtkWidget *entry = widget_find_type (GTK_WIDGET (dialog), "AdwEntryRow");

  adw_combo_row_set_selected (ADW_COMBO_ROW (widget_find_type (GTK_WIDGET (dialog), "AdwComboRow")), 2);
  gtk_editable_set_text (GTK_EDITABLE (entry), "0,5");
  assert_text (find_row (dialog, "p1_a.png"), "mpp", "0,5");
  g_assert_true (g_file_set_contents (
      table, "id\tpixel_size\tsplit\torgan\nghent_p2_b\t0.256789\ttest\tkidney\nghent_p1_a\t\ttrain\t\n", -1, NULL));
  acini_import_dialog_take_table (dialog, table);
  desk_wait (desk, is_filled, "the table read");
  assert_text (find_row (dialog, "p2_b.png"), "mpp", "0.2568");
  assert_text (find_row (dialog, "p2_b.png"), "pixel-size", "table");
  assert_text (find_row (dialog, "p3_c.png"), "pixel-size", "by hand");
  g_object_set (find_row (dialog, "p3_c.png"), "patient", "P-3", NULL);
}

static void
assert_label (Desk *desk, const char *slide, int x, int y, guint8 wanted)
{
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM slides WHERE name = '%s'", slide);
  g_autofree char *id = desk_dup_query (desk, sql);
  g_autoptr (GError) error = NULL;
  guint8 label = 99;

  g_assert_nonnull (id);
  g_assert_true (acini_labels_read (project, g_ascii_strtoll (id, NULL, 10), 0, x, y, 1, 1, &label, &error));
  g_assert_cmpint (label, ==, wanted);
}

static gboolean
is_pattern (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_ENTRY_ROW (widget)
         && strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), "{") != NULL;
}

static void
test_folder (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = make_folder (desk);
  AciniImportDialog *dialog = drop (desk, folder);
  GtkEditable *pattern;

  desk_take_picture (desk, "import-1-table");
  check_table (desk, dialog);
  fill_in (desk, dialog);
  pattern = GTK_EDITABLE (widget_search (GTK_WIDGET (dialog), is_pattern, NULL));
  gtk_editable_set_text (pattern, "{source}_{patient}_*");
  g_signal_emit_by_name (pattern, "apply");
  assert_text (find_row (dialog, "p2_b.png"), "patient", "p2");
  assert_text (find_row (dialog, "p2_b.png"), "source", "ghent");
  g_object_set (find_row (dialog, "p2_b.png"), "inverted", TRUE, NULL);
  desk_wait (desk, are_looked_at, "the mask the other way round");
  assert_text (find_row (dialog, "p2_b.png"), "remarks", "");
  desk_take_picture (desk, "import-2-filled");
  widget_click (GTK_WIDGET (dialog), "_Add");
  desk_wait (desk, has_five, "the slides in the project");
  desk_assert_query (desk,
                     "SELECT organ || ' ' || mpp_x || ' ' || patient || ' ' || source || ' ' || split FROM slides "
                     "WHERE name = 'ghent_p2_b'",
                     "kidney 0.256789 p2 ghent test");
  desk_assert_query (desk,
                     "SELECT organ || ' ' || mpp_x || ' ' || patient || ' ' || split FROM slides "
                     "WHERE name = 'ghent_p1_a'",
                     "largeintestine 0.5 p1 train");
  for (const char *const *name = (const char *const[]){ "ghent_p1_a", "ghent_p2_b", NULL }; *name != NULL; name++)
    {
      assert_label (desk, *name, 300, 200, ACINI_LABEL_FIRST_CLASS);
      assert_label (desk, *name, 300, 320, ACINI_LABEL_BACKGROUND);
    }
  assert_label (desk, "ghent_p3_c", 299, 299, ACINI_LABEL_FIRST_CLASS);
  assert_label (desk, "ghent_p3_c", 300, 300, ACINI_LABEL_BACKGROUND);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "page", g_variant_new_string ("slides"));
  desk_take_picture (desk, "import-3-added");
}

/* What is wrong holds "Add" back, and nothing is written where it is cancelled. */
static void
test_invalid (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = make_folder (desk);
  AciniImportDialog *dialog = drop (desk, folder);
  GtkWidget *add = widget_find_button (GTK_WIDGET (dialog), "_Add");

  g_assert_true (gtk_widget_get_sensitive (add));
  g_object_set (find_row (dialog, "p1_a.png"), "mpp", "a lot", NULL);
  g_assert_false (gtk_widget_get_sensitive (add));
  g_object_set (find_row (dialog, "p1_a.png"), "mpp", "", NULL);
  g_assert_true (gtk_widget_get_sensitive (add));
  widget_click (GTK_WIDGET (dialog), "_Cancel");
  desk_wait (desk, desk_has_no_dialog, "the table gone");
  g_assert_false (acini_importer_is_active (desk->window->importer));
  desk_assert_query (desk, "SELECT count(*) FROM slides", "2");
}

/* Masks that lie elsewhere. */
static void
test_masks (Desk *desk, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (desk->folder, "images", NULL);
  g_autofree char *masks = g_build_filename (desk->folder, "masks", NULL);
  g_autoptr (VipsImage) tissue = draw (3), disc = draw_disc (FALSE);
  AciniImportDialog *dialog;

  g_assert_cmpint (g_mkdir (folder, 0700) | g_mkdir (masks, 0700), ==, 0);
  write_image (folder, "one.png", tissue);
  write_image (masks, "one.png", disc);
  dialog = drop (desk, folder);
  assert_text (find_row (dialog, "one.png"), "labels", "None");
  acini_import_dialog_take_masks (dialog, masks);
  desk_wait (desk, are_looked_at, "the mask found");
  assert_text (find_row (dialog, "one.png"), "labels", "one.png\n10.3 % units");
  widget_click (GTK_WIDGET (dialog), "_Cancel");
  desk_wait (desk, desk_has_no_dialog, "the table gone");
}

static void
add (const char *path, void (*test) (Desk *, gconstpointer))
{
  g_test_add (path, Desk, NULL, desk_set_up, test, desk_tear_down);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("/import-dialog/folder", test_folder);
  add ("/import-dialog/invalid", test_invalid);
  add ("/import-dialog/masks", test_masks);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
