/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-import-columns.h"

#include "ui/project/acini-slide-item.h"
#include "ui/slides/acini-import-row.h"

#include <glib/gi18n.h>

#define PICTURE_WIDTH 112
#define PICTURE_HEIGHT 84

static void
drop_binding (gpointer binding)
{
  g_binding_unbind (binding);
  g_object_unref (binding);
}

/* What a cell shows stays bound to its row until it shows another. */
static void
bind (GtkListItem *item, gpointer widget, const char *property, const char *to, GBindingFlags flags)
{
  GPtrArray *bindings = g_object_get_data (G_OBJECT (item), "bindings");

  if (bindings == NULL)
    {
      bindings = g_ptr_array_new_with_free_func (drop_binding);
      g_object_set_data_full (G_OBJECT (item), "bindings", bindings, (GDestroyNotify)g_ptr_array_unref);
    }
  g_ptr_array_add (bindings, g_object_ref (g_object_bind_property (gtk_list_item_get_item (item), property, widget, to,
                                                                   flags | G_BINDING_SYNC_CREATE)));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_object_set_data (G_OBJECT (item), "bindings", NULL);
}

static GtkWidget *
make_label (gboolean dim)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (dim)
    {
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "caption");
    }
  return label;
}

static GtkWidget *
make_column_box (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* The file: whether it is taken, its overview with what is unit, its name and size. */

static void
set_up_file (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *check = gtk_check_button_new ();
  GtkWidget *picture = gtk_picture_new (), *texts = make_column_box ();

  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (picture, PICTURE_WIDTH, PICTURE_HEIGHT);
  gtk_picture_set_content_fit (GTK_PICTURE (picture), GTK_CONTENT_FIT_CONTAIN);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_set_halign (picture, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (texts), picture);
  gtk_box_append (GTK_BOX (texts), make_label (FALSE));
  gtk_box_append (GTK_BOX (texts), make_label (TRUE));
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_list_item_set_child (item, box);
  g_object_set_data (G_OBJECT (item), "check", check);
  g_object_set_data (G_OBJECT (item), "picture", picture);
  g_object_set_data (G_OBJECT (item), "texts", texts);
}

static void
bind_file (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const AciniPreviewFile *file = acini_import_row_get_file (gtk_list_item_get_item (item));
  g_autofree char *name = g_filename_display_basename (file->path), *detail = NULL;
  GtkWidget *check = g_object_get_data (G_OBJECT (item), "check"),
            *texts = g_object_get_data (G_OBJECT (item), "texts");
  GtkWidget *first = gtk_widget_get_next_sibling (gtk_widget_get_first_child (texts));

  if (file->problem == NULL)
    detail = g_strdup_printf ("%lld × %lld", (long long)file->look.image_width, (long long)file->look.image_height);
  gtk_label_set_label (GTK_LABEL (first), name);
  gtk_widget_set_tooltip_text (texts, file->path);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (first)), detail != NULL ? detail : "");
  gtk_widget_set_sensitive (check, file->problem == NULL);
  set_name (check, name);
  bind (item, check, "included", "active", G_BINDING_BIDIRECTIONAL);
  bind (item, g_object_get_data (G_OBJECT (item), "picture"), "picture", "paintable", G_BINDING_DEFAULT);
}

/* The organ. */

static void
set_up_organ (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  GtkWidget *choice;

  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    gtk_string_list_append (names, acini_organ_get_name (acini_organ_list ()[i]));
  choice = gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&names)), NULL);
  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  set_name (choice, _ ("Organ"));
  gtk_list_item_set_child (item, choice);
}

static void
bind_organ (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  bind (item, gtk_list_item_get_child (item), "organ", "selected", G_BINDING_BIDIRECTIONAL);
}

/* What is typed: µm per pixel, patient, source, split.  The factory's name says which. */

static void
set_up_text (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const char *property = g_object_get_data (G_OBJECT (factory), "property");
  GtkWidget *box = make_column_box (), *entry = gtk_entry_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 7);
  set_name (entry, g_object_get_data (G_OBJECT (factory), "title"));
  gtk_box_append (GTK_BOX (box), entry);
  if (g_str_equal (property, "mpp"))
    gtk_box_append (GTK_BOX (box), make_label (TRUE));
  gtk_list_item_set_child (item, box);
}

