/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SegFormer: Xie et al., "SegFormer: Simple and Efficient Design for Semantic Segmentation with Transformers",
 * NeurIPS 2021, with the two decode heads that are in use.
 *
 * Between convolutions a feature map is [N, H, W, C]: linear layers and LayerNorm act on the last axis, and seen as
 * NCHW it is channels-last, so that convolutions need no copy. */

#include "model/network/attention.hpp"
#include "model/network/encoders.hpp"
#include "model/kernels/differentiable.hpp"
#include "model/kernels/kernels.hpp"
#include "model/kernels/processor.hpp"
#include "model/kernels/strided.hpp"

namespace acini
{

namespace
{

namespace F = torch::nn::functional;

/* A block's share of stochastic depth: in training a whole sample's branch is left out at random. */
torch::Tensor
drop_path (const torch::Tensor &x, double rate, bool training)
{
  if (!training || rate <= 0)
    return x;
  std::vector<int64_t> shape (x.dim (), 1);
  shape[0] = x.size (0);
  return x * (torch::empty (shape, x.options ()).bernoulli_ (1 - rate) / (1 - rate));
}

/* The MLP with a depthwise convolution inside, which stands in for position codes. */
class Mlp : public torch::nn::Module
{
public:
  explicit Mlp (const Stage &stage) : stage (stage)
  {
    const int64_t inner = stage.width * stage.expansion;

    dense1 = PackedLinear (register_module ("dense1", torch::nn::Linear (stage.width, inner)));
    auto depthwise = torch::nn::Conv2dOptions (inner, inner, 3).padding (1).groups (inner);
    auto scope = register_module ("dwconv", std::make_shared<Scope> ());
    dwconv = scope->register_module ("dwconv", torch::nn::Conv2d (depthwise));
    dense2 = PackedLinear (register_module ("dense2", torch::nn::Linear (inner, stage.width)));
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    if (!is_training () && !may_differentiate (x))
      return mix_feed_forward (dense1, dwconv, dense2, x);
    torch::Tensor y = convolve_gelu_differentiably (dwconv, multiply (dense1, x));

    y = multiply (dense2, torch::dropout (y, stage.dropout, is_training ()));
    return torch::dropout (y, stage.dropout, is_training ());
  }

  void
  accelerate (torch::ScalarType type)
  {
    dense1.pack (type);
    dense2.pack (type);
  }

  void
  lower (torch::ScalarType type)
  {
    dense1.lower (type);
    dense2.lower (type);
  }

private:
  const Stage stage;
  PackedLinear dense1, dense2;
  torch::nn::Conv2d dwconv{ nullptr };
};

class Block : public torch::nn::Module
{
public:
  explicit Block (const Stage &stage) : path_rate (stage.drop_path)
  {
    layer_norm_1 = register_module ("layer_norm_1", make_layer_norm (stage.width, stage.eps_block));
    attention = register_module ("attention", std::make_shared<Attention> (stage));
    layer_norm_2 = register_module ("layer_norm_2", make_layer_norm (stage.width, stage.eps_block));
    mlp = register_module ("mlp", std::make_shared<Mlp> (stage));
  }

  /* Adds the @branch of the block before, where there is one, to @x.  Returns: this block's second branch, which is yet
   * to be added to @x: whoever adds it has LayerNorm to do too, and does both at once. */
  torch::Tensor
  forward (torch::Tensor &x, const torch::Tensor &branch)
  {
    const torch::ScalarType type = attention->get_type ();
    torch::Tensor y = add_normalise (x, branch, layer_norm_1, type);

    y = drop_path (attention->forward (y), path_rate, is_training ());
    y = add_normalise (x, y, layer_norm_2, type);
    return drop_path (mlp->forward (y), path_rate, is_training ());
  }

  void
  fold ()
  {
    attention->fold ();
  }

  void
  accelerate (torch::ScalarType type)
  {
    attention->accelerate (type);
    mlp->accelerate (type);
  }

