/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/inference/loaded-model.hpp"

#include "acini-config.h"
#include "model/network/parity.hpp"
#include "model/inference/device.hpp"
#include "model/base/memory.hpp"

#include <glib/gi18n-lib.h>

#include <cmath>

namespace acini
{

constexpr Way plain_way = { ACINI_PRECISION_FLOAT32, Products::Default };
constexpr Way libtorch_way = { ACINI_PRECISION_FLOAT32, Products::Libtorch };

/* Largest error of float32, in standard deviations of the logits: another order of the same sums makes 1e-5. */
constexpr double kFloatError = 1e-4;
/* Of lower precisions the mean one; rounding makes 0.013 of bfloat16 where it is between some layers alone, as on a
 * processor, and up to 0.031 (a U-Net's) where it is between all, as on a card. */
constexpr double kLowError = 0.03, kLowErrorOnCard = 0.04;

/* Channels-last weights let convolutions work on pixels as they come, without reordering either side.  @fast: not for
 * exact numbers alone. */
static void
place (Network &network, const torch::Device &device, torch::ScalarType type, bool fast)
{
  torch::NoGradGuard no_grad;

  network.eval ();
  network.fold ();
  if (fast && device.is_cpu ())
    network.accelerate (type);
  network.to (device, torch::kFloat);
  if (type != torch::kFloat)
    network.lower (type);
  for (torch::Tensor &parameter : network.parameters ())
    {
      parameter.set_requires_grad (false);
      if (parameter.dim () == 4)
        parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));
    }
  finish (device); /* other queues of the device use it */
}

/* Another one of @network, which has not been placed yet, for that way. */
static std::shared_ptr<Network>
copy_for (const Network &network, const torch::Device &device, const Way &way)
{
  const UseProducts products (way.products);
  const std::shared_ptr<Network> copy = make_network (network.architecture);

  set_state (*copy, get_state (network));
  place (*copy, device, get_type (way.precision), true);
  return copy;
}

LoadedModel::LoadedModel (LoadedNetwork loaded, const AciniModelOptions &options)
    : card (loaded.card), device (find_device (options.device)),
      precision (choose_precision (options.precision, device)),
      threads (options.threads > 0 ? options.threads : (int)g_get_num_processors ()),
      classes (loaded.network->architecture.classes),
      background (classes > 1 && g_strcmp0 (card->activation, "sigmoid") != 0), two (background && classes == 2),
      wanted (options.precision), used (precision), bgr (card->bgr), master (loaded.network), streams (device)
{
  std::vector<float> scales, offsets;

  keep_memory ();
  at::set_num_threads (threads);
  for (int i = 0; i < 3; i++)
    {
      const int channel = bgr ? 2 - i : i;

      scales.push_back (1 / (255 * card->std[channel]));
      offsets.push_back (-card->mean[channel] / card->std[channel]);
    }
  scale = torch::tensor (scales).view ({ 3, 1, 1 }).to (device);
  offset = torch::tensor (offsets).view ({ 3, 1, 1 }).to (device);

  /* The code of a program may ask for float32. */
  if (master->architecture.family == Family::Script && wanted == ACINI_PRECISION_AUTO)
    precision = used = ACINI_PRECISION_FLOAT32;
  fingerprint = get_fingerprint (*master);
  if (!device.is_cpu ())
    fingerprint += precision == ACINI_PRECISION_FLOAT16 ? "-cuda-float16" : "-cuda";
}

torch::Tensor
LoadedModel::normalise (const torch::Tensor &rgb) const
{
  return scale_pixels (upload (rgb, device), scale, offset, bgr);
}

/* Each thread has its own number of OpenMP threads.  Setting it makes libtorch forget its prepared convolutions. */
static void
use_threads (int threads)
{
  if (at::get_num_threads () != threads)
    at::set_num_threads (threads);
}

