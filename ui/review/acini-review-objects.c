/* SPDX-License-Identifier: GPL-3.0-or-later */

/* FTUs as things on the review page: what is selected, and what the window has done to it. */

#include "acini-config.h"

#include "ui/base/acini-settings.h"
#include "ui/review/acini-class-list.h"
#include "ui/review/acini-gallery-dialog.h"
#include "ui/review/acini-journal-dialog.h"
#include "ui/review/acini-object-dialogs.h"
#include "ui/review/acini-readers-dialog.h"
#include "ui/review/acini-review-page-private.h"

#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n.h>

static const GArray *
get_selected (AciniReviewPage *self)
{
  return self->selected != NULL ? acini_object_selection_get (self->selected) : NULL;
}

guint
acini_review_page_get_n_selected (AciniReviewPage *self)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_PAGE (self), 0);
  return get_selected (self) != NULL ? get_selected (self)->len : 0;
}

gboolean
acini_review_page_can_do (AciniReviewPage *self, AciniObjectsDeed deed)
{
  guint n = acini_review_page_get_n_selected (self);
  gboolean writable = self->session != NULL && acini_session_get_read_only (self->session) == NULL;

  if (deed == ACINI_OBJECTS_SIGN_OFF)
    return writable && self->shown != 0 && self->sign_off != NULL;
  writable = writable && !acini_review_page_is_approved (self);
  if (self->shown == 0 || self->selected == NULL)
    return FALSE;
  switch (deed)
    {
    case ACINI_OBJECTS_MENU:
    case ACINI_OBJECTS_CYCLE:
    case ACINI_OBJECTS_AMOUNT:
      return TRUE;
    case ACINI_OBJECTS_NEXT:
    case ACINI_OBJECTS_PREVIOUS:
    case ACINI_OBJECTS_SKIP:
    case ACINI_OBJECTS_RELOAD:
    case ACINI_OBJECTS_JOURNAL:
    case ACINI_OBJECTS_GALLERY:
    case ACINI_OBJECTS_READERS:
      return TRUE;
    case ACINI_OBJECTS_SIGN_OFF_SCREEN:
      return writable;
    case ACINI_OBJECTS_ACCEPT_ABOVE:
      return writable && acini_queue_pane_get_n (self->queue_pane) > 0;
    case ACINI_OBJECTS_ACCEPT:
    case ACINI_OBJECTS_REJECT:
    case ACINI_OBJECTS_FLAG:
    case ACINI_OBJECTS_EDIT:
      return writable && (n > 0 || acini_queue_pane_is_current (self->queue_pane));
    case ACINI_OBJECTS_FILL_HOLES:
      return writable && acini_object_selection_can_fill_holes (self->selected);
    case ACINI_OBJECTS_PASTE:
      return writable && acini_object_selection_can_paste (self->selected);
    case ACINI_OBJECTS_COPY:
    case ACINI_OBJECTS_PROPERTIES:
      return n > 0;
    case ACINI_OBJECTS_MERGE:
      return writable && n > 1;
    default:
      return writable && n > 0;
    }
}

static char *
dup_class_name (AciniReviewPage *self, int label)
{
  return acini_class_list_dup_name (acini_class_list_get (self->session), (guint)(label - ACINI_LABEL_FIRST_CLASS + 1));
}

static void
show_properties (AciniReviewPage *self)
{
  const AciniObject *object = &g_array_index (get_selected (self), AciniObject, 0);
  const AciniSlideRecord *record = acini_slide_item_get_record (acini_session_get_slide (self->session));
  g_autofree char *class_name = dup_class_name (self, object->label);

  adw_dialog_present (acini_object_properties_new (object, class_name, record->mpp_x, record->mpp_y),
                      GTK_WIDGET (self));
}

/* The queue's own, else what is selected. */
static void
decide (AciniReviewPage *self, AciniReviewState state, const char *comment)
{
  if (acini_queue_pane_is_current (self->queue_pane))
    acini_queue_pane_decide (self->queue_pane, state, comment);
  else
    acini_object_selection_decide (self->selected, state, comment);
}

static void
flag (gpointer object, const char *comment)
{
  AciniReviewPage *self = object;

  if (self->selected != NULL)
    decide (self, ACINI_REVIEW_FLAGGED, comment);
}

