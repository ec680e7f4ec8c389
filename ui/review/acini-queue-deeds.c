/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-queue-deeds.h"

#include "ui/review/acini-object-deeds.h"

#include <glib/gi18n.h>

void
acini_queue_deed_object (AciniSlideObjects *objects, gint64 id, AciniReviewState state, const char *comment,
                         gint64 duration)
{
  AciniDeed *deed = g_new0 (AciniDeed, 1);

  deed->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (deed->ids, id);
  deed->state = state;
  deed->comment = g_strdup (comment);
  deed->duration = duration;
  acini_slide_objects_edit (objects, "review", duration, acini_deed_decide, NULL, NULL, deed, acini_deed_free);
}

/* Doubtful places. */

typedef struct
{
  AciniSuspect suspect;
  gboolean as_it_is; /* accepting draws nothing */
  AciniReviewState state;
  char *comment;
  gint64 duration;
} Doubt;

static void
doubt_free (gpointer data)
{
  g_free (((Doubt *)data)->comment);
  g_free (data);
}

/* (transfer full) its pixels, or NULL with @error set. */
static GPtrArray *
cut_out (const AciniObjectSource *source, const AciniSuspect *suspect, GError **error)
{
  int n_planes = acini_prediction_get_info (source->prediction)->n_classes, plane = suspect->label - 2;
  gsize n = (gsize)(suspect->box.width * suspect->box.height);
  const AciniMaskGrid grid
      = { (double)suspect->box.x, (double)suspect->box.y, 1, (int)suspect->box.width, (int)suspect->box.height };
  guint8 cut = acini_thresholds_get_cut (source->thresholds, (guint)plane);
  g_autofree guint8 *planes = NULL;
  AciniCutout *cutout;
  GPtrArray *cutouts;

  if (suspect->box.width > ACINI_OBJECT_LARGEST / suspect->box.height)
    {
      g_set_error_literal (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LARGE,
                           _ ("This place is too large to be accepted as a whole: use the brush"));
      return NULL;
    }
  planes = g_malloc (n * (gsize)n_planes);
  if (!acini_mask_read_probability (source->prediction, &grid, planes, NULL, error))
    return NULL;
  cutout = g_new0 (AciniCutout, 1);
  cutout->box = suspect->box;
  cutout->label = (guint8)suspect->label;
  cutout->mask = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    cutout->mask[i] = 2 * planes[(gsize)plane * n + i] >= cut;
  cutouts = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_cutout_free);
  g_ptr_array_add (cutouts, cutout);
  return cutouts;
}

static gboolean
plan_doubt (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
            GError **error)
{
  const Doubt *doubt = data;

  if (doubt->state == ACINI_REVIEW_ACCEPTED && !doubt->as_it_is)
    {
      GPtrArray *cutouts = source->prediction != NULL ? cut_out (source, &doubt->suspect, error) : NULL;

      if (cutouts == NULL)
        return FALSE;
      /* The drawing says it all: a decision beside it would be a second step. */
      *step = (AciniObjectsStep){ acini_cutouts_draw, cutouts, (GDestroyNotify)g_ptr_array_unref, NULL };
      return TRUE;
    }
  step->change
      = acini_change_new_decision (source->slide->id, doubt->suspect.x, doubt->suspect.y,
                                   acini_review_state_to_string (doubt->state), doubt->comment, doubt->duration);
  return TRUE;
}

void
acini_queue_deed_suspect (AciniSlideObjects *objects, const AciniSuspect *suspect, gboolean as_it_is,
                          AciniReviewState state, const char *comment, gint64 duration)
{
  Doubt *doubt = g_new0 (Doubt, 1);

  doubt->suspect = *suspect;
  doubt->as_it_is = as_it_is;
  doubt->state = state;
  doubt->comment = g_strdup (comment);
  doubt->duration = duration;
  acini_slide_objects_edit (objects, "accept", duration, plan_doubt, NULL, NULL, doubt, doubt_free);
}

/* Many. */

static void
on_accepted (gpointer object, gpointer data, const GError *error)
{
  const AciniDeed *deed = data;
  guint n = deed->ids->len;
  g_autofree char *text = g_strdup_printf (ngettext ("%u FTU accepted", "%u FTUs accepted", n), n);

  if (error == NULL)
    acini_session_tell (acini_slide_objects_get_session (object), text);
}

void
acini_queue_deed_above (AciniSlideObjects *objects, GArray *ids, double least)
{
  AciniDeed *deed = g_new0 (AciniDeed, 1);

  deed->ids = g_array_copy (ids);
  deed->state = ACINI_REVIEW_ACCEPTED;
  deed->duration = -1;
  deed->least = least;
  acini_slide_objects_edit (objects, "review", -1, acini_deed_decide, on_accepted, objects, deed, acini_deed_free);
}
