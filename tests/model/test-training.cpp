/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini_model_train () on a toy: bright disks on dark ground, a SegFormer of a few thousand weights. */

#include "tests/model/training-fixture.hpp"

#include <algorithm>
#include <cmath>
#include <glib/gstdio.h>

using namespace acini;

namespace
{

void
assert_same (const Tensors &a, const Tensors &b)
{
  g_assert_cmpuint (a.size (), ==, b.size ());
  for (const auto &item : a)
    if (!torch::equal (item.value (), b[item.key ()]))
      g_error ("“%s” differs", item.key ().c_str ());
}

bool
are_same (const Tensors &a, const Tensors &b)
{
  for (const auto &item : a)
    if (!torch::equal (item.value (), b[item.key ()]))
      return false;
  return true;
}

void
test_learns ()
{
  Fixture f;

  f.set ("steps", "120");
  f.set ("validate-every", "40");
  f.set ("ema", "0.9");
  f.set ("thresholds", "kidney=0.25");
  f.train ();
  g_assert_cmpint (f.outcome, ==, ACINI_TRAIN_CONTINUE);
  g_assert_cmpuint (f.losses.size (), ==, 120);
  g_assert_cmpuint (f.scores.size (), ==, 4);
  g_test_message ("Dice %.3f at the start, %.3f at the end", f.scores.front (), f.scores.back ());
  g_assert_cmpfloat (f.scores.back (), >, 0.9);
  g_assert_cmpint (f.organs, ==, 2);

  g_autoptr (AciniCard) card = f.get_card ();

  g_assert_cmpstr (card->id, ==, "toy");
  g_assert_cmpstr (card->name, ==, "Toy");
  g_assert_cmpfloat (acini_card_get_threshold (card, "kidney"), ==, 0.25);
  g_assert_cmpfloat (acini_card_get_threshold (card, "lung"), ==, 0.5);
  g_assert_cmpint (json_object_get_int_member (card->training, "steps"), ==, 120);
  g_assert_cmpint (json_object_get_int_member (card->scores, "images"), ==, 2);
  g_assert_cmpfloat (json_object_get_double_member (card->scores, "parent_dice"), ==, f.scores.front ());
  g_assert_cmpfloat (json_object_get_double_member (card->scores, "dice"), >=, f.scores.back ());

  g_assert_cmpint (load_network (f.folder).network->architecture.classes, ==, 2);
}

void
test_events ()
{
  Fixture f;

  f.train ();

  const std::vector<std::string> expected = { "start", "validation", "step", "step", "checkpoint", "step", "validation",
                                              "step",  "checkpoint", "step", "step", "validation", "end" };

  g_assert_true (f.kinds == expected);
  g_assert_cmpint (f.first_step, ==, 0);
}

/* Interrupted and gone on with, or with readers of another speed: the same weights to the last bit. */
void
test_resume ()
{
  Fixture whole, parts;

  whole.set ("dropout", "0.3");
  parts.set ("dropout", "0.3");
  parts.training.delay = 20000;
  whole.train ();
  parts.stop_at = 3;
  parts.train ();
  g_assert_cmpint (parts.outcome, ==, ACINI_TRAIN_PAUSE);
  g_assert_false (g_file_test ((parts.folder + "/model.json").c_str (), G_FILE_TEST_EXISTS));
  parts.train ();
  g_assert_cmpint (parts.outcome, ==, ACINI_TRAIN_CONTINUE);
  g_assert_cmpint (parts.first_step, ==, 3);
  g_assert_cmpuint (parts.losses.size (), ==, 3);
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat (parts.losses[i], ==, whole.losses[3 + i]);
  assert_same (whole.get_weights (), parts.get_weights ());
}

/* A cancelled training leaves its last checkpoint, which another recipe does not go on from. */
void
test_cancel ()
{
  Fixture f;
  g_autoptr (GError) error = nullptr;

  f.stop_at = 5;
  f.stop = ACINI_TRAIN_CANCEL;
  g_assert_false (f.train (&error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (f.outcome, ==, ACINI_TRAIN_CANCEL);
  g_assert_false (g_file_test ((f.folder + "/model.safetensors").c_str (), G_FILE_TEST_EXISTS));
  f.stop_at = -1;
  f.train ();
  g_assert_cmpint (f.first_step, ==, 4);
  f.set ("learning-rate", "1e-3");
  f.train ();
  g_assert_cmpint (f.first_step, ==, 0);
}

/* Nor does another list of images. */
void
test_other_images ()
{
  Fixture f;

  f.stop_at = 3;
  f.train ();
  f.stop_at = -1;
  f.training.source.n_items = 5;
  f.train ();
  g_assert_cmpint (f.first_step, ==, 0);
  g_assert_cmpint (f.outcome, ==, ACINI_TRAIN_CONTINUE);
}

void
test_damaged_checkpoint ()
{
  Fixture f;

  g_assert_true (
      g_file_set_contents ((f.folder + "/checkpoint.safetensors").c_str (), "\x10\0\0\0\0\0\0\0{", 9, nullptr));
  f.train ();
  g_assert_cmpint (f.first_step, ==, 0);
}

/* What only makes things worse is not kept, and the card says so. */
void
test_no_better ()
{
  Fixture f;

  f.set ("steps", "40");
  f.train ();

  Tensors good = f.get_weights ();

  g_assert_cmpint (g_rename ((f.folder + "/model.safetensors").c_str (), (f.folder + "/good.safetensors").c_str ()), ==,
                   0);
  f.parent = f.folder + "/good.safetensors";
  g_unlink ((f.folder + "/model.json").c_str ());
  f.set ("learning-rate", "5");
  f.set ("warmup-steps", "0");
  f.set ("steps", "6");
  f.set ("ema", "0");
  f.train ();

  g_autoptr (AciniCard) card = f.get_card ();

  g_assert_cmpint (json_object_get_int_member (card->training, "best_step"), ==, 0);
  g_assert_nonnull (strstr (card->description, "the parent's weights"));
  assert_same (good, f.get_weights ());
}

void
test_not_validated ()
{
  Fixture f;

  f.validated = false;
  f.train ();
  g_assert_cmpuint (f.scores.size (), ==, 0);

  g_autoptr (AciniCard) card = f.get_card ();

  g_assert_null (card->scores);
  g_assert_false (are_same (f.get_weights (), read_checkpoint (f.parent).tensors));
}

/* A parent's thresholds go on to its child, but for what the recipe says, and not to other classes. */
void
test_thresholds ()
{
  Fixture parent, child, other;

  parent.set ("thresholds", "kidney=0.25;lung=0.75");
  parent.train ();
  child.parent = other.parent = parent.folder;
  child.set ("thresholds", "lung=0.4");
  child.train ();
  other.set ("classes", "background;glomerulus");
  other.train ();

  g_autoptr (AciniCard) card = child.get_card (), other_card = other.get_card ();

  g_assert_cmpfloat (acini_card_get_threshold (card, "kidney"), ==, 0.25);
  g_assert_cmpfloat (acini_card_get_threshold (card, "lung"), ==, 0.4);
  g_assert_cmpfloat (acini_card_get_threshold (card, "spleen"), ==, 0.5);
  g_assert_cmpstr (other_card->classes[1], ==, "glomerulus");
  g_assert_cmpfloat (acini_card_get_threshold (other_card, "kidney"), ==, 0.5);
}

/* SegFormer MiT-B0 and U-Net from random weights: what they need is in the recipe. */
void
test_from_nothing ()
{
  for (const char *architecture : { "segformer-b0", "unet-resnet34" })
    {
      Fixture f;

      f.parent = "";
      f.set ("architecture", architecture);
      f.set ("classes", "background;glomerulus;tubule");
      f.set ("mpp", "1.5");
      f.set ("steps", "2");
      f.set ("batch", "2");
      f.set ("learning-rate", "1e-4");
      f.train ();

      g_autoptr (AciniCard) card = f.get_card ();

      g_assert_cmpstr (card->architecture, ==, architecture);
      g_assert_cmpstr (card->parent, ==, "");
      g_assert_cmpstr (card->classes[2], ==, "tubule");
      g_assert_cmpfloat (card->mpp, ==, 1.5);
      g_assert_cmpfloat (f.losses[0], <, 10);
    }
}

/* Pretrained weights of an encoder alone, as torchvision has them: they are where training starts, and it says what
 * else was in the file and what was not. */
void
test_from_encoder ()
{
  Fixture f;
  Tensors tensors;

  f.parent = f.folder + "/resnet34.safetensors";
  f.set ("mpp", "1.5");
  f.set ("steps", "1");
  f.set ("learning-rate", "1e-8");
  torch::manual_seed (4);
  const auto unet = make_network (Architecture::from_name ("unet-resnet34", 1));
  for (const auto &item : get_state (*unet))
    if (unet->is_encoder_key (item.key ()))
      tensors.insert (item.key ().substr (std::strlen ("encoder.")), item.value ());
  tensors.insert ("fc.weight", torch::zeros ({ 1000, 512 }));
  tensors.insert ("fc.bias", torch::zeros ({ 1000 }));
  write_safetensors (f.parent, tensors, {});

  g_autoptr (GError) error = nullptr;
  double mpp = 0;
  g_assert_true (acini_model_get_training_mpp (f.parent.c_str (), f.recipe, &mpp, &error));
  g_assert_cmpfloat (mpp, ==, 1.5);
  f.train ();
  for (const char *said : { "missing", "decoder.blocks.0", "left over", "fc.weight" })
    g_assert_nonnull (std::strstr (f.told.c_str (), said));
  const std::string key = "encoder.layer3.0.conv1.weight";
  g_assert_true (torch::allclose (f.get_weights ()[key], get_state (*unet)[key], 1e-3, 1e-4));

  g_autoptr (AciniCard) card = f.get_card ();
  g_assert_cmpstr (card->architecture, ==, "unet-resnet34");
  g_assert_cmpuint (g_strv_length (card->classes), ==, 2);
  g_assert_cmpfloat (card->mpp, ==, 1.5);
  g_assert_false (acini_model_get_training_mpp ("/nowhere", f.recipe, &mpp, &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_UNREADABLE);
}

/* The same seed and number of threads: the same weights, bit for bit; with another seed other ones. */
void
test_deterministic ()
{
  Fixture first, second, other;

  for (Fixture *f : { &first, &second, &other })
    {
      f->set ("deterministic", "true");
      f->set ("lovasz", "1");
      f->set ("dropout", "0.2");
      f->threads = 2;
    }
  other.set ("seed", "2");
  first.train ();
  second.train ();
  other.train ();
  assert_same (first.get_weights (), second.get_weights ());
  g_assert_false (are_same (first.get_weights (), other.get_weights ()));
}

/* Two batches of two for a step are one of four, where no layer looks at a batch as a whole. */
void
test_accumulate ()
{
  Fixture whole, parts;

  for (Fixture *f : { &whole, &parts })
    {
      f->set ("dropout", "0");
      f->set ("drop-path", "0");
      f->set ("flip", "false");
      f->set ("rotate", "false");
      f->set ("steps", "1");
      f->set ("dice", "0");
      f->set ("ema", "0");
      f->validated = false;
    }
  parts.set ("accumulate", "2");
  parts.set ("batch", "2");
  whole.train ();
  parts.train ();
  /* Other patches, for a place is drawn by its batch: the number of reads is the same, and so is the kind of step. */
  g_assert_cmpint (whole.training.reads, ==, 4);
  g_assert_cmpint (parts.training.reads, ==, 4);
  g_assert_cmpuint (parts.losses.size (), ==, 1);
  g_assert_false (are_same (parts.get_weights (), read_checkpoint (parts.parent).tensors));
}

bool
is_encoder (const std::string &key)
{
  return g_str_has_prefix (key.c_str (), "segformer.");
}

/* Frozen, nothing of the encoder moves, and all else does; after that it does, resumed or not. */
void
test_frozen ()
{
  Fixture always, first, parts;

  always.set ("encoder-multiplier", "0");
  always.set ("ema", "0");
  always.validated = false;
  always.train ();

  Tensors before = read_checkpoint (always.parent).tensors;
  bool moved = false;

  for (const auto &item : always.get_weights ())
    if (is_encoder (item.key ()))
      g_assert_true (torch::equal (item.value (), before[item.key ()]));
    else
      moved |= !torch::equal (item.value (), before[item.key ()]);
  g_assert_true (moved);

  for (Fixture *f : { &first, &parts })
    {
      f->set ("frozen-steps", "3");
      f->set ("encoder-multiplier", "0.1");
    }
  first.train ();
  parts.stop_at = 5;
  parts.train ();
  parts.stop_at = -1;
  parts.train ();
  assert_same (first.get_weights (), parts.get_weights ());

  const std::string key = "segformer.encoder.patch_embeddings.0.proj.weight";

  g_assert_false (torch::equal (first.get_weights ()[key], before[key]));
}

/* A rate that spoils everything: training ends when nothing better has come for long enough. */
void
test_patience ()
{
  Fixture f;

  f.set ("steps", "40");
  f.set ("validate-every", "2");
  f.set ("patience", "3");
  f.set ("learning-rate", "1e-9");
  f.set ("ema", "0");
  f.set ("dropout", "0");
  f.train ();

  g_autoptr (AciniCard) card = f.get_card ();
  int best = int (json_object_get_int_member (card->training, "best_step"));
  int steps = int (json_object_get_int_member (card->training, "steps"));

  g_assert_cmpint (steps, <, 40);
  g_assert_cmpint (steps, ==, best + 6);
}

/* The average of the best is kept where it is better, and the card says of which; the best of them is never bettered by
 * anything worse. */
void
test_swa ()
{
  Fixture plain, averaged, parts;

  for (Fixture *f : { &plain, &averaged, &parts })
    {
      f->set ("steps", "30");
      f->set ("validate-every", "5");
      f->set ("learning-rate", "2e-2");
      f->set ("ema", "0");
    }
  averaged.set ("swa", "3");
  parts.set ("swa", "3");
  plain.train ();
  averaged.train ();
  parts.stop_at = 17;
  parts.train ();
  parts.stop_at = -1;
  parts.train ();
  assert_same (averaged.get_weights (), parts.get_weights ());

  g_autoptr (AciniCard) without = plain.get_card ();
  g_autoptr (AciniCard) with = averaged.get_card ();

  g_assert_cmpfloat (json_object_get_double_member (with->scores, "dice"), >=,
                     json_object_get_double_member (without->scores, "dice"));
  if (json_object_has_member (with->training, "averaged_steps"))
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (with->training, "averaged_steps")), ==, 3);
  else
    assert_same (averaged.get_weights (), plain.get_weights ());
}

/* The finder chooses a rate between what does nothing and what spoils, starts over after it, and is not repeated. */
void
test_finder ()
{
  Fixture f, parts;

  f.set ("find-learning-rate", "true");
  parts.set ("find-learning-rate", "true");
  f.train ();

  g_autoptr (AciniCard) card = f.get_card ();
  double rate = json_object_get_double_member (card->training, "learning_rate");

  g_test_message ("found %g", rate);
  g_assert_cmpfloat (rate, >, 1e-6);
  g_assert_cmpfloat (rate, <, 0.5);
  g_assert_cmpint (std::count (f.kinds.begin (), f.kinds.end (), "found"), ==, 1);
  parts.stop_at = 3;
  parts.train ();
  parts.stop_at = -1;
  parts.train ();
  g_assert_cmpint (std::count (parts.kinds.begin (), parts.kinds.end (), "finder"), ==, 0);
  assert_same (f.get_weights (), parts.get_weights ());
}

/* One sigmoid output behind a head with GroupNorm, other colours: all in the recipe, and the model loads again. */
void
test_other_head ()
{
  Fixture f;

  f.parent = "";
  f.set ("architecture", "segformer-b0");
  f.set ("head-norm", "group");
  f.set ("activation", "sigmoid");
  f.set ("classes", "background;FTU");
  f.set ("mean", "211.2;204.7;209.2");
  f.set ("std", "43.3;50.1;47.2");
  f.set ("steps", "2");
  f.set ("batch", "2");
  f.set ("lovasz", "3");
  f.train ();

  g_autoptr (AciniCard) card = f.get_card ();
  LoadedNetwork loaded = load_network (f.folder);

  g_assert_cmpuint (g_strv_length (card->classes), ==, 1);
  g_assert_cmpstr (card->activation, ==, "sigmoid");
  g_assert_cmpfloat_with_epsilon (card->mean[0], 211.2 / 255, 1e-9);
  g_assert_cmpfloat_with_epsilon (card->std[2], 47.2 / 255, 1e-9);
  g_assert_cmpint (loaded.network->architecture.classes, ==, 1);
  g_assert_true (loaded.network->architecture.norm == NormKind::Group);
  assert_same (f.get_weights (), get_state (*loaded.network));
}

/* Each shipped recipe, cut down to two steps of small patches, and its large networks to a small one: every key in it
 * leads somewhere. */
void
test_shipped ()
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "model", "recipes", nullptr);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, nullptr);
  int n = 0;

  g_assert_nonnull (dir);
  while (const char *name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, nullptr);
      g_autoptr (GError) error = nullptr;
      Fixture f;

      if (!g_str_has_suffix (name, ".ini"))
        continue;
      g_test_message ("%s", name);
      acini_recipe_free (f.recipe);
      f.recipe = acini_recipe_load (path, &error);
      g_assert_no_error (error);
      if (*f.recipe->architecture != '\0')
        f.parent = "";
      if (g_str_equal (f.recipe->architecture, "segformer-b4"))
        f.set ("architecture", "segformer-b0");
      else if (*f.recipe->architecture != '\0' && !g_str_equal (f.recipe->architecture, "segformer-b0"))
        f.set ("architecture", "unet-resnet18");
      f.set ("steps", "2");
      f.set ("batch", f.recipe->batch > 1 ? "2" : "1");
      f.set ("patch", "64");
      f.set ("precision", "float32");
      f.set ("validate-every", "1");
      if (f.recipe->resize_max > 0)
        {
          f.set ("resize-min", "64");
          f.set ("resize-max", "96");
        }
      f.train ();
      g_assert_cmpuint (f.losses.size (), ==, 2);
      n++;
    }
  g_assert_cmpint (n, >=, 8);
}

