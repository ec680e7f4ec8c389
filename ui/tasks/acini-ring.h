/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A small ring that fills up. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_RING (acini_ring_get_type ())
G_DECLARE_FINAL_TYPE (AciniRing, acini_ring, ACINI, RING, GtkWidget)

void acini_ring_set_fraction (AciniRing *self, double fraction);

G_END_DECLS
