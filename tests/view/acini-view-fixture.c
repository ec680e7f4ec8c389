/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-view-fixture.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <vips/vips.h>

void
view_fixture_get_expected (double x, double y, double rgb[3])
{
  rgb[0] = 40 + 180 * x / FIXTURE_WIDTH;
  rgb[1] = 40 + 180 * y / FIXTURE_HEIGHT;
  rgb[2] = 90;
}

gboolean
view_fixture_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    {
      g_test_message ("There is no display.");
      return FALSE;
    }
  if (VIPS_INIT ((*argv)[0]))
    g_error ("libvips cannot be used: %s", vips_error_buffer ());
  return TRUE;
}

char *
view_fixture_make_slide (const char *folder, const char *name, gboolean pyramid)
{
  g_autofree guint8 *pixels = g_malloc (FIXTURE_WIDTH * FIXTURE_HEIGHT * 3);
  for (int y = 0; y < FIXTURE_HEIGHT; y++)
    for (int x = 0; x < FIXTURE_WIDTH; x++)
      {
        double rgb[3];
        view_fixture_get_expected (x + .5, y + .5, rgb);
        for (int c = 0; c < 3; c++)
          pixels[(y * FIXTURE_WIDTH + x) * 3 + c] = (guint8)lround (rgb[c]);
      }
  return view_fixture_save_slide (folder, name, pyramid, pixels);
}

char *
view_fixture_save_slide (const char *folder, const char *name, gboolean pyramid, const guint8 *pixels)
{
  char *path = g_build_filename (folder, name, NULL);
  VipsImage *image = vips_image_new_from_memory (pixels, FIXTURE_WIDTH * FIXTURE_HEIGHT * 3, FIXTURE_WIDTH,
                                                 FIXTURE_HEIGHT, 3, VIPS_FORMAT_UCHAR);
  g_assert_nonnull (image);
  image->Type = VIPS_INTERPRETATION_sRGB;
  g_assert_cmpint (vips_tiffsave (image, path, "tile", TRUE, "tile_width", 128, "tile_height", 128, "pyramid", pyramid,
                                  "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE, NULL),
                   ==, 0);
  g_object_unref (image);
  return path;
}

static gint64
add_slide (ViewFixture *f, const char *name, gboolean pyramid)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = view_fixture_make_slide (f->folder, name, pyramid);
  gint64 id = acini_project_add_slide (f->project, path, NULL, NULL, 0.5, &error);
  g_assert_no_error (error);
  return id;
}

static void
on_opened (AciniSlideView *view, ViewFixture *f)
{
  f->n_opened++;
}

static void
on_edited (AciniSlideView *view, const char *tool, ViewFixture *f)
{
  f->n_edited++;
}

static void
on_failed (AciniSlideView *view, const char *message, ViewFixture *f)
{
  f->n_failed++;
  g_set_str (&f->failure, message);
}

