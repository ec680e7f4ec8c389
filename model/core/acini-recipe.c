/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/core/acini-recipe.h"

#include "acini-config.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

G_DEFINE_QUARK (acini - recipe - error - quark, acini_recipe_error)

/* One row a key: where it is in the file and in the struct, what it may be, and its default.  Everything that reads or
 * writes a recipe walks this table. */
typedef struct
{
  const char *group, *key;
  AciniRecipeType type;
  gsize offset;
  double minimum, maximum;
  const char *value; /* default, as written in the file */
  const char *words; /* what a text may be, separated by '|'; NULL: anything */
} Key;

#define TEXT(group, key, field, value, words)                                                                          \
  { group, key, ACINI_RECIPE_TEXT, offsetof (AciniRecipe, field), 0, 0, value, words }
#define NUMBER(group, key, type, field, minimum, maximum, value)                                                       \
  { group, key, type, offsetof (AciniRecipe, field), minimum, maximum, value, NULL }

static const Key keys[] = {
  TEXT ("recipe", "name", name, "Fine-tune", NULL),
  TEXT ("recipe", "description", description, "", NULL),
  TEXT ("recipe", "thresholds", thresholds, "", NULL),

  TEXT ("network", "architecture", architecture, "", NULL),
  TEXT ("network", "classes", classes, "", NULL),
  TEXT ("network", "activation", activation, "", "|softmax|sigmoid"),
  TEXT ("network", "head-norm", head_norm, "", "|batch|group"),
  TEXT ("network", "mean", mean, "", NULL),
  TEXT ("network", "std", std, "", NULL),
  NUMBER ("network", "mpp", ACINI_RECIPE_REAL, mpp, 0, 1000, "0"),
  NUMBER ("network", "drop-path", ACINI_RECIPE_REAL, drop_path, 0, 0.9, "0.1"),
  NUMBER ("network", "dropout", ACINI_RECIPE_REAL, dropout, 0, 0.9, "0.1"),
  NUMBER ("network", "encoder-dropout", ACINI_RECIPE_REAL, encoder_dropout, 0, 0.9, "0"),
  NUMBER ("network", "swa", ACINI_RECIPE_WHOLE, swa, 0, 20, "0"),
  NUMBER ("network", "ema", ACINI_RECIPE_REAL, ema, 0, 0.99999, "0.98"),
  TEXT ("network", "precision", precision, "auto", "auto|float32|bfloat16"),
  NUMBER ("network", "deterministic", ACINI_RECIPE_SWITCH, deterministic, 0, 0, "false"),
  NUMBER ("network", "seed", ACINI_RECIPE_SEED, seed, 0, 0, "1"),

  NUMBER ("optimiser", "learning-rate", ACINI_RECIPE_REAL, learning_rate, 0, 10, "6e-05"),
  NUMBER ("optimiser", "weight-decay", ACINI_RECIPE_REAL, weight_decay, 0, 10, "0.01"),
  NUMBER ("optimiser", "decay-norms", ACINI_RECIPE_SWITCH, decay_norms, 0, 0, "false"),
  NUMBER ("optimiser", "head-multiplier", ACINI_RECIPE_REAL, head_multiplier, 0, 1000, "3"),
  NUMBER ("optimiser", "encoder-multiplier", ACINI_RECIPE_REAL, encoder_multiplier, 0, 1, "1"),
  NUMBER ("optimiser", "frozen-steps", ACINI_RECIPE_WHOLE, frozen_steps, 0, 100000000, "0"),
  TEXT ("optimiser", "decay", decay, "poly", "constant|poly|cosine|one-cycle"),
  NUMBER ("optimiser", "find-learning-rate", ACINI_RECIPE_SWITCH, find_learning_rate, 0, 0, "false"),
  NUMBER ("optimiser", "power", ACINI_RECIPE_REAL, power, 0, 10, "1"),
  NUMBER ("optimiser", "warmup-steps", ACINI_RECIPE_WHOLE, warmup_steps, 0, 10000000, "20"),
  NUMBER ("optimiser", "warmup-ratio", ACINI_RECIPE_REAL, warmup_ratio, 0, 1, "1e-06"),
  NUMBER ("optimiser", "gradient-clip", ACINI_RECIPE_REAL, gradient_clip, 0, 1e6, "1"),

  NUMBER ("schedule", "epochs", ACINI_RECIPE_WHOLE, epochs, 0, 1000000, "20"),
  NUMBER ("schedule", "steps", ACINI_RECIPE_WHOLE, steps, 0, 100000000, "0"),
  NUMBER ("schedule", "batch", ACINI_RECIPE_WHOLE, batch, 1, 4096, "4"),
  NUMBER ("schedule", "accumulate", ACINI_RECIPE_WHOLE, accumulate, 1, 1024, "1"),
  NUMBER ("schedule", "patch", ACINI_RECIPE_WHOLE, patch, 32, 4096, "256"),
  TEXT ("schedule", "sampling", sampling, "root", "root|area|image|organ"),
  TEXT ("schedule", "organ-weights", organ_weights, "", NULL),
  NUMBER ("schedule", "replay", ACINI_RECIPE_REAL, replay, 0, 0.9, "0"),
  NUMBER ("schedule", "recent", ACINI_RECIPE_REAL, recent, 1, 100, "1"),
  NUMBER ("schedule", "recent-days", ACINI_RECIPE_REAL, recent_days, 0.001, 100000, "7"),
  NUMBER ("schedule", "pseudo", ACINI_RECIPE_REAL, pseudo, 0, 0.9, "0"),
  NUMBER ("schedule", "pseudo-confidence", ACINI_RECIPE_REAL, pseudo_confidence, 0.5, 1, "0.9"),
  NUMBER ("schedule", "validate-every", ACINI_RECIPE_WHOLE, validate_every, 0, 100000000, "0"),
  NUMBER ("schedule", "minutes", ACINI_RECIPE_REAL, minutes, 0, 1000000, "0"),
  NUMBER ("schedule", "validation-patches", ACINI_RECIPE_WHOLE, validation_patches, 1, 1000000, "48"),
  NUMBER ("schedule", "patience", ACINI_RECIPE_WHOLE, patience, 0, 100000, "0"),
  NUMBER ("schedule", "checkpoint-every", ACINI_RECIPE_WHOLE, checkpoint_every, 1, 100000000, "25"),

  NUMBER ("loss", "cross-entropy", ACINI_RECIPE_REAL, cross_entropy, 0, 1000, "1"),
  NUMBER ("loss", "dice", ACINI_RECIPE_REAL, dice, 0, 1000, "3"),
  NUMBER ("loss", "focal", ACINI_RECIPE_REAL, focal, 0, 1000, "0"),
  NUMBER ("loss", "jaccard", ACINI_RECIPE_REAL, jaccard, 0, 1000, "0"),
  NUMBER ("loss", "lovasz", ACINI_RECIPE_REAL, lovasz, 0, 1000, "0"),
  TEXT ("loss", "class-weights", class_weights, "", NULL),
  NUMBER ("loss", "pseudo-weight", ACINI_RECIPE_REAL, pseudo_weight, 0, 1, "0.5"),

  NUMBER ("augmentation", "flip", ACINI_RECIPE_SWITCH, flip, 0, 0, "true"),
  NUMBER ("augmentation", "rotate", ACINI_RECIPE_SWITCH, rotate, 0, 0, "true"),
  NUMBER ("augmentation", "scale-min", ACINI_RECIPE_REAL, scale_min, 0.1, 10, "0.8"),
  NUMBER ("augmentation", "scale-max", ACINI_RECIPE_REAL, scale_max, 0.1, 10, "1.25"),
  NUMBER ("augmentation", "brightness", ACINI_RECIPE_REAL, brightness, 0, 1, "0.1"),
  NUMBER ("augmentation", "contrast", ACINI_RECIPE_REAL, contrast, 0, 1, "0.1"),
  NUMBER ("augmentation", "saturation", ACINI_RECIPE_REAL, saturation, 0, 1, "0.1"),
  NUMBER ("augmentation", "hue", ACINI_RECIPE_REAL, hue, 0, 0.5, "0.02"),
  NUMBER ("augmentation", "stain", ACINI_RECIPE_REAL, stain, 0, 1, "0.15"),
  NUMBER ("augmentation", "blur", ACINI_RECIPE_REAL, blur, 0, 1, "0.1"),
  NUMBER ("augmentation", "mpp-min", ACINI_RECIPE_REAL, mpp_min, 0, 1000, "0"),
  NUMBER ("augmentation", "mpp-max", ACINI_RECIPE_REAL, mpp_max, 0, 1000, "0"),
  NUMBER ("augmentation", "resize-min", ACINI_RECIPE_WHOLE, resize_min, 0, 1000000, "0"),
  NUMBER ("augmentation", "resize-max", ACINI_RECIPE_WHOLE, resize_max, 0, 1000000, "0"),
  NUMBER ("augmentation", "crop-share", ACINI_RECIPE_REAL, crop_share, 0.1, 1, "1"),
  NUMBER ("augmentation", "angle", ACINI_RECIPE_REAL, angle, 0, 180, "0"),
  NUMBER ("augmentation", "angle-chance", ACINI_RECIPE_REAL, angle_chance, 0, 1, "0.5"),
  NUMBER ("augmentation", "elastic", ACINI_RECIPE_REAL, elastic, 0, 1, "0"),
  NUMBER ("augmentation", "elastic-size", ACINI_RECIPE_REAL, elastic_size, 0, 64, "8"),
  NUMBER ("augmentation", "cutout", ACINI_RECIPE_REAL, cutout, 0, 1, "0"),
  NUMBER ("augmentation", "cutout-holes", ACINI_RECIPE_WHOLE, cutout_holes, 1, 1000, "8"),
  NUMBER ("augmentation", "cutout-min", ACINI_RECIPE_REAL, cutout_min, 0, 1, "0.2"),
  NUMBER ("augmentation", "cutout-max", ACINI_RECIPE_REAL, cutout_max, 0, 1, "0.4"),
  NUMBER ("augmentation", "cutmix", ACINI_RECIPE_REAL, cutmix, 0, 1, "0"),
  NUMBER ("augmentation", "clahe", ACINI_RECIPE_REAL, clahe, 0, 1, "0"),
  NUMBER ("augmentation", "clahe-clip", ACINI_RECIPE_REAL, clahe_clip, 0.01, 100, "2"),
  NUMBER ("augmentation", "gamma", ACINI_RECIPE_REAL, gamma, 0, 1, "0"),
  NUMBER ("augmentation", "photometric", ACINI_RECIPE_REAL, photometric, 0, 1, "0"),
  NUMBER ("augmentation", "macenko", ACINI_RECIPE_REAL, macenko, 0, 1, "0"),
  NUMBER ("augmentation", "reinhard", ACINI_RECIPE_REAL, reinhard, 0, 1, "0"),
  NUMBER ("augmentation", "histogram", ACINI_RECIPE_REAL, histogram, 0, 1, "0"),
};

