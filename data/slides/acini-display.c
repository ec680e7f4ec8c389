/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-display.h"

#include <math.h>

/* Amounts of a stain are told apart in steps of 1 / AMOUNT_STEP up to N_AMOUNTS steps: finer than 8 bits show. */
#define AMOUNT_STEP 1024
#define N_AMOUNTS (4 * AMOUNT_STEP)

struct _AciniDisplayTable
{
  gatomicrefcount references;
  gboolean separate, absolute;
  float red[256], green[256], blue[256]; /* what the value adds to the amount */
  guint32 amounts[N_AMOUNTS];            /* the colour of an amount, adjusted, opaque */
  guint8 values[256];                    /* brightness, contrast and gamma */
};

void
acini_display_init (AciniDisplay *display)
{
  g_return_if_fail (display != NULL);
  *display = (AciniDisplay){ .gamma = 1 };
  acini_stains_init_he (&display->stains);
}

gboolean
acini_display_is_plain (const AciniDisplay *display)
{
  g_return_val_if_fail (display != NULL, TRUE);
  return display->brightness == 0 && display->contrast == 0 && display->gamma == 1
         && display->channel == ACINI_CHANNEL_ALL;
}

/* Gamma, then contrast about the middle grey, then brightness. */
static guint8
adjust (const AciniDisplay *display, int value)
{
  double contrast = CLAMP (display->contrast, -1, 0.999);
  double slope = contrast < 0 ? 1 + contrast : 1 / (1 - contrast);
  double v = pow (value / 255., 1 / CLAMP (display->gamma, 0.05, 20));

  v = (v - 0.5) * slope + 0.5 + display->brightness;
  return (guint8)lround (255 * CLAMP (v, 0, 1));
}

static void
make_amounts (AciniDisplayTable *self, const AciniDisplay *display)
{
  static const double grey[3] = { 0.577350269, 0.577350269, 0.577350269 };
  int stain = (int)display->channel - ACINI_CHANNEL_FIRST;
  const double *colour = display->channel == ACINI_CHANNEL_RESIDUAL ? grey : display->stains.vectors[stain];
  double inverse[3][3];

  acini_stains_invert (&display->stains, inverse);
  for (int i = 0; i < 256; i++)
    {
      double density = -log10 (MAX (i, 1) / 255.) * AMOUNT_STEP;

      self->red[i] = (float)(density * inverse[0][stain]);
      self->green[i] = (float)(density * inverse[1][stain]);
      self->blue[i] = (float)(density * inverse[2][stain]);
    }
  for (int i = 0; i < N_AMOUNTS; i++)
    {
      guint32 pixel = 0xff;

      for (int c = 0; c < 3; c++)
        pixel = pixel << 8 | self->values[lround (255 * pow (10, -i / (double)AMOUNT_STEP * MAX (colour[c], 0)))];
      self->amounts[i] = pixel;
    }
}

AciniDisplayTable *
acini_display_table_new (const AciniDisplay *display)
{
  AciniDisplayTable *self;

  g_return_val_if_fail (display != NULL, NULL);
  self = g_new0 (AciniDisplayTable, 1);
  g_atomic_ref_count_init (&self->references);
  for (int i = 0; i < 256; i++)
    self->values[i] = adjust (display, i);
  self->separate = display->channel != ACINI_CHANNEL_ALL;
  /* What neither stain explains may lie on either side of their plane. */
  self->absolute = display->channel == ACINI_CHANNEL_RESIDUAL;
  if (self->separate)
    make_amounts (self, display);
  return self;
}

AciniDisplayTable *
acini_display_table_ref (AciniDisplayTable *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
acini_display_table_unref (AciniDisplayTable *self)
{
  g_return_if_fail (self != NULL);
  if (g_atomic_ref_count_dec (&self->references))
    g_free (self);
}

void
acini_display_table_apply (AciniDisplayTable *self, guint32 *pixels, gsize n)
{
  g_return_if_fail (self != NULL && pixels != NULL);

  for (gsize i = 0; i < n; i++)
    {
      guint32 p = pixels[i], white = 255 - (p >> 24); /* premultiplied: what is missing to opaque is white */
      guint32 r = (p >> 16 & 255) + white, g = (p >> 8 & 255) + white, b = (p & 255) + white;

      if (p >> 24 == 0)
        continue;
      /* A premultiplied colour is at most its alpha, but files err. */
      r = MIN (r, 255);
      g = MIN (g, 255);
      b = MIN (b, 255);
      if (self->separate)
        {
          float amount = self->red[r] + self->green[g] + self->blue[b];

          amount = self->absolute ? fabsf (amount) : amount;
          pixels[i] = self->amounts[(int)CLAMP (amount + 0.5f, 0, N_AMOUNTS - 1)];
        }
      else
        {
          pixels[i] = 0xff000000u | (guint32)self->values[r] << 16 | (guint32)self->values[g] << 8 | self->values[b];
        }
    }
}
