/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoders and decoders: what a file does not tell of them, encoders as a start, and every pair from its training to an
 * ensemble. */

#include "tests/model/folder.hpp"
#include "tests/model/small-networks.hpp"
#include "tests/model/training-fixture.hpp"

#include "model/checkpoint/checkpoint.hpp"
#include "model/kernels/kernels.hpp"
#include "model/kernels/onednn.hpp"
#include "model/training/losses.hpp"

#include <torch/optim/adam.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <regex>

namespace
{

/* What no tensor tells is listed, and what a card beside the file says is taken instead. */
void
test_told ()
{
  Folder folder;
  g_autoptr (GError) error = nullptr;
  auto network = acini::make_network (acini::Architecture::from_name ("unet-tu-efficientnet_b0", 1));
  acini::Tensors tensors;

  for (const auto &item : acini::get_state (*network))
    {
      const bool encoder = item.key ().rfind ("encoder.", 0) == 0;

      tensors.insert (encoder ? "encoder.model." + item.key ().substr (8) : item.key (), item.value ());
    }
  acini::write_safetensors (folder.file, tensors, {});
  g_autoptr (JsonObject) asked = acini_model_inspect (folder.file.c_str (), FALSE, &error);
  g_assert_no_error (error);
  JsonArray *assumed = json_object_get_array_member (asked, "assumed");
  g_assert_cmpuint (json_array_get_length (assumed), ==, 4);
  g_assert_nonnull (strstr (json_array_get_string_element (assumed, 3), "tu-tf_efficientnet"));
  g_assert_false (json_object_has_member (asked, "card"));

  g_assert_null (acini_model_make_card (folder.file.c_str (), "norm_groups=8", &error));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
  g_clear_error (&error);
  g_autoptr (AciniCard) card = acini_model_make_card (folder.file.c_str (), "encoder=tu-tf_efficientnet", &error);
  g_autofree char *path = acini_model_dup_card_path (folder.file.c_str (), &error);
  g_assert_true (acini_card_save (card, path, &error));
  g_assert_no_error (error);
  g_autoptr (JsonObject) told = acini_model_inspect (folder.file.c_str (), FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (told, "architecture"), ==, "unet-tu-tf_efficientnet_b0");
  g_assert_cmpstr (json_object_get_string_member (told, "card"), ==, path);
  g_assert_false (json_object_has_member (told, "assumed"));
  g_assert_true (acini::load_network (folder.file).network->architecture.encoder.padding == acini::Padding::Same);

  g_assert_cmpint (g_unlink (path), ==, 0);
  acini::save_network (folder.file, *network, false);
  for (const char *damaged : { "padding=nothing", "padding", "colour=red", "encoder_eps=-1" })
    {
      acini::write_safetensors (folder.file, acini::get_state (*network), { { "acini.numerics", damaged } });
      g_assert_null (acini_model_load (folder.file.c_str (), nullptr, &error));
      g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_UNREADABLE);
      g_clear_error (&error);
    }
}

/* Names of an encoder's tensors in other programs, from ours. */
using Rename = std::string (*) (const std::string &);

std::string
keep (const std::string &name)
{
  return name;
}

std::string
behind_model (const std::string &name)
{
  return "model." + name;
}

std::string
replace_all (std::string name, const std::vector<std::pair<std::regex, const char *>> &rules)
{
  for (const auto &[from, to] : rules)
    name = std::regex_replace (name, from, to);
  return name;
}

