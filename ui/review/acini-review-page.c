/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-review-page-private.h"

#include "ui/base/acini-async.h"
#include "ui/tools/acini-tools.h"
#include "ui/view/overlays/acini-cursor-readout.h"
#include "ui/view/acini-go-to-dialog.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/input/acini-view-tools.h"
#include "ui/view/overlays/acini-overlays.h"
#include "ui/view/overlays/acini-overview.h"
#include "ui/view/overlays/acini-scale-bar.h"
#include "ui/view/overlays/acini-zoom-controls.h"

#include <glib/gi18n.h>

/* Milliseconds that tiles may be on their way before it is shown. */
#define LOADING_DELAY 300

enum
{
  PROP_CAN_UNDO = 1,
  PROP_CAN_REDO,
  PROP_HAS_SLIDE,
  PROP_SEGMENTING,
  PROP_SHOW_SLIDES,
  PROP_SHOW_SIDE,
  PROP_NARROW,
  PROP_N_VIEWS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AciniReviewPage, acini_review_page, ADW_TYPE_BIN)

/* Undo and redo. */

gboolean
acini_review_page_is_idle (AciniReviewPage *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_PAGE (self), TRUE);
  return acini_slide_view_is_idle (self->view) && self->n_steps == 0
         && (self->objects == NULL || acini_slide_objects_is_written (self->objects));
}

/* The slide on screen. */

static void show_slide (AciniReviewPage *self);

/* The scale of a slide may be corrected while it is on screen. */
static void
on_detail (AciniReviewPage *self, GParamSpec *pspec, AciniSlideItem *item)
{
  const AciniSlideRecord *record = acini_slide_item_get_record (item);

  if (record->id == self->shown)
    acini_slide_view_set_scale (self->view, record->mpp_x, record->mpp_y);
  /* Its file may have been lost, or found. */
  if (self->session != NULL && item == acini_session_get_slide (self->session))
    show_slide (self);
}

static void
show_slide (AciniReviewPage *self)
{
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  const AciniSlideRecord *record = item != NULL ? acini_slide_item_get_record (item) : NULL;
  gboolean missing = record != NULL && record->missing;
  gint64 id = record != NULL && !missing ? record->id : 0;

  if (item != NULL
      && !g_signal_handler_find (item, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL, on_detail, self))
    g_signal_connect_object (item, "notify::detail", G_CALLBACK (on_detail), self, G_CONNECT_SWAPPED);
  acini_review_page_show_missing (self, missing ? record : NULL);
  gtk_stack_set_visible_child_name (self->stack, missing ? "missing" : item != NULL ? "slide" : "empty");
  if (id == self->shown)
    return;
  self->shown = id;
  if (self->live_cancellable != NULL)
    g_cancellable_cancel (self->live_cancellable);
  acini_slide_view_set_slide (self->view, id != 0 ? acini_session_get_project (self->session) : NULL, id);
  acini_review_page_forget_history (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_SLIDE]);
}

/* The list follows the session and the session the list. */
static void
on_selected (AciniReviewPage *self)
{
  AciniSlideItem *item = gtk_single_selection_get_selected_item (self->selection);

  if (item != NULL && self->session != NULL)
    acini_session_set_slide (self->session, item);
}

static void
select_slide (AciniReviewPage *self)
{
  AciniSlideItem *item = acini_session_get_slide (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->selection)); i++)
    {
      g_autoptr (AciniSlideItem) listed = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (listed == item)
        {
          gtk_single_selection_set_selected (self->selection, i);
          gtk_list_view_scroll_to (self->slide_list, i, GTK_LIST_SCROLL_NONE, NULL);
          return;
        }
    }
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

static void
on_slide_changed (AciniReviewPage *self)
{
  show_slide (self);
  select_slide (self);
}

static gboolean
matches_search (gpointer object, gpointer user_data)
{
  AciniReviewPage *self = user_data;
  const AciniSlideRecord *record = acini_slide_item_get_record (object);
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_autofree char *name = g_utf8_casefold (record->name, -1);
  g_autofree char *organ = g_utf8_casefold (acini_organ_get_name (record->organ), -1);

  return strstr (name, wanted) != NULL || strstr (organ, wanted) != NULL;
}

static void
on_search_changed (AciniReviewPage *self)
{
  GtkFilterListModel *filtered = GTK_FILTER_LIST_MODEL (gtk_single_selection_get_model (self->selection));

  gtk_filter_changed (gtk_filter_list_model_get_filter (filtered), GTK_FILTER_CHANGE_DIFFERENT);
  if (self->session != NULL)
    select_slide (self);
}

