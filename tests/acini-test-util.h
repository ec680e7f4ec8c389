/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What several tests need: a folder of their own, and a project with slides that need no files. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* (transfer full) a new folder; acini_test_remove_folder () removes it with all that is in it, and frees the name. */
char *acini_test_make_folder (void);
void acini_test_remove_folder (char *folder);

/* (transfer full) such a folder, which is from now on where this program and its children find the user's settings,
 * data and caches: nothing of the user's own, and no session bus.  First of all in main (). */
char *acini_test_make_home (void);

/* Runs the default main context until @condition holds; fails the test when it does not within @seconds. */
typedef gboolean (*AciniTestCondition) (gpointer data);
void acini_test_wait_for (AciniTestCondition condition, gpointer data, int seconds);
void acini_test_run_for (guint milliseconds);

/* A new project in FOLDER/test.acini. */
AciniProject *acini_test_make_project (const char *folder);
/* Adds a slide of @width × @height pixels, 0.5 µm each, whose file is not there. */
gint64 acini_test_add_slide (AciniProject *project, const char *name, gint64 width, gint64 height);

/* A slide file: a pyramid of @side × @side pixels of one colour, 0xRRGGBB.  libvips has to be initialised. */
void acini_test_write_slide (const char *path, int side, guint32 colour);
/* Overwrites the middle of the file, and so pixels rather than tables, in place: whoever has it open meets it. */
void acini_test_break_file (const char *path, GRand *rand);

/* The whole of a mask (see acini_mask_file_open ()), read in strips; or NULL with @error set. */
GBytes *acini_test_read_mask (const char *path, int channel, int *width, int *height, GError **error);

/* The weights of the SegFormer in the folder @model, but the last layer's the largest numbers there are: all are
 * finite, and what the network makes of them is not. */
void acini_test_write_overflow (const char *model, const char *path);

/* Runs @sql on the database @path by a connection of its own. */
void acini_test_run_sql (const char *path, const char *sql);
/* The first column of the first row as text: (transfer full) (nullable). */
char *acini_test_query (const char *path, const char *sql);

/* Runs the program that ACINI_CLI names in @folder; @words: its arguments, NULL-terminated.  It has to succeed. */
void acini_test_run_cli (const char *folder, const char *const *words);

G_END_DECLS
