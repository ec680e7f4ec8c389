/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-event-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

struct _AciniEventFile
{
  int fd;
};

guint32
acini_crc32c (const guint8 *bytes, gsize n)
{
  guint32 crc = 0xffffffff;

  /* A few bytes a second: no table is needed. */
  for (gsize i = 0; i < n; i++)
    {
      crc ^= bytes[i];
      for (int k = 0; k < 8; k++)
        crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
    }
  return ~crc;
}

/* A checksum of data that holds checksums is no good one: TensorFlow turns and shifts it. */
static guint32
mask_crc (guint32 crc)
{
  return (crc >> 15 | crc << 17) + 0xa282ead8;
}

/* Protocol buffers. */

static void
add_varint (GByteArray *to, guint64 value)
{
  do
    {
      guint8 byte = (guint8)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));

      g_byte_array_append (to, &byte, 1);
      value >>= 7;
    }
  while (value > 0);
}

enum
{
  WIRE_VARINT = 0,
  WIRE_64 = 1,
  WIRE_BYTES = 2,
  WIRE_32 = 5,
};

static void
add_bytes (GByteArray *to, guint field, gconstpointer bytes, gsize n)
{
  add_varint (to, field << 3 | WIRE_BYTES);
  add_varint (to, n);
  g_byte_array_append (to, bytes, (guint)n);
}

static void
add_double (GByteArray *to, guint field, double value)
{
  guint64 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT64_TO_LE (bits);
  add_varint (to, field << 3 | WIRE_64);
  g_byte_array_append (to, (const guint8 *)&bits, sizeof bits);
}

static void
add_float (GByteArray *to, guint field, float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  add_varint (to, field << 3 | WIRE_32);
  g_byte_array_append (to, (const guint8 *)&bits, sizeof bits);
}

static gboolean
write_record (AciniEventFile *self, GByteArray *event)
{
  g_autoptr (GByteArray) record = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64)event->len);
  guint32 crc = GUINT32_TO_LE (mask_crc (acini_crc32c ((const guint8 *)&length, sizeof length)));
  gssize written;

  g_byte_array_append (record, (const guint8 *)&length, sizeof length);
  g_byte_array_append (record, (const guint8 *)&crc, sizeof crc);
  g_byte_array_append (record, event->data, event->len);
  crc = GUINT32_TO_LE (mask_crc (acini_crc32c (event->data, event->len)));
  g_byte_array_append (record, (const guint8 *)&crc, sizeof crc);
  do
    written = write (self->fd, record->data, record->len);
  while (written < 0 && errno == EINTR);
  return written == (gssize)record->len;
}

AciniEventFile *
acini_event_file_new (const char *folder, GError **error)
{
  g_autofree char *name = NULL, *path = NULL;
  g_autoptr (AciniEventFile) self = NULL;
  g_autoptr (GByteArray) event = g_byte_array_new ();
  const char *version = "brain.Event:2";

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_new0 (AciniEventFile, 1);
  name = g_strdup_printf ("events.out.tfevents.%010" G_GINT64_FORMAT ".%s.%d", g_get_real_time () / G_USEC_PER_SEC,
                          g_get_host_name (), (int)getpid ());
  path = g_build_filename (folder, name, NULL);
  self->fd
      = g_mkdir_with_parents (folder, 0777) == 0 ? g_open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
  add_double (event, 1, g_get_real_time () / 1e6);
  add_bytes (event, 3, version, strlen (version));
  if (self->fd >= 0 && write_record (self, event))
    return g_steal_pointer (&self);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("“%s” could not be written: %s."), path,
               g_strerror (errno));
  return NULL;
}

void
acini_event_file_add (AciniEventFile *self, const char *tag, gint64 step, double value)
{
  g_autoptr (GByteArray) scalar = g_byte_array_new (), summary = g_byte_array_new (), event = g_byte_array_new ();

  g_return_if_fail (self != NULL && tag != NULL && step >= 0);

  if (!isfinite (value))
    return;
  add_bytes (scalar, 1, tag, strlen (tag));
  add_float (scalar, 2, (float)value);
  add_bytes (summary, 1, scalar->data, scalar->len);
  add_double (event, 1, g_get_real_time () / 1e6);
  add_varint (event, 2 << 3 | WIRE_VARINT);
  add_varint (event, (guint64)step);
  add_bytes (event, 5, summary->data, summary->len);
  write_record (self, event);
}

void
acini_event_file_free (AciniEventFile *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}
