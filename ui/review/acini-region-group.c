/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-region-group.h"

#include "data/mask/acini-region-shape.h"
#include "ui/base/acini-async.h"
#include "ui/view/core/acini-view-core.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AciniRegionGroup
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GtkToggleButton *draw_button;
  GPtrArray *rows; /* of the group */

  AciniSession *session;
  AciniSlideView *view;
  GBinding *drawing;
  GPtrArray *regions; /* AciniRegionRecord; NULL: not read yet */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AciniRegionGroup, acini_region_group, ADW_TYPE_BIN)

enum
{
  SEGMENT,
  SIGN_OFF,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const AciniSlideRecord *
get_record (AciniRegionGroup *self)
{
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;

  return item != NULL ? acini_slide_item_get_record (item) : NULL;
}

static AciniRegionRecord *
find (AciniRegionGroup *self, gint64 id)
{
  for (guint i = 0; self->regions != NULL && i < self->regions->len; i++)
    if (((AciniRegionRecord *)self->regions->pdata[i])->id == id)
      return self->regions->pdata[i];
  return NULL;
}

/* Changing. */

static void
on_written (GObject *editor, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniRegionGroup) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (editor), result, NULL, &error) && self->session != NULL
      && !g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_KEPT))
    acini_session_tell (self->session, error->message);
}

static void
change (AciniRegionGroup *self, AciniProject *project, AciniChange *change)
{
  g_autoptr (AciniEditor) editor = acini_editor_get (project);

  acini_editor_change (editor, change, on_written, g_object_ref (self));
}

/* (transfer full) (element-type double[2]) */
static GArray *
dup_points (AciniStroke *stroke)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (double[2]));

  for (guint i = 0; i < acini_stroke_get_n_points (stroke); i++)
    {
      double point[2];

      acini_stroke_get_point (stroke, i, &point[0], &point[1]);
      g_array_append_val (points, point);
    }
  return points;
}

void
acini_region_group_add (AciniRegionGroup *self, AciniStroke *stroke, const char *name, AciniRegionKind kind)
{
  g_autoptr (GArray) points = NULL;
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);

  g_return_if_fail (ACINI_IS_REGION_GROUP (self) && stroke != NULL && name != NULL && *name != '\0');

  points = dup_points (stroke);
  if (points->len < 3)
    return;
  g_ptr_array_add (
      regions, acini_region_record_new (name, kind, (const double (*)[2]) (gconstpointer)points->data, points->len));
  change (self, acini_stroke_get_project (stroke), acini_change_new_regions (acini_stroke_get_slide (stroke), regions));
}

/* @region becomes that. */
static void
change_region (AciniRegionGroup *self, const AciniRegionRecord *region, const char *name, AciniRegionKind kind,
               const GArray *points)
{
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniRegionRecord *now
      = acini_region_record_new (name, kind, (const double (*)[2]) (gconstpointer)points->data, points->len);

  now->id = region->id;
  g_ptr_array_add (regions, now);
  change (self, acini_session_get_project (self->session), acini_change_new_regions (get_record (self)->id, regions));
}

/* Naming. */

typedef struct
{
  AciniRegionGroup *group;
  AciniStroke *stroke; /* of a new one; NULL … */
  gint64 id;           /* … it is this one */
  GtkEditable *name;
  AdwSwitchRow *excluded;
} Naming;

static void
naming_free (gpointer data, GClosure *closure)
{
  Naming *naming = data;

  g_object_unref (naming->group);
  g_clear_pointer (&naming->stroke, acini_stroke_unref);
  g_free (naming);
}

static void
on_named (AdwAlertDialog *dialog, const char *response, Naming *naming)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (naming->name)));
  AciniRegionKind kind = adw_switch_row_get_active (naming->excluded) ? ACINI_REGION_EXCLUSION : ACINI_REGION_PLAIN;
  const AciniRegionRecord *region = find (naming->group, naming->id);

  if (!g_str_equal (response, "make") || *name == '\0')
    return;
  if (naming->stroke != NULL)
    acini_region_group_add (naming->group, naming->stroke, name, kind);
  else if (region != NULL)
    change_region (naming->group, region, name, kind, region->points);
}

static void
on_name_changed (GtkEditable *entry, AdwAlertDialog *dialog)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_alert_dialog_set_response_enabled (dialog, "make", *name != '\0');
}