/* @sum of what the network gave. */
static void
check_finite (const torch::Tensor &sum, const AciniCard &card)
{
  if (!std::isfinite (sum.item<float> ()))
    fail (ACINI_MODEL_ERROR_NOT_FINITE,
          _ ("The network of “%s” gives results that are not numbers, so there is no mask; choose another model"),
          card.name);
}

/* Logits of @rgb in that way, or of two classes their contrast; float32 on the device. */
torch::Tensor
LoadedModel::run (const Chosen &way, const torch::Tensor &rgb, int threads_here) const
{
  std::optional<ExactNumbers> exactly;

  use_threads (threads_here);
  if (way.way == libtorch_way)
    exactly.emplace ();
  const UseProducts scope (way.way.products);
  const torch::Tensor pixels = normalise (rgb);
  return (two ? way.network->contrast (pixels) : way.network->forward (pixels)).to (torch::kFloat);
}

/* Of what run () gives; at the pixels' size, without the background. */
torch::Tensor
LoadedModel::to_probabilities (torch::Tensor logits, const torch::Tensor &rgb) const
{
  logits = upsample_to (logits, rgb.size (1), rgb.size (2));
  if (two || !background)
    return logits.sigmoid_ ();
  return torch::softmax (logits, 1).slice (1, 1);
}

/* The network in float32; it computes exactly where ExactNumbers lives. */
std::shared_ptr<Network>
LoadedModel::get_exact ()
{
  mark_onednn_used ();
  if (exact == nullptr && precision == ACINI_PRECISION_FLOAT32)
    {
      place (*master, device, torch::kFloat, true);
      exact = master;
    }
  if (exact == nullptr)
    exact = copy_for (*master, device, plain_way);
  return exact;
}

std::shared_ptr<Network>
LoadedModel::get_network (const Way &way)
{
  mark_onednn_used ();
  if (way.precision == ACINI_PRECISION_FLOAT32)
    return get_exact ();
  std::shared_ptr<Network> &network = networks[get_way_number (way)];
  if (network == nullptr && master->architecture.family == Family::Script)
    {
      place (*master, device, get_type (way.precision), true);
      network = master;
    }
  if (network == nullptr)
    network = copy_for (*master, device, way);
  return network;
}

/* Those worth a try, from which the fastest right one is taken. */
std::vector<Way>
LoadedModel::list_ways () const
{
  std::vector<Way> list;

  if (!device.is_cpu () && precision != ACINI_PRECISION_FLOAT32)
    {
      list = { { precision, Products::Default } };
      if (wanted != ACINI_PRECISION_AUTO)
        return list;
    }
  /* Without oneDNN lower precisions are slower by far. */
  else if (get_onednn () != ACINI_ONEDNN_OFF && precision != ACINI_PRECISION_FLOAT32)
    {
      if (wanted != ACINI_PRECISION_AUTO)
        return { { wanted, Products::Default } };
      list = { { precision, Products::Own }, { precision, Products::Libtorch } };
    }
  list.push_back (plain_way);
  list.push_back (libtorch_way);
  return list;
}

std::string
LoadedModel::make_key (const Shape &shape) const
{
  const char *const names[] = { "auto", "float32", "bfloat16", "float16" };
  const std::string elsewhere = device.is_cpu () ? "" : "-" + describe_device (device);

  return describe (master->architecture) + "-" + shape.to_string () + "-" + std::to_string (shape.threads) + "-"
         + names[precision == ACINI_PRECISION_FLOAT32 ? ACINI_PRECISION_FLOAT32 : wanted] + elsewhere;
}

/* Where nothing is checked: of programs in another precision, of which there is no second one. */
static bool
is_taken_as_it_is (const Network &network, AciniPrecision wanted)
{
  return network.architecture.family == Family::Script && wanted != ACINI_PRECISION_AUTO
         && wanted != ACINI_PRECISION_FLOAT32;
}

