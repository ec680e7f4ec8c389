/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The thresholds that count for a model in an organ: the user's own, kept in the project, else the card's. */

#include "data/mask/acini-thresholds.h"
#include "ui/project/acini-session.h"

G_BEGIN_DECLS

/* @model NULL: a half.  @organ: "" unknown. */
void acini_session_get_thresholds (AciniSession *session, AciniModelItem *model, const char *organ,
                                   AciniThresholds *thresholds);
/* Makes them the user's own; @thresholds NULL: back to the card's. */
void acini_session_set_thresholds (AciniSession *session, AciniModelItem *model, const char *organ,
                                   const AciniThresholds *thresholds);

G_END_DECLS
