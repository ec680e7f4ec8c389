/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-familiarity.h"

#include "app/segmentation/acini-knowledge.h"
#include "app/segmentation/acini-segmentation.h"

#include <string.h>

/* Patches of the training data that are looked at, and those of them that the network is shown. */
#define LOOKS 64
#define SEEN 24
#define SIDE ACINI_LOOK_SIDE
#define PATCH ((gsize)3 * SIDE * SIDE)

/* Fills in @looks, and @rgb with the pixels of each.  Returns: how many, -1 with @error set. */
static int
look_at_training (AciniTrainingData *training, AciniLook looks[LOOKS], guint8 *rgb, GError **error)
{
  g_autofree guint8 *labels = g_malloc (SIDE * SIDE);
  AciniTrainingSource source;
  int n = 0;

  acini_training_data_fill (training, &source);
  for (guint64 i = 0; i < LOOKS; i++)
    {
      /* Some of each image, where there are not too many of them. */
      guint item = (guint)(source.n_items <= LOOKS ? i % source.n_items : i * source.n_items / LOOKS);
      double x, y;

      source.pick (source.user_data, item, (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15), &x, &y);
      if (!source.read (source.user_data, item, x, y, 1, SIDE, SIDE, rgb + n * PATCH, labels, error))
        return -1;
      n += acini_look_measure (rgb + n * PATCH, (gsize)SIDE * SIDE, &looks[n]) != 0;
    }
  return n;
}

/* @n patches, @step apart.  Returns: (transfer full) (nullable) their vectors, NULL with @error set. */
static float *
see (AciniModel *model, const guint8 *rgb, guint n, guint step, guint *n_channels, GError **error)
{
  g_autofree float *vectors = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree float *one = acini_model_see (model, rgb + (gsize)i * step * PATCH, SIDE, n_channels, error);

      if (one == NULL)
        return NULL;
      if (vectors == NULL)
        vectors = g_new (float, (gsize)n **n_channels);
      memcpy (vectors + (gsize)i * *n_channels, one, *n_channels * sizeof (float));
    }
  return g_steal_pointer (&vectors);
}

gboolean
acini_familiarity_write (const char *folder, AciniTrainingData *training, const AciniModelOptions *options,
                         GError **error)
{
  g_autofree char *path = g_build_filename (folder, "model.json", NULL);
  g_autofree AciniLook *looks = g_new0 (AciniLook, LOOKS);
  g_autofree guint8 *rgb = g_malloc ((LOOKS + 1) * PATCH);
  g_autoptr (AciniCard) card = acini_card_load (path, error);
  g_autoptr (AciniModel) model = card != NULL ? acini_model_load (folder, options, error) : NULL;
  g_autofree float *vectors = NULL;
  guint n_channels = 0, n_seen;
  JsonObject *knows, *features;
  int n;

  if (model == NULL || card->training == NULL)
    return model != NULL;
  n = look_at_training (training, looks, rgb, error);
  if (n <= 0)
    return n == 0;
  n_seen = MIN ((guint)n, SEEN);
  vectors = see (model, rgb, n_seen, (guint)n / n_seen, &n_channels, error);
  if (vectors == NULL)
    return FALSE;
  knows = acini_knowledge_describe (looks, (guint)n);
  features = acini_features_describe (vectors, n_seen, n_channels);
  if (features != NULL)
    json_object_set_object_member (knows, "features", features);
  json_object_set_object_member (card->training, "knows", knows);
  return acini_card_save (card, path, error);
}

GPtrArray *
acini_familiarity_check (AciniModel *model, AciniSlide *slide, const char *organ, double mpp)
{
  const AciniCard *card = acini_model_get_card (model);
  GPtrArray *sentences = acini_knowledge_check (card, slide, organ, mpp);
  g_autofree guint8 *rgb = NULL;
  g_autofree float *vectors = NULL;
  AciniLook looks[ACINI_LOOKS_OF_SLIDE];
  guint n, n_channels = 0;
  char *warning;

  /* A card without features is not worth the reading. */
  if (acini_model_get_n_members (model) > 1 || !acini_features_are_known (card))
    return sentences;
  rgb = g_malloc (ACINI_LOOKS_OF_SLIDE * PATCH);
  n = acini_look_at_slide (slide, acini_get_downsample (mpp, card->mpp), looks, rgb);
  vectors = see (model, rgb, n, 1, &n_channels, NULL);
  warning = vectors != NULL ? acini_features_dup_warning (acini_features_get_distance (card, vectors, n, n_channels))
                            : NULL;
  if (warning != NULL)
    g_ptr_array_add (sentences, warning);
  return sentences;
}