/* What is tried in place of @shape: on a GPU, whose memory may be too small for a whole batch in float32, one patch. */
Shape
LoadedModel::get_tried (const Shape &shape) const
{
  return device.is_cpu () ? shape : Shape{ 1, shape.height, shape.width, shape.threads };
}

bool
LoadedModel::recall (const Shape &shape, AciniOneDnn *level)
{
  *level = get_onednn ();
  if (is_taken_as_it_is (*master, wanted))
    return true;
  const std::optional<KnownWay> known = recall_way (make_key (get_tried (shape)), threads);
  if (known)
    *level = known->level;
  return known.has_value ();
}

/* How far masks agree with those in float32, on the tissue that models are compared on. */
double
LoadedModel::measure_masks (const Way &way, int threads_here)
{
  const torch::Tensor tissue = make_tissue (2, 256);
  const torch::Tensor lowered = to_probabilities (run ({ way, get_network (way), 0 }, tissue, threads_here), tissue);

  return measure_parity (to_probabilities (get_expected (tissue), tissue), lowered);
}

/* Runs @tissue in that way and compares with the logits that are right. */
LoadedModel::Attempt
LoadedModel::attempt (const Way &way, const torch::Tensor &tissue, const torch::Tensor &expected, int threads_here)
{
  const Chosen candidate = { way, get_network (way), 0 };
  /* A network that says the same everywhere has no deviation. */
  const double deviation
      = std::max ({ expected.std (false).item<double> (), 1e-6 * expected.abs ().max ().item<double> (), 1e-30 });
  Attempt result = { way, 0, 0, 1, G_MAXDOUBLE, false, true };
  torch::Tensor logits;

  /* The first run also allocates memory and generates code. */
  for (int i = 0; i < 3; i++)
    {
      const gint64 start = g_get_monotonic_time ();

      logits = run (candidate, tissue, threads_here);
      finish (device);
      result.seconds = std::min (result.seconds, (g_get_monotonic_time () - start) / 1e6);
    }
  const torch::Tensor difference = logits - expected;
  result.error = difference.abs ().max ().item<double> () / deviation;
  result.rms = difference.square ().mean ().sqrt ().item<double> () / deviation;
  /* Comparisons with what is no number are false. */
  if (way.precision == ACINI_PRECISION_FLOAT32)
    {
      result.right = result.error <= kFloatError;
      return result;
    }
  result.right
      = result.rms <= (device.is_cpu () ? kLowError : kLowErrorOnCard)
        || measure_parity (to_probabilities (expected.clone (), tissue), to_probabilities (logits, tissue)) >= kParity;
  return result;
}

void
LoadedModel::add_row (JsonArray *table, const Shape &shape, const Attempt &attempt) const
{
  JsonObject *row = json_object_new ();

  json_object_set_string_member (row, "shape", shape.to_string ().c_str ());
  json_object_set_int_member (row, "threads", shape.threads);
  json_object_set_string_member (row, "way", get_way_name (attempt.way));
  json_object_set_string_member (row, "onednn", acini_onednn_to_string (get_onednn ()));
  if (std::isfinite (attempt.error))
    json_object_set_double_member (row, "error", attempt.error);
  if (attempt.way.precision != ACINI_PRECISION_FLOAT32)
    json_object_set_double_member (row, "parity", attempt.parity);
  json_object_set_string_member (row, "verdict",
                                 !attempt.right        ? "wrong"
                                 : !attempt.same_masks ? "masks differ"
                                                       : "right");
  json_object_set_double_member (row, "seconds", attempt.seconds);
  json_array_add_object_element (table, row);
}

static torch::Tensor
make_patches (const Shape &shape)
{
  return make_tissue (shape.n, std::max (shape.height, shape.width))
      .slice (1, 0, shape.height)
      .slice (2, 0, shape.width)
      .contiguous ();
}

