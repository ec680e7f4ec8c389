/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Networks: load a checkpoint, describe it, segment pixels, train.  The only header of model/ that needs the
 * library with torch in it; the header itself is strict C and knows neither torch nor slides.
 *
 * Bad input is a GError, never an abort; no C++ exception crosses this border.  A loaded model does not change:
 * it may be used by several threads, which take turns at the device. */

#include "model/core/acini-card.h"
#include "model/core/acini-recipe.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_MODEL_ERROR (acini_model_error_quark ())
GQuark acini_model_error_quark (void);

typedef enum
{
  ACINI_MODEL_ERROR_UNREADABLE, /* not a checkpoint, truncated, damaged */
  ACINI_MODEL_ERROR_UNSAFE,     /* a pickle that asks for code: what it asks for is named */
  ACINI_MODEL_ERROR_LAYOUT,     /* readable tensors that no known layout fits: says what was tried and why not */
  ACINI_MODEL_ERROR_SHAPE,      /* the layout is known, but a tensor is missing or has another shape */
  ACINI_MODEL_ERROR_DEVICE,     /* no such device, or it failed */
  ACINI_MODEL_ERROR_MEMORY,
  ACINI_MODEL_ERROR_INPUT,      /* pixels or labels that the callbacks gave do not fit */
  ACINI_MODEL_ERROR_FAILED,     /* anything torch says */
  ACINI_MODEL_ERROR_DIVERGED,   /* a training's loss is no longer a number */
  ACINI_MODEL_ERROR_NOT_FINITE, /* weights, or what a network gives, that are no numbers */
  ACINI_MODEL_ERROR_NUMBERS,    /* no way to compute is right here, with what oneDNN may use */
} AciniModelError;

typedef enum
{
  ACINI_PRECISION_AUTO, /* bfloat16 (CUDA without it: float16) where it is faster than float32, as measured at first use
                         * and remembered, and the network's masks are the same as float32's; else float32 */
  ACINI_PRECISION_FLOAT32,
  ACINI_PRECISION_BFLOAT16,
  ACINI_PRECISION_FLOAT16,
} AciniPrecision;

typedef struct
{
  const char *device;       /* "auto" or NULL (CUDA where there is one), "cpu", "cuda", "cuda:1" */
  AciniPrecision precision; /* of a training: FLOAT32 overrules the recipe, others the recipe overrules */
  int threads;              /* 0: one per core */
  /* A TorchScript file is a program.  Its weights are read as data where Acini knows the network; only where it does
   * not, and only with this set, the program itself is run, for inference alone. */
  gboolean allow_program;
} AciniModelOptions;

/* Start-up check: a warning for the user when torch's matrix products run on the slow reference BLAS (they can be
 * 60 times slower), else NULL.  Measures for some milliseconds, once.  Returns: (transfer full) (nullable) */
char *acini_model_check_speed (void);
/* Compute devices, "cpu" first; NULL-terminated. */
char **acini_model_list_devices (void);

/* What oneDNN, libtorch's library for convolutions and products on a CPU, may use in this process: the lower, the
 * slower, and the less can go wrong. */
typedef enum
{
  ACINI_ONEDNN_ALL,
  ACINI_ONEDNN_AVX512, /* without bfloat16 */
  ACINI_ONEDNN_AVX2,
  ACINI_ONEDNN_SSE41,
  ACINI_ONEDNN_OFF, /* libtorch's own loops */
} AciniOneDnn;
#define ACINI_ONEDNN_N 5

const char *acini_onednn_to_string (AciniOneDnn level); /* "all", "avx512", "avx2", "sse41", "off" */
gboolean acini_onednn_from_string (const char *name, AciniOneDnn *level);
AciniOneDnn acini_model_get_onednn (void);
/* Goes down to @level, for good; up it never goes.  A level between ALL and OFF acts as such before the first network
 * computes; later it means OFF. */
void acini_model_limit_onednn (AciniOneDnn level);
/* A process died of computing with @level: what was remembered of that and of higher ones is forgotten when this
 * process meets it, and this process uses the next lower level that differs on this processor, or less. */
void acini_model_distrust_onednn (AciniOneDnn level);
/* The levels from the present one down that are worth a try on this processor.  Returns: how many. */
guint acini_model_list_onednn (AciniOneDnn list[ACINI_ONEDNN_N]);

typedef struct _AciniModel AciniModel;

/* Loads @path: a checkpoint file, or a folder with model.safetensors and model.json.  The card is read where there is
 * one, else made from what the checkpoint tells.  @options NULL: automatic.  Nothing in a checkpoint is executed. */
AciniModel *acini_model_load (const char *path, const AciniModelOptions *options, GError **error);
AciniModel *acini_model_ref (AciniModel *self);
void acini_model_unref (AciniModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniModel, acini_model_unref)