static gpointer
field_of (const AciniRecipe *recipe, const Key *key)
{
  return (char *)recipe + key->offset;
}

static const Key *
find_key (const char *group, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].key, name) && (group == NULL || g_str_equal (keys[i].group, group)))
      return &keys[i];
  return NULL;
}

static gboolean
is_one_of (const char *words, const char *value)
{
  g_auto (GStrv) list = g_strsplit (words, "|", -1);

  return g_strv_contains ((const char *const *)list, value);
}

static gboolean
refuse_value (const Key *key, const char *value, const char *wanted, GError **error)
{
  g_set_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_VALUE, _ ("The recipe's “%s” is “%s”; it must be %s."),
               key->key, value, wanted);
  return FALSE;
}

static gboolean
parse_text (AciniRecipe *recipe, const Key *key, const char *value, GError **error)
{
  char **field = field_of (recipe, key);

  if (key->words != NULL && !is_one_of (key->words, value))
    return refuse_value (key, value, key->words, error);
  if (!g_utf8_validate (value, -1, NULL))
    return refuse_value (key, "?", _ ("UTF-8 text"), error);
  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

static gboolean
parse_number (AciniRecipe *recipe, const Key *key, const char *value, GError **error)
{
  char *end = NULL;
  double number = g_ascii_strtod (value, &end);
  gboolean whole = key->type == ACINI_RECIPE_WHOLE;

  if (end == value || *end != '\0' || !isfinite (number) || number < key->minimum || number > key->maximum
      || (whole && number != floor (number)))
    {
      g_autofree char *wanted
          = g_strdup_printf (whole ? _ ("a whole number from %.10g to %.10g") : _ ("a number from %.10g to %.10g"),
                             key->minimum, key->maximum);

      return refuse_value (key, value, wanted, error);
    }
  if (whole)
    *(int *)field_of (recipe, key) = (int)number;
  else
    *(double *)field_of (recipe, key) = number;
  return TRUE;
}

static gboolean
parse_switch (AciniRecipe *recipe, const Key *key, const char *value, GError **error)
{
  if (!is_one_of ("true|false|1|0|yes|no", value))
    return refuse_value (key, value, "true|false", error);
  *(gboolean *)field_of (recipe, key) = is_one_of ("true|1|yes", value);
  return TRUE;
}

static gboolean
parse_value (AciniRecipe *recipe, const Key *key, const char *value, GError **error)
{
  switch (key->type)
    {
    case ACINI_RECIPE_TEXT:
      return parse_text (recipe, key, value, error);
    case ACINI_RECIPE_REAL:
    case ACINI_RECIPE_WHOLE:
      return parse_number (recipe, key, value, error);
    case ACINI_RECIPE_SEED:
      if (!g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, field_of (recipe, key), NULL))
        return refuse_value (key, value, _ ("a whole number that is not negative"), error);
      return TRUE;
    case ACINI_RECIPE_SWITCH:
      return parse_switch (recipe, key, value, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* "NAME=NUMBER" with ';' between them, each number up to @most; NULL for what is none. */
static GHashTable *
parse_named_numbers (const char *text, double most)
{
  g_autoptr (GHashTable) result = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) entries = g_strsplit (text, ";", -1);

  for (guint i = 0; entries[i] != NULL; i++)
    {
      char *value = strchr (entries[i], '='), *end = NULL;
      double number;

      if (*g_strstrip (entries[i]) == '\0')
        continue;
      if (value == NULL)
        return NULL;
      *value++ = '\0';
      number = g_ascii_strtod (value, &end);
      if (end == value || *end != '\0' || *g_strstrip (entries[i]) == '\0' || !(number >= 0 && number <= most))
        return NULL;
      g_hash_table_insert (result, g_strdup (entries[i]), g_memdup2 (&number, sizeof number));
    }
  return g_steal_pointer (&result);
}

GHashTable *
acini_recipe_get_thresholds (const AciniRecipe *recipe)
{
  g_return_val_if_fail (recipe != NULL, NULL);
  return parse_named_numbers (recipe->thresholds, 1);
}

GHashTable *
acini_recipe_get_organ_weights (const AciniRecipe *recipe)
{
  g_return_val_if_fail (recipe != NULL, NULL);
  return parse_named_numbers (recipe->organ_weights, 1e6);
}

/* Numbers from @least to @most with ';' between them; NULL for what is none. */
static GArray *
parse_numbers (const char *text, double least, double most)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (GStrv) entries = g_strsplit (text, ";", -1);

  for (guint i = 0; entries[i] != NULL; i++)
    {
      char *end = NULL;
      double number = g_ascii_strtod (g_strstrip (entries[i]), &end);

      if (end == entries[i] || *end != '\0' || !(number >= least && number <= most))
        return NULL;
      g_array_append_val (numbers, number);
    }
  return g_steal_pointer (&numbers);
}

GArray *
acini_recipe_get_class_weights (const AciniRecipe *recipe)
{
  g_autoptr (GArray) weights = NULL;
  double sum = 0;

  g_return_val_if_fail (recipe != NULL, NULL);
  weights = parse_numbers (recipe->class_weights, 0, 1e6);
  for (guint i = 0; weights != NULL && i < weights->len; i++)
    sum += g_array_index (weights, double, i);
  return weights != NULL && (weights->len == 0 || sum > 0) ? g_steal_pointer (&weights) : NULL;
}

/* Whether @text is empty or three numbers from @least on; those, divided by 255, into @result. */
static gboolean
parse_colour (const char *text, double least, double result[3])
{
  g_autoptr (GArray) numbers = parse_numbers (text, least, 255);

  if (numbers == NULL || (numbers->len != 0 && numbers->len != 3))
    return FALSE;
  for (guint i = 0; i < numbers->len; i++)
    result[i] = g_array_index (numbers, double, i) / 255;
  return TRUE;
}

gboolean
acini_recipe_get_normalisation (const AciniRecipe *recipe, double mean[3], double std[3])
{
  g_return_val_if_fail (recipe != NULL, FALSE);
  return parse_colour (recipe->mean, 0, mean) && parse_colour (recipe->std, 1e-3, std);
}

/* What no single key can tell. */
static gboolean
check_whole (const AciniRecipe *recipe, GError **error)
{
  g_autoptr (GHashTable) thresholds = acini_recipe_get_thresholds (recipe);
  g_autoptr (GHashTable) organ_weights = acini_recipe_get_organ_weights (recipe);
  g_autoptr (GArray) class_weights = acini_recipe_get_class_weights (recipe);
  const char *wrong = NULL;
  double mean[3], std[3];

  if (recipe->epochs == 0 && recipe->steps == 0)
    wrong = _ ("“epochs” and “steps” are both 0, so there is nothing to train.");
  else if (recipe->patch % 32 != 0)
    wrong = _ ("“patch” must be a multiple of 32.");
  else if (recipe->scale_min > recipe->scale_max)
    wrong = _ ("“scale-min” is above “scale-max”.");
  else if (recipe->cross_entropy + recipe->dice + recipe->focal + recipe->jaccard + recipe->lovasz <= 0)
    wrong = _ ("the weights of all losses are 0, so there is nothing to learn from.");
  else if (recipe->learning_rate <= 0)
    wrong = _ ("“learning-rate” must be above 0.");
  else if (thresholds == NULL)
    wrong = _ ("“thresholds” must be such as “kidney=0.225;lung=0.1”, each from 0 to 1.");
  else if (recipe->mpp_min > recipe->mpp_max || (recipe->mpp_min == 0 && recipe->mpp_max > 0))
    wrong = _ ("“mpp-min” and “mpp-max” must both be 0, or both above it and in order.");
  else if (recipe->resize_min > recipe->resize_max || (recipe->resize_min == 0 && recipe->resize_max > 0))
    wrong = _ ("“resize-min” and “resize-max” must both be 0, or both above it and in order.");
  else if (recipe->cutout_min > recipe->cutout_max)
    wrong = _ ("“cutout-min” is above “cutout-max”.");
  else if (recipe->replay + recipe->pseudo > 0.9)
    wrong = _ ("“replay” and “pseudo” are more than 0.9 together: too little is left for the labels.");
  else if (recipe->macenko + recipe->reinhard + recipe->histogram > 1)
    wrong = _ (
        "the chances of “macenko”, “reinhard” and “histogram” are more than 1 together: a patch gets one of them.");
  else if (organ_weights == NULL)
    wrong = _ ("“organ-weights” must be such as “kidney=3;lung=0.5”, none below 0.");
  else if (class_weights == NULL)
    wrong = _ ("“class-weights” must be numbers such as “1;2”, one a class, the background first, not all 0.");
  else if (!acini_recipe_get_normalisation (recipe, mean, std))
    wrong = _ ("“mean” and “std” must be three numbers up to 255 each, as “123.7;116.3;103.5”, or empty.");
  if (wrong == NULL)
    return TRUE;
  g_set_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_VALUE, _ ("The recipe “%s” is contradictory: %s"),
               recipe->name, wrong);
  return FALSE;
}

