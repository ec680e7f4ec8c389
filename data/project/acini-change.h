/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Changes of a project other than labels: what a slide, a class or a review decision is to become, and what is only
 * recorded.  Each is one row of the journal, with what was there before.  A change is made on any thread, and written
 * once, by acini_project_write_change () or by the editor. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

typedef struct _AciniChange AciniChange;

AciniChange *acini_change_new_name (gint64 slide, const char *name);
AciniChange *acini_change_new_organ (gint64 slide, const char *organ);
/* µm per pixel. */
AciniChange *acini_change_new_scale (gint64 slide, double mpp_x, double mpp_y);
/* Hides a slide from the list, or shows it again.  Recorded; the way back is the other of the two. */
AciniChange *acini_change_new_removed (gint64 slide, gboolean removed);
/* @name NULL: the class has none any more. */
AciniChange *acini_change_new_class (int label, const char *name);
/* @colour: 0xRRGGBB; below 0: that of acini_project_get_class_colour () where nobody chose one. */
AciniChange *acini_change_new_class_colour (int label, int colour);
/* @labels: what the keys 1 to ACINI_CLASS_KEYS paint. */
AciniChange *acini_change_new_class_keys (const guint8 labels[ACINI_CLASS_KEYS]);
/* What a person decided about the object at the level-0 pixel (@x, @y); @state NULL: nothing any more. */
AciniChange *acini_change_new_review (gint64 slide, gint64 x, gint64 y, const char *state);
/* The same with what the person said about it, and the milliseconds that the decision took, below 0: not known. */
AciniChange *acini_change_new_decision (gint64 slide, gint64 x, gint64 y, const char *state, const char *comment,
                                        gint64 duration);
/* The same decision about several objects, in one row: at the @n points @places, level-0 pixels; @duration is that of
 * all together. */
AciniChange *acini_change_new_decisions (gint64 slide, const gint64 (*places)[2], guint n, const char *state,
                                         const char *comment, gint64 duration);
/* The same of decisions that a file brings, in one row, which says so: @states[i], of the object at @places[i]; who
 * brings them is their author. */
AciniChange *acini_change_new_imported_decisions (gint64 slide, const gint64 (*places)[2], const char *const *states,
                                                  guint n);
/* Records that the user made @slide @state ("in review", "reviewed" or "approved", see acini-sign-off.h), meaning
 * @meaning, and why. */
AciniChange *acini_change_new_sign_off (gint64 slide, const char *state, const char *meaning, const char *reason);
/* Records that the decision at (@from_x, @from_y) is about the object at (@x, @y): the larger piece after a split. */
AciniChange *acini_change_new_moved_review (gint64 slide, gint64 from_x, gint64 from_y, gint64 x, gint64 y);
/* @regions (element-type AciniRegionRecord, see acini-region.h) become regions of @slide, those of a known id instead
 * of what it was, in one step. */
AciniChange *acini_change_new_regions (gint64 slide, GPtrArray *regions);
AciniChange *acini_change_new_region_removed (gint64 slide, gint64 id);
/* Locks objects (element-type AciniLock, see acini-lock.h), and unlocks the @n of those level-0 pixels: a step each. */
AciniChange *acini_change_new_locks (gint64 slide, GPtrArray *locks);
AciniChange *acini_change_new_unlocked (gint64 slide, const gint64 (*places)[2], guint n);
/* Records that @model segmented @slide. */
AciniChange *acini_change_new_model_run (gint64 slide, const char *model);
void acini_change_free (AciniChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniChange, acini_change_free)

/* TRUE also where everything is so already: then no row is written. */
gboolean acini_project_write_change (AciniProject *project, const AciniChange *change, GError **error);

/* Returns: (transfer full) (nullable) what was decided about the object there. */
char *acini_project_dup_review (AciniProject *project, gint64 slide, gint64 x, gint64 y);

G_END_DECLS
