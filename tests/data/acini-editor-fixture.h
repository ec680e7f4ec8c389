/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A project of two slides and its editor.  What their labels have to be is said by plain arrays. */

#include "data/labels/acini-editor.h"

G_BEGIN_DECLS

#define SIDE 700
#define PIXELS (SIDE * SIDE)

/* A slide's labels, and what was there before and after each step. */
typedef struct
{
  gint64 id;
  GPtrArray *states; /* of PIXELS bytes */
  guint at;          /* the one that holds now */
} EditorModel;

typedef struct
{
  char *folder, *path;
  AciniProject *project;
  AciniEditor *editor;
  EditorModel slides[2];
  guint n_done, n_failed, n_stuck, n_recovered, n_unreadable, n_changed;
} EditorFixture;

/* A stroke: a rectangle of one label. */
typedef struct
{
  AciniRect rect;
  guint8 label;
  gulong delay; /* µs that its drawing takes */
} EditorStroke;

void editor_fixture_open_editor (EditorFixture *fixture);
void editor_fixture_wait_until_idle (EditorFixture *fixture);
void editor_fixture_close_editor (EditorFixture *fixture);
void editor_fixture_set_up (EditorFixture *fixture, gconstpointer data);
void editor_fixture_tear_down (EditorFixture *fixture, gconstpointer data);
/* As the next program would; before the first: both are closed. */
void editor_fixture_reopen_project (EditorFixture *fixture);
void editor_fixture_reopen (EditorFixture *fixture);
/* For acini_editor_draw (): @data is an EditorStroke; counts what ended. */
gboolean editor_fixture_draw (AciniEdit *edit, gpointer data, GError **error);
void editor_fixture_on_done (GObject *source, GAsyncResult *result, gpointer user_data);
/* A stroke that changes something, asked of the editor and done to the model. */
void editor_fixture_paint (EditorFixture *fixture, EditorModel *model, gulong delay);
void editor_fixture_undo (EditorFixture *fixture, EditorModel *model);
void editor_fixture_redo (EditorFixture *fixture, EditorModel *model);
/* The labels are the model's, and the chain holds. */
void editor_fixture_check (EditorFixture *fixture);
void editor_fixture_wait_until_stuck (EditorFixture *fixture);
/* What was kept is gone once it is written. */
void editor_fixture_check_no_recovery (void);

G_END_DECLS
