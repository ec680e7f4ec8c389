/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Files of annotations: one table of formats, each told by its content, read as a stream of objects and, some of them,
 * written as one.  Memory is that of the largest object, not of the file. */

#include "data/annotations/acini-annotation.h"
#include "data/base/acini-progress.h"

G_BEGIN_DECLS

/* What a format can carry; what it cannot is left out of a file that is written, and said. */
typedef enum
{
  ACINI_CARRIES_CLASSES = 1 << 0,
  ACINI_CARRIES_NAMES = 1 << 1,
  ACINI_CARRIES_IDS = 1 << 2,
  ACINI_CARRIES_COLORS = 1 << 3,
  ACINI_CARRIES_LOCKS = 1 << 4,
  ACINI_CARRIES_MEASUREMENTS = 1 << 5,
  ACINI_CARRIES_HOLES = 1 << 6,
  ACINI_CARRIES_PARTS = 1 << 7, /* several outer rings in one object */
  ACINI_CARRIES_ELLIPSES = 1 << 8,
  ACINI_CARRIES_RECTANGLES = 1 << 9,
  ACINI_CARRIES_POINTS = 1 << 10,
  ACINI_CARRIES_LINES = 1 << 11,
  ACINI_CARRIES_PLANES = 1 << 12,
  ACINI_CARRIES_IMAGES = 1 << 13,  /* says which image an object belongs to */
  ACINI_CARRIES_RASTERS = 1 << 14, /* run lengths: read as outlines along pixel edges */
  ACINI_CARRIES_POLYGONS = 1 << 15,
  ACINI_CARRIES_STATES = 1 << 16, /* of a review */
} AciniAnnotationCarries;

/* The names of the flags in @carries, the first one at 0; NULL behind the last. */
const char *acini_annotation_carries_name (AciniAnnotationCarries carries, guint number);

/* What is known of the slide, for formats whose coordinates are fractions, count from the bottom or are nm; 0:
 * unknown. */
typedef struct
{
  gint64 width, height;
  double mpp;
  double offset_x, offset_y; /* nm from the middle of the glass to the slide's middle, as Hamamatsu's files say */
  gboolean from_corner;      /* what is written begins at the corner of level 0, which GeoJSON then says */
} AciniAnnotationSpace;

/* Takes one object, which stays the caller's.  FALSE with @error set ends the reading. */
typedef gboolean (*AciniAnnotationFunc) (const AciniAnnotation *annotation, gpointer user_data, GError **error);
/* Something about the file that does not keep it from being read; line 0: of the file as a whole.  @left_out: an object
 * that has no shape was not given out. */
typedef void (*AciniAnnotationProblemFunc) (const char *sentence, guint line, guint column, gboolean left_out,
                                            gpointer user_data);

typedef struct _AciniAnnotationFormat AciniAnnotationFormat;
typedef struct _AciniAnnotationHead AciniAnnotationHead;
typedef struct _AciniAnnotationReader AciniAnnotationReader;
typedef struct _AciniAnnotationWriter AciniAnnotationWriter;

struct _AciniAnnotationFormat
{
  const char *id;     /* for the command line: "geojson" */
  const char *name;   /* for people; a proper name, not translated */
  const char *suffix; /* of a new file, without the dot */
  AciniAnnotationCarries carries;
  gboolean (*sniff) (const AciniAnnotationHead *head);
  gboolean (*read) (AciniAnnotationReader *reader, GError **error);
  /* Of writers; NULL: it is only read. */
  gboolean (*begin) (AciniAnnotationWriter *writer, GError **error);
  gboolean (*add) (AciniAnnotationWriter *writer, const AciniAnnotation *annotation, GError **error);
  gboolean (*end) (AciniAnnotationWriter *writer, GError **error);
};

/* The formats, *@n of them; static. */
const AciniAnnotationFormat *const *acini_annotation_formats (guint *n);
/* NULL with @error set (it names the formats there are) when @id is none, or with @to_write none that is written. */
const AciniAnnotationFormat *acini_annotation_format_find (const char *id, gboolean to_write, GError **error);
/* The format of the file @path by what is in it, or NULL with @error set. */
const AciniAnnotationFormat *acini_annotation_format_sniff (const char *path, GError **error);
/* Whether the file says that its coordinates begin at the corner of level 0, rather than at that of the scanned area in
 * it: GeoJSON with "origin": "slide", as it is written here. */
gboolean acini_annotations_tell_origin (const char *path);

typedef struct
{
  const AciniAnnotationFormat *format; /* NULL: by what is in the file */
  AciniAnnotationSpace space;
  AciniAnnotationFunc func;
  AciniAnnotationProblemFunc problem; /* nullable */
  AciniProgressFunc progress;         /* nullable */
  gpointer user_data;                 /* of all three */
  GCancellable *cancellable;
} AciniAnnotationReading;

/* Reads the annotations of @path one after another.  What is no annotation, damaged, not finite or beyond any slide is
 * an error that says file, line and column; it may come after objects were given out. */
gboolean acini_annotations_read (const char *path, const AciniAnnotationReading *reading, GError **error);

/* A file that appears when it is closed; freed before, nothing is left of it.  @image: name of the slide, nullable. */
AciniAnnotationWriter *acini_annotation_writer_new (const AciniAnnotationFormat *format, const char *path,
                                                    const AciniAnnotationSpace *space, const char *image,
                                                    GError **error);
gboolean acini_annotation_writer_add (AciniAnnotationWriter *self, const AciniAnnotation *annotation, GError **error);
gboolean acini_annotation_writer_close (AciniAnnotationWriter *self, GError **error);
void acini_annotation_writer_free (AciniAnnotationWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniAnnotationWriter, acini_annotation_writer_free)
/* What of the objects written the format could not carry. */
AciniAnnotationCarries acini_annotation_writer_get_lost (const AciniAnnotationWriter *self);
/* Objects that it could not carry at all. */
guint64 acini_annotation_writer_get_n_left_out (const AciniAnnotationWriter *self);

G_END_DECLS
