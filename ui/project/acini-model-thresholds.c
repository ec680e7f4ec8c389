/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-model-thresholds.h"

#include "app/segmentation/acini-card-thresholds.h"

void
acini_session_get_thresholds (AciniSession *session, AciniModelItem *model, const char *organ,
                              AciniThresholds *thresholds)
{
  g_autofree char *key = NULL;

  g_return_if_fail (ACINI_IS_SESSION (session) && thresholds != NULL);

  acini_card_fill_thresholds (model != NULL ? acini_model_item_get_card (model) : NULL, organ, 0, thresholds);
  if (model == NULL)
    return;
  key = acini_thresholds_dup_key (acini_model_item_get_record (model)->id, organ);
  acini_thresholds_take (thresholds, acini_project_settings_get (acini_session_get_settings (session), key));
}

void
acini_session_set_thresholds (AciniSession *session, AciniModelItem *model, const char *organ,
                              const AciniThresholds *thresholds)
{
  g_autofree char *key = NULL, *value = NULL;

  g_return_if_fail (ACINI_IS_SESSION (session) && ACINI_IS_MODEL_ITEM (model));

  key = acini_thresholds_dup_key (acini_model_item_get_record (model)->id, organ);
  value = thresholds != NULL ? acini_thresholds_format (thresholds) : g_strdup ("");
  if (thresholds != NULL || acini_project_settings_get (acini_session_get_settings (session), key) != NULL)
    acini_project_settings_set (acini_session_get_settings (session), key, value);
}
