/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What an export will use, in words: thresholds and predictions. */

#include "ui/project/acini-session.h"

G_BEGIN_DECLS

/* The thresholds of the model in use, a line for each organ of the @slides (element-type gint64), and whose they are.
 * Returns: (transfer full) */
char *acini_export_describe_thresholds (AciniSession *session, GArray *slides);

/* Which predictions of the model with the id @model, made at @mpp µm per pixel (0: unknown) and called @name, count for
 * the @slides: how many there are, and how they were made.  Disk speed: not on the main thread.  Returns: (transfer
 * full) */
char *acini_export_describe_predictions (AciniProject *project, GArray *slides, const char *model, double mpp,
                                         const char *name);

G_END_DECLS
