/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-classes-dialog.h"

#include "ui/base/acini-shortcuts.h"

#include <glib/gi18n.h>

struct _AciniClassesDialog
{
  AdwDialog parent_instance;
  AciniClassList *classes;
  AdwPreferencesGroup *group;
  GPtrArray *rows; /* GtkWidget, in the group */
  GtkWidget *add;
};

G_DEFINE_FINAL_TYPE (AciniClassesDialog, acini_classes_dialog, ADW_TYPE_DIALOG)

static guint
get_class (gpointer widget)
{
  return GPOINTER_TO_UINT (g_object_get_data (widget, "class"));
}

static void
set_class (gpointer widget, guint class)
{
  g_object_set_data (widget, "class", GUINT_TO_POINTER (class));
}

/* A name that is empty is none. */
static void
on_named (AciniClassesDialog *self, AdwEntryRow *row)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (*name != '\0')
    acini_class_list_rename (self->classes, get_class (row), name);
}

static void
on_removed (AciniClassesDialog *self, GtkWidget *button)
{
  acini_class_list_rename (self->classes, get_class (button), NULL);
}

static void
on_coloured (AciniClassesDialog *self, GParamSpec *pspec, GtkColorDialogButton *button)
{
  acini_class_list_set_colour (self->classes, get_class (button), gtk_color_dialog_button_get_rgba (button));
}

/* Of what a person marked; the model's colours are in the preferences. */
static void
add_colour (AciniClassesDialog *self, AdwEntryRow *row, guint class)
{
  GtkWidget *button = gtk_color_dialog_button_new (gtk_color_dialog_new ());
  GdkRGBA colour;

  acini_class_list_get_colour (self->classes, class, &colour);
  gtk_color_dialog_set_with_alpha (gtk_color_dialog_button_get_dialog (GTK_COLOR_DIALOG_BUTTON (button)), FALSE);
  gtk_color_dialog_button_set_rgba (GTK_COLOR_DIALOG_BUTTON (button), &colour);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Colour, in this project, of what a person marks as this class"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Colour"), -1);
  set_class (button, class);
  g_signal_connect_object (button, "notify::rgba", G_CALLBACK (on_coloured), self, G_CONNECT_SWAPPED);
  adw_entry_row_add_prefix (row, button);
}

static void
on_key (AciniClassesDialog *self, GParamSpec *pspec, GtkDropDown *keys)
{
  guint key = gtk_drop_down_get_selected (keys) + 1;

  if (key <= ACINI_CLASS_KEYS)
    acini_class_list_set_key (self->classes, get_class (keys), key);
}

/* What is typed for the @key-th class: the preferences may have it on another key. */
static char *
dup_key_name (guint k)
{
  g_autofree char *action = g_strdup_printf ("win.class(uint32 %u)", k);
  g_auto (GStrv) keys = g_strsplit (acini_shortcuts_get_keys (acini_shortcuts_get_default (), action), " ", -1);
  GdkModifierType modifiers;
  guint key;

  return keys[0] != NULL && gtk_accelerator_parse (keys[0], &key, &modifiers)
             ? gtk_accelerator_get_label (key, modifiers)
             : g_strdup_printf ("(%u)", k);
}

/* The key that paints it. */
static void
add_key (AciniClassesDialog *self, AdwEntryRow *row, guint class)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  guint key = acini_class_list_get_key (self->classes, class);
  GtkWidget *keys;

  for (guint k = 1; k <= ACINI_CLASS_KEYS; k++)
    {
      g_autofree char *name = dup_key_name (k);

      gtk_string_list_append (names, name);
    }
  if (key == 0)
    gtk_string_list_append (names, "–");
  keys = gtk_drop_down_new (G_LIST_MODEL (names), NULL);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (keys), key > 0 ? key - 1 : ACINI_CLASS_KEYS);
  gtk_widget_set_valign (keys, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (keys, "flat");
  gtk_widget_set_tooltip_text (keys, _ ("The key that paints this class; the class that had it gets this one's"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (keys), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Key"), -1);
  set_class (keys, class);
  g_signal_connect_object (keys, "notify::selected", G_CALLBACK (on_key), self, G_CONNECT_SWAPPED);
  adw_entry_row_add_suffix (row, keys);
}

/* What a model has cannot be taken from it. */
static void
add_remove (AciniClassesDialog *self, AdwEntryRow *row, guint class)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Remove the class from the list; what was painted stays"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Remove class"), -1);
  gtk_widget_set_sensitive (button, !acini_class_list_is_of_model (self->classes, class));
  set_class (button, class);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_removed), self, G_CONNECT_SWAPPED);
  adw_entry_row_add_suffix (row, button);
}

