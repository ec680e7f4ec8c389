/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever the bytes, they are read as annotations, or as a mask, or refused by one sentence; what is given out is
 * finite, and whole.  Files of the corpus are changed at random, as many times as is said or for as long; the same seed
 * gives the same changes.  Meant for AddressSanitizer, which says what else is wrong.  See README.md here.
 *
 *   fuzz-annotations [--format ID] [--runs N] [--seconds S] [--seed X] [--keep FOLDER] FILE|FOLDER…   */

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-annotation-raster.h"
#include "data/interchange/acini-mask-file.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Longest file that changes make. */
#define MOST_BYTES (64 * 1024)
/* A single file that takes longer is reported: what a few kilobytes hold is read in no time. */
#define MOST_SECONDS 20

static char *option_format, *option_keep;
static int option_runs = 200, option_seconds, option_seed = 1;

static const GOptionEntry entries[] = {
  { "format", 0, 0, G_OPTION_ARG_STRING, &option_format, "Only files of this format, or “mask”", "ID" },
  { "runs", 0, 0, G_OPTION_ARG_INT, &option_runs, "Changes of each file", "N" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &option_seconds, "For each format so many of the processor, instead of --runs",
    "S" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &option_seed, "Of the random numbers", "X" },
  { "keep", 0, 0, G_OPTION_ARG_FILENAME, &option_keep, "Where each file is written before it is read", "FOLDER" },
  { NULL },
};

typedef struct
{
  char *name;
  const AciniAnnotationFormat *format; /* NULL: a mask */
  GBytes *bytes;
} Seed;

static void
seed_free (gpointer data)
{
  Seed *seed = data;

  g_free (seed->name);
  g_bytes_unref (seed->bytes);
  g_free (seed);
}

/* What readers trip over. */
static const char *const words[] = {
  "NaN",
  "1e999",
  "-1e308",
  "9223372036854775808",
  "-1",
  "0",
  "4294967296",
  "1e-320",
  "null",
  "true",
  "[",
  "]",
  "{",
  "}",
  "[[[[[[[[[[",
  "\"",
  "\\u0000",
  "\\ud800",
  "<",
  ">",
  "</",
  "&#0;",
  "&amp;",
  "&lol;",
  "<!DOCTYPE x [<!ENTITY a \"b\">]>",
  "\xff\xfe",
  "\xef\xbb\xbf",
  "\0",
  ",",
  ";",
  " ",
  "\n",
  "\r\n",
  "POLYGON ((",
  "EMPTY",
  "1 1000000000",
  "\x1f\x8b",
};

static guint32
pick (GRand *rand, guint32 n)
{
  return n > 0 ? (guint32)g_rand_int_range (rand, 0, (gint32)n) : 0;
}

static void
insert (GByteArray *bytes, gsize at, const void *what, gsize n)
{
  const gsize tail = bytes->len - at;

  n = MIN (n, MOST_BYTES > bytes->len ? MOST_BYTES - bytes->len : 0);
  g_byte_array_set_size (bytes, bytes->len + (guint)n);
  memmove (bytes->data + at + n, bytes->data + at, tail);
  memcpy (bytes->data + at, what, n);
}

/* A number of the text becomes another. */
static void
change_number (GByteArray *bytes, GRand *rand)
{
  gsize at = pick (rand, bytes->len), end;
  const char *word = words[pick (rand, 8)];

  while (at < bytes->len && !g_ascii_isdigit (bytes->data[at]))
    at++;
  for (end = at; end < bytes->len && strchr ("0123456789.eE+-", bytes->data[end]) != NULL && bytes->data[end] != '\0';)
    end++;
  if (end > at)
    g_byte_array_remove_range (bytes, (guint)at, (guint)(end - at));
  insert (bytes, at, word, strlen (word));
}

static void
change (GByteArray *bytes, GRand *rand, GPtrArray *seeds)
{
  const gsize at = pick (rand, bytes->len), wanted = pick (rand, 1 + pick (rand, 64)),
              n = MIN (wanted, bytes->len - at);
  const Seed *other = seeds->pdata[pick (rand, seeds->len)];
  const char *word = words[pick (rand, G_N_ELEMENTS (words))];
  gsize length;
  const guint8 *data = g_bytes_get_data (other->bytes, &length);

  if (bytes->len == 0)
    {
      g_byte_array_append (bytes, (const guint8 *)word, (guint)MAX (strlen (word), 1));
      return;
    }
  switch (pick (rand, 9))
    {
    case 0:
      bytes->data[at] ^= (guint8)(1 << pick (rand, 8));
      break;
    case 1:
      bytes->data[at] = (guint8)pick (rand, 256);
      break;
    case 2:
      g_byte_array_remove_range (bytes, (guint)at, (guint)n);
      break;
    case 3:
      {
        g_autofree guint8 *copy = g_memdup2 (bytes->data + at, n);

        if (n > 0)
          insert (bytes, pick (rand, bytes->len), copy, n);
        break;
      }
    case 4:
    case 5:
      insert (bytes, at, word, MAX (strlen (word), 1));
      break;
    case 6:
      g_byte_array_set_size (bytes, (guint)at);
      break;
    case 7:
      change_number (bytes, rand);
      break;
    default:
      {
        const gsize from = pick (rand, (guint32)length), more = 1 + pick (rand, 200);

        insert (bytes, at, data + from, MIN (more, length - from));
      }
    }
}

