/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-gallery-masks.h"

#include "data/labels/acini-labels.h"
#include "data/mask/acini-mask.h"
#include "data/predictions/acini-prediction-key.h"
#include "ui/base/acini-async.h"
#include "ui/project/acini-model-thresholds.h"

#include <math.h>
#include <string.h>

/* Longer side of a mask, at most. */
#define SIDE 320
/* 0 … 255. */
#define OPACITY 110
#define KEY "gallery-mask"

/* One slide's. */
typedef struct
{
  AciniSlideItem *item;
  gint64 slide, width, height;
  double downsample; /* of the model's prediction; 0: there is no model */
  AciniThresholds thresholds;
  GdkTexture *texture; /* NULL: nothing is unit */
} Sketch;

/* Those of a project. */
typedef struct
{
  AciniProject *project;
  char *model; /* its id; NULL: none */
  GPtrArray *sketches;
} Sketches;

struct _AciniGalleryMasks
{
  GObject *anchor; /* what calls are for: it is let go of with the page */
  GCancellable *cancellable;
  GPtrArray *shown; /* AciniSlideItem with a mask */
};

static void
sketch_free (gpointer data)
{
  Sketch *sketch = data;

  g_object_unref (sketch->item);
  g_clear_object (&sketch->texture);
  g_free (sketch);
}

static void
sketches_free (gpointer data)
{
  Sketches *sketches = data;

  g_object_unref (sketches->project);
  g_free (sketches->model);
  g_ptr_array_unref (sketches->sketches);
  g_free (sketches);
}

/* The classes' probabilities at the pixels of @grid, and how many classes; NULL: nothing was computed. */
static guint8 *
read_planes (const Sketches *all, const Sketch *sketch, const AciniMaskGrid *grid, int *n)
{
  g_autofree char *path
      = all->model != NULL && sketch->downsample > 0
            ? acini_prediction_find_current (all->project, sketch->slide, all->model, sketch->downsample)
            : NULL;
  g_autoptr (AciniPrediction) prediction = path != NULL ? acini_prediction_open (path, NULL, NULL) : NULL;
  g_autofree guint8 *planes = NULL;

  *n = 0;
  if (prediction == NULL)
    return NULL;
  *n = acini_prediction_get_info (prediction)->n_classes;
  planes = g_malloc0 ((gsize)*n * grid->width * grid->height);
  return acini_mask_read_probability (prediction, grid, planes, NULL, NULL) ? g_steal_pointer (&planes) : NULL;
}

static gboolean
is_unit (const Sketch *sketch, guint8 label, const guint8 *planes, int n, gsize i, gsize n_pixels)
{
  if (label != ACINI_LABEL_UNLABELLED)
    return label >= ACINI_LABEL_FIRST_CLASS;
  for (int plane = 0; plane < n && planes != NULL; plane++)
    if (planes[plane * n_pixels + i] >= acini_thresholds_get_cut (&sketch->thresholds, (guint)plane))
      return TRUE;
  return FALSE;
}

static void
draw (const Sketches *all, Sketch *sketch)
{
  const int most = acini_labels_get_n_levels (sketch->width, sketch->height) - 1;
  const int level = CLAMP ((int)ceil (log2 ((double)MAX (sketch->width, sketch->height) / SIDE)), 0, MAX (most, 0));
  const gint64 step = G_GINT64_CONSTANT (1) << level;
  const AciniMaskGrid grid
      = { 0, 0, (double)step, (int)((sketch->width + step - 1) / step), (int)((sketch->height + step - 1) / step) };
  const gsize n_pixels = (gsize)grid.width * grid.height;
  g_autofree guint8 *labels = g_malloc0 (n_pixels), *planes = NULL, *pixels = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean any = FALSE;
  int n = 0;

  if (!acini_labels_read (all->project, sketch->slide, level, 0, 0, grid.width, grid.height, labels, NULL))
    return;
  planes = read_planes (all, sketch, &grid, &n);
  pixels = g_malloc0 (4 * n_pixels);
  for (gsize i = 0; i < n_pixels; i++)
    if (is_unit (sketch, labels[i], planes, n, i, n_pixels))
      {
        const guint8 colour[] = { 0, 158 * OPACITY / 255, 115 * OPACITY / 255, OPACITY };

        memcpy (pixels + 4 * i, colour, sizeof colour);
        any = TRUE;
      }
  if (!any)
    return;
  bytes = g_bytes_new_take (g_steal_pointer (&pixels), 4 * n_pixels);
  sketch->texture = gdk_memory_texture_new (grid.width, grid.height, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes,
                                            4 * (gsize)grid.width);
}

