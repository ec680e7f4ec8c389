/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-preview-file.h"

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-annotation-raster.h"
#include "data/interchange/acini-mask-fit.h"
#include "data/interchange/acini-mask-match.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LABEL_WARNINGS                                                                                                 \
  (1U << ACINI_WARNING_MASK_PROBLEM | 1U << ACINI_WARNING_MASK_SCALED | 1U << ACINI_WARNING_MASK_ALL_GROUND            \
   | 1U << ACINI_WARNING_MASK_ALL_UNIT | 1U << ACINI_WARNING_MASK_INVERTED)
/* Vertices of an ellipse: an overview needs few. */
#define ROUND 32

void
acini_preview_file_free (AciniPreviewFile *self)
{
  if (self == NULL)
    return;
  acini_picture_look_clear (&self->look);
  acini_slide_fields_free (self->fields);
  g_free (self->path);
  g_free (self->problem);
  g_free (self->same_as);
  g_free (self->like);
  g_free (self->mask);
  g_free (self->runs);
  g_free (self->ambiguity);
  g_free (self->labels_problem);
  g_free (self->labels_note);
  g_free (self->overlay);
  g_free (self);
}

void
acini_preview_file_fill_intake (const AciniPreviewFile *self, AciniIntake *intake)
{
  g_return_if_fail (self != NULL && intake != NULL);

  intake->organ = self->organ;
  intake->fields = self->fields;
  /* What the file says itself it will say again. */
  if (self->scale == ACINI_SCALE_HAND || self->scale == ACINI_SCALE_TABLE || self->scale == ACINI_SCALE_OBJECTIVE)
    intake->image.mpp = self->mpp;
  intake->masks = self->mask;
  intake->runs = self->runs;
  intake->mask = self->reading;
  intake->origin = self->origin;
  intake->without_masks = self->labels == ACINI_LABELS_NONE;
}

/* Its labels: what they cover, and what is odd about them. */

/* The pixel of @n at the middle of that of the overview. */
static gint64
find_middle (int at, int n_overview, gint64 n)
{
  return (2 * (gint64)at + 1) * n / (2 * (gint64)n_overview);
}

static gboolean
stream_mask (AciniPreviewFile *self, AciniMaskFile *mask, AciniMaskCounts *counts, GCancellable *cancellable,
             GError **error)
{
  const int width = acini_mask_file_get_width (mask), height = acini_mask_file_get_height (mask);
  g_autofree guint8 *row = g_malloc (width);
  int line = 0;

  for (int y = 0; y < height; y++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !acini_mask_file_read_rows (mask, 1, row, error))
        return FALSE;
      for (int x = 0; x < width; x++)
        {
          gboolean edge = y == 0 || x == 0 || y == height - 1 || x == width - 1,
                   known = row[x] != ACINI_MASK_FILE_IGNORED;

          counts->n_pixels += known;
          counts->n_units += row[x] == 1;
          counts->n_edge += edge && known;
          counts->n_edge_units += edge && row[x] == 1;
        }
      for (; line < self->look.height && find_middle (line, self->look.height, height) == y; line++)
        for (int i = 0; i < self->look.width; i++)
          self->overlay[(gsize)line * self->look.width + i] = row[find_middle (i, self->look.width, width)] == 1;
    }
  return TRUE;
}

static void
take_counts (AciniPreviewFile *self, const AciniMaskCounts *counts)
{
  static const AciniWarning doubts[]
      = { ACINI_N_WARNINGS, ACINI_WARNING_MASK_ALL_GROUND, ACINI_WARNING_MASK_ALL_UNIT, ACINI_WARNING_MASK_INVERTED };
  AciniMaskDoubt doubt = acini_mask_find_doubt (counts);

  self->units = counts->n_pixels > 0 ? (double)counts->n_units / (double)counts->n_pixels : 0;
  if (doubt != ACINI_MASK_DOUBT_NONE)
    self->warnings |= 1U << doubts[doubt];
}

