/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-stain.h"

#include <gio/gio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As in the authors' program: natural densities below this are glass; the share of angles left out at each end. */
#define LEAST_DENSITY 0.15
#define LEFT_OUT 0.01
#define LEAST_PIXELS 500
/* The longer side of the picture that a slide is estimated from. */
#define SEEN 1024

static double
normalise (double v[3])
{
  double length = sqrt (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);

  for (int i = 0; i < 3 && length > 0; i++)
    v[i] /= length;
  return length;
}

static void
cross (const double a[3], const double b[3], double c[3])
{
  for (int i = 0; i < 3; i++)
    c[i] = a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3];
}

gboolean
acini_stains_init (AciniStains *stains, const double first[3], const double second[3])
{
  AciniStains s;

  g_return_val_if_fail (stains != NULL && first != NULL && second != NULL, FALSE);
  memcpy (s.vectors[0], first, sizeof s.vectors[0]);
  memcpy (s.vectors[1], second, sizeof s.vectors[1]);
  if (!(normalise (s.vectors[0]) > 0) || !(normalise (s.vectors[1]) > 0))
    return FALSE;
  cross (s.vectors[0], s.vectors[1], s.vectors[2]);
  if (normalise (s.vectors[2]) < 1e-3)
    return FALSE;
  *stains = s;
  return TRUE;
}

void
acini_stains_init_he (AciniStains *stains)
{
  static const double haematoxylin[3] = { 0.65, 0.70, 0.29 }, eosin[3] = { 0.07, 0.99, 0.11 };

  acini_stains_init (stains, haematoxylin, eosin);
}

void
acini_stains_init_hdab (AciniStains *stains)
{
  static const double haematoxylin[3] = { 0.65, 0.70, 0.29 }, dab[3] = { 0.27, 0.57, 0.78 };

  acini_stains_init (stains, haematoxylin, dab);
}

void
acini_stains_invert (const AciniStains *stains, double inverse[3][3])
{
  g_return_if_fail (stains != NULL && inverse != NULL);

  /* The columns of the inverse are the cross products of the other two rows over the determinant. */
  for (int j = 0; j < 3; j++)
    {
      const double (*v)[3] = stains->vectors;
      double column[3], determinant;

      cross (v[(j + 1) % 3], v[(j + 2) % 3], column);
      determinant = v[j][0] * column[0] + v[j][1] * column[1] + v[j][2] * column[2];
      for (int i = 0; i < 3; i++)
        inverse[i][j] = column[i] / determinant;
    }
}

void
acini_stains_separate (const AciniStains *stains, const guint8 rgb[3], double amounts[3])
{
  double inverse[3][3];

  g_return_if_fail (stains != NULL && rgb != NULL && amounts != NULL);
  acini_stains_invert (stains, inverse);
  for (int j = 0; j < 3; j++)
    {
      amounts[j] = 0;
      for (int i = 0; i < 3; i++)
        amounts[j] -= log10 (MAX (rgb[i], 1) / 255.) * inverse[i][j];
    }
}

/* Macenko. */

/* Jacobi's rotations: @a, symmetric, becomes diagonal; the columns of @v are its eigenvectors. */
static void
find_eigenvectors (double a[3][3], double v[3][3])
{
  memset (v, 0, 9 * sizeof (double));
  v[0][0] = v[1][1] = v[2][2] = 1;
  for (int sweep = 0; sweep < 50; sweep++)
    for (int p = 0; p < 2; p++)
      for (int q = p + 1; q < 3; q++)
        {
          double theta, t, c, s;

          if (fabs (a[p][q]) < 1e-15)
            continue;
          theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
          t = (theta >= 0 ? 1 : -1) / (fabs (theta) + sqrt (theta * theta + 1));
          c = 1 / sqrt (t * t + 1);
          s = t * c;
          for (int k = 0; k < 3; k++)
            {
              double kp = a[k][p], kq = a[k][q];

              a[k][p] = c * kp - s * kq;
              a[k][q] = s * kp + c * kq;
            }
          for (int k = 0; k < 3; k++)
            {
              double pk = a[p][k], qk = a[q][k], vp = v[k][p], vq = v[k][q];

              a[p][k] = c * pk - s * qk;
              a[q][k] = s * pk + c * qk;
              v[k][p] = c * vp - s * vq;
              v[k][q] = s * vp + c * vq;
            }
        }
}