std::string
to_torchvision (const std::string &name)
{
  static const std::vector<std::pair<std::regex, const char *>> rules = {
    { std::regex ("^conv_stem\\."), "features.0.0." },
    { std::regex ("^bn1\\."), "features.0.1." },
    { std::regex ("^blocks\\.0\\.(\\d+)\\.conv_dw\\."), "features.1.$1.block.0.0." },
    { std::regex ("^blocks\\.0\\.(\\d+)\\.bn1\\."), "features.1.$1.block.0.1." },
    { std::regex ("^blocks\\.0\\.(\\d+)\\.se\\.conv_reduce\\."), "features.1.$1.block.1.fc1." },
    { std::regex ("^blocks\\.0\\.(\\d+)\\.se\\.conv_expand\\."), "features.1.$1.block.1.fc2." },
    { std::regex ("^blocks\\.0\\.(\\d+)\\.conv_pw\\."), "features.1.$1.block.2.0." },
    { std::regex ("^blocks\\.0\\.(\\d+)\\.bn2\\."), "features.1.$1.block.2.1." },
    { std::regex ("\\.conv_pw\\."), ".block.0.0." },
    { std::regex ("\\.bn1\\."), ".block.0.1." },
    { std::regex ("\\.conv_dw\\."), ".block.1.0." },
    { std::regex ("\\.bn2\\."), ".block.1.1." },
    { std::regex ("\\.se\\.conv_reduce\\."), ".block.2.fc1." },
    { std::regex ("\\.se\\.conv_expand\\."), ".block.2.fc2." },
    { std::regex ("\\.conv_pwl\\."), ".block.3.0." },
    { std::regex ("\\.bn3\\."), ".block.3.1." },
    { std::regex ("^blocks\\.6\\."), "features.7." },
    { std::regex ("^blocks\\.5\\."), "features.6." },
    { std::regex ("^blocks\\.4\\."), "features.5." },
    { std::regex ("^blocks\\.3\\."), "features.4." },
    { std::regex ("^blocks\\.2\\."), "features.3." },
    { std::regex ("^blocks\\.1\\."), "features.2." },
  };
  return replace_all (name, rules);
}

std::string
to_hugging_face_resnet (const std::string &name)
{
  static const std::vector<std::pair<std::regex, const char *>> rules = {
    { std::regex ("^conv1\\."), "resnet.embedder.embedder.convolution." },
    { std::regex ("^bn1\\."), "resnet.embedder.embedder.normalization." },
    { std::regex ("downsample\\.0"), "shortcut.convolution" },
    { std::regex ("downsample\\.1"), "shortcut.normalization" },
    { std::regex ("conv1\\.weight"), "layer.0.convolution.weight" },
    { std::regex ("conv2\\.weight"), "layer.1.convolution.weight" },
    { std::regex ("conv3\\.weight"), "layer.2.convolution.weight" },
    { std::regex ("bn1\\."), "layer.0.normalization." },
    { std::regex ("bn2\\."), "layer.1.normalization." },
    { std::regex ("bn3\\."), "layer.2.normalization." },
    { std::regex ("^layer1\\.(\\d+)\\."), "resnet.encoder.stages.0.layers.$1." },
    { std::regex ("^layer2\\.(\\d+)\\."), "resnet.encoder.stages.1.layers.$1." },
    { std::regex ("^layer3\\.(\\d+)\\."), "resnet.encoder.stages.2.layers.$1." },
    { std::regex ("^layer4\\.(\\d+)\\."), "resnet.encoder.stages.3.layers.$1." },
  };
  return replace_all (name, rules);
}

/* Of B0, whose stages have 1, 2, 2, 3, 3, 4 and 1 blocks. */
std::string
to_hugging_face_efficient_net (const std::string &name)
{
  static const std::vector<std::pair<std::regex, const char *>> rules = {
    { std::regex ("^conv_stem\\."), "embeddings.convolution." },
    { std::regex ("^bn1\\."), "embeddings.batchnorm." },
    { std::regex ("^(encoder\\.blocks\\.0)\\.conv_pw\\."), "$1.projection.project_conv." },
    { std::regex ("^(encoder\\.blocks\\.0)\\.bn1\\."), "$1.depthwise_conv.depthwise_norm." },
    { std::regex ("^(encoder\\.blocks\\.0)\\.bn2\\."), "$1.projection.project_bn." },
    { std::regex ("\\.conv_pw\\."), ".expansion.expand_conv." },
    { std::regex ("\\.bn1\\."), ".expansion.expand_bn." },
    { std::regex ("\\.conv_dw\\."), ".depthwise_conv.depthwise_conv." },
    { std::regex ("\\.bn2\\."), ".depthwise_conv.depthwise_norm." },
    { std::regex ("\\.se\\.conv_"), ".squeeze_excite." },
    { std::regex ("\\.conv_pwl\\."), ".projection.project_conv." },
    { std::regex ("\\.bn3\\."), ".projection.project_bn." },
  };
  const int first[] = { 0, 1, 3, 5, 8, 11, 15 };
  static const std::regex block ("blocks\\.(\\d)\\.(\\d+)\\.(.*)");
  std::string numbered = name;
  std::smatch match;

  if (std::regex_match (name, match, block))
    numbered = "encoder.blocks." + std::to_string (first[std::stoi (match[1])] + std::stoi (match[2])) + "."
               + match[3].str ();
  return "efficientnet." + replace_all (numbered, rules);
}

