/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a reviewer decided about an object. */

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_REVIEW_NEW,
  ACINI_REVIEW_ACCEPTED,
  ACINI_REVIEW_REJECTED,
  ACINI_REVIEW_FLAGGED,
  ACINI_N_REVIEWS,
} AciniReviewState;

/* "new", "accepted", "rejected", "flagged"; static. */
const char *acini_review_state_to_string (AciniReviewState state);
AciniReviewState acini_review_state_parse (const char *text); /* new, where it is none of these */

G_END_DECLS
