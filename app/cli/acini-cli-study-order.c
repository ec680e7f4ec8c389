/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many corrections a mask takes in the order of the review queue, and in any order: the labels are the truth. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-scoring.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/labels/acini-labels.h"
#include "data/objects/acini-suspects.h"

#include <math.h>

/* Around what is corrected, pixels: who mends an outline sees what is beside it. */
#define MARGIN 16
#define ROUNDS 20
/* As in the queue: µm² of a doubtful place, and how many of them. */
#define LEAST_AREA 400.
#define MOST_SUSPECTS 1000

static char *option_slides, *option_threshold;
static double threshold, option_reach = 0.85;
static gboolean option_existing;

static const GOptionEntry entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all with labels)", "A,B,…" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "reach", 0, 0, G_OPTION_ARG_DOUBLE, &option_reach, "The mean Dice at which enough is corrected (default: 0.85)",
    "DICE" },
  { "prediction", 0, 0, G_OPTION_ARG_NONE, &option_existing, "Use existing predictions only; do not segment", NULL },
  { NULL },
};

/* A slide's labelled part. */
typedef struct
{
  AciniScoringMasks masks;
  gint64 *ids;   /* of the labels' units, 0 outside */
  guint8 *found; /* whether there is a unit, as corrected so far */
  gint64 both, n_found, n_units;
} Page;

/* What the queue lists. */
typedef struct
{
  guint page;
  AciniRect box;
  double worth;
} Item;

static void
page_free (gpointer data)
{
  Page *page = data;

  acini_scoring_masks_clear (&page->masks);
  g_free (page->found);
  g_free (page->ids);
  g_free (page);
}

static gboolean
is_unit (guint8 label)
{
  return label >= ACINI_LABEL_FIRST_CLASS;
}

/* Back to what the model says. */
static void
reset (Page *page)
{
  gsize n = (gsize)page->masks.width * page->masks.height;

  page->both = page->n_found = page->n_units = 0;
  for (gsize i = 0; i < n; i++)
    {
      gboolean counts = page->masks.truth[i] != ACINI_LABEL_UNLABELLED, unit = is_unit (page->masks.truth[i]);

      page->found[i] = counts && is_unit (page->masks.predicted[i]);
      page->n_found += page->found[i];
      page->n_units += unit;
      page->both += unit && page->found[i];
    }
}

static void
reset_all (GPtrArray *pages)
{
  for (guint i = 0; i < pages->len; i++)
    reset (pages->pdata[i]);
}

/* What is in @box becomes right.  Returns: how many corrections that is, one a unit of the labels that it changes,
 * since what the model has run together may be half of a slide. */
static guint
correct (Page *page, const AciniRect *box)
{
  g_autoptr (GHashTable) changed = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint64 left = MAX (box->x - MARGIN - page->masks.x, 0), top = MAX (box->y - MARGIN - page->masks.y, 0);
  gint64 right = MIN (box->x + box->width + MARGIN - page->masks.x, page->masks.width);
  gint64 bottom = MIN (box->y + box->height + MARGIN - page->masks.y, page->masks.height);

  for (gint64 y = top; y < bottom; y++)
    for (gint64 x = left; x < right; x++)
      {
        gsize i = (gsize)(y * page->masks.width + x);
        gboolean unit = is_unit (page->masks.truth[i]);

        if (unit != page->found[i] && page->ids[i] != 0)
          g_hash_table_add (changed, &page->ids[i]);
        page->both += unit && !page->found[i];
        page->n_found += unit - page->found[i];
        page->found[i] = unit;
      }
  return MAX (g_hash_table_size (changed), 1);
}

static double
get_dice (GPtrArray *pages)
{
  double sum = 0;

  for (guint i = 0; i < pages->len; i++)
    {
      const Page *page = pages->pdata[i];
      gint64 all = page->n_found + page->n_units;

      sum += all > 0 ? 2.0 * (double)page->both / (double)all : 1;
    }
  return sum / MAX (pages->len, 1);
}

