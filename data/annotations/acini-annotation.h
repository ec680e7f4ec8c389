/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One object of an annotation file, whatever the format: shape, class, name, colours, lock, measurements.
 *
 * Coordinates are level-0 pixels, x to the right and y down; the pixel (0, 0) has the corners (0, 0) and (1, 1). */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_ANNOTATION_ERROR (acini_annotation_error_quark ())
GQuark acini_annotation_error_quark (void);

typedef enum
{
  ACINI_ANNOTATION_ERROR_UNKNOWN,     /* no format, or none of that name */
  ACINI_ANNOTATION_ERROR_DAMAGED,     /* the sentence says file, line and column */
  ACINI_ANNOTATION_ERROR_LIMIT,       /* a bomb, or numbers beyond any slide */
  ACINI_ANNOTATION_ERROR_UNSUPPORTED, /* can be told what it is, but not read or written */
  ACINI_ANNOTATION_ERROR_NEEDS,       /* the slide's size or µm per pixel has to be said */
} AciniAnnotationError;

typedef enum
{
  ACINI_ANNOTATION_POLYGON,
  ACINI_ANNOTATION_MULTIPOLYGON,
  ACINI_ANNOTATION_ELLIPSE,
  ACINI_ANNOTATION_RECTANGLE,
  ACINI_ANNOTATION_POINT,
  ACINI_ANNOTATION_LINE,
} AciniAnnotationKind;

typedef struct
{
  double x, y;
} AciniVertex;

typedef struct
{
  guint n;       /* vertices; the first one is not repeated */
  gboolean hole; /* of the outer ring before it */
} AciniRing;

typedef struct
{
  char *name;
  double value;
} AciniMeasurement;

#define ACINI_NO_COLOR (-1)

typedef struct
{
  AciniAnnotationKind kind;
  GArray *vertices; /* of AciniVertex, of all rings behind one another.  An ellipse: its middle and the ends of two
                     * conjugate half axes; points: themselves; a rectangle may be turned */
  GArray *rings;    /* of AciniRing; an outer ring begins a part.  Points and ellipses have a single one */
  char *class_name, *name, *id;
  char *object_type;    /* QuPath's: "annotation", "detection", "cell" … */
  char *state;          /* what a review decided: "accepted", "rejected", "flagged" */
  char *image;          /* the image it belongs to, where a file tells of several */
  int color;            /* 0xRRGGBB of the object, or ACINI_NO_COLOR … */
  int class_color;      /* … and of its class */
  int locked;           /* 1, 0; -1: not said */
  int z, t;             /* plane; -1: not said */
  GArray *measurements; /* of AciniMeasurement */
  guint line, column;   /* where it begins in its file, from 1; 0: unknown */
} AciniAnnotation;

AciniAnnotation *acini_annotation_new (void);
void acini_annotation_free (AciniAnnotation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniAnnotation, acini_annotation_free)
/* As new; what was allocated is kept for the next object. */
void acini_annotation_reset (AciniAnnotation *self);
/* All of @from becomes that of @to. */
void acini_annotation_assign (AciniAnnotation *to, const AciniAnnotation *from);
AciniAnnotation *acini_annotation_copy (const AciniAnnotation *self); /* (transfer full) */
/* The shape alone is taken away. */
void acini_annotation_clear_shape (AciniAnnotation *self);

void acini_annotation_add_vertex (AciniAnnotation *self, double x, double y);
/* The vertices that are in no ring yet become one.  A last vertex equal to the first is taken off, but of lines and
 * points.  Returns: how many vertices it has; a ring of none is not added. */
guint acini_annotation_end_ring (AciniAnnotation *self, gboolean hole);
void acini_annotation_set_rectangle (AciniAnnotation *self, double x, double y, double width, double height);
/* Turned by @angle radians around its middle (@x, @y). */
void acini_annotation_set_turned_rectangle (AciniAnnotation *self, double x, double y, double width, double height,
                                            double angle);
void acini_annotation_set_ellipse (AciniAnnotation *self, double x, double y, double rx, double ry, double angle);
void acini_annotation_add_measurement (AciniAnnotation *self, const char *name, double value);

const char *acini_annotation_kind_name (AciniAnnotationKind kind); /* "polygon" …; static */
guint acini_annotation_count_parts (const AciniAnnotation *self);
gboolean acini_annotation_has_holes (const AciniAnnotation *self);
gboolean acini_annotation_is_area (const AciniAnnotation *self);
/* Square pixels by the shoelace formula: outer rings less holes; π·a·b of an ellipse; 0 of points and lines. */
double acini_annotation_get_area (const AciniAnnotation *self);
/* FALSE: it has no vertices. */
gboolean acini_annotation_get_box (const AciniAnnotation *self, double *x0, double *y0, double *x1, double *y1);
/* x' = a·x + b·y + c, y' = d·x + e·y + f; @m: a … f.  An ellipse stays one. */
void acini_annotation_transform (AciniAnnotation *self, const double m[6]);
/* An ellipse becomes a polygon of @n vertices, the ends of its axes among them (@n a multiple of 4); others stay. */
void acini_annotation_flatten (AciniAnnotation *self, guint n);
/* The axes of an ellipse: half lengths, and the angle of the first in radians. */
void acini_annotation_get_axes (const AciniAnnotation *self, double *rx, double *ry, double *angle);
/* The middle, the sides and the angle of the first one of a rectangle, which may be turned. */
void acini_annotation_get_rectangle (const AciniAnnotation *self, double *x, double *y, double *width, double *height,
                                     double *angle);
/* Whether edges of one ring cross each other.  Rings whose edges are too many to compare count as sound. */
gboolean acini_annotation_crosses_itself (const AciniAnnotation *self);

/* Colours as files write them: "#rrggbb", "rgb(r, g, b)", "rgba(…)".  ACINI_NO_COLOR where it is none. */
int acini_color_parse (const char *text);

G_END_DECLS
