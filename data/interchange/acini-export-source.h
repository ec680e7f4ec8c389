/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is exported of a slide: the effective mask, read for all formats alike. */

#include "data/mask/acini-mask.h"
#include "data/objects/acini-object-index.h"
#include "data/slides/acini-slide-import.h"

G_BEGIN_DECLS

#define ACINI_EXPORT_ERROR (acini_export_error_quark ())
GQuark acini_export_error_quark (void);

typedef enum
{
  ACINI_EXPORT_ERROR_FORMAT, /* no format of that name */
  ACINI_EXPORT_ERROR_WRITE,
} AciniExportError;

/* What is exported.  All of it has to outlive the call. */
typedef struct
{
  AciniProject *project; /* NULL: the prediction alone */
  const AciniSlideRecord *slide;
  AciniPrediction *prediction;       /* NULL: people's labels alone */
  const AciniThresholds *thresholds; /* of @prediction; may be NULL where there is none */
  double tolerance;                  /* of outlines: see acini_annotations_simplify (); 0: along the edges of pixels */
  guint8 ignored;                    /* of class images: the value of pixels in exclusions, 0: as outside */
  const AciniRegionScope *scope;     /* what counts; NULL: all, until acini_export_write () knows the exclusions */
} AciniExportSource;

/* Class numbers of the effective mask (0 = outside; @ignored where @scope does not count), any size of region: read in
 * pieces of bounded memory. */
gboolean acini_export_read (const AciniExportSource *source, gint64 x, gint64 y, int width, int height, guint8 *classes,
                            GError **error);
/* *@scope: (transfer full) what counts of the slide, its exclusions left out; NULL where all of it does. */
gboolean acini_export_find_scope (const AciniExportSource *source, AciniRegionScope **scope, GError **error);
/* Of class @number, from 1: 0xRRGGBB, as in the window. */
guint32 acini_export_get_colour (const AciniExportSource *source, int number);
/* The objects of the mask, up to date.  Returns: (transfer full), or NULL with @error set. */
AciniObjectIndex *acini_export_open_index (const AciniExportSource *source, GCancellable *cancellable, GError **error);

G_END_DECLS
