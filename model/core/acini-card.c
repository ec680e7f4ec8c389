/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/core/acini-card.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK (acini - card - error - quark, acini_card_error)

#define FILE_NAME "model.json"

AciniCard *
acini_card_new (void)
{
  static const double imagenet_mean[] = { 0.485, 0.456, 0.406 }, imagenet_std[] = { 0.229, 0.224, 0.225 };
  AciniCard *card = g_new0 (AciniCard, 1);

  card->id = g_strdup ("");
  card->name = g_strdup ("");
  card->parent = g_strdup ("");
  card->architecture = g_strdup ("");
  card->numerics = g_strdup ("");
  card->layout = g_strdup ("");
  card->activation = g_strdup ("softmax");
  card->classes = g_strsplit ("background,FTU", ",", -1);
  card->organs = g_new0 (char *, 1);
  memcpy (card->mean, imagenet_mean, sizeof card->mean);
  memcpy (card->std, imagenet_std, sizeof card->std);
  card->threshold = 0.5;
  card->thresholds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  card->licence = g_strdup ("");
  card->description = g_strdup ("");
  card->created = g_strdup ("");
  return card;
}

/* The members that are text, by their names in JSON. */
static const struct
{
  const char *name;
  gsize offset;
} texts[] = {
  { "id", G_STRUCT_OFFSET (AciniCard, id) },
  { "name", G_STRUCT_OFFSET (AciniCard, name) },
  { "parent", G_STRUCT_OFFSET (AciniCard, parent) },
  { "architecture", G_STRUCT_OFFSET (AciniCard, architecture) },
  { "numerics", G_STRUCT_OFFSET (AciniCard, numerics) },
  { "layout", G_STRUCT_OFFSET (AciniCard, layout) },
  { "activation", G_STRUCT_OFFSET (AciniCard, activation) },
  { "licence", G_STRUCT_OFFSET (AciniCard, licence) },
  { "description", G_STRUCT_OFFSET (AciniCard, description) },
  { "created", G_STRUCT_OFFSET (AciniCard, created) },
};

static char **
get_text (const AciniCard *card, gsize number)
{
  return G_STRUCT_MEMBER_P (card, texts[number].offset);
}

AciniCard *
acini_card_copy (const AciniCard *card)
{
  AciniCard *copy;
  GHashTableIter iter;
  gpointer organ, threshold;

  g_return_val_if_fail (card != NULL, NULL);

  copy = acini_card_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_set_str (get_text (copy, i), *get_text (card, i));
  g_strfreev (copy->classes);
  copy->classes = g_strdupv (card->classes);
  g_strfreev (copy->organs);
  copy->organs = g_strdupv (card->organs);
  copy->mpp = card->mpp;
  memcpy (copy->mean, card->mean, sizeof copy->mean);
  memcpy (copy->std, card->std, sizeof copy->std);
  copy->bgr = card->bgr;
  copy->threshold = card->threshold;
  g_hash_table_iter_init (&iter, card->thresholds);
  while (g_hash_table_iter_next (&iter, &organ, &threshold))
    g_hash_table_insert (copy->thresholds, g_strdup (organ), g_memdup2 (threshold, sizeof (double)));
  /* Never changed in place, so sharing is copying. */
  copy->training = card->training == NULL ? NULL : json_object_ref (card->training);
  copy->scores = card->scores == NULL ? NULL : json_object_ref (card->scores);
  return copy;
}

AciniCard *
acini_card_new_of_several (const AciniCard *const *cards, const double *weights, guint n)
{
  g_autoptr (GString) name = g_string_new (NULL), identity = g_string_new (NULL);
  g_autofree char *hash = NULL;
  AciniCard *card;
  double sum = 0;

  g_return_val_if_fail (cards != NULL && n > 0, NULL);

  for (guint i = 0; i < n; i++)
    sum += weights == NULL ? 1 : weights[i];
  for (guint i = 0; i < n; i++)
    {
      char weight[G_ASCII_DTOSTR_BUF_SIZE];

      g_ascii_formatd (weight, sizeof weight, "%.6f", (weights == NULL ? 1 : weights[i]) / sum);
      g_string_append_printf (name, "%s%s", i > 0 ? " + " : "", cards[i]->name);
      g_string_append_printf (identity, "%s\n%s\n", cards[i]->id, weight);
    }
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, identity->str, -1);
  card = acini_card_copy (cards[0]);
  g_free (card->id);
  card->id = g_strdup_printf ("ensemble-%.16s", hash);
  g_set_str (&card->name, name->str);
  return card;
}

