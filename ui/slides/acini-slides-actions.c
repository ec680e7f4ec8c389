/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with the slides that are selected: the context menu and its actions. */

#include "acini-config.h"

#include "ui/slides/acini-slides-page-private.h"

#include "ui/slides/acini-slide-card.h"
#include "ui/slides/acini-slide-details-dialog.h"

#include <glib/gi18n.h>

/* Not an organ's id: the selected slides have several. */
#define MIXED "mixed"

GPtrArray *
acini_slides_page_list_selected (AciniSlidesPage *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = NULL;

  g_return_val_if_fail (ACINI_IS_SLIDES_PAGE (self), items);
  selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  for (guint64 i = 0; i < gtk_bitset_get_size (selected); i++)
    {
      gpointer item = g_list_model_get_item (G_LIST_MODEL (self->selection), gtk_bitset_get_nth (selected, (guint)i));

      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  return items;
}

static GArray *
list_ids (GPtrArray *items)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < items->len; i++)
    g_array_append_val (ids, acini_slide_item_get_record (items->pdata[i])->id);
  return ids;
}

static GArray *
list_selected_ids (AciniSlidesPage *self)
{
  g_autoptr (GPtrArray) items = acini_slides_page_list_selected (self);

  return list_ids (items);
}

static AciniSlideList *
get_list (AciniSlidesPage *self)
{
  return acini_session_get_slide_list (self->session);
}

/* Segmenting. */

static void
segment (AciniSlidesPage *self, GArray *ids)
{
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;

  if (model != NULL && ids->len > 0)
    acini_segment_queue_add (self->queue, ids, acini_model_item_get_record (model)->path);
}

void
acini_slides_page_segment_selected (AciniSlidesPage *self)
{
  g_autoptr (GArray) ids = NULL;

  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));
  ids = list_selected_ids (self);
  segment (self, ids);
}

void
acini_slides_page_segment_all (AciniSlidesPage *self)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GListModel *slides;

  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));
  if (self->session == NULL)
    return;
  slides = acini_session_get_slides (self->session);
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      if (!acini_slide_item_get_record (item)->missing)
        g_array_append_val (ids, acini_slide_item_get_record (item)->id);
    }
  segment (self, ids);
}

/* Changes. */

void
acini_slides_page_remove_selected (AciniSlidesPage *self)
{
  g_autoptr (GArray) ids = NULL;

  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));
  ids = list_selected_ids (self);
  if (self->session == NULL || ids->len == 0)
    return;
  acini_slide_list_remove (get_list (self), (gint64 *)ids->data, ids->len);
}

static void
set_organ (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniSlidesPage *self = user_data;
  g_autoptr (GArray) ids = list_selected_ids (self);

  if (self->session != NULL && ids->len > 0)
    acini_slide_list_set_organ (get_list (self), (gint64 *)ids->data, ids->len, g_variant_get_string (parameter, NULL));
}

/* Keeps the slides that were selected when a dialog opened: the selection may change behind it. */
static void
keep_ids (gpointer dialog, GArray *ids)
{
  g_object_set_data_full (G_OBJECT (dialog), "slides", g_array_ref (ids), (GDestroyNotify)g_array_unref);
}

static void
on_scale_answered (AciniSlidesPage *self, double mpp, AciniSlideDetailsDialog *dialog)
{
  GArray *ids = g_object_get_data (G_OBJECT (dialog), "slides");

  if (self->session != NULL)
    acini_slide_list_set_mpp (get_list (self), (gint64 *)ids->data, ids->len, mpp, mpp);
}

static void
ask_scale (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniSlidesPage *self = user_data;
  g_autoptr (GPtrArray) items = acini_slides_page_list_selected (self);
  g_autoptr (GArray) ids = list_ids (items);
  AciniSlideDetailsDialog *dialog;

  if (items->len == 0)
    return;
  dialog = acini_slide_details_dialog_new_scale (items->len, acini_slide_item_get_record (items->pdata[0])->mpp_x);
  keep_ids (dialog, ids);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (on_scale_answered), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
on_renamed (AciniSlidesPage *self, const char *response, AdwAlertDialog *dialog)
{
  GArray *ids = g_object_get_data (G_OBJECT (dialog), "slides");
  GtkEditable *entry = GTK_EDITABLE (adw_alert_dialog_get_extra_child (dialog));
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  if (g_str_equal (response, "rename") && self->session != NULL && *name != '\0')
    acini_slide_list_rename (get_list (self), g_array_index (ids, gint64, 0), name);
}

static void
on_name_changed (AdwAlertDialog *dialog, GtkEditable *entry)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_alert_dialog_set_response_enabled (dialog, "rename", *name != '\0');
}