struct Pretrained
{
  const char *encoder; /* a network with it */
  Rename rename;
  const char *classifier; /* what the file has beside it */
  std::vector<const char *> wanted;
};

/* Writes the encoder of @network under the names that it has elsewhere. */
void
write_encoder (const acini::Network &network, const Pretrained &pretrained, const std::string &file)
{
  const bool segformer = network.architecture.family == acini::Family::SegFormer;
  acini::Tensors tensors;

  for (const auto &item : acini::get_state (network))
    if (network.is_encoder_key (item.key ()))
      tensors.insert (segformer ? item.key () : pretrained.rename (item.key ().substr (strlen ("encoder."))),
                      item.value ());
  tensors.insert (pretrained.classifier, torch::zeros ({ 10, 20 }));
  acini::write_safetensors (file, tensors, {});
}

/* The maps of the encoder are the same, whatever stands on it.  The finest is not the same one in every program. */
void
check_start (const acini::LoadedNetwork &start, const std::vector<torch::Tensor> &expected, size_t n_tensors)
{
  const torch::NoGradGuard no_grad;
  const torch::Tensor x = torch::linspace (-2, 2, 3 * 64 * 64).view ({ 1, 3, 64, 64 }).sin ();
  std::vector<torch::Tensor> maps = start.network->encode (x);

  g_assert_cmpuint (start.report.matched.size (), ==, n_tensors);
  for (const std::string &missing : start.report.missing)
    g_assert_false (start.network->is_encoder_key (missing));
  g_assert_cmpint (start.network->forward (x).size (1), ==, 2);
  for (size_t i = 1; i <= 4; i++)
    g_assert_true (torch::equal (maps[maps.size () - i], expected[expected.size () - i]));
}

void
check_pretrained (const Pretrained &pretrained)
{
  Folder folder;
  torch::manual_seed (3);
  const auto network = acini::make_network (acini::Architecture::from_name (pretrained.encoder, 2));
  const torch::Tensor x = torch::linspace (-2, 2, 3 * 64 * 64).view ({ 1, 3, 64, 64 }).sin ();
  g_autoptr (GError) error = nullptr;
  size_t n_tensors = 0;

  network->eval ();
  for (const auto &item : acini::get_state (*network))
    n_tensors += network->is_encoder_key (item.key ()) ? 1 : 0;
  write_encoder (*network, pretrained, folder.file);
  g_autoptr (JsonObject) described = acini_model_inspect (folder.file.c_str (), FALSE, &error);
  g_assert_no_error (error);
  g_test_message ("%s: %s, %s", pretrained.encoder,
                  json_object_get_string_member_with_default (described, "layout", ""),
                  json_object_get_string_member_with_default (described, "reason", "known"));
  g_assert_true (json_object_get_boolean_member (described, "encoder_only"));
  torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> expected = network->encode (x);
  for (const char *wanted : pretrained.wanted)
    {
      acini::LoadSettings settings;

      settings.encoder_classes = 2;
      settings.encoder_architecture = wanted;
      const acini::LoadedNetwork start = acini::load_network (folder.file, settings);
      g_assert_true (start.network->architecture.get_name () == wanted);
      check_start (start, expected, n_tensors);
    }
  g_assert_false (acini::guard (&error, [&] {
    acini::LoadSettings settings;

    settings.encoder_classes = 2;
    settings.encoder_architecture = "fpn-resnet101";
    acini::load_network (folder.file, settings);
  }));
  g_assert_error (error, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_INPUT);
}

