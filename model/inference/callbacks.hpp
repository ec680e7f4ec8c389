/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/acini-model.h"
#include "model/inference/tiler.hpp"

#include <array>
#include <vector>

namespace acini
{

/* What a network wants when the options leave it open. */
struct SegmentDefaults
{
  int planes = 1;       /* that the network gives */
  int batch = 1;        /* for throughput */
  int screen_batch = 1; /* for the first tile to come soon */
  int networks = 1;     /* batches that the network takes side by side */
};

/* How many batches of one thread, or of a few each, keep @threads busy.  Threads that share one patch wait for each
 * other many times a patch, for longest where somebody else uses a core too; those that work at one each never do. */
int count_networks (const SegmentDefaults &defaults, const AciniSegmentOptions &options, int threads);

/* What the network gets: patches at a time, height and width; several with augmentation. */
std::vector<std::array<int, 3>> list_patches (const SegmentDefaults &defaults, gint64 width, gint64 height,
                                              const AciniSegmentOptions &options);

/* acini_model_segment () with any network: the C callbacks as hooks of a Tiler.  A callback's GError comes out as a
 * ForeignError, and so does cancellation; unusable arguments are an Error. */
void segment (const Predictor &network, const SegmentDefaults &defaults, const AciniPatchSource &source,
              const AciniProbabilitySink &sink, const AciniSegmentOptions &options, AciniModelProgressFunc progress,
              gpointer user_data, GCancellable *cancellable);

} // namespace acini
