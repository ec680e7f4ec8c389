/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long hands would take on a project whose labels are the truth: simulated readers. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-scoring.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/labels/acini-labels.h"
#include "data/mask/acini-mask.h"
#include "data/objects/acini-object-index.h"
#include "data/slides/acini-slide.h"
#include "data/study/acini-reader.h"

/* The largest part of a slide that is on screen at a time. */
#define SCREEN 1024

static char *option_slides, *option_threshold;
static double threshold, option_jitter = 2;
static gboolean option_existing, option_colour;

static const GOptionEntry entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all with labels)", "A,B,…" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "jitter", 0, 0, G_OPTION_ARG_DOUBLE, &option_jitter,
    "Standard deviation of where the two unsteady hands point, in pixels (default: 2)", "PIXELS" },
  { "colour-only", 0, 0, G_OPTION_ARG_NONE, &option_colour, "Outline from nothing without the model, too", NULL },
  { "prediction", 0, 0, G_OPTION_ARG_NONE, &option_existing, "Use existing predictions only; do not segment", NULL },
  { NULL },
};

/* What is summed up over all screens. */
typedef struct
{
  AciniReaderScore outline, colour, mend;
  double before, after; /* sums of Dice over the screens */
  double between;       /* sum of the IoU of the two readers */
  guint screens;
} Study;

/* A screen with the memory behind it. */
typedef struct
{
  AciniReaderScreen screen;
  guint8 *rgb, *probability, *mask;
  guint32 *truth;
} Screen;

static void
screen_clear (Screen *self)
{
  g_free (self->rgb);
  g_free (self->probability);
  g_free (self->mask);
  g_free (self->truth);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Screen, screen_clear)

typedef struct
{
  AciniProject *project;
  const AciniSlideRecord *record;
  AciniSlide *slide;
  AciniPrediction *prediction;
  const AciniThresholds *thresholds;
  AciniObjectIndex *index; /* of the labels alone */
} Source;

/* Ids of objects as numbers from 1 on. */
static void
number_objects (Screen *screen, const gint64 *ids, gsize n)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (gsize i = 0; i < n; i++)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, &ids[i]));

      if (ids[i] != 0 && number == 0)
        {
          number = ++screen->screen.n_objects;
          g_hash_table_insert (numbers, (gpointer)&ids[i], GUINT_TO_POINTER (number));
        }
      screen->truth[i] = ids[i] != 0 ? number : 0;
    }
}

/* The greatest of all classes. */
static gboolean
read_probability (const Source *source, const AciniRect *box, Screen *screen, GError **error)
{
  gsize n = (gsize)(box->width * box->height);
  guint n_planes = (guint)acini_prediction_get_info (source->prediction)->n_classes;
  AciniMaskGrid grid = { box->x, box->y, 1, (int)box->width, (int)box->height };
  g_autofree guint8 *planes = g_malloc (n * n_planes);

  if (!acini_mask_read_probability (source->prediction, &grid, planes, NULL, error))
    return FALSE;
  screen->probability = g_malloc0 (n);
  for (guint k = 0; k < n_planes; k++)
    for (gsize i = 0; i < n; i++)
      screen->probability[i] = MAX (screen->probability[i], planes[k * n + i]);
  return TRUE;
}

