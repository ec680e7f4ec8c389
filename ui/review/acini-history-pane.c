/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-history-pane.h"

#include "data/labels/acini-journal.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

/* More are in the journal; nobody scrolls through them. */
#define N_ROWS 100

struct _AciniHistoryPane
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkListBox *list;

  AciniSession *session;
  GCancellable *cancellable; /* of the reading under way: only the latest counts */
  gint64 shown, newest;      /* the slide whose rows the list has, and the newest of them; 0: none */
};

enum
{
  SIGNAL_SHOW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniHistoryPane, acini_history_pane, ADW_TYPE_BIN)

typedef struct
{
  AciniProject *project;
  gint64 slide;
  GPtrArray *rows;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
read_journal (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->rows = acini_journal_list (reading->project, reading->slide, N_ROWS, error);
  return reading->rows != NULL;
}

/* What the journal calls a step, and how it looks. */
static const struct
{
  const char *tool, *title, *icon;
} steps[] = {
  { "brush", N_ ("Brush stroke"), "acini-brush-symbolic" },
  { "eraser", N_ ("Eraser stroke"), "acini-eraser-symbolic" },
  { "polygon", N_ ("Polygon"), "acini-polygon-symbolic" },
  { "lasso", N_ ("Lasso"), "acini-lasso-symbolic" },
  { "rectangle", N_ ("Rectangle"), "acini-rectangle-symbolic" },
  { "ellipse", N_ ("Ellipse"), "acini-ellipse-symbolic" },
  { "click", N_ ("Clicked object"), "acini-click-symbolic" },
  { "refine", N_ ("Refined"), "acini-refine-symbolic" },
  { "wand", N_ ("Wand"), "acini-wand-symbolic" },
  { "edge-brush", N_ ("Edge brush stroke"), "acini-edge-brush-symbolic" },
  { "fill-region", N_ ("Region filled"), "acini-fill-symbolic" },
  { "import", N_ ("Imported labels"), "document-edit-symbolic" },
  { "add", N_ ("Added to the project"), "list-add-symbolic" },
  { "organ", N_ ("Organ changed"), "document-edit-symbolic" },
  { "details", N_ ("Details changed"), "document-edit-symbolic" },
  { "scale", N_ ("Scale changed"), "document-edit-symbolic" },
  { "region", N_ ("Regions changed"), "acini-lasso-symbolic" },
  { "remove", N_ ("Removed from the project"), "list-remove-symbolic" },
  { "restore", N_ ("Brought back"), "list-add-symbolic" },
  { "accept", N_ ("Doubtful place accepted"), "acini-review-symbolic" },
  { "locate", N_ ("File found in another place"), "document-edit-symbolic" },
  { "review", N_ ("Review decision"), "acini-review-symbolic" },
  { "import-review", N_ ("Imported review decisions"), "acini-review-symbolic" },
  { "lock", N_ ("Locked"), "changes-prevent-symbolic" },
  { "unlock", N_ ("Unlocked"), "changes-allow-symbolic" },
  { "sign-off", N_ ("Sign-off"), "acini-review-symbolic" },
  { "split", N_ ("Split"), "acini-split-symbolic" },
  { "merge", N_ ("Merged"), "acini-select-symbolic" },
  { "delete", N_ ("Deleted"), "edit-delete-symbolic" },
  { "fill", N_ ("Holes filled"), "acini-select-symbolic" },
  { "grow", N_ ("Grown"), "acini-select-symbolic" },
  { "shrink", N_ ("Shrunk"), "acini-select-symbolic" },
  { "smooth", N_ ("Smoothed"), "acini-select-symbolic" },
  { "class", N_ ("Class changed"), "acini-select-symbolic" },
  { "paste", N_ ("Pasted"), "edit-paste-symbolic" },
  { "duplicate", N_ ("Duplicated"), "edit-copy-symbolic" },
  { "segment", N_ ("Segmented"), "acini-models-symbolic" },
};

char *
acini_history_dup_title (const AciniJournalRow *row, const char **icon)
{
  const char *title = row->tool;

  *icon = "document-edit-symbolic";
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_str_equal (row->tool, steps[i].tool))
      {
        title = _ (steps[i].title);
        *icon = steps[i].icon;
      }
  if (g_str_equal (row->kind, "undo"))
    {
      *icon = "edit-undo-symbolic";
      return g_strdup_printf (_ ("Undone: %s"), title);
    }
  if (g_str_equal (row->kind, "redo"))
    {
      *icon = "edit-redo-symbolic";
      return g_strdup_printf (_ ("Redone: %s"), title);
    }
  return g_strdup (title);
}

