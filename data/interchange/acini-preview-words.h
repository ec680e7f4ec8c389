/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a preview says, in words and for programs. */

#include "data/interchange/acini-preview-file.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Stable: "no-scale", "same", "mask-inverted" … */
const char *acini_preview_warning_get_id (AciniWarning warning);
/* The same of where a scale is from: "unknown", "header" … */
const char *acini_scale_source_get_id (AciniScaleSource source);

/* The sentences of its warnings, one each.  Returns: (transfer full) (element-type utf8) */
GPtrArray *acini_preview_file_list_warnings (const AciniPreviewFile *self);
/* For programs: one object of all that is said above, but pixels.  Returns: (transfer full) */
JsonObject *acini_preview_file_to_json (const AciniPreviewFile *self);

G_END_DECLS
