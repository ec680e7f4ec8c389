/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/loaded-model.hpp"

#include "model/network/device.hpp"
#include "model/network/precision-memory.hpp"
#include "model/network/winograd.hpp"

namespace acini
{

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
  network.to (device, type);
  for (torch::Tensor &parameter : network.parameters ())
    {
      parameter.set_requires_grad (false);
      if (parameter.dim () == 4)
        parameter.set_data (parameter.contiguous (torch::MemoryFormat::ChannelsLast));
    }
  finish (device); /* other queues of the device use it */
}

/* Seconds of a forward pass on a small patch, the best of a few. */
static double
measure (Network &network, torch::ScalarType type)
{
  c10::InferenceMode guard;
  const torch::Tensor x = torch::zeros ({ 1, 3, 256, 256 }, type).contiguous (torch::MemoryFormat::ChannelsLast);
  gint64 best = G_MAXINT64;

  for (int i = 0; i < 4; i++)
    {
      const gint64 start = g_get_monotonic_time ();

      network.forward (x);
      best = MIN (best, g_get_monotonic_time () - start);
    }
  return best / 1e6;
}

/* Leaves @fast in bfloat16, unless float32 was clearly faster here, now or when it was measured before.  Who measures
 * on a busy machine gets what is the faster one almost everywhere. */
void
LoadedModel::choose_by_measuring ()
{
  constexpr double clearly = 0.85;
  const std::string name = exact->architecture.get_name ();
  AciniPrecision known = recall_precision (name, threads);

  if (known == ACINI_PRECISION_BFLOAT16)
    return;
  const std::shared_ptr<Network> other = make_network (exact->architecture);
  set_state (*other, get_state (*exact));
  place (*other, device, torch::kFloat, true);
  if (known == ACINI_PRECISION_AUTO)
    {
      known = measure (*other, torch::kFloat) < clearly * measure (*fast, type) ? ACINI_PRECISION_FLOAT32
                                                                                : ACINI_PRECISION_BFLOAT16;
      remember_precision (name, threads, known);
    }
  if (known == ACINI_PRECISION_FLOAT32)
    {
      precision = known;
      type = torch::kFloat;
      fast = exact = other;
    }
}

LoadedModel::LoadedModel (LoadedNetwork loaded, const AciniModelOptions &options)
    : card (loaded.card), device (find_device (options.device)),
      precision (choose_precision (options.precision, device)),
      threads (options.threads > 0 ? options.threads : (int) g_get_num_processors ()),
      classes (loaded.network->architecture.classes),
      background (classes > 1 && g_strcmp0 (card->activation, "sigmoid") != 0), type (get_type (precision)),
      bgr (card->bgr), streams (device)
{
  std::vector<float> scales, offsets;

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
  /* The precision was chosen here, so that forward () owes exact numbers: a second network, placed when it is needed. */
  fast = make_network (exact->architecture);
  set_state (*fast, get_state (*exact));
  place (*fast, device, type, true);
  if (device.is_cpu ())
    choose_by_measuring ();
}

torch::Tensor
LoadedModel::normalise (const torch::Tensor &rgb) const
{
  torch::Tensor pixels = upload (rgb, device).permute ({ 0, 3, 1, 2 });

  if (bgr)
    pixels = pixels.flip (1);
  return torch::addcmul (offset, pixels.to (torch::kFloat), scale).to (type);
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
  torch::Tensor logits = fast->forward (normalise (rgb)).to (torch::kFloat);
  /* Of two classes only the difference matters, and it may be taken before the map is enlarged. */
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
  const ExactNumbers exactly;
  const torch::ScalarType wanted = exact == fast ? type : torch::kFloat;
  return exact->forward (input.to (device, wanted)).to (torch::kCPU, torch::kFloat).contiguous ();
}

} // namespace acini
