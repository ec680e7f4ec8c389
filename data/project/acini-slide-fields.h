/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What tables and names of files say about a slide, by the names that people give to such columns: organ, µm per pixel,
 * patient, source, split, sex, age, thickness of the section. */

#include "data/project/acini-change.h"

G_BEGIN_DECLS

#define ACINI_SLIDE_FIELDS_ERROR (acini_slide_fields_error_quark ())
GQuark acini_slide_fields_error_quark (void);

typedef enum
{
  ACINI_SLIDE_FIELDS_ERROR_VALUE,
} AciniSlideFieldsError;

typedef struct _AciniSlideFields AciniSlideFields;

AciniSlideFields *acini_slide_fields_new (void);
void acini_slide_fields_free (AciniSlideFields *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSlideFields, acini_slide_fields_free)

/* Whether a column of this heading says something about a slide: "pixel_size", "Patient ID" … */
gboolean acini_slide_fields_is_known (const char *heading);
/* Takes @value for the column @heading; what is empty, "NA", or of another column says nothing.  FALSE with @error set
 * where it is none of the column's values. */
gboolean acini_slide_fields_take (AciniSlideFields *self, const char *heading, const char *value, GError **error);
/* Takes from @other what @self has not got. */
void acini_slide_fields_merge (AciniSlideFields *self, const AciniSlideFields *other);

/* The same, but what is empty takes back what was said. */
gboolean acini_slide_fields_set (AciniSlideFields *self, const char *heading, const char *value, GError **error);

/* NULL and 0 where nothing was said. */
const char *acini_slide_fields_get_text (const AciniSlideFields *self, const char *heading);
const char *acini_slide_fields_get_organ (const AciniSlideFields *self);
double acini_slide_fields_get_mpp (const AciniSlideFields *self);

/* One change, which can be undone, of all that was said; NULL: nothing was. */
AciniChange *acini_slide_fields_make_change (const AciniSlideFields *self, gint64 slide);

G_END_DECLS
