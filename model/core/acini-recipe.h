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
  /* For training from nothing, or from an encoder alone, which it gives a decoder; "" keeps the parent's. */
  char *architecture;
  char *classes;    /* the same: names separated by ';', the background first */
  char *activation; /* the same: "softmax", or "sigmoid" without a channel for the background; "": the parent's */
  char *head_norm;  /* the same, of SegFormer: MMSegmentation's head with "batch" or "group" norm; "": NVlabs' */
  char *mean, *std; /* of R, G and B from 0 to 255: "123.7;116.3;103.5"; "": the parent's, else ImageNet's */
  double mpp;       /* for training from nothing, or from a parent that tells none */
  double drop_path, dropout, encoder_dropout; /* dropout before the classifier; in the encoder's attention and MLPs */
  double ema;      /* share that the moving average of the weights keeps at each step; 0: none.  It is what is scored */
  int swa;         /* at the end the weights of that many best validations are averaged, and kept if the average scores
                    * better than the best of them (Izmailov et al. 2018); 0: not */
  char *precision; /* float32, bfloat16, auto */
  gboolean deterministic; /* on a GPU, too, the same seed gives the same weights; slower there */
  guint64 seed;
  /* [optimiser] AdamW */
  double learning_rate, weight_decay, head_multiplier, power;
  gboolean decay_norms; /* weight decay on norms and biases too */
  int warmup_steps;
  double warmup_ratio;
  char *decay; /* "constant", "poly" (mmcv's, by @power), "cosine" (to 0), each with linear warm-up, or "one-cycle" (up
                * from 1/25 in the first quarter, down to 1/250 000: Smith 2018) */
  double encoder_multiplier;   /* the encoder's learning rate is that share of the rest's; 0: it is frozen */
  int frozen_steps;            /* the encoder is frozen for that long */
  gboolean find_learning_rate; /* before the first step; the rate found takes the place of @learning_rate */
  double gradient_clip;        /* norm; 0: none */
  /* [schedule] */
  int epochs;          /* an epoch is as many patches as cover the labelled area once; 0: @steps decides */
  int steps;           /* 0: @epochs decides */
  int batch, patch;    /* patches a step, pixels of a patch's side (a multiple of 32) */
  int accumulate;      /* batches whose gradients are averaged for one step */
  char *sampling;      /* an image's share of the patches: "root" of its labelled area, "area", "image" (all alike), or
                        * "organ": organs by the root of their area, their images as by "root" */
  char *organ_weights; /* "kidney=3;lung=0.5": an organ's share of the patches times this, with sampling "organ" */
  double replay;       /* share of the patches from what the parent learnt from, so that it is not forgotten; 0: none */
  double recent;       /* labels that were just edited come so many times as often as old ones; 1: all alike.  What was
                        * last worked on @recent_days before the newest has half of that advantage */
  double recent_days;
  double pseudo; /* share of the patches from slides without labels, with what the model in use predicts there for
                  * labels; 0: none */
  double pseudo_confidence; /* where it is at least so sure of a class, or of there being none; else unlabelled */
  int validate_every;       /* steps; 0: once an epoch */
  double minutes; /* so long at most: after ten steps the rest is planned to fit, if it would not; 0: any time */
  int validation_patches; /* a held-out image of more patches is judged on this many */
  int checkpoint_every;   /* steps */
  int patience;           /* validations without a better one after which training ends; 0: it goes on */
  /* [loss] */
  double cross_entropy, dice, focal, jaccard, lovasz; /* weights of the five; all over labelled pixels */
  char *class_weights;                                /* "1;2": of the classes, the background first; "": all alike */
  double pseudo_weight; /* of a patch with predictions for labels, against 1 of one with labels */
  /* [augmentation] */
  gboolean flip, rotate; /* mirror; 90° turns */
  double scale_min, scale_max;
  double brightness, contrast, saturation, hue; /* jitter, 0: none */
  double stain;                                 /* haematoxylin and eosin strengths jittered by up to this share */
  double blur;                                  /* chance of a light blur */
  /* Instead of the scales above: µm per pixel of a patch, all alike in the logarithm; or the image's longer side after
   * resizing, in pixels, uniform (MMSegmentation's Resize); 0: not. */
  double mpp_min, mpp_max;
  int resize_min, resize_max;
  double crop_share; /* a patch is drawn anew (ten times) while one class has more of its labelled pixels; 1: never */
  double angle, angle_chance;          /* turned by up to so many degrees */
  double elastic, elastic_size;        /* chance; largest displacement of a grid point in pixels */
  double cutout;                       /* chance of black squares … */
  int cutout_holes;                    /* … so many … */
  double cutout_min, cutout_max;       /* … of that share of the patch's side */
  double cutmix;                       /* chance of a rectangle of another patch */
  double clahe, clahe_clip;            /* chance; limit */
  double gamma;                        /* exponents from 1 / (1 + @gamma) to 1 + @gamma */
  double photometric;                  /* chance of MMSegmentation's PhotoMetricDistortion */
  double macenko, reinhard, histogram; /* chances of each way to look like another slide of the training; one at most */
} AciniRecipe;

