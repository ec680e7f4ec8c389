/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Actions of the window on what the slide view shows: measurements, pictures of it, properties. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "data/base/acini-file-name.h"
#include "ui/base/acini-async.h"
#include "ui/review/acini-properties-dialog.h"
#include "ui/slides/acini-slide-details-dialog.h"
#include "ui/view/acini-view-picture.h"

#include <glib/gi18n.h>

static AciniSlideView *
get_view (gpointer user_data)
{
  return acini_review_page_get_view (((AciniWindow *)user_data)->review_page);
}

static void
copy_measures (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autofree char *table = acini_slide_view_dup_measures (get_view (self)), *text = NULL;
  guint n = acini_slide_view_get_n_measures (get_view (self));

  if (table == NULL || n == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), table);
  text = g_strdup_printf (ngettext ("%u measurement copied", "%u measurements copied", n), n);
  acini_window_tell (self, text, NULL, NULL);
}

static void
clear_measures (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autofree char *before = acini_slide_view_dup_measures_text (get_view (self)), *detailed = NULL;
  g_autoptr (GVariant) target
      = g_variant_ref_sink (g_variant_new ("(xs)", acini_slide_view_get_slide (get_view (self)), before));

  acini_slide_view_clear_measures (get_view (self));
  detailed = g_action_print_detailed_name ("win.restore-measures", target);
  acini_window_tell (self, _ ("Measurements cleared"), _ ("_Undo"), detailed);
}

static void
on_length_answered (AciniWindow *self, double mpp, AciniSlideDetailsDialog *dialog)
{
  const gint64 *slide = g_object_get_data (G_OBJECT (dialog), "slide");
  AciniSlideItem *item = acini_slide_list_find (acini_session_get_slide_list (self->session), *slide);
  const AciniSlideRecord *record = item != NULL ? acini_slide_item_get_record (item) : NULL;

  if (record == NULL || mpp <= 0)
    return;
  acini_slide_list_set_mpp (acini_session_get_slide_list (self->session), slide, 1, mpp,
                            record->mpp_x > 0 && record->mpp_y > 0 ? mpp * record->mpp_y / record->mpp_x : mpp);
}

/* The slide's µm per pixel by a line of known length, which is mostly its scale bar. */
static void
scale_from_line (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  const double pixels = acini_slide_view_get_last_length (get_view (self));
  const gint64 slide = acini_slide_view_get_slide (get_view (self));
  AciniSlideDetailsDialog *dialog;

  if (pixels <= 0)
    return;
  dialog = acini_slide_details_dialog_new_length (pixels);
  g_object_set_data_full (G_OBJECT (dialog), "slide", g_memdup2 (&slide, sizeof slide), g_free);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (on_length_answered), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
restore_measures (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree char *text = NULL;
  gint64 slide;

  g_variant_get (parameter, "(xs)", &slide, &text);
  if (acini_slide_view_get_slide (get_view (user_data)) == slide)
    acini_slide_view_set_measures (get_view (user_data), text);
}

static GdkTexture *
take_picture (AciniWindow *self)
{
  return acini_view_picture_take (get_view (self), acini_review_page_get_scale_bar (self->review_page));
}

static void
copy_view (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autoptr (GdkTexture) picture = take_picture (self);

  if (picture == NULL)
    return;
  /* Encoded only when pasted, on a worker thread of GDK. */
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), picture);
  acini_window_tell (self, _ ("View copied"), NULL, NULL);
}

typedef struct
{
  GdkTexture *picture;
  GFile *file; /* NULL: not chosen yet */
} Picture;

static void
picture_free (gpointer data)
{
  Picture *picture = data;

  g_object_unref (picture->picture);
  g_clear_object (&picture->file);
  g_free (picture);
}

static gboolean
write_picture (gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  return acini_view_picture_write (picture->picture, picture->file, cancellable, error);
}

static void
on_picture_written (gpointer object, gpointer data, const GError *error)
{
  const Picture *picture = data;
  g_autofree char *name = g_file_get_basename (picture->file);
  g_autofree char *text = error == NULL ? g_strdup_printf (_ ("%s saved"), name) : g_strdup (error->message);

  acini_window_tell (object, text, NULL, NULL);
}

static void
on_picture_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  Picture *picture = g_object_steal_data (dialog, "picture");

  picture->file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  if (picture->file == NULL)
    picture_free (picture);
  else
    acini_async_run (self, NULL, write_picture, on_picture_written, picture, picture_free);
}

/* What is on screen when it is asked for, whatever is there when the file is chosen. */
static void
export_view (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  g_autofree char *stem = NULL, *name = NULL;
  Picture *picture;
  GdkTexture *taken = take_picture (self);

  if (taken == NULL)
    return;
  picture = g_new0 (Picture, 1);
  picture->picture = taken;
  stem = acini_file_name_make_safe (item != NULL ? acini_slide_item_get_record (item)->name : "view");
  name = g_strconcat (stem, ".png", NULL);
  gtk_file_dialog_set_title (dialog, _ ("Save View"));
  gtk_file_dialog_set_initial_name (dialog, name);
  g_object_set_data (G_OBJECT (dialog), "picture", picture);
  gtk_file_dialog_save (dialog, GTK_WINDOW (self), NULL, on_picture_chosen, g_object_ref (self));
}

static void
slide_properties (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  AciniSlide *slide = acini_slide_view_get_open_slide (get_view (self));
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;

  if (slide != NULL && item != NULL)
    adw_dialog_present (ADW_DIALOG (acini_properties_dialog_new (slide, acini_slide_item_get_record (item))),
                        GTK_WIDGET (self));
}

static void
adjust_display (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;

  g_object_set (self->review_page, "show-side", TRUE, NULL);
  acini_review_page_show_tab (self->review_page, "slide");
}

static const GActionEntry entries[] = {
  { "copy-measures", copy_measures },     { "clear-measures", clear_measures },
  { "scale-from-line", scale_from_line }, { "restore-measures", restore_measures, "(xs)" },
  { "adjust-display", adjust_display },   { "copy-view", copy_view },
  { "export-view", export_view },         { "slide-properties", slide_properties },
};

static void
update_actions (AciniWindow *self)
{
  gboolean has_slide = acini_window_shows_slide (self);
  gboolean open = has_slide && acini_slide_view_get_open_slide (get_view (self)) != NULL;
  gboolean measured = has_slide && acini_slide_view_get_n_measures (get_view (self)) > 0;

  acini_window_enable (self, "copy-measures", measured);
  acini_window_enable (self, "clear-measures", measured);
  acini_window_enable (self, "scale-from-line",
                       measured && acini_slide_view_get_last_length (get_view (self)) > 0
                           && acini_session_get_read_only (self->session) == NULL);
  acini_window_enable (self, "adjust-display", has_slide);
  acini_window_enable (self, "copy-view", open);
  acini_window_enable (self, "export-view", open);
  acini_window_enable (self, "slide-properties", open);
}

void
acini_window_init_view_actions (AciniWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (get_view (self), "measured", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_view (self), "opened", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->review_page, "notify::has-slide", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "state-changed", G_CALLBACK (update_actions), self, G_CONNECT_DEFAULT);
  update_actions (self);
}
