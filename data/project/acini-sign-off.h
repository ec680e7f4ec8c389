/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How far the work on a slide has come, and who has signed it off.
 *
 * A sign-off is a row of the journal, see acini_change_new_sign_off (), and the newest one counts.  While it says
 * "approved" nothing of the slide's labels, decisions and properties can be changed: whoever tries gets
 * ACINI_PROJECT_ERROR_APPROVED. */

#include "data/project/acini-project-private.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_SLIDE_NEW,       /* nobody and nothing has looked at it */
  ACINI_SLIDE_SEGMENTED, /* a model has */
  ACINI_SLIDE_IN_REVIEW, /* a person has drawn or decided, or it was reopened */
  ACINI_SLIDE_REVIEWED,  /* a person said so */
  ACINI_SLIDE_APPROVED,  /* signed off: read-only until it is reopened */
  ACINI_N_SLIDE_STATES,
} AciniSlideState;

/* "new", "segmented", "in review", "reviewed", "approved"; static. */
const char *acini_slide_state_to_string (AciniSlideState state);

typedef struct
{
  AciniSlideState state;
  gint64 time; /* of the newest sign-off, Unix time in seconds; 0: there is none, and the texts are "" */
  char *user, *meaning, *reason;
  gint64 n_decisions; /* about objects of the slide */
} AciniSignOff;

void acini_sign_off_free (AciniSignOff *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSignOff, acini_sign_off_free)

/* Where @slide is; @segmented: whether there is a prediction of it.  Returns: (transfer full), or NULL with @error
 * set. */
AciniSignOff *acini_project_read_sign_off (AciniProject *project, gint64 slide, gboolean segmented, GError **error);

/* The milliseconds that decisions about objects took, of the whole project (@slide 0) or of a slide: of those that are
 * known, *@n of them, the mean; below 0 where none is. */
gboolean acini_project_measure_pace (AciniProject *project, gint64 slide, gint64 *n, double *mean, GError **error);

/* For what writes: FALSE with ACINI_PROJECT_ERROR_APPROVED where @slide (0: none, which is always open) is approved. */
gboolean acini_sign_off_check_open (AciniTransaction *transaction, gint64 slide, GError **error);
/* Makes the JSON @content, as acini_change_new_sign_off () has it, the newest sign-off of @slide. */
gboolean acini_sign_off_write (AciniTransaction *transaction, gint64 slide, const char *content, GError **error);

G_END_DECLS
