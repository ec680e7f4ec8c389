/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-widget-search.h"

#include <string.h>

GtkWidget *
widget_search (GtkWidget *widget, WidgetPredicate predicate, gconstpointer data)
{
  GtkWidget *found = NULL;

  if (predicate (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = widget_search (child, predicate, data);
  return found;
}

static gboolean
is_type (GtkWidget *widget, gconstpointer type)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (widget), type);
}

GtkWidget *
widget_find_type (GtkWidget *widget, const char *type)
{
  return widget_search (widget, is_type, type);
}

static gboolean
is_button (GtkWidget *widget, gconstpointer words)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget) && gtk_widget_get_sensitive (widget)
         && (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), words) == 0
             || g_strcmp0 (gtk_widget_get_tooltip_text (widget), words) == 0);
}

GtkWidget *
widget_find_button (GtkWidget *widget, const char *words)
{
  return widget_search (widget, is_button, words);
}

static gboolean
is_label (GtkWidget *widget, gconstpointer words)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), words) != NULL;
}

GtkWidget *
widget_find_label (GtkWidget *widget, const char *words)
{
  return widget_search (widget, is_label, words);
}

void
widget_click (GtkWidget *widget, const char *words)
{
  GtkWidget *button = widget_find_button (widget, words);

  if (button == NULL)
    g_error ("there is no button “%s”", words);
  g_signal_emit_by_name (button, "clicked");
}