/* In bfloat16 the losses are about those of float32. */
void
test_bfloat16 ()
{
  Fixture exact, rounded;

  exact.set ("drop-path", "0");
  rounded.set ("drop-path", "0");
  rounded.set ("precision", "bfloat16");
  exact.train ();
  rounded.train ();
  for (size_t i = 0; i < exact.losses.size (); i++)
    g_assert_cmpfloat_with_epsilon (rounded.losses[i], exact.losses[i], 0.05 * exact.losses[i]);
}

void
check_refused (Fault fault, GQuark domain, int code, const char *named)
{
  Fixture f;
  g_autoptr (GError) error = nullptr;

  f.training.fault = fault;
  g_assert_false (f.train (&error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, named));
  g_assert_false (g_file_test ((f.folder + "/model.json").c_str (), G_FILE_TEST_EXISTS));
}

void
test_bad_sources ()
{
  check_refused (Fault::READ, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "The disk is gone");
  check_refused (Fault::READ_SILENTLY, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT, "could not be read");
  check_refused (Fault::LABEL, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT, "class 2");
  check_refused (Fault::UNLABELLED, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT, "labelled");
}

void
test_bad_start ()
{
  g_autoptr (GError) none = nullptr;
  g_autoptr (GError) unknown = nullptr;
  g_autoptr (GError) missing = nullptr;
  Fixture f;

  f.parent = "";
  g_assert_false (f.train (&none));
  g_assert_error (none, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
  f.set ("architecture", "resnet-1000");
  g_assert_false (f.train (&unknown));
  g_assert_error (unknown, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_LAYOUT);
  f.parent = f.folder + "/nothing.safetensors";
  g_assert_false (f.train (&missing));
  g_assert_nonnull (missing);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/training/learns", test_learns);
  g_test_add_func ("/training/events", test_events);
  g_test_add_func ("/training/resume", test_resume);
  g_test_add_func ("/training/cancel", test_cancel);
  g_test_add_func ("/training/other-images", test_other_images);
  g_test_add_func ("/training/damaged-checkpoint", test_damaged_checkpoint);
  g_test_add_func ("/training/no-better", test_no_better);
  g_test_add_func ("/training/not-validated", test_not_validated);
  g_test_add_func ("/training/thresholds", test_thresholds);
  g_test_add_func ("/training/from-nothing", test_from_nothing);
  g_test_add_func ("/training/from-encoder", test_from_encoder);
  g_test_add_func ("/training/deterministic", test_deterministic);
  g_test_add_func ("/training/accumulate", test_accumulate);
  g_test_add_func ("/training/frozen", test_frozen);
  g_test_add_func ("/training/patience", test_patience);
  g_test_add_func ("/training/swa", test_swa);
  g_test_add_func ("/training/finder", test_finder);
  g_test_add_func ("/training/other-head", test_other_head);
  g_test_add_func ("/training/shipped", test_shipped);
  g_test_add_func ("/training/bfloat16", test_bfloat16);
  g_test_add_func ("/training/bad-sources", test_bad_sources);
  g_test_add_func ("/training/bad-start", test_bad_start);
  return g_test_run ();
}
