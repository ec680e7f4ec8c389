/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

namespace acini
{

/* Has the process keep the memory of large maps for the next ones.  Otherwise each of them comes from the system, page
 * by page and filled with zeros: a sixth of B0's time at 512². */
void keep_memory ();

} // namespace acini