static void
on_show_place (AciniReviewPage *self, double x, double y)
{
  acini_slide_view_centre_on (self->view, x, y);
}

/* If the scale bar and the zoom controls leave no room between them, the readout goes above them. */
static void
on_view_changed (AciniReviewPage *self)
{
  gtk_widget_set_margin_bottom (self->cursor_readout,
                                gtk_widget_get_width (GTK_WIDGET (self->overlay)) < 820 ? 58 : 14);
}

/* How wide the brush is on the tissue.  The tool bar is no wider than a tool: the unit goes below the number. */
static void
show_size (AciniReviewPage *self)
{
  double length = acini_view_get_brush_length (self->view);
  const char *unit = self->view->mpp_x > 0 ? _ ("µm") : _ ("px");
  g_autofree char *number = acini_units_format_number (length, length < 10 ? 1 : 0);
  g_autofree char *text = g_strconcat (number, "\n", unit, NULL);

  gtk_label_set_label (self->size_label, text);
  gtk_label_set_label (self->size_unit, unit);
  self->showing_size = TRUE;
  gtk_spin_button_set_value (self->size_spin, length);
  self->showing_size = FALSE;
}

static void
on_size_chosen (AciniReviewPage *self)
{
  if (!self->showing_size)
    acini_view_set_brush_length (self->view, gtk_spin_button_get_value (self->size_spin));
}

static void
on_tool_changed (AciniReviewPage *self)
{
  g_autofree char *tool = NULL;

  g_object_get (self->view, "tool", &tool, NULL);
  gtk_revealer_set_reveal_child (self->size_revealer,
                                 acini_tools_find (tool) != NULL && acini_tools_find (tool)->sized);
  show_size (self);
}

static gboolean
show_loading (gpointer data)
{
  AciniReviewPage *self = data;

  self->loading_delay = 0;
  gtk_spinner_set_spinning (self->loading, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->loading), TRUE);
  return G_SOURCE_REMOVE;
}

/* What is there in a moment is not waited for: the spinner would flash after each step, and cost a layout. */
static void
on_loading (AciniReviewPage *self)
{
  gboolean loading = FALSE;

  g_object_get (self->view, "loading", &loading, NULL);
  g_clear_handle_id (&self->loading_delay, g_source_remove);
  if (loading)
    self->loading_delay = g_timeout_add (LOADING_DELAY, show_loading, self);
  else if (gtk_widget_get_visible (GTK_WIDGET (self->loading)))
    {
      gtk_spinner_set_spinning (self->loading, FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->loading), FALSE);
    }
}

static void
on_failed (AciniReviewPage *self, const char *message)
{
  if (self->session == NULL)
    return;
  acini_session_tell (self->session, message);
  /* Is its file still there? */
  acini_slide_list_reload (acini_session_get_slide_list (self->session));
}

static void
restore_slide (AciniReviewPage *self)
{
  gint64 last = (gint64)acini_project_settings_get_number (acini_session_get_settings (self->session), "last-slide", 0);
  AciniSlideItem *item = acini_slide_list_find (acini_session_get_slide_list (self->session), last);
  g_autoptr (AciniSlideItem) first = g_list_model_get_item (acini_session_get_slides (self->session), 0);

  if (acini_session_get_slide (self->session) == NULL)
    acini_session_set_slide (self->session, item != NULL ? item : first);
}

static void
on_slides_changed (AciniReviewPage *self)
{
  if (acini_session_is_ready (self->session) && acini_session_get_slide (self->session) == NULL)
    restore_slide (self);
  else
    select_slide (self);
}

