/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/engine/acini-model-cache.h"

#include "app/training/acini-ensemble.h"
#include "app/worker/acini-model-set.h"

#include <glib/gstdio.h>

#define KEPT 2

/* Path and modification time: a rewritten file counts as a different one. */
typedef struct
{
  char *key;
  gpointer thing;
} Entry;

/* The newest first. */
typedef struct
{
  Entry entries[KEPT];
  GDestroyNotify free_thing;
} Lru;

struct _AciniModelCache
{
  AciniModelOptions options;
  char *device;
  Lru models, slides;
};

static void
free_model (gpointer model)
{
  acini_model_unref (model);
}

static void
free_slide (gpointer data)
{
  AciniModelCacheSlide *slide = data;

  g_clear_object (&slide->slide);
  g_clear_pointer (&slide->tissue, acini_tissue_free);
  g_free (slide);
}

AciniModelCache *
acini_model_cache_new (const AciniModelOptions *options)
{
  AciniModelCache *self = g_new0 (AciniModelCache, 1);

  self->options = *options;
  self->device = g_strdup (options->device);
  self->options.device = self->device;
  self->models.free_thing = free_model;
  self->slides.free_thing = free_slide;
  return self;
}

static void
entry_clear (Entry *entry, GDestroyNotify free_thing)
{
  if (entry->thing != NULL)
    free_thing (entry->thing);
  g_free (entry->key);
  *entry = (Entry){ NULL, NULL };
}

void
acini_model_cache_free (AciniModelCache *self)
{
  if (self == NULL)
    return;
  for (int i = 0; i < KEPT; i++)
    {
      entry_clear (&self->models.entries[i], free_model);
      entry_clear (&self->slides.entries[i], free_slide);
    }
  g_free (self->device);
  g_free (self);
}

void
acini_model_cache_set_device (AciniModelCache *self, const char *device)
{
  for (int i = 0; i < KEPT; i++)
    entry_clear (&self->models.entries[i], free_model);
  g_set_str (&self->device, device);
  self->options.device = self->device;
}

static char *
make_key (const char *path, const char *inside)
{
  g_autofree char *file
      = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_build_filename (path, inside, NULL) : g_strdup (path);
  GStatBuf status = { 0 };

  g_stat (file, &status);
  return g_strdup_printf ("%s\n%" G_GINT64_FORMAT ".%ld", path, (gint64)status.st_mtim.tv_sec,
                          (long)status.st_mtim.tv_nsec);
}

/* The thing of @key, moved to the front; NULL: it is not there. */
static gpointer
lru_find (Lru *lru, const char *key)
{
  for (int i = 0; i < KEPT; i++)
    if (g_strcmp0 (lru->entries[i].key, key) == 0)
      {
        Entry found = lru->entries[i];

        for (int j = i; j > 0; j--)
          lru->entries[j] = lru->entries[j - 1];
        lru->entries[0] = found;
        return found.thing;
      }
  return NULL;
}

static gpointer
lru_put (Lru *lru, char *key, gpointer thing)
{
  entry_clear (&lru->entries[KEPT - 1], lru->free_thing);
  for (int i = KEPT - 1; i > 0; i--)
    lru->entries[i] = lru->entries[i - 1];
  lru->entries[0] = (Entry){ key, thing };
  return thing;
}

AciniModel *
acini_model_cache_get_model (AciniModelCache *self, const char *path, GError **error)
{
  g_autofree char *key = make_key (path, acini_ensemble_is_one (path) ? "ensemble.json" : "model.safetensors");
  AciniModel *model = lru_find (&self->models, key);

  if (model != NULL)
    return model;
  model = acini_model_set_load ((const char *const[]){ path, NULL }, NULL, &self->options, error);
  return model != NULL ? lru_put (&self->models, g_steal_pointer (&key), model) : NULL;
}

const AciniModelCacheSlide *
acini_model_cache_get_slide (AciniModelCache *self, const char *path, GError **error)
{
  g_autofree char *key = make_key (path, "");
  AciniModelCacheSlide *warm = lru_find (&self->slides, key);
  g_autoptr (AciniSlide) slide = NULL;

  if (warm != NULL)
    return warm;
  slide = acini_slide_open (path, error);
  if (slide == NULL)
    return NULL;
  warm = g_new0 (AciniModelCacheSlide, 1);
  /* A slide whose overview does not read may read where the user looks. */
  warm->tissue = acini_tissue_new (slide, NULL);
  warm->slide = g_steal_pointer (&slide);
  return lru_put (&self->slides, g_steal_pointer (&key), warm);
}
