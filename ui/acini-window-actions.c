/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window can be asked for: every action, its key, and when it can be used. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "data/objects/acini-reading.h"
#include "ui/acini-preferences-dialog.h"
#include "ui/base/acini-shortcuts.h"
#include "ui/data/acini-export-dialog.h"
#include "ui/models/acini-fine-tune-dialog.h"
#include "ui/review/acini-classes-dialog.h"
#include "ui/view/input/acini-view-tools.h"

#include <glib/gi18n.h>

static gboolean
is_on_page (AciniWindow *self, const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), name) == 0;
}

static AciniSlideView *
get_view (AciniWindow *self)
{
  return acini_review_page_get_view (self->review_page);
}

/* Files and projects. */

static GListModel *
slide_filters_new (void)
{
  GListStore *filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr (GtkFileFilter) slides = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  static const char *const suffixes[] = { "svs",     "tif", "tiff", "ndpi", "vms", "vmu", "scn",  "mrxs",
                                          "svslide", "bif", "czi",  "dcm",  "png", "jpg", "jpeg", "bmp" };

  gtk_file_filter_set_name (slides, _ ("Slides and images"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (slides, suffixes[i]);
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, slides);
  g_list_store_append (filters, all);
  return G_LIST_MODEL (filters);
}

static void
on_slides_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *scratch = NULL;

  if (files == NULL)
    return;
  if (self->session != NULL)
    {
      acini_window_add_files (self, files);
      return;
    }
  scratch = g_build_filename (g_get_user_data_dir (), "acini", "Slides.acini", NULL);
  acini_window_open_project (self, scratch, TRUE, files);
}

static void
add_slides (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GListModel) filters = slide_filters_new ();

  gtk_file_dialog_set_title (dialog, _ ("Add Slides"));
  gtk_file_dialog_set_accept_label (dialog, _ ("_Add"));
  gtk_file_dialog_set_filters (dialog, filters);
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (self), NULL, on_slides_chosen, g_object_ref (self));
}

static void
on_new_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && !g_str_has_suffix (path, ".acini"))
    {
      g_autofree char *named = g_strconcat (path, ".acini", NULL);

      acini_window_open_project (self, named, TRUE, NULL);
    }
  else if (path != NULL)
    {
      acini_window_open_project (self, path, TRUE, NULL);
    }
}

static void
new_project (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("New Project"));
  gtk_file_dialog_set_accept_label (dialog, _ ("_Create"));
  gtk_file_dialog_set_initial_name (dialog, _ ("Project.acini"));
  gtk_file_dialog_save (dialog, GTK_WINDOW (user_data), NULL, on_new_chosen, g_object_ref (user_data));
}

static void
on_open_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    acini_window_open_project (self, path, FALSE, NULL);
}

static void
open_project (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Open Project Folder"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (user_data), NULL, on_open_chosen, g_object_ref (user_data));
}

/* A blind reading of this project, or the project that this one is a reading of. */
static void
open_reading (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_window_open_project (user_data, g_variant_get_string (parameter, NULL), FALSE, NULL);
}

static void
show_folder (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autoptr (GFile) file = g_file_new_for_path (acini_project_get_folder (acini_session_get_project (self->session)));
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_launch (launcher, GTK_WINDOW (self), NULL, NULL, NULL);
}

static void
open_folder (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_launch (launcher, GTK_WINDOW (user_data), NULL, NULL, NULL);
}

static void
demo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_window_make_demo (user_data);
}

/* Slides. */

static void
remove_slide (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slides_page_remove_selected (((AciniWindow *)user_data)->slides_page);
}

static void
rename_slide (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slides_page_rename_selected (((AciniWindow *)user_data)->slides_page);
}

static void
restore_slides (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  gsize n = 0;
  const gint64 *ids = g_variant_get_fixed_array (parameter, &n, sizeof (gint64));

  if (self->session != NULL && n > 0)
    acini_slide_list_restore (acini_session_get_slide_list (self->session), ids, (guint)n);
}

static void
next_slide (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_session_step_slide (((AciniWindow *)user_data)->session, 1);
}

static void
previous_slide (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_session_step_slide (((AciniWindow *)user_data)->session, -1);
}

/* The tissue. */

static void
undo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_review_page_undo (((AciniWindow *)user_data)->review_page);
}

static void
redo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_review_page_redo (((AciniWindow *)user_data)->review_page);
}

static void
fit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slide_view_fit (get_view (user_data));
}

static void
zoom_native (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slide_view_zoom_native (get_view (user_data));
}

