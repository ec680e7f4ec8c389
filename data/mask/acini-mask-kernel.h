/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The rule of the effective mask, as loops over the pixels of a row; whoever shows, exports, scores or counts a mask
 * goes through them.
 *
 * 1. acini_mask_sample (): each class's probability at the pixel's centre, interpolated bilinearly between the centres
 *    of the prediction's pixels and rounded to a byte.  What was not computed neither counts nor fades its neighbours.
 * 2. acini_mask_encode (): a code per pixel.  The label where a person decided; else, of the classes at or above their
 *    cut, the most probable one; else the most probable one, which does not count.  Of equals the first class wins.
 * 3. a table from codes to labels, acini_mask_fill_table (), or to colours. */

#include <glib.h>

G_BEGIN_DECLS

/* A code is a label (0 … 255), or this plus the byte of the probability of class @plane. */
#define ACINI_MASK_CODE(plane) (256 * (1 + (plane)))

/* Between which pixels of a prediction a pixel's centre lies. */
typedef struct
{
  int first, second; /* in the window that was read */
  int nearest;
  guint second_weight; /* 0 … 256 */
} AciniMaskTap;

/* The taps of @n pixels of @step level-0 pixels each, the first of which begins at @start, in a prediction of @size
 * pixels of @pixel level-0 pixels each.  They are a function of the position alone, so that a pixel is the same in
 * whatever window it is read.  *@origin, *@length: the window of the prediction that they need.  Returns: (transfer
 * full) */
AciniMaskTap *acini_mask_taps_new (double start, double step, int n, double pixel, gint64 size, gint64 *origin,
                                   int *length);

/* A window of a prediction. */
typedef struct
{
  int n_planes, width, height;
  const guint8 *probability; /* planar */
  const guint8 *computed;    /* 255 or 0; NULL: all was computed */
} AciniMaskWindow;

/* The bytes of @n pixels of one row: plane i to @to + i · @stride, 0 where nothing was computed; @computed: 255 or 0.
 * @scratch: (1 + n_planes) · width numbers. */
void acini_mask_sample (const AciniMaskWindow *window, const AciniMaskTap *row, const AciniMaskTap *columns, int n,
                        guint16 *scratch, guint8 *to, gsize stride, guint8 *computed);

/* The codes of @n pixels from their @labels (0: nobody decided) and @n_planes planes of probability, @stride apart.
 * @cuts: one per plane, 1 … 255. */
void acini_mask_encode (const guint8 *labels, const guint8 *planes, gsize stride, int n_planes, const guint8 *cuts,
                        gsize n, guint16 *codes);

/* Fills @table, of 256 · (1 + @n_planes) entries, with the label that a code counts as: 1, background, where the model
 * said something and no class counts; 0 for the code 0. */
void acini_mask_fill_table (guint8 *table, int n_planes, const guint8 *cuts);

/* @to[i] = @table[@codes[i]].  Returns (the second one): all of @to, or-ed. */
void acini_mask_look_up_8 (const guint16 *codes, gsize n, const guint8 *table, guint8 *to);
guint32 acini_mask_look_up_32 (const guint16 *codes, gsize n, const guint32 *table, guint32 *to);

G_END_DECLS
