/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/training/acini-training-check.h"

#include "app/training/acini-pseudo-labels.h"
#include "app/training/acini-replay.h"
#include "data/labels/acini-labels.h"
#include "data/project/acini-region.h"
#include "model/core/acini-card.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* A checkpoint holds the weights, two moments of the optimiser, the average and the best so far, and is written beside
 * the one before. */
#define WEIGHTS_ON_DISK 11
/* Labels, log and what else is small. */
#define SMALL_THINGS ((guint64)32 << 20)
/* Weights of a model of unknown size: a SegFormer B2's. */
#define USUAL_WEIGHTS ((guint64)100 << 20)
#define LONGEST_HEADER ((gsize)4 << 20)

/* Labels are looked at in cells of 8 × 8 pixels, as the training counts them. */
#define CELL_LEVEL 3

/* Which labels there are. */
typedef struct
{
  gboolean background, class;
} Kinds;

/* Adds those of the slide that count: within @region (nullable) and outside exclusions. */
static gboolean
add_kinds (AciniProject *project, const AciniSlideRecord *record, const char *region, Kinds *kinds, GError **error)
{
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (project, record->id, region, error);
  int level = MIN (CELL_LEVEL, acini_labels_get_n_levels (record->width, record->height) - 1);
  int side = ACINI_LABEL_TILE >> level;
  g_autoptr (GArray) tiles = acini_labels_list_tiles (project, record->id, error);
  g_autofree guint8 *labels = g_malloc ((gsize)side * side), *counts = g_malloc ((gsize)side * side);

  if (scope == NULL)
    return FALSE;
  for (guint i = 0; tiles != NULL && i < tiles->len && !(kinds->background && kinds->class); i++)
    {
      const AciniRect *tile = &g_array_index (tiles, AciniRect, i);

      if (!acini_labels_read (project, record->id, level, tile->x >> level, tile->y >> level, side, side, labels,
                              error))
        return FALSE;
      acini_region_scope_rasterise (scope, (double)tile->x, (double)tile->y, 1 << level, side, side, counts);
      for (int k = 0; k < side * side; k++)
        {
          kinds->background |= counts[k] != 0 && labels[k] == ACINI_LABEL_BACKGROUND;
          kinds->class |= counts[k] != 0 && labels[k] >= ACINI_LABEL_FIRST_CLASS;
        }
    }
  return tiles != NULL;
}

/* Bytes of the weights of @parent as 32-bit floats. */
static guint64
estimate_weights (const char *parent)
{
  g_autofree char *inside = parent != NULL ? g_build_filename (parent, "model.safetensors", NULL) : NULL;
  const char *path = inside != NULL && g_file_test (inside, G_FILE_TEST_EXISTS) ? inside : parent;
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;
  g_autoptr (GFileInfo) info
      = file != NULL ? g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL)
                     : NULL;
  g_autoptr (GFileInputStream) stream = info != NULL ? g_file_read (file, NULL, NULL) : NULL;
  g_autofree char *header = g_malloc0 (LONGEST_HEADER + 1);
  gsize n = 0;

  if (info == NULL || g_file_info_get_size (info) == 0)
    return USUAL_WEIGHTS;
  /* The header of a safetensors file names the type of each tensor. */
  if (stream != NULL)
    g_input_stream_read_all (G_INPUT_STREAM (stream), header, LONGEST_HEADER, &n, NULL, NULL);
  return (guint64)g_file_info_get_size (info) * (memmem (header, n, "F16\"", strlen ("F16\"")) != NULL ? 2 : 1);
}

static void
check_disk (GPtrArray *problems, AciniProject *project, const AciniTrainingPlan *plan)
{
  guint64 needed = WEIGHTS_ON_DISK * estimate_weights (plan->parent) + SMALL_THINGS;
  guint64 free_bytes = acini_get_free_bytes (acini_project_get_folder (project));
  g_autofree char *needed_text = g_format_size (needed), *free_text = g_format_size (free_bytes);

  if (free_bytes < needed)
    acini_job_problems_add (
        problems, TRUE,
        g_strdup_printf (
            _ ("A training needs about %s on the disk of the project, where %s are free: make room first."),
            needed_text, free_text));
}

/* How many of @records have no scale; *@first: the name of one. */
static guint
count_unscaled (GPtrArray *records, const char **first)
{
  guint n = 0;

  for (guint i = 0; i < records->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (records, i);

      if (record->mpp_x > 0)
        continue;
      *first = record->name;
      n++;
    }
  return n;
}

static void
check_scale (GPtrArray *problems, GPtrArray *splits, const AciniTrainingPlan *plan)
{
  g_autoptr (AciniCard) card = plan->parent != NULL ? acini_card_load (plan->parent, NULL) : NULL;
  double mpp = card != NULL && card->mpp > 0 ? card->mpp : plan->recipe->mpp;
  const char *first = "";
  guint n = 0;

  for (guint i = 0; mpp > 0 && i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      n += count_unscaled (split->training, &first) + count_unscaled (split->held_out, &first);
    }
  if (n > 0)
    acini_job_problems_add (
        problems, FALSE,
        g_strdup_printf (
            ngettext ("%u slide has no µm per pixel (“%s”), so that the model sees it at a wrong size. Set "
                      "it in the slide's properties.",
                      "%u slides have no µm per pixel (one is “%s”), so that the model sees them at a "
                      "wrong size. Set it in the slides’ properties.",
                      n),
            n, first));
}

