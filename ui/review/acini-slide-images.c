/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-slide-images.h"

#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

typedef struct
{
  AciniSlide *slide;
  GPtrArray *names;    /* char */
  GPtrArray *textures; /* GdkTexture */
  gboolean with_thumbnail;
} Images;

static void
images_free (gpointer data)
{
  Images *images = data;

  g_object_unref (images->slide);
  g_ptr_array_unref (images->names);
  g_ptr_array_unref (images->textures);
  g_free (images);
}

static gboolean
read_images (gpointer data, GCancellable *cancellable, GError **error)
{
  Images *images = data;
  const char *const *names = acini_slide_get_associated_names (images->slide);

  for (guint i = 0; names != NULL && names[i] != NULL && !g_cancellable_is_cancelled (cancellable); i++)
    {
      int width = 0, height = 0;
      g_autoptr (GBytes) pixels = NULL;

      if (!images->with_thumbnail && g_str_equal (names[i], "thumbnail"))
        continue;
      pixels = acini_slide_read_associated (images->slide, names[i], &width, &height, NULL);
      if (pixels == NULL)
        continue;
      g_ptr_array_add (images->names, g_strdup (names[i]));
      g_ptr_array_add (images->textures,
                       gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, pixels, (gsize)width * 4));
    }
  return TRUE;
}

static void
on_images (gpointer object, gpointer data, const GError *error)
{
  GtkBox *box = object;
  const Images *images = data;

  for (guint i = 0; i < images->names->len; i++)
    {
      const char *name = images->names->pdata[i];
      const char *title = g_str_equal (name, "label")       ? _ ("Label")
                          : g_str_equal (name, "macro")     ? _ ("Whole glass slide")
                          : g_str_equal (name, "thumbnail") ? _ ("Thumbnail")
                                                            : name;
      GtkWidget *label = gtk_label_new (title), *picture = gtk_picture_new_for_paintable (images->textures->pdata[i]);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, "heading");
      gtk_picture_set_alternative_text (GTK_PICTURE (picture), title);
      gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
      gtk_widget_set_size_request (picture, -1, 120);
      gtk_widget_add_css_class (picture, "thumbnail");
      gtk_box_append (box, label);
      gtk_box_append (box, picture);
    }
}

void
acini_slide_images_append (GtkBox *box, AciniSlide *slide, gboolean with_thumbnail, GCancellable *cancellable)
{
  Images *images;

  g_return_if_fail (GTK_IS_BOX (box) && ACINI_IS_SLIDE (slide));
  images = g_new0 (Images, 1);
  images->slide = g_object_ref (slide);
  images->names = g_ptr_array_new_with_free_func (g_free);
  images->textures = g_ptr_array_new_with_free_func (g_object_unref);
  images->with_thumbnail = with_thumbnail;
  acini_async_run (box, cancellable, read_images, on_images, images, images_free);
}
