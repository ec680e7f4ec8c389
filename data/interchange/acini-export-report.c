/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report of one slide, as one of the formats. */

#include "acini-config.h"

#include "data/interchange/acini-export-private.h"
#include "data/interchange/acini-report.h"

#include <glib/gi18n-lib.h>

gboolean
acini_export_write_report (const AciniExportSource *source, const char *path, AciniProgressFunc progress,
                           gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniReport) report = NULL;

  if (source->project == NULL)
    {
      g_set_error_literal (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_FORMAT,
                           _ ("A report is about a slide of a project: add the slide to one first."));
      return FALSE;
    }
  report = acini_report_new (source->project, path, error);
  return report != NULL && acini_report_add_slide (report, source, progress, user_data, cancellable, error)
         && acini_report_finish (report, error);
}
