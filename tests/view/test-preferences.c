/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program's settings: those of earlier versions are taken over, what is changed in the preferences counts at once,
 * and what is served to a browser does not stand in the way of a display. */

#include "app/segmentation/acini-segmentation.h"
#include "app/training/acini-models.h"
#include "data/cache/acini-tile-cache.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "ui/acini-application.h"
#include "ui/acini-preferences-dialog.h"
#include "ui/base/acini-settings.h"
#include "data/mask/acini-mask-kernel.h"
#include "ui/view/acini-mask-appearance.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-mask-palette.h"

static void
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_assert_no_error (error);
}

static void
reset_all (void)
{
  static const char *const keys[]
      = { "style",       "label-colours", "outline-width",    "prediction-colours", "image-cache",
          "window-size", "shortcuts",     "show-slides-pane", "show-side-pane",     "device" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (acini_settings_get_default (), keys[i]);
}

static void
test_take_over (void)
{
  GSettings *settings = acini_settings_get_default ();
  char *folder = acini_test_make_folder ();
  g_autoptr (GVariant) shortcuts = NULL;
  const char *keys = NULL;
  int width = 0, height = 0;

  write_file (folder, "tiles.ini", "[tiles]\nmemory=768\n");
  write_file (folder, "window.ini", "[window]\nwidth=1111\nheight=777\nmaximized=false\nshow-slides=false\n");
  write_file (folder, "shortcuts.ini", "[shortcuts]\nwin.fit=F6\n");
  acini_settings_take_over (settings, folder);
  g_assert_cmpint (g_settings_get_int (settings, "image-cache"), ==, 768);
  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  g_assert_cmpint (width, ==, 1111);
  g_assert_cmpint (height, ==, 777);
  g_assert_false (g_settings_get_boolean (settings, "show-slides-pane"));
  g_assert_true (g_settings_get_boolean (settings, "show-side-pane"));
  shortcuts = g_settings_get_value (settings, "shortcuts");
  g_assert_true (g_variant_lookup (shortcuts, "win.fit", "&s", &keys));
  g_assert_cmpstr (keys, ==, "F6");
  g_assert_true (g_settings_get_boolean (settings, "took-over"));

  /* Nonsense is not taken over. */
  reset_all ();
  write_file (folder, "tiles.ini", "[tiles]\nmemory=-7\n");
  write_file (folder, "window.ini", "[window]\nwidth=3\nheight=no\n");
  write_file (folder, "shortcuts.ini", "\001");
  acini_settings_take_over (settings, folder);
  g_assert_cmpint (g_settings_get_int (settings, "image-cache"), ==, 0);
  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  g_assert_cmpint (width, ==, 1400);
  acini_test_remove_folder (folder);
}

static void
count_changed (guint *n)
{
  ++*n;
}

static void
test_colours (void)
{
  GSettings *settings = acini_settings_get_default ();
  AciniMaskAppearance *appearance = acini_mask_appearance_get_default ();
  gulong handler;
  guint n = 0;

  handler = g_signal_connect_swapped (appearance, "changed", G_CALLBACK (count_changed), &n);
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS, FALSE), ==, 0xff009e73);
  g_settings_set_strv (settings, "label-colours", (const char *const[]){ "#123456", "#654321", NULL });
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS, FALSE), ==, 0xff123456);
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS + 1, FALSE), ==, 0xff654321);
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS + 2, FALSE), ==, 0xffcc79a7);
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS + 6, FALSE), ==, 0xff123456);
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS, TRUE), ==, 0xffe69f00);
  g_settings_set_strv (settings, "prediction-colours", (const char *const[]){ "no colour", "#0000ff", NULL });
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS, TRUE), ==, 0xffe69f00);
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS + 1, TRUE), ==, 0xff0000ff);
  g_assert_cmpuint (n, ==, 2);
  g_signal_handler_disconnect (appearance, handler);
  reset_all ();
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS, FALSE), ==, 0xff009e73);
}

