/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a model computes on this computer, as its last check or segmentation here found: kept in the user's cache folder,
 * for each host, so that whoever shows the model's card can say it without a network. */

#include <glib.h>

G_BEGIN_DECLS

/* @model: a card's id; @way: see acini_describe_way ().  A folder that cannot be written to is no error. */
void acini_checked_way_remember (const char *model, const char *way);
/* Returns: (transfer full) (nullable): NULL where it was never checked here. */
char *acini_checked_way_recall (const char *model);

G_END_DECLS