/* libvips repeats what libtiff has to say about the narrow levels of a small pyramid; GTK's warnings count. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  return g_strcmp0 (domain, "VIPS") != 0;
}

static void
ignore_message (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

void
view_fixture_expect_vips (void)
{
  g_test_log_set_fatal_handler (is_fatal, NULL);
  g_log_set_handler ("VIPS", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, ignore_message, NULL);
}

void
view_fixture_set_up (ViewFixture *f, gconstpointer data)
{
  view_fixture_expect_vips ();
  *f = (ViewFixture){ .folder = acini_test_make_folder () };
  f->project = acini_test_make_project (f->folder);
  f->slide = add_slide (f, "pyramid.tiff", TRUE);
  f->other = add_slide (f, "flat.tiff", FALSE);
  f->window = gtk_window_new ();
  f->view = ACINI_SLIDE_VIEW (acini_slide_view_new ());
  g_signal_connect (f->view, "opened", G_CALLBACK (on_opened), f);
  g_signal_connect (f->view, "edited", G_CALLBACK (on_edited), f);
  g_signal_connect (f->view, "failed", G_CALLBACK (on_failed), f);
  g_object_ref (f->view);
  gtk_window_set_decorated (GTK_WINDOW (f->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (f->window), FIXTURE_VIEW_WIDTH, FIXTURE_VIEW_HEIGHT);
  gtk_window_set_child (GTK_WINDOW (f->window), GTK_WIDGET (f->view));
  gtk_window_present (GTK_WINDOW (f->window));
  view_fixture_run (f, 50);
  view_fixture_show (f, f->slide);
}

void
view_fixture_tear_down (ViewFixture *f, gconstpointer data)
{
  while (!acini_slide_view_is_idle (f->view))
    g_main_context_iteration (NULL, TRUE);
  acini_slide_view_set_slide (f->view, NULL, 0);
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->view);
  view_fixture_run (f, 20);
  g_object_unref (f->project);
  acini_test_remove_folder (f->folder);
  g_free (f->failure);
}

static gboolean
set_true (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

void
view_fixture_run (ViewFixture *f, guint milliseconds)
{
  gboolean done = FALSE;
  g_timeout_add (milliseconds, set_true, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

void
view_fixture_wait (ViewFixture *f)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  gboolean busy = TRUE;
  while (busy && g_get_monotonic_time () < end)
    {
      view_fixture_run (f, 10);
      gboolean loading = TRUE;
      g_object_get (f->view, "loading", &loading, NULL);
      busy = loading || f->view->tick != 0 || f->view->opening || !acini_view_is_sharp (f->view)
             || !acini_slide_view_is_idle (f->view) || !g_queue_is_empty (&f->view->strokes);
    }
  g_assert_false (busy);
}

void
view_fixture_show (ViewFixture *f, gint64 slide)
{
  acini_slide_view_set_slide (f->view, f->project, slide);
  view_fixture_wait (f);
}

void
view_fixture_go (ViewFixture *f, double zoom, double x, double y)
{
  g_object_set (f->view, "zoom", zoom, NULL);
  acini_slide_view_centre_on (f->view, x, y);
  view_fixture_wait (f);
}

guint8 *
view_fixture_grab (ViewFixture *f, int *width, int *height)
{
  *width = gtk_widget_get_width (GTK_WIDGET (f->view));
  *height = gtk_widget_get_height (GTK_WIDGET (f->view));
  acini_view_prepare (f->view);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GTK_WIDGET_GET_CLASS (f->view)->snapshot (GTK_WIDGET (f->view), snapshot);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  g_autoptr (GdkTexture) texture
      = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (f->window)), node,
                                     &GRAPHENE_RECT_INIT (0, 0, (float)*width, (float)*height));
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (texture);
  guint8 *pixels = g_malloc ((gsize)*width * *height * 4);
  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_R8G8B8A8);
  gdk_texture_downloader_download_into (downloader, pixels, (gsize)*width * 4);
  return pixels;
}

void
view_fixture_pick (ViewFixture *f, double x, double y, guint8 rgba[4])
{
  int width, height;
  g_autofree guint8 *pixels = view_fixture_grab (f, &width, &height);
  double screen_x, screen_y;
  acini_viewport_to_screen (&f->view->viewport, x, y, &screen_x, &screen_y);
  int u = (int)floor (screen_x), v = (int)floor (screen_y);
  g_assert_true (u >= 0 && v >= 0 && u < width && v < height);
  memcpy (rgba, pixels + ((gsize)v * width + u) * 4, 4);
}

void
view_fixture_assert_colour (ViewFixture *f, double x, double y, guint32 rgb, int tolerance)
{
  guint8 rgba[4];
  view_fixture_pick (f, x, y, rgba);
  for (int c = 0; c < 3; c++)
    {
      int expected = (int)(rgb >> (16 - 8 * c) & 0xff);
      if (ABS (rgba[c] - expected) > tolerance)
        g_error ("At (%g, %g) there is %02x%02x%02x instead of %06x.", x, y, rgba[0], rgba[1], rgba[2], rgb);
    }
}

void
view_fixture_assert_tissue (ViewFixture *f, double x, double y)
{
  double rgb[3];
  view_fixture_get_expected (x, y, rgb);
  view_fixture_assert_colour (
      f, x, y, (guint32)lround (rgb[0]) << 16 | (guint32)lround (rgb[1]) << 8 | (guint32)lround (rgb[2]), 4);
}

void
view_fixture_assert_background (ViewFixture *f, double x, double y)
{
  const int reach = 2 * ACINI_MASK_HATCH;
  int width, height, n_tissue = 0, n_hatched = 0;
  g_autofree guint8 *pixels = view_fixture_grab (f, &width, &height);
  double screen_x, screen_y, slide_x, slide_y, rgb[3];
  acini_viewport_to_screen (&f->view->viewport, x, y, &screen_x, &screen_y);
  for (int v = (int)screen_y - reach; v < (int)screen_y + reach; v++)
    for (int u = (int)screen_x - reach; u < (int)screen_x + reach; u++)
      {
        g_assert_true (u >= 0 && v >= 0 && u < width && v < height);
        acini_viewport_to_slide (&f->view->viewport, u + .5, v + .5, &slide_x, &slide_y);
        view_fixture_get_expected (slide_x, slide_y, rgb);
        const guint8 *p = pixels + ((gsize)v * width + u) * 4;
        gboolean tissue = fabs (p[0] - rgb[0]) <= 5 && fabs (p[1] - rgb[1]) <= 5 && fabs (p[2] - rgb[2]) <= 5;
        n_tissue += tissue;
        n_hatched += !tissue && p[0] < rgb[0];
      }
  g_assert_cmpint (n_tissue, >, 2 * reach * reach);
  g_assert_cmpint (n_hatched, >, reach);
}

void
view_fixture_label (ViewFixture *f, gint64 x, gint64 y, gint64 width, gint64 height, guint8 label)
{
  g_autoptr (GError) error = NULL;
  AciniRect rect = { x, y, width, height }, damage;
  g_autoptr (AciniEdit) edit = acini_edit_new (f->project, f->slide, "test");
  acini_edit_paint (edit, &rect, NULL, label, &error);
  g_assert_no_error (error);
  acini_edit_commit (edit, &damage, &error);
  g_assert_no_error (error);
  acini_slide_view_labels_changed (f->view, &damage);
}

AciniPrediction *
view_fixture_predict (ViewFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (f->folder, "prediction.sqlite", NULL);
  const AciniPredictionInfo info = { FIXTURE_WIDTH, FIXTURE_HEIGHT, 2, 1, "test" };
  AciniPrediction *prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  for (gint64 row = 0; row * ACINI_PREDICTION_TILE < FIXTURE_HEIGHT / 2; row++)
    for (gint64 column = 0; column * ACINI_PREDICTION_TILE < FIXTURE_WIDTH / 2; column++)
      {
        guint8 *p = g_malloc (ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
        for (int i = 0; i < ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE; i++)
          {
            double x = (double)(column * ACINI_PREDICTION_TILE + i % ACINI_PREDICTION_TILE) + .5;
            p[i] = (guint8)lround (255 * MIN (x * 2 / FIXTURE_WIDTH, 1));
          }
        g_autoptr (GBytes) bytes = g_bytes_new_take (p, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
        AciniPredictionTile tile = { column, row, bytes };
        acini_prediction_write (prediction, &tile, 1, &error);
        g_assert_no_error (error);
      }
  return prediction;
}

void
view_fixture_assert_all_tissue (ViewFixture *f)
{
  int width, height;
  g_autofree guint8 *pixels = view_fixture_grab (f, &width, &height);
  const AciniViewport *v = &f->view->viewport;
  double step = 255. / FIXTURE_WIDTH / v->zoom;
  double most = 2 + 2 * step + (acini_viewport_is_upright (v) ? 0 : 3); /* blurred edges of turned tiles */
  guint n = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        double sx, sy, rgb[3];
        acini_viewport_to_slide (v, x + .5, y + .5, &sx, &sy);
        double edge = 2 / v->zoom + 1;
        if (sx < edge || sy < edge || sx > FIXTURE_WIDTH - edge || sy > FIXTURE_HEIGHT - edge)
          continue;
        view_fixture_get_expected (sx, sy, rgb);
        const guint8 *p = pixels + ((gsize)y * width + x) * 4;
        for (int c = 0; c < 3; c++)
          if (fabs (p[c] - rgb[c]) > most)
            g_error ("Zoom %g: the pixel (%d, %d) has %d in channel %d instead of %g.", v->zoom, x, y, p[c], c, rgb[c]);
        n++;
      }
  g_assert_cmpuint (n, >, 1000);
}
