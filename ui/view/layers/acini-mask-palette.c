/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-palette.h"
#include "data/labels/acini-labels.h"
#include "data/mask/acini-mask-kernel.h"
#include "ui/view/layers/acini-class-colours.h"

#include <math.h>

/* Steps of probability over which the edge of a filled area goes from nothing to all: softer than a stair. */
#define SOFT 4.
/* Below this probability a heat map lets the tissue through. */
#define FAINT 64.

/* What a person marked as background: neither tissue nor a class has this grey. */
#define BACKGROUND 0xff3d3846u
#define BACKGROUND_ALPHA .6

/* Lines from afar: level-0 pixels per pixel from which on they are so wide, and so opaque. */
static const struct
{
  double downsample;
  int width;
  double alpha;
} lines[ACINI_MASK_FADES] = { { 0, 3, 1 }, { 6, 2, 1 }, { 12, 1, 1 }, { 24, 1, .65 }, { 48, 1, .35 } };

/* The user's: from near no line is wider. */
static int line_width = 3;

/* Polynomials of degree 6 fitted to matplotlib's colour maps (Matt Zucker, CC0). */
guint32
acini_mask_get_heat (AciniMaskStyle style, guint8 probability)
{
  static const double viridis[7][3] = {
    { 0.2777273272234177, 0.005407344544966578, 0.3340998053353061 },
    { 0.1050930431085774, 1.404613529898575, 1.384590162594685 },
    { -0.3308618287255563, 0.214847559468213, 0.09509516302823659 },
    { -4.634230498983486, -5.799100973351585, -19.33244095627987 },
    { 6.228269936347081, 14.17993336680509, 56.69055260068105 },
    { 4.776384997670288, -13.74514537774601, -65.35303263337234 },
    { -5.435455855934631, 4.645852612178535, 26.3124352495832 },
  };
  static const double magma[7][3] = {
    { -0.002136485053939582, -0.000749655052795221, -0.005386127855323933 },
    { 0.2516605407371642, 0.6775232436837668, 2.494026599312351 },
    { 8.353717279216625, -3.577719514958484, 0.3144679030132573 },
    { -27.66873308576866, 14.26473078096533, -13.64921318813922 },
    { 52.17613981234068, -27.94360607168351, 12.94416944238394 },
    { -50.76852536473588, 29.04658282127291, 4.23415299384598 },
    { 18.65570506591883, -11.48977351997711, -5.601961508734096 },
  };
  const double (*map)[3] = style == ACINI_MASK_MAGMA ? magma : viridis;
  double t = probability / 255.;
  guint32 colour = 0xff;
  for (int c = 0; c < 3; c++)
    {
      double value = 0;
      for (int i = 6; i >= 0; i--)
        value = value * t + map[i][c];
      colour = colour << 8 | (guint32)lround (255 * CLAMP (value, 0, 1));
    }
  return colour;
}

/* Premultiplied. */
static guint32
fade (guint32 colour, double alpha)
{
  guint32 a = (guint32)lround (255 * CLAMP (alpha, 0, 1)), faded = a << 24;
  for (int shift = 0; shift < 24; shift += 8)
    faded |= ((colour >> shift & 0xff) * a + 127) / 255 << shift;
  return colour == 0 ? 0 : faded;
}

static void
set_plane (AciniMaskPalette *self, const AciniMaskLook *look, guint plane)
{
  guint8 label = (guint8)(ACINI_LABEL_FIRST_CLASS + plane);
  guint32 colour = acini_class_colour_get_pixel (label, TRUE);
  for (guint p = 1; p < 256; p++)
    {
      gsize code = ACINI_MASK_CODE (plane) + p;
      gboolean counts = self->classes[code] == label;
      self->classes[code] = counts ? label : 0;
      for (int i = 0; i < ACINI_MASK_FADES; i++)
        self->lines[i][code] = counts ? fade (colour, self->alphas[i]) : 0;
      if (look->fill && look->style == ACINI_MASK_FILLED)
        self->fill[code] = fade (colour, look->opacity * CLAMP (((double)p - self->cuts[plane]) / SOFT + .5, 0, 1));
      else if (look->fill)
        self->fill[code] = fade (acini_mask_get_heat (look->style, (guint8)p), look->opacity * MIN (p / FAINT, 1));
    }
  self->classes[ACINI_MASK_CODE (plane)] = 0;
}

static void
set_label (AciniMaskPalette *self, const AciniMaskLook *look, guint8 label)
{
  gboolean background = label == ACINI_LABEL_BACKGROUND;
  guint32 colour = background ? BACKGROUND : acini_class_colour_get_pixel (label, FALSE);
  self->classes[label] = background && !look->negatives ? 0 : label;
  for (int i = 0; i < ACINI_MASK_FADES; i++)
    self->lines[i][label] = fade (colour, self->alphas[i] * (background ? BACKGROUND_ALPHA : 1));
  self->fill[label] = look->fill && !background ? fade (colour, look->opacity) : 0;
}

AciniMaskPalette *
acini_mask_palette_new (const AciniMaskLook *look, guint n_planes)
{
  static gsize last; /* atomic */
  g_return_val_if_fail (look != NULL && n_planes <= ACINI_THRESHOLDS_MOST, NULL);
  AciniMaskPalette *self = g_new0 (AciniMaskPalette, 1);
  gsize n = ACINI_MASK_CODE ((gsize)n_planes);
  g_atomic_ref_count_init (&self->ref_count);
  self->serial = (guint64)g_atomic_pointer_add (&last, 1) + 1;
  self->n_planes = n_planes;
  self->outlines = look->outlines;
  self->line_width = line_width;
  self->hatch = look->fill && look->negatives ? fade (BACKGROUND, BACKGROUND_ALPHA) : 0;
  self->cuts = g_new0 (guint8, n_planes + 1);
  for (guint plane = 0; plane < n_planes; plane++)
    self->cuts[plane] = acini_thresholds_get_cut (&look->thresholds, plane);
  self->classes = g_new0 (guint8, n);
  self->fill = g_new0 (guint32, n);
  for (int i = 0; i < ACINI_MASK_FADES; i++)
    {
      self->lines[i] = g_new0 (guint32, n);
      self->alphas[i] = look->fill ? MAX (lines[i].alpha, look->opacity) : lines[i].alpha;
    }
  acini_mask_fill_table (self->classes, (int)n_planes, self->cuts);
  for (guint label = ACINI_LABEL_BACKGROUND; label < 256; label++)
    set_label (self, look, (guint8)label);
  for (guint plane = 0; plane < n_planes; plane++)
    set_plane (self, look, plane);
  return self;
}

void
acini_mask_palette_set_line_width (int width)
{
  line_width = CLAMP (width, 1, lines[0].width);
}

const guint32 *
acini_mask_palette_get_lines (AciniMaskPalette *self, double downsample, int *width)
{
  g_return_val_if_fail (self != NULL && width != NULL, NULL);
  int i = 0;
  while (i + 1 < ACINI_MASK_FADES && downsample >= lines[i + 1].downsample)
    i++;
  *width = MIN (lines[i].width, self->line_width);
  return self->lines[i];
}

AciniMaskPalette *
acini_mask_palette_ref (AciniMaskPalette *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
acini_mask_palette_unref (AciniMaskPalette *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->classes);
  g_free (self->fill);
  for (int i = 0; i < ACINI_MASK_FADES; i++)
    g_free (self->lines[i]);
  g_free (self->cuts);
  g_free (self);
}
