/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-view-sync.h"
#include "ui/view/core/acini-view-core.h"

#include <math.h>

typedef struct
{
  AciniSlideView *view;
  AciniSlide *slide; /* weak: what @at is of */
  AciniViewport at;  /* where it was when it was looked at last, or was put */
} Member;

struct _AciniViewSync
{
  GObject parent_instance;
  GPtrArray *members; /* Member; the first one leads those that come new */
};

G_DEFINE_FINAL_TYPE (AciniViewSync, acini_view_sync, G_TYPE_OBJECT)

static void
member_free (gpointer data)
{
  Member *member = data;
  g_clear_weak_pointer (&member->slide);
  g_object_unref (member->view);
  g_free (member);
}

static gboolean
is_same_place (const AciniViewport *a, const AciniViewport *b)
{
  double half = .5 / MAX (a->zoom, 1e-9); /* half a screen pixel */
  return fabs (a->x - b->x) < half && fabs (a->y - b->y) < half && fabs (a->zoom / b->zoom - 1) < 1e-4
         && a->rotation == b->rotation && a->flipped == b->flipped;
}

/* µm per pixel, or 1 where not both are known. */
static void
get_scales (AciniSlideView *a, AciniSlideView *b, double *scale_a, double *scale_b)
{
  gboolean known = a->mpp_x > 0 && b->mpp_x > 0;
  *scale_a = known ? a->mpp_x : 1;
  *scale_b = known ? b->mpp_x : 1;
}

static void
put (Member *member, const AciniViewport *place)
{
  AciniSlideView *view = member->view;
  acini_view_stop (view);
  view->viewport.x = place->x;
  view->viewport.y = place->y;
  view->viewport.zoom = place->zoom;
  view->viewport.rotation = place->rotation;
  view->viewport.flipped = place->flipped;
  view->fitted = FALSE;
  if (view->viewport.width > 0) /* without a size no zoom fits */
    acini_view_clamp (view);
  member->at = view->viewport;
  g_set_weak_pointer (&member->slide, view->slide);
  acini_view_moved (view);
  acini_view_prepare (view); /* it may be drawn in this frame yet */
}

/* @leader has moved from @from to where it is now. */
static void
follow (Member *member, Member *leader, const AciniViewport *from)
{
  AciniSlideView *a = leader->view, *b = member->view;
  AciniViewport place = a->viewport;
  if (!b->slide)
    return;
  if (a->slide_id != b->slide_id)
    {
      double scale_a, scale_b;
      get_scales (a, b, &scale_a, &scale_b);
      place.x = b->viewport.x + (a->viewport.x - from->x) * scale_a / scale_b;
      place.y = b->viewport.y + (a->viewport.y - from->y) * scale_a / scale_b;
      place.zoom = a->viewport.zoom * scale_b / scale_a;
    }
  put (member, &place);
}

static Member *
find (AciniViewSync *self, AciniSlideView *view)
{
  for (guint i = 0; i < self->members->len; i++)
    if (((Member *)g_ptr_array_index (self->members, i))->view == view)
      return g_ptr_array_index (self->members, i);
  return NULL;
}

static void
on_view_changed (AciniSlideView *view, AciniViewSync *self)
{
  Member *leader = find (self, view);
  if (!leader || !view->slide || (leader->slide == view->slide && is_same_place (&view->viewport, &leader->at)))
    return;
  AciniViewport from = leader->slide == view->slide ? leader->at : view->viewport;
  gboolean is_new = leader->slide != view->slide;
  leader->at = view->viewport;
  g_set_weak_pointer (&leader->slide, view->slide);
  Member *first = g_ptr_array_index (self->members, 0);
  if (is_new && leader != first)
    {
      /* Just opened: it comes to the others, not they to it. */
      if (first->view->slide && first->view->slide_id == view->slide_id)
        follow (leader, first, &first->at);
      return;
    }
  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = g_ptr_array_index (self->members, i);
      if (member != leader)
        follow (member, leader, &from);
    }
}

static void
acini_view_sync_finalize (GObject *object)
{
  AciniViewSync *self = ACINI_VIEW_SYNC (object);
  g_ptr_array_unref (self->members);
  G_OBJECT_CLASS (acini_view_sync_parent_class)->finalize (object);
}

static void
acini_view_sync_class_init (AciniViewSyncClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_view_sync_finalize;
}

static void
acini_view_sync_init (AciniViewSync *self)
{
  self->members = g_ptr_array_new_with_free_func (member_free);
}

AciniViewSync *
acini_view_sync_new (void)
{
  return g_object_new (ACINI_TYPE_VIEW_SYNC, NULL);
}

void
acini_view_sync_add (AciniViewSync *self, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_VIEW_SYNC (self) && ACINI_IS_SLIDE_VIEW (view));
  if (find (self, view))
    return;
  Member *member = g_new0 (Member, 1);
  member->view = g_object_ref (view);
  member->at = view->viewport;
  if (self->members->len == 0)
    g_set_weak_pointer (&member->slide, view->slide);
  g_ptr_array_add (self->members, member);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (on_view_changed), self, G_CONNECT_DEFAULT);
  on_view_changed (view, self);
}

void
acini_view_sync_remove (AciniViewSync *self, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_VIEW_SYNC (self) && ACINI_IS_SLIDE_VIEW (view));
  Member *member = find (self, view);
  if (!member)
    return;
  g_signal_handlers_disconnect_by_func (view, on_view_changed, self);
  g_ptr_array_remove (self->members, member);
}
