/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What lies on and beside the tissue: it says what is there, and what is written into it is done. */

#include "tests/view/acini-view-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/review/acini-properties-dialog.h"
#include "ui/base/acini-async.h"
#include "ui/view/overlays/acini-coverage-tracker.h"
#include "ui/view/overlays/acini-cursor-readout.h"
#include "ui/view/overlays/acini-overlays.h"
#include "ui/view/acini-go-to-dialog.h"
#include "ui/view/overlays/acini-overview.h"
#include "ui/view/acini-view-picture.h"
#include "ui/view/acini-view-sync.h"
#include "ui/view/overlays/acini-zoom-controls.h"

#include <adwaita.h>
#include <math.h>
#include <vips/vips.h>

typedef gboolean (*Condition) (gpointer data);

static void
wait_for (ViewFixture *f, Condition condition, gpointer data)
{
  for (int i = 0; i < 3000 && !condition (data); i++)
    view_fixture_run (f, 10);
  g_assert_true (condition (data));
}

static gboolean
has_values (gpointer data)
{
  const char *text = acini_cursor_readout_get_text (data);
  return strstr (text, "Model") != NULL;
}

static gboolean
has_background (gpointer data)
{
  return strstr (acini_cursor_readout_get_text (data), "Marked by you: background") != NULL;
}

static void
test_readout (ViewFixture *f, gconstpointer data)
{
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  AciniCursorReadout *readout = g_object_ref_sink (ACINI_CURSOR_READOUT (acini_cursor_readout_new (f->view)));
  acini_slide_view_set_prediction (f->view, prediction);
  view_fixture_label (f, 100, 100, 50, 50, ACINI_LABEL_BACKGROUND);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (readout)));
  g_signal_emit_by_name (f->view, "cursor-moved", 1125.5, 600.25);
  g_assert_true (g_str_has_prefix (acini_cursor_readout_get_text (readout), "1125, 600 px   562.5, 300.0 µm"));
  wait_for (f, has_values, readout);
  g_assert_nonnull (strstr (acini_cursor_readout_get_text (readout), "Model 75"));
  /* Of many places the newest is told. */
  for (int i = 0; i < 50; i++)
    g_signal_emit_by_name (f->view, "cursor-moved", 700. + i, 300.);
  g_signal_emit_by_name (f->view, "cursor-moved", 120., 120.);
  wait_for (f, has_background, readout);
  g_assert_true (g_str_has_prefix (acini_cursor_readout_get_text (readout), "120, 120 px"));
  /* Off the glass there is nothing to say. */
  g_signal_emit_by_name (f->view, "cursor-moved", -3., 120.);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (readout)));
  g_signal_emit_by_name (f->view, "cursor-moved", 10., 10.);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (readout)));
  g_signal_emit_by_name (f->view, "cursor-moved", NAN, NAN);
  g_assert_cmpstr (acini_cursor_readout_get_text (readout), ==, "");
  view_fixture_run (f, 50);
  g_object_unref (readout);
}

static void
enter_zoom (ViewFixture *f, GtkWidget *controls, const char *text)
{
  GtkWidget *entry = widget_find_type (controls, "GtkEntry");
  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  g_signal_emit_by_name (entry, "activate");
  view_fixture_wait (f);
}