/* Asks what @stroke, or else @region, is to be called. */
static void
ask_name (AciniRegionGroup *self, AciniStroke *stroke, const AciniRegionRecord *region)
{
  AdwAlertDialog *dialog
      = ADW_ALERT_DIALOG (adw_alert_dialog_new (region != NULL ? _ ("Rename Region") : _ ("New Region"), NULL));
  GtkWidget *list = gtk_list_box_new (), *entry = adw_entry_row_new (), *excluded = adw_switch_row_new ();
  Naming *naming = g_new (Naming, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Name"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (excluded), _ ("Exclusion"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (excluded),
                               _ ("An artefact, such as a fold or a pen: left out of numbers and training"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), entry);
  gtk_list_box_append (GTK_LIST_BOX (list), excluded);
  adw_alert_dialog_set_extra_child (dialog, list);
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "make",
                                  region != NULL ? _ ("_Rename") : _ ("_Make Region"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "make", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_response_enabled (dialog, "make", FALSE);
  adw_alert_dialog_set_default_response (dialog, "make");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_dialog_set_focus (ADW_DIALOG (dialog), entry);
  *naming = (Naming){ g_object_ref (self), stroke != NULL ? acini_stroke_ref (stroke) : NULL,
                      region != NULL ? region->id : 0, GTK_EDITABLE (entry), ADW_SWITCH_ROW (excluded) };
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_name_changed), dialog, G_CONNECT_DEFAULT);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_named), naming, naming_free, G_CONNECT_DEFAULT);
  if (region != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (entry), region->name);
      adw_switch_row_set_active (ADW_SWITCH_ROW (excluded), region->kind == ACINI_REGION_EXCLUSION);
    }
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* Reshaping. */

static void
on_reshaped (AciniRegionGroup *self, const AciniMeasurePoint *corners, guint n)
{
  const AciniRegionRecord *region = self->view != NULL ? find (self, acini_slide_view_get_reshaped (self->view)) : NULL;
  g_autoptr (GArray) points = g_array_sized_new (FALSE, FALSE, sizeof (double[2]), n);

  if (region == NULL)
    return;
  for (guint i = 0; i < n; i++)
    {
      const double point[2] = { corners[i].x, corners[i].y };

      g_array_append_val (points, point);
    }
  change_region (self, region, region->name, region->kind, points);
}

typedef struct
{
  AciniProject *project;
  gint64 slide;
  AciniRegionRecord *region;
  GArray *outline; /* of double[2] */
  gboolean subtract;
  GPtrArray *parts;
} Combining;

static void
combining_free (gpointer data)
{
  Combining *combining = data;

  g_object_unref (combining->project);
  acini_region_record_free (combining->region);
  g_array_unref (combining->outline);
  g_clear_pointer (&combining->parts, g_ptr_array_unref);
  g_free (combining);
}

static gboolean
combine (gpointer data, GCancellable *cancellable, GError **error)
{
  Combining *combining = data;

  combining->parts
      = acini_region_combine (combining->region, (const double (*)[2]) (gconstpointer)combining->outline->data,
                              combining->outline->len, combining->subtract);
  return TRUE;
}

/* A region of which nothing is left is gone. */
static void
on_combined (gpointer object, gpointer data, const GError *error)
{
  Combining *combining = data;

  change (object, combining->project,
          combining->parts->len > 0 ? acini_change_new_regions (combining->slide, combining->parts)
                                    : acini_change_new_region_removed (combining->slide, combining->region->id));
}

/* With Alt, as tools erase, it is taken away. */
static void
reshape_by (AciniRegionGroup *self, const AciniRegionRecord *region, AciniStroke *stroke)
{
  Combining *combining = g_new0 (Combining, 1);

  combining->project = g_object_ref (acini_stroke_get_project (stroke));
  combining->slide = acini_stroke_get_slide (stroke);
  combining->region = acini_region_record_copy (region);
  combining->outline = dup_points (stroke);
  combining->subtract = acini_stroke_get_label (stroke) == ACINI_LABEL_BACKGROUND;
  if (combining->outline->len >= 3)
    acini_async_run (self, NULL, combine, on_combined, combining, combining_free);
  else
    combining_free (combining);
}

