/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the queue is to show, and in which order: the choices above it. */

#include "acini-config.h"

#include "ui/review/acini-queue-pane-private.h"

#include "data/base/acini-organ.h"
#include "data/objects/acini-reading.h"
#include "ui/review/acini-class-list.h"

#include <glib/gi18n.h>

static const struct
{
  const char *title;
  AciniObjectOrder order;
  gboolean descending;
} orders[] = {
  { N_ ("Worth a look"), ACINI_OBJECT_ORDER_WORTH, TRUE },
  { N_ ("Most uncertain"), ACINI_OBJECT_ORDER_UNCERTAINTY, TRUE },
  { N_ ("Largest"), ACINI_OBJECT_ORDER_AREA, TRUE },
  { N_ ("Smallest"), ACINI_OBJECT_ORDER_AREA, FALSE },
  { N_ ("Class"), ACINI_OBJECT_ORDER_CLASS, FALSE },
  { N_ ("Position"), ACINI_OBJECT_ORDER_ID, FALSE },
  { N_ ("Shuffled"), ACINI_OBJECT_ORDER_SHUFFLED, FALSE },
};

G_STATIC_ASSERT (ACINI_QUEUE_SHUFFLED == G_N_ELEMENTS (orders) - 1);

const char *
acini_queue_pane_get_reader (AciniQueuePane *self)
{
  AciniSession *session = self->objects != NULL ? acini_slide_objects_get_session (self->objects) : NULL;

  return session != NULL ? acini_project_settings_get (acini_session_get_settings (session), ACINI_READING_READER)
                         : NULL;
}

/* The id of the model in use, interned; "": none. */
static const char *
get_model (AciniQueuePane *self)
{
  AciniModelItem *model = acini_session_get_model (acini_slide_objects_get_session (self->objects));

  return g_intern_string (model != NULL ? acini_model_item_get_record (model)->id : "");
}

AciniReviewWish
acini_queue_pane_get_wish (AciniQueuePane *self)
{
  const char *reader = acini_queue_pane_get_reader (self);
  guint order = gtk_drop_down_get_selected (self->order), what = gtk_drop_down_get_selected (self->what);
  guint state = gtk_drop_down_get_selected (self->state), author = gtk_drop_down_get_selected (self->author);
  guint class = gtk_drop_down_get_selected (self->class);
  AciniReviewWish wish = { .objects = what < 2, .suspects = what == 0 || what == 2, .disagreements = what == 3 };

  wish.out_of_fold = what == 4 ? get_model (self) : NULL;
  wish.query.order = orders[order].order;
  wish.query.descending = orders[order].descending;
  wish.query.seed = reader != NULL ? acini_reading_get_seed (reader) : 1;
  /* Undecided and flagged ones are to be looked at; then all; then each. */
  wish.query.states = state == 0 ? 1 << ACINI_REVIEW_NEW : state == 1 ? 0 : 1u << (ACINI_REVIEW_ACCEPTED + state - 2);
  wish.query.authors = author == 0 ? 0 : 1u << (author - 1);
  wish.query.label = class == 0 ? 0 : (int)(ACINI_LABEL_FIRST_CLASS + class - 1);
  return wish;
}

/* (transfer full) (element-type char) by name. */
static GPtrArray *
find_organs (GListModel *slides)
{
  GPtrArray *organs = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);
      const char *organ = acini_slide_item_get_record (item)->organ;

      if (*organ != '\0' && !g_ptr_array_find_with_equal_func (organs, organ, g_str_equal, NULL))
        g_ptr_array_add (organs, g_strdup (organ));
    }
  g_ptr_array_sort_values (organs, (GCompareFunc)g_strcmp0);
  return organs;
}

