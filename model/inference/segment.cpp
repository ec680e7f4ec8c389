/* SPDX-License-Identifier: GPL-3.0-or-later */

/* acini_model_segment (): a loaded network behind the tiled pipeline. */

#include "model/inference/callbacks.hpp"
#include "model/inference/loaded-model.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace acini
{

namespace
{

SegmentDefaults
choose_defaults (LoadedModel &model, const AciniSegmentOptions &options)
{
  SegmentDefaults defaults;

  defaults.planes = static_cast<int> (model.get_n_planes ());
  if (model.get_device ().is_cpu ())
    {
      defaults.networks = count_networks (defaults, options, model.get_threads ());
      return defaults;
    }
  defaults.batch = 16;
  defaults.screen_batch = 4;
  defaults.networks = 2; /* one copies while the other computes */
  return defaults;
}

/* Whether the exception in flight says that memory is exhausted. */
bool
is_memory_exhausted ()
{
  g_autoptr (GError) reason = nullptr;

  set_error_from_exception (&reason);
  return g_error_matches (reason, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_MEMORY);
}

/* In halves where the device has no memory for all at once. */
torch::Tensor
predict (LoadedModel &model, const torch::Tensor &rgb, int threads)
{
  const int64_t half = rgb.size (0) / 2;

  try
    {
      return model.probabilities (rgb, torch::kFloat, threads);
    }
  catch (...)
    {
      if (half < 1 || !is_memory_exhausted ())
        throw;
    }
  return torch::cat (
      { predict (model, rgb.slice (0, 0, half), threads), predict (model, rgb.slice (0, half), threads) });
}

/* @threads: of this call alone. */
void
compute (LoadedModel &model, const std::uint8_t *rgb, int n, int height, int width, int threads, float *probability)
{
  const torch::Tensor input = torch::from_blob (const_cast<std::uint8_t *> (rgb), { n, height, width, 3 },
                                                torch::TensorOptions (torch::kByte));
  const torch::Tensor output = predict (model, input, threads);
  const std::vector<int64_t> expected = { n, model.get_n_planes (), height, width };

  if (output.sizes () != torch::IntArrayRef (expected))
    fail (ACINI_MODEL_ERROR_FAILED, "The network gives probabilities of another size than the pixels it got");
  std::memcpy (probability, output.const_data_ptr<float> (), output.nbytes ());
}

/* The weighted mean of the members' probabilities. */
void
compute_mean (const std::vector<AciniModel::Member> &members, const std::uint8_t *rgb, int n, int height, int width,
              int threads, float *probability)
{
  const std::size_t count = static_cast<std::size_t> (n) * members[0].model->loaded->get_n_planes () * height * width;
  std::vector<float> one (count);

  std::fill_n (probability, count, 0.f);
  for (const AciniModel::Member &member : members)
    {
      compute (*member.model->loaded, rgb, n, height, width, threads, one.data ());
      for (std::size_t i = 0; i < count; i++)
        probability[i] += static_cast<float> (member.weight) * one[i];
    }
}

} // namespace

} // namespace acini

gboolean
acini_model_segment (AciniModel *self, const AciniPatchSource *source, const AciniProbabilitySink *sink,
                     const AciniSegmentOptions *options, AciniModelProgressFunc progress, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self && source && source->read && sink && sink->write, FALSE);

  AciniSegmentOptions automatic = {};

  automatic.overlap = -1;
  return acini::guard (error, [&] {
    const AciniSegmentOptions &chosen = options ? *options : automatic;
    const acini::SegmentDefaults defaults = acini::choose_defaults (self->get_first (), chosen);
    const int threads = self->get_first ().get_threads () / defaults.networks;

    acini::segment (
        [self, threads] (const std::uint8_t *rgb, int n, int height, int width, float *probability) {
          if (self->members.empty ())
            acini::compute (*self->loaded, rgb, n, height, width, threads, probability);
          else
            acini::compute_mean (self->members, rgb, n, height, width, threads, probability);
        },
        defaults, *source, *sink, chosen, progress, user_data, cancellable);
  });
}

GArray *
acini_model_list_shapes (AciniModel *self, gint64 width, gint64 height, const AciniSegmentOptions *options)
{
  GArray *shapes = g_array_new (FALSE, FALSE, sizeof (AciniShape));

  g_return_val_if_fail (self != nullptr && options != nullptr, shapes);

  /* What the options may not say comes out where they are used. */
  acini::guard (nullptr, [&] {
    const acini::SegmentDefaults defaults = acini::choose_defaults (self->get_first (), *options);
    const int threads = self->get_first ().get_threads () / defaults.networks;

    for (const auto &[n, h, w] : acini::list_patches (defaults, width, height, *options))
      {
        const AciniShape shape = { n, h, w, threads };

        g_array_append_val (shapes, shape);
      }
  });
  return shapes;
}
