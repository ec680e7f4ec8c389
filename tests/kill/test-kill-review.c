/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scripted reviewing that is killed at random moments: strokes, decisions, splits, undo and redo by the project's
 * editor, and drafts.  The child says of each operation once it has finished.  After the kill all that has finished is
 * there, and of the one that was under way either nothing or the whole: taken back, the project is byte for byte what
 * it was before it.
 *
 * ACINI_KILLS: how often (20). */

#include "data/labels/acini-editor.h"
#include "data/objects/acini-object-edit.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-object-fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DRAFT "draft-1"
/* The first argument of the program that reviews; what follows are those of review_until_killed (). */
#define REVIEW "--review"
/* Steps of one operation at most: a split, and the decision that moves with the larger part. */
#define MOST_STEPS 2

typedef enum
{
  STROKE,
  ACCEPT,
  REJECT,
  SPLIT,
  UNDO,
  REDO,
  DRAW_DRAFT,
  N_KINDS,
} Kind;

/* What a project is, apart from its history: what each query tells, in order. */
static const struct
{
  const char *name, *query;
} layers[] = {
  { "labels", "SELECT group_concat(row || ' ' || column || ' ' || coalesce(value, hex(pixels))) FROM"
              " (SELECT * FROM label_tiles WHERE level = 0 ORDER BY row, column)" },
  { "coarser labels",
    "SELECT group_concat(level || ' ' || row || ' ' || column || ' ' || coalesce(value, hex(pixels))) FROM"
    " (SELECT * FROM label_tiles WHERE level > 0 ORDER BY level, row, column)" },
  { "seams", "SELECT group_concat(row || ' ' || column || ' ' || coalesce(value, hex(pixels))) FROM"
             " (SELECT * FROM seam_tiles ORDER BY row, column)" },
  { "decisions", "SELECT group_concat(x || ' ' || y || ' ' || state || ' ' || comment) FROM"
                 " (SELECT * FROM reviews ORDER BY x, y)" },
};
#define DECISIONS 3
#define N_LAYERS (int)G_N_ELEMENTS (layers)

/* What the child says. */
typedef struct
{
  int draft;       /* the number of the newest one */
  Kind kind;       /* of the operation */
  gint64 sequence; /* the newest row of the journal */
  char digests[N_LAYERS][2 * 20 + 1];
} Report;

typedef struct
{
  AciniProject *project;
  AciniEditor *editor;
  AciniObjectIndex *index;
  gint64 slide;
  GRand *random;
  guint n_waiting;
} Child;

/* The state of the project, apart from its history. */
static void
take_digest (const char *database, Report *report)
{
  g_autofree char *sequence = NULL;

  for (int i = 0; i < N_LAYERS; i++)
    {
      g_autofree char *text = acini_test_query (database, layers[i].query);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA1, text != NULL ? text : "", -1);

      g_strlcpy (report->digests[i], digest, sizeof report->digests[i]);
    }
  sequence = acini_test_query (database, "SELECT max(sequence) FROM journal");
  report->sequence = sequence != NULL ? g_ascii_strtoll (sequence, NULL, 10) : 0;
}

static char *
dup_database (const char *folder)
{
  return g_build_filename (folder, "project.sqlite", NULL);
}

/* The child. */

static void
on_done (GObject *editor, GAsyncResult *result, gpointer user_data)
{
  Child *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (editor), result, NULL, &error))
    g_error ("%s", error->message);
  self->n_waiting--;
}

static gboolean
draw_rect (AciniEdit *edit, gpointer data, GError **error)
{
  const AciniRect *rect = data;

  return acini_edit_paint (edit, rect, NULL, (guint8)(1 + (rect->x + rect->y) % 3), error);
}

static void
begin_stroke (Child *self)
{
  AciniRect *rect = g_new (AciniRect, 1);

  *rect = (AciniRect){ g_rand_int_range (self->random, 0, WIDTH - 20), g_rand_int_range (self->random, 0, HEIGHT - 20),
                       g_rand_int_range (self->random, 5, 200), g_rand_int_range (self->random, 5, 200) };
  self->n_waiting++;
  acini_editor_draw (self->editor, self->slide, "brush", 0, draw_rect, rect, g_free, on_done, self);
}

/* One of the objects; 0: there is none. */
static gint64
choose_object (Child *self)
{
  g_autoptr (GArray) ids = NULL;

  if (!acini_object_index_update (self->index, NULL, NULL, NULL, NULL, NULL))
    g_error ("The objects cannot be read.");
  ids = acini_object_index_list_ids (self->index, &(AciniObjectQuery){ 0 }, NULL);
  return ids->len > 0 ? g_array_index (ids, gint64, g_rand_int_range (self->random, 0, (gint32)ids->len)) : 0;
}

