/* SPDX-License-Identifier: GPL-3.0-or-later */

/* OME-TIFF (https://docs.openmicroscopy.org/ome-model/6.3.1/ome-tiff/): a channel per class, with its name, each a
 * plane with its pyramid in SubIFDs; µm per pixel.  Masks are 0 and 255; probabilities, at the scale at which the model
 * worked, 0 … 255. */

#include "acini-config.h"

#include "data/interchange/acini-export-private.h"
#include "data/slides/acini-vips.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define TILE 256

/* The planes one below the other, as libvips takes the pages of a file. */
typedef struct
{
  const AciniExportSource *source;
  gboolean probabilities;
  int width, height, n; /* of a plane; planes */
  GMutex lock;
  GError *error; /* the first one of libvips's threads */
} Planes;

static gboolean
read_plane (Planes *self, int plane, int x, int y, int width, int height, guint8 *to, GError **error)
{
  if (self->probabilities)
    return acini_prediction_read (self->source->prediction, plane, 0, x, y, width, height, to, NULL, error);
  if (!acini_export_read (self->source, x, y, width, height, to, error))
    return FALSE;
  for (gsize i = 0; i < (gsize)width * height; i++)
    to[i] = to[i] == plane + 1 ? 255 : 0;
  return TRUE;
}

static int
generate (VipsRegion *region, void *sequence, void *a, void *b, gboolean *stop)
{
  Planes *self = a;
  const VipsRect *r = &region->valid;
  g_autofree guint8 *pixels = g_malloc ((gsize)r->width * r->height);

  for (int y = r->top; y < r->top + r->height;)
    {
      const int plane = y / self->height, end = MIN ((plane + 1) * self->height, r->top + r->height);
      GError *error = NULL;

      if (!read_plane (self, plane, r->left, y - plane * self->height, r->width, end - y, pixels, &error))
        {
          g_mutex_lock (&self->lock);
          if (self->error == NULL)
            self->error = g_steal_pointer (&error);
          g_mutex_unlock (&self->lock);
          g_clear_error (&error);
          return -1;
        }
      for (int j = y; j < end; j++)
        memcpy (VIPS_REGION_ADDR (region, r->left, j), pixels + (gsize)(j - y) * r->width, r->width);
      y = end;
    }
  return 0;
}

static char *
dup_class_name (AciniProject *project, int class)
{
  char *name = project != NULL ? acini_project_dup_class_name (project, class + 1) : NULL;

  return name != NULL ? name : class == 1 ? g_strdup ("FTU") : g_strdup_printf ("FTU %d", class);
}

/* Those that the project has names for, and the model's. */
static int
count_classes (const AciniExportSource *source)
{
  int n = source->prediction != NULL ? acini_prediction_get_info (source->prediction)->n_classes : 1;

  for (int label = 254; label > n + 1 && source->project != NULL; label--)
    {
      g_autofree char *name = acini_project_dup_class_name (source->project, label);

      if (name != NULL)
        return label - 1;
    }
  return n;
}

static char *
describe (const Planes *self, double mpp_x, double mpp_y)
{
  g_autofree char *name = g_markup_escape_text (self->source->slide->name, -1);
  GString *text = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                                "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" "
                                "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                                "xsi:schemaLocation=\"http://www.openmicroscopy.org/Schemas/OME/2016-06 "
                                "http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd\">");

  g_string_append_printf (text,
                          "<Image ID=\"Image:0\" Name=\"%s\"><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" "
                          "Type=\"uint8\" SizeX=\"%d\" SizeY=\"%d\" SizeC=\"%d\" SizeZ=\"1\" SizeT=\"1\"",
                          name, self->width, self->height, self->n);
  if (mpp_x > 0)
    {
      char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (text,
                              " PhysicalSizeX=\"%s\" PhysicalSizeXUnit=\"µm\" PhysicalSizeY=\"%s\" "
                              "PhysicalSizeYUnit=\"µm\"",
                              g_ascii_dtostr (x, sizeof x, mpp_x), g_ascii_dtostr (y, sizeof y, mpp_y));
    }
  g_string_append_c (text, '>');
  for (int i = 0; i < self->n; i++)
    {
      g_autofree char *class = dup_class_name (self->source->project, i + 1);
      g_autofree char *escaped = g_markup_escape_text (class, -1);

      g_string_append_printf (text, "<Channel ID=\"Channel:0:%d\" Name=\"%s\" SamplesPerPixel=\"1\"/>", i, escaped);
    }
  for (int i = 0; i < self->n; i++)
    g_string_append_printf (text, "<TiffData IFD=\"%d\" FirstC=\"%d\" FirstZ=\"0\" FirstT=\"0\" PlaneCount=\"1\"/>", i,
                            i);
  g_string_append (text, "</Pixels></Image></OME>");
  return g_string_free (text, FALSE);
}