/* The same file in both splits would be judged on what was learnt by heart. */
static void
check_splits (GPtrArray *problems, GPtrArray *splits)
{
  g_autoptr (GHashTable) learnt = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      for (guint k = 0; k < split->training->len; k++)
        g_hash_table_add (learnt, ((AciniSlideRecord *)g_ptr_array_index (split->training, k))->path);
    }
  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      for (guint k = 0; k < split->held_out->len; k++)
        {
          const AciniSlideRecord *record = g_ptr_array_index (split->held_out, k);

          if (!g_hash_table_contains (learnt, record->path))
            continue;
          acini_job_problems_add (problems, TRUE,
                                  g_strdup_printf (_ ("“%s” is both to be learnt from and to be judged on, so that its "
                                                      "score would mean nothing: leave it out of one of the two."),
                                                   record->name));
          return;
        }
    }
}

/* Images of one patient look alike: who has learnt from some is judged too well on the others. */
static void
check_patients (GPtrArray *problems, GPtrArray *splits)
{
  g_autoptr (GHashTable) learnt = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      for (guint k = 0; k < split->training->len; k++)
        {
          const AciniSlideRecord *record = g_ptr_array_index (split->training, k);

          if (record->details.patient != NULL && *record->details.patient != '\0')
            g_hash_table_insert (learnt, record->details.patient, record->name);
        }
    }
  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      for (guint k = 0; k < split->held_out->len; k++)
        {
          const AciniSlideRecord *record = g_ptr_array_index (split->held_out, k);
          const char *patient = record->details.patient;
          const char *other = patient != NULL ? g_hash_table_lookup (learnt, patient) : NULL;

          if (other == NULL)
            continue;
          acini_job_problems_add (problems, FALSE,
                                  g_strdup_printf (_ ("“%s”, to be judged on, and “%s”, to be learnt from, are of the "
                                                      "same patient, so that the score will be too good: hold out "
                                                      "whole patients."),
                                                   record->name, other));
          return;
        }
    }
}

static gboolean
check_labels (GPtrArray *problems, const AciniTrainingPart *parts, GPtrArray *splits, GError **error)
{
  Kinds kinds = { FALSE, FALSE };
  guint n = 0;

  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      n += split->training->len;
      for (guint k = 0; k < split->training->len && !(kinds.background && kinds.class); k++)
        if (!add_kinds (parts[i].project, g_ptr_array_index (split->training, k), parts[i].region, &kinds, error))
          return FALSE;
    }
  if (n == 0)
    acini_job_problems_add (problems, TRUE,
                            g_strdup (_ ("There is nothing to learn from: only held-out slides have labels. Mark some "
                                         "tissue with the brush, or import masks.")));
  else if (!kinds.class && kinds.background)
    acini_job_problems_add (problems, TRUE,
                            g_strdup (_ ("Everything labelled is background, so there is nothing to find: mark some "
                                         "units with the brush first.")));
  else if (kinds.class && !kinds.background)
    acini_job_problems_add (problems, TRUE,
                            g_strdup (_ ("Only units are labelled, and a network that sees nothing else finds them "
                                         "everywhere: also mark background, with the eraser.")));
  return TRUE;
}

static void
check_held_out (GPtrArray *problems, const AciniTrainingPart *parts, GPtrArray *splits)
{
  guint n_training = 0, n_held_out = 0;
  gboolean automatic = FALSE;

  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      n_training += split->training->len;
      n_held_out += split->held_out->len;
      automatic |= parts[i].held_out == NULL;
    }
  if (automatic && n_training > 0 && n_held_out == 0)
    acini_job_problems_add (
        problems, FALSE,
        g_strdup (_ ("None of these slides is held out, so the new model gets no score. Take labelled slides of at "
                     "least three patients, or three slides without one, to see how good it is.")));
}

/* Whether what the parent learnt from is at hand, so that it is not forgotten. */
static gboolean
check_replay (GPtrArray *problems, AciniProject *project, const AciniTrainingPlan *plan, GError **error)
{
  g_autoptr (AciniCard) card = plan->parent != NULL ? acini_card_load (plan->parent, NULL) : NULL;
  g_autoptr (AciniReplay) replay = NULL;
  guint n;

  if (card == NULL || plan->recipe->replay <= 0)
    return TRUE;
  replay = acini_replay_new (project, plan->parent, error);
  if (replay == NULL)
    return FALSE;
  n = replay->n_missing;
  if (replay->slides->len == 0 && n == 0)
    acini_job_problems_add (
        problems, FALSE,
        g_strdup_printf (_ ("What “%s” was trained on is not in this project, so that it is not learnt again beside "
                            "your labels: the new model may forget some of it."),
                         card->name));
  else if (n > 0)
    acini_job_problems_add (
        problems, FALSE,
        g_strdup_printf (ngettext ("%u slide that “%s” was trained on is gone, so that the new model may forget some "
                                   "of it.",
                                   "%u slides that “%s” was trained on are gone, so that the new model may forget "
                                   "some of it.",
                                   n),
                         n, card->name));
  return TRUE;
}