static void
test_zoom_entry (ViewFixture *f, gconstpointer data)
{
  GtkWidget *overlay = gtk_overlay_new (), *controls = acini_zoom_controls_new (f->view);
  gtk_window_set_child (GTK_WINDOW (f->window), NULL);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (f->view));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), controls);
  gtk_window_set_child (GTK_WINDOW (f->window), overlay);
  view_fixture_run (f, 50);
  acini_zoom_controls_enter (ACINI_ZOOM_CONTROLS (controls));
  view_fixture_run (f, 100);
  GtkWidget *entry = widget_find_type (controls, "GtkEntry");
  g_assert_true (gtk_widget_get_mapped (entry));
  /* The slide has 0.5 µm a pixel: 20×. */
  enter_zoom (f, controls, "10×");
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), .5, 1e-6);
  g_assert_false (gtk_widget_get_mapped (entry));
  enter_zoom (f, controls, "0.25 µm/px");
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), 2, 1e-6);
  enter_zoom (f, controls, "80 %");
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), .8, 1e-6);
  enter_zoom (f, controls, "much");
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), .8, 1e-6);
  g_assert_true (gtk_widget_has_css_class (entry, "error"));
  /* A scale that is corrected counts at once. */
  acini_slide_view_set_scale (f->view, .25, .25);
  enter_zoom (f, controls, "0.5 µm/px");
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), .5, 1e-6);
  acini_slide_view_set_scale (f->view, .5, .5);
  view_fixture_wait (f);
  /* The usual ones are offered. */
  acini_zoom_controls_enter (ACINI_ZOOM_CONTROLS (controls));
  view_fixture_run (f, 100);
  g_assert_false (gtk_widget_has_css_class (entry, "error"));
  GtkWidget *first = widget_find_type (widget_find_type (controls, "GtkFlowBox"), "GtkButton");
  g_signal_emit_by_name (first, "clicked");
  view_fixture_wait (f);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), MAX (1 / 20., .97 * 500 / 1100 / 2), .03);
}

static void
answer (ViewFixture *f, const char *text, gboolean enabled)
{
  AdwDialog *dialog = acini_go_to_dialog_new (f->view);
  adw_dialog_present (dialog, f->window);
  view_fixture_run (f, 50);
  gtk_editable_set_text (
      GTK_EDITABLE (widget_find_type (adw_alert_dialog_get_extra_child (ADW_ALERT_DIALOG (dialog)), "GtkEntry")), text);
  g_assert_true (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (dialog), "go") == enabled);
  g_signal_emit_by_name (dialog, "response", enabled ? "go" : "cancel");
  adw_dialog_force_close (dialog);
  view_fixture_wait (f);
}

static void
test_go_to (ViewFixture *f, gconstpointer data)
{
  view_fixture_go (f, 2, 700, 500);
  answer (f, "800, 600", TRUE);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.x, 800, .5);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.y, 600, .5);
  answer (f, "300 µm, 200 µm", TRUE);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.x, 600, .5);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.y, 400, .5);
  answer (f, "5000, 3", FALSE); /* beside the slide */
  answer (f, "here", FALSE);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.x, 600, .5);
}

