/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-file-name.h"
#include "data/base/acini-part-file.h"
#include "data/interchange/acini-export-private.h"

#include <glib/gi18n-lib.h>

static const AciniExportFormat formats[] = {
  { .id = "tiff",
    .name = N_ ("Mask, Pyramidal TIFF"),
    .hint = N_ ("The number of the class in each pixel"),
    .suffix = "tiff",
    .write = acini_export_write_tiff,
    .ignores = TRUE },
  { .id = "png",
    .name = N_ ("Mask, PNG"),
    .hint = N_ ("The number of the class in each pixel"),
    .suffix = "png",
    .write = acini_export_write_png,
    .ignores = TRUE },
  { .id = "instances",
    .name = N_ ("Objects, PNG"),
    .hint = N_ ("A number for each object"),
    .suffix = "png",
    .write = acini_export_write_instances },
  { .id = "instances-tiff",
    .name = N_ ("Objects, TIFF"),
    .hint = N_ ("A number for each object, 32 bits"),
    .suffix = "tiff",
    .write = acini_export_write_instances_tiff },
  { .id = "ome",
    .name = N_ ("Mask, OME-TIFF"),
    .hint = N_ ("A channel for each class"),
    .suffix = "ome.tiff",
    .write = acini_export_write_ome },
  { .id = "probabilities",
    .name = N_ ("Probabilities"),
    .hint = N_ ("What the model said, OME-TIFF"),
    .suffix = "ome.tiff",
    .write = acini_export_write_probabilities },
  { .id = "geojson",
    .name = N_ ("Outlines, QuPath"),
    .hint = N_ ("GeoJSON with review states"),
    .suffix = "geojson",
    .write = acini_export_write_geojson,
    .annotations = "geojson" },
  { .id = "coco", .name = N_ ("Outlines, COCO"), .suffix = "json", .annotations = "coco" },
  { .id = "asap", .name = N_ ("Outlines, ASAP"), .suffix = "xml", .annotations = "asap" },
  { .id = "aperio",
    .name = N_ ("Outlines, Aperio"),
    .hint = N_ ("For ImageScope"),
    .suffix = "xml",
    .annotations = "aperio" },
  { .id = "histomics", .name = N_ ("Outlines, HistomicsUI"), .suffix = "json", .annotations = "histomics" },
  { .id = "labelme", .name = N_ ("Outlines, labelme"), .suffix = "json", .annotations = "labelme" },
  { .id = "labelstudio", .name = N_ ("Outlines, Label Studio"), .suffix = "json", .annotations = "labelstudio" },
  { .id = "ome-roi",
    .name = N_ ("Outlines, OME-XML"),
    .hint = N_ ("For OMERO"),
    .suffix = "ome.xml",
    .annotations = "ome" },
  { .id = "ndpa",
    .name = N_ ("Outlines, NDP.view"),
    .hint = N_ ("For slides of Hamamatsu"),
    .suffix = "ndpi.ndpa",
    .annotations = "ndpa" },
  { .id = "sliderunner", .name = N_ ("Outlines, SlideRunner"), .suffix = "sqlite", .annotations = "sliderunner" },
  { .id = "dicom-ann",
    .name = N_ ("Outlines, DICOM"),
    .hint = N_ ("Bulk annotations"),
    .suffix = "dcm",
    .annotations = "dicom-ann" },
  { .id = "dicom-seg",
    .name = N_ ("Mask, DICOM"),
    .hint = N_ ("Segmentation"),
    .suffix = "dcm",
    .annotations = "dicom-seg" },
  { .id = "rle",
    .name = N_ ("HuBMAP 2022"),
    .hint = N_ ("A table of all slides for Kaggle: run lengths"),
    .suffix = "csv",
    .table = ACINI_EXPORT_TABLE_2022 },
  { .id = "submission-2021",
    .name = N_ ("HuBMAP 2021"),
    .hint = N_ ("A table of all slides for Kaggle: run lengths"),
    .suffix = "csv",
    .table = ACINI_EXPORT_TABLE_2021 },
  { .id = "submission-2023",
    .name = N_ ("HuBMAP 2023"),
    .hint = N_ ("A table of all slides for Kaggle: each object"),
    .suffix = "csv",
    .table = ACINI_EXPORT_TABLE_2023 },
  { .id = "report", .name = N_ ("Report, PDF"), .suffix = "pdf", .write = acini_export_write_report },
};

