/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-queue-pane-private.h"

#include "ui/review/acini-class-list.h"
#include "ui/review/acini-queue-deeds.h"
#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n.h>
#include <math.h>

/* Of the view's shorter side, what an FTU takes; and level-0 pixels on the screen's, at most. */
#define FITTING .4
#define MOST_ZOOM 2.
/* Milliseconds that labels have to rest before a list of any size is made anew. */
#define REST 600
#define LONGEST 120000

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AciniQueuePane, acini_queue_pane, ADW_TYPE_BIN)

/* What is shown. */

static void
show_progress (AciniQueuePane *self)
{
  const AciniReviewSums *sums = acini_review_list_get_sums (self->list);
  gint64 all = 0, decided;
  g_autofree char *text = NULL, *pace = NULL;

  for (int i = 0; i < ACINI_N_REVIEWS; i++)
    all += sums->states[i];
  decided = all - sums->states[ACINI_REVIEW_NEW];
  if (sums->n_timed > 0)
    pace = g_strdup_printf (_ (" · %.1f s per FTU"), sums->pace / 1000);
  text = g_strdup_printf (_ ("%lld of %lld FTUs decided%s"), (long long)decided, (long long)all,
                          pace != NULL ? pace : "");
  gtk_label_set_label (self->progress, text);
  gtk_progress_bar_set_fraction (self->bar, all > 0 ? (double)decided / (double)all : 0);
}

static void
show_state (AciniQueuePane *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));

  gtk_stack_set_visible_child_name (self->stack, !self->loaded ? "loading" : n > 0 ? "rows" : "empty");
  show_progress (self);
  g_signal_emit (self, changed_signal, 0);
}

void
acini_queue_pane_reload (AciniQueuePane *self)
{
  AciniReviewWish wish;

  g_return_if_fail (ACINI_IS_QUEUE_PANE (self));
  g_clear_handle_id (&self->rest, g_source_remove);
  if (self->list == NULL)
    return;
  wish = acini_queue_pane_get_wish (self);
  acini_review_list_load (self->list, &wish);
}

static void
on_wish (AciniQueuePane *self)
{
  acini_queue_pane_stop_looking (self);
  self->loaded = FALSE;
  if (self->list == NULL)
    return;
  show_state (self);
  acini_queue_pane_reload (self);
}

/* Flying. */

AciniReviewItem *
acini_queue_pane_get_current (AciniQueuePane *self)
{
  g_return_val_if_fail (ACINI_IS_QUEUE_PANE (self), NULL);
  return self->model != NULL && self->loaded ? gtk_single_selection_get_selected_item (self->model) : NULL;
}

guint
acini_queue_pane_get_n (AciniQueuePane *self)
{
  g_return_val_if_fail (ACINI_IS_QUEUE_PANE (self), 0);
  return self->list != NULL && self->loaded ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
}

gboolean
acini_queue_pane_is_current (AciniQueuePane *self)
{
  AciniReviewItem *item = acini_queue_pane_get_current (self);
  const GArray *selected = self->selected != NULL ? acini_object_selection_get (self->selected) : NULL;

  if (item == NULL || selected == NULL
      || (acini_review_item_get_kind (item) != ACINI_REVIEW_ITEM_OBJECT
          && acini_review_item_get_kind (item) != ACINI_REVIEW_ITEM_SUSPECT))
    return FALSE;
  if (acini_review_item_get_suspect (item) != NULL)
    return selected->len == 0;
  /* Its outline may still be on the way. */
  return selected->len == 0
         || (selected->len == 1
             && (g_array_index (selected, AciniObject, 0).id == acini_review_item_get_object (item)->id
                 || acini_object_selection_is_waiting (self->selected)));
}

static double
get_fitting_zoom (AciniQueuePane *self, const AciniRect *box)
{
  double side = (double)MAX (MAX (box->width, box->height), 1);

  return MIN (FITTING * MIN (self->view->viewport.width, self->view->viewport.height) / side, MOST_ZOOM);
}

static void on_item_changed (AciniReviewItem *item, AciniQueuePane *self);

static void
watch (AciniQueuePane *self, AciniReviewItem *item)
{
  if (!g_signal_handler_find (item, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL, on_item_changed, self))
    g_signal_connect_object (item, "changed", G_CALLBACK (on_item_changed), self, G_CONNECT_DEFAULT);
}

