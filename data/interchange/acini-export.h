/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The effective mask of one slide as a file: one function per format behind one table. */

#include "data/interchange/acini-export-table.h"

G_BEGIN_DECLS

typedef gboolean (*AciniExportFunc) (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                                     gpointer user_data, GCancellable *cancellable, GError **error);

typedef struct
{
  const char *id;     /* for the command line: "png", "instances", "tiff", "rle", "geojson" … */
  const char *name;   /* for people; untranslated, marked for translation: a list has room for some twenty letters … */
  const char *hint;   /* … and what else is to be known, likewise; nullable */
  const char *suffix; /* of the file, without the dot */
  AciniExportFunc write;
  const char *annotations;    /* the format of annotations that it is, whose outlines can be simplified; nullable */
  AciniExportTableKind table; /* one file of all slides */
  gboolean ignores;           /* pixels in exclusions can have a value of their own, the source's @ignored */
} AciniExportFormat;

/* The formats, *@n of them; static. */
const AciniExportFormat *acini_export_get_formats (guint *n);
/* NULL with @error set (it names the formats there are) when @id is none. */
const AciniExportFormat *acini_export_find_format (const char *id, GError **error);

/* The name of the file, without suffix, of each slide of @project: safe, and all different, also where only some are
 * exported.  Returns: (transfer full) (element-type gint64 char) by id, or NULL with @error set. */
GHashTable *acini_export_name_files (AciniProject *project, GError **error);

/* png, tiff: one byte a pixel, 0 = outside, k = class k; tiff is pyramidal and tiled, with µm per pixel.
 * instances: a PNG of two bytes a pixel, 0 = outside, k = the k-th object in the order of the ids.
 * instances-tiff: the same of four bytes a pixel, pyramidal and tiled.
 * ome: OME-TIFF, a channel of 0 and 255 per class with its name; probabilities: the same of what the model said, 0 …
 * 255, at its own scale.
 * rle, submission-2021, submission-2023: see acini-export-table.h; here of one slide.
 * geojson: QuPath's FeatureCollection of polygons with holes, one per object, with class, id and measures; coco, asap,
 * aperio, histomics, labelme, labelstudio, ome-roi, ndpa, sliderunner, dicom-ann, dicom-seg: the same as far as those
 * can carry it.
 * report: a PDF, see acini-report.h.
 * What lies in an exclusion is outside, or has the source's @ignored in png and tiff; objects whose centre does are
 * left out of instances and geojson; probabilities stay as the model said them. The file appears when it is complete; a
 * cancelled or failed export leaves what was there before. */
gboolean acini_export_write (const AciniExportFormat *format, const AciniExportSource *source, const char *path,
                             AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
