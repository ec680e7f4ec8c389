/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-properties-dialog.h"

#include "ui/base/acini-units.h"
#include "ui/project/acini-slide-item.h"
#include "ui/review/acini-slide-images.h"

#include <glib/gi18n.h>
#include <math.h>

struct _AciniPropertiesDialog
{
  AdwDialog parent_instance;

  GtkSearchEntry *search;
  AdwToastOverlay *toasts;
  GtkWidget *known, *file; /* AdwPreferencesGroup: what Acini knows, and the properties of the file */
  GtkBox *images;
  GPtrArray *rows; /* AdwActionRow, in order */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AciniPropertiesDialog, acini_properties_dialog, ADW_TYPE_DIALOG)

static gboolean
matches (const char *text, const char *wanted)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, wanted) != NULL;
}

static void
on_search_changed (AciniPropertiesDialog *self)
{
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);

  guint n_known = 0, n_file = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      AdwActionRow *row = self->rows->pdata[i];
      gboolean found = matches (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), wanted)
                       || matches (adw_action_row_get_subtitle (row), wanted);

      gtk_widget_set_visible (GTK_WIDGET (row), found);
      *(gtk_widget_is_ancestor (GTK_WIDGET (row), self->known) ? &n_known : &n_file) += found;
    }
  gtk_widget_set_visible (self->known, n_known > 0);
  gtk_widget_set_visible (self->file, n_file > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->images), *wanted == '\0');
}

char *
acini_properties_dialog_dup_text (AciniPropertiesDialog *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (ACINI_IS_PROPERTIES_DIALOG (self), NULL);
  for (guint i = 0; i < self->rows->len; i++)
    if (gtk_widget_get_visible (self->rows->pdata[i]))
      g_string_append_printf (text, "%s\t%s\n", adw_preferences_row_get_title (self->rows->pdata[i]),
                              adw_action_row_get_subtitle (self->rows->pdata[i]));
  return g_strdup (text->str);
}

void
acini_properties_dialog_search (AciniPropertiesDialog *self, const char *text)
{
  g_return_if_fail (ACINI_IS_PROPERTIES_DIALOG (self) && text != NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->search), text);
  on_search_changed (self);
}

static void
on_copy (AciniPropertiesDialog *self)
{
  g_autofree char *text = acini_properties_dialog_dup_text (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("Properties copied")));
}

/* Takes @value over. */
static void
add_row (AciniPropertiesDialog *self, GtkWidget *group, const char *name, char *value)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value != NULL ? value : "");
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_ptr_array_add (self->rows, row);
  g_free (value);
}

static char *
dup_levels (AciniSlide *slide)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < acini_slide_get_n_levels (slide); i++)
    {
      const AciniSlideLevel *level = acini_slide_get_level (slide, i);

      g_string_append_printf (text, "%s1:%.4g  %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT, i > 0 ? "\n" : "",
                              level->downsample, level->width, level->height);
      if (level->tile_width > 0)
        g_string_append_printf (text, _ ("  in tiles of %d × %d px"), level->tile_width, level->tile_height);
    }
  return g_strdup (text->str);
}

/* With who says so: the file, or a person. */
static char *
dup_scale (AciniSlide *slide, const AciniSlideRecord *record)
{
  const double x = acini_slide_get_mpp_x (slide), y = acini_slide_get_mpp_y (slide);
  const gboolean known = record->mpp_x > 0 && record->mpp_y > 0;
  g_autofree char *scale
      = known ? g_strdup_printf ("%.5g × %.5g", record->mpp_x, record->mpp_y) : g_strdup (_ ("Unknown"));

  if (known && fabs (record->mpp_x - x) < 1e-6 * x && fabs (record->mpp_y - y) < 1e-6 * y)
    return g_strdup_printf (_ ("%s, as the file says"), scale);
  if (x > 0 && y > 0)
    return g_strdup_printf (_ ("%s, as was set; the file says %.5g × %.5g"), scale, x, y);
  return g_strdup_printf (known ? _ ("%s, as was set; the file does not say") : _ ("%s: the file does not say"), scale);
}

