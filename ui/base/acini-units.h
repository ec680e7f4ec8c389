/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Lengths, areas, magnifications and places as people write and read them. */

#include <glib.h>

G_BEGIN_DECLS

/* What is known of a slide's scale; 0 where it is not. */
typedef struct
{
  double mpp_x, mpp_y; /* µm per level-0 pixel */
  double power;        /* of the objective */
} AciniScale;

/* "12.3 µm", "1.234 mm"; "45.6 px" where the scale is not known.  @dx and @dy: level-0 pixels. */
char *acini_units_format_length (const AciniScale *scale, double dx, double dy);
/* "123 µm²", "0.123 mm²", "456 px²".  @area: level-0 pixels squared. */
char *acini_units_format_area (const AciniScale *scale, double area);
/* The length in µm, or in pixels where the scale is not known. */
double acini_units_get_length (const AciniScale *scale, double dx, double dy);

/* What magnification screen pixels per level-0 pixel are: "20×" is what an objective of 20 shows.  0: not known. */
double acini_units_get_magnification (const AciniScale *scale, double zoom);

/* Reads "10×", "10x", "10" (a magnification where there is one, else percent), "40 %", "0.5 µm/px" and "1:2" into
 * screen pixels per level-0 pixel; decimal points and commas alike.  FALSE: @error says what is missing. */
gboolean acini_units_parse_zoom (const AciniScale *scale, const char *text, double *zoom, GError **error);

/* Reads "1200, 3400", "0.3 mm 0.85 mm", "300; 850 µm" into level-0 pixels; without a unit they are pixels.  With a
 * semicolon between the numbers commas are decimal. */
gboolean acini_units_parse_point (const AciniScale *scale, const char *text, double *x, double *y, GError **error);

/* Reads µm per level-0 pixel, "0.25" or "0,25"; nothing and 0 stand for unknown (0).  FALSE: @error says what is right.
 */
gboolean acini_units_parse_mpp (const char *text, double *mpp, GError **error);

/* Reads a length, "100", "100 µm" or "0.1 mm", into µm, above 0. */
gboolean acini_units_parse_length (const char *text, double *length, GError **error);

/* A whole number in groups of three digits, with narrow no-break spaces between them: "73 539".  Four digits stay
 * together.  Returns: (transfer full). */
char *acini_units_format_count (gint64 number);
/* The same of a number with so many decimals. */
char *acini_units_format_number (double number, int decimals);

G_END_DECLS