/* An encoder alone, as ImageNet's are published, gets the decoder that is asked for; another encoder's is refused. */
void
test_encoder_decoders ()
{
  const Pretrained all[] = {
    { "unet-resnet18",
      keep,
      "fc.weight",
      { "unet-resnet18", "unetplusplus-resnet18", "fpn-resnet18", "segformer-resnet18" } },
    { "unet-resnet18", behind_model, "model.fc.weight", { "unet-resnet18" } },
    { "unet-resnet18", to_hugging_face_resnet, "classifier.1.weight", { "fpn-resnet18" } },
    { "unet-resnet50", to_hugging_face_resnet, "classifier.1.weight", { "segformer-resnet50" } },
    { "unet-se_resnext50_32x4d", keep, "last_linear.weight", { "unetplusplus-se_resnext50_32x4d" } },
    { "unet-timm-efficientnet-b0",
      keep,
      "classifier.weight",
      { "fpn-timm-efficientnet-b0", "unetplusplus-timm-efficientnet-b0", "segformer-tu-efficientnet_b0" } },
    { "unet-tu-tf_efficientnet_b0", keep, "classifier.weight", { "unet-tu-tf_efficientnet_b0" } },
    { "unet-timm-efficientnet-b0", to_torchvision, "classifier.1.weight", { "fpn-timm-efficientnet-b0" } },
    { "unet-efficientnet-b0", to_hugging_face_efficient_net, "classifier.weight", { "unet-efficientnet-b0" } },
    { "segformer-b0", keep, "classifier.weight", { "segformer-b0", "unet-mit_b0", "fpn-mit_b0", "segformer-mit_b0" } },
  };

  for (const Pretrained &pretrained : all)
    check_pretrained (pretrained);
}

/* Every encoder with every decoder, tiny: it is described, learns, segments, is fine-tuned, comes back from its file,
 * and is one of an ensemble. */

acini::Architecture
make_tiny (const char *encoder, const char *decoder)
{
  acini::Architecture a = acini::Architecture::from_name (std::string (decoder) + "-" + encoder, 2);

  a.drop_path = a.head_dropout = 0;
  switch (a.encoder.kind)
    {
    case acini::EncoderKind::ResNet:
      a.depths = { 1, 1, 1, 1 };
      a.encoder.stem = 16;
      a.encoder.inner = { 32, 32, 32, 32 };
      a.widths = a.encoder.bottleneck ? std::vector<int64_t>{ 64, 64, 64, 64 } : a.encoder.inner;
      break;
    case acini::EncoderKind::MiT:
      a.depths = { 1, 1, 1, 1 };
      break;
    case acini::EncoderKind::EfficientNet:
      a.depths = { 1, 1, 1, 1, 1, 1, 1 };
      a.widths = { 8, 16, 16, 24, 24, 32, 32 };
      a.encoder.stem = 8;
      break;
    }
  if (a.decoder == acini::DecoderKind::Fpn)
    a.decoder_widths = { 32, 32 };
  else if (a.decoder == acini::DecoderKind::Segformer)
    a.decoder_widths = { 32 };
  else
    a.decoder_widths = { 32, 16, 16, 16, 16 };
  return a;
}

/* Returns: the loss before and after some steps on one image. */
std::pair<double, double>
learn (acini::Network &network)
{
  const torch::Tensor x = torch::randn ({ 2, 3, 64, 64 });
  const torch::Tensor target = (torch::avg_pool2d (x.sum (1), 9, 1, 4) > 0).to (torch::kLong);
  torch::optim::Adam optimiser (network.parameters (), torch::optim::AdamOptions (2e-3));
  std::vector<double> losses;

  network.train ();
  for (int step = 0; step < 6; step++)
    {
      const torch::Tensor loss
          = acini::training_loss (acini::upsample_to (network.forward (x), 64, 64), target, {}, true);

      optimiser.zero_grad ();
      loss.backward ();
      for (const auto &item : network.named_parameters ())
        if (!item.value ().grad ().defined () || !torch::isfinite (item.value ().grad ()).all ().item<bool> ())
          g_error ("%s gets no gradient", item.key ().c_str ());
      optimiser.step ();
      losses.push_back (loss.item<double> ());
    }
  network.eval ();
  return { losses.front (), losses.back () };
}

