/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The log reserves its place on the disk ahead.  When the disk is full an ordinary event finds no room, while the last
 * words of the job still have theirs, so that a paused job never looks like a dead one. */
#define RESERVE ((gint64)64 << 10)
#define LAST_WORDS ((gint64)8 << 10)

char *
acini_job_path (AciniJob *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

void
acini_job_set_write_error (GError **error, const char *path, int code)
{
  gboolean full = code == ENOSPC || code == EDQUOT || code == EFBIG;

  g_set_error (error, ACINI_JOB_ERROR, full ? ACINI_JOB_ERROR_NO_SPACE : ACINI_JOB_ERROR_WRITE,
               _ ("“%s” could not be written: %s."), path, g_strerror (code));
}

/* The whole lines of events.jsonl from *@offset, which moves behind them; NULL with @error unset when there is
 * nothing new. */
static char *
read_new_lines (AciniJob *self, goffset *offset, GError **error)
{
  g_autofree char *path = acini_job_path (self, "events.jsonl");
  g_autofree char *data = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat status;
  gssize n = 0;
  char *end;

  if (fd < 0)
    {
      if (errno != ENOENT)
        g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED, _ ("“%s” could not be read: %s."), path,
                     g_strerror (errno));
      return NULL;
    }
  if (fstat (fd, &status) == 0 && status.st_size > *offset)
    {
      data = g_malloc (status.st_size - *offset + 1);
      n = pread (fd, data, status.st_size - *offset, *offset);
    }
  close (fd);
  if (n <= 0)
    return NULL;
  end = memrchr (data, '\n', n);
  if (end == NULL)
    return NULL;
  end[1] = '\0';
  *offset += end + 1 - data;
  return g_steal_pointer (&data);
}

/* Objects of the lines of @text; a line that is none (what a killed worker left half-written) is passed over. */
static GPtrArray *
parse_lines (const char *text)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new_immutable ();
      JsonNode *root;

      if (*lines[i] == '\0' || !json_parser_load_from_data (parser, lines[i], -1, NULL))
        continue;
      root = json_parser_get_root (parser);
      if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
        g_ptr_array_add (events, json_object_ref (json_node_get_object (root)));
    }
  return events;
}

GPtrArray *
acini_job_read_new_events (AciniJob *self, goffset *offset, GError **error)
{
  g_autofree char *text = read_new_lines (self, offset, error);

  return text != NULL ? parse_lines (text) : NULL;
}

GPtrArray *
acini_job_read_events (AciniJob *self, goffset *offset, GError **error)
{
  g_autoptr (GError) reason = NULL;
  GPtrArray *events;

  g_return_val_if_fail (ACINI_IS_JOB (self) && offset != NULL, NULL);

  events = acini_job_read_new_events (self, offset, &reason);
  if (events == NULL && reason == NULL)
    return parse_lines ("");
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  return events;
}

/* Opens events.jsonl for appending, and looks whether a killed worker left a line half-written. */
static gboolean
open_events (AciniJob *self, GError **error)
{
  g_autofree char *path = NULL;
  struct stat status;
  char last;

  if (self->events_fd >= 0)
    return TRUE;
  path = acini_job_path (self, "events.jsonl");
  self->events_fd = g_open (path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (self->events_fd < 0)
    {
      acini_job_set_write_error (error, path, errno);
      return FALSE;
    }
  self->reserved = 0;
  self->torn = fstat (self->events_fd, &status) == 0 && status.st_size > 0
               && pread (self->events_fd, &last, 1, status.st_size - 1) == 1 && last != '\n';
  return TRUE;
}

/* Makes sure that behind @length more bytes there is still room for the last words. */
static gboolean
reserve (AciniJob *self, gsize length, GError **error)
{
  struct stat status;
  gint64 wanted;

  if (fstat (self->events_fd, &status) != 0)
    return TRUE;
  wanted = status.st_size + (gint64)length + LAST_WORDS;
  if (wanted <= self->reserved)
    return TRUE;
  wanted += RESERVE;
  if (fallocate (self->events_fd, FALLOC_FL_KEEP_SIZE, status.st_size, wanted - status.st_size) == 0)
    self->reserved = wanted;
  else if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
    {
      acini_job_set_write_error (error, "events.jsonl", errno);
      return FALSE;
    }
  /* A file system that cannot reserve tells when there is no room as it is written to. */
  return TRUE;
}

static char *
make_line (const char *event, JsonObject *members, gboolean torn)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *text = NULL;

  json_object_set_double_member (object, "time", g_get_real_time () / 1e6);
  json_object_set_string_member (object, "event", event);
  if (members != NULL)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init_ordered (&iter, members);
      while (json_object_iter_next_ordered (&iter, &name, &value))
        json_object_set_member (object, name, json_node_copy (value));
    }
  node = json_node_init_object (json_node_alloc (), object);
  text = json_to_string (node, FALSE);
  return g_strconcat (torn ? "\n" : "", text, "\n", NULL);
}

/* One write a line, so that a reader or another writer never sees two lines mixed. */
gboolean
acini_job_write_event (AciniJob *self, const char *event, JsonObject *members, gboolean last, GError **error)
{
  g_autofree char *line = NULL;
  gssize length, written;

  if (!open_events (self, error))
    return FALSE;
  line = make_line (event, members, self->torn);
  length = strlen (line);
  if (!last && !reserve (self, length, error))
    return FALSE;
  do
    written = write (self->events_fd, line, length);
  while (written < 0 && errno == EINTR);
  if (written == length)
    {
      self->torn = FALSE;
      return TRUE;
    }
  self->torn = self->torn || written > 0;
  acini_job_set_write_error (error, "events.jsonl", written < 0 ? errno : ENOSPC);
  return FALSE;
}

void
acini_job_close_events (AciniJob *self)
{
  struct stat status;

  if (self->events_fd < 0)
    return;
  if (self->reserved > 0 && fstat (self->events_fd, &status) == 0 && ftruncate (self->events_fd, status.st_size) == 0)
    self->reserved = 0;
  fsync (self->events_fd);
}