AciniRecipe *acini_recipe_new (void);                              /* the defaults: fine-tuning of the window */
AciniRecipe *acini_recipe_load (const char *path, GError **error); /* an unknown key is an error that names it */
/* Sets one value from text, the way it is written in the file, as the command line does ("learning-rate", "1e-4"). */
gboolean acini_recipe_set (AciniRecipe *recipe, const char *key, const char *value, GError **error);
/* The value as it is written in the file.  Returns: (transfer full), NULL for a key that no recipe has. */
char *acini_recipe_get (const AciniRecipe *recipe, const char *key);

typedef enum
{
  ACINI_RECIPE_TEXT,
  ACINI_RECIPE_REAL,
  ACINI_RECIPE_WHOLE,
  ACINI_RECIPE_SEED, /* a whole number of 64 bits */
  ACINI_RECIPE_SWITCH,
} AciniRecipeType;

/* What a key may be: for whoever lets people edit a recipe. */
typedef struct
{
  const char *group, *key;
  AciniRecipeType type;
  double minimum, maximum;
  const char *words; /* what a text may be, separated by '|'; NULL: anything */
} AciniRecipeKey;

/* All keys, in the order of the file.  FALSE: there are no more than @index. */
gboolean acini_recipe_describe_key (guint index, AciniRecipeKey *key);
/* What no single key can tell, e.g. that a recipe trains for neither epochs nor steps; loading checks it too. */
gboolean acini_recipe_check (const AciniRecipe *recipe, GError **error);
/* Returns: (transfer full): @thresholds by organ, as (double *), the way a card has them; NULL where they are
 * malformed, which loading and acini_recipe_check () refuse. */
GHashTable *acini_recipe_get_thresholds (const AciniRecipe *recipe);
/* Returns: (transfer full) (element-type utf8 double): @organ_weights by organ; NULL where malformed. */
GHashTable *acini_recipe_get_organ_weights (const AciniRecipe *recipe);
/* Returns: (transfer full) (element-type double): @class_weights, empty where all are alike; NULL where malformed. */
GArray *acini_recipe_get_class_weights (const AciniRecipe *recipe);
/* Fills in what @mean and @std say, in 0 … 1; what is empty there stays as it is.  FALSE: malformed. */
gboolean acini_recipe_get_normalisation (const AciniRecipe *recipe, double mean[3], double std[3]);
/* The recipe as a key file with every key in it: the same recipe gives the same text. */
char *acini_recipe_to_data (const AciniRecipe *recipe);
void acini_recipe_free (AciniRecipe *recipe);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRecipe, acini_recipe_free)

G_END_DECLS
