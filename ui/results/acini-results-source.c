/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/results/acini-results-source.h"

#include "data/predictions/acini-prediction-key.h"
#include "ui/project/acini-model-thresholds.h"
#include "ui/project/acini-slide-item.h"

#include <math.h>

typedef struct
{
  AciniSlideRecord record;
  AciniThresholds thresholds;
  double downsample;
} Slide;

struct _AciniResultsSource
{
  gatomicrefcount ref_count;
  AciniProject *project;
  char *model;  /* its id; NULL: none */
  char *region; /* NULL: all */
  GPtrArray *slides;
  gboolean scaled;
};

static void
slide_free (gpointer data)
{
  Slide *slide = data;

  g_free (slide->record.name);
  g_free (slide->record.path);
  g_free (slide->record.organ);
  g_free (slide);
}

static Slide *
slide_new (AciniSession *session, AciniModelItem *model, const AciniSlideRecord *record)
{
  Slide *slide = g_new0 (Slide, 1);

  slide->record = *record;
  slide->record.name = g_strdup (record->name);
  slide->record.path = g_strdup (record->path);
  slide->record.organ = g_strdup (record->organ);
  acini_session_get_thresholds (session, model, record->organ, &slide->thresholds);
  if (model != NULL)
    slide->downsample = acini_model_item_get_downsample (model, record);
  return slide;
}

AciniResultsSource *
acini_results_source_new (AciniSession *session, const char *region)
{
  AciniResultsSource *self = g_new0 (AciniResultsSource, 1);
  AciniModelItem *model = acini_session_get_model (session);
  GListModel *slides = acini_session_get_slides (session);

  g_atomic_ref_count_init (&self->ref_count);
  self->project = g_object_ref (acini_session_get_project (session));
  self->model = model != NULL ? g_strdup (acini_model_item_get_record (model)->id) : NULL;
  self->region = g_strdup (region);
  self->slides = g_ptr_array_new_with_free_func (slide_free);
  self->scaled = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);
      const AciniSlideRecord *record = acini_slide_item_get_record (item);

      self->scaled = self->scaled && record->mpp_x > 0 && record->mpp_y > 0;
      g_ptr_array_add (self->slides, slide_new (session, model, record));
    }
  return self;
}

AciniResultsSource *
acini_results_source_ref (AciniResultsSource *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
acini_results_source_unref (AciniResultsSource *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_object_unref (self->project);
  g_free (self->model);
  g_free (self->region);
  g_ptr_array_unref (self->slides);
  g_free (self);
}

AciniProject *
acini_results_source_get_project (AciniResultsSource *self)
{
  return self->project;
}

const char *
acini_results_source_get_region (AciniResultsSource *self)
{
  return self->region;
}

guint
acini_results_source_get_n (AciniResultsSource *self)
{
  return self->slides->len;
}

const AciniSlideRecord *
acini_results_source_get_slide (AciniResultsSource *self, guint slide)
{
  g_return_val_if_fail (slide < self->slides->len, NULL);
  return &((Slide *)self->slides->pdata[slide])->record;
}

gboolean
acini_results_source_is_scaled (AciniResultsSource *self)
{
  return self->scaled;
}

double
acini_results_source_get_pixel (AciniResultsSource *self, guint slide)
{
  const AciniSlideRecord *record = acini_results_source_get_slide (self, slide);

  return self->scaled ? sqrt (record->mpp_x * record->mpp_y) : 0;
}

AciniResultsSlide *
acini_results_source_open (AciniResultsSource *self, guint slide, GError **error)
{
  g_autoptr (AciniResultsSlide) opened = g_new0 (AciniResultsSlide, 1);
  const Slide *from = self->slides->pdata[slide];
  g_autofree char *path = NULL;

  if (self->model != NULL)
    path = acini_prediction_find_current (self->project, from->record.id, self->model, from->downsample);
  if (path != NULL)
    {
      opened->prediction = acini_prediction_open (path, NULL, error);
      if (opened->prediction == NULL)
        return NULL;
    }
  opened->source = (AciniObjectSource){ self->project, &from->record, opened->prediction, &from->thresholds };
  /* Nobody looked: no objects would say that there are none. */
  if (opened->prediction == NULL && !from->record.labelled)
    return g_steal_pointer (&opened);
  opened->index = acini_object_index_open (&opened->source, error);
  return opened->index != NULL ? g_steal_pointer (&opened) : NULL;
}

void
acini_results_slide_free (AciniResultsSlide *slide)
{
  if (slide == NULL)
    return;
  acini_object_index_free (slide->index);
  g_clear_object (&slide->prediction);
  g_free (slide);
}
