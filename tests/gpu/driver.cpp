/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What tests/gpu/run runs on a GPU: the kits' networks in float32 and bfloat16, a slide of noise, some steps of
 * training, images and steps a second, what a CUDA graph would give, peak memory.  Prints one JSON object; its "failed"
 * lists what does not agree.
 *
 *   driver DEVICE MODEL [quick]      MODEL: a folder with weights and a card; quick: small sizes, to rehearse on a CPU
 */

#include "model/inference/callbacks.hpp"
#include "model/inference/device.hpp"
#include "model/kernels/kernels.hpp"
#include "model/training/losses.hpp"
#include "model/training/optimiser.hpp"
#include "model/training/precision.hpp"
#include "tests/bench/bench-network.hpp"
#include "tests/model/kit2.hpp"

#ifdef ACINI_HAVE_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#endif
/* Apart: the other figures must not wait for a PyTorch whose graphs have another interface. */
#if defined ACINI_HAVE_CUDA && !defined ACINI_WITHOUT_GRAPHS
#define ACINI_HAVE_GRAPHS
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#endif

#include <cstdio>
#include <cstring>

using namespace acini;

namespace
{

/* As in the kits: what another order of the same sums makes; of bfloat16 the mean error that its rounding makes, which
 * on a GPU is a little larger than on a CPU, where sums of blocks stay in float32. */
constexpr double kFloatError = 5e-5, kLowError = 0.04;

const char *device_name;
bool quick;
JsonArray *failed;

void
finish_device ()
{
#ifdef ACINI_HAVE_CUDA
  if (!g_str_equal (device_name, "cpu"))
    c10::cuda::device_synchronize ();
#endif
}

/* Of the device since the last call; 0 on a CPU. */
double
take_peak_mebibytes ()
{
#ifdef ACINI_HAVE_CUDA
  if (!g_str_equal (device_name, "cpu"))
    {
      const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats (0);
      const double peak = (double)stats.reserved_bytes[0].peak / 1048576;

      c10::cuda::CUDACachingAllocator::emptyCache ();
      c10::cuda::CUDACachingAllocator::resetPeakStats (0);
      return peak;
    }
#endif
  return 0;
}

AciniModelOptions
make_options (AciniPrecision precision)
{
  AciniModelOptions options = {};

  options.device = device_name;
  options.precision = precision;
  return options;
}

void
fail_with (const std::string &what)
{
  std::fprintf (stderr, "FAILED %s\n", what.c_str ());
  json_array_add_string_element (failed, what.c_str ());
}

/* One part of the report; what it throws is in the report, and the others go on. */
template <typename Function>
void
report (JsonObject *object, const char *name, Function function)
{
  JsonObject *part = json_object_new ();
  const double start = now ();

  std::fprintf (stderr, "%s …\n", name);
  try
    {
      function (part);
    }
  catch (const std::exception &error)
    {
      json_object_set_string_member (part, "error", error.what ());
      fail_with (std::string (name) + ": " + error.what ());
    }
  json_object_set_double_member (part, "peak_mebibytes", take_peak_mebibytes ());
  json_object_set_double_member (part, "took_seconds", now () - start);
  json_object_set_object_member (object, name, part);
}

void
check_case (JsonObject *entry, const char *salt, JsonObject *part)
{
  const std::string place = json_object_get_string_member (entry, "dir");
  const std::string logits = place + "/" + json_object_get_string_member (entry, "logits");
  const torch::Tensor x = kit::load_array (json_object_get_string_member (entry, "input"));
  const torch::Tensor expected = kit::load_array (logits);
  JsonObject *row = json_object_new ();

  json_object_set_object_member (part, logits.c_str (), row);
  for (AciniPrecision precision : { ACINI_PRECISION_FLOAT32, ACINI_PRECISION_BFLOAT16 })
    {
      const bool exact = precision == ACINI_PRECISION_FLOAT32;
      LoadedNetwork loaded;

      loaded.network = kit::load_case (entry, salt);
      loaded.card = std::shared_ptr<AciniCard> (acini_card_new (), acini_card_free);
      const torch::Tensor difference = LoadedModel (loaded, make_options (precision)).forward (x) - expected;
      const torch::Tensor size = exact ? difference.abs ().max () : difference.square ().mean ().sqrt ();
      const double error = (size / expected.std (false)).item<double> ();
      json_object_set_double_member (row, exact ? "float32_max" : "bfloat16_rms", error);
      if (!(error <= (exact ? kFloatError : kLowError)))
        fail_with (kit::folder + ("/" + logits) + (exact ? " in float32: " : " in bfloat16: ")
                   + std::to_string (error));
    }
}

void
check_kit (const char *folder, const char *manifest_name, JsonObject *part)
{
  kit::folder = folder;
  kit::manifest_name = manifest_name;
  g_autoptr (JsonNode) manifest = kit::load_json (manifest_name);
  JsonObject *root = json_node_get_object (manifest);
  JsonArray *cases = json_object_get_array_member (root, "cases");

  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *entry = json_array_get_object_element (cases, i);
      const char *weights = json_object_get_string_member_with_default (entry, "weights", "");

      /* A file of weights is the readers' matter, which the CPU's tests show. */
      if (json_object_has_member (entry, "logits") && g_str_has_prefix (weights, "formula"))
        check_case (entry, json_object_get_string_member (root, "salt"), part);
    }
}

