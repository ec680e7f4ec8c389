/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What this processor can do, and whose inner loops compute here and now: Acini's own or libtorch's. */

#include "model/base/torch.hpp"

namespace acini
{

struct Processor
{
  bool avx512;   /* as far as x86-64-v4 goes */
  bool bfloat16; /* multiplies bfloat16 (AVX512_BF16) and whole numbers of 16 bits (VNNI) */
  bool tiles;    /* and whole matrices of it (AMX): libtorch's products in bfloat16 are then several times faster */
};

Processor get_processor ();

/* For tests: while one lives, its thread computes as on a lesser, or another, processor. */
class PretendProcessor
{
public:
  explicit PretendProcessor (const Processor &processor);
  ~PretendProcessor ();
  PretendProcessor (const PretendProcessor &) = delete;
  PretendProcessor &operator= (const PretendProcessor &) = delete;

private:
  const Processor pretended;
  const Processor *const before;
};

/* While one lives, everything on its thread is computed as libtorch does, product by product. */
class ExactNumbers
{
public:
  ExactNumbers ();
  ~ExactNumbers ();
  ExactNumbers (const ExactNumbers &) = delete;
  ExactNumbers &operator= (const ExactNumbers &) = delete;
};

/* Whether one lives on this thread. */
bool wants_exact_numbers ();

/* Whose matrix products and convolutions. */
enum class Products
{
  Default, /* Acini's, but for bfloat16 where there are tiles */
  Own,
  Libtorch,
};

/* While one lives, its thread's products are these. */
class UseProducts
{
public:
  explicit UseProducts (Products products);
  ~UseProducts ();
  UseProducts (const UseProducts &) = delete;
  UseProducts &operator= (const UseProducts &) = delete;

private:
  const Products before;
};

/* Whether kernels for AVX-512 may work on maps of that type, here and now. */
bool wants_kernels (torch::ScalarType type);
/* Whether those of them that consist of products may. */
bool wants_products (torch::ScalarType type);

} // namespace acini
