/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a row of the queue says. */

#include "acini-config.h"

#include "ui/review/acini-queue-pane-private.h"

#include "ui/review/acini-class-list.h"
#include "ui/review/acini-object-dialogs.h"

#include <glib/gi18n.h>

static AciniClassList *
get_classes (AciniQueuePane *self)
{
  return acini_class_list_get (acini_slide_objects_get_session (self->objects));
}

static void
fill_row (AciniReviewItem *item, GtkListItem *row)
{
  AciniQueuePane *self = g_object_get_data (G_OBJECT (row), "pane");
  GtkWidget *box = gtk_list_item_get_child (row), *icon = gtk_widget_get_first_child (box);
  GtkWidget *title = gtk_widget_get_next_sibling (icon), *detail = gtk_widget_get_next_sibling (title);
  const AciniObject *object = acini_review_item_get_object (item);
  static const char *const icons[ACINI_N_REVIEWS]
      = { "radio-symbolic", "object-select-symbolic", "window-close-symbolic", "dialog-warning-symbolic" };
  g_autofree char *name = NULL, *text = NULL;

  if (acini_review_item_get_kind (item) == ACINI_REVIEW_ITEM_WAITS)
    name = g_strdup ("…");
  else if (acini_review_item_get_kind (item) == ACINI_REVIEW_ITEM_GONE)
    name = g_strdup (_ ("No longer there"));
  else if (acini_review_item_get_note (item) != NULL)
    name = g_strdup (acini_review_item_get_note (item));
  else
    {
      name = acini_review_item_get_suspect (item) != NULL
                 ? g_strdup (acini_review_item_get_place_title (item))
                 : acini_class_list_dup_name (get_classes (self), (guint)(object->label - ACINI_LABEL_FIRST_CLASS + 1));
      text = object->probability >= 0
                 ? g_strdup_printf (object->locked ? _ ("%.0f %%, locked") : _ ("%.0f %%"), 100 * object->probability)
                 : g_strdup (object->locked ? _ ("Locked") : acini_author_get_title (object->author));
    }
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), icons[object->state]);
  gtk_widget_set_tooltip_text (icon, acini_review_state_get_title (object->state));
  gtk_label_set_label (GTK_LABEL (title), name);
  gtk_widget_set_tooltip_text (title, acini_review_item_get_note (item));
  gtk_label_set_label (GTK_LABEL (detail), text != NULL ? text : "");
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *title = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "numeric");
  gtk_box_append (GTK_BOX (box), gtk_image_new ());
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), detail);
  gtk_list_item_set_child (row, box);
}

static void
fill_again (GtkListItem *row)
{
  if (gtk_list_item_get_item (row) != NULL)
    fill_row (gtk_list_item_get_item (row), row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *row, AciniQueuePane *self)
{
  AciniReviewItem *item = gtk_list_item_get_item (row);

  g_object_set_data (G_OBJECT (row), "pane", self);
  g_signal_connect_object (item, "changed", G_CALLBACK (fill_row), row, G_CONNECT_DEFAULT);
  g_signal_connect_object (get_classes (self), "changed", G_CALLBACK (fill_again), row, G_CONNECT_SWAPPED);
  fill_row (item, row);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *row, AciniQueuePane *self)
{
  if (self->objects != NULL)
    g_signal_handlers_disconnect_by_func (get_classes (self), fill_again, row);
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (row), fill_row, row);
}

GtkListItemFactory *
acini_queue_pane_make_factory (AciniQueuePane *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  return factory;
}