/* Images a second, pixels in memory to probabilities in memory. */
void
measure_images (const std::string &net, JsonObject *part)
{
  const int side = quick ? 128 : 512;

  for (AciniPrecision precision : { ACINI_PRECISION_FLOAT32, ACINI_PRECISION_BFLOAT16 })
    for (int batch : { 1, 8, 32 })
      {
        LoadedModel model (make_random_network (get_bench_architecture (net)), make_options (precision));
        const int n = quick ? batch : std::max (128, batch);
        const torch::Tensor rgb = torch::randint (256, { batch, side, side, 3 }, torch::TensorOptions (torch::kByte));

        if (quick && batch > 1)
          continue;
        model.probabilities (rgb, torch::kByte);
        const double start = now ();
        for (int done = 0; done < n; done += batch)
          model.probabilities (rgb, torch::kByte);
        /* What was asked for may not be what it takes. */
        const std::string used
            = model.get_precision () == precision ? "" : std::string ("_as_") + precision_name (model.get_precision ());
        const std::string key = precision_name (precision) + used + "_batch" + std::to_string (batch);
        json_object_set_double_member (part, key.c_str (), n / (now () - start));
      }
}

/* Noise that no memory holds: of a slide as large as one likes. */
struct Slide
{
  static gboolean
  read (gpointer, gint64 x, gint64 y, int w, int h, guint8 *rgb, GError **)
  {
    for (int row = 0; row < h; row++)
      for (int i = 0; i < 3 * w; i++)
        *rgb++ = (guint8)(((x * 3 + i) / 48 * 40503u) ^ ((y + row) / 16 * 30011u)) | 64;
    return TRUE;
  }

  static gboolean
  write (gpointer data, gint64, gint64, const guint8 *, GError **)
  {
    ++*static_cast<gint64 *> (data);
    return TRUE;
  }
};

void
segment_slide (const char *path, JsonObject *part)
{
  const gint64 side = quick ? 700 : 20000;
  const AciniModelOptions chosen = make_options (ACINI_PRECISION_AUTO);
  g_autoptr (GError) error = nullptr;
  g_autoptr (AciniModel) model = acini_model_load (path, &chosen, &error);
  gint64 tiles = 0;
  const AciniPatchSource source = { side, side, Slide::read, nullptr, nullptr };
  const AciniProbabilitySink sink = { 512, Slide::write, nullptr, &tiles };
  AciniSegmentOptions options = {};

  if (model == nullptr)
    throw ForeignError (g_steal_pointer (&error));
  options.overlap = -1;
  options.readers = 8;
  options.patch = quick ? 256 : 512;
  const double start = now ();
  if (!acini_model_segment (model, &source, &sink, &options, nullptr, nullptr, nullptr, &error))
    throw ForeignError (g_steal_pointer (&error));
  json_object_set_double_member (part, "megapixels_per_second", side * side / (now () - start) / 1e6);
  json_object_set_string_member (part, "precision", precision_name (acini_model_get_precision (model)));
  if (tiles != ((side + 511) / 512) * ((side + 511) / 512))
    fail_with ("segment: " + std::to_string (tiles) + " tiles came");
}

/* Steps a second, and whether the loss of a task that can be learned falls. */
void
train (const std::string &net, JsonObject *part)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  const AciniModelOptions options = make_options (ACINI_PRECISION_BFLOAT16);
  const Compute compute = choose_compute (*recipe, &options);

  for (int batch : { 8, 32 })
    {
      const int side = quick ? 64 : 256, steps = quick ? 2 : 60;
      const auto network = make_random_network (get_bench_architecture (net)).network;
      double first = 0, last = 0, start = 0;

      if (quick && batch > 8)
        break;
      network->to (compute.device);
      network->train ();
      recipe->learning_rate = 3e-4;
      Optimiser optimiser (*network, *recipe);
      optimiser.set_learning_rate (recipe->learning_rate);
      torch::Tensor x = torch::randn ({ quick ? 1 : batch, 3, side, side }, compute.device);
      x = x.contiguous (torch::MemoryFormat::ChannelsLast);
      const torch::Tensor target = (torch::avg_pool2d (x.sum (1), 9, 1, 4) > 0).to (torch::kLong);
      for (int step = 0; step < steps; step++)
        {
          torch::Tensor logits;

          if (step == std::min (10, steps - 1))
            {
              finish_device ();
              start = now ();
            }
          {
            Autocast autocast (compute);

            logits = network->forward (x);
          }
          logits = upsample_to (logits.to (torch::kFloat), side, side);
          torch::Tensor loss = training_loss (logits, target, {}, true);
          loss.backward ();
          optimiser.step ();
          if (step == 0 || step == steps - 1)
            (step == 0 ? first : last) = loss.item<double> ();
        }
      finish_device ();
      const std::string key = "steps_per_second_batch" + std::to_string (batch);
      json_object_set_double_member (part, key.c_str (), (steps - std::min (10, steps - 1)) / (now () - start));
      json_object_set_double_member (part, "loss_first", first);
      json_object_set_double_member (part, "loss_last", last);
      if (!(last < first))
        fail_with ("train " + net + ": the loss does not fall");
    }
}