static void
add_known (AciniPropertiesDialog *self, AciniSlide *slide, const AciniSlideRecord *record)
{
  gboolean scale = record->mpp_x > 0 && record->mpp_y > 0;
  g_autofree char *width = acini_units_format_count (record->width);
  g_autofree char *height = acini_units_format_count (record->height);
  g_autoptr (GFile) file = g_file_new_for_path (record->path);
  g_autoptr (GFileInfo) info
      = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  add_row (self, self->known, _ ("Name"), g_strdup (record->name));
  add_row (self, self->known, _ ("File"), g_strdup (record->path));
  if (info != NULL)
    add_row (self, self->known, _ ("File size"), g_format_size ((guint64)g_file_info_get_size (info)));
  add_row (self, self->known, _ ("Format"), g_strdup (acini_slide_get_format_name (slide)));
  add_row (self, self->known, _ ("Size"), g_strdup_printf (_ ("%s × %s px"), width, height));
  if (scale)
    add_row (self, self->known, _ ("Physical size"),
             g_strdup_printf (_ ("%.2f × %.2f mm"), (double)record->width * record->mpp_x / 1000,
                              (double)record->height * record->mpp_y / 1000));
  add_row (self, self->known, _ ("µm per pixel"), dup_scale (slide, record));
  add_row (self, self->known, _ ("Objective"),
           acini_slide_get_objective_power (slide) > 0
               ? g_strdup_printf ("%g×", acini_slide_get_objective_power (slide))
               : g_strdup (_ ("Unknown")));
  add_row (self, self->known, _ ("Levels"), dup_levels (slide));
}

static void
build (AciniPropertiesDialog *self)
{
  GtkWidget *view = adw_toolbar_view_new (), *header = adw_header_bar_new (), *page = adw_preferences_page_new ();
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic"), *images = adw_preferences_group_new ();
  GtkWidget *toasts = adw_toast_overlay_new ();

  self->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  self->toasts = ADW_TOAST_OVERLAY (toasts);
  self->known = adw_preferences_group_new ();
  self->file = adw_preferences_group_new ();
  self->images = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  gtk_widget_set_hexpand (GTK_WIDGET (self->search), TRUE);
  gtk_search_entry_set_placeholder_text (self->search, _ ("Search properties…"));
  gtk_widget_set_tooltip_text (copy, _ ("Copy Properties"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Copy Properties"), -1);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), GTK_WIDGET (self->search));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), copy);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->file), _ ("File Properties"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (images), GTK_WIDGET (self->images));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->known));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (images));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->file));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), header);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_toast_overlay_set_child (self->toasts, view);
  adw_dialog_set_child (ADW_DIALOG (self), toasts);
  adw_dialog_set_focus (ADW_DIALOG (self), GTK_WIDGET (self->search));
  gtk_search_entry_set_key_capture_widget (self->search, view);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (on_search_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->search, "stop-search", G_CALLBACK (adw_dialog_close), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (on_copy), self, G_CONNECT_SWAPPED);
}

static void
acini_properties_dialog_dispose (GObject *object)
{
  AciniPropertiesDialog *self = ACINI_PROPERTIES_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (acini_properties_dialog_parent_class)->dispose (object);
}

static void
acini_properties_dialog_finalize (GObject *object)
{
  AciniPropertiesDialog *self = ACINI_PROPERTIES_DIALOG (object);

  g_ptr_array_unref (self->rows);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (acini_properties_dialog_parent_class)->finalize (object);
}

static void
acini_properties_dialog_class_init (AciniPropertiesDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_properties_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_properties_dialog_finalize;
}

static void
acini_properties_dialog_init (AciniPropertiesDialog *self)
{
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Slide Properties"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 560);
  adw_dialog_set_content_height (ADW_DIALOG (self), 640);
  build (self);
}

AciniPropertiesDialog *
acini_properties_dialog_new (AciniSlide *slide, const AciniSlideRecord *record)
{
  AciniPropertiesDialog *self;
  const char *const *names;

  g_return_val_if_fail (ACINI_IS_SLIDE (slide) && record != NULL, NULL);
  self = g_object_new (ACINI_TYPE_PROPERTIES_DIALOG, NULL);
  add_known (self, slide, record);
  names = acini_slide_get_property_names (slide);
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    add_row (self, self->file, names[i], g_strdup (acini_slide_get_property (slide, names[i])));
  acini_slide_images_append (self->images, slide, TRUE, self->cancellable);
  return self;
}
