/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/augment.hpp"

#include "model/training/stain.hpp"

#include <algorithm>
#include <cmath>

namespace acini
{

static double
jitter (Random &random, double share)
{
  return 1 + random.between (-share, share);
}

/* The same for what came later. */
static void
draw_more (const AciniRecipe &recipe, Random &random, Augmentation &a)
{
  bool turned = random.chance (recipe.angle_chance), moved = random.chance (recipe.elastic);
  double angle = random.between (-recipe.angle, recipe.angle), look = random.uniform ();
  bool distorted = random.chance (recipe.photometric);
  Photometric photometric = draw_photometric (random);

  a.warp.angle = turned ? angle : 0;
  a.warp.elastic = moved ? recipe.elastic_size : 0;
  a.warp.seed = random.next ();
  a.cut_mix = random.chance (recipe.cutmix);
  a.cut_out = random.chance (recipe.cutout);
  a.equalise = random.chance (recipe.clahe);
  a.gamma = std::exp (std::log1p (recipe.gamma) * random.between (-1, 1));
  a.photometric = distorted ? photometric : Photometric ();
  if (look < recipe.macenko)
    a.look = Augmentation::Look::Macenko;
  else if (look < recipe.macenko + recipe.reinhard)
    a.look = Augmentation::Look::Reinhard;
  else if (look < recipe.macenko + recipe.reinhard + recipe.histogram)
    a.look = Augmentation::Look::Histogram;
  a.seed = random.next ();
}

/* Draws every number whatever the recipe says, so that switching one augmentation off leaves the others as they were.
 */
Augmentation
draw_augmentation (const AciniRecipe &recipe, Random &random)
{
  Augmentation a;
  bool mirror = random.chance (0.5);
  int turns = int (random.next () >> 62);
  bool blur = random.chance (recipe.blur);
  double sigma = random.between (0.3, 1.2);

  a.mirror = recipe.flip && mirror;
  a.turns = recipe.rotate ? turns : 0;
  a.blur = blur ? sigma : 0;
  a.haematoxylin = jitter (random, recipe.stain);
  a.eosin = jitter (random, recipe.stain);
  a.brightness = jitter (random, recipe.brightness);
  a.contrast = jitter (random, recipe.contrast);
  a.saturation = jitter (random, recipe.saturation);
  a.hue = random.between (-recipe.hue, recipe.hue);
  draw_more (recipe, random, a);
  return a;
}

/* Another slide's colours, where both can tell what theirs are. */
static void
take_look (Augmentation::Look look, const Bytes &other, Bytes &rgb)
{
  StainProfile from, to;

  if (look == Augmentation::Look::Macenko && find_stains (rgb, &from) && find_stains (other, &to))
    transfer_stains (from, to, rgb);
  else if (look == Augmentation::Look::Reinhard)
    transfer_statistics (other, rgb);
  else if (look == Augmentation::Look::Histogram)
    match_histograms (other, rgb);
}

void
change_pixels (const Augmentation &a, const AciniRecipe &recipe, int side, const Bytes &other,
               const Bytes &other_labels, Bytes &rgb, Bytes &labels)
{
  Random random ({ a.seed, 5 });

  take_look (a.look, other, rgb);
  if (a.cut_mix)
    cut_mix (side, other, other_labels, random, rgb, labels);
  if (a.equalise)
    equalise_adaptively (side, recipe.clahe_clip, rgb);
  if (a.photometric.brightness != 0 || a.photometric.contrast != 1 || a.photometric.saturation != 1
      || a.photometric.hue != 0)
    distort_photometrically (a.photometric, rgb);
  if (a.gamma != 1)
    apply_gamma (a.gamma, rgb);
  if (a.cut_out)
    cut_out (side, recipe.cutout_holes, recipe.cutout_min, recipe.cutout_max, random, rgb);
}

/* Where the pixel comes from that ends up at (x, y). */
static size_t
source_of (const Augmentation &a, int side, int x, int y)
{
  for (int i = 0; i < a.turns; i++)
    {
      int turned = side - 1 - y;

      y = x;
      x = turned;
    }
  return size_t (y) * side + (a.mirror ? side - 1 - x : x);
}

void
mirror_and_turn (const Augmentation &a, int side, int channels, std::vector<uint8_t> &pixels)
{
  if (!a.mirror && a.turns == 0)
    return;

  std::vector<uint8_t> result (pixels.size ());
  uint8_t *to = result.data ();
  /* Neighbours come from neighbours, always in the same direction. */
  const auto first = ptrdiff_t (source_of (a, side, 0, 0));
  const ptrdiff_t across = side > 1 ? ptrdiff_t (source_of (a, side, 1, 0)) - first : 0;
  const ptrdiff_t down = side > 1 ? ptrdiff_t (source_of (a, side, 0, 1)) - first : 0;

  for (int y = 0; y < side; y++)
    {
      const uint8_t *from = pixels.data () + (first + y * down) * channels;

      for (int x = 0; x < side; x++, from += across * channels)
        for (int c = 0; c < channels; c++)
          *to++ = from[c];
    }
  pixels.swap (result);
}

static Matrix3
multiply (const Matrix3 &a, const Matrix3 &b)
{
  Matrix3 c{};

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      for (int k = 0; k < 3; k++)
        c[i][j] += a[i][k] * b[k][j];
  return c;
}

static Matrix3
invert (const Matrix3 &m)
{
  auto minor = [&m] (int i, int j) {
    int r = (i + 1) % 3, s = (i + 2) % 3, u = (j + 1) % 3, v = (j + 2) % 3;

    return m[r][u] * m[s][v] - m[r][v] * m[s][u];
  };
  double determinant = m[0][0] * minor (0, 0) + m[0][1] * minor (0, 1) + m[0][2] * minor (0, 2);
  Matrix3 inverse;

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      inverse[j][i] = minor (i, j) / determinant;
  return inverse;
}

/* Columns: the optical densities of haematoxylin, of eosin, and of what is neither (their cross product). */
static Matrix3
stain_vectors ()
{
  static const double haematoxylin[3] = { 0.650, 0.704, 0.286 };
  static const double eosin[3] = { 0.072, 0.990, 0.105 };
  Matrix3 m;

  for (int i = 0; i < 3; i++)
    {
      int j = (i + 1) % 3, k = (i + 2) % 3;

      m[i] = { haematoxylin[i], eosin[i], haematoxylin[j] * eosin[k] - haematoxylin[k] * eosin[j] };
    }
  return m;
}

Matrix3
stain_matrix (double haematoxylin, double eosin)
{
  Matrix3 vectors = stain_vectors ();
  Matrix3 scaled = vectors;

  for (int i = 0; i < 3; i++)
    {
      scaled[i][0] *= haematoxylin;
      scaled[i][1] *= eosin;
    }
  return multiply (scaled, invert (vectors));
}

/* To 0 … 1, by way of the stains' densities where they change. */
static std::vector<float>
stain (const Augmentation &a, size_t n, const uint8_t *rgb)
{
  std::vector<float> result (3 * n);
  Matrix3 m = stain_matrix (a.haematoxylin, a.eosin);
  float density[256];

  if (a.haematoxylin == 1 && a.eosin == 1)
    {
      std::transform (rgb, rgb + 3 * n, result.begin (), [] (uint8_t v) { return v / 255.0f; });
      return result;
    }
  for (int v = 0; v < 256; v++)
    density[v] = -std::log (std::max (v, 1) / 255.0f);
  for (size_t i = 0; i < 3 * n; i += 3)
    {
      float d[3] = { density[rgb[i]], density[rgb[i + 1]], density[rgb[i + 2]] };

      for (int c = 0; c < 3; c++)
        result[i + c] = std::min (1.0f, std::exp (-float (m[c][0] * d[0] + m[c][1] * d[1] + m[c][2] * d[2])));
    }
  return result;
}

/* y = matrix x + offset. */
struct Affine
{
  Matrix3 matrix;
  std::array<double, 3> offset;
};

static constexpr double luma[3] = { 0.299, 0.587, 0.114 };

/* Turns colours about the grey axis (Rodrigues' formula), so that grey and white stay what they are. */
static Matrix3
hue_matrix (double turn)
{
  double c = std::cos (2 * M_PI * turn), s = std::sin (2 * M_PI * turn) / std::sqrt (3.0), t = (1 - c) / 3;

  return { { { c + t, t - s, t + s }, { t + s, c + t, t - s }, { t - s, t + s, c + t } } };
}

/* Saturation, hue, brightness and contrast (about the patch's mean grey) in one step. */
static Affine
colour_map (const Augmentation &a, const std::array<double, 3> &mean)
{
  Matrix3 saturation;
  Affine map;
  double grey = 0;

  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      saturation[i][j] = (1 - a.saturation) * luma[j] + (i == j ? a.saturation : 0);
  map.matrix = multiply (hue_matrix (a.hue), saturation);
  for (auto &row : map.matrix)
    for (double &value : row)
      value *= a.brightness;
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      grey += luma[i] * map.matrix[i][j] * mean[j];
  for (auto &row : map.matrix)
    for (double &value : row)
      value *= a.contrast;
  map.offset.fill ((1 - a.contrast) * grey);
  return map;
}

static void
colour (const Augmentation &a, size_t n, std::vector<float> &pixels)
{
  std::array<double, 3> mean{};

  for (size_t i = 0; i < 3 * n; i += 3)
    for (int c = 0; c < 3; c++)
      mean[c] += pixels[i + c];
  for (double &value : mean)
    value /= double (n);

  Affine map = colour_map (a, mean);

  for (size_t i = 0; i < 3 * n; i += 3)
    {
      float p[3] = { pixels[i], pixels[i + 1], pixels[i + 2] };

      for (int c = 0; c < 3; c++)
        {
          const auto &row = map.matrix[c];
          double value = row[0] * p[0] + row[1] * p[1] + row[2] * p[2] + map.offset[c];

          pixels[i + c] = float (std::clamp (value, 0.0, 1.0));
        }
    }
}

/* One direction of a Gaussian: pixels @stride apart in lines of @side, the border repeated. */
static void
blur_line (const std::vector<float> &kernel, int side, size_t stride, float *line)
{
  int radius = int (kernel.size ()) / 2;
  std::vector<float> source (side);

  for (int i = 0; i < side; i++)
    source[i] = line[i * stride];
  for (int i = 0; i < side; i++)
    {
      float sum = 0;

      for (int k = -radius; k <= radius; k++)
        sum += kernel[k + radius] * source[std::clamp (i + k, 0, side - 1)];
      line[i * stride] = sum;
    }
}

static void
blur (double sigma, int side, std::vector<float> &pixels)
{
  int radius = int (std::ceil (2.5 * sigma));
  std::vector<float> kernel (2 * radius + 1);
  float sum = 0;

  for (int k = -radius; k <= radius; k++)
    sum += kernel[k + radius] = float (std::exp (-0.5 * k * k / (sigma * sigma)));
  for (float &weight : kernel)
    weight /= sum;
  for (int i = 0; i < side; i++)
    for (int c = 0; c < 3; c++)
      blur_line (kernel, side, 3, pixels.data () + size_t (i) * side * 3 + c);
  for (int i = 0; i < side; i++)
    for (int c = 0; c < 3; c++)
      blur_line (kernel, side, size_t (side) * 3, pixels.data () + size_t (i) * 3 + c);
}

void
colour_and_normalise (const Augmentation &a, int side, const uint8_t *rgb, const double mean[3], const double std[3],
                      float *planar)
{
  size_t n = size_t (side) * side;
  std::vector<float> pixels = stain (a, n, rgb);

  if (a.brightness != 1 || a.contrast != 1 || a.saturation != 1 || a.hue != 0)
    colour (a, n, pixels);
  if (a.blur > 0)
    blur (a.blur, side, pixels);
  for (int c = 0; c < 3; c++)
    {
      const double share = 1 / std[c];

      for (size_t i = 0; i < n; i++)
        planar[c * n + i] = float ((pixels[3 * i + c] - mean[c]) * share);
    }
}

} // namespace acini