AciniRecipe *
acini_recipe_new (void)
{
  AciniRecipe *recipe = g_new0 (AciniRecipe, 1);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (!parse_value (recipe, &keys[i], keys[i].value, NULL))
      g_error ("the default of “%s” is not allowed", keys[i].key);
  return recipe;
}

static gboolean
load_group (AciniRecipe *recipe, GKeyFile *file, const char *group, const char *path, GError **error)
{
  g_auto (GStrv) names = g_key_file_get_keys (file, group, NULL, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      const Key *key = find_key (group, names[i]);
      g_autofree char *value = NULL;

      if (key == NULL)
        {
          g_set_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_KEY,
                       _ ("The recipe “%s” has the unknown key “%s” in [%s]."), path, names[i], group);
          return FALSE;
        }
      value = key->type == ACINI_RECIPE_TEXT ? g_key_file_get_string (file, group, names[i], error)
                                             : g_key_file_get_value (file, group, names[i], error);
      if (value == NULL || !parse_value (recipe, key, g_strstrip (value), error))
        return FALSE;
    }
  return TRUE;
}

AciniRecipe *
acini_recipe_load (const char *path, GError **error)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) groups = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    {
      g_set_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_UNREADABLE, _ ("The recipe “%s” cannot be read: %s"),
                   path, local->message);
      return NULL;
    }
  groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!load_group (recipe, file, groups[i], path, error))
      return NULL;
  if (!check_whole (recipe, error))
    return NULL;
  return g_steal_pointer (&recipe);
}

