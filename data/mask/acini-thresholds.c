/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-thresholds.h"

#include <math.h>
#include <string.h>

guint8
acini_threshold_to_cut (double threshold)
{
  /* A cut / 255 that was rounded in print or in a sum is still that cut. */
  return (guint8)CLAMP (ceil (threshold * 255 - 1e-6), 1, 255);
}

double
acini_threshold_from_cut (guint8 cut)
{
  double most = cut / 255.0;
  double hundredth = floor (100 * most + 1e-9) / 100;

  /* Thousandths are narrower than the step from one cut to the next. */
  return hundredth > (cut - 1) / 255.0 ? hundredth : floor (1000 * most + 1e-9) / 1000;
}

void
acini_thresholds_init (AciniThresholds *self, const double *thresholds, guint n)
{
  g_return_if_fail (self != NULL && (thresholds != NULL || n == 0));

  *self = (AciniThresholds){ .n = CLAMP (n, 1, ACINI_THRESHOLDS_MOST) };
  self->cuts[0] = acini_threshold_to_cut (0.5);
  for (guint i = 0; i < MIN (n, self->n); i++)
    self->cuts[i] = acini_threshold_to_cut (thresholds[i]);
}

void
acini_thresholds_init_same (AciniThresholds *self, double threshold, guint n)
{
  g_return_if_fail (self != NULL);

  *self = (AciniThresholds){ .n = CLAMP (n, 1, ACINI_THRESHOLDS_MOST) };
  memset (self->cuts, acini_threshold_to_cut (threshold), self->n);
}

guint8
acini_thresholds_get_cut (const AciniThresholds *self, guint plane)
{
  g_return_val_if_fail (self != NULL && self->n > 0, 255);

  return self->cuts[MIN (plane, self->n - 1)];
}

gboolean
acini_thresholds_equal (const AciniThresholds *a, const AciniThresholds *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->n == b->n && a->own == b->own && memcmp (a->cuts, b->cuts, a->n) == 0;
}

char *
acini_thresholds_dup_key (const char *model, const char *organ)
{
  g_return_val_if_fail (model != NULL, NULL);

  return g_strdup_printf ("threshold/%s/%s", model, organ != NULL ? organ : "");
}

char *
acini_thresholds_format (const AciniThresholds *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? "," : "", self->cuts[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
acini_thresholds_take (AciniThresholds *self, const char *text)
{
  AciniThresholds own = { .own = TRUE };
  g_auto (GStrv) words = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (text == NULL || *text == '\0')
    return FALSE;
  words = g_strsplit (text, ",", -1);
  own.n = g_strv_length (words);
  if (own.n != self->n)
    return FALSE;
  for (guint i = 0; i < own.n; i++)
    {
      guint64 cut;

      if (!g_ascii_string_to_unsigned (words[i], 10, 1, 255, &cut, NULL))
        return FALSE;
      own.cuts[i] = (guint8)cut;
    }
  *self = own;
  return TRUE;
}

gboolean
acini_thresholds_load (AciniThresholds *self, AciniProject *project, const char *model, const char *organ)
{
  g_autofree char *key = NULL, *value = NULL;

  g_return_val_if_fail (self != NULL && ACINI_IS_PROJECT (project) && model != NULL, FALSE);

  key = acini_thresholds_dup_key (model, organ);
  value = acini_project_dup_setting (project, key);
  return acini_thresholds_take (self, value);
}
