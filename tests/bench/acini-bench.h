/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the benchmarks share: discs as labels, as many as are wanted, and how figures are told. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Draws @n discs, or as many as there is room for, of several sizes and two classes on the labels of the slide, on a
 * grid of @step pixels, about its middle; the rest becomes background. */
void bench_paint_discs (AciniProject *project, gint64 slide, int step, gint64 n);

/* Seconds of the clock and of the process's processor time. */
typedef struct
{
  double clock, processor;
} BenchTime;
BenchTime bench_now (void);
BenchTime bench_since (const BenchTime *start);
/* The most memory that the process has had, MiB. */
glong bench_get_most_memory (void);

/* What @part (0 … 1) of @times (element-type BenchTime) take at most, each for itself. */
BenchTime bench_get_part (const GArray *times, double part);
/* Prints the medians and the 99th percentiles of @times (element-type BenchTime) in milliseconds, by the clock and by
 * the processor, and what those of the clock should be at most (0: nothing is said of it). */
void bench_report (const char *what, const GArray *times, double bar, double aim);

G_END_DECLS