/* Corrections in that order until the mean Dice is reached, or there is nothing left: *@reached. */
static guint
count_corrections (GPtrArray *pages, GArray *items, gboolean *reached)
{
  guint n = 0, at = 0;

  reset_all (pages);
  while (at < items->len && get_dice (pages) < option_reach)
    {
      const Item *item = &g_array_index (items, Item, at++);

      n += correct (pages->pdata[item->page], &item->box);
    }
  *reached = get_dice (pages) >= option_reach;
  return n;
}

typedef struct
{
  GArray *items;
  guint page;
  double units; /* the area of units in the slide, as far as the model tells */
} Adding;

/* @object: of the model's mask, or as if it were. */
static void
add_item (Adding *adding, const AciniObject *object)
{
  const Item item = { adding->page, object->box, acini_object_get_worth (object) };

  adding->units += MAX (object->probability, 0) * (double)object->area;
  g_array_append_val (adding->items, item);
}

static gboolean
add_object (const AciniObject *object, gpointer data)
{
  add_item (data, object);
  return TRUE;
}

/* What the queue lists of a slide that nobody has labelled yet: objects of the prediction, and doubtful places. */
static gboolean
add_items (const AciniObjectSource *source, guint page, GArray *items, GCancellable *cancellable, GError **error)
{
  double pixel = source->slide->mpp_x > 0 ? source->slide->mpp_x * source->slide->mpp_y : .25;
  g_autoptr (AciniObjectIndex) index = acini_object_index_open (source, error);
  g_autoptr (GArray) suspects = NULL;
  Adding adding = { items, page, 0 };
  guint first = items->len;

  if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, cancellable, error)
      || !acini_object_index_foreach (index, NULL, add_object, &adding, error))
    return FALSE;
  suspects = acini_suspects_find (source, (gint64)(LEAST_AREA / pixel), MOST_SUSPECTS, error);
  for (guint i = 0; suspects != NULL && i < suspects->len; i++)
    {
      const AciniSuspect *suspect = &g_array_index (suspects, AciniSuspect, i);
      double p = CLAMP (suspect->probability, 1e-6, 1 - 1e-6), entropy = -p * log2 (p) - (1 - p) * log2 (1 - p);
      const AciniObject object
          = { .box = suspect->box, .area = suspect->area, .probability = suspect->probability, .entropy = entropy };

      add_item (&adding, &object);
    }
  /* The mean of all slides' Dice: a slide with few units gains more by the same area. */
  for (guint i = first; i < items->len; i++)
    g_array_index (items, Item, i).worth /= MAX (adding.units, 1);
  return suspects != NULL;
}

static gboolean
add_slide (AciniProject *project, AciniModel *model, const AciniSlideRecord *record, AciniScoringProgress *progress,
           GPtrArray *pages, GArray *items, GError **error)
{
  g_autoptr (AciniPrediction) prediction
      = acini_scoring_get_prediction (project, model, record, option_existing, progress, error);
  const AciniObjectSource labels = { .project = project, .slide = record };
  g_autoptr (AciniObjectIndex) index = NULL;
  AciniThresholds thresholds;
  AciniObjectSource source;
  Page *page;

  if (prediction == NULL
      || !acini_get_thresholds (project, acini_model_get_card (model), prediction, record->organ, threshold,
                                &thresholds, error))
    return FALSE;
  page = g_new0 (Page, 1);
  g_ptr_array_add (pages, page);
  if (!acini_scoring_read_masks (project, record, prediction, &thresholds, &page->masks, error))
    return FALSE;
  if (page->masks.width == 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "The labelled part of “%s” is too large to be held in memory: leave it out with --slides.",
                   record->name);
      return FALSE;
    }
  page->found = g_malloc ((gsize)page->masks.width * page->masks.height);
  page->ids = g_new (gint64, (gsize)page->masks.width * page->masks.height);
  index = acini_object_index_open (&labels, error);
  if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, progress->console->cancellable, error)
      || !acini_object_index_read (index, page->masks.x, page->masks.y, page->masks.width, page->masks.height,
                                   page->ids, error))
    return FALSE;
  source = (AciniObjectSource){ .slide = record, .prediction = prediction, .thresholds = &thresholds };
  return add_items (&source, pages->len - 1, items, progress->console->cancellable, error);
}

