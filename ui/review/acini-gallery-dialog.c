/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-gallery-dialog.h"

#include "ui/review/acini-likeness.h"
#include "ui/review/acini-object-deeds.h"
#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n.h>

/* Objects at a time, a row's, and a picture's pixels. */
#define MOST 240
#define IN_A_ROW 6
#define PICTURE 96
/* Milliseconds after which nobody was deciding any more. */
#define LONGEST 120000

struct _AciniGalleryDialog
{
  AdwDialog parent_instance;
  AciniSlideObjects *objects;
  AciniSlide *slide;
  GtkStack *stack;
  GtkBox *box;
  GPtrArray *rows; /* GArray of gint64 */
  gint64 since;    /* µm, when there was something to decide about */
};

G_DEFINE_FINAL_TYPE (AciniGalleryDialog, acini_gallery_dialog, ADW_TYPE_DIALOG)

typedef struct
{
  AciniSlide *slide;
  GArray *ids;         /* gint64, in rows of the most alike */
  GPtrArray *pictures; /* GdkTexture, of the same */
} Gathering;

static void
gathering_free (gpointer data)
{
  Gathering *gathering = data;

  g_object_unref (gathering->slide);
  g_clear_pointer (&gathering->ids, g_array_unref);
  g_clear_pointer (&gathering->pictures, g_ptr_array_unref);
  g_free (gathering);
}

/* (transfer full) the object with a little around it, and its mean colour. */
static GdkTexture *
take_picture (AciniSlide *slide, const AciniObject *object, double colour[3], GError **error)
{
  double side = (double)MAX (object->box.width, object->box.height) * 1.3, downsample = MAX (side / PICTURE, .25);
  double x = (double)object->box.x + (double)object->box.width / 2 - downsample * PICTURE / 2;
  double y = (double)object->box.y + (double)object->box.height / 2 - downsample * PICTURE / 2;
  g_autofree guint8 *rgb = g_malloc (3 * PICTURE * PICTURE);
  g_autoptr (GBytes) bytes = NULL;

  if (!acini_slide_read_rgb (slide, x, y, downsample, PICTURE, PICTURE, rgb, error))
    return NULL;
  colour[0] = colour[1] = colour[2] = 0;
  for (int i = 0; i < 3 * PICTURE * PICTURE; i++)
    colour[i % 3] += rgb[i] / 255. / (PICTURE * PICTURE);
  bytes = g_bytes_new_take (g_steal_pointer (&rgb), 3 * PICTURE * PICTURE);
  return gdk_memory_texture_new (PICTURE, PICTURE, GDK_MEMORY_R8G8B8, bytes, 3 * PICTURE);
}

static gboolean
gather (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, GCancellable *cancellable,
        GError **error)
{
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (source->project, source->slide->id, NULL, error);
  const AciniObjectQuery query = { .order = ACINI_OBJECT_ORDER_WORTH,
                                   .descending = TRUE,
                                   .states = 1 << ACINI_REVIEW_NEW,
                                   .limit = MOST,
                                   .scope = scope };
  Gathering *gathering = data;
  g_autoptr (GArray) ids = scope != NULL ? acini_object_index_list_ids (index, &query, error) : NULL;
  g_autoptr (GArray) features = g_array_new (FALSE, FALSE, sizeof (AciniFeatures));
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree guint *order = NULL;

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      AciniFeatures found;
      AciniObject object;
      double colour[3];
      GdkTexture *picture;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !acini_object_index_get (index, g_array_index (ids, gint64, i), &object, error))
        return FALSE;
      picture = take_picture (gathering->slide, &object, colour, error);
      if (picture == NULL)
        return FALSE;
      g_ptr_array_add (pictures, picture);
      acini_features_fill (&found, &object, colour);
      g_array_append_val (features, found);
    }
  if (ids == NULL)
    return FALSE;
  order = acini_likeness_order ((AciniFeatures *)(gpointer)features->data, features->len, IN_A_ROW);
  gathering->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gathering->pictures = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ids->len; i++)
    {
      g_array_append_val (gathering->ids, g_array_index (ids, gint64, order[i]));
      g_ptr_array_add (gathering->pictures, g_object_ref (pictures->pdata[order[i]]));
    }
  return TRUE;
}

/* On screen. */

static void
decide (AciniGalleryDialog *self, GtkWidget *widget, AciniReviewState state)
{
  GArray *ids = g_object_get_data (G_OBJECT (widget), "ids");
  AciniDeed *deed = g_new0 (AciniDeed, 1);
  gint64 now = g_get_monotonic_time (), duration = (now - self->since) / 1000;

  deed->ids = g_array_copy (ids);
  deed->state = state;
  deed->duration = duration <= LONGEST ? duration : -1;
  self->since = now;
  acini_slide_objects_edit (self->objects, "review", deed->duration, acini_deed_decide, NULL, NULL, deed,
                            acini_deed_free);
  gtk_box_remove (self->box, widget);
  g_ptr_array_remove (self->rows, ids);
  if (self->rows->len == 0)
    gtk_stack_set_visible_child_name (self->stack, "empty");
  else
    gtk_widget_child_focus (GTK_WIDGET (self->box), GTK_DIR_TAB_FORWARD);
}

