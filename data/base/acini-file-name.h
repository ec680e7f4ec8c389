/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Names of files made from what people call things.  A name is displayed; it identifies nothing, and may hold anything:
 * path separators, leading dots, control characters, bytes that are not UTF-8. */

#include <glib.h>

G_BEGIN_DECLS

/* @text as valid UTF-8: bytes that are not are read as Latin letters of one byte each (Windows-1252), as old archives
 * and network drives have them.  Returns: (transfer full) */
char *acini_text_to_utf8 (const char *text);
/* The last part of @path without its last suffix, for people: valid UTF-8.  Returns: (transfer full) */
char *acini_file_name_dup_stem (const char *path);

/* @name as the base name of a file, without suffix, that any file system takes and that leads nowhere: valid UTF-8, no
 * separators, control characters or leading dots, none of Windows's reserved names, at most 180 bytes, never empty.
 * Returns: (transfer full) */
char *acini_file_name_make_safe (const char *name);

/* Safe base names for @names, all different (also where case does not count): the second "HE" is "HE-2".
 * Returns: (transfer full) as many as there are @names. */
GStrv acini_file_name_assign (const char *const *names);

/* Creates an empty file NAME.SUFFIX in @folder, or NAME-2.SUFFIX … while the name is taken; nobody else can get the
 * same.  @suffix is without the dot.  The caller renames the finished file over it, or removes it.
 * Returns: (transfer full) its path, or NULL with a G_FILE_ERROR set. */
char *acini_file_name_reserve (const char *folder, const char *name, const char *suffix, GError **error);

G_END_DECLS
