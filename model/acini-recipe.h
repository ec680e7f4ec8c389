/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How to train: a key file (GKeyFile), shipped ones in recipes/.  Plain C without torch. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_RECIPE_ERROR (acini_recipe_error_quark ())
GQuark acini_recipe_error_quark (void);

typedef struct
{
  char *name, *description;
  char *architecture; /* for training from nothing; "" keeps the parent's */
  double mpp;         /* for training from nothing */
  /* [optimiser] AdamW; poly decay with linear warm-up (mmcv's formula) */
  double learning_rate, weight_decay, head_multiplier, power;
  int warmup_steps;
  double gradient_clip; /* norm; 0: none */
  /* [schedule] */
  int epochs;          /* an epoch is as many patches as cover the labelled area once; 0: @steps decides */
  int steps;           /* 0: @epochs decides */
  int batch, patch;    /* patches a step, pixels of a patch's side */
  int validate_every;  /* steps; 0: once an epoch */
  int checkpoint_every; /* steps */
  /* [loss] */
  double cross_entropy, dice, focal;
  double drop_path, dropout;
  /* [augmentation] */
  gboolean flip, rotate; /* mirror; 90° turns */
  double scale_min, scale_max;
  double brightness, contrast, saturation, hue; /* jitter, 0: none */
  double stain; /* haematoxylin and eosin strengths jittered by up to this share */
  double blur;  /* chance of a light blur */
  guint64 seed;
  char *precision; /* float32, bfloat16, auto */
} AciniRecipe;

AciniRecipe *acini_recipe_new (void); /* the defaults: fine-tuning of the window */
AciniRecipe *acini_recipe_load (const char *path, GError **error); /* an unknown key is an error that names it */
/* Sets one value from text, as the command line does ("learning-rate", "1e-4"). */
gboolean acini_recipe_set (AciniRecipe *recipe, const char *key, const char *value, GError **error);
char *acini_recipe_to_data (const AciniRecipe *recipe);
void acini_recipe_free (AciniRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRecipe, acini_recipe_free)

G_END_DECLS