/* How often a second @step is done. */
template <typename Step>
double
measure_rate (const Step &step)
{
  const int n = quick ? 2 : 200;

  step ();
  finish_device ();
  const double start = now ();
  for (int i = 0; i < n; i++)
    step ();
  finish_device ();
  return n / (now () - start);
}

/* How often a second @forward is done as one CUDA graph; throws where it cannot be captured.  @result: becomes what the
 * graph computes */
template <typename Forward>
double
measure_captured (const Forward &forward, torch::Tensor &result)
{
#ifdef ACINI_HAVE_GRAPHS
  if (!g_str_equal (device_name, "cpu"))
    {
      const c10::cuda::CUDAStreamGuard stream (c10::cuda::getStreamFromPool ());
      at::cuda::CUDAGraph graph;

      forward (); /* what is chosen once is chosen now */
      finish_device ();
      graph.capture_begin ();
      const torch::Tensor captured = forward ();
      graph.capture_end ();
      const double rate = measure_rate ([&] { graph.replay (); });
      result = captured.clone ();
      finish_device ();
      return rate;
    }
#endif
  throw std::runtime_error ("there is no card, or no graphs for it");
}

/* Images a second of the network alone in bfloat16, pixels on the card already: its kernels started one by one, as the
 * program does, and all of them as one CUDA graph. */
void
measure_graph (const std::string &net, JsonObject *part)
{
  const c10::InferenceMode guard;
  const torch::Device device = find_device (device_name);
  const auto network = make_random_network (get_bench_architecture (net)).network;
  const int side = quick ? 128 : 512;

  network->fold ();
  network->to (device, torch::kFloat);
  network->lower (torch::kBFloat16);
  for (int batch : { 1, 8 })
    {
      const torch::Tensor x
          = torch::randn ({ batch, 3, side, side }, device).contiguous (torch::MemoryFormat::ChannelsLast);
      const auto forward = [&] { return network->forward (x); };
      const std::string key = "bfloat16_batch" + std::to_string (batch), captured_key = key + "_captured";
      const torch::Tensor expected = forward ();
      torch::Tensor result;

      json_object_set_double_member (part, key.c_str (), batch * measure_rate (forward));
      try
        {
          const double rate = measure_captured (forward, result);

          json_object_set_double_member (part, captured_key.c_str (), batch * rate);
        }
      catch (const std::exception &error)
        {
          const std::string why = error.what ();

          json_object_set_string_member (part, captured_key.c_str (),
                                         ("not captured: " + why.substr (0, why.find ('\n'))).c_str ());
          continue;
        }
      const double error = ((result - expected).square ().mean ().sqrt () / expected.std (false)).item<double> ();
      if (!(error <= kLowError))
        fail_with ("graph " + net + ": the graph's results are off by " + std::to_string (error));
    }
}

} // namespace

int
main (int argc, char **argv)
{
  g_autoptr (JsonObject) object = json_object_new ();

  if (argc < 3)
    {
      std::fprintf (stderr, "usage: driver DEVICE MODEL [quick]\n");
      return 2;
    }
  device_name = argv[1];
  quick = argc > 3;
  failed = json_array_new ();
  json_object_set_string_member (object, "libtorch", TORCH_VERSION);
  report (object, "kit", [] (JsonObject *part) { check_kit ("kit", "manifest.json", part); });
  report (object, "kit2", [] (JsonObject *part) { check_kit ("kit2", "manifest2.json", part); });
  report (object, "segment", [&] (JsonObject *part) { segment_slide (argv[2], part); });
  for (const char *net : { "b0", "unet", "unet-efficientnet-b0" })
    {
      report (object, (std::string ("images ") + net).c_str (), [&] (JsonObject *part) { measure_images (net, part); });
      report (object, (std::string ("train ") + net).c_str (), [&] (JsonObject *part) { train (net, part); });
    }
  /* Last: a capture that fails may leave the card's queue useless. */
  for (const char *net : { "b0", "unet" })
    report (object, (std::string ("graph ") + net).c_str (), [&] (JsonObject *part) { measure_graph (net, part); });
  json_object_set_array_member (object, "failed", failed);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, TRUE);
  std::printf ("%s\n", text);
  return json_array_get_length (failed) > 0;
}