void
acini_slides_page_rename_selected (AciniSlidesPage *self)
{
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GArray) ids = NULL;
  AdwAlertDialog *dialog;
  GtkWidget *entry;

  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));
  items = acini_slides_page_list_selected (self);
  if (items->len != 1)
    return;
  ids = list_ids (items);
  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_ ("Rename Slide"), NULL));
  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), acini_slide_item_get_record (items->pdata[0])->name);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name"), -1);
  adw_alert_dialog_set_extra_child (dialog, entry);
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "rename", _ ("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "rename");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  keep_ids (dialog, ids);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_name_changed), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_renamed), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

void
acini_slides_page_open (AciniSlidesPage *self, AciniSlideItem *item)
{
  if (item == NULL || self->session == NULL)
    return;
  acini_session_set_slide (self->session, item);
  g_signal_emit_by_name (self, "opened");
}

static void
open_selected (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniSlidesPage *self = user_data;
  g_autoptr (GPtrArray) items = acini_slides_page_list_selected (self);

  if (items->len == 1)
    acini_slides_page_open (self, items->pdata[0]);
}

/* The first of the selected slides whose file is missing; its folder is searched for the others. */
static AciniSlideItem *
find_missing (GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    if (acini_slide_item_get_record (items->pdata[i])->missing)
      return items->pdata[i];
  return NULL;
}

typedef struct
{
  AciniSlidesPage *page;
  gint64 slide;
} Locating;

static void
on_file_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  Locating *locating = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && locating->page->session != NULL)
    acini_slide_list_locate (get_list (locating->page), locating->slide, path);
  g_object_unref (locating->page);
  g_free (locating);
}

static void
locate (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniSlidesPage *self = user_data;
  g_autoptr (GPtrArray) items = acini_slides_page_list_selected (self);
  AciniSlideItem *missing = find_missing (items);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autofree char *title = NULL;
  Locating *locating;

  if (missing == NULL)
    return;
  title = g_strdup_printf (_ ("Locate the File of %s"), acini_slide_item_get_record (missing)->name);
  gtk_file_dialog_set_title (dialog, title);
  locating = g_new (Locating, 1);
  *locating = (Locating){ g_object_ref (self), acini_slide_item_get_record (missing)->id };
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_file_chosen, locating);
}

/* The menu. */

static void
show_menu (AciniSlidesPage *self, GtkWidget *widget, double x, double y)
{
  graphene_point_t point;

  if (!gtk_widget_compute_point (widget, GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float)x, (float)y), &point))
    return;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int)point.x, (int)point.y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* Selects the item that the menu is for, alone unless it was selected already. */
static gboolean
select_item (AciniSlidesPage *self, AciniSlideItem *item)
{
  GListModel *model = G_LIST_MODEL (self->selection);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (AciniSlideItem) other = g_list_model_get_item (model, i);

      if (other != item)
        continue;
      if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), i))
        gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), i, TRUE);
      return TRUE;
    }
  return FALSE;
}

static void
on_right_click (AciniSlidesPage *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (self->grid), x, y, GTK_PICK_DEFAULT);
  GtkWidget *card = picked != NULL ? gtk_widget_get_ancestor (picked, ACINI_TYPE_SLIDE_CARD) : NULL;
  AciniSlideItem *item = card != NULL ? acini_slide_card_get_item (ACINI_SLIDE_CARD (card)) : NULL;

  if (item == NULL || !select_item (self, item))
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, GTK_WIDGET (self->grid), x, y);
}

static gboolean
on_menu_key (GtkWidget *grid, GVariant *arguments, gpointer user_data)
{
  AciniSlidesPage *self = user_data;
  GtkWidget *child = gtk_widget_get_focus_child (grid);
  GtkWidget *card = child != NULL ? gtk_widget_get_first_child (child) : NULL;
  AciniSlideItem *item
      = card != NULL && ACINI_IS_SLIDE_CARD (card) ? acini_slide_card_get_item (ACINI_SLIDE_CARD (card)) : NULL;

  if (item == NULL || !select_item (self, item))
    return FALSE;
  show_menu (self, card, gtk_widget_get_width (card) / 2., gtk_widget_get_height (card) / 2.);
  return TRUE;
}

static void
fill_organ_menu (AciniSlidesPage *self)
{
  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    {
      const char *organ = acini_organ_list ()[i];
      g_autoptr (GMenuItem) item = g_menu_item_new (acini_organ_get_name (organ), NULL);

      g_menu_item_set_action_and_target (item, "slides.organ", "s", organ);
      g_menu_append_item (self->organ_menu, item);
    }
}

static void
enable (AciniSlidesPage *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)),
                               enabled);
}

void
acini_slides_page_update_actions (AciniSlidesPage *self)
{
  g_autoptr (GPtrArray) items = acini_slides_page_list_selected (self);
  const char *organ = items->len > 0 ? acini_slide_item_get_record (items->pdata[0])->organ : MIXED;

  gboolean writable = self->session != NULL && acini_session_get_read_only (self->session) == NULL;

  for (guint i = 1; i < items->len; i++)
    if (!g_str_equal (organ, acini_slide_item_get_record (items->pdata[i])->organ))
      organ = MIXED;
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "organ")),
                             g_variant_new_string (organ));
  enable (self, "open", items->len == 1);
  enable (self, "organ", writable && items->len > 0);
  enable (self, "mpp", writable && items->len > 0);
  enable (self, "locate", writable && find_missing (items) != NULL);
}

void
acini_slides_page_init_actions (AciniSlidesPage *self)
{
  static const GActionEntry entries[] = {
    { "open", open_selected },
    { "organ", set_organ, "s", "'" MIXED "'", NULL },
    { "mpp", ask_scale },
    { "locate", locate },
  };
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "slides", G_ACTION_GROUP (self->actions));
  fill_organ_menu (self);
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (self->slide_menu));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_right_click), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->grid), GTK_EVENT_CONTROLLER (click));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                                                          gtk_callback_action_new (on_menu_key, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->grid), keys);
}