/* What comes next is read, its tiles, too, as soon as it is known where that is. */
static void
look_ahead (AciniQueuePane *self, guint position)
{
  g_autoptr (AciniReviewItem) next = NULL;

  for (guint i = 1; i <= 4; i++)
    acini_review_list_prepare (self->list, position + i);
  next = g_list_model_get_item (G_LIST_MODEL (self->list), position + 1);
  if (next != NULL && acini_review_item_get_kind (next) == ACINI_REVIEW_ITEM_WAITS)
    watch (self, next);
  else if (next != NULL)
    {
      const AciniObject *object = acini_review_item_get_object (next);

      acini_view_look_ahead (self->view, (double)object->box.x + (double)object->box.width / 2,
                             (double)object->box.y + (double)object->box.height / 2,
                             self->own_zoom ? self->view->viewport.zoom : get_fitting_zoom (self, &object->box));
    }
}

static void
fly_to (AciniQueuePane *self, AciniReviewItem *item)
{
  const AciniObject *object = acini_review_item_get_object (item);
  double zoom = self->view->viewport.zoom;

  self->flying = 0;
  if (self->view == NULL || acini_review_item_get_kind (item) == ACINI_REVIEW_ITEM_GONE)
    return;
  if (self->flown > 0 && fabs (zoom / self->flown - 1) > .01)
    self->own_zoom = TRUE;
  if (!self->own_zoom)
    zoom = get_fitting_zoom (self, &object->box);
  acini_view_go (self->view, (double)object->box.x + (double)object->box.width / 2,
                 (double)object->box.y + (double)object->box.height / 2, zoom);
  self->flown = self->view->viewport.zoom;
  self->since = g_get_monotonic_time ();
  if (object->id == 0)
    acini_object_selection_show_place (self->selected, &object->box);
  else
    acini_object_selection_set (self->selected, &object->id, 1);
  look_ahead (self, gtk_single_selection_get_selected (self->model));
  g_signal_emit (self, changed_signal, 0);
}

static void
on_item_changed (AciniReviewItem *item, AciniQueuePane *self)
{
  g_autoptr (AciniReviewItem) next = NULL;
  guint at;

  if (acini_queue_pane_get_current (self) == NULL)
    return;
  at = gtk_single_selection_get_selected (self->model);
  next = g_list_model_get_item (G_LIST_MODEL (self->list), at + 1);
  if (item == acini_queue_pane_get_current (self) && self->flying != 0)
    fly_to (self, item);
  else if (item == next && self->flying == 0)
    look_ahead (self, at);
}

static void
go_to (AciniQueuePane *self, guint position)
{
  AciniReviewItem *item;

  if (position >= acini_queue_pane_get_n (self))
    return;
  self->going = TRUE;
  gtk_single_selection_set_selected (self->model, position);
  self->going = FALSE;
  gtk_list_view_scroll_to (self->rows, position, GTK_LIST_SCROLL_NONE, NULL);
  item = gtk_single_selection_get_selected_item (self->model);
  if (item == NULL)
    return;
  if (acini_review_item_get_kind (item) != ACINI_REVIEW_ITEM_WAITS)
    {
      fly_to (self, item);
      return;
    }
  self->flying = 1;
  watch (self, item);
}

static void
leave (AciniQueuePane *self, int step)
{
  AciniReviewWish wish = acini_queue_pane_get_wish (self);

  acini_queue_pane_leave (self, step, &wish);
}

/* At the end of the slide that the queue went to, where its list and the slide on screen are there. */
static void
arrive (AciniQueuePane *self)
{
  guint n = acini_queue_pane_get_n (self);

  /* A prediction may still come and make another list: whoever arrives does so again, until hands do something. */
  if (self->arriving != 0 && n > 0 && self->view != NULL && acini_slide_view_get_open_slide (self->view) != NULL)
    go_to (self, self->arriving > 0 ? 0 : n - 1);
}

void
acini_queue_pane_step (AciniQueuePane *self, int step)
{
  guint n, at;

  g_return_if_fail (ACINI_IS_QUEUE_PANE (self));
  if (self->list == NULL)
    return;
  self->arriving = 0;
  if (!self->loaded)
    {
      self->then = step;
      acini_queue_pane_reload (self);
      return;
    }
  n = acini_queue_pane_get_n (self);
  at = gtk_single_selection_get_selected (self->model);
  if (at == GTK_INVALID_LIST_POSITION && n > 0)
    go_to (self, step > 0 ? 0 : n - 1);
  else if (at != GTK_INVALID_LIST_POSITION && (step > 0 ? at + 1 < n : at > 0))
    go_to (self, step > 0 ? at + 1 : at - 1);
  else
    leave (self, step);
}

