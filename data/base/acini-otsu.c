/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-otsu.h"

double
acini_otsu (const guint64 histogram[256])
{
  double all = 0, sum = 0, below = 0, sum_below = 0, best = 0;
  int first = -1, last = -1; /* the best places to cut lie between two values: the middle of the gap */

  for (int i = 0; i < 256; i++)
    {
      all += histogram[i];
      sum += (double)i * histogram[i];
    }
  for (int i = 0; i < 255; i++)
    {
      double above, difference, between;

      below += histogram[i];
      sum_below += (double)i * histogram[i];
      above = all - below;
      if (below <= 0 || above <= 0)
        continue;
      difference = sum_below / below - (sum - sum_below) / above;
      between = below * above * difference * difference;
      if (between > best * (1 + 1e-12))
        {
          best = between;
          first = i;
        }
      if (first >= 0 && between >= best * (1 - 1e-12))
        last = i;
    }
  return first >= 0 ? ((first + last) / 2.0 + 1) / 255 : -1;
}