static void
on_accept (GtkWidget *button, AciniGalleryDialog *self)
{
  decide (self, gtk_widget_get_parent (gtk_widget_get_parent (button)), ACINI_REVIEW_ACCEPTED);
}

static void
on_reject (GtkWidget *button, AciniGalleryDialog *self)
{
  decide (self, gtk_widget_get_parent (gtk_widget_get_parent (button)), ACINI_REVIEW_REJECTED);
}

static void
add_button (AciniGalleryDialog *self, GtkBox *buttons, const char *label, gboolean suggested, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  if (suggested)
    gtk_widget_add_css_class (button, "suggested-action");
  gtk_box_append (buttons, button);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_DEFAULT);
}

static void
add_row (AciniGalleryDialog *self, const Gathering *gathering, guint first)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *buttons = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = first; i < MIN (first + IN_A_ROW, gathering->ids->len); i++)
    {
      GtkWidget *picture = gtk_picture_new_for_paintable (gathering->pictures->pdata[i]);

      gtk_widget_set_size_request (picture, PICTURE, PICTURE);
      gtk_picture_set_can_shrink (GTK_PICTURE (picture), FALSE);
      gtk_widget_add_css_class (picture, "thumbnail");
      gtk_picture_set_alternative_text (GTK_PICTURE (picture), _ ("An FTU"));
      gtk_box_append (GTK_BOX (row), picture);
      g_array_append_val (ids, g_array_index (gathering->ids, gint64, i));
    }
  add_button (self, GTK_BOX (buttons), _ ("Accept Row"), TRUE, G_CALLBACK (on_accept));
  add_button (self, GTK_BOX (buttons), _ ("Reject Row"), FALSE, G_CALLBACK (on_reject));
  gtk_widget_set_hexpand (buttons, TRUE);
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_widget_set_valign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), buttons);
  g_object_set_data (G_OBJECT (row), "ids", ids);
  g_ptr_array_add (self->rows, ids);
  gtk_box_append (self->box, row);
}

static void
on_gathered (gpointer object, gpointer data, const GError *error)
{
  AciniGalleryDialog *self = object;
  const Gathering *gathering = data;

  for (guint i = 0; error == NULL && i < gathering->ids->len; i += IN_A_ROW)
    add_row (self, gathering, i);
  self->since = g_get_monotonic_time ();
  gtk_stack_set_visible_child_name (self->stack, self->rows->len > 0 ? "rows" : "empty");
  /* It may have been closed meanwhile. */
  if (self->rows->len > 0 && gtk_widget_get_root (GTK_WIDGET (self->box)) != NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->box), GTK_DIR_TAB_FORWARD);
}

guint
acini_gallery_dialog_get_n (AciniGalleryDialog *self)
{
  g_return_val_if_fail (ACINI_IS_GALLERY_DIALOG (self), 0);
  return self->rows->len;
}

const GArray *
acini_gallery_dialog_get (AciniGalleryDialog *self, guint i)
{
  g_return_val_if_fail (ACINI_IS_GALLERY_DIALOG (self) && i < self->rows->len, NULL);
  return self->rows->pdata[i];
}

static void
acini_gallery_dialog_finalize (GObject *object)
{
  AciniGalleryDialog *self = ACINI_GALLERY_DIALOG (object);

  g_clear_object (&self->objects);
  g_clear_object (&self->slide);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (acini_gallery_dialog_parent_class)->finalize (object);
}

static void
acini_gallery_dialog_class_init (AciniGalleryDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_gallery_dialog_finalize;
}

static void
acini_gallery_dialog_init (AciniGalleryDialog *self)
{
  GtkWidget *view = adw_toolbar_view_new (), *scrolled = gtk_scrolled_window_new (), *empty = adw_status_page_new ();

  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 14));
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "page");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->box));
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("Nothing Is Undecided"));
  gtk_stack_add_named (self->stack, adw_spinner_new (), "loading");
  gtk_stack_add_named (self->stack, scrolled, "rows");
  gtk_stack_add_named (self->stack, empty, "empty");
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (self->stack));
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Look-Alikes"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 840);
  adw_dialog_set_content_height (ADW_DIALOG (self), 680);
  adw_dialog_set_child (ADW_DIALOG (self), view);
}

AciniGalleryDialog *
acini_gallery_dialog_new (AciniSlideObjects *objects, AciniSlideView *view)
{
  AciniGalleryDialog *self;
  AciniSlide *slide;
  Gathering *gathering;

  g_return_val_if_fail (ACINI_IS_SLIDE_OBJECTS (objects) && ACINI_IS_SLIDE_VIEW (view), NULL);
  self = g_object_new (ACINI_TYPE_GALLERY_DIALOG, NULL);
  self->objects = g_object_ref (objects);
  slide = acini_slide_view_get_open_slide (view);
  if (slide == NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return self;
    }
  self->slide = g_object_ref (slide);
  gathering = g_new0 (Gathering, 1);
  gathering->slide = g_object_ref (slide);
  acini_slide_objects_ask (objects, gather, on_gathered, self, gathering, gathering_free);
  return self;
}
