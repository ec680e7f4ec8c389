/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the numbers, or the colours, of a mask are called: "1=Glomerulus,2=Tubule", "ff0000=Glomerulus,00ff00=Tubule".
 * A class called "background" is the ground, as 0 and black are without a word; one whose name begins with "ignore"
 * stays unlabelled. */

#include "data/interchange/acini-mask-rule.h"

G_BEGIN_DECLS

/* What a pixel is, beside the number of a class. */
#define ACINI_MASK_CLASS_GROUND (-1)
#define ACINI_MASK_CLASS_IGNORED (-2)
#define ACINI_MASK_CLASS_UNNAMED (-3)

/* Returns: (transfer full), or NULL with @error set, an ACINI_IMPORT_ERROR_AMBIGUOUS. */
AciniMaskClasses *acini_mask_classes_parse (const char *text, GError **error);
void acini_mask_classes_free (AciniMaskClasses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMaskClasses, acini_mask_classes_free)

/* The names of the classes, without those of the ground and of what is ignored; NULL-terminated, of @self. */
const char *const *acini_mask_classes_get_names (const AciniMaskClasses *self);
/* Whether they are told by colours rather than by numbers. */
gboolean acini_mask_classes_has_colours (const AciniMaskClasses *self);

/* The class of the pixel with @numbers of @n_colours bands, colours on a scale up to @full: its place among the names,
 * or one of ACINI_MASK_CLASS_*.  Of colours it is the nearest, so that smooth edges are cut in the middle. */
int acini_mask_classes_find (const AciniMaskClasses *self, const double *numbers, int n_colours, double full);
/* Looks at all pixels of @image for numbers, and for areas of a colour, that have no name. */
gboolean acini_mask_classes_check (const AciniMaskClasses *self, const AciniImageFile *image, const char *path,
                                   GError **error);

G_END_DECLS
