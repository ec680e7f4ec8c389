/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/winograd-kernel.hpp"

#include "model/kernels/winograd-transforms.hpp"

namespace acini
{

namespace
{

/* Adds A × B to C, or sets C to it.  @units: for each column */
template <int kRows, int kVectors, bool kAdd>
inline void
multiply_whole (const std::int16_t *A, std::int64_t lda, const std::int16_t *B, std::int64_t depth, const float *units,
                float *C)
{
  WholeVector sum[kRows][kVectors] = {};

  for (std::int64_t k = 0; k < depth; k += 2)
    add_products<kRows, kVectors> (A + k, lda, B + k * kVectors * kLanes, sum);
#pragma GCC unroll 32
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++)
      {
        float *to = C + (i * kVectors + j) * kLanes;
        const Vector value = _mm512_cvtepi32_ps ((__m512i)sum[i][j]), unit = _mm512_loadu_ps (units + j * kLanes);

        _mm512_storeu_ps (to, kAdd ? _mm512_fmadd_ps (value, unit, _mm512_loadu_ps (to)) : _mm512_mul_ps (value, unit));
      }
}

/* C = A × B, kRows rows at a time as long as there are so many, then fewer. */
template <int kRows, int kVectors>
inline void
multiply (const float *A, std::int64_t rows, const float *B, std::int64_t depth, const float *units, float *C)
{
  constexpr int kWide = kVectors * kLanes;

  for (; rows >= kRows; rows -= kRows, A += kRows * depth, C += kRows * kWide)
    multiply_block<kRows, kVectors> (A, depth, B, depth, C, kWide);
  if constexpr (kRows > 1)
    if (rows > 0)
      multiply<kRows / 2, kVectors> (A, rows, B, depth, units, C);
}

template <int kRows, int kVectors>
inline void
multiply (const std::int16_t *A, std::int64_t rows, const std::int16_t *B, std::int64_t depth, const float *units,
          float *C)
{
  constexpr int kWide = kVectors * kLanes;

  for (; rows >= kRows; rows -= kRows, A += kRows * depth, C += kRows * kWide)
    {
      multiply_whole<kRows, kVectors, false> (A, depth, B, depth < kWinogradDepth ? depth : kWinogradDepth, units, C);
      for (std::int64_t k = kWinogradDepth; k < depth; k += kWinogradDepth)
        multiply_whole<kRows, kVectors, true> (A + k, depth, B + k * kWide,
                                               depth - k < kWinogradDepth ? depth - k : kWinogradDepth, units, C);
    }
  if constexpr (kRows > 1)
    if (rows > 0)
      multiply<kRows / 2, kVectors> (A, rows, B, depth, units, C);
}

inline float
get_greatest (__m512i halves)
{
  const __m256i quarter = _mm256_max_epu16 (_mm512_castsi512_si256 (halves), _mm512_extracti64x4_epi64 (halves, 1));

  return _mm512_reduce_max_ps (_mm512_castsi512_ps (_mm512_slli_epi32 (_mm512_cvtepu16_epi32 (quarter), 16)));
}

/* How far apart the greatest and the least pixel under a tile, or 0, are.  Numbers of bfloat16 that are positive are in
 * the order of their bits, negative ones in the opposite order and beyond all positive ones.
 * @runs: @n of them, of @length numbers (a multiple of 16) each, of which every @step-th counts */
template <bool kRectified>
__attribute__ ((noinline)) float
find_span (const std::uint16_t *const *runs, int n, int step, std::int64_t length)
{
  const __m512i sign = _mm512_set1_epi16 (-0x8000);
  __m512i greatest = _mm512_setzero_si512 (), least = greatest;

  for (int i = 0; i < n; i += step)
    {
      const std::uint16_t *const run = runs[i];
      std::int64_t c = 0;

      for (; c + 2 * kLanes <= length; c += 2 * kLanes)
        {
          const __m512i value = _mm512_loadu_si512 (run + c);

          greatest = _mm512_max_epi16 (greatest, value);
          if constexpr (!kRectified)
            least = _mm512_max_epu16 (least, value);
        }
      if (c < length)
        {
          const __m512i value
              = _mm512_zextsi256_si512 (_mm256_loadu_si256 (reinterpret_cast<const __m256i *> (run + c)));

          greatest = _mm512_max_epi16 (greatest, value);
          if constexpr (!kRectified)
            least = _mm512_max_epu16 (least, value);
        }
    }
  if constexpr (kRectified)
    return get_greatest (greatest);
  least = _mm512_xor_si512 (least, sign);
  /* Where none is negative, the sign that was added makes it so. */
  least = _mm512_max_epi16 (least, _mm512_setzero_si512 ());
  return get_greatest (greatest) + get_greatest (least);
}

inline void
put (float *to, Vector value, float)
{
  store (to, value);
}

inline void
put (std::int16_t *to, Vector value, float factor)
{
  const __m512i rounded = _mm512_cvtps_epi32 (_mm512_mul_ps (value, _mm512_set1_ps (factor)));

  _mm256_storeu_si256 (reinterpret_cast<__m256i *> (to), _mm512_cvtsepi32_epi16 (rounded));
}

/* @factors: by which each of the points is multiplied, where it becomes a whole number */
template <typename T>
inline void
transform_tile (const T *const pixels[36], std::int64_t channels, const float factors[36], typename Factor<T>::Type *to,
                std::int64_t stride)
{
  for (std::int64_t c = 0; c < channels; c += kLanes)
    {
      Vector half[6][6];

#pragma GCC unroll 6
      for (int i = 0; i < 6; i++)
        {
          Vector row[6];

#pragma GCC unroll 6
          for (int j = 0; j < 6; j++)
            row[j] = load (pixels[6 * i + j] + c);
          transform_input (row, half[i]);
        }
#pragma GCC unroll 6
      for (int j = 0; j < 6; j++)
        {
          const Vector column[6] = { half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j] };
          Vector result[6];

          transform_input (column, result);
#pragma GCC unroll 6
          for (int i = 0; i < 6; i++)
            put (to + (6 * i + j) * stride + c, result[i], factors[6 * i + j]);
        }
    }
}

