/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Actions of the window on what the slide view shows: measurements, copies. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include <glib/gi18n.h>

static AciniSlideView *
get_view (gpointer user_data)
{
  return acini_review_page_get_view (((AciniWindow *) user_data)->review_page);
}

static void
copy_measures (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autofree char *table = acini_slide_view_dup_measures (get_view (self)), *text = NULL;
  guint n = acini_slide_view_get_n_measures (get_view (self));

  if (table == NULL || n == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), table);
  text = g_strdup_printf (ngettext ("%u measurement copied", "%u measurements copied", n), n);
  acini_window_tell (self, text, NULL, NULL);
}

static void
clear_measures (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;
  g_autofree char *before = acini_slide_view_dup_measures_text (get_view (self)), *detailed = NULL;
  g_autoptr (GVariant) target
      = g_variant_ref_sink (g_variant_new ("(xs)", acini_slide_view_get_slide (get_view (self)), before));

  acini_slide_view_clear_measures (get_view (self));
  detailed = g_action_print_detailed_name ("win.restore-measures", target);
  acini_window_tell (self, _ ("Measurements cleared"), _ ("_Undo"), detailed);
}

static void
restore_measures (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autofree char *text = NULL;
  gint64 slide;

  g_variant_get (parameter, "(xs)", &slide, &text);
  if (acini_slide_view_get_slide (get_view (user_data)) == slide)
    acini_slide_view_set_measures (get_view (user_data), text);
}

static const GActionEntry entries[] = {
  { "copy-measures", copy_measures },
  { "clear-measures", clear_measures },
  { "restore-measures", restore_measures, "(xs)" },
};

void
acini_window_update_view_actions (AciniWindow *self, gboolean has_slide)
{
  gboolean measured = has_slide && acini_slide_view_get_n_measures (get_view (self)) > 0;

  acini_window_enable (self, "copy-measures", measured);
  acini_window_enable (self, "clear-measures", measured);
}

void
acini_window_init_view_actions (AciniWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (get_view (self), "measured", G_CALLBACK (acini_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (get_view (self), "opened", G_CALLBACK (acini_window_update_actions), self, G_CONNECT_SWAPPED);
}
