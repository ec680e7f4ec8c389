/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How to train: a key file (GKeyFile), shipped ones in recipes/.  Plain C without torch. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_RECIPE_ERROR (acini_recipe_error_quark ())
GQuark acini_recipe_error_quark (void);

typedef enum
{
  ACINI_RECIPE_ERROR_UNREADABLE, /* no such file, or not a key file */
  ACINI_RECIPE_ERROR_KEY,        /* a key or group that no recipe has: it is named */
  ACINI_RECIPE_ERROR_VALUE,      /* not a number, out of range, or not one of the words allowed */
} AciniRecipeError;

/* In the file a key is written with '-' for '_'. */
typedef struct
{
  /* [recipe] */
  char *name, *description;
  char *thresholds; /* for the card, by organ or "organ/class": "kidney=0.225;lung=0.1"; an organ not named gets 0.5 */
  /* [network] */
  char *architecture;                         /* for training from nothing; "" keeps the parent's */
  char *classes;                              /* the same: names separated by ';', the background first */
  double mpp;                                 /* for training from nothing, or from a parent that tells none */
  double drop_path, dropout, encoder_dropout; /* dropout before the classifier; in the encoder's attention and MLPs */
  double ema;      /* share that the moving average of the weights keeps at each step; 0: none.  It is what is scored */
  char *precision; /* float32, bfloat16, auto */
  guint64 seed;
  /* [optimiser] AdamW; poly decay with linear warm-up (mmcv's formula) */
  double learning_rate, weight_decay, head_multiplier, power;
  gboolean decay_norms; /* weight decay on norms and biases too */
  int warmup_steps;
  double warmup_ratio;
  double gradient_clip; /* norm; 0: none */
  /* [schedule] */
  int epochs;         /* an epoch is as many patches as cover the labelled area once; 0: @steps decides */
  int steps;          /* 0: @epochs decides */
  int batch, patch;   /* patches a step, pixels of a patch's side (a multiple of 32) */
  char *sampling;     /* an image's share of the patches: "root" of its labelled area, "area", "image" (all alike), or
                       * "organ": organs by the root of their area, their images as by "root" */
  int validate_every; /* steps; 0: once an epoch */
  int validation_patches; /* a held-out image of more patches is judged on this many */
  int checkpoint_every;   /* steps */
  /* [loss] */
  double cross_entropy, dice, focal; /* weights of the three; all over labelled pixels */
  /* [augmentation] */
  gboolean flip, rotate; /* mirror; 90° turns */
  double scale_min, scale_max;
  double brightness, contrast, saturation, hue; /* jitter, 0: none */
  double stain;                                 /* haematoxylin and eosin strengths jittered by up to this share */
  double blur;                                  /* chance of a light blur */
} AciniRecipe;

AciniRecipe *acini_recipe_new (void);                              /* the defaults: fine-tuning of the window */
AciniRecipe *acini_recipe_load (const char *path, GError **error); /* an unknown key is an error that names it */
/* Sets one value from text, the way it is written in the file, as the command line does ("learning-rate", "1e-4"). */
gboolean acini_recipe_set (AciniRecipe *recipe, const char *key, const char *value, GError **error);
/* What no single key can tell, e.g. that a recipe trains for neither epochs nor steps; loading checks it too. */
gboolean acini_recipe_check (const AciniRecipe *recipe, GError **error);
/* Returns: (transfer full): @thresholds by organ, as (double *), the way a card has them; NULL where they are
 * malformed, which loading and acini_recipe_check () refuse. */
GHashTable *acini_recipe_get_thresholds (const AciniRecipe *recipe);
/* The recipe as a key file with every key in it: the same recipe gives the same text. */
char *acini_recipe_to_data (const AciniRecipe *recipe);
void acini_recipe_free (AciniRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRecipe, acini_recipe_free)

G_END_DECLS
