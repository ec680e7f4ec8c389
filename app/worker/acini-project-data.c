/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-project-data.h"

#include "app/jobs/acini-specification.h"
#include "data/labels/acini-label-snapshot.h"

#include <glib/gi18n-lib.h>

#define SNAPSHOT "labels.sqlite"

static gboolean
is_chosen (GArray *slides, gint64 id)
{
  for (guint i = 0; slides != NULL && i < slides->len; i++)
    if (g_array_index (slides, gint64, i) == id)
      return TRUE;
  return slides == NULL;
}

AciniTrainingData *
acini_project_data_open (AciniProject *project, GArray *slides, const char *folder, double mpp, GError **error)
{
  g_autoptr (GPtrArray) records = acini_project_list_slides (project, error);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (JsonArray) array = json_array_new ();
  g_autofree char *path = g_build_filename (folder, SNAPSHOT, NULL);

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      const AciniSlideRecord *record = records->pdata[i];
      JsonObject *slide;

      if (!record->labelled || !is_chosen (slides, record->id))
        continue;
      slide = acini_specification_slide (record);
      json_object_set_string_member (slide, "snapshot", SNAPSHOT);
      json_array_add_object_element (array, slide);
      g_array_append_val (ids, record->id);
    }
  if (records != NULL && ids->len == 0)
    g_set_error_literal (error, ACINI_TRAINING_DATA_ERROR, ACINI_TRAINING_DATA_ERROR_ONE_KIND,
                         _ ("None of the slides has labels: mark some tissue with the brush first."));
  if (ids->len == 0 || !acini_labels_write_snapshot (project, ids, NULL, path, error))
    return NULL;
  return acini_training_data_new (array, folder, mpp, error);
}