/* What is learnt from beside the labels. */
static void
check_pseudo (GPtrArray *problems, AciniProject *project, AciniTrainingSplit *split, const AciniTrainingPlan *plan)
{
  const AciniRecipe *recipe = plan->recipe;
  g_autoptr (AciniPseudoLabels) pseudo = NULL;
  guint n;

  if (recipe->pseudo <= 0)
    return;
  pseudo = acini_pseudo_labels_new (project, split, plan->labeller);
  n = pseudo->slides->len;
  if (n == 0)
    acini_job_problems_add (problems, FALSE,
                            g_strdup (_ ("There are no pseudo-labels, though the recipe asks for them: no slide "
                                         "without labels has been segmented by the model in use.")));
  else
    acini_job_problems_add (
        problems, FALSE,
        g_strdup_printf (
            ngettext ("%.0f %% of the patches come from %u slide without labels, as “%s” sees it where it is at "
                      "least %.0f %% sure; such a patch counts %g times.",
                      "%.0f %% of the patches come from %u slides without labels, as “%s” sees them where it is at "
                      "least %.0f %% sure; such a patch counts %g times.",
                      n),
            100 * recipe->pseudo, n, pseudo->name, 100 * recipe->pseudo_confidence, recipe->pseudo_weight));
}

/* That recent corrections weigh more, where there are old ones, too. */
static gboolean
check_recent (GPtrArray *problems, const AciniTrainingPart *parts, GPtrArray *splits, const AciniRecipe *recipe,
              GError **error)
{
  gint64 oldest = G_MAXINT64, newest = 0;

  for (guint i = 0; recipe->recent > 1 && i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      for (guint k = 0; k < split->training->len; k++)
        if (!acini_labels_widen_times (parts[i].project, ((AciniSlideRecord *)split->training->pdata[k])->id, &oldest,
                                       &newest, error))
          return FALSE;
    }
  if ((double)(newest - oldest) >= recipe->recent_days * G_TIME_SPAN_DAY / G_TIME_SPAN_SECOND)
    acini_job_problems_add (problems, FALSE,
                            g_strdup_printf (_ ("Recent corrections weigh more: what was edited last comes up to %g "
                                                "times as often as what was labelled long before."),
                                             recipe->recent));
  return TRUE;
}

/* A model is judged too well on what it, or one before it, has learnt from. */
static void
check_lineage (GPtrArray *problems, GPtrArray *splits, const AciniTrainingPlan *plan)
{
  g_autoptr (AciniCard) card = plan->parent != NULL ? acini_card_load (plan->parent, NULL) : NULL;
  g_autoptr (GHashTable) learnt = card != NULL ? acini_card_list_learnt (card) : NULL;

  for (guint i = 0; learnt != NULL && i < splits->len; i++)
    {
      const AciniTrainingSplit *split = g_ptr_array_index (splits, i);

      for (guint k = 0; k < split->held_out->len; k++)
        {
          const AciniSlideRecord *record = g_ptr_array_index (split->held_out, k);

          if (!g_hash_table_contains (learnt, record->name))
            continue;
          acini_job_problems_add (problems, FALSE,
                                  g_strdup_printf (_ ("“%s” is to be judged on, but “%s” or a model before it has "
                                                      "learnt from an image of that name: both scores will be too "
                                                      "good."),
                                                   record->name, card->name));
          return;
        }
    }
}

GPtrArray *
acini_training_check (const AciniTrainingPart *parts, guint n_parts, const AciniTrainingPlan *plan, GError **error)
{
  g_autoptr (GPtrArray) problems = acini_job_problems_new ();
  g_autoptr (GPtrArray) splits = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_training_split_free);

  g_return_val_if_fail (n_parts > 0 && plan != NULL && plan->recipe != NULL, NULL);

  for (guint i = 0; i < n_parts; i++)
    {
      AciniTrainingSplit *split = acini_training_split_new (&parts[i], error);

      if (split == NULL)
        return NULL;
      g_ptr_array_add (splits, split);
    }
  if (!check_labels (problems, parts, splits, error))
    return NULL;
  check_splits (problems, splits);
  check_patients (problems, splits);
  check_disk (problems, parts[0].project, plan);
  check_scale (problems, splits, plan);
  check_held_out (problems, parts, splits);
  check_lineage (problems, splits, plan);
  check_pseudo (problems, parts[0].project, splits->pdata[0], plan);
  if (!check_recent (problems, parts, splits, plan->recipe, error)
      || !check_replay (problems, parts[0].project, plan, error))
    return NULL;
  return g_steal_pointer (&problems);
}
