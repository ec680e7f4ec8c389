/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a table (CSV, TSV) says about slides, a row each, and what the names of their files say.  The first column that
 * is called id, name, file, image, slide or the like, else the very first, names the slide, with folder and suffix or
 * without. */

#include "data/project/acini-slide-fields.h"

G_BEGIN_DECLS

typedef struct _AciniSlideTable AciniSlideTable;

/* Memory is that of what is known of slides, however long the run lengths in it are.  Returns: (transfer full), or NULL
 * with @error set, which says the line. */
AciniSlideTable *acini_slide_table_load (const char *path, GError **error);
void acini_slide_table_free (AciniSlideTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSlideTable, acini_slide_table_free)

guint acini_slide_table_get_n_rows (const AciniSlideTable *self);
/* The row about the slide, or the file, called @name; NULL: there is none. */
const AciniSlideFields *acini_slide_table_find (const AciniSlideTable *self, const char *name);

/* What @pattern, such as "{patient}_{source}_*", says of a file called @name, without folder and suffix.  *@fields:
 * (transfer full), or NULL where it does not fit. */
gboolean acini_slide_pattern_match (const char *pattern, const char *name, AciniSlideFields **fields, GError **error);

/* Gives every slide of @project of which @table has a row what it says; @table and @pattern are nullable.  *@n: slides
 * of which something is known. */
gboolean acini_slide_table_apply (AciniProject *project, const AciniSlideTable *table, const char *pattern, guint *n,
                                  GError **error);

G_END_DECLS
