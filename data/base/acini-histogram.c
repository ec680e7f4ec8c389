/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-histogram.h"

#include <math.h>

/* The smallest round step with which [@low, @high] takes at most @most bins. */
static double
find_step (double low, double high, guint most)
{
  static const double factors[] = { 1, 2, 5 };
  double magnitude = pow (10, floor (log10 ((high - low) / most)));

  for (;; magnitude *= 10)
    for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
      {
        double step = factors[i] * magnitude;

        if (ceil (high / step - 1e-9) - floor (low / step + 1e-9) <= most)
          return step;
      }
}

void
acini_histogram_count (AciniHistogram *self, const double *values, gsize n, guint most)
{
  double low = INFINITY, high = -INFINITY;

  g_return_if_fail (self != NULL && (values != NULL || n == 0) && most >= 2);

  acini_histogram_clear (self);
  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]))
      {
        low = MIN (low, values[i]);
        high = MAX (high, values[i]);
      }
  if (low > high)
    return;
  if (!(high - low > 1e-9 * MAX (fabs (low), fabs (high))))
    high = low + MAX (fabs (low) * .1, 1e-6);
  self->step = find_step (low, high, most);
  self->low = floor (low / self->step + 1e-9) * self->step;
  self->n = MAX ((guint)ceil ((high - self->low) / self->step - 1e-9), 1);
  self->counts = g_new0 (gint64, self->n);
  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]))
      {
        double bin = (values[i] - self->low) / self->step;

        self->counts[(guint)CLAMP (bin, 0, self->n - 1.)]++;
      }
}

void
acini_histogram_clear (AciniHistogram *self)
{
  g_clear_pointer (&self->counts, g_free);
  *self = (AciniHistogram)ACINI_HISTOGRAM_INIT;
}

double
acini_histogram_get_edge (const AciniHistogram *self, guint bin)
{
  g_return_val_if_fail (self != NULL && bin <= self->n, 0);

  return self->low + bin * self->step;
}
