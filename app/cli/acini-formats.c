/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-formats.h"

#include <string.h>

const AciniExportFormat *
acini_find_format_of_file (const char *path)
{
  const char *dot = strrchr (path, '.');
  const AciniExportFormat *formats;
  guint n;

  if (dot == NULL)
    return NULL;
  if (g_str_has_suffix (path, ".ome.tif") || g_str_has_suffix (path, ".ome.tiff"))
    return acini_export_find_format ("ome", NULL);
  if (g_str_has_suffix (path, ".ome.xml"))
    return acini_export_find_format ("ome-roi", NULL);
  if (g_ascii_strcasecmp (dot, ".tif") == 0)
    dot = ".tiff";
  else if (g_ascii_strcasecmp (dot, ".json") == 0)
    dot = ".geojson";
  formats = acini_export_get_formats (&n);
  for (guint i = 0; i < n; i++)
    if (g_ascii_strcasecmp (formats[i].suffix, dot + 1) == 0)
      return &formats[i];
  return NULL;
}
