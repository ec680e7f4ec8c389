/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/inference/plan.hpp"

#include <functional>
#include <stdexcept>

namespace acini
{

/* Patches of one size, interleaved RGB bytes.  Computes n × planes × height × width probabilities (0 … 1, planar)
 * into the memory given. */
using Predictor = std::function<void (const std::uint8_t *rgb, int n, int height, int width, float *probability)>;

struct TilerOptions
{
  int patch = 512;   /* a multiple of 32 */
  int overlap = 128; /* 0 … 3/4 of the patch */
  int batch = 1;
  int planes = 1;
  int tile = 512;
  int readers = 1;
  int networks = 1;                          /* batches that go through the network side by side */
  std::int64_t memory = INT64_C (128) << 20; /* bytes for unfinished tiles */
  Rectangle region;                          /* inside the image; width 0: everything */
  bool centre_first = false;
};

/* What the tiler is connected to.  Any of these may throw: the first exception stops everything and comes out of
 * run (). */
struct TilerHooks
{
  /* Reading threads; one call at a time where there is one reader. */
  std::function<void (const Rectangle &, std::uint8_t *rgb)> read;
  /* Reading threads, one call at a time; each may be null. */
  std::function<bool (const Rectangle &)> is_empty;
  std::function<bool (TilePosition)> has;
  /* The thread that runs the tiler and, of several side by side, others. */
  Predictor network;
  /* The thread that runs the tiler. */
  std::function<void (double fraction)> progress; /* may be null; at most ten times a second, and at the end */
  std::function<bool ()> is_cancelled;            /* may be null */
  /* The blending thread. */
  std::function<void (TilePosition, const std::uint8_t *probability)> write;
};

class Cancelled : public std::runtime_error
{
public:
  Cancelled () : std::runtime_error ("The segmentation was cancelled") {}
};

/* Segments an image of any size in bounded memory: patches that overlap go through the network in batches and are
 * blended into tiles.  Reading, the network, and blending with writing run side by side: a fixed number of batches goes
 * round between the reading threads, those of the network and the blending one, so none gets far ahead of the others.
 *
 * What a tile holds depends on the image, the patch's size and the overlap alone: not on the region, on the batch, on
 * what is there already, nor on the speed of any thread (as far as the network treats the patches of a batch alike). */
class Tiler
{
public:
  Tiler (std::int64_t width, std::int64_t height, const TilerOptions &options);

  /* Throws Cancelled, or what a hook threw. */
  void run (const TilerHooks &hooks) const;

private:
  TilerOptions options_;
  PatchGrid x_, y_;
};

} // namespace acini
