/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the formats are made with. */

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-json.h"
#include "data/base/acini-part-file.h"

G_BEGIN_DECLS

/* The beginning of a file, and what stands in it: of JSON the names of members, "$.features", those of the items of a
 * list at the top likewise, down to three; text of at most 40 bytes behind them, "$.type=Feature"; of XML the elements,
 * "<Annotation>". */
struct _AciniAnnotationHead
{
  const char *path;
  char *name; /* lower case, without ".gz" */
  GString *text;
  char root; /* the first character */
  GHashTable *marks;
};
gboolean acini_annotation_head_has (const AciniAnnotationHead *head, const char *mark);

/* Reading */

struct _AciniAnnotationReader
{
  const char *path;
  char *name; /* for people */
  const AciniAnnotationReading *reading;
  AciniAnnotation *annotation; /* the object at hand, reset when it was given out */
  guint n_problems;
  guint64 n_walked; /* values that acini_reader_walk () gave out */
  guint64 n_outside, n_swapped, n_inside;
  guint outside_line, outside_column;
  gboolean without_lines;  /* the file is no text */
  double scale_x, scale_y; /* of what is given out; 0: as it is */
  gpointer state;          /* the format's own */
};

/* What was gathered in reader->annotation is checked, given out and reset. */
gboolean acini_reader_emit (AciniAnnotationReader *self, GError **error);
void acini_reader_problem (AciniAnnotationReader *self, guint line, guint column, gboolean left_out,
                           const char *sentence);
/* Returns: FALSE. */
gboolean acini_reader_fail (AciniAnnotationReader *self, guint line, guint column, GError **error,
                            const char *sentence);
AciniJson *acini_reader_open_json (AciniAnnotationReader *self, GError **error);
/* Walks to every value whose place fits one of @places, NULL-terminated, reads it and gives it to @func: "$[]" (the
 * items of the list at the top), "$.annotations[]"; "$": the whole, also when several stand behind one another. */
typedef gboolean (*AciniJsonFunc) (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error);
gboolean acini_reader_walk (AciniAnnotationReader *self, const char *const *places, AciniJsonFunc func, GError **error);
gboolean acini_reader_walk_json (AciniAnnotationReader *self, AciniJson *json, const char *const *places,
                                 AciniJsonFunc func, GError **error);
/* How far @source is. */
gboolean acini_reader_progress (AciniAnnotationReader *self, const AciniSource *source, GError **error);
/* Fractions of the slide become pixels where its size is known; else they stay, and that is said once. */
void acini_reader_scale_fractions (AciniAnnotationReader *self, gboolean *said);

/* A list of [x, y], or of {"x":, "y":}, as one ring of the annotation; a flat list of x, y, x, y, too.  FALSE with
 * @error set where it is something else. */
gboolean acini_reader_add_ring (AciniAnnotationReader *self, const AciniJsonValue *points, gboolean hole,
                                GError **error);
gboolean acini_reader_get_xy (const AciniJsonValue *point, double *x, double *y);
/* "x,y x,y" or "x,y;x,y". */
gboolean acini_reader_add_text_ring (AciniAnnotationReader *self, const char *points, gboolean hole);
/* Where the object began. */
void acini_reader_begin (AciniAnnotationReader *self, const AciniJsonValue *value);

/* XML: as a stream; entities but the five of XML are refused, and with them what they may blow up to. */
typedef struct
{
  gboolean (*start) (AciniAnnotationReader *reader, const char *element, const char **names, const char **values,
                     GError **error);
  gboolean (*end) (AciniAnnotationReader *reader, const char *element, const char *text, GError **error);
} AciniMarkup;
gboolean acini_reader_parse_markup (AciniAnnotationReader *self, const AciniMarkup *markup, gpointer state,
                                    GError **error);
/* Of the handlers. */
gpointer acini_reader_get_state (AciniAnnotationReader *self);
void acini_reader_get_place (AciniAnnotationReader *self, guint *line, guint *column);
const char *acini_markup_get (const char **names, const char **values, const char *name); /* nullable */
/* NaN where it is missing or no number. */
double acini_markup_get_number (const char **names, const char **values, const char *name);

/* A plane's number; -1 where it is none. */
static inline int
acini_reader_to_plane (double number)
{
  return number >= 0 && number < 1e9 ? (int)number : -1;
}

/* NaN where @text (nullable) is no number. */
double acini_reader_parse_number (const char *text);

