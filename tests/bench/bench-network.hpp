/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Networks with random weights, which cost the same as trained ones, and models from disk. */

#include "model/inference/loaded-model.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace acini
{

inline LoadedNetwork
make_random_network (const std::string &architecture)
{
  LoadedNetwork loaded;

  torch::manual_seed (1);
  loaded.network = make_network (Architecture::from_name (architecture, 2));
  loaded.network->eval ();
  loaded.card = std::shared_ptr<AciniCard> (acini_card_new (), acini_card_free);
  return loaded;
}

/* "unet", "b0" … "b5", as the reference calls them, "fastai"; other names are architectures'. */
inline std::string
get_bench_architecture (const std::string &name)
{
  return name == "unet"       ? "unet-resnet34"
         : name == "fastai"   ? "unet-resnet34-fastai"
         : name.length () < 3 ? "segformer-" + name
                              : name;
}

/* @name: as above, or the path of a model. */
inline std::unique_ptr<LoadedModel>
make_bench_model (const std::string &name, AciniPrecision precision, int threads)
{
  const bool is_path = g_file_test (name.c_str (), G_FILE_TEST_EXISTS);
  AciniModelOptions options = {};

  options.precision = precision;
  options.threads = threads;
  return std::make_unique<LoadedModel> (
      is_path ? load_network (name) : make_random_network (get_bench_architecture (name)), options);
}

inline double
now ()
{
  return std::chrono::duration<double> (std::chrono::steady_clock::now ().time_since_epoch ()).count ();
}

/* Seconds that all threads of this process have used. */
inline double
processor_time ()
{
  timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

inline double
median (std::vector<double> values)
{
  std::sort (values.begin (), values.end ());
  return values[values.size () / 2];
}

/* JSON's name of a precision. */
inline const char *
precision_name (AciniPrecision precision)
{
  return precision == ACINI_PRECISION_BFLOAT16  ? "bfloat16"
         : precision == ACINI_PRECISION_FLOAT16 ? "float16"
                                                : "float32";
}

} // namespace acini