constexpr int SIDE = 64; /* of the picture that is segmented */

guint8
get_pixel (gint64 x, gint64 y, int channel)
{
  return guint8 (127.5 + 60 * std::sin (x * 0.31 + channel) + 60 * std::cos (y * 0.23 - x * 0.11 - channel));
}

gboolean
read_picture (gpointer, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **)
{
  for (gint64 row = y; row < y + h; row++)
    for (gint64 column = x; column < x + w; column++)
      for (int c = 0; c < 3; c++)
        *rgb++ = column >= 0 && row >= 0 && column < SIDE && row < SIDE ? get_pixel (column, row, c) : 255;
  return TRUE;
}

gboolean
keep_probability (gpointer data, gint64, gint64, const guint8 *probability, GError **)
{
  static_cast<std::vector<guint8> *> (data)->assign (probability, probability + SIDE * SIDE);
  return TRUE;
}

std::vector<guint8>
segment (AciniModel *model)
{
  g_autoptr (GError) error = nullptr;
  std::vector<guint8> result;
  const AciniPatchSource source = { SIDE, SIDE, read_picture, nullptr, nullptr };
  const AciniProbabilitySink sink = { SIDE, keep_probability, nullptr, &result };
  AciniSegmentOptions options = {};

  options.patch = SIDE;
  options.overlap = 0;
  g_assert_true (acini_model_segment (model, &source, &sink, &options, nullptr, nullptr, nullptr, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.size (), ==, SIDE * SIDE);
  return result;
}

/* What the network says of the picture with the card's own mean and deviation. */
torch::Tensor
compute (acini::Network &network, const AciniCard *card)
{
  const torch::NoGradGuard no_grad;
  torch::Tensor x = torch::empty ({ 1, 3, SIDE, SIDE });
  float *pixel = x.data_ptr<float> ();

  for (int c = 0; c < 3; c++)
    for (int i = 0; i < SIDE * SIDE; i++)
      *pixel++ = float ((get_pixel (i % SIDE, i / SIDE, c) / 255.0 - card->mean[c]) / card->std[c]);
  return acini::upsample_to (network.forward (x), SIDE, SIDE).softmax (1)[0][1].contiguous ();
}

/* Saves @network with a card that has a normalisation of its own, and looks what comes back. */
AciniModel *
check_file (const std::string &file, acini::Network &network)
{
  const AciniModelOptions options = { "cpu", ACINI_PRECISION_FLOAT32, 1, FALSE };
  g_autoptr (GError) error = nullptr;

  acini::save_network (file, network, false);
  acini::LoadedNetwork loaded = acini::load_network (file);
  g_autoptr (AciniCard) card = acini_card_copy (loaded.get_card ());
  card->mean[0] = 0.7, card->mean[1] = 0.5, card->mean[2] = 0.6;
  card->std[0] = 0.1, card->std[1] = 0.2, card->std[2] = 0.15;
  g_assert_true (acini_card_save (card, acini::get_card_path (file).c_str (), &error));
  g_assert_no_error (error);
  const torch::Tensor expected = compute (network, card);
  g_assert_true (torch::equal (compute (*loaded.network, card), expected));
  g_assert_true (acini::get_numerics (loaded.network->architecture) == acini::get_numerics (network.architecture));

  g_autoptr (JsonObject) described = acini_model_inspect (file.c_str (), FALSE, &error);
  g_assert_no_error (error);
  g_assert_false (json_object_has_member (described, "reason"));
  g_assert_cmpstr (json_object_get_string_member (described, "layout"), ==,
                   network.architecture.family == acini::Family::PlainUnet ? "nnunet" : "smp");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (described, "missing")), ==, 0);
  g_assert_true (network.architecture.get_name () == json_object_get_string_member (described, "architecture"));

  AciniModel *model = acini_model_load (file.c_str (), &options, &error);
  g_assert_no_error (error);
  const std::vector<guint8> probability = segment (model);
  double worst = 0;
  for (int i = 0; i < SIDE * SIDE; i++)
    worst = std::max (worst, std::fabs (probability[i] - 255.0 * expected.data_ptr<float> ()[i]));
  g_assert_cmpfloat (worst, <, 1);
  return model;
}