static gboolean
look_at_mask (AciniPreviewFile *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniMaskFile) mask = acini_mask_file_open (self->mask, &self->reading, error);
  AciniMaskCounts counts = { 0 };
  gboolean scaled;

  if (mask == NULL)
    return FALSE;
  if (!acini_mask_fits (acini_mask_file_get_width (mask), acini_mask_file_get_height (mask), self->look.image_width,
                        self->look.image_height, &scaled))
    {
      self->labels_problem
          = acini_mask_describe_misfit (self->mask, acini_mask_file_get_width (mask), acini_mask_file_get_height (mask),
                                        self->look.image_width, self->look.image_height);
      self->warnings |= 1U << ACINI_WARNING_MASK_PROBLEM;
    }
  else if (scaled)
    self->warnings |= 1U << ACINI_WARNING_MASK_SCALED;
  if (!acini_mask_file_look (mask, error))
    return FALSE;
  self->labels_note = g_strdup (acini_mask_file_get_note (mask));
  if (!stream_mask (self, mask, &counts, cancellable, error))
    return FALSE;
  take_counts (self, &counts);
  return TRUE;
}

/* Outlines on the overview, from both corners where they may count from either. */
typedef struct
{
  AciniPreviewFile *file;
  AciniAnnotation *copy;
  guint8 *overlays[2];
} Outlines;

static gboolean
draw_annotation (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Outlines *self = user_data;
  const AciniPictureLook *look = &self->file->look;
  const double sx = look->width / (double)look->image_width, sy = look->height / (double)look->image_height;

  if (!acini_annotation_is_area (a))
    return TRUE;
  self->file->n_objects++;
  for (int i = 0; i < 2; i++)
    {
      const double x = i == ACINI_ORIGIN_BOUNDS ? (double)self->file->corner_x : 0;
      const double y = i == ACINI_ORIGIN_BOUNDS ? (double)self->file->corner_y : 0;

      acini_annotation_reset (self->copy);
      self->copy->kind = a->kind;
      g_array_append_vals (self->copy->vertices, a->vertices->data, a->vertices->len);
      g_array_append_vals (self->copy->rings, a->rings->data, a->rings->len);
      acini_annotation_transform (self->copy, (double[]){ sx, 0, x * sx, 0, sy, y * sy });
      acini_annotation_flatten (self->copy, ROUND);
      acini_annotation_rasterise (self->copy, 0, 0, look->width, look->height, self->overlays[i]);
    }
  return TRUE;
}

/* Pixels of the overlay on tissue, less those on glass. */
static gint64
count_on_tissue (const AciniPreviewFile *self, const guint8 *overlay)
{
  gint64 n = 0;

  for (gsize i = 0; i < (gsize)self->look.width * self->look.height; i++)
    if (overlay[i] != 0)
      n += acini_picture_look_is_tissue (&self->look, i) ? 1 : -1;
  return n;
}

/* Where the outlines are likelier to be meant, unless a person has said it. */
static void
choose_origin (AciniPreviewFile *self, Outlines *outlines)
{
  if ((self->corner_x == 0 && self->corner_y == 0) || acini_annotations_tell_origin (self->mask))
    {
      self->origin = ACINI_ORIGIN_SLIDE;
      return;
    }
  self->warnings |= 1U << ACINI_WARNING_ORIGIN;
  if (!self->origin_said)
    self->origin = count_on_tissue (self, outlines->overlays[ACINI_ORIGIN_BOUNDS])
                           > count_on_tissue (self, outlines->overlays[ACINI_ORIGIN_SLIDE])
                       ? ACINI_ORIGIN_BOUNDS
                       : ACINI_ORIGIN_SLIDE;
}