/* Fill and outline of each class, marked and predicted, are drawn in its colour. */
static void
test_palette (void)
{
  AciniMaskLook look = { .style = ACINI_MASK_FILLED, .fill = TRUE, .outlines = TRUE, .opacity = 1 };
  GSettings *settings = acini_settings_get_default ();
  g_autoptr (AciniMaskPalette) palette = NULL;
  const guint32 *lines = NULL;
  int width = 0;

  acini_mask_appearance_get_default ();
  acini_thresholds_init_same (&look.thresholds, 0.5, 3);
  g_settings_set_strv (settings, "label-colours", (const char *const[]){ "#000001", "#000002", "#000003", NULL });
  g_settings_set_strv (settings, "prediction-colours", (const char *const[]){ "#000004", "#000005", "#000006", NULL });
  palette = acini_mask_palette_new (&look, 3);
  lines = acini_mask_palette_get_lines (palette, 1, &width);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmphex (palette->fill[ACINI_LABEL_FIRST_CLASS + i], ==, 0xff000001 + i);
      g_assert_cmphex (lines[ACINI_LABEL_FIRST_CLASS + i], ==, 0xff000001 + i);
      g_assert_cmphex (palette->fill[ACINI_MASK_CODE (i) + 255], ==, 0xff000004 + i);
      g_assert_cmphex (lines[ACINI_MASK_CODE (i) + 255], ==, 0xff000004 + i);
    }
  reset_all ();
}

static int
get_line_width (double downsample)
{
  const AciniMaskLook look = { .outlines = TRUE };
  g_autoptr (AciniMaskPalette) palette = acini_mask_palette_new (&look, 0);
  int width = 0;

  acini_mask_palette_get_lines (palette, downsample, &width);
  return width;
}

static void
test_outlines (void)
{
  GSettings *settings = acini_settings_get_default ();

  acini_mask_appearance_get_default ();
  g_assert_cmpint (get_line_width (1), ==, 3);
  g_settings_set_int (settings, "outline-width", 2);
  g_assert_cmpint (get_line_width (1), ==, 2);
  g_assert_cmpint (get_line_width (100), ==, 1); /* from afar lines are thin anyway */
  reset_all ();
  g_assert_cmpint (get_line_width (1), ==, 3);
}

static gboolean
has_title (GtkWidget *widget, gconstpointer title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

static GtkWidget *
find_row (GtkWidget *page, const char *title)
{
  return widget_search (page, has_title, title);
}

static gboolean
has_tooltip (GtkWidget *widget, gconstpointer text)
{
  return g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) == 0;
}

static GtkWidget *
find_tooltip (GtkWidget *row, const char *text)
{
  return widget_search (row, has_tooltip, text);
}

static gboolean
is_reset (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), "_Reset Colours") == 0;
}

/* Every class has its colours, and all go back to what they were at first. */
static void
check_colours (GtkWidget *page)
{
  GSettings *settings = acini_settings_get_default ();
  GtkWidget *reset = widget_search (page, is_reset, NULL);
  const GdkRGBA blue = { 0, 0, 1, 1 };

  g_assert_nonnull (reset);
  g_assert_false (gtk_widget_get_sensitive (reset));
  for (guint i = 0; i < ACINI_CLASS_COLOURS; i++)
    {
      g_autofree char *title = g_strdup_printf ("Class %u", i + 1);
      GtkWidget *row = find_row (page, title);
      GtkColorDialogButton *button = GTK_COLOR_DIALOG_BUTTON (find_tooltip (row, "Predicted"));
      g_auto (GStrv) names = NULL;

      g_assert_nonnull (find_tooltip (row, "Marked by You"));
      gtk_color_dialog_button_set_rgba (button, &blue);
      names = g_settings_get_strv (settings, "prediction-colours");
      g_assert_cmpuint (g_strv_length (names), ==, ACINI_CLASS_COLOURS);
      g_assert_cmpstr (names[i], ==, "#0000ff");
      g_assert_cmphex (acini_class_colour_get_pixel ((guint8)(ACINI_LABEL_FIRST_CLASS + i), TRUE), ==, 0xff0000ff);
    }
  g_assert_true (gtk_widget_get_sensitive (reset));
  g_signal_emit_by_name (reset, "clicked");
  g_assert_false (gtk_widget_get_sensitive (reset));
  g_assert_cmphex (acini_class_colour_get_pixel (ACINI_LABEL_FIRST_CLASS, TRUE), ==, 0xffe69f00);
  g_assert_false (gdk_rgba_equal (gtk_color_dialog_button_get_rgba (
                                      GTK_COLOR_DIALOG_BUTTON (find_tooltip (find_row (page, "Class 3"), "Predicted"))),
                                  &blue));
}