/* One model that segments as the weighted mean of the probabilities of @n others, of any architectures; they have to
 * have the same classes and to work at the same µm per pixel.  @weights: positive, NULL: all the same.  Its card is the
 * first one's with an id and a name of its own.  It has no logits, so that acini_model_forward () is an error. */
AciniModel *acini_model_new_ensemble (AciniModel *const *models, const double *weights, guint n, GError **error);

const AciniCard *acini_model_get_card (AciniModel *self);
const char *acini_model_get_device (AciniModel *self);
/* Never AUTO; for AUTO the one it ran in last. */
AciniPrecision acini_model_get_precision (AciniModel *self);
int acini_model_get_n_classes (AciniModel *self); /* channels of the logits, background included */
int acini_model_get_n_planes (AciniModel *self);  /* probability planes: channels without background */

/* What a checkpoint file holds, known network or not: {"file", "container", "layout", "architecture", "classes",
 * "parameters", "matched", "missing", "left_over", "card" (beside it), "assumed" (without one: what it does not tell)
 * "asks" (the same as questions: {"about": "mpp", "activation", "normalisation" or "numerics", "taken", "answers"}) …},
 * or, where it is no network that Acini knows, "reason"; with @tensors also "tensors": [{"name", "dtype", "shape"}].
 * Returns: (transfer full) */
JsonObject *acini_model_inspect (const char *path, gboolean tensors, GError **error);

/* The card of the weights at @path: the one beside them, else one made from what they tell.  @numerics (nullable): what
 * neither names nor shapes of tensors tell, "padding=same encoder_eps=0.001"; _INPUT for what such a network has not.
 * Saved at acini_model_dup_card_path (), it is what every later load goes by.  Returns: (transfer full) */
AciniCard *acini_model_make_card (const char *path, const char *numerics, GError **error);
/* Returns: (transfer full) where the card of the weights at @path is looked for, whether there is one or not. */
char *acini_model_dup_card_path (const char *path, GError **error);

/* Writes the network at @path, with its card or one made from what it tells, into the folder @folder, which exists, as
 * model.safetensors and model.json: the same numbers under Acini's own names.  An encoder alone is _LAYOUT. */
gboolean acini_model_convert (const char *path, const char *folder, GError **error);

/* One forward pass.  @input: float32 NCHW, already normalised, of @shape.  *@output: float32 NCHW logits, at input
 * size, or with @raw at the network's own output size, of *@output_shape; free with g_free (). */
gboolean acini_model_forward (AciniModel *self, const float *input, const gint64 shape[4], gboolean raw, float **output,
                              gint64 output_shape[4], GError **error);

/* How the network sees an image: the features of its encoder's last stage, their mean over the image, a number a
 * channel.
 * @rgb: interleaved, @side × @side pixels, a multiple of 32.  In float32, with what oneDNN may use: try it first
 * (acini_model_try_ways ()).  ACINI_MODEL_ERROR_INPUT for an ensemble and for a program, which have no encoder.
 * Returns: (transfer full) @n_channels numbers */
float *acini_model_see (AciniModel *self, const guint8 *rgb, int side, guint *n_channels, GError **error);

/* Segmentation: pixels come from a source, probabilities go to a sink, both at the network's resolution. */

typedef struct
{
  gint64 width, height; /* of the whole image */
  /* Interleaved 8-bit RGB of @w × @h pixels at (@x, @y), white outside the image.  Called from another thread than
   * the sink's, ahead of time; from several at once only where the options ask for more than one reader. */
  gboolean (*read) (gpointer user_data, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **error);
  /* NULL, or whether the rectangle is bare glass: it is not computed and its probability is 0.  Called from the
   * reading threads, one call at a time. */
  gboolean (*is_empty) (gpointer user_data, gint64 x, gint64 y, int w, int h);
  gpointer user_data;
} AciniPatchSource;

typedef struct
{
  int tile; /* side of the tiles the sink wants, e.g. 512; tiles start at multiples of it */
  /* A finished tile at column and row: n_planes × tile × tile bytes (0 … 255), planar; beyond the image's edge 0.
   * Each tile that meets the region is given once.  Called from a thread of its own. */
  gboolean (*write) (gpointer user_data, gint64 column, gint64 row, const guint8 *probability, GError **error);
  /* NULL, or whether the tile is there already (resuming): it is not given again and costs nothing.  Called from the
   * reading threads, one call at a time, perhaps while another tile is being written. */
  gboolean (*has) (gpointer user_data, gint64 column, gint64 row);
  gpointer user_data;
} AciniProbabilitySink;

