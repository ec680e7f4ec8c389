/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Tables of text, a row at a time: fields between commas, tabs or semicolons, whichever the first line has most of, in
 * quotes where need be (RFC 4180); gzip and other encodings as acini-source.h reads them. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AciniCsv AciniCsv;

/* @longest: fields of more bytes are read as empty; 0: any length.  Returns: (transfer full), or NULL with @error. */
AciniCsv *acini_csv_open (const char *path, gsize longest, GCancellable *cancellable, GError **error);
void acini_csv_free (AciniCsv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniCsv, acini_csv_free)

/* *@fields: (transfer full) (element-type char) the next row's, without spaces around them; NULL at the end. */
gboolean acini_csv_read (AciniCsv *self, GPtrArray **fields, GError **error);
/* Of the row that was read last, from 1. */
guint acini_csv_get_line (const AciniCsv *self);
/* Where its field @number begins, in characters from 1. */
gint64 acini_csv_get_column (const AciniCsv *self, guint number);

/* The place of the first of @names, NULL-terminated, that is in @head, whatever the case; -1: none. */
int acini_csv_find (const GPtrArray *head, const char *const *names);
/* Of the column that names a slide or an image: "id", "image" and the like; the first where there is none. */
int acini_csv_find_key (const GPtrArray *head);

/* Writes @field: in quotes where it needs them. */
void acini_csv_add_field (GString *text, const char *field);

G_END_DECLS
