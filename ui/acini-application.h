/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The application: one process for all windows of a user's session, one window per project. */

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_APPLICATION (acini_application_get_type ())
G_DECLARE_FINAL_TYPE (AciniApplication, acini_application, ACINI, APPLICATION, AdwApplication)

/* @flags: added to what it needs, e.g. G_APPLICATION_NON_UNIQUE for tests. */
AciniApplication *acini_application_new (GApplicationFlags flags);

G_END_DECLS
