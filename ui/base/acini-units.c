/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/base/acini-units.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A microscope's 10× objective shows about 1 µm per pixel. */
#define POWER_AT_1_UM 10.

/* Between groups of digits: a narrow no-break space, as ISO 80000 has it, and the same in every language. */
#define GROUP "\u202f"

/* What a microscope can show. */
#define MPP_MIN 0.01
#define MPP_MAX 100.

static gboolean
is_known (const AciniScale *scale)
{
  return scale->mpp_x > 0 && scale->mpp_y > 0;
}

/* Three figures before or behind the point, as many as a measurement on a screen is good for. */
static int
get_decimals (double value)
{
  return value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
}

double
acini_units_get_length (const AciniScale *scale, double dx, double dy)
{
  g_return_val_if_fail (scale != NULL, 0);
  return is_known (scale) ? hypot (dx * scale->mpp_x, dy * scale->mpp_y) : hypot (dx, dy);
}

/* Puts spaces between groups of three digits in front of the decimal point; four digits stay together. */
static char *
group_digits (const char *number)
{
  const char *first = *number == '-' ? number + 1 : number;
  gsize n = strspn (first, "0123456789");
  GString *text = g_string_new (*number == '-' ? "−" : NULL);
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && n > 4 && (n - i) % 3 == 0)
        g_string_append (text, GROUP);
      g_string_append_c (text, first[i]);
    }
  g_string_append (text, first + n);
  return g_string_free_and_steal (text);
}

char *
acini_units_format_count (gint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return group_digits (digits);
}

char *
acini_units_format_number (double number, int decimals)
{
  g_autofree char *digits = g_strdup_printf ("%.*f", decimals, number);
  return group_digits (digits);
}

/* @pattern: with a %s for the number. */
static char *
format (const char *pattern, double value, int decimals)
{
  g_autofree char *number = acini_units_format_number (value, decimals);
  GString *text = g_string_new (pattern);
  g_string_replace (text, "%s", number, 1);
  return g_string_free_and_steal (text);
}

char *
acini_units_format_length (const AciniScale *scale, double dx, double dy)
{
  g_return_val_if_fail (scale != NULL, NULL);
  double length = acini_units_get_length (scale, dx, dy);
  if (!is_known (scale))
    return format (_ ("%s px"), length, 1);
  if (length >= 1000)
    return format (_ ("%s mm"), length / 1000, 3);
  return format (_ ("%s µm"), length, length >= 100 ? 1 : 2);
}

char *
acini_units_format_area (const AciniScale *scale, double area)
{
  g_return_val_if_fail (scale != NULL, NULL);
  if (!is_known (scale))
    return format (_ ("%s px²"), area, 0);
  area *= scale->mpp_x * scale->mpp_y;
  if (area >= 1e5)
    return format (_ ("%s mm²"), area / 1e6, get_decimals (area / 1e6));
  return format (_ ("%s µm²"), area, get_decimals (area));
}

double
acini_units_get_magnification (const AciniScale *scale, double zoom)
{
  g_return_val_if_fail (scale != NULL, 0);
  return scale->power > 0 ? scale->power * zoom : scale->mpp_x > 0 ? POWER_AT_1_UM / scale->mpp_x * zoom : 0;
}

/* @text in lower case, with points for commas and "um" for the micrometre (there are two characters for µ). */
static char *
simplify (const char *text, gboolean commas)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);
  GString *simple = g_string_new (lower);
  g_string_replace (simple, "µ", "u", 0);
  g_string_replace (simple, "μ", "u", 0);
  g_string_replace (simple, "×", "x", 0);
  g_string_replace (simple, "\u00a0", " ", 0);
  g_string_replace (simple, "\u202f", " ", 0);
  if (commas)
    g_string_replace (simple, ",", ".", 0);
  return g_string_free (simple, FALSE);
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, message);
  return FALSE;
}

