/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/processor.hpp"

#include "acini-config.h"

namespace acini
{

static thread_local int n_exact = 0;
static thread_local Products products_now = Products::Default;
static thread_local const Processor *pretended_now = nullptr;

static Processor
ask_processor ()
{
#if ACINI_HAVE_AVX512_KERNELS
  const bool avx512 = __builtin_cpu_supports ("x86-64-v4");
  const bool bfloat16 = avx512 && __builtin_cpu_supports ("avx512bf16") && __builtin_cpu_supports ("avx512vnni");
#elif defined(__x86_64__)
  const bool avx512 = false, bfloat16 = __builtin_cpu_supports ("avx512bf16");
#else
  const bool avx512 = false, bfloat16 = false;
#endif
  /* libtorch asks the same, by a name that changes between its versions. */
#if defined(__x86_64__)
  const bool tiles = __builtin_cpu_supports ("amx-tile");
#else
  const bool tiles = false;
#endif

  return { avx512, bfloat16, tiles };
}

Processor
get_processor ()
{
  static const Processor processor = ask_processor ();

  return pretended_now != nullptr ? *pretended_now : processor;
}

PretendProcessor::PretendProcessor (const Processor &processor) : pretended (processor), before (pretended_now)
{
  pretended_now = &pretended;
}

PretendProcessor::~PretendProcessor () { pretended_now = before; }

ExactNumbers::ExactNumbers () { n_exact++; }

ExactNumbers::~ExactNumbers () { n_exact--; }

bool
wants_exact_numbers ()
{
  return n_exact > 0;
}

UseProducts::UseProducts (Products products) : before (products_now) { products_now = products; }

UseProducts::~UseProducts () { products_now = before; }

bool
wants_kernels (torch::ScalarType type)
{
  const Processor processor = get_processor ();

  if (wants_exact_numbers () || !processor.avx512)
    return false;
  return type == torch::kFloat || (type == torch::kBFloat16 && processor.bfloat16);
}

bool
wants_products (torch::ScalarType type)
{
  switch (products_now)
    {
    case Products::Own:
      return wants_kernels (type);
    case Products::Libtorch:
      return false;
    case Products::Default:
      break;
    }
  return wants_kernels (type) && !(type == torch::kBFloat16 && get_processor ().tiles);
}

} // namespace acini