static gboolean
read_screen (const Source *source, const AciniRect *box, Screen *screen, GError **error)
{
  gsize n = (gsize)(box->width * box->height);
  int width = (int)box->width, height = (int)box->height;
  g_autofree gint64 *ids = g_new (gint64, n);

  screen->rgb = g_malloc (3 * n);
  screen->mask = g_malloc (n);
  screen->truth = g_new (guint32, n);
  if (!acini_slide_read_rgb (source->slide, box->x, box->y, 1, width, height, screen->rgb, error)
      || !acini_object_index_read (source->index, box->x, box->y, width, height, ids, error)
      || !acini_mask_read_predicted (source->prediction, source->thresholds, box->x, box->y, width, height,
                                     screen->mask, error)
      || !read_probability (source, box, screen, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    screen->mask[i] = screen->mask[i] >= ACINI_LABEL_FIRST_CLASS ? 255 : 0;
  number_objects (screen, ids, n);
  screen->screen.width = width;
  screen->screen.height = height;
  screen->screen.rgb = screen->rgb;
  screen->screen.probability = screen->probability;
  screen->screen.truth = screen->truth;
  return TRUE;
}

static void
measure_overlap (const guint8 *a, const guint8 *b, const guint32 *truth, gsize n, double *dice, double *iou)
{
  gsize both = 0, either = 0;

  for (gsize i = 0; i < n; i++)
    {
      gboolean second = b != NULL ? b[i] != 0 : truth[i] != 0;

      both += a[i] != 0 && second;
      either += a[i] != 0 || second;
    }
  if (dice != NULL)
    *dice += both + either > 0 ? 2.0 * (double)both / (double)(both + either) : 1;
  if (iou != NULL)
    *iou += either > 0 ? (double)both / (double)either : 1;
}

/* Two readers with unsteady hands, each by himself from the same prediction. */
static void
compare_readers (const Screen *screen, Study *study)
{
  gsize n = (gsize)screen->screen.width * screen->screen.height;
  guint8 *masks[2] = { NULL, NULL };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (1 + i);
      const AciniReaderHands hands = { random, option_jitter };
      AciniReaderScore unused = { 0 };

      masks[i] = g_memdup2 (screen->mask, n);
      acini_reader_mend (&screen->screen, &hands, masks[i], &unused);
    }
  measure_overlap (masks[0], masks[1], NULL, n, NULL, &study->between);
  g_free (masks[0]);
  g_free (masks[1]);
}

static void
read_and_mend (Screen *screen, Study *study)
{
  gsize n = (gsize)screen->screen.width * screen->screen.height;

  acini_reader_outline (&screen->screen, NULL, &study->outline);
  if (option_colour)
    {
      AciniReaderScreen plain = screen->screen;

      plain.probability = NULL;
      acini_reader_outline (&plain, NULL, &study->colour);
    }
  compare_readers (screen, study);
  measure_overlap (screen->mask, NULL, screen->truth, n, &study->before, NULL);
  study->after += acini_reader_mend (&screen->screen, NULL, screen->mask, &study->mend);
  study->screens++;
}

/* Screen by screen, where there are labels. */
static gboolean
study_source (const Source *source, Study *study, GCancellable *cancellable, GError **error)
{
  for (gint64 y = 0; y < source->record->height; y += SCREEN)
    for (gint64 x = 0; x < source->record->width; x += SCREEN)
      {
        AciniRect box = { x, y, MIN (SCREEN, source->record->width - x), MIN (SCREEN, source->record->height - y) };
        g_auto (Screen) screen = { 0 };

        if (g_cancellable_set_error_if_cancelled (cancellable, error) || !read_screen (source, &box, &screen, error))
          return FALSE;
        if (screen.screen.n_objects > 0)
          read_and_mend (&screen, study);
      }
  return TRUE;
}

static gboolean
study_slide (AciniProject *project, AciniModel *model, const AciniSlideRecord *record, AciniScoringProgress *progress,
             Study *study, GError **error)
{
  g_autoptr (AciniPrediction) prediction
      = acini_scoring_get_prediction (project, model, record, option_existing, progress, error);
  const AciniObjectSource labels = { project, record, NULL, NULL };
  g_autoptr (AciniObjectIndex) index = NULL;
  g_autoptr (AciniSlide) slide = NULL;
  AciniThresholds thresholds;
  Source source;

  if (prediction == NULL
      || !acini_get_thresholds (project, acini_model_get_card (model), prediction, record->organ, threshold,
                                &thresholds, error))
    return FALSE;
  slide = acini_slide_open (record->path, error);
  index = slide != NULL ? acini_object_index_open (&labels, error) : NULL;
  if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, progress->console->cancellable, error))
    return FALSE;
  source = (Source){ project, record, slide, prediction, &thresholds, index };
  return study_source (&source, study, progress->console->cancellable, error);
}

