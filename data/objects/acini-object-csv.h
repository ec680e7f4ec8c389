/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Objects, results and agreement as lines of CSV (RFC 4180), with numbers that every program reads; a field is empty
 * where its number is unknown. */

#include "data/objects/acini-agreement.h"
#include "data/objects/acini-results.h"

G_BEGIN_DECLS

/* The lines of headings, without an end of line. */
extern const char acini_object_csv_head[];
extern const char acini_result_csv_head[];
extern const char acini_agreement_csv_head[];

/* Makes *@line the line of @object, whose class is called @class_name and has @colour (0xRRGGBB), of @result, or of
 * @place about which @first and @second spoke, without an end of line. */
void acini_object_csv_format (GString *line, const AciniObject *object, const AciniSlideRecord *slide,
                              const char *class_name, guint32 colour);
void acini_result_csv_format (GString *line, const AciniResult *result, const char *slide, const char *class_name);
void acini_agreement_csv_format (GString *line, const AciniAgreementPlace *place, const char *slide, const char *first,
                                 const char *second);

G_END_DECLS