static gboolean
look_at_annotations (AciniPreviewFile *self, GCancellable *cancellable, GError **error)
{
  const gsize n = (gsize)self->look.width * self->look.height;
  g_autofree guint8 *elsewhere = g_malloc0 (n);
  g_autoptr (AciniAnnotation) copy = acini_annotation_new ();
  Outlines outlines = { self, copy, { self->overlay, elsewhere } };
  const AciniAnnotationReading reading = { .space = { self->look.image_width, self->look.image_height, self->mpp,
                                                      self->look.offset_x, self->look.offset_y },
                                           .func = draw_annotation,
                                           .user_data = &outlines,
                                           .cancellable = cancellable };
  gint64 n_units = 0;

  self->n_objects = 0;
  if (!acini_annotations_read (self->mask, &reading, error))
    return FALSE;
  choose_origin (self, &outlines);
  memcpy (self->overlay, outlines.overlays[self->origin], n);
  for (gsize i = 0; i < n; i++)
    n_units += self->overlay[i];
  self->units = (double)n_units / (double)n;
  if (n_units == 0)
    self->warnings |= 1U << ACINI_WARNING_MASK_ALL_GROUND;
  return TRUE;
}

/* Run lengths go down the columns; of the overview's pixels only the middles count. */
static gboolean
look_at_runs (AciniPreviewFile *self)
{
  const AciniPictureLook *look = &self->look;
  const gint64 height = look->image_height;
  char *at = self->runs;
  double n_units = 0;

  for (;;)
    {
      char *end = at;
      gint64 start = g_ascii_strtoll (at, &end, 10), length;

      if (end == at || start < 1)
        break;
      start--;
      length = g_ascii_strtoll (end, &at, 10);
      if (length <= 0 || start > height * look->image_width - length)
        break;
      n_units += (double)length;
      for (int i = (int)(start / height * look->width / look->image_width); i < look->width; i++)
        {
          gint64 first = find_middle (i, look->width, look->image_width) * height;

          if (first >= start + length)
            break;
          for (int j = 0; j < look->height; j++)
            {
              gint64 pixel = first + find_middle (j, look->height, height);

              if (pixel >= start && pixel < start + length)
                self->overlay[(gsize)j * look->width + i] = 1;
            }
        }
    }
  self->units = n_units / ((double)height * (double)look->image_width);
  if (n_units == 0)
    self->warnings |= 1U << ACINI_WARNING_MASK_ALL_GROUND;
  return TRUE;
}

void
acini_preview_file_find_labels (AciniPreviewFile *self, const char *masks)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->mask, g_free);
  g_clear_pointer (&self->runs, g_free);
  self->labels = ACINI_LABELS_NONE;
  g_clear_pointer (&self->ambiguity, g_free);
  if (!acini_mask_match (self->path, masks, &self->mask, &error))
    self->ambiguity = g_strdup (error->message);
  if (self->mask != NULL)
    self->labels = !acini_mask_match_is_image (self->mask) && acini_annotation_format_sniff (self->mask, NULL) != NULL
                       ? ACINI_LABELS_ANNOTATIONS
                       : ACINI_LABELS_MASK;
}

void
acini_preview_file_look_at_labels (AciniPreviewFile *self, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;

  g_return_if_fail (self != NULL);

  self->warnings &= ~LABEL_WARNINGS;
  g_clear_pointer (&self->labels_problem, g_free);
  g_clear_pointer (&self->labels_note, g_free);
  g_clear_pointer (&self->overlay, g_free);
  self->units = 0;
  if (self->ambiguity != NULL)
    {
      self->warnings |= 1U << ACINI_WARNING_MASK_PROBLEM;
      self->labels_problem = g_strdup (self->ambiguity);
    }
  if (self->problem != NULL || self->labels == ACINI_LABELS_NONE || self->look.rgb == NULL)
    return;
  self->overlay = g_malloc0 ((gsize)self->look.width * self->look.height);
  if (self->labels == ACINI_LABELS_MASK)
    done = look_at_mask (self, cancellable, &error);
  else if (self->labels == ACINI_LABELS_ANNOTATIONS)
    done = look_at_annotations (self, cancellable, &error);
  else
    done = look_at_runs (self);
  if (done)
    return;
  self->warnings |= 1U << ACINI_WARNING_MASK_PROBLEM;
  g_set_str (&self->labels_problem, error->message);
  g_clear_pointer (&self->overlay, g_free);
}