  void
  lower (torch::ScalarType type)
  {
    attention->lower (type);
    mlp->lower (type);
  }

private:
  const double path_rate;
  torch::nn::LayerNorm layer_norm_1{ nullptr }, layer_norm_2{ nullptr };
  std::shared_ptr<Attention> attention;
  std::shared_ptr<Mlp> mlp;
};

/* MiT: four stages, each an overlapping patch embedding, blocks and a norm. */
class MixTransformer : public torch::nn::Module
{
public:
  explicit MixTransformer (const Architecture &a)
  {
    auto embeddings = register_module ("patch_embeddings", std::make_shared<Scope> ());
    auto all_blocks = register_module ("block", std::make_shared<Scope> ());
    auto all_norms = register_module ("layer_norm", std::make_shared<Scope> ());
    int64_t number = 0;

    for (size_t i = 0; i < a.widths.size (); i++)
      {
        const std::string name = std::to_string (i);
        const int64_t side = i == 0 ? 7 : 3, c = a.widths[i];
        auto embedding = embeddings->register_module (name, std::make_shared<Scope> ());
        auto stage_blocks = all_blocks->register_module (name, std::make_shared<Scope> ());

        auto options = torch::nn::Conv2dOptions (i == 0 ? 3 : a.widths[i - 1], c, side);
        options.stride (i == 0 ? 4 : 2).padding (side / 2);
        projections.push_back (embedding->register_module ("proj", torch::nn::Conv2d (options)));
        patch_norms.push_back (embedding->register_module ("layer_norm", make_layer_norm (c, a.eps.patch)));
        blocks.emplace_back ();
        for (int64_t j = 0; j < a.depths[i]; j++, number++)
          {
            Stage stage = { c, a.heads[i],  a.reductions[i], a.expansions[i], a.dropout, a.attention_dropout,
                            0, a.eps.block, a.eps.reduction };
            stage.drop_path = get_drop_path (a, number);
            blocks.back ().push_back (
                stage_blocks->register_module (std::to_string (j), std::make_shared<Block> (stage)));
          }
        stage_norms.push_back (all_norms->register_module (name, make_layer_norm (c, a.eps.stage)));
      }
  }

  /* Returns: [N, H, W, C] of each stage. */
  std::vector<torch::Tensor>
  forward (torch::Tensor x)
  {
    std::vector<torch::Tensor> features;
    std::optional<WithoutAutocast> exactly;

    /* Where bfloat16's products are slow in training, these are float32 throughout. */
    if (trains_own (x))
      exactly.emplace ();
    x = x.contiguous (torch::MemoryFormat::ChannelsLast);
    for (size_t i = 0; i < projections.size (); i++)
      {
        const bool is_fast = i < fast.size () && fast[i] && fast[i]->takes (x);
        torch::Tensor y = to_nhwc (is_fast ? (*fast[i]) (x) : projections[i](x)), branch;

        y = add_normalise (y, {}, patch_norms[i], patch_norms[i]->weight.scalar_type ());
        for (const auto &block : blocks[i])
          branch = block->forward (y, branch);
        features.push_back (add_normalise (y, branch, stage_norms[i], stage_norms[i]->weight.scalar_type ()));
        x = to_nchw (features.back ());
      }
    return features;
  }

  void
  fold ()
  {
    for (const auto &stage : blocks)
      for (const auto &block : stage)
        block->fold ();
  }

  void
  accelerate (torch::ScalarType type)
  {
    for (const torch::nn::Conv2d &projection : projections)
      fast.push_back (Strided::fits (projection, type) ? std::make_shared<Strided> (projection) : nullptr);
    for (const auto &stage : blocks)
      for (const auto &block : stage)
        block->accelerate (type);
  }

  void
  lower (torch::ScalarType type)
  {
    for (const auto &stage : blocks)
      for (const auto &block : stage)
        block->lower (type);
  }

private:
  static bool
  trains_own (const torch::Tensor &x)
  {
    return may_compute_own (x) && at::GradMode::is_enabled () && wants_kernels (torch::kFloat)
           && !get_processor ().tiles;
  }