static void
begin_decision (Child *self, AciniReviewState state)
{
  gint64 id = choose_object (self);
  AciniChange *change = id != 0 ? acini_object_decide (self->index, id, state,
                                                       state == ACINI_REVIEW_REJECTED ? "torn" : NULL, 700, NULL)
                                : NULL;

  if (change == NULL)
    return;
  self->n_waiting++;
  acini_editor_change (self->editor, change, on_done, self);
}

/* Along a line through its middle. */
static void
begin_split (Child *self)
{
  gint64 id = choose_object (self);
  AciniObject object = { 0 };
  AciniSplit *split = NULL;
  AciniChange *move;

  if (id != 0 && acini_object_index_get (self->index, id, &object, NULL))
    {
      const double line[][2] = { { (double)object.box.x - 5, object.y },
                                 { object.x, object.y + .3 },
                                 { (double)(object.box.x + object.box.width) + 5, object.y } };

      split = acini_object_plan_split (self->index, id, line, G_N_ELEMENTS (line), NULL);
    }
  move = split != NULL ? acini_object_make_move (split, self->slide) : NULL;
  if (split == NULL)
    return;
  self->n_waiting += move != NULL ? 2 : 1;
  acini_editor_draw (self->editor, self->slide, "split", 0, acini_object_draw_split, split,
                     (GDestroyNotify)acini_split_free, on_done, self);
  if (move != NULL)
    acini_editor_change (self->editor, move, on_done, self);
}

static void
begin (Child *self, Report *report)
{
  int any = g_rand_int_range (self->random, -2, N_KINDS);

  /* Strokes more often than the rest, or there would be little to decide about. */
  report->kind = any < 0 ? STROKE : (Kind)any;
  switch (report->kind)
    {
    case STROKE:
      begin_stroke (self);
      break;
    case ACCEPT:
    case REJECT:
      begin_decision (self, report->kind == ACCEPT ? ACINI_REVIEW_ACCEPTED : ACINI_REVIEW_REJECTED);
      break;
    case SPLIT:
      begin_split (self);
      break;
    case UNDO:
    case REDO:
      self->n_waiting++;
      if (report->kind == UNDO)
        acini_editor_undo (self->editor, self->slide, on_done, self);
      else
        acini_editor_redo (self->editor, self->slide, on_done, self);
      break;
    default:
      {
        g_autofree char *text = g_strdup_printf ("click 2 1 10.00 %d.00", ++report->draft);

        if (!acini_project_set_setting (self->project, DRAFT, text, NULL))
          g_error ("The draft cannot be kept.");
      }
    }
}

static void
review_until_killed (const char *folder, gint64 slide, guint32 seed, int draft, int pipe_end)
{
  g_autofree char *database = dup_database (folder);
  Child self = { .project = acini_project_open (folder, NULL), .slide = slide, .random = g_rand_new_with_seed (seed) };
  AciniObjectSource source = { self.project, acini_project_get_slide (self.project, slide, NULL) };
  Report report = { .draft = draft };

  self.editor = acini_editor_get (self.project);
  self.index = acini_object_index_open (&source, NULL);
  for (;;)
    {
      begin (&self, &report);
      while (self.n_waiting > 0)
        g_main_context_iteration (NULL, TRUE);
      take_digest (database, &report);
      if (write (pipe_end, &report, sizeof report) != sizeof report)
        _exit (1);
    }
}

/* The parent. */

/* A draft is the newest that was kept, or the one under way. */
static int
check_draft (AciniProject *project, const Report *last)
{
  g_autofree char *text = acini_project_dup_setting (project, DRAFT);
  int draft = text != NULL ? atoi (strrchr (text, ' ') + 1) : 0;

  g_assert_cmpint (draft, >=, last->draft);
  g_assert_cmpint (draft, <=, last->draft + 1);
  return draft;
}

/* Whether the row moved a decision to the larger part of a split.  That is no step of its own: whoever undoes the split
 * finds the decision at its new place, within the FTU. */
static gboolean
is_move (const AciniJournalRow *row)
{
  return g_str_equal (row->kind, "review") && g_strcmp0 (row->tool, "split") == 0;
}

/* Takes back what is in the journal after @last: what was under way.  Returns: whether it moved a decision. */
static gboolean
take_back (AciniProject *project, gint64 slide, const Report *last)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = acini_journal_list (project, slide, MOST_STEPS + 1, &error);
  gboolean moved = FALSE;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const AciniJournalRow *row = rows->pdata[i];

      if (row->sequence <= last->sequence)
        break;
      g_assert_cmpuint (i, <, MOST_STEPS);
      g_test_message ("under way: %s %s", row->kind, row->tool);
      if (is_move (row))
        moved = TRUE;
      else if (g_str_equal (row->kind, "undo"))
        acini_journal_redo (project, slide, NULL, &error);
      else
        acini_journal_undo (project, slide, NULL, &error);
      g_assert_no_error (error);
    }
  return moved;
}

