/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which precision turned out to be the fastest on this computer, kept in the user's cache folder: measured anew for
 * another processor, libtorch, number of threads or network. */

#include "model/acini-model.h"

#include <string>

namespace acini
{

/* @architecture: Architecture::get_name ().  Returns: ACINI_PRECISION_AUTO where nothing is known */
AciniPrecision recall_precision (const std::string &architecture, int threads);
/* A folder that cannot be written to costs another measurement, nothing else. */
void remember_precision (const std::string &architecture, int threads, AciniPrecision precision);

} // namespace acini
