/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs that segment a whole slide into the project's prediction file, and the list of a project's jobs. */

#include "app/segmentation/acini-segmentation.h"
#include "app/jobs/acini-device.h"
#include "app/jobs/acini-specification.h"
#include "data/predictions/acini-prediction-key.h"
#include "model/core/acini-card.h"
#include "acini-config.h"

#include <math.h>
#include <string.h>

/* Scanners state µm per pixel with two or three digits; resampling by less than this costs sharpness and time and
 * gains nothing. */
#define SAME_RESOLUTION 0.02

double
acini_get_downsample (double slide_mpp, double model_mpp)
{
  double downsample = slide_mpp > 0 && model_mpp > 0 ? model_mpp / slide_mpp : 1;

  return fabs (downsample - 1) <= SAME_RESOLUTION ? 1 : downsample;
}

AciniJob *
acini_segmentation_prepare (AciniProject *project, gint64 slide, const char *model, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniCard) card = NULL;
  g_autoptr (JsonObject) specification = NULL;
  g_autofree char *path = NULL, *predictions = NULL, *id = NULL, *folder = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && model != NULL, NULL);

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL)
    return NULL;
  card = acini_card_load (model, error);
  if (card == NULL)
    return NULL;
  path = g_canonicalize_filename (model, NULL);
  predictions = acini_prediction_dup_folder (project);

  specification = json_object_new ();
  json_object_set_string_member (specification, "kind", "segment");
  json_object_set_int_member (specification, "format", 1);
  json_object_set_string_member (specification, "name", record->name);
  json_object_set_string_member (specification, "model", path);
  json_object_set_string_member (specification, "predictions", predictions);
  json_object_set_string_member (specification, "device", acini_get_device ());
  json_object_set_object_member (specification, "slide", acini_specification_slide (record));

  id = acini_make_id ("segment");
  folder = acini_project_build_path (project, "jobs", id, NULL);
  return acini_job_create (folder, specification, error);
}
