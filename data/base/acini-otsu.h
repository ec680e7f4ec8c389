/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Otsu's threshold of a histogram of bytes: the value, 0 … 1, from which on pixels belong to the upper of the two
 * groups that differ most.  Returns: -1 where all pixels are the same, or there are none. Otsu, "A threshold selection
 * method from gray-level histograms", IEEE SMC 1979. */
double acini_otsu (const guint64 histogram[256]);

G_END_DECLS