void
acini_queue_pane_skip (AciniQueuePane *self)
{
  guint at;

  g_return_if_fail (ACINI_IS_QUEUE_PANE (self));
  if (acini_queue_pane_get_current (self) == NULL)
    {
      acini_queue_pane_step (self, 1);
      return;
    }
  at = gtk_single_selection_get_selected (self->model);
  if (at + 1 >= acini_queue_pane_get_n (self))
    return;
  acini_review_list_put_last (self->list, at);
  go_to (self, at);
}

static gint64
get_duration (AciniQueuePane *self)
{
  gint64 duration = (g_get_monotonic_time () - self->since) / 1000;

  return duration <= LONGEST ? duration : -1;
}

/* On to the next one that nobody has decided about, or about which readers disagree; those that are not read yet are
 * looked at when they are. */
static void
go_on (AciniQueuePane *self)
{
  guint n = acini_queue_pane_get_n (self), at = gtk_single_selection_get_selected (self->model);

  for (guint i = at + 1; i < n; i++)
    {
      g_autoptr (AciniReviewItem) item = g_list_model_get_item (G_LIST_MODEL (self->list), i);
      AciniReviewItemKind kind = acini_review_item_get_kind (item);

      if (kind == ACINI_REVIEW_ITEM_WAITS
          || (kind != ACINI_REVIEW_ITEM_GONE
              && (acini_review_item_get_object (item)->state == ACINI_REVIEW_NEW
                  || acini_review_item_get_note (item) != NULL)))
        {
          go_to (self, i);
          return;
        }
    }
  leave (self, 1);
}

void
acini_queue_pane_decide (AciniQueuePane *self, AciniReviewState state, const char *comment)
{
  AciniReviewItem *item;
  const AciniSuspect *suspect;

  g_return_if_fail (ACINI_IS_QUEUE_PANE (self));
  if (!acini_queue_pane_is_current (self))
    return;
  self->arriving = 0;
  item = acini_queue_pane_get_current (self);
  suspect = acini_review_item_get_suspect (item);
  if (suspect != NULL)
    acini_queue_deed_suspect (self->objects, suspect, suspect->out_of_fold, state, comment, get_duration (self));
  else
    {
      acini_queue_deed_object (self->objects, acini_review_item_get_object (item)->id, state, comment,
                               get_duration (self));
      acini_review_list_count (self->list, acini_review_item_get_object (item)->state, state);
    }
  acini_review_item_set_state (item, state);
  show_progress (self);
  go_on (self);
}

void
acini_queue_pane_accept_above (AciniQueuePane *self, double least)
{
  g_autoptr (GArray) ids = NULL;

  g_return_if_fail (ACINI_IS_QUEUE_PANE (self) && least > 0);
  if (self->list == NULL)
    return;
  ids = acini_review_list_dup_ids (self->list);
  acini_queue_deed_above (self->objects, ids, least);
}

/* What it follows. */

static void
on_loaded (AciniQueuePane *self)
{
  int then = self->then;

  self->loaded = TRUE;
  self->then = 0;
  show_state (self);
  if (then != 0)
    acini_queue_pane_step (self, then);
  else
    arrive (self);
}

static gboolean
on_rested (gpointer data)
{
  AciniQueuePane *self = data;

  self->rest = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    acini_queue_pane_reload (self);
  else
    self->loaded = FALSE;
  return G_SOURCE_REMOVE;
}

/* Decisions change rows; labels change what there is to look at: but a list that is being worked through stays. */
static void
on_changed (AciniQueuePane *self, gboolean labels)
{
  if (!self->loaded)
    return;
  acini_review_list_reread (self->list);
  g_clear_handle_id (&self->rest, g_source_remove);
  if (labels && gtk_single_selection_get_selected (self->model) == GTK_INVALID_LIST_POSITION)
    self->rest = g_timeout_add (REST, on_rested, self);
}

static void
on_replaced (AciniQueuePane *self)
{
  self->loaded = FALSE;
  self->own_zoom = FALSE;
  self->flown = 0;
  self->flying = 0;
  self->then = 0;
  show_state (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) || self->arriving != 0)
    acini_queue_pane_reload (self);
}

