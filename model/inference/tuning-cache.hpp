/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What turned out about networks on this computer, kept in the user's cache folder: measured anew for another
 * processor, libtorch, oneDNN, version of Acini or number of threads. */

#include "model/acini-model.h"
#include "model/network/network.hpp"
#include "model/kernels/onednn.hpp"
#include "model/kernels/processor.hpp"

#include <optional>
#include <string>
#include <tuple>

namespace acini
{

/* A way to compute. */
struct Way
{
  AciniPrecision precision;
  Products products;

  bool
  operator== (const Way &other) const
  {
    return precision == other.precision && products == other.products;
  }
};

/* Processor, threads and libraries: what else numbers and speed depend on. */
std::string describe_computer (int threads);

/* Of patches that go through a network together. */
struct Shape
{
  int n, height, width, threads;

  bool
  operator< (const Shape &other) const
  {
    return std::tie (n, height, width, threads) < std::tie (other.n, other.height, other.width, other.threads);
  }
  std::string to_string () const; /* "1x512x512" */
};

/* What was found right. */
struct KnownWay
{
  AciniOneDnn level;
  Way way, exact; /* the fastest; the one in float32, for networks whose masks suffer from the fastest */
  double error;   /* of the fastest */
};

const char *get_way_name (const Way &way); /* "bfloat16 by libtorch" */
int get_way_number (const Way &way);       /* 0 … */

/* All that numbers and speed depend on: two networks of one name may have heads of different widths. */
std::string describe (const Architecture &architecture);
/* The best that is known under @key with what oneDNN may use now, or less. */
std::optional<KnownWay> recall_way (const std::string &key, int threads);
/* A folder that cannot be written to costs another measurement, nothing else. */
void remember_way (const std::string &key, int threads, const KnownWay &known);
/* From now on what is known of @level and above is forgotten when it is met: a process died of it. */
void distrust (AciniOneDnn level);

/* How far masks of the network with these weights (get_fingerprint ()) agree in bfloat16 with those in float32, as
 * measure_parity () says. */
std::optional<double> recall_parity (const std::string &fingerprint, int threads);
void remember_parity (const std::string &fingerprint, int threads, double parity);

/* Tells networks with different weights apart. */
std::string get_fingerprint (Network &network);

} // namespace acini
