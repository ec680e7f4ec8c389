/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mask as an image: libvips asks for the pixels it writes. */

#include "data/slides/acini-vips.h"
#include "data/interchange/acini-export-private.h"

/* Side of the tiles in which libvips's threads ask; that of the label tiles, so none is decoded often. */
#define TILE 512

/* Several of libvips's threads may fail; the first error is told. */
typedef struct
{
  const AciniExportSource *source;
  AciniObjectIndex *index; /* NULL: classes; else numbers of objects: */
  GHashTable *numbers;     /* id → number */
  gboolean wide;           /* of 32 bits, else 16 */
  GMutex lock;
  GError *error;
} Reader;

/* The numbers of the objects of @r, from 1 on in the order of their ids. */
static gboolean
read_numbers (Reader *reader, const VipsRect *r, VipsRegion *region, GError **error)
{
  g_autofree gint64 *ids = g_new (gint64, (gsize)r->width * r->height);

  if (!acini_object_index_read (reader->index, r->left, r->top, r->width, r->height, ids, error))
    return FALSE;
  for (int j = 0; j < r->height; j++)
    {
      gpointer to = VIPS_REGION_ADDR (region, r->left, r->top + j);

      for (int i = 0; i < r->width; i++)
        {
          const gint64 *id = &ids[(gsize)j * r->width + i];

          guint32 number = *id != 0 ? GPOINTER_TO_UINT (g_hash_table_lookup (reader->numbers, id)) : 0;

          if (reader->wide)
            ((guint32 *)to)[i] = number;
          else
            ((guint16 *)to)[i] = (guint16)number;
        }
    }
  return TRUE;
}

static gboolean
read_classes (Reader *reader, const VipsRect *r, VipsRegion *region, GError **error)
{
  g_autofree guint8 *classes = g_malloc ((gsize)r->width * r->height);

  if (!acini_export_read (reader->source, r->left, r->top, r->width, r->height, classes, error))
    return FALSE;
  for (int j = 0; j < r->height; j++)
    memcpy (VIPS_REGION_ADDR (region, r->left, r->top + j), classes + (gsize)j * r->width, r->width);
  return TRUE;
}

static int
generate (VipsRegion *region, void *sequence, void *a, void *b, gboolean *stop)
{
  Reader *reader = a;
  const VipsRect *r = &region->valid;
  GError *error = NULL;

  if (reader->index != NULL ? read_numbers (reader, r, region, &error) : read_classes (reader, r, region, &error))
    return 0;
  g_mutex_lock (&reader->lock);
  if (reader->error == NULL)
    reader->error = g_steal_pointer (&error);
  g_mutex_unlock (&reader->lock);
  g_clear_error (&error);
  return -1;
}

/* Returns: (transfer full) an image whose pixels @reader gives. */
static VipsImage *
open_mask (Reader *reader)
{
  const AciniSlideRecord *slide = reader->source->slide;
  g_autoptr (VipsImage) image = vips_image_new ();
  VipsImage *cached = NULL;

  vips_image_init_fields (image, (int)slide->width, (int)slide->height, 1,
                          reader->index == NULL ? VIPS_FORMAT_UCHAR
                          : reader->wide        ? VIPS_FORMAT_UINT
                                                : VIPS_FORMAT_USHORT,
                          VIPS_CODING_NONE,
                          reader->index == NULL ? VIPS_INTERPRETATION_B_W
                          : reader->wide        ? VIPS_INTERPRETATION_MULTIBAND
                                                : VIPS_INTERPRETATION_GREY16,
                          1, 1);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_SMALLTILE, NULL) != 0
      || vips_image_generate (image, NULL, generate, NULL, reader, NULL) != 0
      || vips_tilecache (image, &cached, "tile_width", TILE, "tile_height", TILE, "threaded", TRUE, "access",
                         VIPS_ACCESS_SEQUENTIAL, "max_tiles", (int)(3 * (slide->width / TILE + 1)), NULL)
             != 0)
    return NULL;
  return cached;
}

