/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-region-proposals.h"

#include "data/statistics/acini-artefacts.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"
#include "ui/view/core/acini-view-regions.h"

#include <glib/gi18n.h>

struct _AciniRegionProposals
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GtkWidget *look_button, *take_all;
  GPtrArray *rows; /* of the group */

  AciniSession *session;
  AciniSlideView *view;
  gint64 slide;       /* whose they are */
  GPtrArray *regions; /* AciniRegionRecord */
  AciniTask *task;    /* NULL: the detector is not at work */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AciniRegionProposals, acini_region_proposals, ADW_TYPE_BIN)

static const AciniSlideRecord *
get_record (AciniRegionProposals *self)
{
  AciniSlideItem *item = self->session != NULL ? acini_session_get_slide (self->session) : NULL;

  return item != NULL ? acini_slide_item_get_record (item) : NULL;
}

/* Taking and dismissing. */

static void show (AciniRegionProposals *self);

static void
on_written (GObject *editor, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniRegionProposals) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (editor), result, NULL, &error) && self->session != NULL
      && !g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_KEPT))
    acini_session_tell (self->session, error->message);
}

/* One step for all of @regions. */
static void
take (AciniRegionProposals *self, GPtrArray *regions)
{
  acini_editor_change (acini_session_get_editor (self->session), acini_change_new_regions (self->slide, regions),
                       on_written, g_object_ref (self));
}

static AciniRegionRecord *
find (AciniRegionProposals *self, gint64 id, guint *at)
{
  for (*at = 0; *at < self->regions->len; ++*at)
    if (((AciniRegionRecord *)self->regions->pdata[*at])->id == id)
      return self->regions->pdata[*at];
  return NULL;
}

static void
do_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AciniRegionProposals *self = ACINI_REGION_PROPOSALS (widget);
  g_autoptr (GPtrArray) taken = g_ptr_array_new ();
  AciniRegionRecord *region;
  guint at;

  if (g_str_equal (name, "proposal.take-all"))
    {
      take (self, self->regions);
      g_ptr_array_set_size (self->regions, 0);
      show (self);
      return;
    }
  region = find (self, g_variant_get_int64 (parameter), &at);
  if (region == NULL)
    return;
  if (g_str_equal (name, "proposal.take"))
    {
      g_ptr_array_add (taken, region);
      take (self, taken);
    }
  g_ptr_array_remove_index (self->regions, at);
  show (self);
}

/* The rows. */

static void
on_activated (AciniRegionProposals *self, AdwActionRow *row)
{
  const gint64 *id = g_object_get_data (G_OBJECT (row), "region");
  guint at;
  const AciniRegionRecord *region = find (self, *id, &at);
  AciniRect box;

  if (region == NULL || self->view == NULL)
    return;
  box = acini_region_record_get_box (region);
  acini_slide_view_show_area (self->view, &box);
}

static void
add_button (GtkWidget *row, const char *icon, char *label, const char *action, gint64 id)
{
  g_autofree char *text = label;
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "x", id);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static GtkWidget *
make_row (AciniRegionProposals *self, const AciniRegionRecord *region)
{
  const AciniSlideRecord *record = get_record (self);
  const AciniRect box = acini_region_record_get_box (region);
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *size = NULL;

  size = record->mpp_x > 0 ? g_strdup_printf (_ ("%.0f × %.0f µm"), (double)box.width * record->mpp_x,
                                              (double)box.height * record->mpp_y)
                           : g_strdup_printf (_ ("%lld × %lld px"), (long long)box.width, (long long)box.height);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), region->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), size);
  g_object_set_data_full (G_OBJECT (row), "region", g_memdup2 (&region->id, sizeof region->id), g_free);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_activated), self, G_CONNECT_SWAPPED);
  add_button (row, "object-select-symbolic", g_strdup_printf (_ ("Exclude “%s”"), region->name), "proposal.take",
              region->id);
  add_button (row, "window-close-symbolic", g_strdup_printf (_ ("Dismiss “%s”"), region->name), "proposal.dismiss",
              region->id);
  return row;
}

static void
show (AciniRegionProposals *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < self->regions->len; i++)
    {
      GtkWidget *row = make_row (self, self->regions->pdata[i]);

      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  adw_preferences_group_set_title (self->group, self->regions->len > 0 ? _ ("Proposed Exclusions") : "");
  gtk_widget_set_visible (self->take_all, self->regions->len > 1);
  if (self->view != NULL)
    acini_slide_view_set_proposals (self->view, self->regions->len > 0 ? self->regions : NULL);
}

/* Looking. */

typedef struct
{
  char *path;
  gint64 slide;
  double mpp;
  GPtrArray *found;
} Looking;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  g_free (looking->path);
  g_clear_pointer (&looking->found, g_ptr_array_unref);
  g_free (looking);
}

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;
  g_autoptr (AciniSlide) slide = acini_slide_open (looking->path, error);

  if (slide != NULL)
    looking->found = acini_artefacts_propose (slide, looking->mpp, NULL, NULL, cancellable, error);
  return looking->found != NULL;
}

