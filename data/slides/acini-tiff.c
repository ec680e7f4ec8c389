/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-tiff.h"

#include "data/base/acini-resolution.h"

#include <string.h>

#define MOST_PAGES 4096

enum
{
  TAG_WIDTH = 256,
  TAG_HEIGHT = 257,
  TAG_BITS = 258,
  TAG_COMPRESSION = 259,
  TAG_PHOTOMETRIC = 262,
  TAG_DESCRIPTION = 270,
  TAG_STRIP_OFFSETS = 273,
  TAG_ORIENTATION = 274,
  TAG_SAMPLES = 277,
  TAG_STRIP_BYTES = 279,
  TAG_X_RESOLUTION = 282,
  TAG_Y_RESOLUTION = 283,
  TAG_RESOLUTION_UNIT = 296,
  TAG_COLOUR_MAP = 320,
  TAG_TILE_OFFSETS = 324,
  TAG_TILE_BYTES = 325,
  TAG_EXTRA_SAMPLES = 338,
  TAG_SAMPLE_FORMAT = 339,
};

typedef struct
{
  const guint8 *data;
  gsize length;
  gboolean big_endian, big; /* BigTIFF */
} Tiff;

/* One entry of a page's table. */
typedef struct
{
  int tag, type;
  guint64 count;
  gsize at; /* of its values */
} Entry;

/* @n bytes at @at as a number; 0 beyond the end. */
static guint64
get (const Tiff *tiff, gsize at, int n)
{
  guint64 value = 0;

  if (at > tiff->length || (gsize)n > tiff->length - at)
    return 0;
  for (int i = 0; i < n; i++)
    value = value << 8 | tiff->data[at + (tiff->big_endian ? i : n - 1 - i)];
  return value;
}

static int
size_of_type (int type)
{
  static const int sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

  return type >= 0 && type < (int)G_N_ELEMENTS (sizes) ? sizes[type] : 0;
}

static Entry
read_entry (const Tiff *tiff, gsize at)
{
  Entry entry = { (int)get (tiff, at, 2), (int)get (tiff, at + 2, 2), get (tiff, at + 4, tiff->big ? 8 : 4), 0 };
  gsize value = at + (tiff->big ? 12 : 8), room = tiff->big ? 8 : 4;
  guint64 size = size_of_type (entry.type);

  entry.at = size * entry.count <= room && entry.count <= room ? value : (gsize)get (tiff, value, (int)room);
  /* More values than the file has bytes is damage. */
  if (size == 0 || entry.count > tiff->length / size)
    entry.count = 0;
  return entry;
}

/* Value @i of an entry of whole numbers. */
static guint64
get_value (const Tiff *tiff, const Entry *entry, guint64 i)
{
  int size = size_of_type (entry->type);

  return i < entry->count && size > 0 ? get (tiff, entry->at + i * (guint64)size, size) : 0;
}

static double
get_ratio (const Tiff *tiff, const Entry *entry)
{
  double over = (double)get (tiff, entry->at, 4), under = (double)get (tiff, entry->at + 4, 4);

  return entry->type == 5 && under > 0 ? over / under : 0;
}

/* The unit of ImageJ's resolution, which it writes into the description; µm, 0: none. */
static double
find_unit_in_description (const Tiff *tiff, const Entry *entry)
{
  g_autofree char *text = NULL;
  const char *unit;

  if (entry->type != 2 || entry->at > tiff->length || entry->count > tiff->length - entry->at)
    return 0;
  text = g_strndup ((const char *)tiff->data + entry->at, entry->count);
  unit = g_str_has_prefix (text, "ImageJ=") ? strstr (text, "\nunit=") : NULL;
  if (unit == NULL)
    return 0;
  unit += strlen ("\nunit=");
  if (g_str_has_prefix (unit, "micron") || g_str_has_prefix (unit, "um") || g_str_has_prefix (unit, "\\u00B5m")
      || g_str_has_prefix (unit, "µm"))
    return 1;
  return g_str_has_prefix (unit, "mm") ? 1000 : 0;
}

/* What a page says beside its pixels. */
typedef struct
{
  double x, y, unit_of_tag, unit_of_text;
  Entry offsets, bytes;
} Rest;