/* The picture is what is on screen, on white, with what lies over it; the file is whole or not there. */
static void
test_picture (ViewFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  view_fixture_go (f, 1, 700, 500);
  g_autoptr (GdkTexture) picture = acini_view_picture_take (f->view, NULL);
  g_assert_nonnull (picture);
  g_assert_cmpint (gdk_texture_get_width (picture), ==, (int)(f->view->viewport.width * f->view->viewport.scale));
  g_autofree char *path = g_build_filename (f->folder, "view.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_assert_true (acini_view_picture_write (picture, file, NULL, &error));
  g_assert_no_error (error);
  g_autoptr (GdkTexture) again = gdk_texture_new_from_file (file, &error);
  g_assert_no_error (error);
  int width = gdk_texture_get_width (again), height = gdk_texture_get_height (again);
  g_autofree guint32 *pixels = g_new (guint32, (gsize)width * height);
  gdk_texture_download (again, (guchar *)pixels, (gsize)width * 4);
  double x, y, rgb[3];
  acini_viewport_to_slide (&f->view->viewport, 100.5, 120.5, &x, &y);
  view_fixture_get_expected (x, y, rgb);
  guint32 pixel = pixels[120 * width + 100];
  g_assert_cmpfloat_with_epsilon (pixel >> 16 & 0xff, rgb[0], 3);
  g_assert_cmpfloat_with_epsilon (pixel >> 8 & 0xff, rgb[1], 3);
  g_assert_cmphex (pixel >> 24, ==, 0xff);
  /* Into a folder that is not there: an error, and nothing left behind. */
  g_autofree char *nowhere = g_build_filename (f->folder, "no", "such", "view.png", NULL);
  g_autoptr (GFile) lost = g_file_new_for_path (nowhere);
  g_assert_false (acini_view_picture_write (picture, lost, NULL, &error));
  g_assert_nonnull (error);
  acini_slide_view_set_slide (f->view, NULL, 0);
  g_assert_null (acini_view_picture_take (f->view, NULL));
}

static void
test_properties (ViewFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (f->project, f->slide, &error);
  g_assert_no_error (error);
  AciniPropertiesDialog *dialog
      = g_object_ref_sink (acini_properties_dialog_new (acini_slide_view_get_open_slide (f->view), record));
  adw_dialog_present (ADW_DIALOG (dialog), f->window);
  view_fixture_run (f, 100);
  g_autofree char *all = acini_properties_dialog_dup_text (dialog);
  g_assert_nonnull (strstr (all, "1500 × 1100 px"));
  g_assert_nonnull (strstr (all, "0.75 × 0.55 mm"));
  g_assert_nonnull (strstr (all, "openslide.level-count\t"));
  acini_properties_dialog_search (dialog, "LEVEL-COUNT");
  g_autofree char *found = acini_properties_dialog_dup_text (dialog);
  g_auto (GStrv) lines = g_strsplit (found, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_true (g_str_has_prefix (lines[0], "openslide.level-count\t"));
  adw_dialog_force_close (ADW_DIALOG (dialog));
  view_fixture_run (f, 50);
  g_object_unref (dialog);
}

/* Tissue goes through the tables; as it was when all is off. */
static void
assert_brighter (ViewFixture *f, double x, double y, double by)
{
  double rgb[3];
  guint32 expected = 0;
  view_fixture_get_expected (x, y, rgb);
  for (int c = 0; c < 3; c++)
    expected = expected << 8 | (guint32)lround (CLAMP (rgb[c] + 255 * by, 0, 255));
  view_fixture_assert_colour (f, x, y, expected, 4);
}

static void
test_display (ViewFixture *f, gconstpointer data)
{
  AciniDisplay display;
  acini_slide_view_get_display (f->view, &display);
  g_assert_true (acini_display_is_plain (&display));
  g_assert_true (acini_tissue_layer_is_plain (f->view->tissue));
  view_fixture_go (f, 1, 700, 500);
  assert_brighter (f, 700, 500, 0);
  display.brightness = 0.2;
  acini_slide_view_set_display (f->view, &display);
  assert_brighter (f, 700, 500, 0); /* no blank until it is there */
  view_fixture_wait (f);
  assert_brighter (f, 700, 500, .2);
  /* A slider that is moved fast: the last of it counts. */
  for (int i = 0; i < 20; i++)
    {
      display.brightness = -i / 100.;
      acini_slide_view_set_display (f->view, &display);
      view_fixture_run (f, 3);
    }
  view_fixture_wait (f);
  assert_brighter (f, 700, 500, -.19);
  view_fixture_go (f, .4, 500, 600);
  assert_brighter (f, 500, 600, -.19);
  view_fixture_show (f, f->other); /* the next slide is shown alike */
  g_assert_false (acini_tissue_layer_is_plain (f->view->tissue));
  assert_brighter (f, 700, 500, -.19);
  acini_display_init (&display);
  acini_slide_view_set_display (f->view, &display);
  g_assert_true (acini_tissue_layer_is_plain (f->view->tissue));
  view_fixture_wait (f);
  assert_brighter (f, 700, 500, 0);
}

/* What the overview draws at a part of its width and height. */
static void
pick_overview (ViewFixture *f, GtkWidget *overview, guint8 rgba[4])
{
  int width = gtk_widget_get_width (overview), height = gtk_widget_get_height (overview);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GTK_WIDGET_GET_CLASS (overview)->snapshot (overview, snapshot);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  g_autoptr (GdkTexture) texture = gsk_renderer_render_texture (
      gtk_native_get_renderer (GTK_NATIVE (f->window)), node, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  g_autofree guint8 *pixels = g_malloc ((gsize)width * height * 4);
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (texture);
  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_R8G8B8A8);
  gdk_texture_downloader_download_into (downloader, pixels, (gsize)width * 4);
  memcpy (rgba, pixels + ((gsize)(height / 4) * width + width / 4) * 4, 4);
}

typedef struct
{
  ViewFixture *fixture;
  GtkWidget *overview;
  int green; /* what is waited for */
} Seen;

static gboolean
is_seen (gpointer data)
{
  Seen *seen = data;
  guint8 rgba[4];
  pick_overview (seen->fixture, seen->overview, rgba);
  /* Behind the veil over what was not looked at, or not closely: a slow machine rests longer on a place. */
  for (double veil = 0x66; veil >= 0; veil -= 0x66 / 4.)
    if (fabs (rgba[1] - (seen->green * (1 - veil / 255) + veil / 2)) <= 8)
      return TRUE;
  return FALSE;
}

/* The overview is shown as the view shows the slide, the next slide too; and as scanned again when all is off. */
static void
test_overview_display (ViewFixture *f, gconstpointer data)
{
  AciniDisplay display;
  GtkWidget *overlay = gtk_overlay_new (), *overview = acini_overview_new (f->view);
  gtk_window_set_child (GTK_WINDOW (f->window), NULL);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (f->view));
  gtk_widget_set_halign (overview, GTK_ALIGN_END);
  gtk_widget_set_valign (overview, GTK_ALIGN_START);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), overview);
  gtk_window_set_child (GTK_WINDOW (f->window), overlay);
  view_fixture_go (f, 4, 1400, 1000); /* the visible rectangle is in the far corner */
  Seen seen = { f, overview, 40 + 180 / 4 };
  wait_for (f, is_seen, &seen);
  acini_slide_view_get_display (f->view, &display);
  for (int i = 1; i <= 20; i++) /* a slider that is moved fast: the last of it counts */
    {
      display.brightness = i / 100.;
      acini_slide_view_set_display (f->view, &display);
      view_fixture_run (f, 3);
    }
  seen.green = 40 + 180 / 4 + 255 / 5;
  wait_for (f, is_seen, &seen);
  view_fixture_show (f, f->other);
  view_fixture_go (f, 4, 1400, 1000);
  wait_for (f, is_seen, &seen);
  acini_display_init (&display);
  acini_slide_view_set_display (f->view, &display);
  seen.green = 40 + 180 / 4;
  wait_for (f, is_seen, &seen);
  view_fixture_wait (f);
}