/* The densities of what is tissue: (element-type double[3]). */
static GArray *
list_densities (const guint8 *rgb, gsize n_pixels)
{
  GArray *densities = g_array_new (FALSE, FALSE, 3 * sizeof (double));
  double table[256];

  for (int i = 0; i < 256; i++)
    table[i] = -log ((i + 1) / 256.);
  for (gsize i = 0; i < n_pixels; i++)
    {
      double d[3] = { table[rgb[3 * i]], table[rgb[3 * i + 1]], table[rgb[3 * i + 2]] };

      if (d[0] >= LEAST_DENSITY && d[1] >= LEAST_DENSITY && d[2] >= LEAST_DENSITY)
        g_array_append_vals (densities, d, 1);
    }
  return densities;
}

static void
compute_covariance (const double (*d)[3], guint n, double covariance[3][3])
{
  double mean[3] = { 0 };

  for (guint k = 0; k < n; k++)
    for (int i = 0; i < 3; i++)
      mean[i] += d[k][i] / n;
  memset (covariance, 0, 9 * sizeof (double));
  for (guint k = 0; k < n; k++)
    for (int i = 0; i < 3; i++)
      for (int j = 0; j < 3; j++)
        covariance[i][j] += (d[k][i] - mean[i]) * (d[k][j] - mean[j]) / n;
}

/* The two directions of the greatest variance, pointing to where densities are positive. */
static void
find_plane (double covariance[3][3], double plane[2][3])
{
  double v[3][3];
  int order[3] = { 0, 1, 2 };

  find_eigenvectors (covariance, v);
  for (int i = 0; i < 2; i++)
    for (int j = i + 1; j < 3; j++)
      if (covariance[order[j]][order[j]] > covariance[order[i]][order[i]])
        {
          int swap = order[i];

          order[i] = order[j];
          order[j] = swap;
        }
  for (int k = 0; k < 2; k++)
    {
      double sum = v[0][order[k]] + v[1][order[k]] + v[2][order[k]];

      for (int i = 0; i < 3; i++)
        plane[k][i] = sum < 0 ? -v[i][order[k]] : v[i][order[k]];
    }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

gboolean
acini_stains_estimate (const guint8 *rgb, gsize n_pixels, AciniStains *stains, GError **error)
{
  g_autoptr (GArray) densities = NULL;
  g_autofree double *angles = NULL;
  double covariance[3][3], plane[2][3], ends[2][3];
  const double (*d)[3];
  guint n;

  g_return_val_if_fail (rgb != NULL && stains != NULL, FALSE);
  densities = list_densities (rgb, n_pixels);
  n = densities->len;
  d = (const double (*)[3]) (gpointer)densities->data;
  if (n < LEAST_PIXELS)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "There is too little stained tissue to estimate the stains from; choose given ones.");
      return FALSE;
    }
  compute_covariance (d, n, covariance);
  find_plane (covariance, plane);
  angles = g_new (double, n);
  for (guint k = 0; k < n; k++)
    angles[k] = atan2 (d[k][0] * plane[1][0] + d[k][1] * plane[1][1] + d[k][2] * plane[1][2],
                       d[k][0] * plane[0][0] + d[k][1] * plane[0][1] + d[k][2] * plane[0][2]);
  qsort (angles, n, sizeof *angles, compare_doubles);
  for (int e = 0; e < 2; e++)
    {
      double angle = angles[(guint)((e == 0 ? LEFT_OUT : 1 - LEFT_OUT) * (n - 1))];

      for (int i = 0; i < 3; i++)
        ends[e][i] = MAX (plane[0][i] * cos (angle) + plane[1][i] * sin (angle), 0);
      normalise (ends[e]);
    }
  /* Haematoxylin takes more of the red. */
  if (!acini_stains_init (stains, ends[ends[0][0] <= ends[1][0]], ends[ends[0][0] > ends[1][0]]))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "The tissue has a single stain; choose given ones.");
      return FALSE;
    }
  return TRUE;
}

gboolean
acini_stains_estimate_slide (AciniSlide *slide, AciniStains *stains, GError **error)
{
  g_autofree guint8 *rgb = NULL;
  double downsample;
  int width, height;

  g_return_val_if_fail (ACINI_IS_SLIDE (slide) && stains != NULL, FALSE);
  downsample = MAX (1, (double)MAX (acini_slide_get_width (slide), acini_slide_get_height (slide)) / SEEN);
  width = MAX (1, (int)(acini_slide_get_width (slide) / downsample));
  height = MAX (1, (int)(acini_slide_get_height (slide) / downsample));
  rgb = g_malloc ((gsize)width * height * 3);
  return acini_slide_read_rgb (slide, 0, 0, downsample, width, height, rgb, error)
         && acini_stains_estimate (rgb, (gsize)width * height, stains, error);
}