gboolean
acini_units_parse_zoom (const AciniScale *scale, const char *text, double *zoom, GError **error)
{
  g_return_val_if_fail (scale != NULL && text != NULL && zoom != NULL, FALSE);
  static const char pattern[] = "^\\s*(?:(1)\\s*:\\s*)?([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)\\s*(x|%|um/px|um|mpp)?\\s*$";
  g_autofree char *simple = simplify (text, TRUE);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  double native = acini_units_get_magnification (scale, 1);
  if (!g_regex_match (regex, simple, G_REGEX_MATCH_DEFAULT, &match))
    return fail (error, _ ("Enter a magnification such as 10×, 0.5 µm/px or 40 %."));
  g_autofree char *one = g_match_info_fetch (match, 1), *figure = g_match_info_fetch (match, 2),
                  *unit = g_match_info_fetch (match, 3);
  double value = g_ascii_strtod (figure, NULL);
  if (!(value > 0))
    return fail (error, _ ("Enter a magnification above 0."));
  if (one && *one)
    *zoom = 1 / value;
  else if (g_strcmp0 (unit, "%") == 0 || ((!unit || !*unit) && native <= 0))
    *zoom = value / 100;
  else if (unit && *unit && *unit != 'x' && scale->mpp_x <= 0)
    return fail (error, _ ("The size of a pixel in µm is unknown. Enter it in the Slide pane."));
  else if (unit && *unit && *unit != 'x')
    *zoom = scale->mpp_x / value;
  else if (native <= 0)
    return fail (error, _ ("The magnification of this slide is unknown. Enter a percentage."));
  else
    *zoom = value / native;
  return TRUE;
}

gboolean
acini_units_parse_mpp (const char *text, double *mpp, GError **error)
{
  g_return_val_if_fail (text != NULL && mpp != NULL, FALSE);
  g_autofree char *simple = g_strstrip (simplify (text, TRUE));
  char *end = NULL;
  *mpp = g_ascii_strtod (simple, &end);
  if (*end == '\0' && (*mpp == 0 || (*mpp >= MPP_MIN && *mpp <= MPP_MAX)))
    return TRUE;
  return fail (error,
               _ ("Enter the size of a pixel in µm, from 0.01 to 100, such as 0.25. Leave it empty if unknown."));
}

gboolean
acini_units_parse_length (const char *text, double *length, GError **error)
{
  g_return_val_if_fail (text != NULL && length != NULL, FALSE);
  g_autofree char *simple = g_strstrip (simplify (text, TRUE));
  char *unit = NULL;
  *length = g_ascii_strtod (simple, &unit);
  unit += strspn (unit, " ");
  if (g_str_equal (unit, "mm"))
    *length *= 1000;
  else if (*unit && !g_str_equal (unit, "um"))
    *length = 0;
  if (isfinite (*length) && *length > 0)
    return TRUE;
  return fail (error, _ ("Enter a length, such as 100 µm or 0.1 mm."));
}

/* One coordinate in level-0 pixels. */
static gboolean
convert (const char *figure, const char *unit, double mpp, double *value, GError **error)
{
  *value = g_ascii_strtod (figure, NULL);
  if (g_strcmp0 (unit, "um") != 0 && g_strcmp0 (unit, "mm") != 0)
    return TRUE;
  if (mpp <= 0)
    return fail (error, _ ("The size of a pixel in µm is unknown. Enter it in the Slide pane."));
  *value *= (*unit == 'm' ? 1000 : 1) / mpp;
  return TRUE;
}

gboolean
acini_units_parse_point (const AciniScale *scale, const char *text, double *x, double *y, GError **error)
{
  g_return_val_if_fail (scale != NULL && text != NULL && x != NULL && y != NULL, FALSE);
#define NUMBER "([-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))"
#define UNIT "\\s*(px|um|mm)?"
  static const char pattern[]
      = "^\\s*(?:x\\s*[:=]?)?\\s*" NUMBER UNIT "(?:\\s*[,;]\\s*|\\s+)(?:y\\s*[:=]?)?\\s*" NUMBER UNIT "\\s*$";
#undef NUMBER
#undef UNIT
  g_autofree char *simple = simplify (text, strchr (text, ';') != NULL);
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  if (!g_regex_match (regex, simple, G_REGEX_MATCH_DEFAULT, &match))
    return fail (error, _ ("Enter x and y, such as 1200, 3400 or 0.3 mm, 0.85 mm."));
  g_autofree char *first = g_match_info_fetch (match, 1), *unit = g_match_info_fetch (match, 2),
                  *second = g_match_info_fetch (match, 3), *last_unit = g_match_info_fetch (match, 4);
  /* A unit at the end counts for both, one in the middle too. */
  const char *unit_x = unit && *unit ? unit : last_unit, *unit_y = last_unit && *last_unit ? last_unit : unit;
  return convert (first, unit_x, scale->mpp_x, x, error) && convert (second, unit_y, scale->mpp_y, y, error);
}
