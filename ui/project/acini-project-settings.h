/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The small settings of a project, read once and kept in memory: "model", "opacity", "last-slide" …  What
 * the user sets for the program, whatever the project, is in GSettings.  Main thread only; the disk is touched on a
 * worker thread. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

#define ACINI_TYPE_PROJECT_SETTINGS (acini_project_settings_get_type ())
/* Signals:
 *   failed (message: string)   a value cannot be written; it counts until the project is closed */
G_DECLARE_FINAL_TYPE (AciniProjectSettings, acini_project_settings, ACINI, PROJECT_SETTINGS, GObject)

AciniProjectSettings *acini_project_settings_new (AciniProject *project);
/* Reads all settings.  What was asked for in order after this call finds them read. */
void acini_project_settings_load (AciniProjectSettings *self);

/* Returns: (transfer none) (nullable) NULL where it was never set. */
const char *acini_project_settings_get (AciniProjectSettings *self, const char *key);
void acini_project_settings_set (AciniProjectSettings *self, const char *key, const char *value);
/* @otherwise: what is returned where it was never set, or is not a number. */
double acini_project_settings_get_number (AciniProjectSettings *self, const char *key, double otherwise);
/* Four significant digits are kept. */
void acini_project_settings_set_number (AciniProjectSettings *self, const char *key, double value);

G_END_DECLS
