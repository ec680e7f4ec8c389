/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Drives the real window under Xvfb with a real pointer and keyboard (xdotool): open, segment, paint, undo, redo; then
 * kills the window, the engine and a worker at random moments and looks whether every finished stroke is still there,
 * and whether what is there is what the hands did, in their order.
 *
 * A stroke counts as finished once its row in the journal can be read by another process.
 *
 * ACINI_WINDOW, ACINI_CLI: the programs; ACINI_KILLS: how often the window is killed (20), and the engine and a worker
 * a fifth as often.  300 kills take about half an hour. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/prctl.h>

#define WIDTH 1280
#define HEIGHT 800
#define N_PLACES 96

typedef struct
{
  char *folder, *project, *display;
  GSubprocess *xvfb, *window;
  GRand *random;
  int strokes;
  gboolean painted[N_PLACES]; /* the brush was the last in this place; else the eraser, or nothing */
  GArray *hands;              /* Deed: what was done since begin_hands () */
  gint64 hands_from;          /* the journal's newest row before */
} Desk;

/* A stroke that begins at this point of the screen, or an undo (x < 0). */
typedef struct
{
  int x, y;
  int place;
  gboolean before; /* what was painted there */
} Deed;

/* Runs a command line made like printf's; returns its standard output.  A failure fails the test. */
static char *run (const Desk *desk, gboolean must_succeed, const char *format, ...) G_GNUC_PRINTF (3, 4);

static char *
run (const Desk *desk, gboolean must_succeed, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL, *output = NULL;
  g_auto (GStrv) arguments = NULL;
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "DISPLAY", desk->display, TRUE);
  int status;
  va_list list;

  va_start (list, format);
  line = g_strdup_vprintf (format, list);
  va_end (list);
  g_assert_true (g_shell_parse_argv (line, NULL, &arguments, &error));
  g_spawn_sync (NULL, arguments, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &output,
                NULL, &status, &error);
  g_assert_no_error (error);
  if (must_succeed && !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s", line, error->message);
  return g_steal_pointer (&output);
}

/* One number from the project's database, or -1 while it cannot be read. */
static gint64
query (const Desk *desk, const char *sql)
{
  g_autofree char *path = g_build_filename (desk->project, "project.sqlite", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 value = -1;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
    {
      sqlite3_busy_timeout (db, 5000);
      if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
        value = sqlite3_column_int64 (statement, 0);
      sqlite3_finalize (statement);
    }
  sqlite3_close (db);
  return value;
}

static gint64
count_rows (const Desk *desk)
{
  return query (desk, "SELECT count(*) FROM journal");
}

static gint64
count_kind (const Desk *desk, const char *kind)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM journal WHERE kind = '%s'", kind);

  return query (desk, sql);
}

static gboolean
wait_for (const Desk *desk, gint64 (*count) (const Desk *), gint64 least, double seconds)
{
  gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < end)
    {
      if (count (desk) >= least)
        return TRUE;
      g_usleep (20000);
    }
  return FALSE;
}

/* (transfer full) the path of a picture of the screen, beside the test's program. */
static char *
take_picture (const Desk *desk)
{
  char *picture = g_test_build_filename (G_TEST_BUILT, "kill-window.png", NULL);

  g_free (run (desk, FALSE, "import -window root '%s'", picture));
  return picture;
}

/* Fails the test, with a picture of the screen beside the test's program, when the count does not grow in time. */
static void
must_reach (const Desk *desk, gint64 (*count) (const Desk *), gint64 least)
{
  g_autofree char *picture = NULL;

  if (wait_for (desk, count, least, 20))
    return;
  picture = take_picture (desk);
  g_error ("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " rows after 20 s; the screen is in %s", count (desk), least,
           picture);
}

static void
start_display (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *number = NULL;

  desk->xvfb = g_subprocess_launcher_spawn (launcher, &error, "Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24",
                                            "-nolisten", "tcp", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (desk->xvfb));
  number = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  desk->display = g_strdup_printf (":%s", number);
}

