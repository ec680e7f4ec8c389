/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the formats share: the pixels they write, and the domain of their errors. */

#include "data/interchange/acini-export-source.h"

G_DEFINE_QUARK (acini - export - error - quark, acini_export_error)

/* Side of the pieces in which large regions are read. */
#define PIECE 2048

gboolean
acini_export_read (const AciniExportSource *source, gint64 x, gint64 y, int width, int height, guint8 *classes,
                   GError **error)
{
  g_autofree guint8 *piece = g_malloc ((gsize)MIN (width, PIECE) * MIN (height, PIECE));
  g_autofree guint8 *counts = source->scope != NULL ? g_malloc ((gsize)MIN (width, PIECE) * MIN (height, PIECE)) : NULL;

  for (int top = 0; top < height; top += PIECE)
    for (int left = 0; left < width; left += PIECE)
      {
        int w = MIN (PIECE, width - left), h = MIN (PIECE, height - top);
        gboolean done;

        if (source->project != NULL)
          done = acini_mask_read_effective (source->project, source->slide->id, source->prediction, source->thresholds,
                                            x + left, y + top, w, h, piece, error);
        else
          done = acini_mask_read_predicted (source->prediction, source->thresholds, x + left, y + top, w, h, piece,
                                            error);
        if (!done)
          return FALSE;
        if (counts != NULL)
          acini_region_scope_rasterise (source->scope, (double)(x + left), (double)(y + top), 1, w, h, counts);
        for (int j = 0; j < h; j++)
          for (int i = 0; i < w; i++)
            {
              gsize at = (gsize)j * w + i;
              guint8 class = piece[at] >= ACINI_LABEL_FIRST_CLASS ? piece[at] - 1 : 0;

              classes[(gsize)(top + j) * width + left + i]
                  = counts == NULL || counts[at] != 0 ? class : source->ignored;
            }
      }
  return TRUE;
}

gboolean
acini_export_find_scope (const AciniExportSource *source, AciniRegionScope **scope, GError **error)
{
  g_autoptr (AciniRegionScope) found = NULL;

  *scope = NULL;
  if (source->project == NULL)
    return TRUE;
  found = acini_region_scope_new (source->project, source->slide->id, NULL, error);
  if (found != NULL && !acini_region_scope_is_all (found))
    *scope = g_steal_pointer (&found);
  return found != NULL || *scope != NULL;
}

guint32
acini_export_get_colour (const AciniExportSource *source, int number)
{
  return source->project != NULL
             ? acini_project_get_class_colour (source->project, number - 1 + ACINI_LABEL_FIRST_CLASS, NULL)
             : 0x009e73;
}

AciniObjectIndex *
acini_export_open_index (const AciniExportSource *source, GCancellable *cancellable, GError **error)
{
  const AciniObjectSource objects = { source->project, source->slide, source->prediction, source->thresholds };
  g_autoptr (AciniObjectIndex) index = acini_object_index_open (&objects, error);

  return index != NULL && acini_object_index_update (index, NULL, NULL, NULL, cancellable, error)
             ? g_steal_pointer (&index)
             : NULL;
}
