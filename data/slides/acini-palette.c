/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-palette.h"

#include "data/slides/acini-tiff.h"

#include <string.h>

static guint32
get_be32 (const guint8 *data)
{
  return (guint32)data[0] << 24 | (guint32)data[1] << 16 | (guint32)data[2] << 8 | data[3];
}

static guint32
get_le32 (const guint8 *data)
{
  return (guint32)data[3] << 24 | (guint32)data[2] << 16 | (guint32)data[1] << 8 | data[0];
}

/* The check sum of a PNG's chunk (ISO 3309). */
static guint32
make_crc (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < length; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
  return ~crc;
}

/* @chunk: its length, type and @n bytes, which were changed. */
static void
sign_chunk (guint8 *chunk, guint32 n)
{
  guint32 crc = make_crc (chunk + 4, n + 4);

  for (int i = 0; i < 4; i++)
    chunk[8 + n + i] = (guint8)(crc >> (24 - 8 * i));
}

static gboolean
flatten_png (guint8 *data, gsize length, guint8 colours[256][4])
{
  static const char signature[] = "\x89PNG\r\n\x1a\n";
  const int indexed = 3;
  gboolean found = FALSE;

  if (length < 33 || memcmp (data, signature, 8) != 0 || data[25] != indexed)
    return FALSE;
  for (gsize at = 8; at + 12 <= length;)
    {
      guint8 *chunk = data + at, *body = chunk + 8;
      guint32 n = get_be32 (chunk);

      if (n > length - at - 12 || memcmp (chunk + 4, "IDAT", 4) == 0)
        break;
      if (memcmp (chunk + 4, "PLTE", 4) == 0 && n <= 768)
        {
          for (guint32 i = 0; i < n; i++)
            {
              colours[i / 3][i % 3] = body[i];
              body[i] = (guint8)(i / 3);
            }
          sign_chunk (chunk, n);
          found = TRUE;
        }
      else if (memcmp (chunk + 4, "tRNS", 4) == 0 && n <= 256)
        {
          for (guint32 i = 0; i < n; i++)
            {
              colours[i][3] = body[i];
              body[i] = 255;
            }
          sign_chunk (chunk, n);
        }
      at += 12 + (gsize)n;
    }
  return found;
}

static gboolean
flatten_bmp (guint8 *data, gsize length, guint8 colours[256][4])
{
  guint32 header, bits, n;

  if (length < 54 || memcmp (data, "BM", 2) != 0)
    return FALSE;
  header = get_le32 (data + 14);
  bits = (guint32)data[28] | (guint32)data[29] << 8;
  if (header < 40 || header > 124 || bits > 8 || bits == 0)
    return FALSE;
  n = get_le32 (data + 46);
  n = n == 0 || n > 1u << bits ? 1u << bits : n;
  for (guint32 i = 0; i < n && 14 + header + 4 * (i + 1) <= length; i++)
    {
      guint8 *entry = data + 14 + header + 4 * i;

      for (int c = 0; c < 3; c++)
        {
          colours[i][c] = entry[2 - c];
          entry[2 - c] = (guint8)i;
        }
    }
  return TRUE;
}

static gboolean
flatten_tiff (guint8 *data, gsize length, guint8 colours[256][4])
{
  g_autoptr (GArray) pages = acini_tiff_read_pages (data, length);
  const AciniTiffPage *page = pages != NULL ? &g_array_index (pages, AciniTiffPage, 0) : NULL;

  if (page == NULL || page->photometric != ACINI_TIFF_PALETTE || page->bits > 8)
    return FALSE;
  for (int i = 0; i < 256; i++)
    for (int c = 0; c < 3; c++)
      colours[i][c] = (guint8)(page->colours[c][i] >> 8);
  acini_tiff_patch (data, page->photometric_at, ACINI_TIFF_BLACK_IS_ZERO);
  return TRUE;
}

gboolean
acini_palette_flatten (guint8 *data, gsize length, guint8 colours[256][4])
{
  g_return_val_if_fail (data != NULL && colours != NULL, FALSE);

  for (int i = 0; i < 256; i++)
    colours[i][3] = 255;
  return flatten_png (data, length, colours) || flatten_bmp (data, length, colours)
         || flatten_tiff (data, length, colours);
}
