/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What results are of: the slides of a project as they were when the page asked, the model in use and its thresholds.
 * Does not change; made on the main thread, used by any. */

#include "data/objects/acini-object-table.h"
#include "ui/project/acini-session.h"

G_BEGIN_DECLS

typedef struct _AciniResultsSource AciniResultsSource;

/* @region: what counts, NULL: all. */
AciniResultsSource *acini_results_source_new (AciniSession *session, const char *region);
AciniResultsSource *acini_results_source_ref (AciniResultsSource *self);
void acini_results_source_unref (AciniResultsSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniResultsSource, acini_results_source_unref)

AciniProject *acini_results_source_get_project (AciniResultsSource *self);
/* The name of the regions that count; NULL: all does. */
const char *acini_results_source_get_region (AciniResultsSource *self);
guint acini_results_source_get_n (AciniResultsSource *self);
const AciniSlideRecord *acini_results_source_get_slide (AciniResultsSource *self, guint slide);
/* Whether the scale of every slide is known, so that measures are in µm. */
gboolean acini_results_source_is_scaled (AciniResultsSource *self);
/* µm per pixel of @slide for measures; 0: they are in pixels, as that of some slide is not known. */
double acini_results_source_get_pixel (AciniResultsSource *self, guint slide);

/* One slide with its index of objects, open. */
typedef struct
{
  AciniObjectSource source;
  AciniObjectIndex *index; /* NULL: it was neither segmented nor labelled */
  AciniPrediction *prediction;
} AciniResultsSlide;

/* Disk speed.  Returns: (transfer full), or NULL with @error set.  @self has to outlive it. */
AciniResultsSlide *acini_results_source_open (AciniResultsSource *self, guint slide, GError **error);
void acini_results_slide_free (AciniResultsSlide *slide);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniResultsSlide, acini_results_slide_free)

G_END_DECLS
