/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A report on paper (PDF, A4): a slide's picture with its outlines, counts, densities, areas and their distribution,
 * the model and the thresholds, who reviewed it, its sign-offs, and the head of the journal's chain of hashes, which
 * “acini-cli journal verify” can be compared with. */

#include "data/interchange/acini-export-source.h"

G_BEGIN_DECLS

typedef struct _AciniReport AciniReport;

/* Begins one about @project at @path, which appears when it is finished.  Returns: (transfer full), or NULL with @error
 * set. */
AciniReport *acini_report_new (AciniProject *project, const char *path, GError **error);
/* A page or two about a slide.  @source->project is that of the report.  Reads the whole mask: disk speed. */
gboolean acini_report_add_slide (AciniReport *self, const AciniExportSource *source, AciniProgressFunc progress,
                                 gpointer user_data, GCancellable *cancellable, GError **error);
/* A table of all slides and their sums, where there are several; then the file gets its name. */
gboolean acini_report_finish (AciniReport *self, GError **error);
/* Unfinished, nothing is left of it. */
void acini_report_free (AciniReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniReport, acini_report_free)

G_END_DECLS
