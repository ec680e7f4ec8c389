/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside network/: SegFormer's attention, on maps [N, H, W, C]. */

#include "model/kernels/differentiable.hpp"
#include "model/kernels/kernels.hpp"
#include "model/kernels/processor.hpp"
#include "model/network/families.hpp"

namespace acini
{

inline torch::Tensor
to_nchw (const torch::Tensor &x)
{
  return x.permute ({ 0, 3, 1, 2 });
}

inline torch::Tensor
to_nhwc (const torch::Tensor &x)
{
  return x.permute ({ 0, 2, 3, 1 });
}

inline torch::nn::LayerNorm
make_layer_norm (int64_t width, double eps)
{
  return torch::nn::LayerNorm (torch::nn::LayerNormOptions ({ width }).eps (eps));
}

/* Frozen, of the weights' type. */
inline torch::nn::Linear
make_linear (const torch::Tensor &weight, const torch::Tensor &bias)
{
  torch::nn::Linear linear (weight.size (1), weight.size (0));

  linear->weight.set_data (weight.detach ().contiguous ());
  linear->bias.set_data (bias.detach ());
  return linear;
}

/* @linear, in training, too. */
inline torch::Tensor
multiply (PackedLinear &linear, const torch::Tensor &x)
{
  return may_differentiate (x) ? linear_differentiably (x, linear.get_linear ()->weight, linear.get_linear ()->bias)
                               : linear (x);
}

/* What a kind of block needs to know about its stage. */
struct Stage
{
  int64_t width, heads, reduction, expansion;
  double dropout, attention_dropout, drop_path, eps_block, eps_reduction;
};

/* Attention whose keys and values come from a map shortened by a strided convolution. */
class Attention : public torch::nn::Module
{
public:
  explicit Attention (const Stage &stage) : stage (stage)
  {
    const int64_t c = stage.width;
    auto self = register_module ("self", std::make_shared<Scope> ());
    auto output = register_module ("output", std::make_shared<Scope> ());

    query = PackedLinear (self->register_module ("query", torch::nn::Linear (c, c)));
    key = self->register_module ("key", torch::nn::Linear (c, c));
    value = self->register_module ("value", torch::nn::Linear (c, c));
    if (stage.reduction > 1)
      {
        sr = self->register_module (
            "sr", torch::nn::Conv2d (torch::nn::Conv2dOptions (c, c, stage.reduction).stride (stage.reduction)));
        layer_norm = self->register_module ("layer_norm", make_layer_norm (c, stage.eps_reduction));
      }
    dense = PackedLinear (output->register_module ("dense", torch::nn::Linear (c, c)));
  }

  /* @x: of get_type (). */
  torch::Tensor
  forward (const torch::Tensor &x)
  {
    const double dropout = is_training () ? stage.attention_dropout : 0;
    torch::Tensor source = x;

    if (stage.reduction > 1)
      {
        torch::Tensor shortened = folded                  ? shorten (to_windows (x))
                                  : may_differentiate (x) ? shorten_differentiably (x)
                                                          : to_nhwc (sr (to_nchw (x)));
        source = add_normalise (shortened, {}, layer_norm, get_type ());
      }
    torch::Tensor both = folded                       ? key_value (source)
                         : may_differentiate (source) ? multiply_both (source)
                                                      : torch::cat ({ key (source), value (source) }, -1);

    if (merged)
      return attend_maps (x, both, 1, 0, key_bias (source.to (key_bias->weight.scalar_type ())));
    torch::Tensor y = multiply (dense, attend_differentiably (multiply (query, x), both, stage.heads, dropout));
    return torch::dropout (y, stage.dropout, is_training ());
  }

