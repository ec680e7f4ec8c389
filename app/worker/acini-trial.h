/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Before a network runs the first time on this computer it is tried in a child process, which may die or find that its
 * numbers are wrong.  Then it is tried again with less: oneDNN with older instructions, at last without oneDNN and in
 * float32.  What worked is remembered (see model/acini-model.h) and costs nothing the next time. */

#include "model/acini-model.h"

G_BEGIN_DECLS

#define ACINI_TRIAL_ERROR (acini_trial_error_quark ())
GQuark acini_trial_error_quark (void);

typedef enum
{
  ACINI_TRIAL_ERROR_NO_WAY, /* all trials died or were wrong */
  ACINI_TRIAL_ERROR_FAILED, /* a trial could not be made, or said why the network cannot be used */
} AciniTrialError;

/* What is tried: the shapes of a model, or one step of a training. */
typedef struct
{
  const char *model; /* path; of a training the parent, NULL for none */
  const AciniModelOptions *options;
  const GArray *shapes; /* of AciniShape; NULL: a training */
  const char *recipe;   /* path; of a training */
} AciniTrial;

typedef enum
{
  ACINI_TRIAL_PASSED,
  ACINI_TRIAL_WRONG,
  ACINI_TRIAL_DIED,
  ACINI_TRIAL_IMPOSSIBLE, /* @error says why: nothing that another way would change */
} AciniTrialVerdict;

/* One trial in a child that may use @level of oneDNN.  *@table: (transfer full) (nullable) (out) (optional) what
 * acini_model_try_ways () says; *@signal: (out) (optional) what it died of. */
AciniTrialVerdict acini_trial_run (const AciniTrial *trial, AciniOneDnn level, JsonArray **table, int *signal,
                                   GCancellable *cancellable, GError **error);

/* A sentence about a trial that went wrong. */
typedef void (*AciniTrialNoteFunc) (const char *sentence, gpointer user_data);

/* Makes sure that it is known how @model segments an image of that size in that way, and limits oneDNN in this process
 * to what works.  @note (nullable): else notes go to standard error.  Any thread; blocks. */
gboolean acini_trial_segmenting (AciniModel *model, gint64 width, gint64 height, const AciniSegmentOptions *options,
                                 AciniTrialNoteFunc note, gpointer user_data, GCancellable *cancellable,
                                 GError **error);
/* The same for a training with the recipe in the file @recipe; sets the precision in @options. */
gboolean acini_trial_training (const char *parent, const char *recipe, AciniModelOptions *options,
                               AciniTrialNoteFunc note, gpointer user_data, GCancellable *cancellable, GError **error);

/* "SIGFPE"; others by number. */
char *acini_describe_signal (int number);

G_END_DECLS
