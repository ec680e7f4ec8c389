/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/engine/acini-tile-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
acini_tile_memory_new (const guint8 *bytes, gsize length)
{
  int fd = memfd_create ("acini-tile", MFD_CLOEXEC | MFD_ALLOW_SEALING), problem;
  gsize written = 0;

  while (fd >= 0 && written < length)
    {
      gssize n = write (fd, bytes + written, length - written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      written += n;
    }
  if (fd >= 0 && written == length && fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
    return fd;
  problem = errno;
  if (fd >= 0)
    close (fd);
  errno = problem;
  return -1;
}

static void
unmap (gpointer data)
{
  GVariant *region = data;
  guint64 address, length;

  g_variant_get (region, "(tt)", &address, &length);
  munmap ((gpointer)(gsize)address, length);
  g_variant_unref (region);
}

GBytes *
acini_tile_memory_map (int fd, gsize length)
{
  struct stat status;
  gpointer address;

  if (fstat (fd, &status) != 0 || status.st_size != (off_t)length || (fcntl (fd, F_GET_SEALS) & F_SEAL_SHRINK) == 0)
    return NULL;
  address = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED)
    return NULL;
  return g_bytes_new_with_free_func (
      address, length, unmap, g_variant_ref_sink (g_variant_new ("(tt)", (guint64)(gsize)address, (guint64)length)));
}
