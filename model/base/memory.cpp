/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/base/memory.hpp"

#include <cstdlib> /* tells which C library it is */
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace acini
{

void
keep_memory ()
{
#ifdef __GLIBC__
  mallopt (M_MMAP_THRESHOLD, 256 << 20); /* a map of 64 channels of 1024² pixels */
  mallopt (M_TRIM_THRESHOLD, 512 << 20);
#endif
}

} // namespace acini
