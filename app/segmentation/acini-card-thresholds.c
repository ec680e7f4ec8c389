/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/segmentation/acini-card-thresholds.h"

guint
acini_card_count_planes (const AciniCard *card)
{
  guint n;

  g_return_val_if_fail (card != NULL, 1);

  n = g_strv_length (card->classes);
  return n > 1 && g_str_equal (card->activation, "softmax") ? n - 1 : MAX (n, 1);
}

void
acini_card_fill_thresholds (const AciniCard *card, const char *organ, guint n, AciniThresholds *thresholds)
{
  double numbers[ACINI_THRESHOLDS_MOST];

  g_return_if_fail (thresholds != NULL);

  if (n == 0)
    n = card != NULL ? acini_card_count_planes (card) : 1;
  n = MIN (n, ACINI_THRESHOLDS_MOST);
  for (guint i = 0; i < n; i++)
    numbers[i] = card != NULL ? acini_card_get_class_threshold (card, organ != NULL ? organ : "", i) : 0.5;
  acini_thresholds_init (thresholds, numbers, n);
}