/* Logits that are right. */
torch::Tensor
LoadedModel::get_expected (const torch::Tensor &tissue)
{
  const std::shared_ptr<Network> network = get_exact ();
  const WithoutOneDnn native;
  const torch::Tensor expected = run ({ libtorch_way, network, 0 }, tissue, threads);

  check_finite (expected.sum (), *card);
  return expected;
}

KnownWay
LoadedModel::compare_ways (const Shape &wanted_shape, JsonArray *table)
{
  const Shape shape = get_tried (wanted_shape);
  /* Measurements on a busy machine are noisy: without a clear difference the usual way is taken.  A card that is tried
   * with one patch waits for its kernels to be started, and whole batches are where a lower precision pays. */
  const double clearly = device.is_cpu () ? 0.85 : 0.5;
  c10::InferenceMode guard;
  const torch::Tensor tissue = make_patches (shape), expected = get_expected (tissue);
  std::optional<Attempt> best, best_exact;

  for (const Way &way : list_ways ())
    {
      const bool lower = way.precision != ACINI_PRECISION_FLOAT32;

      /* libtorch's are for where ours are not right. */
      if (way == libtorch_way && best_exact)
        continue;
      Attempt result = attempt (way, tissue, expected, shape.threads);
      if (lower && result.right)
        {
          result.parity = measure_masks (way, threads);
          result.same_masks = result.parity >= kParity;
        }
      if (table != nullptr)
        add_row (table, shape, result);
      if (!result.right)
        continue;
      if (!lower)
        best_exact = result;
      if (!best || result.seconds < (lower ? 1 : clearly) * best->seconds)
        best = result;
    }
  if (!best)
    fail (ACINI_MODEL_ERROR_NUMBERS,
          _ ("This computer's processor computes “%s” wrongly with what oneDNN may use now (%s)"), card->name,
          acini_onednn_to_string (get_onednn ()));
  if (best->way.precision != ACINI_PRECISION_FLOAT32 && wanted == ACINI_PRECISION_AUTO)
    remember_parity (fingerprint, threads, best->parity);
  const KnownWay known = { get_onednn (), best->way, best_exact ? best_exact->way : libtorch_way, best->error };
  remember_way (make_key (shape), threads, known);
  return known;
}

void
LoadedModel::try_ways (const Shape &shape, JsonArray *table)
{
  std::lock_guard<std::mutex> lock (choosing);

  if (!is_taken_as_it_is (*master, wanted))
    compare_ways (shape, table);
}

/* Another network of that architecture was right in the fastest way; whether this one's masks suffer from the precision
 * is a matter of its weights. */
LoadedModel::Chosen
LoadedModel::check_masks (const Shape &shape, const KnownWay &known)
{
  const bool lower = known.way.precision != ACINI_PRECISION_FLOAT32 && wanted == ACINI_PRECISION_AUTO;
  std::optional<double> parity = lower ? recall_parity (fingerprint, threads) : std::optional (1.0);

  if (!parity)
    {
      parity = measure_masks (known.way, threads);
      remember_parity (fingerprint, threads, *parity);
    }
  if (*parity >= kParity)
    return { known.way, get_network (known.way), known.error };
  return { known.exact, get_network (known.exact), kFloatError };
}

/* What is remembered, else what comes out of trying here and now, with oneDNN and without. */
KnownWay
LoadedModel::know_way (const Shape &shape)
{
  if (is_taken_as_it_is (*master, wanted))
    return { get_onednn (), { precision, Products::Default }, plain_way, 0 };
  for (;;)
    {
      const std::optional<KnownWay> known = recall_way (make_key (get_tried (shape)), threads);

      if (!known)
        break;
      limit_onednn (known->level);
      if (get_onednn () == known->level)
        return *known;
    }
  try
    {
      return compare_ways (shape, nullptr);
    }
  catch (const Error &error)
    {
      if (error.code != ACINI_MODEL_ERROR_NUMBERS || get_onednn () == ACINI_ONEDNN_OFF)
        throw;
    }
  limit_onednn (ACINI_ONEDNN_OFF);
  return compare_ways (shape, nullptr);
}

