/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-slides-page-private.h"

#include "ui/slides/acini-slide-card.h"

#include <glib/gi18n.h>
#include <string.h>

enum
{
  PROP_N_SELECTED = 1,
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

  acini_slides_page_open (self, item);
}

static guint
count_selected (AciniSlidesPage *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  return (guint)gtk_bitset_get_size (selected);
}

static void
show_count (AciniSlidesPage *self)
{
  guint n = self->session != NULL ? g_list_model_get_n_items (acini_session_get_slides (self->session)) : 0;
  guint n_selected = count_selected (self);
  g_autofree char *all = g_strdup_printf (ngettext ("%u slide", "%u slides", n), n);
  g_autofree char *text = n_selected > 1 ? g_strdup_printf (_ ("%s · %u selected"), all, n_selected) : g_strdup (all);

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

  return (self->chosen == NULL || g_hash_table_contains (self->chosen, &record->id))
         && (strstr (name, wanted) != NULL || strstr (organ, wanted) != NULL);
}

static void
on_search_changed (AciniSlidesPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->filtered), GTK_FILTER_CHANGE_DIFFERENT);
}

void
acini_slides_page_show_only (AciniSlidesPage *self, const char *what, GVariant *ids)
{
  g_autofree char *text = what != NULL ? g_strdup_printf ("%s  ×", what) : g_strdup ("");
  const gint64 *numbers = NULL;
  gsize n = 0;

  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));

  g_clear_pointer (&self->chosen, g_hash_table_unref);
  if (what != NULL && ids != NULL)
    {
      self->chosen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      numbers = g_variant_get_fixed_array (ids, &n, sizeof (gint64));
    }
  for (gsize i = 0; i < n; i++)
    g_hash_table_add (self->chosen, g_memdup2 (&numbers[i], sizeof *numbers));
  gtk_button_set_label (self->filter_button, text);
  gtk_widget_set_visible (GTK_WIDGET (self->filter_button), self->chosen != NULL);
  on_search_changed (self);
}

static void
on_show_all (AciniSlidesPage *self)
{
  acini_slides_page_show_only (self, NULL, NULL);
}

static void
show_masks (AciniSlidesPage *self)
{
  acini_gallery_masks_show (self->masks, gtk_toggle_button_get_active (self->masks_toggle) ? self->session : NULL);
}

/* Other slides, or others' work on them. */
static void
on_reloaded (AciniSlidesPage *self)
{
  acini_slides_page_update_actions (self);
  if (gtk_toggle_button_get_active (self->masks_toggle))
    show_masks (self);
}

static void
on_selection_changed (AciniSlidesPage *self)
{
  show_count (self);
  acini_slides_page_update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SELECTED]);
}

void
acini_slides_page_set_session (AciniSlidesPage *self, AciniSession *session, AciniSegmentQueue *queue)
{
  g_return_if_fail (ACINI_IS_SLIDES_PAGE (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (acini_session_get_slide_list (self->session), self);
  acini_gallery_masks_show (self->masks, NULL);
  acini_slides_page_show_only (self, NULL, NULL);
  g_set_object (&self->queue, queue);
  g_set_object (&self->session, session);
  gtk_filter_list_model_set_model (self->filtered, session != NULL ? acini_session_get_slides (session) : NULL);
  if (session != NULL)
    {
      AciniSlideList *slides = acini_session_get_slide_list (session);

      g_signal_connect_object (slides, "items-changed", G_CALLBACK (on_selection_changed), self, G_CONNECT_SWAPPED);
      /* The selected slides may have another organ now. */
      g_signal_connect_object (slides, "reloaded", G_CALLBACK (on_reloaded), self, G_CONNECT_SWAPPED);
    }
  on_selection_changed (self);
  show_masks (self);
}

static void
acini_slides_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N_SELECTED)
    g_value_set_uint (value, count_selected (ACINI_SLIDES_PAGE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
acini_slides_page_dispose (GObject *object)
{
  AciniSlidesPage *self = ACINI_SLIDES_PAGE (object);

  if (self->selection != NULL)
    acini_slides_page_set_session (self, NULL, NULL);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  /* The child is bound, too; disposing the template would unparent it without the bin's knowledge. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_SLIDES_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->masks, acini_gallery_masks_free);
  g_clear_pointer (&self->chosen, g_hash_table_unref);
  G_OBJECT_CLASS (acini_slides_page_parent_class)->dispose (object);
}

static void
acini_slides_page_class_init (AciniSlidesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = acini_slides_page_get_property;
  object_class->dispose = acini_slides_page_dispose;
  properties[PROP_N_SELECTED]
      = g_param_spec_uint ("n-selected", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_OPENED]
      = g_signal_new ("opened", ACINI_TYPE_SLIDES_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ACINI_TYPE_SLIDE_ITEM);
  g_type_ensure (ACINI_TYPE_SLIDE_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/slides/acini-slides-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, search);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, grid);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, slide_menu);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, organ_menu);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, filter_button);
  gtk_widget_class_bind_template_child (widget_class, AciniSlidesPage, masks_toggle);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all);
  gtk_widget_class_bind_template_callback (widget_class, show_masks);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
}

static void
acini_slides_page_init (AciniSlidesPage *self)
{
  self->masks = acini_gallery_masks_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filtered = gtk_filter_list_model_new (NULL, GTK_FILTER (gtk_custom_filter_new (matches_search, self, NULL)));
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (self->filtered));
  acini_slides_page_init_actions (self);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (on_search_changed), self, G_CONNECT_SWAPPED);
  acini_slides_page_update_actions (self);
}