const AciniExportFormat *
acini_export_get_formats (guint *n)
{
  g_return_val_if_fail (n != NULL, NULL);
  *n = G_N_ELEMENTS (formats);
  return formats;
}

const AciniExportFormat *
acini_export_find_format (const char *id, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      if (g_strcmp0 (formats[i].id, id) == 0)
        return &formats[i];
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", formats[i].id);
    }
  g_set_error (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_FORMAT, "There is no format “%s”; there are: %s.", id,
               names->str);
  return NULL;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const AciniSlideRecord *first = *(AciniSlideRecord **)a, *second = *(AciniSlideRecord **)b;

  return (first->id > second->id) - (first->id < second->id);
}

GHashTable *
acini_export_name_files (AciniProject *project, GError **error)
{
  g_autoptr (GPtrArray) records = acini_project_list_slides (project, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_auto (GStrv) files = NULL;
  GHashTable *result;

  if (records == NULL)
    return NULL;
  /* A slide added later does not change the names of those before. */
  g_ptr_array_sort (records, compare_ids);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (names, ((AciniSlideRecord *)g_ptr_array_index (records, i))->name);
  g_ptr_array_add (names, NULL);
  files = acini_file_name_assign ((const char *const *)names->pdata);
  result = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  for (guint i = 0; i < records->len; i++)
    {
      gint64 *id = g_new (gint64, 1);

      *id = ((AciniSlideRecord *)g_ptr_array_index (records, i))->id;
      g_hash_table_insert (result, id, g_strdup (files[i]));
    }
  return result;
}

/* Of a file that cannot be written, whatever wrote it: @path is the name that was asked for. */
static void
take_problem (GError *problem, const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *sentence = NULL;

  if ((problem->domain == G_IO_ERROR && problem->code != G_IO_ERROR_CANCELLED) || problem->domain == G_FILE_ERROR)
    {
      /* GLib names the file that is to be renamed; what the system said stands behind. */
      const char *reason = g_strrstr (problem->message, ": ");

      sentence
          = g_strdup_printf (_ ("“%s” cannot be written: %s."), shown, reason != NULL ? reason + 2 : problem->message);
    }
  else if (g_error_matches (problem, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_WRITE))
    sentence = g_strdup (problem->message);
  if (sentence == NULL)
    {
      g_propagate_error (error, problem);
      return;
    }
  g_set_error_literal (error, ACINI_EXPORT_ERROR, ACINI_EXPORT_ERROR_WRITE, sentence);
  g_error_free (problem);
}

static gboolean
write_table (const AciniExportFormat *format, const AciniExportSource *source, const char *path,
             AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniExportTable) table = acini_export_table_new (format->table, path, error);

  return table != NULL && acini_export_table_add (table, source, progress, user_data, cancellable, error)
         && acini_export_table_close (table, error);
}

static gboolean
write_slide (const AciniExportFormat *format, const AciniExportSource *source, const char *path,
             AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  if (format->table != ACINI_EXPORT_TABLE_NONE)
    return write_table (format, source, path, progress, user_data, cancellable, error);
  if (format->write == NULL || (format->annotations != NULL && source->tolerance > 0))
    return acini_export_write_outlines (source, format->annotations, path, progress, user_data, cancellable, error);
  return format->write (source, path, progress, user_data, cancellable, error);
}

gboolean
acini_export_write (const AciniExportFormat *format, const AciniExportSource *source, const char *path,
                    AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniPartFile) file = NULL;
  g_autoptr (AciniRegionScope) scope = NULL;
  AciniExportSource counting;
  GError *problem = NULL;

  g_return_val_if_fail (format != NULL && source != NULL && source->slide != NULL && path != NULL, FALSE);
  g_return_val_if_fail (source->prediction == NULL || source->thresholds != NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  counting = *source;
  if (!acini_export_find_scope (source, &scope, error))
    return FALSE;
  counting.scope = scope;
  if (!format->ignores)
    counting.ignored = 0;
  file = acini_part_file_new (path);
  if (write_slide (format, &counting, acini_part_file_get_path (file), progress, user_data, cancellable, &problem)
      && acini_part_file_commit (file, &problem))
    return TRUE;
  take_problem (problem, path, error);
  return FALSE;
}
