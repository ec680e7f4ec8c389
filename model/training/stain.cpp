/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/training/stain.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace acini
{

using Vector = std::array<double, 3>;

/* Optical densities below are glass; so many pixels are enough to know the stains, and so few too few. */
static constexpr double kGlass = 0.15;
static constexpr size_t kMostPixels = 8192, kFewestPixels = 64;

static double
get_density (uint8_t value)
{
  return -std::log ((value + 1) / 256.0);
}

static std::vector<Vector>
list_densities (const Bytes &rgb)
{
  size_t n = rgb.size () / 3, step = std::max<size_t> (1, n / kMostPixels);
  std::vector<Vector> densities;

  for (size_t i = 0; i < n; i += step)
    {
      Vector d = { get_density (rgb[3 * i]), get_density (rgb[3 * i + 1]), get_density (rgb[3 * i + 2]) };

      if (std::min ({ d[0], d[1], d[2] }) > kGlass)
        densities.push_back (d);
    }
  return densities;
}

static double
dot (const Vector &a, const Vector &b)
{
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static Vector
normalise (Vector v)
{
  double length = std::sqrt (dot (v, v));

  for (double &value : v)
    value /= length;
  return v;
}

/* The eigenvectors of the symmetric @m, that of the largest eigenvalue first (Jacobi's rotations). */
static std::array<Vector, 3>
find_eigenvectors (std::array<Vector, 3> m)
{
  std::array<Vector, 3> v = { { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } }; /* columns */
  std::array<int, 3> order = { 0, 1, 2 };
  std::array<Vector, 3> result;

  for (int sweep = 0; sweep < 30; sweep++)
    for (int p = 0; p < 2; p++)
      for (int q = p + 1; q < 3; q++)
        {
          if (std::abs (m[p][q]) < 1e-300)
            continue;

          double theta = (m[q][q] - m[p][p]) / (2 * m[p][q]);
          double t = (theta >= 0 ? 1 : -1) / (std::abs (theta) + std::sqrt (theta * theta + 1));
          double c = 1 / std::sqrt (t * t + 1), s = t * c;

          for (int k = 0; k < 3; k++)
            {
              double a = m[k][p], b = m[k][q];

              m[k][p] = c * a - s * b;
              m[k][q] = s * a + c * b;
            }
          for (int k = 0; k < 3; k++)
            {
              double a = m[p][k], b = m[q][k];

              m[p][k] = c * a - s * b;
              m[q][k] = s * a + c * b;
            }
          for (int k = 0; k < 3; k++)
            {
              double a = v[k][p], b = v[k][q];

              v[k][p] = c * a - s * b;
              v[k][q] = s * a + c * b;
            }
        }
  std::sort (order.begin (), order.end (), [&m] (int a, int b) { return m[a][a] > m[b][b]; });
  for (int i = 0; i < 3; i++)
    result[i] = { v[0][order[i]], v[1][order[i]], v[2][order[i]] };
  return result;
}

static double
get_percentile (std::vector<double> values, double share)
{
  auto at = values.begin () + std::ptrdiff_t (share * double (values.size () - 1) + 0.5);

  std::nth_element (values.begin (), at, values.end ());
  return *at;
}

/* How much of each stain makes @density: least squares. */
static std::array<double, 2>
separate (const StainProfile &profile, const Vector &density)
{
  double cross = dot (profile.vectors[0], profile.vectors[1]), determinant = 1 - cross * cross;
  double a = dot (profile.vectors[0], density), b = dot (profile.vectors[1], density);

  return { (a - cross * b) / determinant, (b - cross * a) / determinant };
}

/* The directions at the ends of the fan that the densities make in the plane of @first and @second. */
static void
find_directions (const std::vector<Vector> &densities, const Vector &first, const Vector &second, StainProfile *profile)
{
  std::vector<double> angles;

  for (const Vector &d : densities)
    angles.push_back (std::atan2 (dot (d, second), dot (d, first)));
  for (int i = 0; i < 2; i++)
    {
      double angle = get_percentile (angles, i == 0 ? 0.01 : 0.99);

      for (int c = 0; c < 3; c++)
        profile->vectors[i][c] = first[c] * std::cos (angle) + second[c] * std::sin (angle);
      profile->vectors[i] = normalise (profile->vectors[i]);
    }
  if (profile->vectors[0][0] < profile->vectors[1][0])
    std::swap (profile->vectors[0], profile->vectors[1]);
}

bool
find_stains (const Bytes &rgb, StainProfile *profile)
{
  std::vector<Vector> densities = list_densities (rgb);
  std::array<Vector, 3> covariance{};
  std::array<std::vector<double>, 2> amounts;
  Vector mean{};

  if (densities.size () < kFewestPixels)
    return false;
  for (const Vector &d : densities)
    for (int i = 0; i < 3; i++)
      mean[i] += d[i] / double (densities.size ());
  for (const Vector &d : densities)
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        covariance[i][j] += (d[i] - mean[i]) * (d[j] - mean[j]) / double (densities.size ());

  std::array<Vector, 3> axes = find_eigenvectors (covariance);

  /* Towards more stain, so that the angles of tissue lie about 0. */
  for (int i = 0; i < 2; i++)
    if (dot (axes[i], mean) < 0)
      for (double &value : axes[i])
        value = -value;
  find_directions (densities, axes[0], axes[1], profile);
  /* One stain alone is no plane. */
  if (dot (profile->vectors[0], profile->vectors[1]) > 0.9995)
    return false;
  for (const Vector &d : densities)
    for (int i = 0; i < 2; i++)
      amounts[i].push_back (separate (*profile, d)[i]);
  for (int i = 0; i < 2; i++)
    profile->strength[i] = get_percentile (amounts[i], 0.99);
  return profile->strength[0] > 0.01 && profile->strength[1] > 0.01;
}

void
transfer_stains (const StainProfile &from, const StainProfile &to, Bytes &rgb)
{
  float matrix[3][3], density[256];
  double cross = dot (from.vectors[0], from.vectors[1]), determinant = 1 - cross * cross;

  /* Both steps are linear in the densities: to.vectors × strengths' ratio × least squares. */
  for (int j = 0; j < 3; j++)
    for (int i = 0; i < 3; i++)
      {
        double a = (from.vectors[0][j] - cross * from.vectors[1][j]) / determinant;
        double b = (from.vectors[1][j] - cross * from.vectors[0][j]) / determinant;

        matrix[i][j] = float (to.vectors[0][i] * a * to.strength[0] / from.strength[0]
                              + to.vectors[1][i] * b * to.strength[1] / from.strength[1]);
      }
  for (int v = 0; v < 256; v++)
    density[v] = float (get_density (uint8_t (v)));
  for (size_t i = 0; i + 2 < rgb.size (); i += 3)
    {
      float d[3] = { density[rgb[i]], density[rgb[i + 1]], density[rgb[i + 2]] };

      for (int c = 0; c < 3; c++)
        rgb[i + c] = uint8_t (std::clamp (
            256 * std::exp (-(matrix[c][0] * d[0] + matrix[c][1] * d[1] + matrix[c][2] * d[2])) - 0.5f, 0.0f, 255.0f));
    }
}

/* Reinhard. */

/* From RGB to the logarithms of LMS, and from there to lαβ (both matrices are those of the paper). */
static void
to_lab (const float *logs_of, const uint8_t *rgb, float lab[3])
{
  float r = logs_of[rgb[0]], g = logs_of[rgb[1]], b = logs_of[rgb[2]];
  float l = std::log10 (0.3811f * r + 0.5783f * g + 0.0402f * b),
        m = std::log10 (0.1967f * r + 0.7244f * g + 0.0782f * b);
  float s = std::log10 (0.0241f * r + 0.1288f * g + 0.8444f * b);

  lab[0] = (l + m + s) / std::sqrt (3.0f);
  lab[1] = (l + m - 2 * s) / std::sqrt (6.0f);
  lab[2] = (l - m) / std::sqrt (2.0f);
}

static void
from_lab (const float lab[3], uint8_t *rgb)
{
  float a = lab[0] / std::sqrt (3.0f), b = lab[1] / std::sqrt (6.0f), c = lab[2] / std::sqrt (2.0f);
  float l = std::pow (10.0f, a + b + c), m = std::pow (10.0f, a + b - c), s = std::pow (10.0f, a - 2 * b);
  float out[3] = { 4.4679f * l - 3.5873f * m + 0.1193f * s, -1.2186f * l + 2.3809f * m - 0.1624f * s,
                   0.0497f * l - 0.2439f * m + 1.2045f * s };

  for (int i = 0; i < 3; i++)
    rgb[i] = uint8_t (std::clamp (255 * out[i] + 0.5f, 0.0f, 255.0f));
}

struct Statistics
{
  std::array<double, 3> mean{}, deviation{};
};

static void
fill_lab (const Bytes &rgb, std::vector<float> *lab, Statistics *statistics)
{
  size_t n = rgb.size () / 3;
  float values[256];

  for (int v = 0; v < 256; v++)
    values[v] = std::max (float (v), 1.0f) / 255;
  lab->resize (3 * n);
  for (size_t i = 0; i < n; i++)
    to_lab (values, &rgb[3 * i], &(*lab)[3 * i]);
  for (size_t i = 0; i < 3 * n; i++)
    statistics->mean[i % 3] += (*lab)[i] / double (n);
  for (size_t i = 0; i < 3 * n; i++)
    statistics->deviation[i % 3] += std::pow ((*lab)[i] - statistics->mean[i % 3], 2) / double (n);
  for (double &value : statistics->deviation)
    value = std::sqrt (value);
}

void
transfer_statistics (const Bytes &reference, Bytes &rgb)
{
  std::vector<float> lab, other;
  Statistics own, wanted;

  if (rgb.size () < 3 || reference.size () < 3)
    return;
  fill_lab (reference, &other, &wanted);
  fill_lab (rgb, &lab, &own);
  for (size_t i = 0; i < lab.size (); i += 3)
    {
      for (int c = 0; c < 3; c++)
        lab[i + c]
            = float ((lab[i + c] - own.mean[c]) * (own.deviation[c] > 1e-6 ? wanted.deviation[c] / own.deviation[c] : 1)
                     + wanted.mean[c]);
      from_lab (&lab[i], &rgb[i]);
    }
}

/* Histograms. */

static std::array<double, 256>
accumulate_histogram (const Bytes &rgb, int channel)
{
  std::array<double, 256> shares{};
  double n = double (rgb.size () / 3), sum = 0;

  for (size_t i = size_t (channel); i < rgb.size (); i += 3)
    shares[rgb[i]]++;
  for (double &share : shares)
    share = sum += share / n;
  return shares;
}

void
match_histograms (const Bytes &reference, Bytes &rgb)
{
  for (int c = 0; c < 3 && !rgb.empty () && !reference.empty (); c++)
    {
      std::array<double, 256> own = accumulate_histogram (rgb, c), wanted = accumulate_histogram (reference, c);
      uint8_t table[256];

      for (int v = 0; v < 256; v++)
        {
          /* The first value at or above that quantile, and the last that occurs below it. */
          int above = int (std::lower_bound (wanted.begin (), wanted.end (), own[v] - 1e-12) - wanted.begin ());
          int below = above > 0 ? int (std::lower_bound (wanted.begin (), wanted.end (), wanted[above - 1] - 1e-12)
                                       - wanted.begin ())
                                : 0;
          double value = std::min (above, 255);

          if (above > 0 && above < 256 && wanted[above - 1] > 0)
            value = below + (above - below) * (own[v] - wanted[above - 1]) / (wanted[above] - wanted[above - 1]);
          table[v] = uint8_t (std::clamp (value + 0.5, 0.0, 255.0));
        }
      for (size_t i = size_t (c); i < rgb.size (); i += 3)
        rgb[i] = table[rgb[i]];
    }
}

} // namespace acini
