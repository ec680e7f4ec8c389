/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The objects in a format of annotations: their GeoJSON, converted, and simplified before where a tolerance is said. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-annotation-simplify.h"
#include "data/interchange/acini-export-private.h"
#include "data/slides/acini-slide.h"

#include <glib/gstdio.h>

/* Finding the objects takes most of the time. */
#define FINDING 0.7

typedef struct
{
  AciniAnnotationWriter *writer;
  GPtrArray *all; /* of AciniAnnotation, to be simplified; NULL: they are written as they come */
  AciniProgressFunc progress;
  gpointer user_data;
} Conversion;

static gboolean
take_object (const AciniAnnotation *annotation, gpointer user_data, GError **error)
{
  Conversion *self = user_data;

  if (self->all == NULL)
    return acini_annotation_writer_add (self->writer, annotation, error);
  g_ptr_array_add (self->all, acini_annotation_copy (annotation));
  return TRUE;
}

static void
show_finding (double fraction, gpointer user_data)
{
  const Conversion *self = user_data;

  self->progress (FINDING * fraction, self->user_data);
}

static void
show_writing (double fraction, gpointer user_data)
{
  const Conversion *self = user_data;

  self->progress (FINDING + (1 - FINDING) * fraction, self->user_data);
}

static gboolean
convert (const AciniExportSource *source, Conversion *self, const char *found, GCancellable *cancellable,
         GError **error)
{
  const AciniAnnotationReading reading = { .format = acini_annotation_format_find ("geojson", FALSE, NULL),
                                           .func = take_object,
                                           .progress = self->progress != NULL ? show_writing : NULL,
                                           .user_data = self,
                                           .cancellable = cancellable };

  if (!acini_annotations_read (found, &reading, error))
    return FALSE;
  if (self->all == NULL)
    return TRUE;
  if (!acini_annotations_simplify (self->all, source->tolerance, error))
    return FALSE;
  for (guint i = 0; i < self->all->len; i++)
    if (!acini_annotation_writer_add (self->writer, self->all->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Hamamatsu's coordinates begin at the middle of the glass, and the slide's file alone says where that is. */
static gboolean
find_space (const AciniSlideRecord *slide, const AciniAnnotationFormat *format, AciniAnnotationSpace *space,
            GError **error)
{
  g_autoptr (AciniSlide) file = NULL;

  *space = (AciniAnnotationSpace){
    .width = slide->width, .height = slide->height, .mpp = slide->mpp_x, .from_corner = TRUE
  };
  if (!g_str_equal (format->id, "ndpa"))
    return TRUE;
  file = acini_slide_open (slide->path, error);
  if (file != NULL)
    acini_slide_get_offset (file, &space->offset_x, &space->offset_y);
  return file != NULL;
}

gboolean
acini_export_write_outlines (const AciniExportSource *source, const char *id, const char *path,
                             AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *slide = source->slide;
  const AciniAnnotationFormat *format = acini_annotation_format_find (id, TRUE, error);
  AciniAnnotationSpace space;
  g_autofree char *found = g_strconcat (path, ".objects", NULL);
  g_autoptr (AciniAnnotationWriter) writer = NULL;
  g_autoptr (GPtrArray) all = NULL;
  Conversion conversion = { .progress = progress, .user_data = user_data };
  gboolean done;

  if (format == NULL || !find_space (slide, format, &space, error))
    return FALSE;
  if (source->tolerance > 0)
    all = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_annotation_free);
  done = acini_export_write_geojson (source, found, progress != NULL ? show_finding : NULL, &conversion, cancellable,
                                     error);
  if (done)
    writer = acini_annotation_writer_new (format, path, &space, slide->name, error);
  conversion.writer = writer;
  conversion.all = all;
  done = done && writer != NULL && convert (source, &conversion, found, cancellable, error)
         && acini_annotation_writer_close (writer, error);
  g_unlink (found);
  return done;
}
