/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What oneDNN may do in this process.  It picks its code by the processor that it sees, and on some of them that
 * code gives wrong numbers or ends the process. */

#include "model/acini-model.h"
#include "model/base/torch.hpp"

#include <string>
#include <vector>

namespace acini
{

AciniOneDnn get_onednn ();
/* Goes down to @level, for the whole process and for good; a level above the present one changes nothing.  oneDNN reads
 * its limit once, so that from mark_onednn_used () on every step down switches it off. */
void limit_onednn (AciniOneDnn level);
void mark_onednn_used ();
/* The levels from the present one down that differ on this processor; the last is ACINI_ONEDNN_OFF. */
std::vector<AciniOneDnn> list_onednn_levels ();
/* Whether it computes here and now. */
bool is_onednn_on ();
/* Of the library that is loaded, "3.7.2"; "" where it cannot be told. */
std::string get_onednn_version ();

/* While one lives, all threads of the process compute without oneDNN: slowly, with libtorch's own loops. */
class WithoutOneDnn
{
public:
  WithoutOneDnn ();
  ~WithoutOneDnn ();
  WithoutOneDnn (const WithoutOneDnn &) = delete;
  WithoutOneDnn &operator= (const WithoutOneDnn &) = delete;
};

} // namespace acini
