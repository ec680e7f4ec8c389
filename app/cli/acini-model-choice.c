/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-model-choice.h"

#include "app/cli/acini-command.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-selection.h"
#include "app/worker/acini-model-set.h"

static char **option_models, *option_weights;
static GArray *weights; /* NULL: all the same */

const GOptionEntry *
acini_model_options (void)
{
  static const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &option_models,
      "A path, an id or name in the project, or starter (default: the one in use); more than one: the mean of them all",
      "MODEL" },
    { "weights", 0, 0, G_OPTION_ARG_STRING, &option_weights, "Weights of the models, in order (default: equal)",
      "W,W,…" },
    { NULL },
  };

  return entries;
}

static guint
count_models (void)
{
  return option_models != NULL ? g_strv_length (option_models) : 1;
}

gboolean
acini_model_choice_check (GError **error)
{
  g_autoptr (GError) reason = NULL;

  g_clear_pointer (&weights, g_array_unref);
  if (option_weights == NULL)
    return TRUE;
  weights = acini_parse_numbers (option_weights, &reason);
  if (weights == NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, reason->message);
  else if (weights->len != count_models ())
    g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                 "There are %u models but %u weights. Give one weight per model.", count_models (), weights->len);
  else
    return TRUE;
  return FALSE;
}

gboolean
acini_model_choice_is_made (void)
{
  return option_models != NULL;
}

static const double *
get_weights (void)
{
  return weights != NULL ? (const double *)weights->data : NULL;
}

/* The paths of the models.  Returns: (transfer full), NULL-terminated. */
static GStrv
find_paths (AciniProject *project, GError **error)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < count_models (); i++)
    {
      char *path = acini_select_model (project, option_models != NULL ? option_models[i] : NULL, error);

      if (path == NULL)
        return NULL;
      g_strv_builder_take (paths, path);
    }
  return g_strv_builder_end (paths);
}

AciniModel *
acini_model_choice_load (AciniProject *project, GError **error)
{
  g_auto (GStrv) paths = find_paths (project, error);

  if (paths == NULL)
    return NULL;
  return acini_model_set_load ((const char *const *)paths, get_weights (), acini_network_options_get (), error);
}

AciniCard *
acini_model_choice_load_card (AciniProject *project, GError **error)
{
  g_auto (GStrv) paths = find_paths (project, error);
  g_autoptr (GPtrArray) cards = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_card_free);

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      AciniCard *card = acini_card_load (paths[i], error);

      if (card == NULL)
        return NULL;
      g_ptr_array_add (cards, card);
    }
  if (cards->len == 0)
    return NULL;
  if (cards->len == 1)
    return g_ptr_array_steal_index (cards, 0);
  return acini_card_new_of_several ((const AciniCard *const *)cards->pdata, get_weights (), cards->len);
}
