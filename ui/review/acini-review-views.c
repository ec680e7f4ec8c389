/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two to four views side by side. */

#include "acini-config.h"

#include "ui/review/acini-review-page-private.h"

#include "ui/review/acini-side-view.h"

/* Two and three stand in a row, four in a square. */
static void
place_views (AciniReviewPage *self)
{
  guint n = self->side_views->len + 1;

  for (guint i = 1; i < n; i++)
    {
      GtkLayoutChild *place = gtk_layout_manager_get_layout_child (
          gtk_widget_get_layout_manager (GTK_WIDGET (self->views)), self->side_views->pdata[i - 1]);
      int columns = n == 4 ? 2 : (int)n;

      g_object_set (place, "column", (int)i % columns, "row", (int)i / columns, NULL);
    }
}

void
acini_review_page_set_n_views (AciniReviewPage *self, guint n)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self) && n >= 1 && n <= 4);

  if (self->session == NULL)
    n = 1;
  while (self->side_views->len + 1 > n)
    {
      AciniSideView *last = self->side_views->pdata[self->side_views->len - 1];

      acini_view_sync_remove (self->sync, acini_side_view_get_view (last));
      gtk_grid_remove (self->views, GTK_WIDGET (last));
      g_ptr_array_set_size (self->side_views, (int)self->side_views->len - 1);
    }
  while (self->side_views->len + 1 < n)
    {
      AciniSideView *view = acini_side_view_new (self->session, self->view, self->side_views->len + 1);

      g_ptr_array_add (self->side_views, view);
      gtk_grid_attach (self->views, GTK_WIDGET (view), (int)self->side_views->len, 0, 1, 1);
      acini_view_sync_add (self->sync, acini_side_view_get_view (view));
    }
  place_views (self);
}
