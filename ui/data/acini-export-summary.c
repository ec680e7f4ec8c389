/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/data/acini-export-summary.h"

#include "app/segmentation/acini-card-thresholds.h"
#include "app/segmentation/acini-segmentation.h"
#include "data/predictions/acini-prediction-key.h"
#include "ui/project/acini-model-thresholds.h"
#include "ui/project/acini-slide-item.h"

#include <glib/gi18n.h>

/* Ways that are told one by one. */
#define MOST_WAYS 3

/* "0.500", or "gland 0.500, vessel 0.298" */
static char *
format_thresholds (const AciniThresholds *thresholds, const AciniCard *card)
{
  GString *text = g_string_new (NULL);
  guint n = card != NULL ? acini_card_count_planes (card) : 1;

  for (guint i = 0; i < n; i++)
    {
      double value = acini_threshold_from_cut (acini_thresholds_get_cut (thresholds, i));

      if (n > 1)
        g_string_append_printf (text, "%s%s %.3f", i > 0 ? ", " : "",
                                card->classes[g_strv_length (card->classes) - n + i], value);
      else
        g_string_append_printf (text, "%.3f", value);
    }
  return g_string_free_and_steal (text);
}

static void
append_organ (GString *text, AciniSession *session, AciniModelItem *model, const char *organ)
{
  AciniThresholds thresholds;
  g_autofree char *values = NULL;

  acini_session_get_thresholds (session, model, organ, &thresholds);
  values = format_thresholds (&thresholds, acini_model_item_get_card (model));
  g_string_append_printf (text, "%s%s: ", text->len > 0 ? "\n" : "",
                          *organ != '\0' ? acini_organ_get_name (organ) : _ ("Organ unknown"));
  g_string_append_printf (text, thresholds.own ? _ ("%s, set by you") : _ ("%s, from the model"), values);
}

char *
acini_export_describe_thresholds (AciniSession *session, GArray *slides)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  AciniModelItem *model;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && slides != NULL, NULL);

  model = acini_session_get_model (session);
  for (guint i = 0; i < slides->len && model != NULL; i++)
    {
      AciniSlideItem *item
          = acini_slide_list_find (acini_session_get_slide_list (session), g_array_index (slides, gint64, i));
      const char *organ = item != NULL ? acini_slide_item_get_record (item)->organ : NULL;

      if (organ != NULL && g_hash_table_add (seen, (gpointer)organ))
        append_organ (text, session, model, organ);
    }
  return g_strdup (text->str);
}

/* The file of the slide's prediction: (transfer full) (nullable). */
static AciniPredictionFile *
find_file (AciniProject *project, gint64 id, const char *model, double mpp)
{
  g_autoptr (AciniSlideRecord) slide = acini_project_get_slide (project, id, NULL);
  g_autofree char *folder = acini_prediction_dup_folder (project), *path = NULL;
  g_autoptr (GPtrArray) files = NULL;

  if (slide != NULL)
    path = acini_prediction_find_current (project, id, model, acini_get_downsample (slide->mpp_x, mpp));
  if (path == NULL)
    return NULL;
  files = acini_prediction_list (folder, id, model);
  for (guint i = 0; i < files->len; i++)
    if (g_str_equal (((AciniPredictionFile *)files->pdata[i])->path, path))
      return g_ptr_array_steal_index (files, i);
  return NULL;
}

/* One slide: when and how. */
static char *
describe_one (AciniProject *project, gint64 id, const char *model, double mpp, const char *name)
{
  g_autoptr (AciniPredictionFile) file = find_file (project, id, model, mpp);
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *date = NULL;

  if (file == NULL)
    return g_strdup_printf (_ ("Not segmented by %s: corrections only"), name);
  time = g_date_time_new_from_unix_local (file->written / G_USEC_PER_SEC);
  date = g_date_time_format (time, _ ("%-d %b %Y, %H:%M"));
  return g_strdup_printf ("%s · %s%s%s", name, date, *file->way != '\0' ? " · " : "", file->way);
}

/* Several: how many, and in which ways where they differ. */
static char *
describe_several (AciniProject *project, GArray *slides, const char *model, double mpp, const char *name)
{
  g_autoptr (GHashTable) ways = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GString *text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer way, count;
  guint n = 0;

  for (guint i = 0; i < slides->len; i++)
    {
      g_autoptr (AciniPredictionFile) file = find_file (project, g_array_index (slides, gint64, i), model, mpp);

      if (file == NULL)
        continue;
      n++;
      count = g_hash_table_lookup (ways, file->way);
      g_hash_table_insert (ways, g_strdup (file->way), GUINT_TO_POINTER (GPOINTER_TO_UINT (count) + 1));
    }
  g_string_append_printf (text, _ ("%s · %u of %u slides segmented"), name, n, slides->len);
  if (g_hash_table_size (ways) > MOST_WAYS)
    g_string_append_printf (text, _ (", in %u different ways"), g_hash_table_size (ways));
  g_hash_table_iter_init (&iter, ways);
  while (g_hash_table_size (ways) <= MOST_WAYS && g_hash_table_iter_next (&iter, &way, &count))
    if (*(const char *)way != '\0')
      g_string_append_printf (text, "\n%u × %s", GPOINTER_TO_UINT (count), (const char *)way);
  return g_string_free_and_steal (text);
}

char *
acini_export_describe_predictions (AciniProject *project, GArray *slides, const char *model, double mpp,
                                   const char *name)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && slides != NULL && model != NULL && name != NULL, NULL);

  return slides->len == 1 ? describe_one (project, g_array_index (slides, gint64, 0), model, mpp, name)
                          : describe_several (project, slides, model, mpp, name);
}