/* Reading. */

typedef struct
{
  guint64 n, n_refused;
  guint8 mask[64 * 64];
} Tally;

static gboolean
check_annotation (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Tally *tally = user_data;
  double x0, y0, x1, y1, area = acini_annotation_get_area (a);
  guint n = 0;

  for (guint i = 0; i < a->rings->len; i++)
    n += g_array_index (a->rings, AciniRing, i).n;
  g_assert_cmpuint (n, ==, a->vertices->len);
  for (guint i = 0; i < a->vertices->len; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      g_assert_true (isfinite (v->x) && isfinite (v->y));
    }
  g_assert_true (isfinite (area));
  g_assert_true (a->class_name == NULL || g_utf8_validate (a->class_name, -1, NULL));
  g_assert_true (a->name == NULL || g_utf8_validate (a->name, -1, NULL));
  if (acini_annotation_get_box (a, &x0, &y0, &x1, &y1))
    g_assert_true (x0 <= x1 && y0 <= y1);
  if (a->kind != ACINI_ANNOTATION_ELLIPSE)
    acini_annotation_rasterise (a, 0, 0, 64, 64, tally->mask);
  tally->n++;
  return TRUE;
}

static void
take_problem (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data)
{
  g_assert_true (g_utf8_validate (sentence, -1, NULL) && *sentence != '\0');
}

static void
check_refusal (gboolean done, const GError *error, Tally *tally)
{
  g_assert_true (done == (error == NULL));
  if (done)
    return;
  tally->n_refused++;
  if (!g_utf8_validate (error->message, -1, NULL) || *error->message == '\0')
    g_error ("“%s” is no sentence", error->message);
}

static void
read_annotations (const char *path, const AciniAnnotationFormat *format, Tally *tally)
{
  const AciniAnnotationReading reading = { .format = format,
                                           .space = { .width = 400, .height = 300, .mpp = 0.5 },
                                           .func = check_annotation,
                                           .problem = take_problem,
                                           .user_data = tally };
  g_autoptr (GError) error = NULL;
  gboolean done = acini_annotations_read (path, &reading, &error);

  check_refusal (done, error, tally);
}

static void
read_mask (const char *path, Tally *tally)
{
  const AciniMaskReading reading = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniMaskFile) mask = acini_mask_file_open (path, &reading, &error);
  gboolean done = mask != NULL && acini_mask_file_look (mask, &error);
  g_autofree guint32 *row = NULL;

  if (done)
    row = g_new (guint32, acini_mask_file_get_width (mask));
  for (int y = 0; done && y < acini_mask_file_get_height (mask); y++)
    done = acini_mask_file_read_instances (mask, 1, row, &error);
  check_refusal (done, error, tally);
}

static void
read_bytes (const char *path, const AciniAnnotationFormat *format, const guint8 *data, gsize n, gboolean sniff,
            Tally *tally)
{
  clock_t start = clock ();

  g_assert_true (g_file_set_contents_full (path, (const char *)data, (gssize)n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  if (format != NULL)
    read_annotations (path, sniff ? NULL : format, tally);
  else
    read_mask (path, tally);
  if (clock () - start > MOST_SECONDS * CLOCKS_PER_SEC)
    g_error ("%s takes the processor longer than %d s", path, MOST_SECONDS);
}

static void
fuzz (GPtrArray *seeds, const char *id, const char *folder)
{
  g_autoptr (GPtrArray) own = g_ptr_array_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)option_seed);
  /* Of the processor: beside other work the same inputs are read, only later. */
  clock_t end = clock () + (clock_t)option_seconds * CLOCKS_PER_SEC;
  g_autofree Tally *tally = g_new0 (Tally, 1);
  guint64 n = 0, runs;

  for (guint i = 0; i < seeds->len; i++)
    if (g_strcmp0 (id, ((Seed *)seeds->pdata[i])->format != NULL ? ((Seed *)seeds->pdata[i])->format->id : "mask") == 0)
      g_ptr_array_add (own, seeds->pdata[i]);
  runs = (guint64)option_runs * own->len;
  /* libvips's readers complain by GObject of images of no width, before they refuse them. */
  if (g_str_equal (id, "mask"))
    g_log_set_always_fatal (G_LOG_FATAL_MASK);
  for (; option_seconds > 0 ? clock () < end : n < runs; n++)
    {
      const Seed *seed = own->pdata[n % own->len];
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *path = g_build_filename (folder, seed->name, NULL);
      gsize length;
      const guint8 *data = g_bytes_get_data (seed->bytes, &length);

      g_byte_array_append (bytes, data, (guint)length);
      /* As it is, first. */
      for (guint k = n < own->len ? 0 : 1 + pick (rand, 3); k > 0; k--)
        change (bytes, rand, own);
      read_bytes (path, seed->format, bytes->data, bytes->len, pick (rand, 4) == 0, tally);
      g_unlink (path);
    }
  g_print ("# %s: %" G_GUINT64_FORMAT " files, %" G_GUINT64_FORMAT " refused, %" G_GUINT64_FORMAT " objects\n", id, n,
           tally->n_refused, tally->n);
  /* Something is wrong with the test where nothing, or everything, is refused. */
  g_assert_cmpuint (tally->n_refused, >, 0);
  g_assert_cmpuint (tally->n_refused, <, n);
}

