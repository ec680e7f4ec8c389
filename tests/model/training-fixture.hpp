/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A toy to train on: bright disks on dark ground, a SegFormer of a few thousand weights. */

#include "model/acini-model.h"
#include "model/checkpoint/checkpoint.hpp"
#include "model/training/random.hpp"

#include <glib/gstdio.h>

using namespace acini;

namespace
{

constexpr int SIZE = 128;

enum class Fault
{
  NONE,
  READ,
  READ_SILENTLY,
  LABEL,
  UNLABELLED,
};

struct Toy
{
  AciniTrainingSource source{};
  Fault fault = Fault::NONE;
  gulong delay = 0; /* up to so many µs before a patch is there */
  gint reads = 0;

  Toy (const Toy &) = delete; /* the callbacks know where it is */
  explicit Toy (guint n_items)
  {
    source = { n_items, 0, 0, get_size, get_name, get_organ, get_area, nullptr, pick, read, this };
  }

  static void
  get_size (gpointer, guint, gint64 *width, gint64 *height)
  {
    *width = *height = SIZE;
  }

  static const char *
  get_name (gpointer, guint item)
  {
    return item % 2 == 0 ? "even" : "odd";
  }

  static const char *
  get_organ (gpointer, guint item)
  {
    return item % 2 == 0 ? "kidney" : "lung";
  }

  static double
  get_area (gpointer data, guint)
  {
    return static_cast<Toy *> (data)->fault == Fault::UNLABELLED ? 0 : SIZE * SIZE / 2;
  }

  /* The left half is labelled. */
  static void
  pick (gpointer, guint, guint64 random, double *x, double *y)
  {
    *x = double (random % (SIZE / 2));
    *y = double ((random >> 32) % SIZE);
  }

  static bool
  is_disk (guint item, double x, double y)
  {
    for (uint64_t i = 0; i < 4; i++)
      {
        Random random ({ item, i });
        double dx = x - random.between (0, SIZE), dy = y - random.between (0, SIZE), r = random.between (10, 20);

        if (dx * dx + dy * dy < r * r)
          return true;
      }
    return false;
  }

  /* Only the left half is labelled. */
  static void
  paint (guint item, double x, double y, guint8 *rgb, guint8 *label)
  {
    bool disk = is_disk (item, x, y), inside = x >= 0 && y >= 0 && x < SIZE && y < SIZE;
    guint8 grey = !inside ? 255 : disk ? 190 : 70;

    rgb[0] = rgb[2] = grey;
    rgb[1] = inside ? grey / 2 : 255;
    *label = inside && x < SIZE / 2 ? (disk ? 1 : 0) : ACINI_IGNORE;
  }

  static gboolean
  read (gpointer data, guint item, double cx, double cy, double zoom, int w, int h, guint8 *rgb, guint8 *labels,
        GError **error)
  {
    auto *self = static_cast<Toy *> (data);
    gint n = g_atomic_int_add (&self->reads, 1);

    if (self->delay > 0)
      g_usleep (g_random_int_range (0, gint32 (self->delay)));
    if (n > 5 && (self->fault == Fault::READ || self->fault == Fault::READ_SILENTLY))
      {
        if (self->fault == Fault::READ)
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The disk is gone");
        return FALSE;
      }
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++)
        paint (item, cx + (x + 0.5 - w / 2.0) * zoom, cy + (y + 0.5 - h / 2.0) * zoom, rgb + 3 * (size_t (y) * w + x),
               labels + size_t (y) * w + x);
    if (self->fault == Fault::LABEL)
      labels[7] = 2;
    return TRUE;
  }
};

/* A folder, a tiny parent in it, a recipe for it, and what the callback saw. */
struct Fixture
{
  std::string folder, parent;
  AciniRecipe *recipe;
  Toy training{ 6 }, held_out{ 2 };
  bool validated = true;
  int stop_at = -1, threads = 1;
  AciniTrainDecision stop = ACINI_TRAIN_PAUSE;
  AciniTrainDecision outcome = ACINI_TRAIN_CONTINUE;
  std::vector<std::string> kinds;
  std::vector<double> losses, scores;
  int first_step = -1, organs = 0;
  std::string told; /* of the parent, at the start */

  Fixture (const Fixture &) = delete;
  Fixture ()
  {
    g_autofree char *path = g_dir_make_tmp ("acini-XXXXXX", nullptr);

    folder = path;
    parent = folder + "/parent.safetensors";
    make_parent ();
    recipe = acini_recipe_new ();
    for (auto [key, value] : std::initializer_list<std::pair<const char *, const char *>>{ { "steps", "6" },
                                                                                           { "batch", "4" },
                                                                                           { "patch", "64" },
                                                                                           { "learning-rate", "3e-3" },
                                                                                           { "head-multiplier", "1" },
                                                                                           { "warmup-steps", "2" },
                                                                                           { "validate-every", "3" },
                                                                                           { "checkpoint-every", "2" },
                                                                                           { "precision", "float32" } })
      set (key, value);
  }

  ~Fixture ()
  {
    g_autoptr (GDir) dir = g_dir_open (folder.c_str (), 0, nullptr);

    while (const char *name = g_dir_read_name (dir))
      g_unlink ((folder + "/" + name).c_str ());
    g_rmdir (folder.c_str ());
    acini_recipe_free (recipe);
  }

  void
  make_parent () const
  {
    Architecture tiny = Architecture::from_name ("segformer-b0", 2);

    tiny.widths = { 8, 16, 24, 32 };
    tiny.depths = { 1, 1, 1, 1 };
    tiny.heads = { 1, 2, 3, 4 };
    tiny.decoder_width = 32;
    torch::manual_seed (3);
    save_network (parent, *make_network (tiny), false);
  }

  void
  set (const char *key, const char *value)
  {
    g_autoptr (GError) error = nullptr;

    acini_recipe_set (recipe, key, value, &error);
    g_assert_no_error (error);
  }

  static AciniTrainDecision
  on_event (const AciniTrainEvent *event, gpointer data)
  {
    auto *self = static_cast<Fixture *> (data);

    self->kinds.push_back (event->kind);
    if (g_str_equal (event->kind, "start"))
      {
        self->first_step = event->step;
        self->told = event->parent ? event->parent : "";
      }
    if (g_str_equal (event->kind, "step"))
      self->losses.push_back (event->loss);
    if (g_str_equal (event->kind, "validation"))
      {
        self->scores.push_back (event->held_out_dice);
        self->organs = int (json_object_get_size (event->dice_by_organ));
      }
    return g_str_equal (event->kind, "step") && event->step == self->stop_at ? self->stop : ACINI_TRAIN_CONTINUE;
  }

  bool
  train (GError **error)
  {
    AciniModelOptions options{ "cpu", ACINI_PRECISION_AUTO, threads };

    kinds.clear ();
    losses.clear ();
    scores.clear ();
    return acini_model_train (parent.empty () ? nullptr : parent.c_str (), recipe, &training.source,
                              validated ? &held_out.source : nullptr, &options, FALSE, "toy", "Toy", folder.c_str (),
                              on_event, this, &outcome, error);
  }

  void
  train ()
  {
    g_autoptr (GError) error = nullptr;

    train (&error);
    g_assert_no_error (error);
  }

  Tensors
  get_weights () const
  {
    return read_checkpoint (folder + "/model.safetensors").tensors;
  }

  AciniCard *
  get_card () const
  {
    g_autoptr (GError) error = nullptr;
    AciniCard *card = acini_card_load (folder.c_str (), &error);

    g_assert_no_error (error);
    return card;
  }
};

} // namespace