/* Run lengths: starts and lengths of runs, down the columns of an image, in the order of their starts, as outlines
 * along pixel edges.  With @each the connected parts are objects of their own, given out; else they are the parts of
 * reader->annotation. */
typedef struct
{
  gint64 start, length;
} AciniRun;
gboolean acini_reader_add_runs (AciniAnnotationReader *self, const AciniRun *runs, gsize n, gint64 width, gint64 height,
                                gboolean each, GError **error);
/* Of an image of @width × @height whose corner is at (@x, @y), along its rows, as parts of reader->annotation. */
gboolean acini_reader_add_row_runs (AciniAnnotationReader *self, const AciniRun *runs, gsize n, gint64 width,
                                    gint64 height, double x, double y, GError **error);

/* Writing */

struct _AciniAnnotationWriter
{
  const AciniAnnotationFormat *format;
  AciniAnnotationSpace space;
  AciniPartFile *file;
  GOutputStream *stream;       /* of @file */
  char *name, *image;          /* of the file, for people; of the slide */
  GString *text;               /* goes into the file from time to time */
  guint64 n, n_left_out;       /* @n: objects, that which is being written among them */
  AciniAnnotationCarries lost; /* formats may add what an object had too much of */
  GHashTable *classes;         /* name → number + 1, in the order met; formats may use them */
  GPtrArray *class_names;
  GArray *class_colors;
  GPtrArray *layers; /* see acini_writer_get_layer () */
  AciniAnnotation *scratch;
  char *first_image; /* that objects said they are of */
  char number[24];   /* see acini_writer_get_id () */
  gpointer state;    /* the format's own, until it is freed by: */
  GDestroyNotify free_state;
};

/* FALSE with @error set: the slide's size, or with @scale its µm per pixel, is not known. */
gboolean acini_writer_check_space (AciniAnnotationWriter *self, gboolean scale, GError **error);
/* Begins a JSON list of what is in fractions of the slide's size.  FALSE with @error set: that is not known. */
gboolean acini_writer_begin_fractions (AciniAnnotationWriter *self, GError **error);
/* What the object is called where each has to be called something: its identity, else its number. */
const char *acini_writer_get_id (AciniAnnotationWriter *self, const AciniAnnotation *annotation);
guint acini_writer_get_class (AciniAnnotationWriter *self, const AciniAnnotation *annotation);
/* Text or bytes that are to stand together in the file, as those of a class: acini_writer_put_layer () takes them over,
 * acini_writer_walk_layer () gives them to @func in pieces, as often as need be. */
GString *acini_writer_get_layer (AciniAnnotationWriter *self, guint number, GError **error);
gboolean acini_writer_put_layer (AciniAnnotationWriter *self, guint number, GError **error);
typedef gboolean (*AciniLayerFunc) (AciniAnnotationWriter *self, const guint8 *bytes, gsize n, gpointer user_data,
                                    GError **error);
gboolean acini_writer_walk_layer (AciniAnnotationWriter *self, guint number, AciniLayerFunc func, gpointer user_data,
                                  GError **error);
/* Unless @all only where much has come together. */
gboolean acini_writer_flush (AciniAnnotationWriter *self, gboolean all, GError **error);
void acini_text_add_number (GString *text, double number);
void acini_text_add_json (GString *text, const char *string); /* with quotes */
void acini_text_add_xml (GString *text, const char *string);
/* An attribute: a space, name and value in quotes. */
void acini_text_add_xml_number (GString *text, const char *name, double number);
void acini_text_add_xml_text (GString *text, const char *name, const char *value);
void acini_text_add_color (GString *text, int color); /* #rrggbb */
/* [[x,y],…]; @closed: the first point is repeated. */
void acini_text_add_points (GString *text, const AciniVertex *vertices, guint n, gboolean closed);

/* The table */
extern const AciniAnnotationFormat acini_format_geojson, acini_format_aperio, acini_format_asap, acini_format_histomics,
    acini_format_coco, acini_format_labelme, acini_format_cvat, acini_format_labelstudio, acini_format_via,
    acini_format_voc, acini_format_ome, acini_format_sliderunner, acini_format_camicroscope, acini_format_cytomine,
    acini_format_ndpa, acini_format_pathologycore, acini_format_hubmap, acini_format_rle, acini_format_qupath_project,
    acini_format_qpdata, acini_format_dicom_ann, acini_format_dicom_seg;

G_END_DECLS
