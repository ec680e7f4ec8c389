/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The classes that can be painted in a project, what they are called (by the project, else by the model in use), which
 * colours they have and which keys paint them.  Main thread. */

#include "ui/project/acini-session.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_CLASS_LIST (acini_class_list_get_type ())
/* Signals: changed () */
G_DECLARE_FINAL_TYPE (AciniClassList, acini_class_list, ACINI, CLASS_LIST, GObject)

/* The session's own: made when it is asked for first, and read from the disk then and whenever they change.  Returns:
 * (transfer none). */
AciniClassList *acini_class_list_get (AciniSession *session);

/* How many there are: 1 … n, whose labels are ACINI_LABEL_FIRST_CLASS and on; some in between may have no name. */
guint acini_class_list_get_n (AciniClassList *self);
/* What class @class (1 …) is called, "Class 3" where nobody said.  (transfer full) */
char *acini_class_list_dup_name (AciniClassList *self, guint class);
/* The project's own name of it, or NULL.  (transfer none) */
const char *acini_class_list_get_own (AciniClassList *self, guint class);
/* Whether the model in use has it: then it is there without a name of the project's. */
gboolean acini_class_list_is_of_model (AciniClassList *self, guint class);

/* Gives it a name, NULL: takes the project's own away.  A step of the project's history. */
void acini_class_list_rename (AciniClassList *self, guint class, const char *name);
/* The colour of what a person marks as @class, and another one: a step, too. */
void acini_class_list_get_colour (AciniClassList *self, guint class, GdkRGBA *colour);
void acini_class_list_set_colour (AciniClassList *self, guint class, const GdkRGBA *colour);
/* The key, 1 to ACINI_CLASS_KEYS, that paints @class, 0: none; and the class of a key, 0: none.  Another one: a step,
 * in which the two classes change keys. */
guint acini_class_list_get_key (AciniClassList *self, guint class);
guint acini_class_list_get_by_key (AciniClassList *self, guint key);
void acini_class_list_set_key (AciniClassList *self, guint class, guint key);
/* Masks are shown in the colours of this project from now on. */
void acini_class_list_show_colours (AciniClassList *self);
/* Undo and redo of the steps of the project as a whole, among which those are. */
void acini_class_list_undo (AciniClassList *self, gboolean redo);

G_END_DECLS