  void
  fold ()
  {
    torch::NoGradGuard no_grad;

    key_value = PackedLinear (register_module ("key_value", make_linear (torch::cat ({ key->weight, value->weight }),
                                                                         torch::cat ({ key->bias, value->bias }))));
    if (stage.reduction > 1)
      shorten = PackedLinear (
          register_module ("shorten", make_linear (to_nhwc (sr->weight).flatten (1), sr->bias.clone ())));
    folded = true;
  }

  void
  accelerate (torch::ScalarType type)
  {
    if (stage.heads == 1 && wants_products (type))
      merge ();
    for (PackedLinear *linear : get_folded ())
      linear->pack (type);
  }

  void
  lower (torch::ScalarType type)
  {
    for (PackedLinear *linear : get_folded ())
      linear->lower (type);
  }

  torch::ScalarType
  get_type () const
  {
    return folded ? key_value.get_type () : query.get_type ();
  }

private:
  /* What fold () makes one layer of each, with the weights of this step. */
  torch::Tensor
  shorten_differentiably (const torch::Tensor &x)
  {
    return linear_differentiably (to_windows (x), to_nhwc (sr->weight).flatten (1), sr->bias);
  }

  torch::Tensor
  multiply_both (const torch::Tensor &source)
  {
    return linear_differentiably (source, torch::cat ({ key->weight, value->weight }),
                                  torch::cat ({ key->bias, value->bias }));
  }

  /* With one head, what is linear around the softmax may as well act on the keys and values, which are fewer than the
   * tokens: q · k = (Q x + b) · k = x · Qᵀk + b · k, and shares add up to 1, so that D Σ share v + d = Σ share (D v +
   * d). In float64, so that merging itself adds no error. */
  void
  merge ()
  {
    torch::NoGradGuard no_grad;
    const auto exact = [] (const torch::Tensor &x) { return x.to (torch::kDouble); };
    const torch::ScalarType type = key->weight.scalar_type ();
    const torch::nn::Linear &q = query.get_linear (), &d = dense.get_linear (), &both = key_value.get_linear ();
    const torch::Tensor turned = exact (q->weight).t (), last = exact (d->weight),
                        offset = exact (q->bias).view ({ 1, -1 });

    both->weight.set_data (
        torch::cat ({ turned.matmul (exact (key->weight)), last.matmul (exact (value->weight)) }).to (type));
    both->bias.set_data (
        torch::cat ({ turned.mv (exact (key->bias)), last.mv (exact (value->bias)) + exact (d->bias) }).to (type));
    key_bias = register_module ("key_bias", make_linear (offset.matmul (exact (key->weight)).to (type),
                                                         offset.mv (exact (key->bias)).to (type)));
    merged = true;
  }

  std::vector<PackedLinear *>
  get_folded ()
  {
    std::vector<PackedLinear *> all = { &key_value };

    if (!merged)
      all.insert (all.end (), { &query, &dense });
    if (stage.reduction > 1)
      all.push_back (&shorten);
    return all;
  }

  /* The windows of sr, whose stride is their side: a convolution of such is a linear layer on all of a window's
   * numbers. [N, H, W, C] becomes [N, H / side, W / side, side × side × C]. */
  torch::Tensor
  to_windows (const torch::Tensor &x) const
  {
    const int64_t side = stage.reduction, height = x.size (1) / side, width = x.size (2) / side;

    return x.slice (1, 0, height * side)
        .slice (2, 0, width * side)
        .reshape ({ x.size (0), height, side, width, side, x.size (3) })
        .transpose (2, 3)
        .reshape ({ x.size (0), height, width, side * side * x.size (3) });
  }

  const Stage stage;
  PackedLinear query, dense, key_value, shorten; /* the last two when folded: key and value at once, and sr */
  torch::nn::Linear key{ nullptr }, value{ nullptr }, key_bias{ nullptr };
  torch::nn::Conv2d sr{ nullptr };
  torch::nn::LayerNorm layer_norm{ nullptr };
  bool folded = false;
  bool merged = false; /* the tokens themselves are the queries */
};

} // namespace acini