void
acini_review_page_set_session (AciniReviewPage *self, AciniSession *session)
{
  GtkFilterListModel *filtered = GTK_FILTER_LIST_MODEL (gtk_single_selection_get_model (self->selection));

  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));

  if (self->session == session)
    return;
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (acini_session_get_slides (self->session), self);
      g_signal_handlers_disconnect_by_data (acini_session_get_editor (self->session), self);
    }
  if (self->live_cancellable != NULL)
    g_cancellable_cancel (self->live_cancellable);
  acini_review_page_end_live (self);
  g_object_set (self, "n-views", 1, NULL);
  g_clear_object (&self->feed);
  g_set_object (&self->session, session);
  acini_review_page_follow_objects (self);
  gtk_filter_list_model_set_model (filtered, session != NULL ? acini_session_get_slides (session) : NULL);
  acini_review_page_enable_editing (self, session == NULL || acini_session_get_read_only (session) == NULL);
  acini_segment_pane_set_session (self->segment_pane, session, self->view);
  acini_history_pane_set_session (self->history_pane, session);
  acini_slide_pane_set_session (self->slide_pane, session, self->view);
  if (session != NULL)
    {
      self->feed = acini_prediction_feed_new (session, self->view);
      acini_segment_pane_set_feed (self->segment_pane, self->feed);
      acini_review_page_follow_objects (self);
      g_signal_connect_object (session, "notify::slide", G_CALLBACK (on_slide_changed), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "ready", G_CALLBACK (restore_slide), self, G_CONNECT_SWAPPED);
      acini_review_page_follow_history (self, acini_session_get_editor (session));
      g_signal_connect_object (session, "jobs-changed", G_CALLBACK (acini_review_page_notify_segmenting), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (acini_session_get_slide_list (session), "located",
                               G_CALLBACK (acini_review_page_tell_located), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (acini_session_get_slides (session), "items-changed", G_CALLBACK (on_slides_changed),
                               self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  show_slide (self);
}

AciniSlideView *
acini_review_page_get_view (AciniReviewPage *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_PAGE (self), NULL);
  return self->view;
}

void
acini_review_page_show_tab (AciniReviewPage *self, const char *name)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  adw_view_stack_set_visible_child_name (self->tabs, name);
}

void
acini_review_page_focus_view (AciniReviewPage *self)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
acini_review_page_enter_zoom (AciniReviewPage *self)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  acini_zoom_controls_enter (ACINI_ZOOM_CONTROLS (self->zoom_controls));
}

void
acini_review_page_go_to (AciniReviewPage *self)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  if (acini_slide_view_get_open_slide (self->view) != NULL)
    adw_dialog_present (acini_go_to_dialog_new (self->view), GTK_WIDGET (self));
}

GtkWidget *
acini_review_page_get_scale_bar (AciniReviewPage *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_PAGE (self), NULL);
  return self->scale_bar;
}

/* The object. */