void
acini_card_free (AciniCard *card)
{
  g_return_if_fail (card != NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (*get_text (card, i));
  g_strfreev (card->classes);
  g_strfreev (card->organs);
  g_hash_table_unref (card->thresholds);
  g_clear_pointer (&card->training, json_object_unref);
  g_clear_pointer (&card->scores, json_object_unref);
  g_free (card);
}

double
acini_card_get_threshold (const AciniCard *card, const char *organ)
{
  const double *threshold;

  g_return_val_if_fail (card != NULL, 0.5);

  threshold = organ == NULL ? NULL : g_hash_table_lookup (card->thresholds, organ);
  return threshold == NULL ? card->threshold : *threshold;
}

double
acini_card_get_class_threshold (const AciniCard *card, const char *organ, guint plane)
{
  gboolean background;
  guint class;

  g_return_val_if_fail (card != NULL, 0.5);

  background = g_strv_length (card->classes) > 1 && strcmp (card->activation, "softmax") == 0;
  class = plane + (background ? 1 : 0);
  if (organ != NULL && class < g_strv_length (card->classes))
    {
      g_autofree char *key = g_strconcat (organ, "/", card->classes[class], NULL);
      const double *threshold = g_hash_table_lookup (card->thresholds, key);

      if (threshold != NULL)
        return *threshold;
    }
  return acini_card_get_threshold (card, organ);
}

GHashTable *
acini_card_list_learnt (const AciniCard *card)
{
  static const char *const lists[] = { "items", "pseudo", "replayed", "inherited" };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_return_val_if_fail (card != NULL, names);

  for (gsize k = 0; card->training != NULL && k < G_N_ELEMENTS (lists); k++)
    {
      JsonNode *node = json_object_get_member (card->training, lists[k]);
      JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

      for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
        {
          JsonNode *element = json_array_get_element (list, i);

          if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
            g_hash_table_add (names, json_node_dup_string (element));
        }
    }
  return names;
}

/* @path itself, or the card in it.  Returns: (transfer full) */
static char *
resolve (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR) ? g_build_filename (path, FILE_NAME, NULL) : g_strdup (path);
}

/* Each of these takes one member, where it is there; FALSE: it is not what it should be. */

static gboolean
take_text (JsonObject *object, const char *name, char **text)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  g_set_str (text, json_node_get_string (node));
  return TRUE;
}

static gboolean
get_number (JsonNode *node, double *number)
{
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_INT64 && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return FALSE;
  *number = json_node_get_double (node);
  return isfinite (*number);
}

static gboolean
take_number (JsonObject *object, const char *name, double *number)
{
  JsonNode *node = json_object_get_member (object, name);

  return node == NULL || get_number (node, number);
}

static gboolean
take_three (JsonObject *object, const char *name, double numbers[3])
{
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  if (json_array_get_length (array) != 3)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    if (!get_number (json_array_get_element (array, i), &numbers[i]))
      return FALSE;
  return TRUE;
}

static gboolean
take_texts (JsonObject *object, const char *name, char ***strings)
{
  JsonNode *node = json_object_get_member (object, name);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (element) || json_node_get_value_type (element) != G_TYPE_STRING)
        return FALSE;
      g_strv_builder_add (builder, json_node_get_string (element));
    }
  g_strfreev (*strings);
  *strings = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
take_order (JsonObject *object, gboolean *bgr)
{
  g_autofree char *order = NULL;

  if (!take_text (object, "channel_order", &order))
    return FALSE;
  *bgr = g_strcmp0 (order, "bgr") == 0;
  return order == NULL || *bgr || g_str_equal (order, "rgb");
}

static gboolean
take_thresholds (JsonObject *object, GHashTable *thresholds)
{
  JsonNode *node = json_object_get_member (object, "thresholds");
  g_autoptr (GList) organs = NULL;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  organs = json_object_get_members (json_node_get_object (node));
  for (GList *link = organs; link != NULL; link = link->next)
    {
      double threshold = 0;

      if (!get_number (json_object_get_member (json_node_get_object (node), link->data), &threshold))
        return FALSE;
      g_hash_table_insert (thresholds, g_strdup (link->data), g_memdup2 (&threshold, sizeof threshold));
    }
  return TRUE;
}

static gboolean
take_object (JsonObject *object, const char *name, JsonObject **member)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  *member = json_node_dup_object (node);
  return TRUE;
}

