/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Curves for TensorBoard: an event file, as its tfevents format has it (records of length, masked CRC-32C of the
 * length, a protocol buffer "Event", masked CRC-32C of that). */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AciniEventFile AciniEventFile;

/* Makes a new file in @folder (made too): TensorBoard joins the files of a run. */
AciniEventFile *acini_event_file_new (const char *folder, GError **error);
/* One point of a curve.  One write a record, so that a reader never sees half of one; what cannot be written is lost.
 */
void acini_event_file_add (AciniEventFile *self, const char *tag, gint64 step, double value);
void acini_event_file_free (AciniEventFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniEventFile, acini_event_file_free)

/* The Castagnoli CRC (RFC 3720, B.4). */
guint32 acini_crc32c (const guint8 *bytes, gsize n);

G_END_DECLS
