/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-training-split.h"

/* One in this many labelled slides is held out unless the user says which. */
#define HELD_OUT_SHARE 5
#define HELD_OUT_FROM 3

static gboolean
contains (GArray *slides, gint64 id)
{
  for (guint i = 0; slides != NULL && i < slides->len; i++)
    if (g_array_index (slides, gint64, i) == id)
      return TRUE;
  return FALSE;
}

/* The slides that @part names, or all labelled ones, less those that it holds out. */
static GPtrArray *
choose_training (const AciniTrainingPart *part, GPtrArray *records)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < records->len; i++)
    {
      AciniSlideRecord *record = g_ptr_array_index (records, i);

      if (record->labelled && (part->slides == NULL || contains (part->slides, record->id))
          && !contains (part->held_out, record->id))
        g_ptr_array_add (chosen, record);
    }
  return chosen;
}

/* The slides to validate on; unless the user named them they are taken out of @training, spread evenly. */
static GPtrArray *
choose_held_out (const AciniTrainingPart *part, GPtrArray *records, GPtrArray *training)
{
  GPtrArray *chosen = g_ptr_array_new ();
  guint count;

  if (part->held_out != NULL)
    {
      for (guint i = 0; i < records->len; i++)
        {
          AciniSlideRecord *record = g_ptr_array_index (records, i);

          if (record->labelled && contains (part->held_out, record->id))
            g_ptr_array_add (chosen, record);
        }
      return chosen;
    }
  count = training->len < HELD_OUT_FROM ? 0 : MAX (1, training->len / HELD_OUT_SHARE);
  for (guint i = count; i > 0; i--)
    g_ptr_array_insert (chosen, 0, g_ptr_array_steal_index (training, (2 * i - 1) * training->len / (2 * count)));
  return chosen;
}

AciniTrainingSplit *
acini_training_split_new (const AciniTrainingPart *part, GError **error)
{
  g_autoptr (AciniTrainingSplit) self = NULL;

  g_return_val_if_fail (part != NULL && ACINI_IS_PROJECT (part->project), NULL);

  self = g_new0 (AciniTrainingSplit, 1);
  self->records = acini_project_list_slides (part->project, error);
  if (self->records == NULL)
    return NULL;
  self->training = choose_training (part, self->records);
  self->held_out = choose_held_out (part, self->records, self->training);
  return g_steal_pointer (&self);
}

void
acini_training_split_free (AciniTrainingSplit *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->training, g_ptr_array_unref);
  g_clear_pointer (&self->held_out, g_ptr_array_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_free (self);
}
