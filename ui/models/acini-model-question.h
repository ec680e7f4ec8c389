/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One thing that a checkpoint does not tell, with a picture of what comes of each answer. */

#include "model/core/acini-card.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_MODEL_QUESTION (acini_model_question_get_type ())
/* Signals: "changed" (): another answer was chosen. */
G_DECLARE_FINAL_TYPE (AciniModelQuestion, acini_model_question, ACINI, MODEL_QUESTION, AdwBin)

/* @question: one of "asks", see acini_model_inspect ().  Returns: NULL for what this version does not know. */
AciniModelQuestion *acini_model_question_new (JsonObject *question);

guint acini_model_question_get_n_answers (AciniModelQuestion *self);
guint acini_model_question_get_chosen (AciniModelQuestion *self);
const char *acini_model_question_get_answer (AciniModelQuestion *self, guint answer); /* as acini-cli names it */
/* Writes that answer into @card. */
void acini_model_question_apply (AciniModelQuestion *self, guint answer, AciniCard *card);

/* @picture NULL: it is being computed, or with @remark it cannot be; @remark (nullable) stands under it. */
void acini_model_question_set_picture (AciniModelQuestion *self, guint answer, GdkTexture *picture, const char *remark);

G_END_DECLS
