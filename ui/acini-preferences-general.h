/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The first page of the preferences: style, colours of the mask, memory, device.  What is changed counts at once. */

#include <adwaita.h>

G_BEGIN_DECLS

/* Returns: (transfer floating). */
AdwPreferencesPage *acini_preferences_general_new (void);

G_END_DECLS