static gboolean
has_coverage (gpointer data)
{
  AciniCoverage *coverage = acini_coverage_tracker_get (data);
  return coverage && acini_coverage_get_part (coverage, ACINI_COVERAGE_20X) > 0;
}

/* What rests on screen was looked at, and is remembered. */
static void
test_coverage (ViewFixture *f, gconstpointer data)
{
  AciniCoverageTracker *tracker = acini_coverage_tracker_new (f->view);
  g_assert_nonnull (acini_coverage_tracker_get_texture (tracker));
  view_fixture_go (f, 1, 700, 500); /* 20×, 700 × 500 of 1500 × 1100 pixels */
  wait_for (f, has_coverage, tracker);
  g_assert_cmpfloat_with_epsilon (acini_coverage_get_part (acini_coverage_tracker_get (tracker), ACINI_COVERAGE_20X),
                                  700. * 500 / (1500 * 1100), .03);
  view_fixture_show (f, f->other);
  view_fixture_run (f, 20);
  g_assert_false (has_coverage (tracker));
  view_fixture_show (f, f->slide);
  wait_for (f, has_coverage, tracker);
  g_object_run_dispose (G_OBJECT (tracker));
  g_object_unref (tracker);
  while (!acini_async_is_idle ())
    view_fixture_run (f, 5);
}

static void
assert_place (AciniSlideView *view, double zoom, double x, double y)
{
  g_assert_cmpfloat_with_epsilon (view->viewport.zoom, zoom, 1e-3);
  g_assert_cmpfloat_with_epsilon (view->viewport.x, x, 1);
  g_assert_cmpfloat_with_epsilon (view->viewport.y, y, 1);
}

