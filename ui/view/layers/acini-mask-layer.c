/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-layer.h"
#include "ui/view/acini-class-colours.h"
#include "ui/view/layers/acini-labels-layer.h"
#include "ui/view/layers/acini-prediction-layer.h"
#include "ui/view/layers/acini-stroke-layer.h"

static const GdkRGBA opaque = { 0, 0, 0, 1 };

static void
append_stored (const AciniMaskParts *parts, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  g_autoptr (GskRenderNode) coverage = NULL;
  if (parts->n_planes > 0 && parts->labels)
    coverage = acini_labels_layer_get_coverage (parts->labels, viewport);
  if (coverage)
    {
      gtk_snapshot_push_mask (snapshot, GSK_MASK_MODE_INVERTED_ALPHA);
      gtk_snapshot_append_node (snapshot, coverage);
      gtk_snapshot_pop (snapshot);
    }
  for (guint i = 0; i < parts->n_planes; i++)
    acini_prediction_layer_snapshot (parts->planes[i], snapshot, viewport, (int) i, parts->threshold);
  if (coverage)
    gtk_snapshot_pop (snapshot);
  if (parts->labels)
    acini_labels_layer_snapshot (parts->labels, snapshot, viewport);
}

/* What is on screen before the stroke number @n_strokes, with the older strokes. */
static void
append_up_to (const AciniMaskParts *parts, guint n_strokes, GtkSnapshot *snapshot, const AciniViewport *viewport,
              gboolean outlines)
{
  if (n_strokes == 0)
    {
      if (outlines)
        acini_outline_layer_snapshot (parts->outlines, snapshot, viewport);
      else
        append_stored (parts, snapshot, viewport);
      return;
    }
  AciniStroke *stroke = parts->strokes[n_strokes - 1];
  gtk_snapshot_push_mask (snapshot, GSK_MASK_MODE_INVERTED_ALPHA);
  acini_stroke_layer_append (snapshot, viewport, stroke, &opaque);
  gtk_snapshot_pop (snapshot);
  append_up_to (parts, n_strokes - 1, snapshot, viewport, outlines);
  gtk_snapshot_pop (snapshot);

  guint8 label = acini_stroke_get_label (stroke);
  if (outlines || label < ACINI_LABEL_FIRST_CLASS)
    return;
  GdkRGBA colour;
  acini_class_colour_get (label, FALSE, &colour);
  acini_stroke_layer_append (snapshot, viewport, stroke, &colour);
}

void
acini_mask_layer_snapshot_fill (const AciniMaskParts *parts, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                double opacity)
{
  /* GTK 4.18's GPU renderers hand the opacity of a lone colour matrix to what is below the matrix, where the threshold
   * turns it into nothing; a second node, though it is clear, has the two drawn by themselves first. */
  const graphene_rect_t screen = GRAPHENE_RECT_INIT (0, 0, (float) viewport->width, (float) viewport->height);
  gtk_snapshot_push_opacity (snapshot, opacity);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 0 }, &screen);
  append_up_to (parts, parts->n_strokes, snapshot, viewport, FALSE);
  gtk_snapshot_pop (snapshot);
}

void
acini_mask_layer_snapshot_outlines (const AciniMaskParts *parts, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  if (parts->outlines)
    append_up_to (parts, parts->n_strokes, snapshot, viewport, TRUE);
}
