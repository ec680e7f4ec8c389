/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The classes of a project: names, colours and keys; classes added and removed.  What is changed counts at once. */

#include "ui/review/acini-class-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_CLASSES_DIALOG (acini_classes_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AciniClassesDialog, acini_classes_dialog, ACINI, CLASSES_DIALOG, AdwDialog)

/* Returns: (transfer floating) */
AdwDialog *acini_classes_dialog_new (AciniClassList *classes);

G_END_DECLS
