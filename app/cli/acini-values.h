/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Values of options that several commands have. */

#include <glib.h>

G_BEGIN_DECLS

/* @text: the option's, or NULL where it was not given: then *@organ is NULL and *@mpp 0. */
gboolean acini_parse_organ (const char *text, const char **organ, GError **error);
gboolean acini_parse_mpp (const char *text, double *mpp, GError **error);

G_END_DECLS
