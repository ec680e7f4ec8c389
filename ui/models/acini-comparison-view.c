/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/models/acini-comparison-view.h"

#include "app/training/acini-model-files.h"
#include "app/training/acini-training.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#define PICTURE_SIDE 260

struct _AciniComparisonView
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GtkWidget *box;
  GPtrArray *rows; /* element-type GtkWidget: what was put into the group */
  char *folder;
};

G_DEFINE_FINAL_TYPE (AciniComparisonView, acini_comparison_view, ADW_TYPE_BIN)

typedef struct
{
  char *folder;
  JsonNode *root;
  GPtrArray *pictures; /* element-type GdkTexture, nullable; before and after of each that changed */
} Reading;

static void
clear_texture (gpointer texture)
{
  if (texture != NULL)
    g_object_unref (texture);
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->folder);
  g_clear_pointer (&reading->root, json_node_unref);
  g_clear_pointer (&reading->pictures, g_ptr_array_unref);
  g_free (reading);
}

static JsonArray *
get_changed (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "changed");

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static void
read_picture (Reading *reading, JsonObject *image, const char *member)
{
  const char *name = json_object_get_string_member_with_default (image, member, "");
  g_autofree char *base = g_path_get_basename (name), *path = g_build_filename (reading->folder, base, NULL);

  g_ptr_array_add (reading->pictures, gdk_texture_new_from_filename (path, NULL));
}

static gboolean
read_comparison (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (reading->folder, ACINI_COMPARISON_FILE, NULL);
  JsonArray *changed;

  if (!json_parser_load_from_file (parser, path, error))
    return FALSE;
  reading->root = json_parser_steal_root (parser);
  reading->pictures = g_ptr_array_new_with_free_func (clear_texture);
  if (!JSON_NODE_HOLDS_OBJECT (reading->root))
    return TRUE;
  changed = get_changed (json_node_get_object (reading->root));
  for (guint i = 0; changed != NULL && i < json_array_get_length (changed); i++)
    {
      JsonObject *image = json_array_get_object_element (changed, i);

      read_picture (reading, image, "before_picture");
      read_picture (reading, image, "after_picture");
    }
  return TRUE;
}

static void
add_row (AciniComparisonView *self, const char *title, const char *subtitle, gboolean heading)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  if (!heading)
    gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

/* What may be said of a verdict. */
static const char *
describe_verdict (const char *verdict)
{
  if (g_str_equal (verdict, "better"))
    return _ ("Better than its parent");
  if (g_str_equal (verdict, "worse"))
    return _ ("Worse than its parent");
  return _ ("No difference shown");
}

/* On which images the verdict rests, and whether they are impartial.  Returns: (transfer full) */
static char *
describe_images (JsonObject *comparison, gint64 n)
{
  g_autofree char *images = g_strdup_printf (
      ngettext ("On %d held-out image, paired, by bootstrap", "On %d held-out images, paired, by bootstrap", (gulong)n),
      (int)n);

  if (json_object_has_member (comparison, "chosen_on"))
    return g_strdup_printf ("%s. %s", images, _ ("The checkpoint was chosen on others."));
  if (json_object_get_boolean_member_with_default (comparison, "optimistic", FALSE))
    return g_strdup_printf ("%s. %s", images,
                            _ ("The checkpoint was chosen on the same images, so that this is a little optimistic: "
                               "with ten held-out images and more, some choose and others judge."));
  return g_steal_pointer (&images);
}

static void
show_scores (AciniComparisonView *self, JsonObject *comparison)
{
  static const struct
  {
    const char *name, *title;
  } all[] = {
    { "dice", N_ ("Dice") },
    { "iou", N_ ("Intersection over Union") },
    { "object_f1", N_ ("F1 of Units") },
    { "hausdorff_95", N_ ("Distance of Outlines, 95 % (µm)") },
  };
  JsonObject *scores = json_object_get_object_member (comparison, "scores");

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      JsonObject *score
          = json_object_has_member (scores, all[i].name) ? json_object_get_object_member (scores, all[i].name) : NULL;
      g_autofree char *text = NULL;

      if (score == NULL)
        continue;
      /* Translators: a score before and after, its difference, the interval of that */
      text = g_strdup_printf (_ ("%.3f → %.3f, difference %+.3f, 95 %% interval %+.3f to %+.3f"),
                              json_object_get_double_member_with_default (score, "a", 0),
                              json_object_get_double_member_with_default (score, "b", 0),
                              json_object_get_double_member_with_default (score, "difference", 0),
                              json_object_get_double_member_with_default (score, "low", 0),
                              json_object_get_double_member_with_default (score, "high", 0));
      if (i == 0)
        {
          g_autofree char *images
              = describe_images (comparison, json_object_get_int_member_with_default (score, "images", 0));

          add_row (self, describe_verdict (json_object_get_string_member_with_default (score, "verdict", "")), images,
                   TRUE);
        }
      add_row (self, _ (all[i].title), text, FALSE);
    }
}

