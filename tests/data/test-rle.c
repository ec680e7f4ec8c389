/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-rle.h"

#include <json-glib/json-glib.h>

static void
test_columns (void)
{
  const guint8 mask[] = { 1, 0, 0, 1, 1, 1 };
  guint8 back[6];
  g_autoptr (GError) error = NULL;
  g_autofree char *text = acini_rle_encode (mask, 3, 2);

  g_assert_cmpstr (text, ==, "1 2 4 1 6 1");
  g_assert_true (acini_rle_decode (text, 3, 2, back, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (back, 6, mask, 6);
}

static void
test_refused (void)
{
  const char *const bad[]
      = { "1", "0 2", "3 0", "2 3 4 1", "6 2", "1 x", "18446744073709551615 2", "2 18446744073709551615" };
  guint8 mask[6];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (acini_rle_decode (bad[i], 3, 2, mask, &error));
      g_assert_nonnull (error);
    }
}

/* Against known masks, where ACINI_SHARED names a folder of them. */
static void
test_reference (void)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "", "kit", "metrics", "rle.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *root;
  JsonArray *cases, *errors;

  if (shared == NULL || !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("ACINI_SHARED names no folder of reference numbers");
      return;
    }
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  cases = json_object_get_array_member (root, "cases");
  errors = json_object_get_array_member (root, "decode_errors");
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);
      gsize width = json_object_get_int_member (entry, "width"), height = json_object_get_int_member (entry, "height");
      JsonArray *rows = json_object_get_array_member (entry, "rows");
      g_autofree guint8 *mask = g_malloc0 (width * height), *back = g_malloc0 (width * height);
      g_autofree char *runs = NULL;

      for (gsize j = 0; j < width * height; j++)
        mask[j] = json_array_get_string_element (rows, j / width)[j % width] == '1';
      runs = acini_rle_encode (mask, width, height);
      g_assert_cmpstr (runs, ==, json_object_get_string_member (entry, "rle"));
      g_assert_true (acini_rle_decode (runs, width, height, back, NULL));
      g_assert_cmpmem (mask, width * height, back, width * height);
    }
  for (guint i = 0; i < json_array_get_length (errors); i++)
    {
      guint8 mask[40];

      g_assert_false (acini_rle_decode (json_array_get_string_element (errors, i), 8, 5, mask, NULL));
    }
  g_assert_cmpuint (json_array_get_length (cases), >, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rle/columns", test_columns);
  g_test_add_func ("/rle/refused", test_refused);
  g_test_add_func ("/rle/reference", test_reference);
  return g_test_run ();
}