/* The nine numbers of an upsampled map.  @factors: as above */
template <typename T>
inline void
transform_doubled (const T *const pixels[9], std::int64_t channels, const float factors[9],
                   typename Factor<T>::Type *to, std::int64_t stride)
{
  for (std::int64_t c = 0; c < channels; c += kLanes)
    {
      Vector half[3][3];

#pragma GCC unroll 3
      for (int j = 0; j < 3; j++)
        {
          half[1][j] = load (pixels[3 + j] + c);
          half[0][j] = _mm512_sub_ps (load (pixels[j] + c), half[1][j]);
          half[2][j] = _mm512_sub_ps (load (pixels[6 + j] + c), half[1][j]);
        }
#pragma GCC unroll 3
      for (int i = 0; i < 3; i++)
        {
          put (to + 3 * i * stride + c, _mm512_sub_ps (half[i][0], half[i][1]), factors[3 * i]);
          put (to + (3 * i + 1) * stride + c, half[i][1], factors[3 * i + 1]);
          put (to + (3 * i + 2) * stride + c, _mm512_sub_ps (half[i][2], half[i][1]), factors[3 * i + 2]);
        }
    }
}

/* One by one, what numbers at the points are multiplied by where pixels span 1: the greatest one there can be becomes
 * kWinogradWhole. */
constexpr std::array<float, kWinogradPoints>
get_winograd_factors ()
{
  constexpr auto gains = get_winograd_gains ();
  std::array<float, kWinogradPoints> factors = {};

  for (int i = 0; i < kWinogradPoints; i++)
    factors[i] = kWinogradWhole / gains[i];
  return factors;
}

constexpr std::array<float, kDoubledInputs>
get_doubled_factors ()
{
  std::array<float, kDoubledInputs> factors = {};

  for (int i = 0; i < kDoubledInputs; i++)
    factors[i] = kWinogradWhole / (i % 2 == 0 && i != 4 ? 2.0f : 1.0f);
  return factors;
}

/* What of a convolution is multiplied in the same way. */
template <typename T> struct Part
{
  const WinogradSource *sources;
  int n_sources;
  int points, inputs; /* products, and numbers under a tile that they take */
  std::int64_t depth; /* channels */
  const typename Factor<T>::Type *weight;
  const float *units;
  float *sizes, *sums; /* of each tile what its sums have to be multiplied by; its products */
  typename Factor<T>::Type *transformed;

  bool
  is_doubled () const
  {
    return points == kDoubledPoints;
  }

  int
  get_input (int point) const
  {
    return is_doubled () ? 3 * kDoubledInput[point / 5] + kDoubledInput[point % 5] : point;
  }
};