static void
take_entry (const Tiff *tiff, const Entry *entry, AciniTiffPage *page, Rest *rest)
{
  guint64 value = get_value (tiff, entry, 0);

  switch (entry->tag)
    {
    case TAG_WIDTH:
      page->width = (gint64)value;
      break;
    case TAG_HEIGHT:
      page->height = (gint64)value;
      break;
    case TAG_BITS:
      page->bits = (int)value;
      break;
    case TAG_COMPRESSION:
      page->compression = (int)value;
      break;
    case TAG_PHOTOMETRIC:
      page->photometric = (int)value;
      page->photometric_at = entry->at + (entry->type == 4 && tiff->big_endian ? 2 : 0);
      break;
    case TAG_DESCRIPTION:
      rest->unit_of_text = find_unit_in_description (tiff, entry);
      break;
    case TAG_ORIENTATION:
      page->orientation = value >= 1 && value <= 8 ? (int)value : 1;
      break;
    case TAG_SAMPLES:
      page->samples = (int)value;
      break;
    case TAG_X_RESOLUTION:
      rest->x = get_ratio (tiff, entry);
      break;
    case TAG_Y_RESOLUTION:
      rest->y = get_ratio (tiff, entry);
      break;
    case TAG_RESOLUTION_UNIT:
      rest->unit_of_tag = value == 2 ? 25400 : value == 3 ? 10000 : 0;
      break;
    case TAG_COLOUR_MAP:
      for (guint64 i = 0; i < entry->count && entry->count <= 768 && entry->count % 3 == 0; i++)
        page->colours[i / (entry->count / 3)][i % (entry->count / 3)] = (guint16)get_value (tiff, entry, i);
      break;
    case TAG_STRIP_OFFSETS:
    case TAG_TILE_OFFSETS:
      rest->offsets = *entry;
      page->tiled = entry->tag == TAG_TILE_OFFSETS;
      break;
    case TAG_STRIP_BYTES:
    case TAG_TILE_BYTES:
      rest->bytes = *entry;
      break;
    case TAG_EXTRA_SAMPLES:
      page->n_extra = (int)entry->count;
      page->extra = (int)value;
      break;
    case TAG_SAMPLE_FORMAT:
      page->format = (int)value;
      break;
    default:
      break;
    }
}

/* Takes the page at @at.  Returns: where the next one is, 0: nowhere; *@complete: whether its table is all there. */
static gsize
read_page (const Tiff *tiff, gsize at, AciniTiffPage *page, gboolean *complete)
{
  gsize head = tiff->big ? 8 : 2, step = tiff->big ? 20 : 12;
  guint64 n = get (tiff, at, (int)head);
  /* A tag that is not there means this. */
  Rest rest = { .unit_of_tag = 25400 };
  double unit;

  *complete = at < tiff->length && n > 0 && n <= (tiff->length - at) / step;
  *page = (AciniTiffPage){ .bits = 1, .samples = 1, .format = 1, .compression = 1, .orientation = 1 };
  for (guint64 i = 0; *complete && i < n; i++)
    {
      Entry entry = read_entry (tiff, at + head + i * step);

      take_entry (tiff, &entry, page, &rest);
    }
  /* Colours that are more than three are other samples, whether that is said or not. */
  if (page->photometric == ACINI_TIFF_RGB && page->samples - page->n_extra > 3)
    page->n_extra = page->samples - 3;
  unit = rest.unit_of_text > 0 ? rest.unit_of_text : rest.unit_of_tag;
  page->mpp_x = acini_mpp_from_resolution (rest.x, unit);
  page->mpp_y = acini_mpp_from_resolution (rest.y, unit);
  for (guint64 i = 0; i < MIN (rest.offsets.count, rest.bytes.count); i++)
    page->end = MAX (page->end, get_value (tiff, &rest.offsets, i) + get_value (tiff, &rest.bytes, i));
  return *complete ? (gsize)get (tiff, at + head + n * step, tiff->big ? 8 : 4) : 0;
}

static gboolean
read_head (Tiff *tiff, gsize *first)
{
  int version;

  if (tiff->length < 16 || (memcmp (tiff->data, "II", 2) != 0 && memcmp (tiff->data, "MM", 2) != 0))
    return FALSE;
  tiff->big_endian = tiff->data[0] == 'M';
  version = (int)get (tiff, 2, 2);
  tiff->big = version == 43;
  *first = (gsize)get (tiff, tiff->big ? 8 : 4, tiff->big ? 8 : 4);
  return version == 42 || version == 43;
}

GArray *
acini_tiff_read_pages (const guint8 *data, gsize length)
{
  Tiff tiff = { data, length, FALSE, FALSE };
  g_autoptr (GArray) pages = g_array_new (FALSE, TRUE, sizeof (AciniTiffPage));
  gsize at = 0;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (!read_head (&tiff, &at))
    return NULL;
  while (at != 0 && pages->len < MOST_PAGES)
    {
      AciniTiffPage page;
      gboolean complete;

      at = read_page (&tiff, at, &page, &complete);
      if (!complete)
        break;
      g_array_append_val (pages, page);
    }
  return pages->len > 0 ? g_steal_pointer (&pages) : NULL;
}

void
acini_tiff_patch (guint8 *data, gsize at, guint16 value)
{
  gboolean big_endian = data[0] == 'M';

  data[at] = (guint8)(big_endian ? value >> 8 : value);
  data[at + 1] = (guint8)(big_endian ? value : value >> 8);
}
