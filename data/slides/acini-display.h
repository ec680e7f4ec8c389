/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How a slide is shown: brightness, contrast and gamma, and one stain alone.  The slide itself is never changed, and
 * what is computed from it takes it as it is. */

#include "data/slides/acini-stain.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_CHANNEL_ALL, /* as scanned */
  ACINI_CHANNEL_FIRST,
  ACINI_CHANNEL_SECOND,
  ACINI_CHANNEL_RESIDUAL,
} AciniChannel;

typedef struct
{
  double brightness; /* −1 … 1, 0: as it is */
  double contrast;   /* −1 … 1, 0: as it is */
  double gamma;      /* 0.2 … 5, 1: as it is; above 1 the dark gets lighter */
  AciniChannel channel;
  AciniStains stains; /* where channel is not ACINI_CHANNEL_ALL */
} AciniDisplay;

void acini_display_init (AciniDisplay *display);
/* Whether it shows slides as they are, so that there is nothing to compute. */
gboolean acini_display_is_plain (const AciniDisplay *display);

/* The tables that pixels go through: made once, read by any number of threads. */
typedef struct _AciniDisplayTable AciniDisplayTable;

AciniDisplayTable *acini_display_table_new (const AciniDisplay *display);
AciniDisplayTable *acini_display_table_ref (AciniDisplayTable *self);
void acini_display_table_unref (AciniDisplayTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniDisplayTable, acini_display_table_unref)

/* @n pixels of premultiplied ARGB32, in place; those outside the slide (transparent) stay so, others become opaque. */
void acini_display_table_apply (AciniDisplayTable *self, guint32 *pixels, gsize n);

G_END_DECLS
