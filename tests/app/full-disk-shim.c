/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into a worker ("acini-cli job run"): a disk that becomes full in the middle of a training.  Of what it
 * writes below ACINI_FULL_FOLDER, ACINI_FULL_ROOM files in a row (one that is written to in several pieces counts once)
 * find room; the next one is cut off behind its first piece, and so is all that follows.  What was reserved before
 * stays reserved.  ACINI_FULL_FILE is made when something found no room. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PUBLIC __attribute__ ((visibility ("default")))

/* The same under the names that programs for 64-bit offsets call; not declared where these are only macros. */
int fallocate64 (int fd, int mode, off_t offset, off_t length);
int open64 (const char *path, int flags, ...);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char last_path[PATH_MAX];
static int n_files, n_pieces, is_full;
static off_t reserved; /* end of what has its place in events.jsonl */

/* Whether this is "acini-cli job run …". */
static int
is_worker (void)
{
  static int known = -1;

  if (known < 0)
    {
      char line[4096] = "";
      FILE *file = fopen ("/proc/self/cmdline", "r");
      size_t n = file != NULL ? fread (line, 1, sizeof line - 1, file) : 0;
      const char *second = line + strlen (line) + 1;

      if (file != NULL)
        fclose (file);
      known = n > 0 && second < line + n && strcmp (second, "job") == 0 && strcmp (second + 4, "run") == 0;
    }
  return known;
}

static int
is_in_folder (const char *path)
{
  const char *folder = getenv ("ACINI_FULL_FOLDER");

  /* The sign of life is touched by a thread of its own, whenever it comes to it. */
  return folder != NULL && strncmp (path, folder, strlen (folder)) == 0 && strstr (path, "heartbeat") == NULL;
}

/* Whether another piece of @path finds no room. */
static int
finds_no_room (const char *path)
{
  int room = getenv ("ACINI_FULL_ROOM") != NULL ? atoi (getenv ("ACINI_FULL_ROOM")) : INT_MAX;

  pthread_mutex_lock (&mutex);
  if (strcmp (path, last_path) != 0)
    {
      snprintf (last_path, sizeof last_path, "%s", path);
      n_files++;
      n_pieces = 0;
    }
  n_pieces++;
  if (n_files > room + 1 || (n_files == room + 1 && n_pieces > 1))
    is_full = 1;
  pthread_mutex_unlock (&mutex);
  if (is_full && getenv ("ACINI_FULL_FILE") != NULL)
    close (creat (getenv ("ACINI_FULL_FILE"), 0666));
  return is_full;
}

/* The file of @fd where it matters; else "". */
static void
get_path (int fd, char path[PATH_MAX])
{
  char link[64];
  ssize_t n;

  path[0] = '\0';
  if (!is_worker ())
    return;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, PATH_MAX - 1);
  path[n > 0 ? n : 0] = '\0';
  if (!is_in_folder (path))
    path[0] = '\0';
}

static int
is_reserved (int fd, const char *path, size_t length)
{
  struct stat status;

  return strstr (path, "events.jsonl") != NULL && fstat (fd, &status) == 0
         && status.st_size + (off_t)length <= reserved;
}

PUBLIC ssize_t
write (int fd, const void *bytes, size_t length)
{
  ssize_t (*real) (int, const void *, size_t) = (ssize_t (*) (int, const void *, size_t))dlsym (RTLD_NEXT, "write");
  char path[PATH_MAX];

  get_path (fd, path);
  if (path[0] != '\0' && !is_reserved (fd, path, length) && finds_no_room (path))
    {
      errno = ENOSPC;
      return -1;
    }
  return real (fd, bytes, length);
}

PUBLIC int
fsync (int fd)
{
  int (*real) (int) = (int (*) (int))dlsym (RTLD_NEXT, "fsync");
  char path[PATH_MAX];

  get_path (fd, path);
  /* What was reserved can be written. */
  if (path[0] != '\0' && strstr (path, "events.jsonl") == NULL && finds_no_room (path))
    {
      errno = ENOSPC;
      return -1;
    }
  return real (fd);
}

PUBLIC int
fallocate64 (int fd, int mode, off_t offset, off_t length)
{
  int (*real) (int, int, off_t, off_t) = (int (*) (int, int, off_t, off_t))dlsym (RTLD_NEXT, "fallocate64");
  char path[PATH_MAX];
  int result;

  get_path (fd, path);
  if (path[0] != '\0' && finds_no_room (path))
    {
      errno = ENOSPC;
      return -1;
    }
  result = real (fd, mode, offset, length);
  if (result == 0 && strstr (path, "events.jsonl") != NULL)
    reserved = offset + length;
  return result;
}

PUBLIC int
open64 (const char *path, int flags, ...)
{
  int (*real) (const char *, int, ...) = (int (*) (const char *, int, ...))dlsym (RTLD_NEXT, "open64");
  mode_t mode = 0;

  if ((flags & O_CREAT) != 0)
    {
      va_list arguments;

      va_start (arguments, flags);
      mode = va_arg (arguments, mode_t);
      va_end (arguments);
    }
  /* A file that is there needs no room to be opened. */
  if ((flags & O_CREAT) != 0 && is_worker () && is_in_folder (path) && access (path, F_OK) != 0 && finds_no_room (path))
    {
      errno = ENOSPC;
      return -1;
    }
  return real (path, flags, mode);
}
