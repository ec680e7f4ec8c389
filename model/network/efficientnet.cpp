/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EfficientNet (Tan and Le, ICML 2019) without its classifier, in its three programs: lukemelas' efficientnet_pytorch,
 * and timm's with torch's padding or TensorFlow's.  They differ in padding, epsilon and the map at half size. */

#include "model/network/encoders.hpp"

#include <numeric>

namespace acini
{

namespace
{

constexpr int kStages = 7;
constexpr int64_t kernels[kStages] = { 3, 3, 5, 3, 5, 5, 3 };
constexpr int64_t strides[kStages] = { 1, 2, 2, 2, 1, 2, 1 };

/* segmentation_models_pytorch takes the map at 1/16 of its efficientnet-b0 behind the first block of the fifth stage
 * (stage_idxs 3, 5, 9, 16 of 16 blocks); of every other variant and program behind the stage's last one. */
const std::vector<int64_t> b0_depths{ 1, 2, 2, 3, 3, 4, 1 };

/* A convolution with a stride and whatever padding; else it is torch's own. */
class PaddedConvolution
{
public:
  PaddedConvolution () = default;
  /* @side: of the map in an image of the nominal size; becomes that of the result. */
  PaddedConvolution (torch::nn::Module &owner, const std::string &conv, const std::string &norm,
                     torch::nn::Conv2dOptions options, const EncoderSpec &spec, int64_t &side)
      : kernel (options.kernel_size ()->at (0)), stride (options.stride ()->at (0)),
        dynamic (spec.padding == Padding::Same && stride > 1)
  {
    int64_t before = kernel / 2, after = kernel / 2;

    if (spec.padding != Padding::Symmetric && stride > 1)
      {
        before = get_padding (side) / 2;
        after = get_padding (side) - before;
      }
    padded = dynamic || before != after;
    border = { before, after, before, after };
    layer = ConvNorm (owner, conv, norm, options.padding (padded ? 0 : before).bias (false), NormKind::Batch, 1,
                      spec.eps, spec.momentum);
    side = (side + stride - 1) / stride;
  }

  torch::Tensor
  operator() (const torch::Tensor &x) const
  {
    if (!padded)
      return layer (x);
    if (!dynamic)
      return layer (torch::constant_pad_nd (x, border));
    const int64_t down = get_padding (x.size (2)), across = get_padding (x.size (3));
    return layer (torch::constant_pad_nd (x, { across / 2, across - across / 2, down / 2, down - down / 2 }));
  }

  ConvNorm layer;

private:
  /* Both sides together, so that every stride begins within the map. */
  int64_t
  get_padding (int64_t side) const
  {
    return std::max<int64_t> (((side + stride - 1) / stride - 1) * stride + kernel - side, 0);
  }

  int64_t kernel = 1, stride = 1;
  bool dynamic = false, padded = false;
  std::vector<int64_t> border; /* left, right, above, below */
};

torch::Tensor
silu_in_place (torch::Tensor x)
{
  return torch::silu_ (x);
}

class SqueezeExcitation : public torch::nn::Module
{
public:
  SqueezeExcitation (int64_t width, int64_t inner)
  {
    reduce = register_module ("conv_reduce", torch::nn::Conv2d (torch::nn::Conv2dOptions (width, inner, 1)));
    expand = register_module ("conv_expand", torch::nn::Conv2d (torch::nn::Conv2dOptions (inner, width, 1)));
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    const torch::Tensor gate = torch::sigmoid (expand (silu_in_place (reduce (x.mean ({ 2, 3 }, true)))));

    return is_training () ? x * gate : torch::Tensor (x).mul_ (gate);
  }

private:
  torch::nn::Conv2d reduce{ nullptr }, expand{ nullptr };
};

/* MBConv: perhaps wider, depthwise, squeeze and excitation, narrow again. */
class InvertedBlock : public torch::nn::Module
{
public:
  InvertedBlock (const EncoderSpec &spec, int64_t from, int64_t to, int64_t expansion, int64_t kernel, int64_t stride,
                 int64_t &side)
      : expands (expansion > 1), adds (stride == 1 && from == to)
  {
    const int64_t inner = from * expansion;
    const auto pointwise = [&] (int64_t in, int64_t out, const char *conv, const char *norm) {
      return ConvNorm (*this, conv, norm, torch::nn::Conv2dOptions (in, out, 1).bias (false), NormKind::Batch, 1,
                       spec.eps, spec.momentum);
    };

    if (expands)
      expand = pointwise (from, inner, "conv_pw", "bn1");
    depthwise = PaddedConvolution (*this, "conv_dw", expands ? "bn2" : "bn1",
                                   torch::nn::Conv2dOptions (inner, inner, kernel).stride (stride).groups (inner), spec,
                                   side);
    squeeze = register_module ("se", std::make_shared<SqueezeExcitation> (inner, std::max<int64_t> (from / 4, 1)));
    project = expands ? pointwise (inner, to, "conv_pwl", "bn3") : pointwise (inner, to, "conv_pw", "bn2");
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    torch::Tensor y = expands ? silu_in_place (expand (x)) : x;

    y = project (squeeze->forward (silu_in_place (depthwise (y))));
    return adds ? y + x : y;
  }

