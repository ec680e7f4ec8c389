/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A model that the project offers, with its card. */

#include "data/project/acini-project.h"
#include "model/core/acini-card.h"

G_BEGIN_DECLS

#define ACINI_TYPE_MODEL_ITEM (acini_model_item_get_type ())
/* Properties: "name" (string); "in-use" (boolean, notified). */
G_DECLARE_FINAL_TYPE (AciniModelItem, acini_model_item, ACINI, MODEL_ITEM, GObject)

/* Takes both over; @card NULL: it could not be read. */
AciniModelItem *acini_model_item_new (AciniModelRecord *record, AciniCard *card);
const AciniModelRecord *acini_model_item_get_record (AciniModelItem *self);
const AciniCard *acini_model_item_get_card (AciniModelItem *self); /* nullable */

/* The scale of its predictions of a slide: level-0 pixels per pixel. */
double acini_model_item_get_downsample (AciniModelItem *self, const AciniSlideRecord *slide);

/* How many ancestors it has in the list. */
void acini_model_item_set_depth (AciniModelItem *self, guint depth);
guint acini_model_item_get_depth (AciniModelItem *self);

void acini_model_item_set_in_use (AciniModelItem *self, gboolean in_use);
gboolean acini_model_item_get_in_use (AciniModelItem *self);

/* Dice on images it did not see, as the card says, or NaN. */
double acini_model_item_get_dice (AciniModelItem *self);
/* "SegFormer B0 · fine-tuned on 12 slides": what it is and where it comes from (transfer full). */
char *acini_model_item_dup_subtitle (AciniModelItem *self);

G_END_DECLS
