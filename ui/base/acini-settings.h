/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the user sets for the program, in GSettings; the keys are in io.github.acini.Acini.gschema.xml. */

#include <gio/gio.h>

G_BEGIN_DECLS

/* The program's settings; a program that was not installed finds their schema beside itself.  On the first call the
 * settings of earlier versions, which were key files in the user's configuration folder, are taken over, once.  Ends
 * the program where the schema is missing.  Main thread only.  Returns: (transfer none). */
GSettings *acini_settings_get_default (void);

/* Takes the key files of earlier versions in @folder over into @settings: tiles.ini, window.ini, shortcuts.ini.  What
 * is missing, or makes no sense, is left as it is. */
void acini_settings_take_over (GSettings *settings, const char *folder);

G_END_DECLS