  std::vector<torch::nn::Conv2d> projections;
  std::vector<std::shared_ptr<const Strided>> fast; /* the same */
  std::vector<torch::nn::LayerNorm> patch_norms, stage_norms;
  std::vector<std::vector<std::shared_ptr<Block>>> blocks;
};

torch::nn::Conv2dOptions
pointwise (int64_t from, int64_t to, bool bias)
{
  return torch::nn::Conv2dOptions (from, to, 1).bias (bias);
}

/* As in NVlabs' code: truncated normal for linear layers, He's for convolutions (fan out). */
void
initialise (torch::nn::Module &module)
{
  torch::NoGradGuard no_grad;

  if (auto *linear = module.as<torch::nn::Linear> ())
    {
      linear->weight.normal_ (0, 0.02).clamp_ (-2, 2);
      linear->bias.zero_ ();
    }
  else if (auto *conv = module.as<torch::nn::Conv2d> ())
    {
      const torch::Tensor &w = conv->weight;

      w.normal_ (0, std::sqrt (2.0 / (w.size (2) * w.size (3) * w.size (0) / conv->options.groups ())));
      if (conv->bias.defined ())
        conv->bias.zero_ ();
    }
}

class Head : public torch::nn::Module
{
public:
  /* @features: [N, H, W, C] of each stage. */
  virtual torch::Tensor forward (const std::vector<torch::Tensor> &features) = 0;
  virtual void fold () = 0;

  /* Logits begin near 0, as in MMSegmentation: by He's rule those of two classes would be a dozen units apart, and a
   * short training from nothing spends its steps on that. */
  void
  initialise_all ()
  {
    torch::NoGradGuard no_grad;

    apply ([] (torch::nn::Module &module) { initialise (module); });
    classifier->weight.normal_ (0, 0.01);
  }

protected:
  /* The fuse convolution, what follows it, and what is linear before it: that may be computed at each stage's own size,
   * before the maps are upsampled; the numbers are the same and there are up to 64 times fewer of them.  @weights: one
   * matrix a stage. */
  static torch::Tensor
  finish (const std::vector<torch::Tensor> &features, const std::vector<torch::Tensor> &weights,
          const torch::Tensor &bias, const Norm &norm, torch::nn::Conv2d &classifier)
  {
    if (norm.is_folded ())
      return classify (features, weights, bias, classifier);

    torch::Tensor sum = to_nchw (F::linear (features[0], weights[0], bias));
    for (size_t i = 1; i < features.size (); i++)
      sum = sum + upsample_to (to_nchw (F::linear (features[i], weights[i])), sum.size (2), sum.size (3));
    return classifier (torch::relu (norm (sum)));
  }

  /* Each stage through its matrix of @weights at its own size, and their sum, [N, H, W, C], in float32.  The gradient
   * comes back to whatever the matrices are products of. */
  static torch::Tensor
  sum_stages (const std::vector<torch::Tensor> &features, const std::vector<torch::Tensor> &weights,
              const torch::Tensor &bias)
  {
    std::vector<torch::Tensor> maps;

    for (size_t i = 0; i < features.size (); i++)
      maps.push_back (
          linear_differentiably (features[i].to (torch::kFloat), weights[i], i == 0 ? bias : torch::Tensor ()));
    return sum_upsampled (maps);
  }

  /* Whether that, and what follows it, is computed by loops of our own. */
  bool
  may_merge (const torch::Tensor &feature) const
  {
    return feature.is_cpu () && may_compute_own (*parameters ().begin ());
  }