static void
zoom_in (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slide_view_zoom_by (get_view (user_data), ACINI_ZOOM_STEP);
}

static void
zoom_out (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slide_view_zoom_by (get_view (user_data), 1 / ACINI_ZOOM_STEP);
}

static void
enter_zoom (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_review_page_enter_zoom (((AciniWindow *)user_data)->review_page);
}

static void
go_to (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_review_page_go_to (((AciniWindow *)user_data)->review_page);
}

static void
magnify (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slide_view_magnify (get_view (user_data), g_variant_get_double (parameter));
}

static void
rotate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slide_view_rotate_by (get_view (user_data), g_variant_get_double (parameter));
}

/* As it was scanned. */
static void
rotate_reset (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_object_set (get_view (user_data), "rotation", 0., "flipped", FALSE, NULL);
}

static void
brush_larger (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_view_scale_brush (get_view (user_data), ACINI_BRUSH_STEP);
}

static void
brush_smaller (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_view_scale_brush (get_view (user_data), 1 / ACINI_BRUSH_STEP);
}

/* The class of the objects that are selected, else what brush and outlines paint from now on.  1 to ACINI_CLASS_KEYS:
 * the class of that key; ACINI_CLASS_KEYS + i: class i. */
static void
choose_class (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  AciniClassList *classes = acini_class_list_get (self->session);
  guint n = acini_class_list_get_n (classes), class = g_variant_get_uint32 (parameter);
  g_autofree char *name = NULL, *text = NULL;

  if (class >= 1)
    class = class <= ACINI_CLASS_KEYS ? acini_class_list_get_by_key (classes, class) : class - ACINI_CLASS_KEYS;
  if (class < 1 || class > n)
    {
      text = g_strdup_printf (ngettext ("There is %u class.", "There are %u classes.", n), n);
      acini_window_tell (self, text, _ ("_Edit Classes"), "win.classes");
      return;
    }
  if (acini_review_page_set_class (self->review_page, class))
    return;
  name = acini_class_list_dup_name (classes, class);
  text = n > 1 ? g_strdup_printf (_ ("Painting class %u: %s"), class, name) : g_strdup (_ ("Painting tissue units"));
  g_object_set (get_view (self), "brush-label", ACINI_LABEL_FIRST_CLASS + class - 1, NULL);
  acini_window_tell (self, text, NULL, NULL);
}

static void
edit_classes (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;

  adw_dialog_present (acini_classes_dialog_new (acini_class_list_get (self->session)), GTK_WIDGET (self));
}

/* Models. */

static void
segment_screen (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;

  adw_banner_set_revealed (self->engine_banner, FALSE);
  acini_review_page_segment_screen (self->review_page);
}

/* The slide on screen, in the queue of all. */
static void
segment_shown (AciniWindow *self)
{
  AciniSlideItem *slide = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (slide == NULL || model == NULL)
    return;
  g_array_append_val (ids, acini_slide_item_get_record (slide)->id);
  acini_segment_queue_add (self->queue, ids, acini_model_item_get_record (model)->path);
}

static void
segment_slide (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;

  if (is_on_page (self, "slides"))
    acini_slides_page_segment_selected (self->slides_page);
  else
    segment_shown (self);
}

static void
segment_all (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_slides_page_segment_all (((AciniWindow *)user_data)->slides_page);
}

static void
cancel_segment (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  acini_review_page_cancel_segment (((AciniWindow *)user_data)->review_page);
}

static void
on_training_started (AciniWindow *self)
{
  adw_view_stack_set_visible_child_name (self->pages, "models");
}

