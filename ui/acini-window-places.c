/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a row of the results to its place on the slide. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "ui/view/acini-slide-view.h"

static void
go (AciniWindow *self)
{
  AciniSlideView *view = acini_review_page_get_view (self->review_page);

  if (self->place_slide == 0 || acini_slide_view_get_slide (view) != self->place_slide
      || acini_slide_view_get_open_slide (view) == NULL)
    return;
  self->place_slide = 0;
  acini_slide_view_show_area (view, &self->place);
}

static AciniSlideItem *
find_slide (AciniWindow *self, gint64 id)
{
  GListModel *slides = acini_session_get_slides (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      if (acini_slide_item_get_record (item)->id == id)
        return item; /* the list keeps it */
    }
  return NULL;
}

static void
on_opened (AciniWindow *self, gint64 slide, gint64 x, gint64 y, gint64 width, gint64 height)
{
  AciniSlideItem *item = self->session != NULL ? find_slide (self, slide) : NULL;

  if (item == NULL)
    return;
  self->place_slide = width > 0 ? slide : 0;
  self->place = (AciniRect){ x, y, width, height };
  acini_session_set_slide (self->session, item);
  adw_view_stack_set_visible_child_name (self->pages, "review");
  go (self);
}

void
acini_window_init_places (AciniWindow *self)
{
  g_signal_connect_object (self->results_page, "opened", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_review_page_get_view (self->review_page), "opened", G_CALLBACK (go), self,
                           G_CONNECT_SWAPPED);
}
