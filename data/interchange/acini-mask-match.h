/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which mask, or which file of annotations, belongs to an image: by their names. */

#include <glib.h>

G_BEGIN_DECLS

/* The file's name without folder and suffix, as it is on the disk.  Returns: (transfer full) */
char *acini_dup_stem (const char *path);
/* Whether the file called @name is an image of a kind that masks have. */
gboolean acini_mask_match_is_image (const char *name);

/* *@mask: (transfer full) the mask or the annotations of @file, or NULL where there is none.  @masks: their folder, a
 * file of annotations, or a pattern with * for the image's name; NULL: beside it.  FALSE with @error set where there
 * are two. */
gboolean acini_mask_match (const char *file, const char *masks, char **mask, GError **error);

/* Takes the masks of others out of @files (element-type filename). */
void acini_mask_match_leave_out (GPtrArray *files);

G_END_DECLS