/* The dialog opens on General, and its rows and the settings follow each other. */
static void
test_general (void)
{
  g_autoptr (AciniApplication) application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  GSettings *settings = acini_settings_get_default ();
  AdwDialog *dialog;
  AdwPreferencesPage *page;
  GtkWidget *style, *cache;
  g_autoptr (GError) error = NULL;
  gsize limit = acini_tile_cache_get_limit (acini_tile_cache_get_default ());

  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  g_assert_no_error (error);
  dialog = g_object_ref_sink (ADW_DIALOG (acini_preferences_dialog_new ()));
  page = adw_preferences_dialog_get_visible_page (ADW_PREFERENCES_DIALOG (dialog));
  g_assert_cmpstr (adw_preferences_page_get_title (page), ==, "General");
  style = find_row (GTK_WIDGET (page), "Style");
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (style)), ==, 0);
  adw_combo_row_set_selected (ADW_COMBO_ROW (style), 2);
  g_assert_true (adw_style_manager_get_dark (adw_style_manager_get_default ()));
  g_settings_set_string (settings, "style", "light");
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (style)), ==, 1);
  g_assert_false (adw_style_manager_get_dark (adw_style_manager_get_default ()));

  cache = find_row (GTK_WIDGET (page), "Image Cache (MiB)");
  g_assert_cmpfloat (adw_spin_row_get_value (ADW_SPIN_ROW (cache)), ==, (double)(limit >> 20));
  g_assert_false (gtk_widget_get_visible (find_tooltip (cache, "Reset")));
  adw_spin_row_set_value (ADW_SPIN_ROW (cache), 256);
  g_assert_true (gtk_widget_get_visible (find_tooltip (cache, "Reset")));
  g_assert_cmpuint (acini_tile_cache_get_limit (acini_tile_cache_get_default ()), ==, 256 << 20);
  g_signal_emit_by_name (find_tooltip (cache, "Reset"), "clicked");
  g_assert_cmpint (g_settings_get_int (settings, "image-cache"), ==, 0);
  g_assert_cmpuint (acini_tile_cache_get_limit (acini_tile_cache_get_default ()), ==, limit);
  g_assert_cmpfloat (adw_spin_row_get_value (ADW_SPIN_ROW (cache)), ==, (double)(limit >> 20));
  check_colours (GTK_WIDGET (page));
  g_object_unref (dialog);
  reset_all ();
}

/* The chosen device stands in the specification of the next job. */
static void
test_device (void)
{
  g_autoptr (AciniApplication) application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  gint64 slide = acini_test_add_slide (project, "a", 100, 100);
  g_autofree char *model = acini_find_starter ();
  g_autoptr (AciniJob) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (model);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, &error));
  before = acini_segmentation_prepare (project, slide, model, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (acini_job_get_specification (before), "device"), ==, "auto");
  g_settings_set_string (acini_settings_get_default (), "device", "cuda");
  after = acini_segmentation_prepare (project, slide, model, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (acini_job_get_specification (after), "device"), ==, "cuda");
  reset_all ();
  acini_test_remove_folder (folder);
}

static void
test_browser (void)
{
  g_autofree char *before = g_strdup (g_getenv ("GDK_BACKEND"));
  g_autoptr (AciniApplication) on_display = acini_application_new (G_APPLICATION_DEFAULT_FLAGS);
  g_autoptr (AciniApplication) in_browser = NULL;

  g_assert_true (g_setenv ("GDK_BACKEND", "broadway", TRUE));
  in_browser = acini_application_new (G_APPLICATION_DEFAULT_FLAGS);
  if (before != NULL)
    g_setenv ("GDK_BACKEND", before, TRUE);
  else
    g_unsetenv ("GDK_BACKEND");
  g_assert_false (g_application_get_flags (G_APPLICATION (on_display)) & G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_get_flags (G_APPLICATION (in_browser)) & G_APPLICATION_NON_UNIQUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  adw_init ();
  g_test_add_func ("/settings/take-over", test_take_over);
  g_test_add_func ("/settings/colours", test_colours);
  g_test_add_func ("/settings/palette", test_palette);
  g_test_add_func ("/settings/outlines", test_outlines);
  g_test_add_func ("/preferences/general", test_general);
  g_test_add_func ("/preferences/device", test_device);
  g_test_add_func ("/application/browser", test_browser);
  return g_test_run ();
}