static void
bind_text (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const char *property = g_object_get_data (G_OBJECT (factory), "property");
  GtkWidget *entry = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  bind (item, entry, property, "text", G_BINDING_BIDIRECTIONAL);
  if (g_str_equal (property, "mpp"))
    bind (item, gtk_widget_get_next_sibling (entry), "pixel-size", "label", G_BINDING_DEFAULT);
}

/* The labels, and how they are read. */

static void
set_up_labels (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = make_column_box ();
  GtkWidget *invert = gtk_toggle_button_new_with_mnemonic (_ ("_Invert"));
  GtkWidget *corner = gtk_toggle_button_new_with_mnemonic (_ ("From _Scanned Area"));

  gtk_widget_set_tooltip_text (invert, _ ("The dark pixels of the mask are units"));
  gtk_widget_set_tooltip_text (corner, _ ("The outlines begin at the corner of the scanned area, not of the slide"));
  gtk_widget_set_halign (invert, GTK_ALIGN_START);
  gtk_widget_set_halign (corner, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), make_label (FALSE));
  gtk_label_set_width_chars (GTK_LABEL (gtk_widget_get_first_child (box)), 16);
  gtk_label_set_max_width_chars (GTK_LABEL (gtk_widget_get_first_child (box)), 24);
  gtk_box_append (GTK_BOX (box), invert);
  gtk_box_append (GTK_BOX (box), corner);
  gtk_list_item_set_child (item, box);
  g_object_set_data (G_OBJECT (item), "invert", invert);
  g_object_set_data (G_OBJECT (item), "corner", corner);
}

static void
bind_labels (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *invert = g_object_get_data (G_OBJECT (item), "invert");
  GtkWidget *corner = g_object_get_data (G_OBJECT (item), "corner");

  bind (item, label, "labels", "label", G_BINDING_DEFAULT);
  bind (item, label, "labels", "tooltip-text", G_BINDING_DEFAULT);
  bind (item, invert, "invertible", "visible", G_BINDING_DEFAULT);
  bind (item, corner, "movable", "visible", G_BINDING_DEFAULT);
  bind (item, invert, "inverted", "active", G_BINDING_BIDIRECTIONAL);
  bind (item, corner, "at-corner", "active", G_BINDING_BIDIRECTIONAL);
}

/* What should be looked at. */

static void
set_up_remarks (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 20);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "warning");
  gtk_list_item_set_child (item, label);
}

static void
bind_remarks (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  bind (item, gtk_list_item_get_child (item), "remarks", "label", G_BINDING_DEFAULT);
}

typedef void (*CellFunc) (GtkSignalListItemFactory *factory, GtkListItem *item);

static void
add_column (GtkColumnView *table, const char *title, const char *property, CellFunc set_up, CellFunc bind_cell,
            gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_object_set_data (G_OBJECT (factory), "property", (gpointer)property);
  g_object_set_data_full (G_OBJECT (factory), "title", g_strdup (title), g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (set_up), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (table, column);
}

void
acini_import_columns_add (GtkColumnView *table)
{
  g_return_if_fail (GTK_IS_COLUMN_VIEW (table));

  add_column (table, _ ("File"), NULL, set_up_file, bind_file, FALSE);
  add_column (table, _ ("Organ"), "organ", set_up_organ, bind_organ, FALSE);
  add_column (table, _ ("µm per Pixel"), "mpp", set_up_text, bind_text, FALSE);
  add_column (table, _ ("Patient"), "patient", set_up_text, bind_text, FALSE);
  add_column (table, _ ("Source"), "source", set_up_text, bind_text, FALSE);
  add_column (table, _ ("Split"), "split", set_up_text, bind_text, FALSE);
  add_column (table, _ ("Labels"), NULL, set_up_labels, bind_labels, FALSE);
  add_column (table, _ ("Remarks"), NULL, set_up_remarks, bind_remarks, TRUE);
}
