/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Readers and what they disagree about, in words. */

#include "data/objects/acini-agreement.h"

G_BEGIN_DECLS

/* What a reader is called: @number 0 is the first one, who works in the project itself, from 1 on one of @readings
 * (element-type AciniReading).  Not owned. */
const char *acini_reader_get_name (GPtrArray *readings, guint number);
/* (transfer full) about what the readers @first and @second disagree at @place. */
char *acini_disagreement_dup_title (const AciniAgreementPlace *place, GPtrArray *readings, guint first, guint second);

G_END_DECLS
