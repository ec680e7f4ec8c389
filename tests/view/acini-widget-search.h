/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The widgets of a window, as a test looks for them: depth first, the window's own children in their order. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef gboolean (*WidgetPredicate) (GtkWidget *widget, gconstpointer data);

/* Each returns the first one at or below @widget, or NULL. */
GtkWidget *widget_search (GtkWidget *widget, WidgetPredicate predicate, gconstpointer data);
/* @type: the name of its very type. */
GtkWidget *widget_find_type (GtkWidget *widget, const char *type);
/* A button that can be clicked, with these words on it or in its tooltip. */
GtkWidget *widget_find_button (GtkWidget *widget, const char *words);
/* A label on screen that contains @words. */
GtkWidget *widget_find_label (GtkWidget *widget, const char *words);

/* Clicks such a button; fails the test where there is none. */
void widget_click (GtkWidget *widget, const char *words);

G_END_DECLS
