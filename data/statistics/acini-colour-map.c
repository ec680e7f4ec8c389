/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/statistics/acini-colour-map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N ACINI_COLOUR_FEATURES
/* Of Jacobi's method, which needs six or so for a matrix of this size. */
#define SWEEPS 50

/* Turns rows and columns @p and @q of the symmetric @matrix so that their common element becomes 0, and the columns of
 * @vectors with them. */
static void
rotate (double matrix[N][N], double vectors[N][N], int p, int q)
{
  double theta, t, c, s;

  if (fabs (matrix[p][q]) < 1e-300)
    return;
  theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  t = copysign (1, theta) / (fabs (theta) + sqrt (theta * theta + 1));
  c = 1 / sqrt (t * t + 1);
  s = t * c;
  for (int k = 0; k < N; k++)
    {
      double a = matrix[k][p], b = matrix[k][q];

      matrix[k][p] = c * a - s * b;
      matrix[k][q] = s * a + c * b;
    }
  for (int k = 0; k < N; k++)
    {
      double a = matrix[p][k], b = matrix[q][k], u = vectors[k][p], v = vectors[k][q];

      matrix[p][k] = c * a - s * b;
      matrix[q][k] = s * a + c * b;
      vectors[k][p] = c * u - s * v;
      vectors[k][q] = s * u + c * v;
    }
}

/* The eigenvectors of the symmetric @matrix as columns of @vectors, its eigenvalues on its diagonal (Jacobi 1846). */
static void
diagonalise (double matrix[N][N], double vectors[N][N])
{
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      vectors[i][j] = i == j;
  for (int sweep = 0; sweep < SWEEPS; sweep++)
    for (int p = 0; p < N; p++)
      for (int q = p + 1; q < N; q++)
        rotate (matrix, vectors, p, q);
}

/* (transfer full) @features with a mean of 0 and a deviation of 1 each; what is the same of all becomes 0. */
static double *
standardise (const double *features, guint n)
{
  double *standard = g_new (double, (gsize)n *N);

  for (int i = 0; i < N; i++)
    {
      double mean = 0, variance = 0, scale;

      for (guint k = 0; k < n; k++)
        mean += features[(gsize)k * N + i] / n;
      for (guint k = 0; k < n; k++)
        variance += pow (features[(gsize)k * N + i] - mean, 2) / n;
      scale = variance > 1e-18 ? 1 / sqrt (variance) : 0;
      for (guint k = 0; k < n; k++)
        standard[(gsize)k * N + i] = (features[(gsize)k * N + i] - mean) * scale;
    }
  return standard;
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
find_median (double *numbers, guint n)
{
  qsort (numbers, n, sizeof *numbers, compare);
  return n % 2 == 1 ? numbers[n / 2] : (numbers[n / 2 - 1] + numbers[n / 2]) / 2;
}

static void
add_distances (const double *map, guint n, int axis, double *distances)
{
  g_autofree double *numbers = g_new (double, n);
  double median, deviation;

  for (guint k = 0; k < n; k++)
    numbers[k] = map[2 * k + axis];
  median = find_median (numbers, n);
  for (guint k = 0; k < n; k++)
    numbers[k] = fabs (map[2 * k + axis] - median);
  deviation = 1.4826 * find_median (numbers, n);
  for (guint k = 0; k < n && deviation > 1e-9; k++)
    distances[k] = hypot (distances[k], (map[2 * k + axis] - median) / deviation);
}

void
acini_colour_map (const double *features, guint n, double *map, double *distances, double explained[2])
{
  g_autofree double *standard = standardise (features, n);
  double matrix[N][N] = { { 0 } }, vectors[N][N], total = 0;
  gboolean taken[N] = { FALSE };

  memset (map, 0, 2 * n * sizeof *map);
  memset (distances, 0, n * sizeof *distances);
  explained[0] = explained[1] = 0;
  if (n < 2)
    return;
  for (guint k = 0; k < n; k++)
    for (int i = 0; i < N; i++)
      for (int j = 0; j < N; j++)
        matrix[i][j] += standard[(gsize)k * N + i] * standard[(gsize)k * N + j] / n;
  diagonalise (matrix, vectors);
  for (int i = 0; i < N; i++)
    total += matrix[i][i];
  for (int axis = 0; axis < 2; axis++)
    {
      int best = -1, greatest = 0;
      double sign;

      for (int i = 0; i < N; i++)
        if (!taken[i] && (best < 0 || matrix[i][i] > matrix[best][best]))
          best = i;
      taken[best] = TRUE;
      for (int i = 1; i < N; i++)
        if (fabs (vectors[i][best]) > fabs (vectors[greatest][best]) + 1e-9)
          greatest = i;
      sign = vectors[greatest][best] < 0 ? -1 : 1;
      explained[axis] = total > 0 ? matrix[best][best] / total : 0;
      for (guint k = 0; k < n; k++)
        for (int i = 0; i < N; i++)
          map[2 * k + axis] += sign * vectors[i][best] * standard[(gsize)k * N + i];
      add_distances (map, n, axis, distances);
    }
}
