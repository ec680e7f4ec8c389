/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-organ.h"

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (acini - organ - error - quark, acini_organ_error)

/* What may be typed, and the id. */
static const struct
{
  const char *text, *id;
} organs[] = {
  { "kidney", "kidney" }, { "largeintestine", "largeintestine" },
  { "lung", "lung" },     { "prostate", "prostate" },
  { "spleen", "spleen" }, { "other", "other" },
  { "unknown", "" },
};

const char *
acini_organ_parse (const char *text, GError **error)
{
  g_autoptr (GString) letters = g_string_new (NULL), names = g_string_new (NULL);

  g_return_val_if_fail (text != NULL, NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (*p != ' ' && *p != '-' && *p != '_')
      g_string_append_c (letters, g_ascii_tolower (*p));
  for (guint i = 0; i < G_N_ELEMENTS (organs); i++)
    {
      if (g_str_equal (letters->str, organs[i].text))
        return organs[i].id;
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", organs[i].text);
    }
  g_set_error (error, ACINI_ORGAN_ERROR, ACINI_ORGAN_ERROR_UNKNOWN, _ ("“%s” is not a known organ. Use one of: %s."),
               text, names->str);
  return NULL;
}
