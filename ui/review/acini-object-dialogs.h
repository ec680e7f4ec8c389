/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is asked, and said, about objects. */

#include "data/objects/acini-object-index.h"
#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* All that was measured of @object on a slide of @mpp_x × @mpp_y µm per pixel (0: not known), of the class
 * @class_name.  Returns: (transfer floating). */
AdwDialog *acini_object_properties_new (const AciniObject *object, const char *class_name, double mpp_x, double mpp_y);

/* What @state is called, as people see it: static. */
const char *acini_review_state_get_title (AciniReviewState state);
/* The same of @author. */
const char *acini_author_get_title (AciniAuthor author);

typedef void (*AciniCommentFunc) (gpointer object, const char *comment);

/* Asks for a comment; @func with @object (which stays referenced) unless it is cancelled. */
void acini_object_ask_comment (GtkWidget *parent, AciniCommentFunc func, gpointer object);

typedef void (*AciniNumberFunc) (gpointer object, double number);

/* Asks from which mean probability on all are accepted, of @n objects. */
void acini_object_ask_confidence (GtkWidget *parent, guint n, AciniNumberFunc func, gpointer object);

/* Asks by how many µm objects grow, shrink and are smoothed; @now: so far. */
void acini_object_ask_amount (GtkWidget *parent, double now, AciniNumberFunc func, gpointer object);

G_END_DECLS
