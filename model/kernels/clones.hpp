/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Before a function: it is compiled for each generation of processors, and which one runs is chosen when the program
 * starts. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)                   \
    && !defined(__SANITIZE_ADDRESS__)
#define ACINI_FOR_EACH_PROCESSOR __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define ACINI_FOR_EACH_PROCESSOR
#endif
