/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-formats.h"

#include <string.h>

const AciniExportFormat *
acini_find_format_of_file (const char *path)
{
  /* Other endings of the same, before those that end so, too. */
  static const char *const others[][2]
      = { { ".ome.tif", "ome" }, { ".tif", "tiff" }, { ".json", "geojson" }, { ".ndpa", "ndpa" } };
  g_autofree char *name = g_ascii_strdown (path, -1);
  const AciniExportFormat *formats, *found = NULL;
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_has_suffix (name, others[i][0]))
      return acini_export_find_format (others[i][1], NULL);
  formats = acini_export_get_formats (&n);
  /* The longest: "ome.xml" is no "xml". */
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *end = g_strconcat (".", formats[i].suffix, NULL);

      if (g_str_has_suffix (name, end) && (found == NULL || strlen (formats[i].suffix) > strlen (found->suffix)))
        found = &formats[i];
    }
  return found;
}