/* Takes what the child says into *@last and @finished, which has how many of each kind; FALSE: it says no more. */
static gboolean
take_report (int pipe_end, Report *last, int *finished)
{
  Report report;

  if (read (pipe_end, &report, sizeof report) != sizeof report)
    return FALSE;
  *last = report;
  finished[report.kind]++;
  return TRUE;
}

/* A program of its own: what is left open here, such as a database and its locks, must not be known there. */
static pid_t
start_child (const char *folder, gint64 slide, int draft, int pipe_end)
{
  g_autofree char *which = g_strdup_printf ("%" G_GINT64_FORMAT, slide), *newest = g_strdup_printf ("%d", draft);
  g_autofree char *seed = g_strdup_printf ("%d", g_test_rand_int ()), *end = g_strdup_printf ("%d", pipe_end);
  pid_t child = fork ();

  if (child == 0)
    {
      execl ("/proc/self/exe", "test-kill-review", REVIEW, folder, which, seed, newest, end, NULL);
      _exit (1);
    }
  return child;
}

static void
kill_once (ObjectFixture *fixture, const char *folder, Report *last, int *finished)
{
  g_autofree char *database = dup_database (folder);
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;
  Report now = { 0 };
  int ends[2], status;
  gboolean moved;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = start_child (folder, fixture->slide->id, last->draft, ends[1]);
  close (ends[1]);
  /* While it opens the project, or once it is at work. */
  if (g_test_rand_int_range (0, 4) > 0)
    take_report (ends[0], last, finished);
  g_usleep ((gulong)g_test_rand_int_range (0, 80000));
  kill (child, SIGKILL);
  while (take_report (ends[0], last, finished))
    ;
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);

  project = acini_project_open (folder, &error);
  g_assert_no_error (error);
  take_digest (database, &now);
  g_assert_cmpint (now.sequence, >=, last->sequence);
  last->draft = check_draft (project, last);
  moved = take_back (project, fixture->slide->id, last);
  take_digest (database, &now);
  if (moved)
    memcpy (last->digests[DECISIONS], now.digests[DECISIONS], sizeof now.digests[DECISIONS]);
  for (int i = 0; i < N_LAYERS; i++)
    if (!g_str_equal (now.digests[i], last->digests[i]))
      g_error ("After what was under way was taken back the %s are others than before it.", layers[i].name);
  last->sequence = now.sequence;
  g_assert_true (acini_journal_verify (project, &error));
  g_assert_no_error (error);
}

static int
get_kills (void)
{
  const char *wanted = g_getenv ("ACINI_KILLS");

  return wanted != NULL ? MAX (atoi (wanted), 1) : 20;
}

static void
test_killed (ObjectFixture *fixture, gconstpointer data)
{
  const int kills = get_kills ();
  g_autofree char *folder = g_strdup (acini_project_get_folder (fixture->project)), *database = dup_database (folder);
  g_autofree char *sound = NULL;
  g_autoptr (AciniObjectIndex) index = NULL;
  Report last = { 0 };
  int finished[N_KINDS] = { 0 };

  take_digest (database, &last);
  g_clear_object (&fixture->project);
  for (int i = 0; i < kills; i++)
    kill_once (fixture, folder, &last, finished);
  g_test_message (
      "%d kills; finished: %d strokes, %d accepted, %d rejected, %d splits, %d undone, %d redone, %d drafts;"
      " %" G_GINT64_FORMAT " rows in the journal",
      kills, finished[STROKE], finished[ACCEPT], finished[REJECT], finished[SPLIT], finished[UNDO], finished[REDO],
      finished[DRAW_DRAFT], last.sequence);
  g_assert_cmpint (finished[STROKE], >, 0);
  sound = acini_test_query (database, "PRAGMA integrity_check");
  g_assert_cmpstr (sound, ==, "ok");
  /* The objects that the killed ones left are those of the labels. */
  fixture->project = acini_project_open (folder, NULL);
  index = object_fixture_open (fixture);
  object_fixture_update (index, NULL);
  object_fixture_read (fixture);
  object_fixture_compare (fixture, index);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = NULL;
  int status;

  if (argc == 7 && g_str_equal (argv[1], REVIEW))
    review_until_killed (argv[2], atoll (argv[3]), (guint32)atoll (argv[4]), atoi (argv[5]), atoi (argv[6]));
  home = acini_test_make_home ();
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/kill/review", ObjectFixture, NULL, object_fixture_set_up, test_killed, object_fixture_tear_down);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
