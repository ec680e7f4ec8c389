/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/review/acini-lock-feed.h"

#include "data/project/acini-lock.h"
#include "ui/base/acini-async.h"
#include "ui/view/core/acini-view-core.h"

struct _AciniLockFeed
{
  GObject parent_instance;
  AciniSession *session; /* weak */
  AciniSlideView *view;  /* weak */
  GPtrArray *outlines;   /* AciniOutline, of the locks of the slide */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AciniLockFeed, acini_lock_feed, G_TYPE_OBJECT)

typedef struct
{
  AciniProject *project;
  gint64 slide;
  GPtrArray *outlines;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_ptr_array_unref (reading->outlines);
  g_free (reading);
}

static AciniOutline *
make_outline (const AciniLock *lock)
{
  const AciniRect *box = &lock->box;
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (AciniContours) contours = acini_contours_new (box->width, acini_outline_add_rings, builder);

  for (gint64 y = 0; y < box->height; y++)
    acini_contours_push (contours, lock->mask + y * box->width);
  acini_contours_finish (contours);
  return acini_outline_new ((double)box->x, (double)box->y, (double)box->width, (double)box->height,
                            gsk_path_builder_to_path (builder));
}

static gboolean
read_locks (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;
  g_autoptr (GPtrArray) locks = acini_project_list_locks (reading->project, reading->slide, NULL, error);

  for (guint i = 0; locks != NULL && i < locks->len; i++)
    g_ptr_array_add (reading->outlines, make_outline (locks->pdata[i]));
  return locks != NULL;
}

static void
show (AciniLockFeed *self)
{
  if (self->view != NULL)
    acini_selection_layer_set_outlines (self->view->locked, self->outlines);
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniLockFeed *self = object;
  Reading *reading = data;

  if (error != NULL)
    {
      if (self->session != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        acini_session_tell (self->session, error->message);
      return;
    }
  g_clear_pointer (&self->outlines, g_ptr_array_unref);
  self->outlines = g_ptr_array_ref (reading->outlines);
  show (self);
}

static void
reload (AciniLockFeed *self)
{
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  Reading *reading;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (item == NULL)
    return;
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (acini_session_get_project (self->session));
  reading->slide = acini_slide_item_get_record (item)->id;
  reading->outlines = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_outline_unref);
  self->cancellable = g_cancellable_new ();
  acini_async_run (self, self->cancellable, read_locks, on_read, reading, reading_free);
}

static void
on_slide (AciniLockFeed *self)
{
  g_clear_pointer (&self->outlines, g_ptr_array_unref);
  show (self);
  reload (self);
}

/* Strokes make the history grow, too; they lock nothing. */
static void
on_step (AciniLockFeed *self, gint64 slide, const char *subject)
{
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;

  if (item != NULL && acini_slide_item_get_record (item)->id == slide && g_strcmp0 (subject, "review") == 0)
    reload (self);
}

static void
acini_lock_feed_dispose (GObject *object)
{
  AciniLockFeed *self = ACINI_LOCK_FEED (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->outlines, g_ptr_array_unref);
  g_clear_weak_pointer (&self->session);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (acini_lock_feed_parent_class)->dispose (object);
}

static void
acini_lock_feed_class_init (AciniLockFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_lock_feed_dispose;
}

static void
acini_lock_feed_init (AciniLockFeed *self)
{
}

AciniLockFeed *
acini_lock_feed_new (AciniSession *session, AciniSlideView *view)
{
  AciniLockFeed *self;
  AciniEditor *editor;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && ACINI_IS_SLIDE_VIEW (view), NULL);

  self = g_object_new (ACINI_TYPE_LOCK_FEED, NULL);
  editor = acini_session_get_editor (session);
  g_set_weak_pointer (&self->session, session);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (on_slide), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "written", G_CALLBACK (on_step), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "changed", G_CALLBACK (on_step), self, G_CONNECT_SWAPPED);
  /* The view forgets them when it opens a slide. */
  g_signal_connect_object (view, "opened", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  on_slide (self);
  return self;
}