typedef gboolean (*SaveFunc) (VipsImage *image, const char *path, const AciniSlideRecord *slide,
                              AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                              GError **error);

static gboolean
write_reader (Reader *reader, const char *path, SaveFunc save, AciniProgressFunc progress, gpointer user_data,
              GCancellable *cancellable, GError **error)
{
  g_autoptr (VipsImage) image = NULL;
  gboolean done = FALSE;

  acini_vips_init ();
  g_mutex_init (&reader->lock);
  image = open_mask (reader);
  if (image == NULL)
    acini_vips_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE, "The mask cannot be written");
  else
    done = save (image, path, reader->source->slide, progress, user_data, cancellable, error);
  g_clear_object (&image);
  /* What went wrong while reading says more than that writing failed. */
  if (!done && reader->error != NULL)
    {
      g_clear_error (error);
      g_propagate_error (error, g_steal_pointer (&reader->error));
    }
  g_clear_error (&reader->error);
  g_mutex_clear (&reader->lock);
  return done;
}

static gboolean
write_image (const AciniExportSource *source, const char *path, SaveFunc save, AciniProgressFunc progress,
             gpointer user_data, GCancellable *cancellable, GError **error)
{
  Reader reader = { source };

  return write_reader (&reader, path, save, progress, user_data, cancellable, error);
}

static gboolean
save_tiff (VipsImage *image, const char *path, const AciniSlideRecord *slide, AciniProgressFunc progress,
           gpointer user_data, GCancellable *cancellable, GError **error)
{
  return acini_vips_save_pyramid (image, path,
                                  &(AciniVipsPyramid){ .mpp = slide->mpp_x, .mpp_y = slide->mpp_y, .labels = TRUE },
                                  progress, user_data, cancellable, error);
}

gboolean
acini_export_write_tiff (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                         gpointer user_data, GCancellable *cancellable, GError **error)
{
  return write_image (source, path, save_tiff, progress, user_data, cancellable, error);
}

static gboolean
save_png (VipsImage *image, const char *path, const AciniSlideRecord *slide, AciniProgressFunc progress,
          gpointer user_data, GCancellable *cancellable, GError **error)
{
  AciniVipsWatch watch;
  int result;

  acini_vips_watch (&watch, image, progress, user_data, cancellable);
  result = vips_pngsave (image, path, "keep", VIPS_FOREIGN_KEEP_NONE, NULL);
  return acini_vips_unwatch (&watch, result, path, error);
}

gboolean
acini_export_write_png (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                        gpointer user_data, GCancellable *cancellable, GError **error)
{
  return write_image (source, path, save_png, progress, user_data, cancellable, error);
}

static gboolean
take_number (const AciniObject *object, gpointer user_data)
{
  g_hash_table_insert (user_data, g_memdup2 (&object->id, sizeof object->id),
                       GUINT_TO_POINTER (g_hash_table_size (user_data) + 1));
  return TRUE;
}

static gboolean
number_objects (Reader *reader, GError **error)
{
  const AciniObjectQuery query = { .scope = reader->source->scope };

  return reader->index != NULL
         && acini_object_index_foreach (reader->index, &query, take_number, reader->numbers, error);
}

gboolean
acini_export_write_instances (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                              gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniObjectIndex) index = acini_export_open_index (source, cancellable, error);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Reader reader = { .source = source, .index = index, .numbers = numbers };

  if (!number_objects (&reader, error))
    return FALSE;
  if (g_hash_table_size (numbers) > G_MAXUINT16)
    {
      g_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE,
                   "“%s” has more than %d objects, which is more than a PNG can number: export instances-tiff instead.",
                   source->slide->name, G_MAXUINT16);
      return FALSE;
    }
  return write_reader (&reader, path, save_png, progress, user_data, cancellable, error);
}

gboolean
acini_export_write_instances_tiff (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                   gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniObjectIndex) index = acini_export_open_index (source, cancellable, error);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Reader reader = { .source = source, .index = index, .numbers = numbers, .wide = TRUE };

  return number_objects (&reader, error)
         && write_reader (&reader, path, save_tiff, progress, user_data, cancellable, error);
}
