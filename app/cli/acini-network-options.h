/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Options of all commands, and of those that use a network. */

#include "model/acini-model.h"

G_BEGIN_DECLS

extern gboolean acini_option_quiet, acini_option_json;

/* FALSE with a usage error for a precision that there is not. */
gboolean acini_network_options_check (GError **error);
/* --device, --precision and --threads as the user gave them. */
const AciniModelOptions *acini_network_options_get (void);
/* The precision as the user wrote it, or NULL. */
const char *acini_network_options_get_precision (void);
gboolean acini_network_options_has_precision (void);

G_END_DECLS