static void
acini_review_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniReviewPage *self = ACINI_REVIEW_PAGE (object);

  switch (id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, self->can_undo);
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, self->can_redo);
      break;
    case PROP_HAS_SLIDE:
      g_value_set_boolean (value, self->shown != 0);
      break;
    case PROP_SEGMENTING:
      g_value_set_boolean (
          value, self->live_cancellable != NULL
                     || (self->session != NULL
                         && acini_job_list_find_active (acini_session_get_job_list (self->session), FALSE) != NULL));
      break;
    case PROP_SHOW_SLIDES:
      g_value_set_boolean (value, adw_overlay_split_view_get_show_sidebar (self->slides_split));
      break;
    case PROP_SHOW_SIDE:
      g_value_set_boolean (value, adw_overlay_split_view_get_show_sidebar (self->side_split));
      break;
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_N_VIEWS:
      g_value_set_int (value, (int)self->side_views->len + 1);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_review_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AciniReviewPage *self = ACINI_REVIEW_PAGE (object);

  switch (id)
    {
    case PROP_SHOW_SLIDES:
      adw_overlay_split_view_set_show_sidebar (self->slides_split, g_value_get_boolean (value));
      break;
    case PROP_SHOW_SIDE:
      adw_overlay_split_view_set_show_sidebar (self->side_split, g_value_get_boolean (value));
      break;
    case PROP_NARROW:
      acini_review_page_set_narrow (self, g_value_get_boolean (value));
      break;
    case PROP_N_VIEWS:
      acini_review_page_set_n_views (self, (guint)g_value_get_int (value));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_review_page_dispose (GObject *object)
{
  AciniReviewPage *self = ACINI_REVIEW_PAGE (object);

  if (self->live_cancellable != NULL)
    g_cancellable_cancel (self->live_cancellable);
  if (self->session != NULL)
    acini_review_page_set_session (self, NULL);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->object_menu, gtk_widget_unparent);
  acini_review_page_clear_sign_off (self);
  /* The child is bound, too; disposing the template would unparent it without the bin's knowledge. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_REVIEW_PAGE);
  g_clear_handle_id (&self->loading_delay, g_source_remove);
  g_clear_pointer (&self->side_views, g_ptr_array_unref);
  g_clear_object (&self->sync);
  g_clear_object (&self->selection);
  g_clear_object (&self->live_cancellable);
  g_clear_object (&self->live_task);
  G_OBJECT_CLASS (acini_review_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/review/acini-review-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, slides_split);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, side_split);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, search);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, slide_list);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, missing_page);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, locate_button);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, palette);
  gtk_widget_class_bind_template_callback (widget_class, acini_review_page_locate);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, overlay);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, views);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, view);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, size_revealer);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, size_label);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, size_unit);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, size_spin);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, loading);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, tabs);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, segment_pane);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, queue_pane);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, history_pane);
  gtk_widget_class_bind_template_child (widget_class, AciniReviewPage, slide_pane);
  gtk_widget_class_bind_template_callback (widget_class, on_show_place);
}

static void
acini_review_page_class_init (AciniReviewPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = acini_review_page_get_property;
  object_class->set_property = acini_review_page_set_property;
  object_class->dispose = acini_review_page_dispose;
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_SLIDE] = g_param_spec_boolean ("has-slide", NULL, NULL, FALSE, flags);
  properties[PROP_SEGMENTING] = g_param_spec_boolean ("segmenting", NULL, NULL, FALSE, flags);
  properties[PROP_SHOW_SLIDES] = g_param_spec_boolean ("show-slides", NULL, NULL, TRUE, flags | G_PARAM_WRITABLE);
  properties[PROP_SHOW_SIDE] = g_param_spec_boolean ("show-side", NULL, NULL, TRUE, flags | G_PARAM_WRITABLE);
  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  properties[PROP_N_VIEWS] = g_param_spec_int ("n-views", NULL, NULL, 1, 4, 1, flags | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_signal_new ("objects-selected", ACINI_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_signal_new ("engine-died", ACINI_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ACINI_TYPE_SLIDE_VIEW);
  g_type_ensure (ACINI_TYPE_SEGMENT_PANE);
  g_type_ensure (ACINI_TYPE_QUEUE_PANE);
  g_type_ensure (ACINI_TYPE_HISTORY_PANE);
  g_type_ensure (ACINI_TYPE_SLIDE_PANE);
  g_type_ensure (ACINI_TYPE_SLIDE_ITEM);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
add_overlay_child (AciniReviewPage *self, GtkWidget *widget, GtkAlign halign, GtkAlign valign)
{
  gtk_widget_set_halign (widget, halign);
  gtk_widget_set_valign (widget, valign);
  gtk_widget_set_margin_start (widget, 14);
  gtk_widget_set_margin_end (widget, 14);
  gtk_widget_set_margin_top (widget, 14);
  gtk_widget_set_margin_bottom (widget, 14);
  gtk_overlay_add_overlay (self->overlay, widget);
}

static void
notify_show_slides (AciniReviewPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SLIDES]);
}

static void
notify_show_side (AciniReviewPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SIDE]);
}

static void
acini_review_page_init (AciniReviewPage *self)
{
  GtkFilterListModel *filtered;

  self->side_views = g_ptr_array_new ();
  self->sync = acini_view_sync_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  acini_view_sync_add (self->sync, self->view);
  acini_review_page_init_objects (self);
  acini_review_page_init_history (self);
  filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (gtk_custom_filter_new (matches_search, self, NULL)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (filtered));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_list_view_set_model (self->slide_list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (on_search_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "view-changed", G_CALLBACK (on_view_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::loading", G_CALLBACK (on_loading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::tool", G_CALLBACK (on_tool_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::brush-size", G_CALLBACK (on_tool_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::zoom", G_CALLBACK (on_tool_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->size_spin, "value-changed", G_CALLBACK (on_size_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slides_split, "notify::show-sidebar", G_CALLBACK (notify_show_slides), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->side_split, "notify::show-sidebar", G_CALLBACK (notify_show_side), self,
                           G_CONNECT_SWAPPED);
  self->overview = acini_overview_new (self->view);
  add_overlay_child (self, self->overview, GTK_ALIGN_END, GTK_ALIGN_START);
  acini_review_page_init_sign_off (self);
  self->scale_bar = acini_scale_bar_new (self->view);
  add_overlay_child (self, self->scale_bar, GTK_ALIGN_START, GTK_ALIGN_END);
  self->zoom_controls = acini_zoom_controls_new (self->view);
  add_overlay_child (self, self->zoom_controls, GTK_ALIGN_END, GTK_ALIGN_END);
  self->cursor_readout = acini_cursor_readout_new (self->view);
  add_overlay_child (self, self->cursor_readout, GTK_ALIGN_CENTER, GTK_ALIGN_END);
  acini_overlay_place (self->overlay, GTK_WIDGET (self->view), self->scale_bar, self->cursor_readout,
                       self->zoom_controls);
  on_tool_changed (self);
}