/* All channels under a tile.  Returns: what its sums have to be multiplied by */
template <typename T>
inline float
transform_sources (const WinogradTask &task, const Part<T> &part, std::int64_t image, std::int64_t y0, std::int64_t x0,
                   typename Factor<T>::Type *to, std::int64_t stride)
{
  const T *nothing = static_cast<const T *> (task.nothing);
  const T *pixels[2][36];
  float factors[kWinogradPoints], size = 1;
  bool together[2];

  if (part.is_doubled ()) /* from the pixel before the one whose four are in the middle of the tile */
    together[0] = locate<T, 3> (part.sources[0], task.height / 2, task.width / 2, 0, image, (y0 + 1) / 2 - 1,
                                (x0 + 1) / 2 - 1, nothing, pixels[0]);
  else
    for (int s = 0; s < part.n_sources; s++)
      together[s] = locate<T, 6> (part.sources[s], task.height, task.width, part.sources[s].shift, image, y0 - 1,
                                  x0 - 1, nothing, pixels[s]);
  if constexpr (sizeof (T) == 2)
    {
      static constexpr auto plain = get_winograd_factors ();
      static constexpr auto doubled = get_doubled_factors ();
      const int side = part.is_doubled () ? 3 : 6;
      const float *all = part.is_doubled () ? doubled.data () : plain.data ();

      size = 0;
      for (int s = 0; s < part.n_sources; s++)
        {
          const auto find = part.sources[s].rectified ? find_span<true> : find_span<false>;

          size = __builtin_fmaxf (size, together[s]
                                            ? find (pixels[s], part.inputs, side, side * part.sources[s].channels)
                                            : find (pixels[s], part.inputs, 1, part.sources[s].channels));
        }
      const float each = size > 1e-35f ? 1 / size : 0; /* nothing is to become infinite */
      for (int i = 0; i < part.inputs; i++)
        factors[i] = all[i] * each;
    }
  if (part.is_doubled ())
    {
      transform_doubled (pixels[0], part.sources[0].channels, factors, to, stride);
      return size;
    }
  for (int s = 0; s < part.n_sources; s++)
    {
      transform_tile (pixels[s], part.sources[s].channels, factors, to, stride);
      to += part.sources[s].channels;
    }
  return size;
}

/* One row of four results, 16 channels, from an upsampled map's products. */
inline void
sum_doubled (const float *sums, std::int64_t stride, int row, Vector result[4])
{
  constexpr int point[] = { 0, 1, 3, 4 };
  const float *own = sums + 5 * point[row] * stride, *middle = sums + 10 * stride;
  Vector sum[5];

#pragma GCC unroll 5
  for (int j = 0; j < 5; j++)
    sum[j] = _mm512_add_ps (_mm512_loadu_ps (own + j * stride), _mm512_loadu_ps (middle + j * stride));
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++)
    result[j] = _mm512_add_ps (sum[point[j]], sum[2]);
}

/* The first of Winograd's two transforms back: columns. */
inline void
transform_columns (const float *sums, std::int64_t stride, Vector half[4][6])
{
#pragma GCC unroll 6
  for (int j = 0; j < 6; j++)
    {
      Vector column[6], result[4];

#pragma GCC unroll 6
      for (int i = 0; i < 6; i++)
        column[i] = _mm512_loadu_ps (sums + (6 * i + j) * stride);
      transform_output (column, result);
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++)
        half[i][j] = result[i];
    }
}

/* From sums to one tile of 16 channels of the output.  @plain, @doubled: the tile's sums in that part, if the task has
 * it; each with its size */
template <typename T, bool kPlain, bool kDoubled>
inline void
finish_tile (const WinogradTask &task, const float *plain, float plain_size, const float *doubled, float doubled_size,
             std::int64_t stride, std::int64_t image, std::int64_t y0, std::int64_t x0, std::int64_t channel)
{
  const Vector bias = task.bias ? _mm512_loadu_ps (task.bias + channel) : _mm512_setzero_ps ();
  const std::int64_t height = task.height - y0, width = task.width - x0;
  const std::int64_t first = ((image * task.height + y0) * task.width + x0) * task.outputs + channel;
  Vector half[4][6];

  if constexpr (kPlain)
    transform_columns (plain, stride, half);
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    {
      Vector row[4], sum[4];

      if (i >= height)
        break;
      if (y0 + i < 0)
        continue;
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++)
        sum[j] = bias;
      if constexpr (kPlain)
        {
          transform_output (half[i], row);
#pragma GCC unroll 4
          for (int j = 0; j < 4; j++)
            sum[j] = _mm512_fmadd_ps (row[j], _mm512_set1_ps (plain_size), sum[j]);
        }
      if constexpr (kDoubled)
        {
          sum_doubled (doubled, stride, i, row);
#pragma GCC unroll 4
          for (int j = 0; j < 4; j++)
            sum[j] = _mm512_fmadd_ps (row[j], _mm512_set1_ps (doubled_size), sum[j]);
        }
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++)
        {
          const std::int64_t at = first + (i * task.width + j) * task.outputs;
          Vector value = sum[j];

          if (x0 + j < 0 || j >= width)
            continue;
          if (task.residual)
            value = _mm512_add_ps (value, load (static_cast<const T *> (task.residual) + at));
          if (task.rectify)
            value = _mm512_max_ps (value, _mm512_setzero_ps ());
          store (static_cast<T *> (task.result) + at, value);
        }
    }
}