static void
tell_outline (AciniConsole *console, const char *what, const char *member, const AciniReaderScore *score)
{
  JsonObject *object = json_object_new ();
  double n = MAX (score->objects, 1);

  json_object_set_int_member (object, "objects", score->objects);
  json_object_set_double_member (object, "clicks", score->clicks / n);
  json_object_set_double_member (object, "seconds", score->seconds / n);
  json_object_set_double_member (object, "first_iou", score->first_iou / n);
  json_object_set_int_member (object, "unfinished", score->unfinished);
  json_object_set_object_member (console->result, member, object);
  acini_console_print (
      console, "%s: %u FTUs to IoU %.2f, %.2f clicks and %.2f s an FTU, IoU after one click %.3f, %u not reached", what,
      score->objects, ACINI_READER_IOU, score->clicks / n, score->seconds / n, score->first_iou / n, score->unfinished);
}

static void
tell_mend (AciniConsole *console, const Study *study)
{
  JsonObject *object = json_object_new ();
  const AciniReaderScore *score = &study->mend;
  double n = MAX (score->objects, 1), screens = MAX (study->screens, 1);

  json_object_set_int_member (object, "objects", score->objects);
  json_object_set_int_member (object, "screens", study->screens);
  json_object_set_double_member (object, "seconds", score->seconds / n);
  json_object_set_double_member (object, "clicks", score->clicks / n);
  json_object_set_double_member (object, "strokes", score->strokes / n);
  json_object_set_double_member (object, "keys", score->keys / n);
  json_object_set_double_member (object, "dice_before", study->before / screens);
  json_object_set_double_member (object, "dice_after", study->after / screens);
  json_object_set_int_member (object, "unfinished", score->unfinished);
  json_object_set_double_member (object, "iou_between_readers", study->between / screens);
  json_object_set_object_member (console->result, "from_prediction", object);
  acini_console_print (
      console,
      "from the prediction: %u FTUs on %u screens, Dice %.3f to %.3f, %.2f s an FTU (%.2f keys, %.2f clicks, "
      "%.2f strokes), %u screens not reached",
      score->objects, study->screens, study->before / screens, study->after / screens, score->seconds / n,
      score->keys / n, score->clicks / n, score->strokes / n, score->unfinished);
  acini_console_print (console, "two readers whose hands shake by %g pixels: IoU between them %.3f", option_jitter,
                       study->between / screens);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (AciniModel) model = NULL;
  g_autoptr (GPtrArray) slides = NULL;
  g_autofree Study *study = g_new0 (Study, 1);

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

      if (record->labelled && !study_slide (project, model, record, &progress, study, error))
        return FALSE;
      acini_console_progress (console, (i + 1.0) / slides->len, "Reading", record->name);
    }
  if (study->screens == 0)
    {
      g_set_error_literal (
          error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
          "None of these slides has labelled FTUs, which are the truth here: label some, or choose others "
          "with --slides.");
      return FALSE;
    }
  tell_outline (console, "from nothing", "from_nothing", &study->outline);
  if (option_colour)
    tell_outline (console, "from nothing, without the model", "from_colour", &study->colour);
  tell_mend (console, study);
  return TRUE;
}

const AciniCommand acini_command_study_review = {
  .name = "study review",
  .arguments = "PROJECT",
  .summary = "Simulates readers who correct, and says how long they take",
  .description
  = "Takes the labels of PROJECT for the truth and has simulated readers work towards it: who outline each FTU "
    "from nothing with the Click tool until its IoU is 0.85, and who mend the model's mask, with keys, clicks and "
    "strokes, until its Dice is 0.95. A key takes 0.3 s, a click 0.7 s, a stroke 1 s and its length at 300 pixels "
    "a second. What is on screen is 1024 × 1024 pixels of the slide. Take slides that the model was not trained on.",
  .examples = "study review Colon.acini --model colon --slides train_21..30",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .segments = TRUE,
  .network = TRUE,
  .run = run,
};
