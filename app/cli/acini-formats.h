/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/interchange/acini-export.h"

G_BEGIN_DECLS

/* The format that the suffix of @path says; NULL: none. */
const AciniExportFormat *acini_find_format_of_file (const char *path);

G_END_DECLS
