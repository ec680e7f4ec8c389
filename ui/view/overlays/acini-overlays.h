/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What lies on the tissue (scale bar, overview, zoom controls): a look in common, and the widgets' own headers. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives @widget the look of a card that stays readable on any tissue, light and dark. */
void acini_overlay_style (GtkWidget *widget);

/* Keeps @left (a scale bar), @centre (what is under the pointer) and @right (zoom controls), overlays at the bottom of
 * @overlay, from covering each other where it is narrow.  @left speaks of @view, which may have others below it, and
 * stands in its corner.  They all live as long as @overlay. */
void acini_overlay_place (GtkOverlay *overlay, GtkWidget *view, GtkWidget *left, GtkWidget *centre, GtkWidget *right);

/* The greatest of 1, 2 and 5 times a power of ten that is at most @length (above 0). */
double acini_overlay_round (double length);

/* "50 µm", "2 mm", "500 px" for a round number of µm (@physical) or level-0 pixels. */
char *acini_overlay_format_length (double length, gboolean physical);

/* What the zoom is called: "20×" where the objective or µm per pixel is known, else "50 %".  @power and @mpp: 0 where
 * unknown. */
char *acini_overlay_format_zoom (double zoom, double power, double mpp);

G_END_DECLS