/* The same of a result that is halved: sums of four neighbours. */
template <typename T>
inline void
finish_halved (const WinogradTask &task, const float *sums, float size, std::int64_t stride, std::int64_t image,
               std::int64_t y0, std::int64_t x0, std::int64_t channel)
{
  const std::int64_t height = task.height / 2, width = task.width / 2;
  Vector half[4][6], rows[2][4];

  transform_columns (sums, stride, half);
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++)
    {
      const std::int64_t y = y0 / 2 + i;

      if (y >= height)
        break;
      transform_output (half[2 * i], rows[0]);
      transform_output (half[2 * i + 1], rows[1]);
#pragma GCC unroll 2
      for (int j = 0; j < 2; j++)
        {
          const std::int64_t x = x0 / 2 + j;
          const Vector sum = _mm512_add_ps (_mm512_add_ps (rows[0][2 * j], rows[0][2 * j + 1]),
                                            _mm512_add_ps (rows[1][2 * j], rows[1][2 * j + 1]));

          if (x < width)
            store (static_cast<T *> (task.result) + ((image * height + y) * width + x) * task.outputs + channel,
                   _mm512_mul_ps (sum, _mm512_set1_ps (size)));
        }
    }
}

/* The parts of @task, their numbers in @space.  Returns: how many */
template <typename T>
inline int
lay_out (const WinogradTask &task, std::int64_t n, void *space, Part<T> parts[2])
{
  using Number = typename Factor<T>::Type;
  float *at = static_cast<float *> (space);
  int n_parts = 0;

  if (task.doubled)
    parts[n_parts++] = { task.sources,
                         1,
                         kDoubledPoints,
                         kDoubledInputs,
                         task.sources[0].channels,
                         static_cast<const Number *> (task.doubled_weight),
                         task.doubled_units };
  if (const int left = task.n_sources - n_parts; left > 0)
    {
      const WinogradSource *sources = task.sources + n_parts;

      parts[n_parts++] = { sources,
                           left,
                           kWinogradPoints,
                           kWinogradPoints,
                           sources[0].channels + (left > 1 ? sources[1].channels : 0),
                           static_cast<const Number *> (task.weight),
                           task.units };
    }
  for (int i = 0; i < n_parts; i++)
    {
      parts[i].sizes = at;
      parts[i].sums = parts[i].sizes + n;
      at = parts[i].sums + parts[i].points * (n * task.block + kApart);
      parts[i].transformed = reinterpret_cast<Number *> (at);
      at += parts[i].inputs * (n * parts[i].depth + kApart);
    }
  return n_parts;
}

/* How many lay_out () needs. */
std::int64_t
count_numbers (const WinogradTask &task, std::int64_t n)
{
  Part<float> parts[2] = {};
  const int n_parts = lay_out (task, n, nullptr, parts);
  std::int64_t numbers = 0;

  for (int i = 0; i < n_parts; i++)
    numbers += n + parts[i].points * (n * task.block + kApart) + parts[i].inputs * (n * parts[i].depth + kApart);
  return numbers;
}

/* Evaluates the block of weights from @channel on in @space: units, points, and what is needed on the way. */
template <typename T>
inline void
evaluate_block (const WinogradTask &task, std::int64_t channel, float *space, const typename Factor<T>::Type **weight,
                const float **units)
{
  using Number = typename Factor<T>::Type;
  WinogradWeights block = *task.fresh;
  const std::int64_t n_units = kWinogradPoints * task.block;
  Number *points = reinterpret_cast<Number *> (space + n_units);

  block.weight += channel * block.output_stride;
  block.outputs = block.block = task.block;
  block.points = points;
  block.units = space;
  winograd_evaluate (block, 0, task.block, points + n_units * block.channels);
  *weight = points;
  *units = space;
}

