/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the project's file keeps what classes are called, which colours they have and which keys paint them; for
 * changes. */

#include "data/project/acini-project-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Settings: with the label behind it "#rrggbb"; labels by key, "2 3 4 …". */
#define ACINI_CLASS_COLOUR_SETTING "class-colour-"
#define ACINI_CLASS_KEYS_SETTING "class-keys"

/* What the members of @after were, into @before; and makes a class, or the keys, what @content says. */
gboolean acini_classes_read_before (AciniTransaction *transaction, JsonObject *after, JsonObject *before,
                                    GError **error);
gboolean acini_classes_apply (AciniTransaction *transaction, JsonObject *content, GError **error);

G_END_DECLS