static char *
dup_when (gint64 time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time);
  gboolean today = g_date_time_get_year (now) == g_date_time_get_year (then)
                   && g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (then);

  return g_date_time_format (then, today ? "%H:%M" : _ ("%-d %b %Y, %H:%M"));
}

static GtkWidget *
row_new (const AciniJournalRow *row)
{
  GtkWidget *widget = adw_action_row_new ();
  const char *icon = NULL;
  g_autofree char *title = acini_history_dup_title (row, &icon), *when = dup_when (row->time), *subtitle = NULL;
  graphene_point_t *centre = graphene_point_alloc ();

  subtitle = g_strdup_printf ("%s · %s", when, row->user != NULL ? row->user : "");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (widget), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (widget), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (widget), gtk_image_new_from_icon_name (icon));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (widget), row->damage.width > 0);
  if (row->damage.width > 0)
    gtk_widget_set_tooltip_text (widget, _ ("Show on the slide"));
  graphene_point_init (centre, (float)(row->damage.x + row->damage.width / 2.0),
                       (float)(row->damage.y + row->damage.height / 2.0));
  g_object_set_data_full (G_OBJECT (widget), "centre", centre, (GDestroyNotify)graphene_point_free);
  return widget;
}

/* The journal only grows: what is new goes on top of what is there.  A stroke that made all rows anew would cost its
 * next frame. */
static void
show_rows (AciniHistoryPane *self, const Reading *reading)
{
  guint n = reading->rows != NULL ? reading->rows->len : 0;
  gint64 newest = n > 0 ? ((const AciniJournalRow *)reading->rows->pdata[0])->sequence : 0;
  GtkListBoxRow *last;

  if (reading->slide != self->shown || newest < self->newest)
    {
      gtk_list_box_remove_all (self->list);
      self->newest = 0;
    }
  for (guint i = n; i-- > 0;)
    {
      const AciniJournalRow *row = reading->rows->pdata[i];

      if (row->sequence > self->newest)
        gtk_list_box_prepend (self->list, row_new (row));
    }
  while ((last = gtk_list_box_get_row_at_index (self->list, N_ROWS)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (last));
  self->shown = reading->slide;
  self->newest = newest;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniHistoryPane *self = object;
  const Reading *reading = data;

  show_rows (self, reading);
  gtk_stack_set_visible_child_name (self->stack, reading->rows != NULL && reading->rows->len > 0 ? "rows" : "empty");
  if (error != NULL && self->session != NULL)
    acini_session_tell (self->session, error->message);
}

static void
reload (AciniHistoryPane *self)
{
  AciniSlideItem *slide = acini_session_get_slide (self->session);
  Reading *reading;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (slide == NULL)
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  self->cancellable = g_cancellable_new ();
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (acini_session_get_project (self->session));
  reading->slide = acini_slide_item_get_record (slide)->id;
  acini_async_run (self, self->cancellable, read_journal, on_read, reading, reading_free);
}

static void
on_row_activated (AciniHistoryPane *self, GtkListBoxRow *row)
{
  const graphene_point_t *centre = g_object_get_data (G_OBJECT (row), "centre");

  g_signal_emit (self, signals[SIGNAL_SHOW], 0, (double)centre->x, (double)centre->y);
}

void
acini_history_pane_set_session (AciniHistoryPane *self, AciniSession *session)
{
  g_return_if_fail (ACINI_IS_HISTORY_PANE (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  self->shown = 0;
  if (session == NULL)
    return;
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "labels-changed", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  reload (self);
}

static void
acini_history_pane_dispose (GObject *object)
{
  AciniHistoryPane *self = ACINI_HISTORY_PANE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_HISTORY_PANE);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_history_pane_parent_class)->dispose (object);
}

static void
acini_history_pane_class_init (AciniHistoryPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_history_pane_dispose;
  signals[SIGNAL_SHOW] = g_signal_new ("show-place", ACINI_TYPE_HISTORY_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/review/acini-history-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniHistoryPane, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniHistoryPane, list);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
}

static void
acini_history_pane_init (AciniHistoryPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