/* A blind reader goes by no order that others could know. */
static void
on_ready (AciniQueuePane *self)
{
  if (acini_queue_pane_get_reader (self) != NULL)
    gtk_drop_down_set_selected (self->order, ACINI_QUEUE_SHUFFLED);
  else if (gtk_drop_down_get_selected (self->order) == ACINI_QUEUE_SHUFFLED)
    gtk_drop_down_set_selected (self->order, 0);
  acini_queue_pane_list_organs (self);
  acini_queue_pane_list_classes (self);
}

static void
on_map (AciniQueuePane *self)
{
  if (self->list != NULL && !self->loaded)
    acini_queue_pane_reload (self);
}

/* By a click, or with arrow keys in the list. */
static void
on_selected (AciniQueuePane *self)
{
  guint position = gtk_single_selection_get_selected (self->model);

  if (self->going || !self->loaded || position == GTK_INVALID_LIST_POSITION)
    return;
  self->arriving = 0;
  go_to (self, position);
}

static void
on_activated (AciniQueuePane *self, guint position)
{
  if (self->view != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

void
acini_queue_pane_set_objects (AciniQueuePane *self, AciniSlideObjects *objects, AciniObjectSelection *selection,
                              AciniSlideView *view)
{
  AciniSession *session;

  g_return_if_fail (ACINI_IS_QUEUE_PANE (self));
  g_clear_handle_id (&self->rest, g_source_remove);
  if (self->objects != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->objects, self);
      g_signal_handlers_disconnect_by_data (acini_slide_objects_get_session (self->objects), self);
      g_signal_handlers_disconnect_by_data (acini_class_list_get (acini_slide_objects_get_session (self->objects)),
                                            self);
      g_signal_handlers_disconnect_by_data (
          acini_session_get_slide_list (acini_slide_objects_get_session (self->objects)), self);
    }
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  acini_queue_pane_stop_looking (self);
  gtk_list_view_set_model (self->rows, NULL);
  g_clear_object (&self->model);
  g_clear_object (&self->list);
  g_set_object (&self->objects, objects);
  g_set_object (&self->selected, selection);
  g_set_weak_pointer (&self->view, view);
  self->loaded = FALSE;
  if (objects == NULL)
    return;
  self->list = acini_review_list_new (objects);
  self->model = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->list)));
  gtk_single_selection_set_autoselect (self->model, FALSE);
  gtk_single_selection_set_can_unselect (self->model, TRUE);
  gtk_single_selection_set_selected (self->model, GTK_INVALID_LIST_POSITION);
  gtk_list_view_set_model (self->rows, GTK_SELECTION_MODEL (self->model));
  g_signal_connect_object (self->model, "notify::selected", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "loaded", G_CALLBACK (on_loaded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (objects, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (objects, "replaced", G_CALLBACK (on_replaced), self, G_CONNECT_SWAPPED);
  session = acini_slide_objects_get_session (objects);
  g_signal_connect_object (session, "ready", G_CALLBACK (on_ready), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_class_list_get (session), "changed", G_CALLBACK (acini_queue_pane_list_classes), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_slide_list (session), "reloaded",
                           G_CALLBACK (acini_queue_pane_list_organs), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "opened", G_CALLBACK (arrive), self, G_CONNECT_SWAPPED);
  on_ready (self);
  show_state (self);
  on_map (self);
}

void
acini_queue_pane_show_disagreements (AciniQueuePane *self)
{
  g_return_if_fail (ACINI_IS_QUEUE_PANE (self));
  gtk_drop_down_set_selected (self->slides, 1);
  gtk_drop_down_set_selected (self->what, 3);
}

void
acini_queue_pane_set_coverage (AciniQueuePane *self, const char *text)
{
  g_return_if_fail (ACINI_IS_QUEUE_PANE (self) && text != NULL);
  gtk_label_set_label (self->coverage, text);
  gtk_widget_set_visible (GTK_WIDGET (self->coverage), *text != '\0');
}

GtkListView *
acini_queue_pane_get_list (AciniQueuePane *self)
{
  g_return_val_if_fail (ACINI_IS_QUEUE_PANE (self), NULL);
  return self->rows;
}

/* Building. */

static GtkWidget *
make_rows (AciniQueuePane *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new (), *empty = adw_status_page_new (), *spinner = adw_spinner_new ();

  self->rows = GTK_LIST_VIEW (gtk_list_view_new (NULL, acini_queue_pane_make_factory (self)));
  gtk_list_view_set_tab_behavior (self->rows, GTK_LIST_TAB_ITEM);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("To look at"), -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->rows), "navigation-sidebar");
  g_signal_connect_object (self->rows, "activate", G_CALLBACK (on_activated), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->rows));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("Nothing to Look At"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty),
                                   _ ("Segment the slide, or choose what is shown here above."));
  gtk_widget_add_css_class (empty, "compact");
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->stack), TRUE);
  gtk_stack_add_named (self->stack, scrolled, "rows");
  gtk_stack_add_named (self->stack, empty, "empty");
  gtk_stack_add_named (self->stack, spinner, "loading");
  return GTK_WIDGET (self->stack);
}

