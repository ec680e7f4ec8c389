/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Preferences of the program: the keys. */

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_PREFERENCES_DIALOG (acini_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AciniPreferencesDialog, acini_preferences_dialog, ACINI, PREFERENCES_DIALOG, AdwPreferencesDialog)

AciniPreferencesDialog *acini_preferences_dialog_new (void);

G_END_DECLS
