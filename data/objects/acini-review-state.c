/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-review-state.h"

const char *
acini_review_state_to_string (AciniReviewState state)
{
  static const char *const names[] = { "new", "accepted", "rejected", "flagged" };

  return names[state < ACINI_N_REVIEWS ? state : ACINI_REVIEW_NEW];
}

AciniReviewState
acini_review_state_parse (const char *text)
{
  for (AciniReviewState state = 0; state < ACINI_N_REVIEWS; state++)
    if (g_strcmp0 (text, acini_review_state_to_string (state)) == 0)
      return state;
  return ACINI_REVIEW_NEW;
}