static void
add_button (GtkBox *box, const char *icon, const char *tooltip, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_box_append (box, button);
}

static GtkWidget *
make_buttons (void)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4));
  GtkWidget *more = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  add_button (box, "go-previous-symbolic", _ ("Previous (Shift+N)"), "win.review-previous");
  add_button (box, "object-select-symbolic", _ ("Accept (Enter)"), "win.object-accept");
  add_button (box, "window-close-symbolic", _ ("Reject (Backspace)"), "win.object-reject");
  add_button (box, "media-skip-forward-symbolic", _ ("Skip (X)"), "win.review-skip");
  add_button (box, "go-next-symbolic", _ ("Next (N)"), "win.review-next");
  g_menu_append (menu, _ ("_Edit With the Brush"), "win.review-edit");
  g_menu_append (menu, _ ("_Flag…"), "win.object-flag");
  g_menu_append (menu, _ ("_Accept All Above a Confidence…"), "win.review-accept-above");
  g_menu_append (menu, _ ("_Gallery of Look-Alikes"), "win.gallery");
  g_menu_append (menu, _ ("Everything on Screen Is _Right…"), "win.sign-off-screen");
  g_menu_append (menu, _ ("_Sign Off Slide…"), "win.sign-off");
  g_menu_append (menu, _ ("Second _Readers…"), "win.readers");
  g_menu_append (menu, _ ("_History of the Slide"), "win.journal");
  g_menu_append (menu, _ ("Make the _List Anew"), "win.review-reload");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (more), G_MENU_MODEL (menu));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (more), "view-more-symbolic");
  gtk_widget_set_tooltip_text (more, _ ("More"));
  gtk_box_append (box, more);
  return GTK_WIDGET (box);
}

static void
acini_queue_pane_dispose (GObject *object)
{
  AciniQueuePane *self = ACINI_QUEUE_PANE (object);

  if (self->rows != NULL)
    acini_queue_pane_set_objects (self, NULL, NULL, NULL);
  self->rows = NULL;
  g_clear_pointer (&self->organs, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_queue_pane_parent_class)->dispose (object);
}

static void
acini_queue_pane_class_init (AciniQueuePaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_queue_pane_dispose;
  changed_signal
      = g_signal_new ("changed", ACINI_TYPE_QUEUE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_queue_pane_init (AciniQueuePane *self)
{
  GtkBox *box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 10));

  gtk_widget_add_css_class (GTK_WIDGET (box), "pane");
  self->progress = GTK_LABEL (gtk_label_new (NULL));
  self->coverage = GTK_LABEL (gtk_label_new (NULL));
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_label_set_xalign (self->progress, 0);
  gtk_label_set_xalign (self->coverage, 0);
  gtk_label_set_wrap (self->progress, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->progress), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->coverage), "caption");
  gtk_widget_set_visible (GTK_WIDGET (self->coverage), FALSE);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->progress, NULL,
                                  -1);
  gtk_box_append (box, acini_queue_pane_make_choices (self, G_CALLBACK (on_wish)));
  gtk_box_append (box, GTK_WIDGET (self->bar));
  gtk_box_append (box, GTK_WIDGET (self->progress));
  gtk_box_append (box, GTK_WIDGET (self->coverage));
  gtk_box_append (box, make_rows (self));
  gtk_box_append (box, make_buttons ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (box));
  g_signal_connect_object (self, "map", G_CALLBACK (on_map), self, G_CONNECT_SWAPPED);
}