/* How many numbers evaluate_block () needs. */
std::int64_t
count_block_numbers (const WinogradTask &task)
{
  if (!task.fresh)
    return 0;
  return kWinogradPoints * task.block * (1 + task.fresh->channels) + winograd_weights_space (*task.fresh) / 4;
}

/* Tiles [first, first + n) and output channels [begin, end).  kVectors × 16 channels at a time. */
template <typename T, int kRows, int kVectors>
void
run (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end, void *space)
{
  constexpr int kWide = kVectors * kLanes;
  const std::int64_t across = count_winograd_tiles (task.width, task.doubled),
                     down = count_winograd_tiles (task.height, task.doubled), before = task.doubled ? 1 : 0;
  const std::int64_t sums_stride = n * kWide + kApart;
  Part<T> parts[2] = {};
  const int n_parts = lay_out (task, n, space, parts);

  for (int p = 0; p < n_parts; p++)
    for (std::int64_t t = 0; t < n; t++)
      {
        const std::int64_t tile = first + t, inside = tile % (across * down);

        parts[p].sizes[t] = transform_sources<T> (
            task, parts[p], tile / (across * down), inside / across * 4 - before, inside % across * 4 - before,
            parts[p].transformed + t * parts[p].depth, n * parts[p].depth + kApart);
      }
  for (std::int64_t channel = begin; channel < end; channel += kWide)
    {
      for (int p = 0; p < n_parts; p++)
        {
          const Part<T> &part = parts[p];
          const typename Factor<T>::Type *weight = part.weight;
          const float *units = part.units;

          if (task.fresh)
            evaluate_block<T> (task, channel, static_cast<float *> (space) + count_numbers (task, n), &weight, &units);
          else
            {
              weight += channel * part.points * part.depth;
              units += channel * part.points;
            }
          for (int point = 0; point < part.points; point++)
            multiply<kRows, kVectors> (part.transformed + part.get_input (point) * (n * part.depth + kApart), n,
                                       weight + point * part.depth * kWide, part.depth, units + point * kWide,
                                       part.sums + point * sums_stride);
        }
      for (std::int64_t t = 0; t < n; t++)
        {
          const std::int64_t tile = first + t, inside = tile % (across * down), image = tile / (across * down);
          const std::int64_t y0 = inside / across * 4 - before, x0 = inside % across * 4 - before;

          for (int v = 0; v < kVectors; v++)
            {
              const std::int64_t at = t * kWide + v * kLanes, to = channel + v * kLanes;

              if (task.halved)
                finish_halved<T> (task, parts[0].sums + at, parts[0].sizes[t], sums_stride, image, y0, x0, to);
              else if (n_parts > 1)
                finish_tile<T, true, true> (task, parts[1].sums + at, parts[1].sizes[t], parts[0].sums + at,
                                            parts[0].sizes[t], sums_stride, image, y0, x0, to);
              else if (task.doubled)
                finish_tile<T, false, true> (task, nullptr, 0, parts[0].sums + at, parts[0].sizes[t], sums_stride,
                                             image, y0, x0, to);
              else
                finish_tile<T, true, false> (task, parts[0].sums + at, parts[0].sizes[t], nullptr, 0, sums_stride,
                                             image, y0, x0, to);
            }
        }
    }
}

template <typename T>
void
run_wide (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end,
          void *space)
{
  if (task.fresh && task.block == 32) /* tiles are few: 16, or 64 */
    return run<T, 8, 2> (task, first, n, begin, end, space);
  if (task.fresh && task.block == 16)
    return run<T, 16, 1> (task, first, n, begin, end, space);
  switch (task.block)
    {
    case 64:
      run<T, 7, 4> (task, first, n, begin, end, space);
      break;
    case 32:
      run<T, 14, 2> (task, first, n, begin, end, space);
      break;
    default:
      run<T, 14, 1> (task, first, n, begin, end, space);
    }
}

} // namespace

std::int64_t
winograd_space (const WinogradTask &task, std::int64_t n)
{
  return 4 * (count_numbers (task, n) + count_block_numbers (task));
}

void
winograd_run (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end,
              void *space)
{
  if (task.half)
    run_wide<std::uint16_t> (task, first, n, begin, end, space);
  else
    run_wide<float> (task, first, n, begin, end, space);
}

} // namespace acini