static void
end (AciniRegionProposals *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->task != NULL && self->session != NULL)
    acini_task_list_remove (acini_session_get_tasks (self->session), self->task);
  g_clear_object (&self->task);
  gtk_button_set_label (GTK_BUTTON (self->look_button), _ ("Propose Exclusions"));
}

static void
on_found (gpointer object, gpointer data, const GError *error)
{
  AciniRegionProposals *self = object;
  Looking *looking = data;

  end (self);
  if (self->session == NULL || get_record (self) == NULL || get_record (self)->id != looking->slide)
    return;
  if (error != NULL)
    {
      acini_session_tell (self->session, error->message);
      return;
    }
  self->slide = looking->slide;
  g_clear_pointer (&self->regions, g_ptr_array_unref);
  self->regions = g_steal_pointer (&looking->found);
  show (self);
  if (self->regions->len == 0)
    acini_session_tell (self->session, _ ("No pen marks, and nothing out of focus, was found."));
}

static void
on_requested (AciniRegionProposals *self)
{
  end (self);
}

void
acini_region_proposals_look (AciniRegionProposals *self)
{
  const AciniSlideRecord *record;
  Looking *looking;

  g_return_if_fail (ACINI_IS_REGION_PROPOSALS (self));

  record = get_record (self);
  if (self->task != NULL)
    {
      end (self);
      return;
    }
  if (record == NULL || record->missing)
    return;
  looking = g_new0 (Looking, 1);
  looking->path = g_strdup (record->path);
  looking->slide = record->id;
  looking->mpp = record->mpp_x;
  self->cancellable = g_cancellable_new ();
  self->task = acini_task_new (_ ("Looking for blur and pen marks"));
  acini_task_set_state (self->task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_set_progress (self->task, -1, record->name);
  g_signal_connect_object (self->task, "requested", G_CALLBACK (on_requested), self, G_CONNECT_SWAPPED);
  acini_task_list_add (acini_session_get_tasks (self->session), self->task);
  gtk_button_set_label (GTK_BUTTON (self->look_button), _ ("Stop Looking"));
  acini_async_run (self, self->cancellable, look, on_found, looking, looking_free);
}

guint
acini_region_proposals_get_n (AciniRegionProposals *self)
{
  g_return_val_if_fail (ACINI_IS_REGION_PROPOSALS (self), 0);

  return self->regions->len;
}

/* Drafts belong to the slide on screen. */
static void
on_slide (AciniRegionProposals *self)
{
  const AciniSlideRecord *record = get_record (self);

  if (self->task != NULL)
    end (self);
  g_ptr_array_set_size (self->regions, 0);
  show (self);
  gtk_widget_set_sensitive (self->look_button,
                            record != NULL && !record->missing && acini_session_get_read_only (self->session) == NULL);
}

void
acini_region_proposals_set_session (AciniRegionProposals *self, AciniSession *session, AciniSlideView *view)
{
  g_return_if_fail (ACINI_IS_REGION_PROPOSALS (self));

  if (self->task != NULL)
    end (self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_set_object (&self->view, view);
  if (session != NULL)
    g_signal_connect_object (session, "notify::slide", G_CALLBACK (on_slide), self, G_CONNECT_SWAPPED);
  on_slide (self);
}

static void
acini_region_proposals_dispose (GObject *object)
{
  AciniRegionProposals *self = ACINI_REGION_PROPOSALS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->task);
  g_clear_object (&self->session);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (acini_region_proposals_parent_class)->dispose (object);
}

static void
acini_region_proposals_finalize (GObject *object)
{
  AciniRegionProposals *self = ACINI_REGION_PROPOSALS (object);

  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->regions);
  G_OBJECT_CLASS (acini_region_proposals_parent_class)->finalize (object);
}

static void
acini_region_proposals_class_init (AciniRegionProposalsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_region_proposals_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_region_proposals_finalize;
  gtk_widget_class_install_action (widget_class, "proposal.take", "x", do_action);
  gtk_widget_class_install_action (widget_class, "proposal.take-all", NULL, do_action);
  gtk_widget_class_install_action (widget_class, "proposal.dismiss", "x", do_action);
}

static void
acini_region_proposals_init (AciniRegionProposals *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->rows = g_ptr_array_new ();
  self->regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->take_all = gtk_button_new_with_label (_ ("Exclude All"));
  gtk_widget_add_css_class (self->take_all, "flat");
  gtk_widget_set_valign (self->take_all, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->take_all), "proposal.take-all");
  adw_preferences_group_set_header_suffix (self->group, self->take_all);
  self->look_button = gtk_button_new_with_label (_ ("Propose Exclusions"));
  gtk_widget_set_tooltip_text (self->look_button, _ ("Looks for pen marks and for what is out of focus"));
  g_signal_connect_object (self->look_button, "clicked", G_CALLBACK (acini_region_proposals_look), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->look_button);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->group));
  adw_bin_set_child (ADW_BIN (self), box);
  show (self);
}