/* In the child: a test that fails takes its window with it. */
static void
die_with_test (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Without a window manager nothing else gives the window the keyboard. */
static void
start_window (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *id = NULL, *data = g_build_filename (desk->folder, "data", NULL);

  g_subprocess_launcher_set_child_setup (launcher, die_with_test, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "DISPLAY", desk->display, TRUE);
  g_subprocess_launcher_setenv (launcher, "GDK_BACKEND", "x11", TRUE);
  g_subprocess_launcher_setenv (launcher, "GSK_RENDERER", "cairo", TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", data, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", data, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  desk->window = g_subprocess_launcher_spawn (launcher, &error, g_getenv ("ACINI_WINDOW"), desk->project, NULL);
  g_assert_no_error (error);
  id = run (desk, TRUE, "timeout 60 xdotool search --sync --onlyvisible --class acini");
  g_strstrip (id);
  g_assert_cmpstr (id, !=, "");
  *strchrnul (id, '\n') = '\0';
  g_free (run (desk, FALSE, "xdotool windowsize --sync %s %d %d windowmove %s 0 0 windowfocus %s", id, WIDTH, HEIGHT,
               id, id));
}

static void
press (const Desk *desk, const char *key)
{
  g_free (run (desk, TRUE, "xdotool key %s", key));
}

static void
undo (Desk *desk)
{
  press (desk, "ctrl+z");
  g_array_append_val (desk->hands, ((Deed){ .x = -1 }));
}

/* A stroke of @tool's key; the button is released at the end. */
static void
drag (const Desk *desk, const char *tool, int x, int y, int width)
{
  press (desk, tool);
  g_free (run (desk, TRUE,
               "xdotool mousemove %d %d mousedown 1 mousemove_relative %d 6 mousemove_relative -- %d -6 mouseup 1", x,
               y, width / 2, width - width / 2));
}

/* A stroke in a place of its own, clear of the overview.  Where the brush has been the eraser goes, and the other way
 * round: each stroke changes something, or no row would be written. */
static void
paint (Desk *desk)
{
  int place = desk->strokes++ % N_PLACES;
  /* One place and the next lie neither beside nor below each other. */
  Deed deed = { 330 + 75 * (place % 8), 225 + 42 * ((place % 8 + place / 8) % 12), place, desk->painted[place] };

  drag (desk, deed.before ? "e" : "b", deed.x, deed.y, 20);
  g_array_append_val (desk->hands, deed);
  desk->painted[place] = !deed.before;
}

/* Waits until the window takes strokes: the brush is chosen and a stroke reaches the journal. */
static void
wait_until_ready (Desk *desk)
{
  gint64 rows = count_rows (desk);

  for (int try = 0; try < 60; try++)
    {
      /* Before the brush is there the stroke drags the slide away. */
      press (desk, "ctrl+0");
      drag (desk, try % 2 == 0 ? "b" : "e", 880, 728, 6); /* below all places */
      if (wait_for (desk, count_rows, rows + 1, 0.5))
        return;
    }
  g_error ("The window took no stroke within half a minute.");
}

static void
kill_window (Desk *desk)
{
  g_subprocess_send_signal (desk->window, SIGKILL);
  g_subprocess_wait (desk->window, NULL, NULL);
  g_clear_object (&desk->window);
}

static GPid
find_engine (const Desk *desk)
{
  const char *window = g_subprocess_get_identifier (desk->window);
  g_autofree char *text = run (desk, FALSE, "pgrep -P %s -f 'acini-cli serve'", window);

  return (GPid)g_ascii_strtoll (text, NULL, 10);
}

/* The newest process that works on a job of the project; it is init's child, not the window's. */
static GPid
find_worker (const Desk *desk)
{
  g_autofree char *text = run (desk, FALSE, "pgrep -n -f 'acini-cli job run --quiet %s'", desk->project);

  return (GPid)g_ascii_strtoll (text, NULL, 10);
}

static void
check_sound (const Desk *desk, gint64 rows)
{
  g_assert_cmpint (count_rows (desk), >=, rows);
  g_assert_cmpint (query (desk, "SELECT (SELECT count(*) FROM pragma_integrity_check) = 1 AND "
                                "(SELECT integrity_check FROM pragma_integrity_check) = 'ok'"),
                   ==, 1);
  g_free (run (desk, TRUE, "%s journal verify '%s'", g_getenv ("ACINI_CLI"), desk->project));
}

static gint64
count_edits (const Desk *desk)
{
  return count_kind (desk, "edit");
}

static gint64
count_undos (const Desk *desk)
{
  return count_kind (desk, "undo");
}

static gint64
count_redos (const Desk *desk)
{
  return count_kind (desk, "redo");
}

/* Files of at least one prediction tile. */
static gint64
count_predictions (const Desk *desk)
{
  g_autofree char *path = g_build_filename (desk->project, "predictions", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  gint64 found = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      sqlite3 *db = NULL;
      sqlite3_stmt *statement = NULL;

      if (!g_str_has_suffix (name, ".sqlite"))
        continue;
      if (sqlite3_open_v2 (file, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
          && sqlite3_prepare_v2 (db, "SELECT count(*) FROM tiles", -1, &statement, NULL) == SQLITE_OK
          && sqlite3_step (statement) == SQLITE_ROW && sqlite3_column_int64 (statement, 0) > 0)
        found++;
      sqlite3_finalize (statement);
      sqlite3_close (db);
    }
  return found;
}

static void
set_up (Desk *desk, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *cli = g_getenv ("ACINI_CLI");

  desk->random = g_rand_new_with_seed (g_test_rand_int ());
  desk->hands = g_array_new (FALSE, FALSE, sizeof (Deed));
  desk->folder = g_dir_make_tmp ("acini-kill-XXXXXX", &error);
  g_assert_no_error (error);
  desk->project = g_build_filename (desk->folder, "kill.acini", NULL);
  desk->display = g_strdup ("");
  g_free (run (desk, TRUE, "%s phantom '%s/tissue.tiff' --size %s --seed 3", cli, desk->folder, (const char *)data));
  /* Its mask would become labels, over which a stroke may change nothing. */
  g_free (run (desk, TRUE, "rm '%s/tissue-mask.tiff'", desk->folder));
  g_free (run (desk, TRUE, "%s new '%s'", cli, desk->project));
  g_free (run (desk, TRUE, "%s import '%s' '%s/tissue.tiff'", cli, desk->project, desk->folder));
  g_free (desk->display);
  start_display (desk);
}

static void
tear_down (Desk *desk, gconstpointer data)
{
  g_autofree char *quoted = g_shell_quote (desk->folder);

  if (desk->window != NULL)
    kill_window (desk);
  g_subprocess_force_exit (desk->xvfb);
  g_subprocess_wait (desk->xvfb, NULL, NULL);
  g_free (run (desk, TRUE, "rm -rf %s", quoted));
  g_clear_object (&desk->xvfb);
  g_rand_free (desk->random);
  g_array_unref (desk->hands);
  g_free (desk->folder);
  g_free (desk->project);
  g_free (desk->display);
}

/* All that was sent before has been done when an undo has: from here on the journal is to hold what the hands do.  Two
 * strokes tell where on the slide a point of the screen is. */
static void
begin_hands (Desk *desk)
{
  gint64 undos = count_undos (desk), rows;

  press (desk, "ctrl+z");
  must_reach (desk, count_undos, undos + 1);
  desk->hands_from = query (desk, "SELECT max(sequence) FROM journal");
  g_array_set_size (desk->hands, 0);
  rows = count_rows (desk);
  paint (desk);
  paint (desk);
  must_reach (desk, count_rows, rows + 2);
}

static void
check_deed (const Deed *deed, const char *kind, double x, double y)
{
  g_assert_cmpstr (kind, ==, deed->x < 0 ? "undo" : "edit");
  if (deed->x < 0)
    return;
  /* Half of what lies between two places is far; a fast pointer's corner may be cut. */
  g_assert_cmpfloat (fabs (x - deed->x), <, 15);
  g_assert_cmpfloat (fabs (y - deed->y), <, 15);
}

/* What lies in the places after the first @n things that the hands did. */
static void
remember_places (Desk *desk, guint n)
{
  const Deed *hands = (const Deed *)(gpointer)desk->hands->data;
  g_autoptr (GPtrArray) done = g_ptr_array_new ();

  for (guint i = desk->hands->len; i > n; i--)
    if (hands[i - 1].x >= 0)
      desk->painted[hands[i - 1].place] = hands[i - 1].before;
  for (guint i = 0; i < n; i++)
    {
      const Deed *last = hands[i].x < 0 ? g_ptr_array_steal_index (done, done->len - 1) : &hands[i];

      desk->painted[last->place] = hands[i].x < 0 ? last->before : !last->before;
      if (hands[i].x >= 0)
        g_ptr_array_add (done, (gpointer)last);
    }
}

/* What is in the journal is what the hands did first, in their order, and nothing else. */
static void
check_order (Desk *desk)
{
  g_autofree char *path = g_build_filename (desk->project, "project.sqlite", NULL);
  sqlite3 *db = NULL;
  sqlite3_stmt *rows = NULL;
  const Deed *hands = (const Deed *)(gpointer)desk->hands->data;
  double x[2] = { 0 }, y[2] = { 0 };
  guint n = 0;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);
  g_assert_cmpint (sqlite3_prepare_v2 (db,
                                       "SELECT kind, x + width / 2.0, y + height / 2.0 FROM journal WHERE sequence > ?1"
                                       " AND kind IN ('edit', 'undo', 'redo') ORDER BY sequence",
                                       -1, &rows, NULL),
                   ==, SQLITE_OK);
  sqlite3_bind_int64 (rows, 1, desk->hands_from);
  for (; sqlite3_step (rows) == SQLITE_ROW; n++)
    {
      double row_x = sqlite3_column_double (rows, 1), row_y = sqlite3_column_double (rows, 2);

      g_assert_cmpuint (n, <, desk->hands->len);
      if (n < 2)
        {
          x[n] = row_x;
          y[n] = row_y;
        }
      check_deed (&hands[n], (const char *)sqlite3_column_text (rows, 0),
                  n < 2 ? hands[n].x : hands[0].x + (row_x - x[0]) * (hands[1].x - hands[0].x) / (x[1] - x[0]),
                  n < 2 ? hands[n].y : hands[0].y + (row_y - y[0]) * (hands[1].y - hands[0].y) / (y[1] - y[0]));
    }
  sqlite3_finalize (rows);
  sqlite3_close (db);
  g_assert_cmpuint (n, >=, 2);
  remember_places (desk, n);
  /* The two lie as they were painted. */
  g_assert_cmpfloat ((x[1] - x[0]) * (hands[1].x - hands[0].x), >, 0);
  g_assert_cmpfloat ((y[1] - y[0]) * (hands[1].y - hands[0].y), >, 0);
}

/* What a pathologist does on the first day, and finds again on the second. */
static void
test_first_day (Desk *desk, gconstpointer data)
{
  gint64 edits;

  start_window (desk);
  wait_until_ready (desk);
  edits = count_edits (desk);
  paint (desk);
  must_reach (desk, count_edits, edits + 1);
  press (desk, "ctrl+z");
  must_reach (desk, count_undos, 1);
  press (desk, "ctrl+shift+z");
  must_reach (desk, count_redos, 1);
  press (desk, "s"); /* segment what is on screen */
  must_reach (desk, count_predictions, 1);

  /* Closing the window ends the program. */
  g_free (run (desk, TRUE, "xdotool key ctrl+q"));
  g_subprocess_wait (desk->window, NULL, NULL);
  g_assert_true (g_subprocess_get_successful (desk->window));
  g_clear_object (&desk->window);
  check_sound (desk, edits + 3);

  start_window (desk);
  press (desk, "ctrl+z"); /* history from before the restart */
  for (int try = 0; try < 20 && !wait_for (desk, count_undos, 2, 1); try++)
    press (desk, "ctrl+z");
  g_assert_cmpint (count_undos (desk), >=, 2);
}

static int
get_kills (void)
{
  const char *wanted = g_getenv ("ACINI_KILLS");

  return wanted != NULL ? MAX (atoi (wanted), 1) : 20;
}

static void
test_kill_window (Desk *desk, gconstpointer data)
{
  int kills = get_kills ();

  for (int i = 0; i < kills; i++)
    {
      gint64 finished;

      start_window (desk);
      wait_until_ready (desk);
      begin_hands (desk);
      for (int stroke = g_rand_int_range (desk->random, 0, 3); stroke > 0; stroke--)
        {
          finished = count_rows (desk);
          paint (desk);
          must_reach (desk, count_rows, finished + 1);
        }
      /* The last strokes are under way when the window dies. */
      finished = count_rows (desk);
      for (int stroke = g_rand_int_range (desk->random, 1, 4); stroke > 0; stroke--)
        {
          paint (desk);
          if (g_rand_boolean (desk->random))
            undo (desk);
        }
      g_usleep (g_rand_int_range (desk->random, 0, 60000));
      finished = MAX (finished, count_rows (desk));
      kill_window (desk);
      check_sound (desk, finished);
      check_order (desk);
      g_test_message ("kill %d: %" G_GINT64_FORMAT " rows", i + 1, count_rows (desk));
    }
}

/* How many prompts the draft of a clicked object has on the disk, and the object that was made of it. */
static gint64
count_prompts (const Desk *desk)
{
  return query (desk, "SELECT coalesce(max(length(value) - length(replace(value, ' ', '')) - 1), 0) FROM settings"
                      " WHERE key LIKE 'draft-%' AND value LIKE 'click %'");
}

static gint64
count_taken (const Desk *desk)
{
  return query (desk, "SELECT count(*) FROM journal WHERE kind = 'edit' AND tool = 'click'");
}

static gint64
count_taken_prompts (const Desk *desk)
{
  return query (desk, "SELECT json_array_length(after, '$.prompts') FROM journal WHERE tool = 'click'"
                      " ORDER BY sequence DESC LIMIT 1");
}

static void
click (const Desk *desk, int x, int y, int button)
{
  g_free (run (desk, TRUE, "xdotool mousemove %d %d click %d", x, y, button));
}

/* An object that is being clicked: each prompt that was on the disk when the window died is there when it comes back,
 * and what is made of them then is one step. */
static void
test_kill_drafts (Desk *desk, gconstpointer data)
{
  int kills = MAX (2, get_kills () / 5);

  for (int i = 0; i < kills; i++)
    {
      gint64 taken = count_taken (desk), kept = 0, undos;
      int wanted = g_rand_int_range (desk->random, 1, 4);

      start_window (desk);
      wait_until_ready (desk);
      press (desk, "t");
      click (desk, 400 + 60 * i % 400, 300, 1);
      must_reach (desk, count_prompts, 1);
      for (int n = 2; n <= wanted; n++)
        {
          click (desk, 400 + 60 * i % 400 + 30 * n, 330, n % 2 == 0 ? 3 : 1);
          must_reach (desk, count_prompts, n);
        }
      /* One more is under way. */
      click (desk, 400 + 60 * i % 400, 340, 1);
      g_usleep (g_rand_int_range (desk->random, 0, 60000));
      kept = count_prompts (desk);
      kill_window (desk);
      g_assert_cmpint (count_prompts (desk), >=, kept);
      kept = count_prompts (desk);
      start_window (desk);
      for (int try = 0; try < 120 && count_taken (desk) == taken; try++)
        {
          press (desk, "Return");
          g_usleep (500000);
        }
      g_assert_cmpint (count_taken (desk), ==, taken + 1);
      g_assert_cmpint (count_taken_prompts (desk), ==, kept);
      /* Where this object lies the next one would change nothing, and be no step. */
      undos = count_undos (desk);
      press (desk, "ctrl+z");
      must_reach (desk, count_undos, undos + 1);
      kill_window (desk);
      g_test_message ("draft %d: %" G_GINT64_FORMAT " prompts", i + 1, kept);
    }
  check_sound (desk, 0);
}

/* The engine dies in the middle of its work: the window lives on, takes strokes and starts it anew. */
static void
test_kill_engine (Desk *desk, gconstpointer data)
{
  int kills = MAX (1, get_kills () / 5);

  start_window (desk);
  wait_until_ready (desk);
  begin_hands (desk);
  for (int i = 0; i < kills; i++)
    {
      gint64 rows = count_rows (desk);
      GPid engine = 0;

      /* The window may still be telling that the last one died. */
      for (int try = 0; try < 600 && (engine = find_engine (desk)) == 0; try++)
        {
          if (try % 20 == 0)
            press (desk, "s");
          g_usleep (50000);
        }
      if (engine == 0)
        g_error ("No engine came for the %d. time; the screen is in %s", i + 1, take_picture (desk));
      g_usleep (g_rand_int_range (desk->random, 0, 1500000));
      kill (engine, SIGKILL);
      paint (desk);
      must_reach (desk, count_rows, rows + 1);
      g_assert_nonnull (g_subprocess_get_identifier (desk->window));
    }
  check_sound (desk, 0);
  check_order (desk);
}

/* A worker dies in the middle of a slide: the window lives on and takes strokes, and the slide is begun again. */
static void
test_kill_worker (Desk *desk, gconstpointer data)
{
  int kills = MAX (1, get_kills () / 5);

  start_window (desk);
  wait_until_ready (desk);
  begin_hands (desk);
  for (int i = 0; i < kills; i++)
    {
      gint64 rows = count_rows (desk);
      GPid worker = 0;

      for (int try = 0; try < 600 && (worker = find_worker (desk)) == 0; try++)
        {
          if (try % 20 == 0)
            press (desk, "shift+s");
          g_usleep (50000);
        }
      if (worker == 0)
        g_error ("No worker came for the %d. time; the screen is in %s", i + 1, take_picture (desk));
      paint (desk);
      g_usleep (g_rand_int_range (desk->random, 0, 1500000));
      kill (worker, SIGKILL);
      paint (desk);
      must_reach (desk, count_edits, 1);
      must_reach (desk, count_rows, rows + 2);
      g_assert_nonnull (g_subprocess_get_identifier (desk->window));
      check_sound (desk, rows + 2);
      check_order (desk);
    }
  /* Nobody is left behind to write into a folder that goes. */
  kill_window (desk);
  for (GPid worker = find_worker (desk); worker > 0; worker = find_worker (desk))
    {
      kill (worker, SIGKILL);
      g_usleep (50000);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (g_getenv ("ACINI_WINDOW"));
  g_assert_nonnull (g_getenv ("ACINI_CLI"));
  g_test_add ("/kill/first-day", Desk, "2048x2048", set_up, test_first_day, tear_down);
  g_test_add ("/kill/window", Desk, "2048x2048", set_up, test_kill_window, tear_down);
  g_test_add ("/kill/drafts", Desk, "2048x2048", set_up, test_kill_drafts, tear_down);
  /* Large enough that the engine is never done before it dies. */
  g_test_add ("/kill/engine", Desk, "8192x8192", set_up, test_kill_engine, tear_down);
  g_test_add ("/kill/worker", Desk, "8192x8192", set_up, test_kill_worker, tear_down);
  return g_test_run ();
}
