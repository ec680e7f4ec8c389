/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The model card, model.json beside model.safetensors: what a network is, what it was trained on and how it scored.
 * Plain C without torch, so that the window can read cards too. */

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define ACINI_CARD_ERROR (acini_card_error_quark ())
GQuark acini_card_error_quark (void);

typedef enum
{
  ACINI_CARD_ERROR_DAMAGED,
} AciniCardError;

typedef struct
{
  char *id;               /* letters, digits, '-', '_' and '.': also the folder's name */
  char *name;             /* what people see */
  char *parent;           /* id of the model it was fine-tuned from, or "" */
  char *architecture;     /* "segformer-b0" … "segformer-b5", "unet-resnet34", "fpn-mit_b0" …: decoder-encoder */
  char *numerics;         /* what no tensor tells of that: "padding=same encoder_eps=0.001 …"; "" where nothing is */
  char *layout;           /* whose names and epsilons: "hf", "mmseg", "nv", "smp" …; see checkpoint/ */
  char *activation;       /* "softmax" (class 0 is background) or "sigmoid" (no background class) */
  char **classes;         /* names, background included where there is one */
  char **organs;          /* trained on; empty: any */
  double mpp;             /* µm per pixel the network works at; 0: takes the slide's own pixels */
  double mean[3], std[3]; /* of RGB in 0 … 1 */
  gboolean bgr;           /* the network takes blue first */
  double threshold;       /* for organs that @thresholds does not name */
  GHashTable *thresholds; /* organ, or "organ/class" → (double *), owned */
  char *licence;          /* of the weights */
  char *description;      /* one paragraph for people */
  char *created;          /* ISO 8601, UTC */
  JsonObject *training;   /* recipe, data, steps … as written by the trainer; may be NULL */
  JsonObject *scores;     /* e.g. {"dice": 0.83, "images": 10, "dice_by_organ": {…}}; may be NULL */
} AciniCard;

AciniCard *acini_card_new (void); /* ImageNet's mean and std, threshold 0.5, softmax, two classes */
AciniCard *acini_card_copy (const AciniCard *card);
/* Of several models used as one: the first one's, under an id that tells which they are, with which weights (NULL: all
 * the same). */
AciniCard *acini_card_new_of_several (const AciniCard *const *cards, const double *weights, guint n);
void acini_card_free (AciniCard *card);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniCard, acini_card_free)

/* @path: model.json, or the folder it is in. */
AciniCard *acini_card_load (const char *path, GError **error);
/* Names of the images that the model, or any that it descends from, was trained on, as far as its card tells.  Returns:
 * (transfer full) (element-type utf8) a set */
GHashTable *acini_card_list_learnt (const AciniCard *card);
gboolean acini_card_save (const AciniCard *card, const char *path, GError **error); /* atomic */
double acini_card_get_threshold (const AciniCard *card, const char *organ);
/* Of the @plane-th probability plane: the class's own in that organ, where the card names one. */
double acini_card_get_class_threshold (const AciniCard *card, const char *organ, guint plane);

G_END_DECLS