static gboolean
draw_all (gpointer data, GCancellable *cancellable, GError **error)
{
  Sketches *all = data;

  for (guint i = 0; i < all->sketches->len && !g_cancellable_is_cancelled (cancellable); i++)
    draw (all, all->sketches->pdata[i]);
  return TRUE;
}

static void
set_mask (AciniSlideItem *item, GdkTexture *texture)
{
  g_object_set_data_full (G_OBJECT (item), KEY, texture != NULL ? g_object_ref (texture) : NULL, g_object_unref);
  g_object_notify (G_OBJECT (item), "detail");
}

static void
on_drawn (gpointer object, gpointer data, const GError *error)
{
  AciniGalleryMasks *self = g_object_get_data (object, "masks");
  const Sketches *all = data;

  for (guint i = 0; i < all->sketches->len && self != NULL; i++)
    {
      const Sketch *sketch = all->sketches->pdata[i];

      set_mask (sketch->item, sketch->texture);
      g_ptr_array_add (self->shown, g_object_ref (sketch->item));
    }
}

static void
take_away (AciniGalleryMasks *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < self->shown->len; i++)
    set_mask (self->shown->pdata[i], NULL);
  g_ptr_array_set_size (self->shown, 0);
}

static Sketch *
sketch_new (AciniSession *session, AciniModelItem *model, AciniSlideItem *item)
{
  const AciniSlideRecord *record = acini_slide_item_get_record (item);
  Sketch *sketch = g_new0 (Sketch, 1);

  sketch->item = g_object_ref (item);
  sketch->slide = record->id;
  sketch->width = record->width;
  sketch->height = record->height;
  sketch->downsample = model != NULL ? acini_model_item_get_downsample (model, record) : 0;
  acini_session_get_thresholds (session, model, record->organ, &sketch->thresholds);
  return sketch;
}

void
acini_gallery_masks_show (AciniGalleryMasks *self, AciniSession *session)
{
  AciniModelItem *model;
  GListModel *slides;
  Sketches *all;

  g_return_if_fail (self != NULL);

  if (session == NULL)
    {
      take_away (self);
      return;
    }
  /* What is there stays until the new ones come. */
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  model = acini_session_get_model (session);
  slides = acini_session_get_slides (session);
  all = g_new0 (Sketches, 1);
  all->project = g_object_ref (acini_session_get_project (session));
  all->model = model != NULL ? g_strdup (acini_model_item_get_record (model)->id) : NULL;
  all->sketches = g_ptr_array_new_with_free_func (sketch_free);
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      g_ptr_array_add (all->sketches, sketch_new (session, model, item));
    }
  acini_async_run (self->anchor, self->cancellable, draw_all, on_drawn, all, sketches_free);
}

GdkTexture *
acini_gallery_masks_get (AciniSlideItem *item)
{
  return g_object_get_data (G_OBJECT (item), KEY);
}

AciniGalleryMasks *
acini_gallery_masks_new (void)
{
  AciniGalleryMasks *self = g_new0 (AciniGalleryMasks, 1);

  self->anchor = g_object_new (G_TYPE_OBJECT, NULL);
  g_object_set_data (self->anchor, "masks", self);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
acini_gallery_masks_free (AciniGalleryMasks *self)
{
  if (self == NULL)
    return;
  take_away (self);
  g_object_set_data (self->anchor, "masks", NULL);
  g_object_unref (self->anchor);
  g_ptr_array_unref (self->shown);
  g_free (self);
}