gboolean
acini_recipe_set (AciniRecipe *recipe, const char *name, const char *value, GError **error)
{
  const Key *key;

  g_return_val_if_fail (recipe != NULL && name != NULL && value != NULL, FALSE);
  key = find_key (NULL, name);
  if (key != NULL)
    return parse_value (recipe, key, value, error);
  g_set_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_KEY, _ ("Recipes have no key “%s”."), name);
  return FALSE;
}

gboolean
acini_recipe_describe_key (guint index, AciniRecipeKey *key)
{
  g_return_val_if_fail (key != NULL, FALSE);

  if (index >= G_N_ELEMENTS (keys))
    return FALSE;
  *key = (AciniRecipeKey){ keys[index].group,   keys[index].key,     keys[index].type,
                           keys[index].minimum, keys[index].maximum, keys[index].words };
  return TRUE;
}

gboolean
acini_recipe_check (const AciniRecipe *recipe, GError **error)
{
  g_return_val_if_fail (recipe != NULL, FALSE);
  return check_whole (recipe, error);
}

static void
write_key (GKeyFile *file, const AciniRecipe *recipe, const Key *key)
{
  gconstpointer field = field_of (recipe, key);
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  switch (key->type)
    {
    case ACINI_RECIPE_TEXT:
      g_key_file_set_string (file, key->group, key->key, *(const char *const *)field);
      break;
    case ACINI_RECIPE_REAL:
      g_key_file_set_value (file, key->group, key->key,
                            g_ascii_formatd (buffer, sizeof buffer, "%.15g", *(const double *)field));
      break;
    case ACINI_RECIPE_WHOLE:
      g_key_file_set_integer (file, key->group, key->key, *(const int *)field);
      break;
    case ACINI_RECIPE_SEED:
      g_key_file_set_uint64 (file, key->group, key->key, *(const guint64 *)field);
      break;
    case ACINI_RECIPE_SWITCH:
      g_key_file_set_boolean (file, key->group, key->key, *(const gboolean *)field);
      break;
    default:
      g_return_if_reached ();
    }
}

char *
acini_recipe_get (const AciniRecipe *recipe, const char *name)
{
  const Key *key;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_return_val_if_fail (recipe != NULL && name != NULL, NULL);
  key = find_key (NULL, name);
  if (key == NULL)
    return NULL;
  write_key (file, recipe, key);
  return key->type == ACINI_RECIPE_TEXT ? g_key_file_get_string (file, key->group, key->key, NULL)
                                        : g_key_file_get_value (file, key->group, key->key, NULL);
}

char *
acini_recipe_to_data (const AciniRecipe *recipe)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_return_val_if_fail (recipe != NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    write_key (file, recipe, &keys[i]);
  return g_key_file_to_data (file, NULL, NULL);
}

void
acini_recipe_free (AciniRecipe *recipe)
{
  if (recipe == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (keys[i].type == ACINI_RECIPE_TEXT)
      g_free (*(char **)field_of (recipe, &keys[i]));
  g_free (recipe);
}