static void
on_outlined (AciniRegionGroup *self, AciniStroke *stroke)
{
  const AciniRegionRecord *region = find (self, acini_slide_view_get_reshaped (self->view));

  if (region != NULL)
    reshape_by (self, region, stroke);
  else
    ask_name (self, stroke, NULL);
}

/* The rows. */

static void
fly (AciniRegionGroup *self, const AciniRegionRecord *region)
{
  AciniRect box = acini_region_record_get_box (region);

  if (self->view != NULL)
    acini_slide_view_show_area (self->view, &box);
}

static void
on_activated (AciniRegionGroup *self, AdwActionRow *row)
{
  const gint64 *id = g_object_get_data (G_OBJECT (row), "region");
  const AciniRegionRecord *region = find (self, *id);

  if (region != NULL)
    fly (self, region);
}

/* Keys on a row, as in other lists. */
static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, GtkWidget *row)
{
  const gint64 *id = g_object_get_data (G_OBJECT (row), "region");
  const char *action = keyval == GDK_KEY_F2                                      ? "region.rename"
                       : keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete ? "region.delete"
                                                                                 : NULL;

  return action != NULL && (state & gtk_accelerator_get_default_mod_mask ()) == 0
         && gtk_widget_activate_action (row, action, "x", *id);
}

static void
do_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AciniRegionGroup *self = ACINI_REGION_GROUP (widget);
  AciniRegionRecord *region = find (self, g_variant_get_int64 (parameter));
  const AciniSlideRecord *record = get_record (self);

  if (region == NULL || record == NULL)
    return;
  if (g_str_equal (name, "region.rename"))
    ask_name (self, NULL, region);
  else if (g_str_equal (name, "region.reshape"))
    {
      fly (self, region);
      acini_slide_view_set_reshaped (self->view, region);
      gtk_widget_grab_focus (GTK_WIDGET (self->view));
    }
  else if (g_str_equal (name, "region.delete"))
    change (self, acini_session_get_project (self->session), acini_change_new_region_removed (record->id, region->id));
  else
    g_signal_emit (self, signals[g_str_equal (name, "region.segment") ? SEGMENT : SIGN_OFF], 0, region);
}

static void
add_entry (GMenu *menu, const char *title, const char *action, gint64 id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (title, NULL);

  g_menu_item_set_action_and_target (item, action, "x", id);
  g_menu_append_item (menu, item);
}

static GtkWidget *
make_row (AciniRegionGroup *self, const AciniRegionRecord *region)
{
  GtkWidget *row = adw_action_row_new (), *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *label = g_strdup_printf (_ ("What to do with “%s”"), region->name);
  GtkEventController *keys;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), region->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               region->kind == ACINI_REGION_EXCLUSION ? _ ("Exclusion") : _ ("Region"));
  g_object_set_data_full (G_OBJECT (row), "region", g_memdup2 (&region->id, sizeof region->id), g_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_activated), self, G_CONNECT_SWAPPED);
  if (acini_session_get_read_only (self->session) != NULL)
    return row;
  if (region->kind == ACINI_REGION_PLAIN)
    {
      add_entry (menu, _ ("_Segment"), "region.segment", region->id);
      add_entry (menu, _ ("S_ign Off…"), "region.sign-off", region->id);
    }
  add_entry (menu, _ ("Re_name…"), "region.rename", region->id);
  add_entry (menu, _ ("Re_shape"), "region.reshape", region->id);
  add_entry (menu, _ ("_Delete"), "region.delete", region->id);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_set_tooltip_text (button, label);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  keys = gtk_event_controller_key_new ();
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), row, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (row, keys);
  return row;
}

static void
show (AciniRegionGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; self->regions != NULL && i < self->regions->len; i++)
    {
      GtkWidget *row = make_row (self, self->regions->pdata[i]);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  if (self->view == NULL)
    return;
  acini_slide_view_set_regions (self->view, self->regions);
  /* It may be another by now, or gone. */
  if (acini_slide_view_get_reshaped (self->view) != 0)
    acini_slide_view_set_reshaped (self->view, find (self, acini_slide_view_get_reshaped (self->view)));
}

/* Reading. */

