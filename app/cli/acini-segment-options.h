/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How to segment: the options of the commands that set "segments" in their table entry. */

#include "app/worker/acini-segmenter.h"

G_BEGIN_DECLS

/* Reads and checks them; FALSE with @error of the usage kind. */
gboolean acini_segment_options_check (GError **error);
/* Sets everything in @how except the slide's resolution and whether to recompute. */
void acini_segment_options_fill (AciniSegmentation *how);

G_END_DECLS