  torch::nn::Conv2d classifier{ nullptr };
};

/* Hugging Face's and NVlabs'. */
class LinearHead : public Head
{
public:
  explicit LinearHead (const Architecture &a) : dropout (a.head_dropout)
  {
    auto projections = register_module ("linear_c", std::make_shared<Scope> ());
    const int64_t d = a.decoder_width;

    for (size_t i = 0; i < a.widths.size (); i++)
      linear.push_back (projections->register_module (std::to_string (i), std::make_shared<Scope> ())
                            ->register_module ("proj", torch::nn::Linear (a.widths[i], d)));
    fuse = register_module ("linear_fuse", torch::nn::Conv2d (pointwise (d * a.widths.size (), d, false)));
    norm = Norm (*this, "batch_norm", a.norm, a.norm_groups, d);
    classifier = register_module ("classifier", torch::nn::Conv2d (pointwise (d, a.classes, true)));
  }

  torch::Tensor
  forward (const std::vector<torch::Tensor> &features) override
  {
    std::vector<torch::Tensor> maps;

    if (!folded.empty ())
      return finish (features, folded, folded_bias, norm, classifier);
    if (may_merge (features[0]))
      return merge (features);
    for (size_t i = features.size (); i-- > 0;)
      maps.push_back (upsample_to (to_nchw (linear[i](features[i])), features[0].size (1), features[0].size (2)));
    return classifier (torch::dropout (torch::relu (norm (fuse (torch::cat (maps, 1)))), dropout, is_training ()));
  }

  /* linear_c[i], its share of the fuse convolution, and BatchNorm become one matrix a stage. */
  void
  fold () override
  {
    torch::NoGradGuard no_grad;
    const size_t n = linear.size ();
    torch::Tensor bias;

    norm.fold_into (fuse);
    bias = fuse->bias.defined () ? fuse->bias.to (torch::kDouble)
                                 : torch::zeros ({ fuse->weight.size (0) }, torch::kDouble);
    auto shares = fuse->weight.to (torch::kDouble).flatten (1).chunk (n, 1); /* the coarsest stage is first */
    for (size_t i = 0; i < n; i++)
      {
        torch::Tensor share = shares[n - 1 - i];

        folded.push_back (share.matmul (linear[i]->weight.to (torch::kDouble)).to (fuse->weight.scalar_type ()));
        bias = bias + share.mv (linear[i]->bias.to (torch::kDouble));
      }
    folded_bias = bias.to (fuse->weight.scalar_type ());
    for (size_t i = 0; i < n; i++)
      folded[i] = register_buffer ("folded" + std::to_string (i), folded[i]);
    folded_bias = register_buffer ("folded_bias", folded_bias);
  }

private:
  /* As fold () does, but for BatchNorm, with the weights of this step. */
  torch::Tensor
  merge (const std::vector<torch::Tensor> &features)
  {
    const WithoutAutocast exactly;
    const auto shares = fuse->weight.flatten (1).chunk (linear.size (), 1); /* the coarsest stage is first */
    std::vector<torch::Tensor> weights;
    torch::Tensor bias = fuse->bias;

    for (size_t i = 0; i < linear.size (); i++)
      {
        const torch::Tensor &share = shares[linear.size () - 1 - i], offset = share.mv (linear[i]->bias);

        weights.push_back (share.matmul (linear[i]->weight));
        bias = bias.defined () ? bias + offset : offset;
      }

    const torch::Tensor sum = sum_stages (features, weights, bias);
    if (!norm.get_batch ().is_empty ())
      return classify_normalised (sum, norm.get_batch (), dropout, classifier);
    return classifier (torch::dropout (torch::relu (norm (to_nchw (sum))), dropout, is_training ()));
  }