typedef struct
{
  AciniProject *project;
  gint64 slide;
  GPtrArray *regions;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_clear_pointer (&reading->regions, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
read_regions (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->regions = acini_project_list_regions (reading->project, reading->slide, error);
  return reading->regions != NULL;
}

/* Each stroke makes the history grow; the rows stay while it is not about them. */
static gboolean
are_same (const GPtrArray *a, const GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const AciniRegionRecord *one = a->pdata[i], *other = b->pdata[i];

      if (one->id != other->id || one->kind != other->kind || !g_str_equal (one->name, other->name)
          || one->points->len != other->points->len
          || memcmp (one->points->data, other->points->data, one->points->len * sizeof (double[2])) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniRegionGroup *self = object;
  Reading *reading = data;

  if (error != NULL)
    {
      acini_session_tell (self->session, error->message);
      return;
    }
  if (are_same (self->regions, reading->regions))
    return;
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  self->regions = g_steal_pointer (&reading->regions);
  show (self);
}

static void
reload (AciniRegionGroup *self)
{
  const AciniSlideRecord *record = get_record (self);
  Reading *reading;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (record == NULL)
    return;
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (acini_session_get_project (self->session));
  reading->slide = record->id;
  self->cancellable = g_cancellable_new ();
  acini_async_run (self, self->cancellable, read_regions, on_read, reading, reading_free);
}

static void
on_slide (AciniRegionGroup *self)
{
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  show (self);
  reload (self);
}

static void
on_changed (AciniRegionGroup *self, gint64 slide)
{
  const AciniSlideRecord *record = get_record (self);

  if (record != NULL && record->id == slide)
    reload (self);
}

/* The view forgets its regions when it opens a slide. */
static void
on_opened (AciniRegionGroup *self)
{
  acini_slide_view_set_regions (self->view, self->regions);
}

void
acini_region_group_set_session (AciniRegionGroup *self, AciniSession *session, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_REGION_GROUP (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  if (self->view != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      g_signal_handlers_disconnect_by_data (acini_view_get_tool (self->view, "reshape"), self);
    }
  g_clear_pointer (&self->drawing, g_binding_unbind);
  g_set_object (&self->session, session);
  g_set_object (&self->view, view);
  if (session != NULL)
    {
      g_signal_connect_object (session, "notify::slide", G_CALLBACK (on_slide), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "labels-changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "opened", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (view, "outlined", G_CALLBACK (on_outlined), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (acini_view_get_tool (view, "reshape"), "reshaped", G_CALLBACK (on_reshaped), self,
                               G_CONNECT_SWAPPED);
      self->drawing = g_object_bind_property (view, "outlining", self->draw_button, "active",
                                              G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->draw_button),
                            session != NULL && acini_session_get_read_only (session) == NULL);
  on_slide (self);
}

guint
acini_region_group_get_n (AciniRegionGroup *self)
{
  g_return_val_if_fail (ACINI_IS_REGION_GROUP (self), 0);

  return self->regions != NULL ? self->regions->len : 0;
}

static void
acini_region_group_dispose (GObject *object)
{
  AciniRegionGroup *self = ACINI_REGION_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->drawing, g_binding_unbind);
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (acini_region_group_parent_class)->dispose (object);
}

static void
acini_region_group_class_init (AciniRegionGroupClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_region_group_dispose;
  signals[SEGMENT]
      = g_signal_new ("segment", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGN_OFF]
      = g_signal_new ("sign-off", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_install_action (widget_class, "region.segment", "x", do_action);
  gtk_widget_class_install_action (widget_class, "region.sign-off", "x", do_action);
  gtk_widget_class_install_action (widget_class, "region.rename", "x", do_action);
  gtk_widget_class_install_action (widget_class, "region.reshape", "x", do_action);
  gtk_widget_class_install_action (widget_class, "region.delete", "x", do_action);
}

static void
acini_region_group_init (AciniRegionGroup *self)
{
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->draw_button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (self->group, _ ("Regions"));
  gtk_button_set_icon_name (GTK_BUTTON (self->draw_button), "list-add-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->draw_button),
                               _ ("Draw a region: the next outline is not painted, but named"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->draw_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("New Region"),
                                  -1);
  gtk_widget_add_css_class (GTK_WIDGET (self->draw_button), "flat");
  gtk_widget_set_valign (GTK_WIDGET (self->draw_button), GTK_ALIGN_CENTER);
  adw_preferences_group_set_header_suffix (self->group, GTK_WIDGET (self->draw_button));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}