static void
fine_tune (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  AciniFineTuneDialog *dialog = acini_fine_tune_dialog_new (self->session);

  g_signal_connect_object (dialog, "started", G_CALLBACK (on_training_started), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
on_exported (AciniWindow *self, const char *text, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *action = g_action_print_detailed_name ("win.open-folder", g_variant_new_string (uri));

  acini_window_tell (self, text, _ ("_Open Folder"), action);
}

static void
export_masks (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autoptr (GPtrArray) selected = acini_slides_page_list_selected (self->slides_page);
  gboolean several = is_on_page (self, "slides") && selected->len > 0;
  AciniSlideItem *slide = is_on_page (self, "review") ? acini_session_get_slide (self->session) : NULL;
  AciniExportDialog *dialog = acini_export_dialog_new (self->session, slide);

  if (several)
    acini_export_dialog_offer_several (dialog, selected);

  g_signal_connect_object (dialog, "exported", G_CALLBACK (on_exported), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
use_model (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  AciniModelItem *item = self->session != NULL ? acini_model_list_find (acini_session_get_model_list (self->session),
                                                                        g_variant_get_string (parameter, NULL))
                                               : NULL;

  if (item != NULL)
    acini_model_list_use (acini_session_get_model_list (self->session), item);
}

/* The window. */

static void
show_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *list = acini_shortcuts_make_window (acini_shortcuts_get_default ());

  gtk_window_set_transient_for (list, GTK_WINDOW (user_data));
  gtk_window_present (list);
}

static void
show_preferences (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_dialog_present (ADW_DIALOG (acini_preferences_dialog_new ()), GTK_WIDGET (user_data));
}

static void
toggle_fullscreen (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_object_set (user_data, "fullscreened", !gtk_window_is_fullscreen (GTK_WINDOW (user_data)), NULL);
}

static void
on_fullscreened (AciniWindow *self)
{
  gboolean full = gtk_window_is_fullscreen (GTK_WINDOW (self));

  /* Full screen shows only tissue; leaving it restores the panes. */
  if (full)
    {
      gboolean slides = TRUE, side = TRUE;

      g_object_get (self->review_page, "show-slides", &slides, "show-side", &side, NULL);
      g_object_set_data (G_OBJECT (self), "slides-before", GINT_TO_POINTER (slides));
      g_object_set_data (G_OBJECT (self), "side-before", GINT_TO_POINTER (side));
      g_object_set (self->review_page, "show-slides", FALSE, "show-side", FALSE, NULL);
      acini_window_tell (self, _ ("Press F11 to leave full screen"), NULL, NULL);
    }
  else
    {
      g_object_set (self->review_page, "show-slides",
                    GPOINTER_TO_INT (g_object_get_data (G_OBJECT (self), "slides-before")), "show-side",
                    GPOINTER_TO_INT (g_object_get_data (G_OBJECT (self), "side-before")), NULL);
    }
  adw_toolbar_view_set_reveal_top_bars (self->toolbar_view, !full);
}

static const GActionEntry entries[] = {
  { "new-project", new_project },
  { "open-project", open_project },
  { "open-reading", open_reading, "s" },
  { "open-slides", add_slides },
  { "add-slides", add_slides },
  { "show-folder", show_folder },
  { "open-folder", open_folder, "s" },
  { "demo", demo },
  { "remove-slide", remove_slide },
  { "rename-slide", rename_slide },
  { "restore-slides", restore_slides, "ax" },
  { "next-slide", next_slide },
  { "previous-slide", previous_slide },
  { "undo", undo },
  { "redo", redo },
  { "fit", fit },
  { "zoom-native", zoom_native },
  { "magnify", magnify, "d" },
  { "rotate", rotate, "d" },
  { "rotate-reset", rotate_reset },
  { "zoom-in", zoom_in },
  { "zoom-out", zoom_out },
  { "enter-zoom", enter_zoom },
  { "go-to", go_to },
  { "brush-larger", brush_larger },
  { "brush-smaller", brush_smaller },
  { "class", choose_class, "u" },
  { "classes", edit_classes },
  { "segment-screen", segment_screen },
  { "segment-slide", segment_slide },
  { "segment-all", segment_all },
  { "cancel-segment", cancel_segment },
  { "restart-engine", segment_screen },
  { "fine-tune", fine_tune },
  { "export", export_masks },
  { "use-model", use_model, "s" },
  { "fullscreen", toggle_fullscreen },
  { "preferences", show_preferences },
  { "show-help-overlay", show_shortcuts },
};

/* Who reads blind is told so. */
static void
show_reading (AciniWindow *self)
{
  const char *reader = self->session != NULL ? acini_project_settings_get (acini_session_get_settings (self->session),
                                                                           ACINI_READING_READER)
                                             : NULL;
  g_autofree char *title = NULL;

  if (reader != NULL)
    {
      title = g_strdup_printf (_ ("Blind reading by %s: what others said is not shown"), reader);
      adw_banner_set_title (self->reading_banner, title);
    }
  adw_banner_set_revealed (self->reading_banner, reader != NULL);
}

static void
update_actions (AciniWindow *self)
{
  gboolean can_undo = FALSE, can_redo = FALSE, has_slide = FALSE, segmenting = FALSE;
  guint n_selected = 0;
  gboolean project = self->session != NULL;
  gboolean slides = project && g_list_model_get_n_items (acini_session_get_slides (self->session)) > 0;
  gboolean review = project && is_on_page (self, "review"), gallery = project && is_on_page (self, "slides");
  gboolean writable = project && acini_session_get_read_only (self->session) == NULL;
  gboolean model = writable && acini_session_get_model (self->session) != NULL;

  g_object_get (self->review_page, "can-undo", &can_undo, "can-redo", &can_redo, "has-slide", &has_slide, "segmenting",
                &segmenting, NULL);
  g_object_get (self->slides_page, "n-selected", &n_selected, NULL);
  acini_window_enable (self, "add-slides", writable);
  acini_window_enable (self, "show-folder", project);
  show_reading (self);
  acini_window_enable (self, "remove-slide", writable && gallery && n_selected > 0);
  acini_window_enable (self, "rename-slide", writable && gallery && n_selected == 1);
  acini_window_enable (self, "restore-slides", writable);
  acini_window_enable (self, "segment-all", slides && model);
  acini_window_enable (self, "next-slide", review && slides);
  acini_window_enable (self, "previous-slide", review && slides);
  acini_window_enable (self, "undo", writable && review && can_undo);
  acini_window_enable (self, "redo", writable && review && can_redo);
  acini_window_enable (self, "fit", review && has_slide);
  acini_window_enable (self, "zoom-native", review && has_slide);
  acini_window_enable (self, "magnify", review && has_slide);
  acini_window_enable (self, "rotate", review && has_slide);
  acini_window_enable (self, "rotate-reset", review && has_slide);
  acini_window_enable (self, "zoom-in", review && has_slide);
  acini_window_enable (self, "zoom-out", review && has_slide);
  acini_window_enable (self, "enter-zoom", review && has_slide);
  acini_window_enable (self, "go-to", review && has_slide);
  acini_window_enable (self, "brush-larger", writable && review && has_slide);
  acini_window_enable (self, "brush-smaller", writable && review && has_slide);
  acini_window_enable (self, "class", writable && review && has_slide);
  acini_window_enable (self, "classes", writable);
  acini_window_enable (self, "segment-screen", review && has_slide && model);
  acini_window_enable (self, "restart-engine", review && has_slide && model);
  acini_window_enable (self, "segment-slide", model && (gallery ? n_selected > 0 : has_slide));
  acini_window_enable (self, "cancel-segment", segmenting);
  acini_window_enable (self, "fine-tune", writable);
  acini_window_enable (self, "use-model", writable);
  acini_window_enable (self, "export", slides);
}

static void
on_shortcuts_changed (AciniWindow *self)
{
  if (self->keys != NULL)
    gtk_widget_remove_controller (GTK_WIDGET (self), self->keys);
  self->keys = acini_shortcuts_make_controller (acini_shortcuts_get_default ());
  gtk_widget_add_controller (GTK_WIDGET (self), self->keys);
}

/* Actions that are properties of a widget hold it: they go before it does. */
static const char *const property_actions[] = { "tool", "protect-labels",   "show-mask",      "show-outlines", "flip",
                                                "page", "show-slides-pane", "show-side-pane", "views" };

static void
forget_actions (AciniWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (property_actions); i++)
    g_action_map_remove_action (G_ACTION_MAP (self), property_actions[i]);
}

static void
add_property_action (AciniWindow *self, const char *name, gpointer object, const char *property)
{
  g_autoptr (GPropertyAction) action = g_property_action_new (name, object, property);

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
}

void
acini_window_init_actions (AciniWindow *self)
{
  static const char *const page_properties[]
      = { "notify::can-undo", "notify::can-redo", "notify::has-slide", "notify::segmenting" };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  add_property_action (self, "tool", get_view (self), "tool");
  add_property_action (self, "protect-labels", get_view (self), "protect-labels");
  add_property_action (self, "show-mask", get_view (self), "show-mask");
  add_property_action (self, "show-outlines", get_view (self), "show-outlines");
  add_property_action (self, "flip", get_view (self), "flipped");
  add_property_action (self, "page", self->pages, "visible-child-name");
  add_property_action (self, "show-slides-pane", self->review_page, "show-slides");
  add_property_action (self, "show-side-pane", self->review_page, "show-side");
  add_property_action (self, "views", self->review_page, "n-views");
  on_shortcuts_changed (self);
  g_signal_connect_object (acini_shortcuts_get_default (), "changed", G_CALLBACK (on_shortcuts_changed), self,
                           G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (page_properties); i++)
    g_signal_connect_object (self->review_page, page_properties[i], G_CALLBACK (update_actions), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slides_page, "notify::n-selected", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::fullscreened", G_CALLBACK (on_fullscreened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "state-changed", G_CALLBACK (update_actions), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self, "closing", G_CALLBACK (forget_actions), self, G_CONNECT_DEFAULT);
  update_actions (self);
}