static VipsImage *
open_planes (Planes *self, double mpp_x, double mpp_y)
{
  g_autofree char *text = describe (self, mpp_x, mpp_y);
  g_autoptr (VipsImage) image = vips_image_new ();

  vips_image_init_fields (image, self->width, self->height * self->n, 1, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                          VIPS_INTERPRETATION_B_W, mpp_x > 0 ? 1000 / mpp_x : 1, mpp_y > 0 ? 1000 / mpp_y : 1);
  vips_image_set_int (image, VIPS_META_PAGE_HEIGHT, self->height);
  vips_image_set_string (image, VIPS_META_IMAGEDESCRIPTION, text);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_SMALLTILE, NULL) != 0
      || vips_image_generate (image, NULL, generate, NULL, self, NULL) != 0)
    return NULL;
  return g_steal_pointer (&image);
}

static gboolean
write_planes (Planes *self, double downsample, const char *path, AciniProgressFunc progress, gpointer user_data,
              GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = self->source->slide;
  g_autoptr (VipsImage) image = NULL;
  AciniVipsWatch watch;
  gboolean done;
  int result;

  acini_vips_init ();
  g_mutex_init (&self->lock);
  image = open_planes (self, slide->mpp_x * downsample, slide->mpp_y * downsample);
  if (image == NULL)
    {
      acini_vips_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE, "The mask cannot be written");
      g_mutex_clear (&self->lock);
      return FALSE;
    }
  acini_vips_watch (&watch, image, progress, user_data, cancellable);
  /* No tile is larger than the plane; see acini_vips_save_pyramid (). */
  result = vips_tiffsave (image, path, "tile", TRUE, "pyramid", TRUE, "subifd", TRUE, "tile_width",
                          CLAMP (self->width / 16 * 16, 16, TILE), "tile_height",
                          CLAMP (self->height / 16 * 16, 16, TILE), "bigtiff", VIPS_IMAGE_SIZEOF_IMAGE (image) > 2e9,
                          "compression", VIPS_FOREIGN_TIFF_COMPRESSION_DEFLATE, "region_shrink",
                          self->probabilities ? VIPS_REGION_SHRINK_MEAN : VIPS_REGION_SHRINK_MAX, "resunit",
                          VIPS_FOREIGN_TIFF_RESUNIT_CM, NULL);
  done = acini_vips_unwatch (&watch, result, path, error);
  g_clear_object (&image);
  /* What went wrong while reading says more than that writing failed. */
  if (!done && self->error != NULL)
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&self->error));
    }
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  return done;
}

gboolean
acini_export_write_ome (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                        gpointer user_data, GCancellable *cancellable, GError **error)
{
  Planes planes
      = { source, FALSE, (int)source->slide->width, (int)source->slide->height, count_classes (source), { 0 }, NULL };

  return write_planes (&planes, 1, path, progress, user_data, cancellable, error);
}

gboolean
acini_export_write_probabilities (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                  gpointer user_data, GCancellable *cancellable, GError **error)
{
  const AciniPredictionInfo *info = source->prediction != NULL ? acini_prediction_get_info (source->prediction) : NULL;
  Planes planes = { .source = source, .probabilities = TRUE };

  if (info == NULL)
    {
      g_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE,
                   _ ("“%s” was not segmented: there are no probabilities."), source->slide->name);
      return FALSE;
    }
  planes.width = (int)acini_prediction_get_width (source->prediction);
  planes.height = (int)acini_prediction_get_height (source->prediction);
  planes.n = info->n_classes;
  return write_planes (&planes, info->downsample, path, progress, user_data, cancellable, error);
}