static gboolean
are_same (GPtrArray *a, GPtrArray *b)
{
  if (a == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!g_str_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  return TRUE;
}

void
acini_queue_pane_list_organs (AciniQueuePane *self)
{
  GtkStringList *choices = GTK_STRING_LIST (gtk_drop_down_get_model (self->slides));
  g_autoptr (GPtrArray) organs
      = self->objects != NULL ? find_organs (acini_session_get_slides (acini_slide_objects_get_session (self->objects)))
                              : NULL;

  if (organs == NULL || are_same (self->organs, organs))
    return;
  if (gtk_drop_down_get_selected (self->slides) >= ACINI_QUEUE_N_OTHERS)
    gtk_drop_down_set_selected (self->slides, ACINI_QUEUE_ALL_SLIDES);
  gtk_string_list_splice (choices, ACINI_QUEUE_N_OTHERS,
                          g_list_model_get_n_items (G_LIST_MODEL (choices)) - ACINI_QUEUE_N_OTHERS, NULL);
  for (guint i = 0; i < organs->len; i++)
    gtk_string_list_append (choices, acini_organ_get_name (organs->pdata[i]));
  g_clear_pointer (&self->organs, g_ptr_array_unref);
  self->organs = g_steal_pointer (&organs);
}

void
acini_queue_pane_list_classes (AciniQueuePane *self)
{
  GtkStringList *choices = GTK_STRING_LIST (gtk_drop_down_get_model (self->class));
  AciniClassList *classes;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  guint chosen = gtk_drop_down_get_selected (self->class), n;

  if (self->objects == NULL)
    return;
  classes = acini_class_list_get (acini_slide_objects_get_session (self->objects));
  n = acini_class_list_get_n (classes);
  for (guint i = 1; i <= n; i++)
    g_strv_builder_take (builder, acini_class_list_dup_name (classes, i));
  names = g_strv_builder_end (builder);
  /* The choice stays while its row gets another name; a class that is gone is not waited for. */
  g_signal_handlers_block_matched (self->class, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self);
  gtk_string_list_splice (choices, 1, g_list_model_get_n_items (G_LIST_MODEL (choices)) - 1,
                          (const char *const *)names);
  gtk_drop_down_set_selected (self->class, chosen <= n ? chosen : 0);
  g_signal_handlers_unblock_matched (self->class, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self);
  if (chosen > n)
    g_object_notify (G_OBJECT (self->class), "selected");
}

static GtkDropDown *
add_choice (AciniQueuePane *self, GtkGrid *grid, int at, const char *title, const char *const *choices,
            GCallback on_wish)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  GtkWidget *drop, *label = gtk_label_new (title);

  for (guint i = 0; choices[i] != NULL; i++)
    gtk_string_list_append (list, _ (choices[i]));
  drop = gtk_drop_down_new (g_object_ref (G_LIST_MODEL (list)), NULL);
  gtk_widget_set_hexpand (drop, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (drop), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  gtk_grid_attach (grid, label, 0, at, 1, 1);
  gtk_grid_attach (grid, drop, 1, at, 1, 1);
  g_signal_connect_object (drop, "notify::selected", on_wish, self, G_CONNECT_SWAPPED);
  return GTK_DROP_DOWN (drop);
}

GtkWidget *
acini_queue_pane_make_choices (AciniQueuePane *self, GCallback on_wish)
{
  static const char *const what[]
      = { N_ ("FTUs and doubtful places"),    N_ ("FTUs"), N_ ("Doubtful places"), N_ ("Where readers disagree"),
          N_ ("Where out-of-fold disagrees"), NULL };
  static const char *const states[]
      = { N_ ("Undecided"), N_ ("All"), N_ ("Accepted"), N_ ("Rejected"), N_ ("Flagged"), NULL };
  static const char *const authors[] = { N_ ("Anyone"), N_ ("Model"), N_ ("Person"), N_ ("Both"), NULL };
  static const char *const classes[] = { N_ ("All"), NULL };
  static const char *const slides[] = { N_ ("This slide"), N_ ("All slides"), NULL };
  const char *titles[G_N_ELEMENTS (orders) + 1] = { NULL };
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    titles[i] = orders[i].title;
  gtk_grid_set_row_spacing (grid, 4);
  gtk_grid_set_column_spacing (grid, 10);
  self->order = add_choice (self, grid, 0, _ ("Order"), titles, on_wish);
  self->what = add_choice (self, grid, 1, _ ("Show"), what, on_wish);
  self->state = add_choice (self, grid, 2, _ ("Review"), states, on_wish);
  self->author = add_choice (self, grid, 3, _ ("Drawn by"), authors, on_wish);
  self->class = add_choice (self, grid, 4, _ ("Class"), classes, on_wish);
  self->slides = add_choice (self, grid, 5, _ ("Slides"), slides, on_wish);
  return GTK_WIDGET (grid);
}