LoadedModel::Chosen
LoadedModel::get_chosen (const Shape &shape)
{
  std::lock_guard<std::mutex> lock (choosing);
  auto found = chosen.find (shape);

  if (found == chosen.end ())
    {
      found = chosen.emplace (shape, check_masks (shape, know_way (shape))).first;
      for (auto &[number, network] : networks)
        if (number != get_way_number (found->second.way) && network.use_count () == 1)
          network = nullptr;
    }
  used = found->second.way.precision;
  return found->second;
}

JsonArray *
LoadedModel::describe_ways ()
{
  std::lock_guard<std::mutex> lock (choosing);
  JsonArray *list = json_array_new ();

  for (const auto &[shape, way] : chosen)
    {
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "shape", shape.to_string ().c_str ());
      json_object_set_int_member (row, "threads", shape.threads);
      json_object_set_string_member (row, "way", get_way_name (way.way));
      json_object_set_string_member (row, "onednn", acini_onednn_to_string (get_onednn ()));
      json_object_set_double_member (row, "error", way.error);
      json_array_add_object_element (list, row);
    }
  return list;
}

torch::Tensor
LoadedModel::probabilities (const torch::Tensor &rgb, torch::ScalarType result, int threads_here)
{
  c10::InferenceMode guard;
  const Streams::Lease lease (streams);

  if (rgb.dim () != 4 || rgb.size (3) != 3 || rgb.scalar_type () != torch::kByte)
    fail (ACINI_MODEL_ERROR_INPUT, "Pixels must be 8-bit RGB");
  const int used = threads_here > 0 ? threads_here : threads;
  const Chosen way = get_chosen ({ int (rgb.size (0)), int (rgb.size (1)), int (rgb.size (2)), used });
  const torch::Tensor logits = run (way, rgb, used);
  const torch::Tensor sum = logits.sum ();
  if (device.is_cpu ())
    check_finite (sum, *card);
  torch::Tensor planes = to_probabilities (logits, rgb);
  if (result == torch::kByte)
    planes = planes.mul (255).add_ (0.5).to (torch::kByte);
  const torch::Tensor downloaded = download (planes.to (result));
  /* On a GPU only now, so that the thread does not wait for it twice. */
  if (!device.is_cpu ())
    check_finite (sum, *card);
  return downloaded;
}

torch::Tensor
LoadedModel::see (const torch::Tensor &rgb)
{
  c10::InferenceMode guard;
  std::lock_guard<std::mutex> lock (turn);
  std::shared_ptr<Network> network;

  use_threads (threads);
  {
    std::lock_guard<std::mutex> choosing_lock (choosing);

    network = get_exact ();
  }
  return network->encode (normalise (rgb)).back ().to (torch::kFloat).mean ({ 2, 3 }).cpu ().contiguous ();
}

torch::Tensor
LoadedModel::forward (const torch::Tensor &input)
{
  c10::InferenceMode guard;
  std::lock_guard<std::mutex> lock (turn);
  const bool low = wanted != ACINI_PRECISION_AUTO && wanted != ACINI_PRECISION_FLOAT32;
  std::shared_ptr<Network> network;

  use_threads (threads);
  {
    std::lock_guard<std::mutex> choosing_lock (choosing);

    network = low ? get_network ({ wanted, Products::Default }) : get_exact ();
  }
  /* On NVIDIA's cards float32 may silently mean 19 bits. */
  at::globalContext ().setAllowTF32CuBLAS (false);
  at::globalContext ().setAllowTF32CuDNN (false);
  const torch::Tensor x = input.to (device, torch::kFloat);
  if (low)
    return network->forward (x).to (torch::kCPU, torch::kFloat).contiguous ();
  const ExactNumbers exactly;
  const WithoutOneDnn native;
  return network->forward (x).to (torch::kCPU, torch::kFloat).contiguous ();
}

} // namespace acini
