/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-slides-page.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AciniSlidesPage
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkLabel *count_label;
  GtkSearchEntry *search;
  GtkGridView *grid;

  AciniSession *session;
  GtkSingleSelection *selection;
};

enum
{
  PROP_HAS_SELECTION = 1,
  N_PROPS
};

enum
{
  SIGNAL_OPENED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniSlidesPage, acini_slides_page, ADW_TYPE_BIN)

static void
on_activated (AciniSlidesPage *self, guint position)
{
  g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item == NULL || self->session == NULL)
    return;
  acini_session_set_slide (self->session, item);
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

static void
show_count (AciniSlidesPage *self)
{
  guint n = self->session != NULL ? g_list_model_get_n_items (acini_session_get_slides (self->session)) : 0;
  g_autofree char *text = g_strdup_printf (ngettext ("%u slide", "%u slides", n), n);

  gtk_label_set_label (self->count_label, text);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "gallery" : "empty");
}

static gboolean
matches_search (gpointer object, gpointer user_data)
{
  AciniSlidesPage *self = user_data;
  const AciniSlideRecord *record = acini_slide_item_get_record (object);
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_autofree char *name = g_utf8_casefold (record->name, -1);
  g_autofree char *organ = g_utf8_casefold (acini_organ_get_name (record->organ), -1);

  return strstr (name, wanted) != NULL || strstr (organ, wanted) != NULL;
}

static void
on_search_changed (AciniSlidesPage *self)
{
  GtkFilterListModel *filtered = GTK_FILTER_LIST_MODEL (gtk_single_selection_get_model (self->selection));

  gtk_filter_changed (gtk_filter_list_model_get_filter (filtered), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
notify_selection (AciniSlidesPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_SELECTION]);
}

void
acini_slides_page_set_session (AciniSlidesPage *self, AciniSession *session)
{
  GtkFilterListModel *filtered;

  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (acini_session_get_slides (self->session), self);
  g_set_object (&self->session, session);
  filtered = GTK_FILTER_LIST_MODEL (gtk_single_selection_get_model (self->selection));
  gtk_filter_list_model_set_model (filtered, session != NULL ? acini_session_get_slides (session) : NULL);
  if (session != NULL)
    g_signal_connect_object (acini_session_get_slides (session), "items-changed", G_CALLBACK (show_count), self,
                             G_CONNECT_SWAPPED);
  show_count (self);
}

AciniSlideItem *
acini_slides_page_get_selected (AciniSlidesPage *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDES_PAGE (self), NULL);
  return gtk_single_selection_get_selected_item (self->selection);
}

static void
acini_slides_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HAS_SELECTION)
    g_value_set_boolean (value, acini_slides_page_get_selected (ACINI_SLIDES_PAGE (object)) != NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
acini_slides_page_dispose (GObject *object)
{
  AciniSlidesPage *self = ACINI_SLIDES_PAGE (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  /* The child is bound too, and would be unparented behind the bin's back. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_SLIDES_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_slides_page_parent_class)->dispose (object);
}

static void
acini_slides_page_class_init (AciniSlidesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = acini_slides_page_get_property;
  object_class->dispose = acini_slides_page_dispose;
  properties[PROP_HAS_SELECTION]
      = g_param_spec_boolean ("has-selection", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_OPENED]
      = g_signal_new ("opened", ACINI_TYPE_SLIDES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ACINI_TYPE_SLIDE_ITEM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/slides/acini-slides-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, search);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, grid);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
acini_slides_page_init (AciniSlidesPage *self)
{
  GtkFilterListModel *filtered;

  gtk_widget_init_template (GTK_WIDGET (self));
  filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (gtk_custom_filter_new (matches_search, self, NULL)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (filtered));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (notify_selection), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (on_search_changed), self, G_CONNECT_SWAPPED);
}