  void
  fold ()
  {
    if (expands)
      expand.fold ();
    depthwise.layer.fold ();
    project.fold ();
  }

  torch::ScalarType
  get_type () const
  {
    return project.get_type ();
  }

private:
  const bool expands, adds;
  ConvNorm expand, project;
  PaddedConvolution depthwise;
  std::shared_ptr<SqueezeExcitation> squeeze;
};

class EfficientNet : public Encoder
{
public:
  explicit EfficientNet (const Architecture &a)
      : early (a.encoder.early_level), inside (a.encoder.padding == Padding::StaticSame && a.depths == b0_depths)
  {
    int64_t from = a.encoder.stem, side = a.encoder.nominal;
    auto scope = register_module ("blocks", std::make_shared<Scope> ());

    stem = PaddedConvolution (*this, "conv_stem", "bn1", torch::nn::Conv2dOptions (3, from, 3).stride (2), a.encoder,
                              side);
    for (int i = 0; i < kStages; i++)
      {
        auto stage = scope->register_module (std::to_string (i), std::make_shared<Scope> ());

        stages.emplace_back ();
        for (int64_t j = 0; j < a.depths[i]; j++)
          {
            auto block = std::make_shared<InvertedBlock> (a.encoder, from, a.widths[i], i == 0 ? 1 : 6, kernels[i],
                                                          j == 0 ? strides[i] : 1, side);

            stages.back ().push_back (stage->register_module (std::to_string (j), block));
            from = a.widths[i];
          }
      }
    widths = { early ? a.widths[0] : a.encoder.stem, a.widths[1], a.widths[2], a.widths[4], a.widths[6] };
    initialise ();
  }

  std::vector<torch::Tensor>
  forward (const torch::Tensor &x) override
  {
    torch::Tensor y = cast_between_parts (silu_in_place (stem (x)), stem.layer.get_type (), get_type ());
    std::vector<torch::Tensor> features;

    for (int i = 0; i < kStages; i++)
      {
        if (i == 0 && !early)
          features.push_back (y);
        for (const auto &block : stages[i])
          {
            y = block->forward (y);
            if (i == 4 && inside && block == stages[i].front ())
              features.push_back (y);
          }
        if (i == 1 || i == 2 || (i == 4 && !inside) || i == 6 || (i == 0 && early))
          features.push_back (y);
      }
    return features;
  }

  void
  fold () override
  {
    stem.layer.fold ();
    for (const auto &stage : stages)
      for (const auto &block : stage)
        block->fold ();
  }

  void
  accelerate (torch::ScalarType) override
  {
  }

  /* All but the stem, which sees the pixels. */
  void
  lower (torch::ScalarType type) override
  {
    for (const auto &stage : stages)
      for (const auto &block : stage)
        block->to (type);
  }

  torch::ScalarType
  get_type () const override
  {
    return stages[0][0]->get_type ();
  }

private:
  /* As in both programs: He's normal, fan out. */
  void
  initialise ()
  {
    torch::NoGradGuard no_grad;

    apply ([] (torch::nn::Module &module) {
      if (auto *conv = module.as<torch::nn::Conv2d> ())
        {
          const torch::Tensor &w = conv->weight;

          w.normal_ (0, std::sqrt (2.0 / (w.size (2) * w.size (3) * w.size (0) / conv->options.groups ())));
          if (conv->bias.defined ())
            conv->bias.zero_ ();
        }
    });
  }

  const bool early, inside;
  PaddedConvolution stem;
  std::vector<std::vector<std::shared_ptr<InvertedBlock>>> stages;
};

} // namespace

std::shared_ptr<Encoder>
make_efficient_net (const Architecture &a)
{
  if (a.widths.size () != kStages || a.depths.size () != kStages || a.encoder.nominal < 32
      || std::any_of (a.depths.begin (), a.depths.end (), [] (int64_t depth) { return depth < 1; }))
    fail (ACINI_MODEL_ERROR_SHAPE, "An EfficientNet has seven stages; this one has %zu", a.widths.size ());
  return std::make_shared<EfficientNet> (a);
}

} // namespace acini