/* As the window does: some steps on a project's labels, and a model in our layout. */
void
check_fine_tuning (const std::string &parent, const acini::Network &network)
{
  Fixture f;

  f.parent = parent;
  f.validated = false;
  for (auto [key, value] : { std::pair ("steps", "2"), std::pair ("batch", "2"), std::pair ("warmup-steps", "1") })
    f.set (key, value);
  f.train ();
  g_assert_cmpuint (f.losses.size (), ==, 2);
  g_assert_cmpstr (f.told.c_str (), ==, "");
  const acini::LoadedNetwork tuned = acini::load_network (f.folder);
  g_assert_true (tuned.network->architecture.get_name () == network.architecture.get_name ());
  g_assert_cmpfloat (tuned.get_card ()->mean[0], ==, 0.7);
  double moved = 0;
  for (const auto &item : network.named_parameters ())
    moved += (tuned.network->named_parameters ()[item.key ()] - item.value ()).abs ().sum ().item<double> ();
  g_assert_cmpfloat (moved, >, 0);
}

/* The mean of what they say. */
void
check_ensemble (std::vector<AciniModel *> &models)
{
  g_autoptr (GError) error = nullptr;
  g_autoptr (AciniModel) all = acini_model_new_ensemble (models.data (), nullptr, models.size (), &error);
  std::vector<double> sum (SIDE * SIDE);
  double worst = 0;

  g_assert_no_error (error);
  g_assert_cmpint (acini_model_get_n_planes (all), ==, 1);
  for (AciniModel *model : models)
    {
      const std::vector<guint8> probability = segment (model);

      for (int i = 0; i < SIDE * SIDE; i++)
        sum[i] += probability[i];
      acini_model_unref (model);
    }
  const std::vector<guint8> together = segment (all);
  for (int i = 0; i < SIDE * SIDE; i++)
    worst = std::max (worst, std::fabs (together[i] - sum[i] / models.size ()));
  g_assert_cmpfloat (worst, <=, 1.01);
}

void
test_pairs ()
{
  const char *const encoders[] = { "resnet18",           "resnet50",
                                   "se_resnext50_32x4d", "mit_b0",
                                   "efficientnet-b0",    "timm-efficientnet-b0",
                                   "tu-efficientnet_b0", "tu-tf_efficientnet_b0" };
  const char *const decoders[] = { "unet", "unetplusplus", "fpn", "segformer" };
  Folder folder;
  std::vector<AciniModel *> models;

  std::vector<acini::Architecture> all = { small::make_plain_unet () };

  for (const char *encoder : encoders)
    for (const char *decoder : decoders)
      /* MiT has no map of half the size, and there is no such network */
      if (strcmp (encoder, "mit_b0") != 0 || strcmp (decoder, "unetplusplus") != 0)
        all.push_back (make_tiny (encoder, decoder));
  for (const acini::Architecture &architecture : all)
    {
      const std::string name = architecture.get_name (), file = folder.get (name + ".safetensors");

      torch::manual_seed (5);
      const auto network = acini::make_network (architecture);
      const auto [before, after] = learn (*network);
      g_test_message ("%s: loss %.3f, then %.3f", name.c_str (), before, after);
      g_assert_cmpfloat (after, <, before);
      models.push_back (check_file (file, *network));
      check_fine_tuning (file, *network);
    }
  check_ensemble (models);
}

} // namespace

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, nullptr);
  at::set_num_threads (1);
  /* Whether oneDNN is right on a processor is seen elsewhere, before it is used. */
  const acini::WithoutOneDnn native;
  g_test_add_func ("/families/told", test_told);
  g_test_add_func ("/families/encoder-decoders", test_encoder_decoders);
  g_test_add_func ("/families/pairs", test_pairs);
  return g_test_run ();
}