/* Where one view goes the other goes; a view of another slide keeps its distance. */
static void
test_sync (ViewFixture *f, gconstpointer data)
{
  g_autoptr (AciniViewSync) sync = acini_view_sync_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  AciniSlideView *other = ACINI_SLIDE_VIEW (acini_slide_view_new ());
  gtk_window_set_child (GTK_WINDOW (f->window), NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->view));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (other));
  gtk_window_set_child (GTK_WINDOW (f->window), box);
  view_fixture_go (f, 1, 700, 500);
  acini_view_sync_add (sync, f->view);
  acini_view_sync_add (sync, other);
  acini_slide_view_set_slide (other, f->project, f->slide);
  for (int i = 0; i < 500 && !other->slide; i++)
    view_fixture_run (f, 10);
  view_fixture_run (f, 200);
  assert_place (other, 1, 700, 500); /* it comes to where the first one is */
  assert_place (f->view, 1, 700, 500);
  view_fixture_go (f, 2, 600, 400);
  view_fixture_run (f, 100);
  assert_place (other, 2, 600, 400);
  acini_slide_view_centre_on (other, 800, 450); /* and the other way round */
  view_fixture_run (f, 100);
  assert_place (f->view, 2, 800, 450);
  acini_slide_view_set_slide (other, f->project, f->other);
  view_fixture_run (f, 50);
  for (int i = 0; i < 500 && !other->slide; i++)
    view_fixture_run (f, 10);
  view_fixture_run (f, 100);
  assert_place (f->view, 2, 800, 450);
  double x = other->viewport.x;
  acini_slide_view_centre_on (f->view, 830, 450);
  view_fixture_run (f, 100);
  g_assert_cmpfloat_with_epsilon (other->viewport.x, x + 30, 1);
  g_assert_cmpfloat_with_epsilon (other->viewport.zoom, 2, 1e-3);
  acini_view_sync_remove (sync, other);
  acini_slide_view_centre_on (f->view, 700, 400);
  view_fixture_run (f, 100);
  g_assert_cmpfloat_with_epsilon (other->viewport.x, x + 30, 1);
  acini_slide_view_set_slide (other, NULL, 0);
}

/* Only where two masks differ there is colour; labels, which are in both, are no difference. */
static void
test_difference (ViewFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f); /* grows from left to right */
  g_autofree char *path = g_build_filename (f->folder, "other.sqlite", NULL);
  const AciniPredictionInfo info = { FIXTURE_WIDTH, FIXTURE_HEIGHT, 2, 1, "other" };
  g_autoptr (AciniPrediction) other = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  guint8 *sure = g_malloc (ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  memset (sure, 255, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (sure, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  AciniPredictionTile tile = { 0, 0, bytes }; /* level-0 pixels up to (1024, 1024) */
  acini_prediction_write (other, &tile, 1, &error);
  g_assert_no_error (error);
  view_fixture_label (f, 200, 200, 100, 100, ACINI_LABEL_FIRST_CLASS);
  g_object_set (f->view, "opacity-mask", 1., "threshold", .5, NULL);
  acini_slide_view_set_prediction (f->view, prediction);
  acini_slide_view_set_against (f->view, other);
  view_fixture_go (f, .4, 750, 550);
  view_fixture_assert_colour (f, 500, 500, 0xd65e00, 8);  /* only there */
  view_fixture_assert_tissue (f, 900, 500);               /* in both */
  view_fixture_assert_colour (f, 1250, 500, 0x0073b3, 8); /* only here */
  view_fixture_assert_tissue (f, 250, 250);               /* decided: in both */
  g_object_set (f->view, "threshold", .9, NULL);
  view_fixture_assert_colour (f, 900, 500, 0xd65e00, 8);
  view_fixture_assert_tissue (f, 1250, 500);
  /* Without the labels corrections hide nothing. */
  g_object_set (f->view, "threshold", .5, "show-labels", FALSE, NULL);
  view_fixture_wait (f);
  view_fixture_assert_colour (f, 250, 250, 0xd65e00, 8);
  view_fixture_assert_tissue (f, 900, 500);
  acini_slide_view_set_against (f->view, NULL);
  g_object_set (f->view, "threshold", .9, NULL);
  view_fixture_wait (f);
  view_fixture_assert_tissue (f, 900, 500);
}

static void
add (const char *path, void (*test) (ViewFixture *, gconstpointer))
{
  g_test_add (path, ViewFixture, NULL, view_fixture_set_up, test, view_fixture_tear_down);
}

static GtkWidget *
add_card (GtkWidget *overlay, GtkAlign halign, int width)
{
  GtkWidget *card = gtk_drawing_area_new ();

  gtk_widget_set_size_request (card, width, 30);
  gtk_widget_set_halign (card, halign);
  gtk_widget_set_valign (card, GTK_ALIGN_END);
  gtk_widget_set_margin_start (card, 14);
  gtk_widget_set_margin_end (card, 14);
  gtk_widget_set_margin_bottom (card, 14);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), card);
  return card;
}

