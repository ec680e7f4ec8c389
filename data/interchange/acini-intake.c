/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-intake.h"
#include "data/slides/acini-slide-import.h"

#include "data/annotations/acini-annotation-format.h"
#include "data/interchange/acini-mask-match.h"
#include "data/labels/acini-labels.h"

#include <glib/gstdio.h>
#include <string.h>

void
acini_intake_result_clear (AciniIntakeResult *result)
{
  g_clear_pointer (&result->mask, g_free);
  g_clear_pointer (&result->notes, g_free);
  acini_labels_import_clear (&result->labels);
}

char *
acini_intake_make_digest (const char *file, const AciniImageReading *reading, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (file);
  g_autoptr (GFileInputStream) stream = g_file_read (source, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (1 << 20);
  gssize n = 0;

  while (stream != NULL && (n = g_input_stream_read (G_INPUT_STREAM (stream), buffer, 1 << 20, cancellable, error)) > 0)
    g_checksum_update (checksum, buffer, n);
  if (stream == NULL || n < 0)
    return NULL;
  return g_strdup_printf ("%s %g..%g %d,%d,%d %d", g_checksum_get_string (checksum), reading->low, reading->high,
                          reading->bands[0], reading->bands[1], reading->bands[2], reading->page);
}

/* A slide that stays where it is. */
static gint64
take_slide (AciniProject *project, const char *file, const AciniIntake *intake, AciniIntakeResult *result,
            GError **error)
{
  g_autofree char *path = g_canonicalize_filename (file, NULL);
  g_autoptr (GPtrArray) records = acini_project_list_slides (project, error);

  if (records == NULL)
    return 0;
  for (guint i = 0; i < records->len; i++)
    result->known = result->known || g_str_equal (((AciniSlideRecord *)g_ptr_array_index (records, i))->path, path);
  return acini_project_add_slide (project, path, intake->name, intake->organ, intake->image.mpp, error);
}

/* An image that is converted into the project. */
static gint64
take_image (AciniProject *project, const char *file, const AciniIntake *intake, AciniIntakeResult *result,
            AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree char *folder = acini_project_build_path (project, "slides", NULL);
  g_autofree char *digest = acini_intake_make_digest (file, &intake->image, cancellable, error);
  g_autofree char *path = NULL, *name = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  gint64 slide = digest != NULL ? acini_project_find_source (project, file, digest) : 0;

  if (digest == NULL)
    return 0;
  result->known = slide != 0;
  if (slide == 0)
    {
      name = acini_dup_stem (file);
      path = acini_slide_import_image (file, folder, &intake->image, &result->notes, progress, user_data, cancellable,
                                       error);
      slide = path != NULL ? acini_project_add_converted_slide (project, path, file, digest,
                                                                intake->name != NULL ? intake->name : name,
                                                                intake->organ, intake->image.mpp, error)
                           : 0;
    }
  else if (!acini_project_restore_slide (project, slide, error))
    return 0;
  record = slide != 0 ? acini_project_get_slide (project, slide, NULL) : NULL;
  /* Not needed after all: it could not be added, or somebody else was quicker.  What cannot be read now is kept. */
  if (path != NULL && (slide == 0 || (record != NULL && !g_str_equal (record->path, path))))
    g_unlink (path);
  return slide;
}

static gboolean
describe (AciniProject *project, gint64 slide, const AciniSlideFields *fields, GError **error)
{
  g_autoptr (AciniChange) change = fields != NULL ? acini_slide_fields_make_change (fields, slide) : NULL;

  return change == NULL || acini_project_write_change (project, change, error);
}

/* What lies beside the image, or was said to belong to it, becomes its labels. */
static gboolean
take_labels (AciniProject *project, const char *file, const AciniIntake *intake, AciniIntakeResult *result,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;

  if (intake->runs == NULL && !acini_mask_match (file, intake->masks, &result->mask, error))
    return FALSE;
  if (intake->runs == NULL && result->mask == NULL)
    return TRUE;
  record = acini_project_get_slide (project, result->slide, error);
  if (record == NULL)
    return FALSE;
  /* Somebody may have worked on them since. */
  if (record->labelled)
    return TRUE;
  if (intake->runs != NULL)
    result->labelled = acini_labels_import_runs (project, result->slide, intake->runs, ACINI_LABEL_FIRST_CLASS,
                                                 &result->labels, cancellable, error);
  else if (!acini_mask_match_is_image (result->mask) && acini_annotation_format_sniff (result->mask, NULL) != NULL)
    result->labelled = acini_labels_import_annotations (project, result->slide, result->mask, intake->origin,
                                                        &result->labels, cancellable, error);
  else
    result->labelled = acini_labels_import_mask (project, result->slide, result->mask, &intake->mask,
                                                 ACINI_LABEL_FIRST_CLASS, &result->labels, error);
  return result->labelled;
}

gboolean
acini_intake (AciniProject *project, const char *file, const AciniIntake *intake, AciniIntakeResult *result,
              AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && file != NULL && intake != NULL && result != NULL, FALSE);

  if (acini_slide_import_stays (file, &intake->image, &problem))
    result->slide = take_slide (project, file, intake, result, error);
  else if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    result->slide = take_image (project, file, intake, result, progress, user_data, cancellable, error);
  if (result->slide == 0)
    return FALSE;
  return describe (project, result->slide, intake->fields, error)
         && (intake->without_masks || take_labels (project, file, intake, result, cancellable, error));
}
