/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/models/acini-score-sets.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Most names that are listed. */
#define MOST_NAMES 6

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* (element-type utf8) (nullable): names of the images that the model was scored on, sorted. */
static GPtrArray *
list_images (AciniModelItem *model)
{
  const AciniCard *card = acini_model_item_get_card (model);
  JsonNode *node = card != NULL && card->training != NULL ? json_object_get_member (card->training, "held_out") : NULL;
  GPtrArray *names;

  if (isnan (acini_model_item_get_dice (model)))
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
      {
        JsonNode *element = json_array_get_element (json_node_get_array (node), i);

        if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_string (element) != NULL)
          g_ptr_array_add (names, json_node_dup_string (element));
      }
  g_ptr_array_sort (names, compare_names);
  return names;
}

static char *
join (GPtrArray *names, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", (char *)names->pdata[i]);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* Equal for models that were scored on the same images.  A model that does not name them stands alone. */
static char *
dup_key (AciniModelItem *model)
{
  g_autoptr (GPtrArray) names = list_images (model);

  if (names == NULL)
    return NULL;
  if (names->len == 0)
    return g_strconcat ("model ", acini_model_item_get_record (model)->id, NULL);
  return join (names, names->len);
}

GPtrArray *
acini_score_sets_new (GListModel *models)
{
  GPtrArray *sets = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (G_IS_LIST_MODEL (models), sets);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) model = g_list_model_get_item (models, i);
      g_autofree char *key = dup_key (model);

      if (key != NULL && !g_ptr_array_find_with_equal_func (sets, key, g_str_equal, NULL))
        g_ptr_array_add (sets, g_steal_pointer (&key));
    }
  return sets;
}

char *
acini_score_sets_dup_name (GPtrArray *sets, AciniModelItem *model)
{
  g_autofree char *key = NULL;
  guint at = 0;

  g_return_val_if_fail (sets != NULL && ACINI_IS_MODEL_ITEM (model), NULL);
  key = dup_key (model);
  if (key == NULL || sets->len < 2 || !g_ptr_array_find_with_equal_func (sets, key, g_str_equal, &at))
    return NULL;
  /* Translators: a set of images that models were scored on: Images A, Images B … */
  return at < 26 ? g_strdup_printf (_ ("Images %c"), 'A' + (int)at) : g_strdup_printf (_ ("Images %u"), at + 1);
}

char *
acini_score_sets_describe (GPtrArray *sets, AciniModelItem *model)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *set = NULL, *list = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (sets != NULL && ACINI_IS_MODEL_ITEM (model), NULL);
  names = list_images (model);
  if (names == NULL)
    return NULL;
  set = acini_score_sets_dup_name (sets, model);
  if (set != NULL)
    g_string_append_printf (text, "%s: ", set);
  list = join (names, MIN (names->len, MOST_NAMES));
  if (names->len == 0)
    g_string_append (text, _ ("the model's card does not name the images."));
  else if (names->len <= MOST_NAMES)
    g_string_append_printf (text, "%s.", list);
  else
    g_string_append_printf (text, ngettext ("%s and %u more image.", "%s and %u more images.", names->len - MOST_NAMES),
                            list, names->len - MOST_NAMES);
  if (set != NULL)
    g_string_append_printf (text, " %s", _ ("Compare only scores on the same images."));
  return g_string_free_and_steal (g_steal_pointer (&text));
}
