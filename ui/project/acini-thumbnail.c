/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-thumbnail.h"

#include "data/slides/acini-slide.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Reading is decoding, and a project may have hundreds of slides: a pool of its own, so that other work does not
 * queue behind it, and of threads that stand back where the processor is wanted: lists bind two hundred rows at once,
 * and the slide that is opened comes first. */
#define N_THREADS 2
#define NICE 15

/* The object is not the task's, of which the worker may be the last to let go. */
typedef struct
{
  char *path;
  gpointer object;
  AciniThumbnailFunc callback;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->path);
  g_free (request);
}

/* Path of the cached thumbnail.  A file that was changed or replaced gets a different one. */
static char *
dup_cache_path (const char *path)
{
  GStatBuf status;
  g_autofree char *key = NULL, *digest = NULL, *name = NULL;

  if (g_stat (path, &status) != 0)
    return NULL;
  key = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, path, (gint64)status.st_size,
                         (gint64)status.st_mtime);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
  name = g_strconcat (digest, ".png", NULL);
  return g_build_filename (g_get_user_cache_dir (), "acini", "thumbnails", name, NULL);
}

static GdkTexture *
draw_thumbnail (const char *path)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (path, NULL);
  g_autofree guint8 *rgb = NULL;
  g_autoptr (GBytes) bytes = NULL;
  double downsample;
  int width, height;

  if (slide == NULL)
    return NULL;
  downsample = (double)MAX (acini_slide_get_width (slide), acini_slide_get_height (slide)) / ACINI_THUMBNAIL_SIZE;
  width = MAX (1, (int)((double)acini_slide_get_width (slide) / downsample));
  height = MAX (1, (int)((double)acini_slide_get_height (slide) / downsample));
  rgb = g_malloc ((gsize)width * height * 3);
  if (!acini_slide_read_rgb (slide, 0, 0, downsample, width, height, rgb, NULL))
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&rgb), (gsize)width * height * 3);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, bytes, (gsize)width * 3);
}

static void
keep (GdkTexture *texture, const char *cached)
{
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (texture);
  g_autofree char *folder = g_path_get_dirname (cached);

  /* A cache that cannot be written is not an error: the thumbnail is drawn again next time. */
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_file_set_contents_full (cached, g_bytes_get_data (png, NULL), (gssize)g_bytes_get_size (png),
                              G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

/* Linux has a priority for each thread. */
static void
stand_back (void)
{
  static GPrivate done;

  if (g_private_get (&done) != NULL)
    return;
  setpriority (PRIO_PROCESS, (id_t)gettid (), NICE);
  g_private_set (&done, GINT_TO_POINTER (1));
}

static void
make (gpointer item, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (item);
  const Request *request = g_task_get_task_data (task);
  g_autofree char *cached = dup_cache_path (request->path);
  GdkTexture *texture;

  stand_back ();
  texture = cached != NULL ? gdk_texture_new_from_filename (cached, NULL) : NULL;
  if (texture == NULL)
    {
      texture = draw_thumbnail (request->path);
      if (texture != NULL && cached != NULL)
        keep (texture, cached);
    }
  g_task_return_pointer (task, texture, g_object_unref);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Request *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), NULL);

  if (texture != NULL)
    request->callback (request->object, texture);
  g_clear_object (&request->object);
}

void
acini_thumbnail_load (const char *path, gpointer object, AciniThumbnailFunc callback)
{
  static GThreadPool *pool;
  GTask *task = g_task_new (NULL, NULL, on_made, NULL);
  Request *request = g_new0 (Request, 1);

  request->path = g_strdup (path);
  request->object = g_object_ref (object);
  request->callback = callback;
  g_task_set_task_data (task, request, request_free);
  if (pool == NULL)
    pool = g_thread_pool_new (make, NULL, N_THREADS, TRUE, NULL);
  g_thread_pool_push (pool, task, NULL);
}