/* The brush, with the class of what is to be corrected. */
static void
edit (AciniReviewPage *self)
{
  const GArray *selected = get_selected (self);
  AciniReviewItem *item = acini_queue_pane_get_current (self->queue_pane);
  int label = selected->len > 0 ? g_array_index (selected, AciniObject, 0).label
              : item != NULL    ? acini_review_item_get_object (item)->label
                                : 0;

  if (label >= ACINI_LABEL_FIRST_CLASS)
    g_object_set (self->view, "brush-label", (guint)label, NULL);
  g_object_set (self->view, "tool", "brush", NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

/* The list is to be seen while it is worked through. */
static void
step (AciniReviewPage *self, int by)
{
  adw_view_stack_set_visible_child_name (self->tabs, "queue");
  acini_queue_pane_step (self->queue_pane, by);
}

static void
accept_above (gpointer object, double percent)
{
  acini_queue_pane_accept_above (((AciniReviewPage *)object)->queue_pane, percent / 100);
}

static void
show_disagreements (AciniReviewPage *self)
{
  adw_view_stack_set_visible_child_name (self->tabs, "queue");
  acini_queue_pane_show_disagreements (self->queue_pane);
}

static void
show_readers (AciniReviewPage *self)
{
  AciniReadersDialog *dialog = acini_readers_dialog_new (self->session);

  g_signal_connect_object (dialog, "show-disagreements", G_CALLBACK (show_disagreements), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* µm, kept for all projects. */
#define AMOUNT "reshape-amount"

static void
set_amount (gpointer object, double amount)
{
  g_settings_set_double (acini_settings_get_default (), AMOUNT, amount);
}

static void
reshape (AciniReviewPage *self, AciniReshape how)
{
  acini_object_selection_reshape (self->selected, how, g_settings_get_double (acini_settings_get_default (), AMOUNT));
}

/* The menu. */

static GMenu *
make_classes (AciniReviewPage *self)
{
  AciniClassList *classes = acini_class_list_get (self->session);
  GMenu *menu = g_menu_new ();

  for (guint i = 1, n = acini_class_list_get_n (classes); i <= n; i++)
    {
      guint key = acini_class_list_get_key (classes, i);
      g_autofree char *name = dup_class_name (self, (int)(ACINI_LABEL_FIRST_CLASS + i - 1));
      /* By its key, which the menu shows then. */
      g_autofree char *action = g_strdup_printf ("win.class(uint32 %u)", key > 0 ? key : ACINI_CLASS_KEYS + i);

      g_menu_append (menu, name, action);
    }
  g_menu_append (menu, _ ("_Edit Classes…"), "win.classes");
  return menu;
}

typedef struct
{
  const char *title, *action;
} Entry;

static void
append_section (GMenu *menu, const Entry *entries, guint n)
{
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < n; i++)
    g_menu_append (section, _ (entries[i].title), entries[i].action);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

/* Whether all that are selected are. */
static gboolean
are_locked (AciniReviewPage *self)
{
  const GArray *selected = get_selected (self);

  for (guint i = 0; selected != NULL && i < selected->len; i++)
    if (!g_array_index (selected, AciniObject, i).locked)
      return FALSE;
  return selected != NULL && selected->len > 0;
}

static GMenuModel *
make_menu (AciniReviewPage *self)
{
  static const Entry review[] = { { N_ ("_Accept"), "win.object-accept" },
                                  { N_ ("_Reject"), "win.object-reject" },
                                  { N_ ("F_lag…"), "win.object-flag" } };
  static const Entry shape[] = { { N_ ("Fill _Holes"), "win.object-fill" },     { N_ ("_Grow"), "win.object-grow" },
                                 { N_ ("Shrin_k"), "win.object-shrink" },       { N_ ("Sm_ooth"), "win.object-smooth" },
                                 { N_ ("By How M_uch…"), "win.object-amount" }, { N_ ("_Split"), "win.object-split" },
                                 { N_ ("_Merge"), "win.object-merge" } };
  static const Entry edit[] = { { N_ ("Du_plicate"), "win.object-duplicate" },
                                { N_ ("_Copy"), "win.object-copy" },
                                { N_ ("Pas_te"), "win.object-paste" },
                                { N_ ("_Delete"), "win.object-delete" } };
  static const Entry more[]
      = { { N_ ("Select _Next Here"), "win.object-cycle" }, { N_ ("Pr_operties"), "win.object-properties" } };
  const Entry lock = { are_locked (self) ? N_ ("Un_lock") : N_ ("_Lock"), "win.object-lock" };
  g_autoptr (GMenu) classes = make_classes (self);
  GMenu *menu = g_menu_new ();

  append_section (menu, review, G_N_ELEMENTS (review));
  g_menu_append_submenu (menu, _ ("Cla_ss"), G_MENU_MODEL (classes));
  append_section (menu, shape, G_N_ELEMENTS (shape));
  append_section (menu, edit, G_N_ELEMENTS (edit));
  append_section (menu, &lock, 1);
  append_section (menu, more, G_N_ELEMENTS (more));
  return G_MENU_MODEL (menu);
}

/* At the point of the view, or at what is selected. */
static void
pop_up (AciniReviewPage *self, double x, double y)
{
  g_autoptr (GMenuModel) menu = make_menu (self);

  g_clear_pointer (&self->object_menu, gtk_widget_unparent);
  self->object_menu = gtk_popover_menu_new_from_model (menu);
  gtk_widget_set_parent (self->object_menu, GTK_WIDGET (self->view));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->object_menu), FALSE);
  gtk_widget_set_halign (self->object_menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->object_menu), &(GdkRectangle){ (int)x, (int)y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->object_menu));
}

static void
pop_up_at_selected (AciniReviewPage *self)
{
  double x = self->view->viewport.width / 2, y = self->view->viewport.height / 2;

  if (acini_review_page_get_n_selected (self) > 0)
    {
      const AciniObject *object = &g_array_index (get_selected (self), AciniObject, 0);

      acini_viewport_to_screen (&self->view->viewport, object->x, object->y, &x, &y);
    }
  pop_up (self, CLAMP (x, 0, self->view->viewport.width), CLAMP (y, 0, self->view->viewport.height));
}

/* What is under the pointer is meant: it is selected first, unless it is among what is. */
static void
on_secondary (GtkGestureClick *click, int n_press, double x, double y, AciniReviewPage *self)
{
  const GArray *selected = get_selected (self);
  double at_x, at_y;

  /* Some tools have a use for that button themselves. */
  if (self->shown == 0 || selected == NULL || acini_tool_takes_secondary (self->view->tool))
    return;
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  acini_viewport_to_slide (&self->view->viewport, x, y, &at_x, &at_y);
  self->menu_x = x;
  self->menu_y = y;
  for (guint i = 0; i < selected->len; i++)
    {
      const AciniRect *box = &g_array_index (selected, AciniObject, i).box;

      if (at_x >= (double)box->x && at_y >= (double)box->y && at_x < (double)(box->x + box->width)
          && at_y < (double)(box->y + box->height))
        {
          pop_up (self, x, y);
          return;
        }
    }
  self->menu_waits = TRUE;
  acini_object_selection_pick (self->selected, at_x, at_y, FALSE);
}

/* What is done to the selected alone. */
static void (*const on_selected[]) (AciniObjectSelection *) = {
  [ACINI_OBJECTS_DELETE] = acini_object_selection_delete,
  [ACINI_OBJECTS_FILL_HOLES] = acini_object_selection_fill_holes,
  [ACINI_OBJECTS_LOCK] = acini_object_selection_lock,
  [ACINI_OBJECTS_SPLIT] = acini_object_selection_split,
  [ACINI_OBJECTS_MERGE] = acini_object_selection_merge,
  [ACINI_OBJECTS_DUPLICATE] = acini_object_selection_duplicate,
  [ACINI_OBJECTS_COPY] = acini_object_selection_copy,
  [ACINI_OBJECTS_PASTE] = acini_object_selection_paste,
  [ACINI_OBJECTS_CYCLE] = acini_object_selection_cycle,
};

void
acini_review_page_do (AciniReviewPage *self, AciniObjectsDeed deed)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));

  if (!acini_review_page_can_do (self, deed))
    return;
  if (deed < G_N_ELEMENTS (on_selected) && on_selected[deed] != NULL)
    {
      on_selected[deed](self->selected);
      return;
    }
  switch (deed)
    {
    case ACINI_OBJECTS_ACCEPT:
      decide (self, ACINI_REVIEW_ACCEPTED, NULL);
      break;
    case ACINI_OBJECTS_REJECT:
      decide (self, ACINI_REVIEW_REJECTED, NULL);
      break;
    case ACINI_OBJECTS_FLAG:
      acini_object_ask_comment (GTK_WIDGET (self), flag, self);
      break;
    case ACINI_OBJECTS_GROW:
      reshape (self, ACINI_RESHAPE_GROW);
      break;
    case ACINI_OBJECTS_SHRINK:
      reshape (self, ACINI_RESHAPE_SHRINK);
      break;
    case ACINI_OBJECTS_SMOOTH:
      reshape (self, ACINI_RESHAPE_SMOOTH);
      break;
    case ACINI_OBJECTS_AMOUNT:
      acini_object_ask_amount (GTK_WIDGET (self), g_settings_get_double (acini_settings_get_default (), AMOUNT),
                               set_amount, self);
      break;
    case ACINI_OBJECTS_PROPERTIES:
      show_properties (self);
      break;
    case ACINI_OBJECTS_MENU:
      pop_up_at_selected (self);
      break;
    case ACINI_OBJECTS_NEXT:
      step (self, 1);
      break;
    case ACINI_OBJECTS_PREVIOUS:
      step (self, -1);
      break;
    case ACINI_OBJECTS_SKIP:
      adw_view_stack_set_visible_child_name (self->tabs, "queue");
      acini_queue_pane_skip (self->queue_pane);
      break;
    case ACINI_OBJECTS_EDIT:
      edit (self);
      break;
    case ACINI_OBJECTS_ACCEPT_ABOVE:
      acini_object_ask_confidence (GTK_WIDGET (self), acini_queue_pane_get_n (self->queue_pane), accept_above, self);
      break;
    case ACINI_OBJECTS_RELOAD:
      acini_queue_pane_reload (self->queue_pane);
      break;
    case ACINI_OBJECTS_SIGN_OFF_SCREEN:
      acini_review_page_sign_off_screen (self);
      break;
    case ACINI_OBJECTS_SIGN_OFF:
      acini_review_page_ask_sign_off (self);
      break;
    case ACINI_OBJECTS_JOURNAL:
      adw_dialog_present (ADW_DIALOG (acini_journal_dialog_new (self->session)), GTK_WIDGET (self));
      break;
    case ACINI_OBJECTS_GALLERY:
      adw_dialog_present (ADW_DIALOG (acini_gallery_dialog_new (self->objects, self->view)), GTK_WIDGET (self));
      break;
    case ACINI_OBJECTS_READERS:
      show_readers (self);
      break;
    default:
      g_return_if_reached ();
    }
}

