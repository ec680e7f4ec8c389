/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/core/acini-npy.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("acini-npy-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "a.npy", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  const gint64 shapes[][4] = { { 1, 2, 3, 4 }, { 24 }, { 0, 3 } };
  const int n_dims[] = { 4, 1, 2 };
  float values[24];

  for (int i = 0; i < 24; i++)
    values[i] = i * 0.37f - 3;
  for (gsize i = 0; i < G_N_ELEMENTS (n_dims); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AciniNpy) npy = NULL;

      g_assert_true (acini_npy_save (fixture->path, values, shapes[i], n_dims[i], &error));
      g_assert_no_error (error);
      npy = acini_npy_load (fixture->path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (npy->n_dims, ==, n_dims[i]);
      g_assert_cmpmem (npy->shape, n_dims[i] * sizeof (gint64), shapes[i], n_dims[i] * sizeof (gint64));
      g_assert_null (npy->integers);
      g_assert_cmpmem (npy->floats, npy->n_elements * sizeof (float), values, i == 2 ? 0 : sizeof values);
    }
}

/* Writes an array of @version with @header and @size bytes 0, 1, 2 … behind it. */
static void
write_array (const char *path, guint8 version, const char *header, gsize size)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint32 header_size = strlen (header);

  g_byte_array_append (bytes, (const guint8 *)"\x93NUMPY", 6);
  g_byte_array_append (bytes, (const guint8[]){ version, 0 }, 2);
  g_byte_array_append (bytes, (const guint8 *)&header_size, version == 1 ? 2 : 4);
  g_byte_array_append (bytes, (const guint8 *)header, header_size);
  for (gsize i = 0; i < size; i++)
    g_byte_array_append (bytes, (const guint8[]){ i }, 1);
  g_assert_true (g_file_set_contents (path, (const char *)bytes->data, bytes->len, NULL));
}

static void
test_versions (Fixture *fixture, gconstpointer data)
{
  for (guint8 version = 1; version <= 3; version++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (AciniNpy) npy = NULL;

      write_array (fixture->path, version, "{\"shape\": (1,2), 'fortran_order':False, 'descr': '<i8'}\n", 16);
      npy = acini_npy_load (fixture->path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (npy->n_elements, ==, 2);
      g_assert_null (npy->floats);
      g_assert_cmphex (npy->integers[1], ==, G_GUINT64_CONSTANT (0x0f0e0d0c0b0a0908));
    }
}

static void
test_scalar (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniNpy) npy = NULL;

  write_array (fixture->path, 1, "{'descr': '<f4', 'fortran_order': True, 'shape': (), }", 4);
  npy = acini_npy_load (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (npy->n_dims, ==, 0);
  g_assert_cmpint (npy->n_elements, ==, 1);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *header;
    gsize size;
    AciniNpyError code;
  } cases[] = {
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 15, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 17, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -2), }", 16, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 0, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999999), }", 0, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }", 4, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False, 'shape': (1", 4, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4', 'fortran_order': False}", 4, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '<f4", 4, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", 4, ACINI_NPY_ERROR_DAMAGED },
    { "", 4, ACINI_NPY_ERROR_DAMAGED },
    { "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", 4, ACINI_NPY_ERROR_UNSUPPORTED },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", 8, ACINI_NPY_ERROR_UNSUPPORTED },
    { "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1)}", 8, ACINI_NPY_ERROR_UNSUPPORTED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      write_array (fixture->path, 1, cases[i].header, cases[i].size);
      g_assert_null (acini_npy_load (fixture->path, &error));
      g_assert_error (error, ACINI_NPY_ERROR, (int)cases[i].code);
    }
}

/* Every prefix of a good file is an error, not a crash. */
static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  const gint64 shape[] = { 1, 2 };
  const float values[] = { 1, 2 };
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (acini_npy_save (fixture->path, values, shape, 2, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &content, &size, NULL));
  for (gsize i = 0; i < size; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (fixture->path, content, i, NULL));
      g_assert_null (acini_npy_load (fixture->path, &error));
      g_assert_error (error, ACINI_NPY_ERROR, ACINI_NPY_ERROR_DAMAGED);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/npy/round-trip", Fixture, NULL, set_up, test_round_trip, tear_down);
  g_test_add ("/npy/versions", Fixture, NULL, set_up, test_versions, tear_down);
  g_test_add ("/npy/scalar", Fixture, NULL, set_up, test_scalar, tear_down);
  g_test_add ("/npy/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/npy/truncated", Fixture, NULL, set_up, test_truncated, tear_down);
  return g_test_run ();
}
