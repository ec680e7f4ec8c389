/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-import-error.h"

G_DEFINE_QUARK (acini - import - error - quark, acini_import_error)
