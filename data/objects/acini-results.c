/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-results.h"

#include "data/slides/acini-tissue.h"

#include <math.h>

#define OVERVIEW 2048 /* pixels of the longer side */

typedef struct
{
  AciniResult results[256]; /* by label */
  double pixel;             /* µm²; 0: unknown */
} Collection;

static gboolean
take_object (const AciniObject *object, gpointer user_data)
{
  Collection *collection = user_data;
  AciniResult *result = &collection->results[object->label & 0xff];
  double area = (double)object->area, um2 = area * collection->pixel;

  result->count++;
  result->states[object->state]++;
  result->area += object->area;
  result->squares_px += area * area;
  result->area_um2 += um2;
  result->squares_um4 += um2 * um2;
  return TRUE;
}

GArray *
acini_results_collect (AciniObjectIndex *index, const AciniObjectSource *source, const AciniRegionScope *scope,
                       double tissue, guint states, GError **error)
{
  const AciniObjectQuery query = { .states = states, .scope = scope };
  const AciniSlideRecord *slide = source->slide;
  g_autofree Collection *collection = g_new0 (Collection, 1);
  g_autoptr (GArray) results = NULL;

  g_return_val_if_fail (index != NULL && source != NULL, NULL);

  collection->pixel = MAX (slide->mpp_x, 0) * MAX (slide->mpp_y, 0);
  if (!acini_object_index_foreach (index, &query, take_object, collection, error))
    return NULL;
  results = g_array_new (FALSE, FALSE, sizeof (AciniResult));
  for (int label = ACINI_LABEL_FIRST_CLASS; label < 255; label++)
    {
      AciniResult *result = &collection->results[label];
      g_autofree char *name = source->project != NULL ? acini_project_dup_class_name (source->project, label) : NULL;

      if (result->count == 0 && name == NULL)
        continue;
      result->label = label;
      result->tissue_um2 = -1;
      if (tissue >= 0 && collection->pixel > 0)
        result->tissue_um2 = tissue * (double)slide->width * (double)slide->height * collection->pixel;
      g_array_append_val (results, *result);
    }
  return g_steal_pointer (&results);
}

/* The part of the tissue that counts, of an overview. */
static double
measure_part (AciniTissue *tissue, const AciniSlideRecord *slide, const AciniRegionScope *scope)
{
  double step = fmax (1, (double)MAX (slide->width, slide->height) / OVERVIEW);
  int width = (int)ceil ((double)slide->width / step), height = (int)ceil ((double)slide->height / step);
  g_autofree guint8 *mask = g_malloc ((gsize)width * (gsize)height);
  gsize n = 0, n_within = 0;

  acini_region_scope_rasterise (scope, 0, 0, step, width, height, mask);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      if (!acini_tissue_is_empty (tissue, (x + .5) * step, (y + .5) * step, 1e-3, 1e-3))
        {
          n++;
          n_within += mask[(gsize)y * (gsize)width + (gsize)x] != 0;
        }
  return n > 0 ? (double)n_within / (double)n : 0;
}

double
acini_results_measure_tissue (const AciniSlideRecord *slide, const AciniRegionScope *scope)
{
  g_autoptr (AciniSlide) file = slide->missing ? NULL : acini_slide_open (slide->path, NULL);
  g_autoptr (AciniTissue) tissue = file != NULL ? acini_tissue_new (file, NULL) : NULL;

  if (tissue == NULL)
    return -1;
  return acini_tissue_get_share (tissue)
         * (scope == NULL || acini_region_scope_is_all (scope) ? 1 : measure_part (tissue, slide, scope));
}

void
acini_result_add (AciniResult *self, const AciniResult *other)
{
  gboolean known = self->tissue_um2 >= 0 && other->tissue_um2 >= 0;

  gboolean measured = (self->count == 0 || self->area_um2 > 0) && (other->count == 0 || other->area_um2 > 0);

  self->count += other->count;
  for (int i = 0; i < ACINI_N_REVIEWS; i++)
    self->states[i] += other->states[i];
  self->area += other->area;
  self->squares_px += other->squares_px;
  /* Where one slide's scale is unknown, so is the whole. */
  self->area_um2 = measured ? self->area_um2 + other->area_um2 : 0;
  self->squares_um4 = measured ? self->squares_um4 + other->squares_um4 : 0;
  self->tissue_um2 = known ? self->tissue_um2 + other->tissue_um2 : -1;
}

double
acini_result_get_density (const AciniResult *self)
{
  return self->tissue_um2 > 0 ? (double)self->count / (self->tissue_um2 / 1e6) : -1;
}

double
acini_result_get_mean_area (const AciniResult *self, gboolean um)
{
  double sum = um ? self->area_um2 : (double)self->area;

  return self->count > 0 && sum > 0 ? sum / (double)self->count : -1;
}

double
acini_result_get_area_deviation (const AciniResult *self, gboolean um)
{
  double mean = acini_result_get_mean_area (self, um), n = (double)self->count;
  double squares = um ? self->squares_um4 : self->squares_px;

  return mean >= 0 && n > 1 ? sqrt (MAX (squares - n * mean * mean, 0) / (n - 1)) : -1;
}

double
acini_result_get_share (const AciniResult *self)
{
  return self->tissue_um2 > 0 ? self->area_um2 / self->tissue_um2 : -1;
}