/* A scale bar stays with its view where another one is below it. */
static void
test_place_above (void)
{
  GtkWidget *overlay = g_object_ref_sink (gtk_overlay_new ()), *views = gtk_grid_new ();
  GtkWidget *view = gtk_drawing_area_new (), *below = gtk_drawing_area_new ();
  GtkWidget *cards[] = { add_card (overlay, GTK_ALIGN_START, 160), add_card (overlay, GTK_ALIGN_CENTER, 180),
                         add_card (overlay, GTK_ALIGN_END, 150) };
  graphene_rect_t at;

  gtk_grid_set_row_homogeneous (GTK_GRID (views), TRUE);
  gtk_grid_attach (GTK_GRID (views), view, 0, 0, 1, 1);
  gtk_grid_attach (GTK_GRID (views), below, 0, 1, 1, 1);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), views);
  acini_overlay_place (GTK_OVERLAY (overlay), view, cards[0], cards[1], cards[2]);
  for (int shown = 1; shown >= 0; shown--)
    {
      gtk_widget_set_visible (below, shown);
      gtk_widget_measure (overlay, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
      gtk_widget_allocate (overlay, 900, 400, -1, NULL);
      g_assert_true (gtk_widget_compute_bounds (cards[0], overlay, &at));
      g_assert_cmpfloat (graphene_rect_get_y (&at) + graphene_rect_get_height (&at), ==, shown ? 186 : 386);
      g_assert_true (gtk_widget_compute_bounds (cards[2], overlay, &at));
      g_assert_cmpfloat (graphene_rect_get_y (&at) + graphene_rect_get_height (&at), ==, 386);
    }
  g_object_unref (overlay);
}

/* Wide enough, all stand in one row; else one above the other, and nothing covers anything. */
static void
test_place (void)
{
  const int widths[] = { 900, 500, 320, 220 };

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      GtkWidget *overlay = g_object_ref_sink (gtk_overlay_new ());
      GtkWidget *cards[] = { add_card (overlay, GTK_ALIGN_START, 160), add_card (overlay, GTK_ALIGN_CENTER, 180),
                             add_card (overlay, GTK_ALIGN_END, 150) };
      graphene_rect_t at[3];
      int least;

      acini_overlay_place (GTK_OVERLAY (overlay), overlay, cards[0], cards[1], cards[2]);
      gtk_widget_measure (overlay, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      gtk_widget_allocate (overlay, MAX (widths[i], least), 400, -1, NULL);
      for (int j = 0; j < 3; j++)
        g_assert_true (gtk_widget_compute_bounds (cards[j], overlay, &at[j]));
      for (int j = 0; j < 3; j++)
        g_assert_false (graphene_rect_intersection (&at[j], &at[(j + 1) % 3], NULL));
      g_assert_cmpint (widths[i] == 900, ==, graphene_rect_get_y (&at[0]) == graphene_rect_get_y (&at[1]));
      g_assert_cmpint (widths[i] >= 500, ==, graphene_rect_get_y (&at[0]) == graphene_rect_get_y (&at[2]));
      g_object_unref (overlay);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  /* A dialog that is closed is gone at once. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  add ("/overlays/readout", test_readout);
  add ("/overlays/zoom-entry", test_zoom_entry);
  add ("/overlays/go-to", test_go_to);
  add ("/overlays/picture", test_picture);
  add ("/overlays/difference", test_difference);
  add ("/overlays/sync", test_sync);
  add ("/overlays/coverage", test_coverage);
  add ("/overlays/display", test_display);
  add ("/overlays/overview-display", test_overview_display);
  add ("/overlays/properties", test_properties);
  g_test_add_func ("/overlays/place", test_place);
  g_test_add_func ("/overlays/place-above", test_place_above);
  return g_test_run ();
}
