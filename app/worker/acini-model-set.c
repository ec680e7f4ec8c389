/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-model-set.h"

#include "app/training/acini-ensemble.h"
#include "app/worker/acini-trial.h"

static AciniModel *
load_one (const char *path, const AciniModelOptions *options, GError **error)
{
  g_autoptr (GArray) weights = NULL;
  g_auto (GStrv) members = NULL;
  AciniModel *model;

  if (acini_ensemble_is_one (path))
    {
      members = acini_ensemble_load (path, &weights, error);
      return members != NULL
                 ? acini_model_set_load ((const char *const *)members, (double *)weights->data, options, error)
                 : NULL;
    }
  model = acini_model_load (path, options, error);

  if (model != NULL && g_str_equal (acini_model_get_card (model)->architecture, "torchscript"))
    g_printerr ("Warning: “%s” is a program that is now being run; trust its author, or stop.\n", path);
  return model;
}

AciniModel *
acini_model_set_load (const char *const *paths, const double *weights, const AciniModelOptions *options, GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_model_unref);

  g_return_val_if_fail (paths != NULL && paths[0] != NULL, NULL);

  for (; *paths != NULL; paths++)
    {
      AciniModel *model = load_one (*paths, options, error);

      if (model == NULL)
        return NULL;
      g_ptr_array_add (models, model);
    }
  if (models->len == 1)
    return acini_model_ref (models->pdata[0]);
  return acini_model_new_ensemble ((AciniModel *const *)models->pdata, weights, models->len, error);
}

GArray *
acini_parse_numbers (const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *end;
      double number = g_ascii_strtod (g_strstrip (words[i]), &end);

      if (end == words[i] || *end != '\0' || !(number > 0 && number < 1e6))
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                       "“%s” is not a list of positive numbers separated by commas.", text);
          return NULL;
        }
      g_array_append_val (numbers, number);
    }
  return g_steal_pointer (&numbers);
}

char *
acini_resolve_device (const char *device)
{
  g_auto (GStrv) devices = NULL;

  if (device != NULL && *device != '\0' && !g_str_equal (device, "auto"))
    return g_strdelimit (g_strdup (device), "/", '-');
  devices = acini_model_list_devices ();
  return g_strdup (g_strv_length (devices) > 1 ? devices[1] : "cpu");
}

gboolean
acini_is_device_failure (const char *device, const GError *error)
{
  g_return_val_if_fail (device != NULL && error != NULL, FALSE);

  return !g_str_equal (device, "cpu")
         && (error->domain == ACINI_TRIAL_ERROR || g_error_matches (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_DEVICE)
             || g_error_matches (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_MEMORY));
}