  const double dropout;
  std::vector<torch::nn::Linear> linear;
  torch::nn::Conv2d fuse{ nullptr };
  Norm norm;
  std::vector<torch::Tensor> folded;
  torch::Tensor folded_bias;
};

/* MMSegmentation's: a ReLU per stage, so that only the fuse convolution commutes with upsampling. */
class ConvolutionHead : public Head
{
public:
  explicit ConvolutionHead (const Architecture &a) : dropout (a.head_dropout)
  {
    auto modules = register_module ("convs", std::make_shared<Scope> ());
    const int64_t d = a.decoder_width;
    const char *const name = a.norm == NormKind::Batch ? "bn" : "gn";

    for (size_t i = 0; i < a.widths.size (); i++)
      convs.emplace_back (*modules->register_module (std::to_string (i), std::make_shared<Scope> ()), "conv", name,
                          pointwise (a.widths[i], d, false), a.norm, a.norm_groups);
    auto fusion = register_module ("fusion_conv", std::make_shared<Scope> ());
    fuse = fusion->register_module ("conv", torch::nn::Conv2d (pointwise (d * a.widths.size (), d, false)));
    norm = Norm (*fusion, name, a.norm, a.norm_groups, d);
    classifier = register_module ("conv_seg", torch::nn::Conv2d (pointwise (d, a.classes, true)));
  }

  torch::Tensor
  forward (const std::vector<torch::Tensor> &features) override
  {
    std::vector<torch::Tensor> maps;

    for (size_t i = 0; i < features.size (); i++)
      maps.push_back (torch::relu (convs[i](to_nchw (features[i]))));
    if (!shares.empty ())
      {
        for (torch::Tensor &map : maps)
          map = to_nhwc (map);
        return finish (maps, shares, fuse->bias, norm, classifier);
      }
    if (may_merge (maps[0]))
      return merge (maps);
    for (torch::Tensor &map : maps)
      map = upsample_to (map, features[0].size (1), features[0].size (2));
    /* Whole channels are dropped here, single values in the other head. */
    return classifier (
        torch::feature_dropout (torch::relu (norm (fuse (torch::cat (maps, 1)))), dropout, is_training ()));
  }

  void
  fold () override
  {
    torch::NoGradGuard no_grad;

    for (ConvNorm &conv : convs)
      conv.fold ();
    norm.fold_into (fuse);
    shares = fuse->weight.detach ().flatten (1).chunk (convs.size (), 1);
    for (size_t i = 0; i < shares.size (); i++)
      shares[i] = register_buffer ("share" + std::to_string (i), shares[i].contiguous ());
  }

private:
  torch::Tensor
  merge (std::vector<torch::Tensor> maps)
  {
    const WithoutAutocast exactly;

    for (torch::Tensor &map : maps)
      map = to_nhwc (map);
    const torch::Tensor sum = sum_stages (maps, fuse->weight.flatten (1).chunk (convs.size (), 1), fuse->bias);
    const double dropped = is_training () ? dropout : 0;
    if (!norm.get_batch ().is_empty () && dropped == 0)
      return classify_normalised (sum, norm.get_batch (), 0, classifier);
    return classifier (torch::feature_dropout (torch::relu (norm (to_nchw (sum))), dropped, is_training ()));
  }

  const double dropout;
  std::vector<ConvNorm> convs;
  torch::nn::Conv2d fuse{ nullptr };
  Norm norm;
  std::vector<torch::Tensor> shares;
};

class SegFormer : public Network
{
public:
  explicit SegFormer (const Architecture &a) : Network (a)
  {
    encoder = register_module ("segformer", std::make_shared<Scope> ())
                  ->register_module ("encoder", std::make_shared<MixTransformer> (a));
    if (a.head == HeadKind::HuggingFace)
      head = register_module ("decode_head", std::make_shared<LinearHead> (a));
    else
      head = register_module ("decode_head", std::make_shared<ConvolutionHead> (a));
    encoder->apply ([] (torch::nn::Module &module) { initialise (module); });
    head->initialise_all ();
  }

  torch::Tensor
  forward (torch::Tensor x) override
  {
    check (x);
    return head->forward (encoder->forward (x));
  }

  std::vector<torch::Tensor>
  encode (torch::Tensor x) override
  {
    check (x);
    std::vector<torch::Tensor> features = encoder->forward (x);
    for (torch::Tensor &feature : features)
      feature = to_nchw (feature);
    return features;
  }