gboolean
acini_review_page_set_class (AciniReviewPage *self, guint class)
{
  g_return_val_if_fail (ACINI_IS_REVIEW_PAGE (self) && class > 0, FALSE);

  if (acini_review_page_get_n_selected (self) == 0)
    return FALSE;
  acini_object_selection_set_class (self->selected, (guint8)(ACINI_LABEL_FIRST_CLASS + class - 1));
  return TRUE;
}

/* What it listens to. */

static void
on_selected_changed (AciniReviewPage *self)
{
  g_signal_emit_by_name (self, "objects-selected");
  if (self->menu_waits)
    pop_up (self, self->menu_x, self->menu_y);
  self->menu_waits = FALSE;
}

static void
on_queue_changed (AciniReviewPage *self)
{
  g_signal_emit_by_name (self, "objects-selected");
}

static void
on_copied (AciniReviewPage *self, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u object copied", "%u objects copied", n), n);

  acini_session_tell (self->session, text);
  g_signal_emit_by_name (self, "objects-selected");
}

void
acini_review_page_follow_objects (AciniReviewPage *self)
{
  if (self->selected != NULL)
    g_signal_handlers_disconnect_by_data (self->selected, self);
  if (self->objects != NULL)
    g_object_run_dispose (G_OBJECT (self->objects));
  if (self->queue_pane != NULL)
    acini_queue_pane_set_objects (self->queue_pane, NULL, NULL, NULL);
  g_clear_object (&self->selected);
  g_clear_object (&self->locks);
  g_clear_object (&self->objects);
  self->menu_waits = FALSE;
  if (self->session != NULL && self->feed != NULL)
    {
      self->objects = acini_slide_objects_new (self->session, self->view, self->feed);
      self->selected = acini_object_selection_new (self->objects, self->view);
      self->locks = acini_lock_feed_new (self->session, self->view);
      acini_queue_pane_set_objects (self->queue_pane, self->objects, self->selected, self->view);
      acini_review_page_follow_sign_off (self);
      g_signal_connect_object (self->selected, "changed", G_CALLBACK (on_selected_changed), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->selected, "copied", G_CALLBACK (on_copied), self, G_CONNECT_SWAPPED);
    }
  g_signal_emit_by_name (self, "objects-selected");
}

void
acini_review_page_init_objects (AciniReviewPage *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (self->queue_pane, "changed", G_CALLBACK (on_queue_changed), self, G_CONNECT_SWAPPED);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_secondary), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
}
