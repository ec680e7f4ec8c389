/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which key asks for what: one table of all actions that have a key, and what the user has changed in it, kept in
 * the program's settings.  The application, the window, the list of keys and its editor read it here.
 * Main thread only. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  const char *action; /* detailed: "win.tool::brush" */
  const char *title;  /* translatable */
  const char *group;  /* translatable; those of a group stand together */
  const char *keys;   /* by default: accelerators with spaces in between, "" for none */
} AciniShortcut;

const AciniShortcut *acini_shortcuts_get_all (guint *n);

#define ACINI_TYPE_SHORTCUTS (acini_shortcuts_get_type ())
/* Signals: changed () */
G_DECLARE_FINAL_TYPE (AciniShortcuts, acini_shortcuts, ACINI, SHORTCUTS, GObject)

/* The process's own.  Returns: (transfer none). */
AciniShortcuts *acini_shortcuts_get_default (void);

/* The current keys, as in AciniShortcut.keys; "" if there are none. */
const char *acini_shortcuts_get_keys (AciniShortcuts *self, const char *action);
/* The action that @accelerator asks for, or NULL. */
const AciniShortcut *acini_shortcuts_find (AciniShortcuts *self, const char *accelerator);
/* Gives @action these @keys (NULL: its own again) and takes them from the actions that had them.
 * FALSE: one is not a key; or settings cannot be changed here, though the keys count until the end.  @error is set. */
gboolean acini_shortcuts_set_keys (AciniShortcuts *self, const char *action, const char *keys, GError **error);
/* All as they were at first. */
gboolean acini_shortcuts_reset (AciniShortcuts *self, GError **error);

/* Whether a text field must be able to take the key: such a key is looked at after the widget with the focus did not
 * want it, others before. */
gboolean acini_shortcuts_is_for_text (const char *accelerator);

/* A new controller with all keys for which acini_shortcuts_is_for_text () says so. */
GtkEventController *acini_shortcuts_make_controller (AciniShortcuts *self);
/* The keys of all actions that are looked at first. */
void acini_shortcuts_apply (AciniShortcuts *self, GtkApplication *application);
/* The list of all keys, for the user to read.  Returns: (transfer floating). */
GtkWindow *acini_shortcuts_make_window (AciniShortcuts *self);

G_END_DECLS