  void
  fold () override
  {
    encoder->fold ();
    head->fold ();
  }

  void
  accelerate (torch::ScalarType type) override
  {
    encoder->accelerate (type);
  }

  /* What multiplies inside of blocks.  Their sum, the norms, the patch embeddings and the head stay: they are a small
   * part of the work and, rounded, most of what would be seen of it. */
  void
  lower (torch::ScalarType type) override
  {
    encoder->lower (type);
  }

private:
  /* The keys' convolution needs at least one whole window. */
  static void
  check (const torch::Tensor &x)
  {
    if (x.dim () != 4 || x.size (1) != 3 || x.size (2) < 32 || x.size (3) < 32)
      fail (ACINI_MODEL_ERROR_INPUT, "A SegFormer takes images of three channels and at least 32 × 32 pixels");
  }

  std::shared_ptr<MixTransformer> encoder;
  std::shared_ptr<Head> head;
};

/* MiT as an encoder for any decoder; it has no map of half the image's size. */
class MixTransformerEncoder : public Encoder
{
public:
  explicit MixTransformerEncoder (const Architecture &a) : body (std::make_shared<MixTransformer> (a))
  {
    for (const auto &child : body->named_children ())
      register_module (child.key (), child.value ());
    widths = { 0 };
    widths.insert (widths.end (), a.widths.begin (), a.widths.end ());
    body->apply ([] (torch::nn::Module &module) { initialise (module); });
  }

  std::vector<torch::Tensor>
  forward (const torch::Tensor &x) override
  {
    std::vector<torch::Tensor> features = { x.new_empty ({ x.size (0), 0, x.size (2) / 2, x.size (3) / 2 }) };

    for (const torch::Tensor &feature : body->forward (x))
      features.push_back (to_nchw (feature));
    return features;
  }

  void
  fold () override
  {
    body->fold ();
  }

  void
  accelerate (torch::ScalarType type) override
  {
    body->accelerate (type);
  }

  void
  lower (torch::ScalarType type) override
  {
    body->lower (type);
  }

  torch::ScalarType
  get_type () const override
  {
    return torch::kFloat; /* of the norms behind the stages */
  }

private:
  const std::shared_ptr<MixTransformer> body;
};

/* Sizes come from checkpoints, so what does not fit together is an error of theirs. */
void
check_sizes (const Architecture &a)
{
  const size_t n = a.widths.size ();

  if (n != 4 || a.depths.size () != n || a.heads.size () != n || a.reductions.size () != n || a.expansions.size () != n)
    fail (ACINI_MODEL_ERROR_SHAPE, "A SegFormer has four stages");
  for (size_t i = 0; i < n; i++)
    if (a.widths[i] < 1 || a.depths[i] < 1 || a.heads[i] < 1 || a.reductions[i] < 1 || a.expansions[i] < 1
        || a.widths[i] % a.heads[i] != 0)
      fail (ACINI_MODEL_ERROR_SHAPE,
            "Stage %zu of this SegFormer is %" G_GINT64_FORMAT " channels wide, which %" G_GINT64_FORMAT
            " attention heads cannot share",
            i + 1, a.widths[i], a.heads[i]);
}

} // namespace

double
get_drop_path (const Architecture &architecture, int64_t block)
{
  int64_t total = 0;

  for (int64_t depth : architecture.depths)
    total += depth;
  return total > 1 ? architecture.drop_path * block / (total - 1) : 0;
}

std::shared_ptr<Network>
make_segformer (const Architecture &architecture)
{
  check_sizes (architecture);
  if (architecture.decoder_width < 1 || architecture.classes < 1)
    fail (ACINI_MODEL_ERROR_SHAPE, "The head of this SegFormer is empty");
  return std::make_shared<SegFormer> (architecture);
}

std::shared_ptr<Encoder>
make_mix_transformer (const Architecture &architecture)
{
  check_sizes (architecture);
  return std::make_shared<MixTransformerEncoder> (architecture);
}

} // namespace acini
