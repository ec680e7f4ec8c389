/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the rows of the journal make of the decisions about objects, to be compared with what there is. */

#include "data/labels/acini-journal-private.h"

G_BEGIN_DECLS

/* Returns: (transfer full) none yet. */
GHashTable *acini_decisions_new (void);
/* Plays what the JSON @content (nullable) of a row of the kind "review" says of @slide. */
void acini_decisions_play (GHashTable *decisions, gint64 slide, const char *content);
/* FALSE with ACINI_PROJECT_ERROR_HISTORY: the project's decisions are others.  Empties @decisions. */
gboolean acini_decisions_compare (GHashTable *decisions, AciniTransaction *transaction, GError **error);

G_END_DECLS
