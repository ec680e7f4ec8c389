/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/inference/loaded-model.hpp"

#include "model/network/parity.hpp"
#include "model/inference/device.hpp"
#include "model/base/memory.hpp"

namespace acini
{

constexpr Way plain_way = { ACINI_PRECISION_FLOAT32, Products::Default };

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

/* Seconds of a forward pass on a small patch, the best of a few. */
static double
measure (Network &network, Products products)
{
  constexpr gint64 long_enough = G_USEC_PER_SEC / 2;
  c10::InferenceMode guard;
  const UseProducts scope (products);
  const torch::Tensor x = torch::zeros ({ 1, 3, 256, 256 }).contiguous (torch::MemoryFormat::ChannelsLast);
  const gint64 begin = g_get_monotonic_time ();
  gint64 best = G_MAXINT64;

  for (int i = 0; i < 2 || (i < 4 && g_get_monotonic_time () - begin < long_enough); i++)
    {
      const gint64 start = g_get_monotonic_time ();

      network.forward (x);
      best = MIN (best, g_get_monotonic_time () - start);
    }
  return best / 1e6;
}

void
LoadedModel::use (const Way &way, const std::shared_ptr<Network> &network)
{
  precision = way.precision;
  type = get_type (precision);
  products = way.products;
  fast = network;
}

/* Measures which way is the fastest on this computer.  float32 has to be clearly faster: who measures on a busy machine
 * gets what is the faster one almost everywhere. */
void
LoadedModel::choose_by_speed ()
{
  constexpr double clearly = 0.85;
  const Way ways[]
      = { { ACINI_PRECISION_BFLOAT16, Products::Own }, { ACINI_PRECISION_BFLOAT16, Products::Libtorch }, plain_way };
  double best = G_MAXDOUBLE;

  for (const Way &way : ways)
    {
      const std::shared_ptr<Network> network = copy_for (*exact, device, way);
      const double seconds = measure (*network, way.products);

      if (seconds < (way.precision == ACINI_PRECISION_FLOAT32 ? clearly * best : best))
        {
          best = seconds;
          use (way, network);
        }
    }
  remember_fastest (exact->architecture, threads, { precision, products });
}

/* Compares the masks of the way in use with float32's, and leaves it only where they agree. */
double
LoadedModel::check_parity ()
{
  const Way way = { precision, products };
  const std::shared_ptr<Network> network = fast;
  const torch::Tensor tissue = make_tissue (2, 256), lowered = probabilities (tissue, torch::kFloat);

  use (plain_way, copy_for (*exact, device, plain_way));
  const double parity = measure_parity (probabilities (tissue, torch::kFloat), lowered);
  if (parity >= kParity)
    use (way, network);
  return parity;
}

/* The fastest way, unless it shows in the masks. */
void
LoadedModel::choose_way ()
{
  std::string fingerprint = get_fingerprint (*exact);
  std::optional<Way> fastest;

  if (device.is_cpu ())
    fastest = recall_fastest (exact->architecture, threads);
  else
    {
      fastest = { precision, Products::Default };
      fingerprint += precision == ACINI_PRECISION_FLOAT16 ? "-cuda-float16" : "-cuda";
    }
  const std::optional<double> parity = recall_parity (fingerprint, threads);
  if (fastest && (fastest->precision == ACINI_PRECISION_FLOAT32 || (parity && *parity < kParity)))
    {
      place (*exact, device, torch::kFloat, true);
      use (plain_way, exact);
      return;
    }
  if (fastest)
    use (*fastest, copy_for (*exact, device, *fastest));
  else
    choose_by_speed ();
  if (precision != ACINI_PRECISION_FLOAT32 && !parity)
    remember_parity (fingerprint, threads, check_parity ());
  else if (parity && *parity < kParity)
    use (plain_way, copy_for (*exact, device, plain_way));
  if (precision == ACINI_PRECISION_FLOAT32)
    exact = fast;
}

LoadedModel::LoadedModel (LoadedNetwork loaded, const AciniModelOptions &options)
    : card (loaded.card), device (find_device (options.device)),
      precision (choose_precision (options.precision, device)),
      threads (options.threads > 0 ? options.threads : (int)g_get_num_processors ()),
      classes (loaded.network->architecture.classes),
      background (classes > 1 && g_strcmp0 (card->activation, "sigmoid") != 0), type (get_type (precision)),
      bgr (card->bgr), streams (device)
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

  exact = loaded.network;
  /* A program may have float32 in its text. */
  if (exact->architecture.family == Family::Script && options.precision == ACINI_PRECISION_AUTO)
    {
      precision = ACINI_PRECISION_FLOAT32;
      type = torch::kFloat;
    }
  if (type == torch::kFloat || options.precision != ACINI_PRECISION_AUTO)
    {
      place (*exact, device, type, true);
      fast = exact;
      return;
    }
  /* The precision is chosen here, so that forward () owes exact numbers: a second network, placed when it is needed. */
  choose_way ();
}

torch::Tensor
LoadedModel::normalise (const torch::Tensor &rgb) const
{
  torch::Tensor pixels = upload (rgb, device).permute ({ 0, 3, 1, 2 });

  if (bgr)
    pixels = pixels.flip (1);
  return torch::addcmul (offset, pixels.to (torch::kFloat), scale);
}

/* OpenMP's number of threads is a thread's own.  Set anew it costs what libtorch knew of convolutions. */
static void
use_threads (int threads)
{
  if (at::get_num_threads () != threads)
    at::set_num_threads (threads);
}

torch::Tensor
LoadedModel::probabilities (const torch::Tensor &rgb, torch::ScalarType result, int threads_here)
{
  c10::InferenceMode guard;
  const Streams::Lease lease (streams);

  if (rgb.dim () != 4 || rgb.size (3) != 3 || rgb.scalar_type () != torch::kByte)
    fail (ACINI_MODEL_ERROR_INPUT, "Pixels must be 8-bit RGB");
  use_threads (threads_here > 0 ? threads_here : threads);
  const UseProducts scope (products);
  torch::Tensor logits = fast->forward (normalise (rgb)).to (torch::kFloat);
  /* Of two classes only the difference matters, and it may be taken before the map is upsampled. */
  const bool two = background && classes == 2;
  if (two)
    logits = logits.slice (1, 1, 2) - logits.slice (1, 0, 1);
  logits = upsample_to (logits, rgb.size (1), rgb.size (2));
  torch::Tensor planes;
  if (two || !background)
    planes = logits.sigmoid_ ();
  else
    planes = torch::softmax (logits, 1).slice (1, 1);
  if (result == torch::kByte)
    planes = planes.mul (255).add_ (0.5).to (torch::kByte);
  return download (planes.to (result));
}

torch::Tensor
LoadedModel::forward (const torch::Tensor &input)
{
  c10::InferenceMode guard;
  std::lock_guard<std::mutex> lock (turn);

  use_threads (threads);
  if (exact != fast && !exact_placed)
    {
      place (*exact, device, torch::kFloat, false);
      exact_placed = true;
    }
  /* On NVIDIA's cards float32 may silently mean 19 bits. */
  at::globalContext ().setAllowTF32CuBLAS (false);
  at::globalContext ().setAllowTF32CuDNN (false);
  const torch::Tensor x = input.to (device, torch::kFloat);
  if (type != torch::kFloat && exact == fast)
    return exact->forward (x).to (torch::kCPU, torch::kFloat).contiguous ();
  const ExactNumbers exactly;
  return exact->forward (x).to (torch::kCPU, torch::kFloat).contiguous ();
}

} // namespace acini
