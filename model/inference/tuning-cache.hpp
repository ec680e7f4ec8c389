/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What turned out about networks on this computer, kept in the user's cache folder: measured anew for another
 * processor, libtorch, version of Acini or number of threads. */

#include "model/acini-model.h"
#include "model/network/network.hpp"
#include "model/kernels/processor.hpp"

#include <optional>
#include <string>

namespace acini
{

/* A way to compute. */
struct Way
{
  AciniPrecision precision;
  Products products;
};

/* The fastest for networks of that shape. */
std::optional<Way> recall_fastest (const Architecture &architecture, int threads);
/* A folder that cannot be written to costs another measurement, nothing else. */
void remember_fastest (const Architecture &architecture, int threads, const Way &way);

/* How far masks of the network with these weights (get_fingerprint ()) agree in bfloat16 with those in float32, as
 * measure_parity () says. */
std::optional<double> recall_parity (const std::string &fingerprint, int threads);
void remember_parity (const std::string &fingerprint, int threads, double parity);

/* Tells networks with different weights apart. */
std::string get_fingerprint (Network &network);

} // namespace acini