typedef struct
{
  gint64 x, y, width, height; /* region to segment; width 0: everything.  Whole tiles that meet it are computed. */
  int patch;                  /* side of the network's input; 0: 512 */
  int overlap;                /* pixels shared by neighbouring patches, blended with a smooth window; < 0: patch / 4 */
  int batch;                  /* patches at a time; 0: chosen */
  gboolean centre_first;      /* tiles nearest to the region's centre first: for the screen */
  /* Test-time augmentation: the mean over what the network says of changed patches, changed back. */
  gboolean flips;       /* the two mirror images too */
  gboolean turns;       /* turned by 90°, 180° and 270° too; with @flips all eight */
  const double *scales; /* @n_scales sizes, 1 the patch's own, each with all of the above; NULL: 1 alone */
  guint n_scales;
  int readers; /* threads that read at the same time; 0: one.  More feed a GPU */
} AciniSegmentOptions;

/* @fraction 0 … 1, at most ten times a second, on the calling thread. */
typedef void (*AciniModelProgressFunc) (double fraction, gpointer user_data);

/* Memory is bounded by tile, patch and batch, not by the image.  Cancellation is G_IO_ERROR_CANCELLED; what was
 * written before stays written. */
gboolean acini_model_segment (AciniModel *self, const AciniPatchSource *source, const AciniProbabilitySink *sink,
                              const AciniSegmentOptions *options, AciniModelProgressFunc progress, gpointer user_data,
                              GCancellable *cancellable, GError **error);

/* Training. */

#define ACINI_IGNORE 255 /* class index of pixels that the loss leaves out */

typedef struct
{
  guint n_items;    /* images */
  guint n_replayed; /* the last so many of them the parent learnt from; the recipe says how often they come */
  guint n_pseudo;   /* so many before those have predictions for labels; the recipe says how often and how much */
  /* Size in pixels at the network's resolution. */
  void (*get_size) (gpointer user_data, guint item, gint64 *width, gint64 *height);
  const char *(*get_name) (gpointer user_data, guint item);
  const char *(*get_organ) (gpointer user_data, guint item);
  /* The labelled area of the item in pixels at the network's resolution: its share of the patches. */
  double (*get_labelled_area) (gpointer user_data, guint item);
  /* How many times as often a labelled pixel of the item comes as an old one does, in the mean; NULL: all alike. */
  double (*get_emphasis) (gpointer user_data, guint item);
  /* A point of the labelled area for @random (uniform 64 bits), for a patch to lie around: the same for the same. */
  void (*pick) (gpointer user_data, guint item, guint64 random, double *x, double *y);
  /* Reads @w × @h pixels whose centre is (@cx, @cy), @zoom network pixels per pixel read (scale augmentation).
   * @rgb interleaved, white outside; @labels class indices, ACINI_IGNORE where unlabelled or outside.  Called from
   * several threads. */
  gboolean (*read) (gpointer user_data, guint item, double cx, double cy, double zoom, int w, int h, guint8 *rgb,
                    guint8 *labels, GError **error);
  gpointer user_data;
} AciniTrainingSource;

/* Trust.  libtorch and oneDNN compute wrong numbers on some processors, or die.  So a network's output at the shape
 * that is used is compared with that of libtorch's own loops before it is used the first time, and what came out is
 * remembered in the user's cache folder, for this processor, these versions, that architecture, shape and number of
 * threads.  acini_model_segment () does so by itself where nothing is known; who does not want to die of it tries in a
 * child process first. */

typedef struct
{
  int n, height, width; /* patches at a time, and their size */
  int threads;          /* that work at them */
} AciniShape;

/* Networks that it consists of: one, or those of an ensemble. */
guint acini_model_get_n_members (AciniModel *self);
AciniModel *acini_model_get_member (AciniModel *self, guint member); /* (transfer none) */
const char *acini_model_get_path (AciniModel *self);                 /* what it was loaded from; NULL for an ensemble */
const AciniModelOptions *acini_model_get_options (AciniModel *self); /* NULL for an ensemble */

/* The shapes that acini_model_segment () will run.  Returns: (transfer full) (element-type AciniShape) */
GArray *acini_model_list_shapes (AciniModel *self, gint64 width, gint64 height, const AciniSegmentOptions *options);
/* Whether it is remembered how to compute that shape on this computer, with what oneDNN may use now or less: *@level.
 */
gboolean acini_model_recall_way (AciniModel *self, const AciniShape *shape, AciniOneDnn *level);
/* Compares the ways there are with what oneDNN may use now, and remembers the fastest right one.  Each is added to
 * @table (nullable): {"way", "precision", "onednn", "error" (largest, in standard deviations of the logits), "parity"
 * (Dice of the masks; lower precisions only), "verdict" ("right", "wrong", "masks differ"), "seconds"}.
 * ACINI_MODEL_ERROR_NUMBERS where none is right. */