static GtkWidget *
make_picture (GdkTexture *texture, const char *caption)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4), *label = gtk_label_new (caption);
  GtkWidget *picture = gtk_picture_new_for_paintable (GDK_PAINTABLE (texture));

  gtk_picture_set_alternative_text (GTK_PICTURE (picture), caption);
  gtk_widget_set_size_request (picture, PICTURE_SIDE, PICTURE_SIDE * 2 / 3);
  gtk_widget_set_hexpand (picture, TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static void
show_changed (AciniComparisonView *self, JsonArray *changed, GPtrArray *pictures)
{
  for (guint i = 0; i < json_array_get_length (changed) && 2 * i + 1 < pictures->len; i++)
    {
      JsonObject *image = json_array_get_object_element (changed, i);
      GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      const char *name = json_object_get_string_member_with_default (image, "name", "");
      g_autofree char *before = g_strdup_printf (_ ("%s before: Dice %.3f"), name,
                                                 json_object_get_double_member_with_default (image, "before", 0));
      g_autofree char *after = g_strdup_printf (_ ("%s after: Dice %.3f"), name,
                                                json_object_get_double_member_with_default (image, "after", 0));

      gtk_box_set_homogeneous (GTK_BOX (pair), TRUE);
      gtk_box_append (GTK_BOX (pair), make_picture (pictures->pdata[2 * i], before));
      gtk_box_append (GTK_BOX (pair), make_picture (pictures->pdata[2 * i + 1], after));
      gtk_box_append (GTK_BOX (self->box), pair);
    }
}

static void
clear (AciniComparisonView *self)
{
  GtkWidget *child;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniComparisonView *self = object;
  const Reading *reading = data;
  JsonObject *comparison;
  JsonArray *changed;

  /* Most models have none. */
  if (error != NULL || g_strcmp0 (self->folder, reading->folder) != 0 || !JSON_NODE_HOLDS_OBJECT (reading->root))
    return;
  comparison = json_node_get_object (reading->root);
  if (!json_object_has_member (comparison, "scores"))
    return;
  clear (self);
  show_scores (self, comparison);
  changed = get_changed (comparison);
  if (changed != NULL)
    show_changed (self, changed, reading->pictures);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

void
acini_comparison_view_set_folder (AciniComparisonView *self, const char *folder)
{
  Reading *reading;

  g_return_if_fail (ACINI_IS_COMPARISON_VIEW (self));

  if (g_strcmp0 (self->folder, folder) == 0)
    return;
  g_set_str (&self->folder, folder);
  clear (self);
  if (folder == NULL)
    return;
  reading = g_new0 (Reading, 1);
  reading->folder = g_strdup (folder);
  acini_async_run (self, NULL, read_comparison, on_read, reading, reading_free);
}

static void
acini_comparison_view_finalize (GObject *object)
{
  AciniComparisonView *self = ACINI_COMPARISON_VIEW (object);

  g_ptr_array_unref (self->rows);
  g_free (self->folder);
  G_OBJECT_CLASS (acini_comparison_view_parent_class)->finalize (object);
}

static void
acini_comparison_view_class_init (AciniComparisonViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_comparison_view_finalize;
}

static void
acini_comparison_view_init (AciniComparisonView *self)
{
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("Is It Better?"));
  adw_preferences_group_set_description (
      self->group,
      _ ("Both models on the images that were held out, the new one at thresholds that suit the other images. "
         "Green: people's outlines, blue: the model's."));
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (all), GTK_WIDGET (self->group));
  gtk_box_append (GTK_BOX (all), self->box);
  adw_bin_set_child (ADW_BIN (self), all);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