static GtkWidget *
make_row (AciniClassesDialog *self, guint class)
{
  GtkWidget *row = adw_entry_row_new ();
  g_autofree char *title = g_strdup_printf (_ ("Class %u"), class);
  g_autofree char *name = acini_class_list_dup_name (self->classes, class);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), name);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  set_class (row, class);
  add_colour (self, ADW_ENTRY_ROW (row), class);
  add_key (self, ADW_ENTRY_ROW (row), class);
  add_remove (self, ADW_ENTRY_ROW (row), class);
  g_signal_connect_object (row, "apply", G_CALLBACK (on_named), self, G_CONNECT_SWAPPED);
  return row;
}

static void
fill (AciniClassesDialog *self)
{
  guint n = acini_class_list_get_n (self->classes);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint class = 1; class <= n; class ++)
    if (acini_class_list_is_of_model (self->classes, class) || acini_class_list_get_own (self->classes, class) != NULL)
      {
        GtkWidget *row = make_row (self, class);

        adw_preferences_group_add (self->group, row);
        g_ptr_array_add (self->rows, row);
      }
  gtk_widget_set_sensitive (self->add, n < ACINI_CLASS_KEYS);
}

/* The first class without a name gets one. */
static void
on_add (AciniClassesDialog *self)
{
  guint class = 1;
  g_autofree char *name = NULL;

  while (class <= ACINI_CLASS_KEYS
         && (acini_class_list_is_of_model (self->classes, class) || acini_class_list_get_own (self->classes, class)))
    class ++;
  name = g_strdup_printf (_ ("Class %u"), class);
  if (class <= ACINI_CLASS_KEYS)
    acini_class_list_rename (self->classes, class, name);
}

static void
on_undo (AciniClassesDialog *self)
{
  acini_class_list_undo (self->classes, FALSE);
}

static void
on_redo (AciniClassesDialog *self)
{
  acini_class_list_undo (self->classes, TRUE);
}

static GtkWidget *
make_button (AciniClassesDialog *self, const char *icon, const char *tip, void (*func) (AciniClassesDialog *))
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (func), self, G_CONNECT_SWAPPED);
  return button;
}

static void
acini_classes_dialog_dispose (GObject *object)
{
  AciniClassesDialog *self = ACINI_CLASSES_DIALOG (object);

  if (self->classes != NULL)
    g_signal_handlers_disconnect_by_data (self->classes, self);
  g_clear_object (&self->classes);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_classes_dialog_parent_class)->dispose (object);
}

static void
acini_classes_dialog_class_init (AciniClassesDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_classes_dialog_dispose;
}

static void
acini_classes_dialog_init (AciniClassesDialog *self)
{
  GtkWidget *view = adw_toolbar_view_new (), *header = adw_header_bar_new ();
  GtkWidget *page = adw_preferences_page_new (), *group = adw_preferences_group_new ();

  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (group);
  self->add = make_button (self, "list-add-symbolic", _ ("Add a class"), on_add);
  gtk_widget_add_css_class (self->add, "flat");
  adw_preferences_group_set_description (self->group,
                                         _ ("What can be painted, and what it is called in this project."));
  adw_preferences_group_set_header_suffix (self->group, self->add);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), self->group);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), make_button (self, "edit-undo-symbolic", _ ("Undo"), on_undo));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), make_button (self, "edit-redo-symbolic", _ ("Redo"), on_redo));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), header);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Classes"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 480);
  adw_dialog_set_content_height (ADW_DIALOG (self), 560);
  adw_dialog_set_child (ADW_DIALOG (self), view);
}

AdwDialog *
acini_classes_dialog_new (AciniClassList *classes)
{
  AciniClassesDialog *self = g_object_new (ACINI_TYPE_CLASSES_DIALOG, NULL);

  self->classes = g_object_ref (classes);
  g_signal_connect_object (classes, "changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);
  return ADW_DIALOG (self);
}