gboolean acini_model_try_ways (AciniModel *self, const AciniShape *shape, JsonArray *table, GError **error);
/* The ways that were used so far: {"shape", "threads", "way", "precision", "onednn", "error"}. */
JsonArray *acini_model_describe_ways (AciniModel *self);

/* The same for a training: of its network, in its precision, the gradient is compared, and one step is taken.  Where
 * the way is *@known, *@precision is what to call acini_model_train () with; it trusts its caller. */
gboolean acini_model_recall_training_way (const char *parent, const AciniRecipe *recipe,
                                          const AciniModelOptions *options, gboolean *known, AciniOneDnn *level,
                                          AciniPrecision *precision, GError **error);
gboolean acini_model_try_training (const char *parent, const AciniRecipe *recipe, const AciniModelOptions *options,
                                   JsonArray *table, GError **error);

typedef enum
{
  ACINI_TRAIN_CONTINUE,
  ACINI_TRAIN_PAUSE, /* write a checkpoint and return: TRUE, *@outcome = PAUSE */
  ACINI_TRAIN_CANCEL,
} AciniTrainDecision;

typedef struct
{
  const char *kind; /* "start", "finder" (a step of the learning-rate finder: loss, learning_rate), "found" (the
                     * learning_rate that it chose), "step", "validation", "checkpoint", "end" */
  int step, steps;  /* steps done, in all */
  int epoch, epochs;
  double loss, learning_rate, steps_per_second; /* "step": mean loss since the last such event */
  double held_out_loss, held_out_dice;          /* "validation" (mean Dice per image), NaN where there is none */
  JsonObject *dice_by_organ;                    /* "validation", nullable, owned by the caller of the callback */
  const char *precision, *onednn;               /* "start": in which numbers it computes, and what oneDNN may use */
  const char *parent; /* "start", NULL where the parent's weights fit: which did, which are missing or left over */
} AciniTrainEvent;

typedef AciniTrainDecision (*AciniTrainFunc) (const AciniTrainEvent *event, gpointer user_data);

/* µm per pixel that a training works at: the parent's, and where it tells none, or is NULL, the recipe's; 0: the
 * slides' own. */
gboolean acini_model_get_training_mpp (const char *parent, const AciniRecipe *recipe, double *mpp, GError **error);

/* Trains @recipe from @parent (a model's path, or a pretrained encoder's; NULL: from random weights) on @training and
 * validates on @held_out (NULL: none).  @folder gets checkpoint.safetensors + checkpoint.json (atomic; where they are
 * there already and the recipe is the same but for its batch, training goes on from them) and, at the end,
 * model.safetensors (16-bit floats with @half) and model.json: the weights of the best validation.  @id, @name: of the
 * new model.  Deterministic for a seed on the CPU.
 * @callback decides after every step.  *@outcome (nullable): what the last decision was; cancelling is
 * G_IO_ERROR_CANCELLED.  Of the source's functions only read () and get_name () are called on other threads. */
gboolean acini_model_train (const char *parent, const AciniRecipe *recipe, const AciniTrainingSource *training,
                            const AciniTrainingSource *held_out, const AciniModelOptions *options, gboolean half,
                            const char *id, const char *name, const char *folder, AciniTrainFunc callback,
                            gpointer user_data, AciniTrainDecision *outcome, GError **error);

/* What a training with @recipe would see of @training: @n patches of the recipe's size one after the other, interleaved
 * RGB and class indices (ACINI_IGNORE where unlabelled), as its first step draws them.  @plain: the same places without
 * augmentation.  @mpp: of the network, 0 unknown. */
gboolean acini_model_preview_patches (const AciniRecipe *recipe, const AciniTrainingSource *training, double mpp, int n,
                                      gboolean plain, guint8 *rgb, guint8 *labels, GError **error);

/* Learns from few corrections in a second: of the last layer of @parent alone the weights, by a ridge-penalised
 * logistic regression on the decoder's features (iteratively reweighted least squares, each step in closed form) that
 * starts from what the network says now, at the thresholds of its card, which stay.  How much it may change is decided
 * by cross-validation, on parts of the labelled area left out in turn; where no change does better there, nothing is
 * written.  @folder gets model.safetensors and model.json, with @id, @name and the parent.  *@report: (transfer full)
 * {"pixels", "patches", "ridge", "dice_before", "dice_after" (of what was left out), "changed" (whether there is a
 * model)}. */
gboolean acini_model_refit (const char *parent, const AciniTrainingSource *training, const AciniModelOptions *options,
                            gboolean half, const char *id, const char *name, const char *folder, JsonObject **report,
                            GError **error);

G_END_DECLS
