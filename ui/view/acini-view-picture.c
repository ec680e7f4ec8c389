/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/core/acini-view-core.h"
#include "ui/view/acini-view-picture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static void
append_over (AciniSlideView *view, GtkWidget *over, GtkSnapshot *snapshot)
{
  graphene_rect_t bounds;
  if (!over || !gtk_widget_get_mapped (over) || !gtk_widget_compute_bounds (over, GTK_WIDGET (view), &bounds))
    return;
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (over);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &bounds.origin);
  gdk_paintable_snapshot (paintable, snapshot, bounds.size.width, bounds.size.height);
  gtk_snapshot_restore (snapshot);
}

static GskRenderNode *
make_node (AciniSlideView *view, GtkWidget *over, double scale)
{
  const GdkRGBA white = { 1, 1, 1, 1 };
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gboolean inside = view->inside;
  view->inside = FALSE; /* no ring, no line that follows the pointer */
  acini_view_prepare (view);
  gtk_snapshot_scale (snapshot, (float)scale, (float)scale);
  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT (0, 0, (float)view->viewport.width, (float)view->viewport.height));
  GTK_WIDGET_GET_CLASS (view)->snapshot (GTK_WIDGET (view), snapshot);
  append_over (view, over, snapshot);
  view->inside = inside;
  return gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
}

GdkTexture *
acini_view_picture_take (AciniSlideView *view, GtkWidget *over)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (view));
  if (!view->slide || !native || !gtk_native_get_renderer (native))
    return NULL;
  double scale = gdk_surface_get_scale (gtk_native_get_surface (native));
  int width = (int)lround (view->viewport.width * scale), height = (int)lround (view->viewport.height * scale);
  if (width < 1 || height < 1)
    return NULL;
  g_autoptr (GskRenderNode) node = make_node (view, over, scale);
  g_autoptr (GdkTexture) drawn = gsk_renderer_render_texture (gtk_native_get_renderer (native), node,
                                                              &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  /* Off the graphics card: what follows may be done by any thread. */
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (drawn);
  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_R8G8B8);
  gsize stride;
  g_autoptr (GBytes) bytes = gdk_texture_downloader_download_bytes (downloader, &stride);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, bytes, stride);
}

gboolean
acini_view_picture_write (GdkTexture *picture, GFile *file, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (GDK_IS_TEXTURE (picture) && G_IS_FILE (file), FALSE);
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (picture);
  g_autofree char *path = g_file_get_path (file);
  gsize size;
  const char *data = g_bytes_get_data (png, &size);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (path)
    return g_file_set_contents_full (path, data, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
  return g_file_replace_contents (file, data, size, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, cancellable,
                                  error);
}