static int
compare_worth (gconstpointer a, gconstpointer b)
{
  double x = ((const Item *)a)->worth, y = ((const Item *)b)->worth;

  return x > y ? -1 : x < y;
}

/* Fisher and Yates. */
static void
shuffle (GArray *items, GRand *random)
{
  for (guint i = items->len; i > 1; i--)
    {
      guint k = (guint)g_rand_int_range (random, 0, (gint32)i);
      Item other = g_array_index (items, Item, k);

      g_array_index (items, Item, k) = g_array_index (items, Item, i - 1);
      g_array_index (items, Item, i - 1) = other;
    }
}

static void
tell (AciniConsole *console, GPtrArray *pages, GArray *items)
{
  gboolean reached, any = TRUE;
  double before, sum = 0;
  guint queue;

  reset_all (pages);
  before = get_dice (pages);
  g_array_sort (items, compare_worth);
  queue = count_corrections (pages, items, &reached);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (i + 1);

      shuffle (items, random);
      sum += count_corrections (pages, items, &any);
    }
  json_object_set_int_member (console->result, "slides", pages->len);
  json_object_set_int_member (console->result, "items", items->len);
  json_object_set_double_member (console->result, "before", before);
  json_object_set_int_member (console->result, "queue", queue);
  /* In any order what is listed is corrected in the end. */
  json_object_set_boolean_member (console->result, "reached", reached && any);
  json_object_set_double_member (console->result, "random", sum / ROUNDS);
  acini_console_print (console,
                       "%u slides, %u FTUs and doubtful places, mean Dice %.3f; to %.3f: %u corrections in the queue's "
                       "order, %.1f in random order",
                       pages->len, items->len, before, option_reach, queue, sum / ROUNDS);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (AciniModel) model = NULL;
  g_autoptr (GPtrArray) slides = NULL, pages = g_ptr_array_new_with_free_func (page_free);
  g_autoptr (GArray) items = g_array_new (FALSE, FALSE, sizeof (Item));

  if (!acini_parse_threshold (option_threshold, &threshold, error))
    return FALSE;
  project = acini_project_open (arguments[0], error);
  slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  model = slides != NULL ? acini_model_choice_load (project, error) : NULL;
  if (model == NULL)
    return FALSE;
  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *record = slides->pdata[i];
      AciniScoringProgress progress = { console, record->name, i, slides->len };

      if (record->labelled && !add_slide (project, model, record, &progress, pages, items, error))
        return FALSE;
    }
  acini_console_end_progress (console);
  if (pages->len == 0)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                           "None of these slides has labels, which are the truth here: choose others with --slides.");
      return FALSE;
    }
  tell (console, pages, items);
  return TRUE;
}

const AciniCommand acini_command_study_order = {
  .name = "study order",
  .arguments = "PROJECT",
  .summary = "Counts the corrections that the review queue's order saves",
  .description
  = "Takes the labels of PROJECT for the truth and corrects the model's mask as if nobody had labelled anything: what "
    "the queue lists, FTUs and doubtful places, one after the other, each with a rim of 16 pixels, until the mean Dice "
    "of the slides is reached. A row that several units of the labels lie in is as many corrections. Says how many "
    "that "
    "takes in the queue's order (“worth a look”, all slides "
    "together, each by how much of its FTUs is in doubt) and in random order, the mean of 20. Take slides that the "
    "model was not trained on.",
  .examples = "study order Colon.acini --model colon --slides train_21..30 --reach 0.85",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .segments = TRUE,
  .network = TRUE,
  .run = run,
};
