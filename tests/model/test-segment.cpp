/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini_model_segment ()'s callbacks, options and errors, with a network of one line. */

#include "model/inference/callbacks.hpp"
#include "model/base/error.hpp"

#include <stdexcept>

namespace
{

enum class Fault
{
  NONE,
  READ,
  READ_SILENTLY,
  WRITE,
  NETWORK,
};

struct Fixture
{
  AciniPatchSource source = {};
  AciniProbabilitySink sink = {};
  AciniSegmentOptions options = {};
  Fault fault = Fault::NONE;
  int n_tiles = 0, n_patches = 0, largest_batch = 0, height = 0, width = 0;
  double fraction = -1;
  GCancellable *cancel_at_write = nullptr;

  Fixture (const Fixture &) = delete; /* the callbacks know where it is */
  Fixture (gint64 w, gint64 h)
  {
    source = { w, h, read, nullptr, this };
    sink = { 256, write, nullptr, this };
    options.overlap = -1;
  }

  static gboolean
  read (gpointer data, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **error)
  {
    auto *self = static_cast<Fixture *> (data);

    if (self->fault == Fault::READ)
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The disk is gone");
    if (self->fault == Fault::READ || self->fault == Fault::READ_SILENTLY)
      return FALSE;
    for (int i = 0; i < w * h * 3; i++)
      rgb[i] = static_cast<guint8> (x / 7 + y / 5 + i % (3 * w) / 3 / 7 + i / (3 * w) / 5);
    return TRUE;
  }

  static gboolean
  write (gpointer data, gint64 column, gint64 row, const guint8 *probability, GError **error)
  {
    auto *self = static_cast<Fixture *> (data);

    self->n_tiles++;
    if (self->fault == Fault::WRITE)
      {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full");
        return FALSE;
      }
    if (self->cancel_at_write)
      g_cancellable_cancel (self->cancel_at_write);
    return TRUE;
  }

  static void
  note_progress (double fraction, gpointer data)
  {
    static_cast<Fixture *> (data)->fraction = fraction;
  }

  bool
  run (GCancellable *cancellable, GError **error)
  {
    acini::SegmentDefaults defaults;
    acini::Predictor network = [this] (const std::uint8_t *rgb, int n, int h, int w, float *probability) {
      if (fault == Fault::NETWORK)
        throw std::runtime_error ("The network does not feel well\nat frame 3");
      n_patches += n;
      largest_batch = MAX (largest_batch, n);
      height = h;
      width = w;
      std::fill_n (probability, n * h * w, 0.25f);
    };

    defaults.batch = 3;
    return acini::guard (
        error, [&] { acini::segment (network, defaults, source, sink, options, note_progress, this, cancellable); });
  }
};

void
test_options ()
{
  g_autoptr (GError) error = NULL;
  Fixture fixture (1500, 700);

  g_assert_true (fixture.run (NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (fixture.n_tiles, ==, 6 * 3);
  g_assert_cmpint (fixture.n_patches, ==, 4 * 2); /* 512 with 128 in common */
  g_assert_cmpint (fixture.largest_batch, ==, 3);
  g_assert_cmpfloat (fixture.fraction, ==, 1.0);

  Fixture low (1500, 70);
  low.options.patch = 250; /* a multiple of 32 at the most that much more; lower where the image is */
  low.options.overlap = 5000;
  low.options.centre_first = TRUE;
  low.options.flips = TRUE;
  g_assert_true (low.run (NULL, &error));
  g_assert_cmpint (low.n_tiles, ==, 6);
  g_assert_cmpint (low.width, ==, 256);
  g_assert_cmpint (low.height, ==, 96);
  g_assert_cmpint (low.largest_batch, ==, 1);
  g_assert_cmpint (low.n_patches, ==, 3 * ((1500 - 256 + 63) / 64 + 1));
}

void
test_region ()
{
  const struct
  {
    gint64 x, y, width, height;
    int n_tiles;
  } cases[] = {
    { 0, 0, 0, 0, 4 * 3 },
    { 300, 300, 10, 10, 1 },
    { -100, -100, 400, 200, 2 },
    { 900, 500, 5000, 5000, 2 },
    { 5000, 0, 100, 100, 0 },
    { 0, 0, 100, 0, 0 },
    { 1, 1, G_MAXINT64, G_MAXINT64, 12 },
  };

  for (const auto &c : cases)
    {
      g_autoptr (GError) error = NULL;
      Fixture fixture (1000, 700);

      fixture.options.x = c.x;
      fixture.options.y = c.y;
      fixture.options.width = c.width;
      fixture.options.height = c.height;
      g_assert_true (fixture.run (NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (fixture.n_tiles, ==, c.n_tiles);
      g_assert_cmpfloat (fixture.fraction, ==, 1.0);
    }
}

void
test_errors ()
{
  const struct
  {
    Fault fault;
    GQuark domain;
    int code;
    const char *message;
  } cases[] = {
    { Fault::READ, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The disk is gone" },
    { Fault::READ_SILENTLY, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT,
      "The source of the pixels did not say what went wrong" },
    { Fault::WRITE, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full" },
    { Fault::NETWORK, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_FAILED, "The network does not feel well" },
  };

  for (const auto &c : cases)
    {
      g_autoptr (GError) error = NULL;
      Fixture fixture (3000, 3000);

      fixture.fault = c.fault;
      g_assert_false (fixture.run (NULL, &error));
      g_assert_error (error, c.domain, c.code);
      g_assert_cmpstr (error->message, ==, c.message);
      g_assert_cmpint (fixture.n_tiles, ==, c.fault == Fault::WRITE ? 1 : 0);
    }
}

void
test_refused ()
{
  g_autoptr (GError) error = NULL;
  Fixture nothing (0, 700), no_tile (700, 700);

  g_assert_false (nothing.run (NULL, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
  g_clear_error (&error);
  no_tile.sink.tile = 0;
  g_assert_false (no_tile.run (NULL, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
}

void
test_cancel ()
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Fixture fixture (8000, 8000);

  fixture.cancel_at_write = cancellable;
  g_assert_false (fixture.run (cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (fixture.n_tiles, >=, 1);
  g_assert_cmpint (fixture.n_tiles, <, 32 * 32 / 2);

  /* Cancelled before: nothing is computed. */
  g_clear_error (&error);
  Fixture untouched (8000, 8000);
  g_assert_false (untouched.run (cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (untouched.n_patches, ==, 0);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/options", test_options);
  g_test_add_func ("/segment/region", test_region);
  g_test_add_func ("/segment/errors", test_errors);
  g_test_add_func ("/segment/refused", test_refused);
  g_test_add_func ("/segment/cancel", test_cancel);
  return g_test_run ();
}