/* The corpus. */

static void
add_file (GPtrArray *seeds, const char *path)
{
  const AciniAnnotationFormat *format = acini_annotation_format_sniff (path, NULL);
  g_autofree char *contents = NULL;
  gsize n;
  Seed *seed;

  if (format == NULL || !g_file_get_contents (path, &contents, &n, NULL) || n > MOST_BYTES)
    return;
  seed = g_new0 (Seed, 1);
  seed->name = g_path_get_basename (path);
  seed->format = format;
  seed->bytes = g_bytes_new (contents, n);
  g_ptr_array_add (seeds, seed);
}

static void
add_path (GPtrArray *seeds, const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  if (dir == NULL)
    add_file (seeds, path);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      add_path (seeds, inner);
    }
}

/* Masks of each kind: numbers, palettes and colours, 8, 16 and 32 bits, files of each library. */
static void
add_masks (GPtrArray *seeds)
{
  static const struct
  {
    const char *suffix;
    int bands;
    VipsBandFormat format;
  } kinds[] = {
    { ".png", 1, VIPS_FORMAT_UCHAR },
    { ".png[palette]", 3, VIPS_FORMAT_UCHAR },
    { ".png", 4, VIPS_FORMAT_UCHAR },
    { ".png", 1, VIPS_FORMAT_USHORT },
    { ".tif", 1, VIPS_FORMAT_UINT },
    { ".tif[tile,compression=deflate]", 1, VIPS_FORMAT_USHORT },
    { ".tif[compression=lzw]", 3, VIPS_FORMAT_UCHAR },
    { ".jpg", 1, VIPS_FORMAT_UCHAR },
    { ".ppm", 3, VIPS_FORMAT_UCHAR },
    { ".gif", 3, VIPS_FORMAT_UCHAR },
  };

  acini_vips_init ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree guint8 *pixels = g_malloc0 (40 * 30 * 4);
      g_autoptr (VipsImage) image = NULL, cast = NULL;
      void *buffer;
      gsize n;
      Seed *seed;

      for (int p = 0; p < 40 * 30; p++)
        for (int b = 0; b < kinds[i].bands; b++)
          pixels[p * kinds[i].bands + b] = (p % 40 - 20) * (p % 40 - 20) + (p / 40 - 15) * (p / 40 - 15) < 80 ? 255 : 0;
      image = vips_image_new_from_memory (pixels, (gsize)40 * 30 * kinds[i].bands, 40, 30, kinds[i].bands,
                                          VIPS_FORMAT_UCHAR);
      image->Type = kinds[i].bands > 2 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
      if (vips_cast (image, &cast, kinds[i].format, NULL) != 0
          || vips_image_write_to_buffer (cast, kinds[i].suffix, &buffer, &n, NULL) != 0)
        {
          vips_error_clear ();
          continue; /* this libvips does not write it */
        }
      seed = g_new0 (Seed, 1);
      seed->name = g_strdup_printf ("mask-%u%.4s", i, kinds[i].suffix);
      seed->bytes = g_bytes_new_take (buffer, n);
      g_ptr_array_add (seeds, seed);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE|FOLDER…");
  g_autoptr (GPtrArray) seeds = g_ptr_array_new_with_free_func (seed_free);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *folder = acini_test_make_folder ();

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  for (int i = 1; i < argc; i++)
    add_path (seeds, argv[i]);
  add_masks (seeds);
  for (guint i = 0; i < seeds->len; i++)
    {
      const Seed *seed = seeds->pdata[i];
      const char *id = seed->format != NULL ? seed->format->id : "mask";

      if ((option_format == NULL || g_str_equal (option_format, id)) && g_hash_table_add (ids, (gpointer)id))
        g_ptr_array_add (order, (gpointer)id);
    }
  g_print ("1..%u\n", order->len);
  for (guint i = 0; i < order->len; i++)
    {
      fuzz (seeds, order->pdata[i], option_keep != NULL ? option_keep : folder);
      g_print ("ok %u - %s\n", i + 1, (const char *)order->pdata[i]);
    }
  acini_test_remove_folder (folder);
  return order->len > 0 ? 0 : 1;
}
