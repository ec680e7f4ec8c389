/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One call of acini-cli that takes seconds, with what it prints: for what needs the network but is no job. */

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* On the main thread.  @result: (transfer none) (nullable) the object that it printed; @message: (nullable) what it
 * said when it failed. */
typedef void (*AciniCliDoneFunc) (gpointer object, JsonObject *result, const char *message);

/* Runs acini-cli with @arguments (NULL-terminated) and --json.  @object stays referenced until @done; the call ends
 * when
 * @cancellable (nullable) is cancelled, and @done is not called then. */
void acini_cli_call (gpointer object, const char *const *arguments, GCancellable *cancellable, AciniCliDoneFunc done);

G_END_DECLS