/* Returns: the name of the member that makes no sense, or NULL. */
static const char *
take_members (AciniCard *card, JsonObject *object)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    if (!take_text (object, texts[i].name, get_text (card, i)))
      return texts[i].name;
  if (strcmp (card->activation, "softmax") != 0 && strcmp (card->activation, "sigmoid") != 0)
    return "activation";
  if (!take_texts (object, "classes", &card->classes) || card->classes[0] == NULL)
    return "classes";
  if (!take_texts (object, "organs", &card->organs))
    return "organs";
  if (!take_number (object, "mpp", &card->mpp) || card->mpp < 0)
    return "mpp";
  if (!take_three (object, "mean", card->mean))
    return "mean";
  if (!take_three (object, "std", card->std) || card->std[0] <= 0 || card->std[1] <= 0 || card->std[2] <= 0)
    return "std";
  if (!take_order (object, &card->bgr))
    return "channel_order";
  if (!take_number (object, "threshold", &card->threshold))
    return "threshold";
  if (!take_thresholds (object, card->thresholds))
    return "thresholds";
  if (!take_object (object, "training", &card->training))
    return "training";
  if (!take_object (object, "scores", &card->scores))
    return "scores";
  return NULL;
}

/* Members unknown here are of later versions, and are passed over. */
AciniCard *
acini_card_load (const char *path, GError **error)
{
  g_autoptr (AciniCard) card = acini_card_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) reason = NULL;
  g_autofree char *file = NULL, *name = NULL, *data = NULL;
  const char *member;
  JsonNode *root;
  gsize size = 0;

  g_return_val_if_fail (path != NULL, NULL);

  file = resolve (path);
  name = g_filename_display_name (file);
  if (!g_file_get_contents (file, &data, &size, error))
    return NULL;
  if (!g_utf8_validate (data, size, NULL) || !json_parser_load_from_data (parser, data, size, &reason))
    {
      g_set_error (error, ACINI_CARD_ERROR, ACINI_CARD_ERROR_DAMAGED, "The model card “%s” is damaged: %s", name,
                   reason == NULL ? "it is not text" : reason->message);
      return NULL;
    }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, ACINI_CARD_ERROR, ACINI_CARD_ERROR_DAMAGED, "“%s” is not a model card", name);
      return NULL;
    }
  member = take_members (card, json_node_get_object (root));
  if (member != NULL)
    {
      g_set_error (error, ACINI_CARD_ERROR, ACINI_CARD_ERROR_DAMAGED,
                   "The model card “%s” is damaged: its “%s” makes no sense", name, member);
      return NULL;
    }
  return g_steal_pointer (&card);
}

static void
add_texts (JsonBuilder *builder, const char *name, char **strings)
{
  json_builder_begin_array (json_builder_set_member_name (builder, name));
  for (; *strings != NULL; strings++)
    json_builder_add_string_value (builder, *strings);
  json_builder_end_array (builder);
}

static void
add_three (JsonBuilder *builder, const char *name, const double numbers[3])
{
  json_builder_begin_array (json_builder_set_member_name (builder, name));
  for (int i = 0; i < 3; i++)
    json_builder_add_double_value (builder, numbers[i]);
  json_builder_end_array (builder);
}

static void
add_thresholds (JsonBuilder *builder, GHashTable *thresholds)
{
  g_autoptr (GList) organs = g_list_sort (g_hash_table_get_keys (thresholds), (GCompareFunc)strcmp);

  json_builder_begin_object (json_builder_set_member_name (builder, "thresholds"));
  for (GList *link = organs; link != NULL; link = link->next)
    json_builder_add_double_value (json_builder_set_member_name (builder, link->data),
                                   *(const double *)g_hash_table_lookup (thresholds, link->data));
  json_builder_end_object (builder);
}

static void
add_object (JsonBuilder *builder, const char *name, JsonObject *object)
{
  JsonNode *node;

  if (object == NULL)
    return;
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, object);
  json_builder_add_value (json_builder_set_member_name (builder, name), node);
}

gboolean
acini_card_save (const AciniCard *card, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *file = NULL, *data = NULL, *text = NULL;

  g_return_val_if_fail (card != NULL && path != NULL, FALSE);

  json_builder_begin_object (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    json_builder_add_string_value (json_builder_set_member_name (builder, texts[i].name), *get_text (card, i));
  add_texts (builder, "classes", card->classes);
  add_texts (builder, "organs", card->organs);
  json_builder_add_double_value (json_builder_set_member_name (builder, "mpp"), card->mpp);
  add_three (builder, "mean", card->mean);
  add_three (builder, "std", card->std);
  if (card->bgr)
    json_builder_add_string_value (json_builder_set_member_name (builder, "channel_order"), "bgr");
  json_builder_add_double_value (json_builder_set_member_name (builder, "threshold"), card->threshold);
  add_thresholds (builder, card->thresholds);
  add_object (builder, "training", card->training);
  add_object (builder, "scores", card->scores);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  data = json_generator_to_data (generator, NULL);
  text = g_strconcat (data, "\n", NULL);
  file = resolve (path);
  return g_file_set_contents_full (file, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0666, error);
}
