/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What was counted of one class on one slide, as a row of a table. */

#include "data/objects/acini-results.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define ACINI_TYPE_RESULT_ITEM (acini_result_item_get_type ())
G_DECLARE_FINAL_TYPE (AciniResultItem, acini_result_item, ACINI, RESULT_ITEM, GObject)

AciniResultItem *acini_result_item_new (gint64 slide, const char *slide_name, const char *class_name,
                                        const AciniResult *result);
gint64 acini_result_item_get_slide (AciniResultItem *self);
const char *acini_result_item_get_slide_name (AciniResultItem *self);
const char *acini_result_item_get_class_name (AciniResultItem *self);
const AciniResult *acini_result_item_get (AciniResultItem *self);

G_END_DECLS
