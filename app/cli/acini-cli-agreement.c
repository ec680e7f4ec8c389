/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "reading" and "agreement": further readers of a project, and how far they agree. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-mask-choice.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/objects/acini-object-csv.h"

/* What the project itself is called among its readers. */
#define FIRST "first reader"

static char *option_slides, *option_threshold, *option_csv, *option_region, *option_reader;
static gboolean option_labels_only, option_unfinished, option_done, option_reopen;

static const GOptionEntry reading_entries[] = {
  { "reader", 0, 0, G_OPTION_ARG_STRING, &option_reader, "Begin, or go on with, a blind reading by this person",
    "NAME" },
  { "done", 0, 0, G_OPTION_ARG_NONE, &option_done, "The reader of --reader is done: others may see what was said",
    NULL },
  { "reopen", 0, 0, G_OPTION_ARG_NONE, &option_reopen, "The reader of --reader is not done", NULL },
  { NULL },
};

static const GOptionEntry agreement_entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all)", "A,B,…" },
  { "region", 0, 0, G_OPTION_ARG_STRING, &option_region,
    "Only what lies in the regions of this name, see “acini-cli regions”", "NAME" },
  { "csv", 0, 0, G_OPTION_ARG_FILENAME, &option_csv, "Write a table of all places to FILE", "FILE" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "labels-only", 0, 0, G_OPTION_ARG_NONE, &option_labels_only, "Labels by people only, without the prediction",
    NULL },
  { "unfinished", 0, 0, G_OPTION_ARG_NONE, &option_unfinished, "Compare readings that are under way, too", NULL },
  { NULL },
};

static JsonObject *
make_reading (const AciniReading *reading)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "reader", reading->reader);
  json_object_set_string_member (object, "folder", reading->folder);
  json_object_set_int_member (object, "begun", reading->begun);
  if (reading->ended > 0)
    json_object_set_int_member (object, "ended", reading->ended);
  else
    json_object_set_null_member (object, "ended");
  return object;
}

/* Readings. */

static gboolean
begin (AciniProject *project, GError **error)
{
  g_autofree char *folder = acini_reading_begin (project, option_reader, error);
  g_autoptr (AciniProject) reading = folder != NULL ? acini_project_open (folder, error) : NULL;

  return reading != NULL && ((!option_done && !option_reopen) || acini_reading_set_ended (reading, option_done, error));
}

static gboolean
run_reading (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (GPtrArray) readings = NULL;
  JsonArray *array = json_array_new ();

  json_object_set_array_member (console->result, "readings", array);
  if (project == NULL)
    return FALSE;
  if ((option_done || option_reopen) && (option_reader == NULL || option_done == option_reopen))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                   "--done or --reopen, one of them, goes with --reader: say whose reading it is.");
      return FALSE;
    }
  if (option_reader != NULL && *option_reader == '\0')
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "--reader is empty: say who reads.");
      return FALSE;
    }
  if (option_reader != NULL && !begin (project, error))
    return FALSE;
  readings = acini_reading_list (project, FALSE);
  for (guint i = 0; i < readings->len; i++)
    {
      const AciniReading *reading = readings->pdata[i];

      json_array_add_object_element (array, make_reading (reading));
      acini_console_print (console, "%-24s %-10s %s", reading->reader, reading->ended > 0 ? "done" : "under way",
                           reading->folder);
    }
  if (readings->len == 0)
    acini_console_print (console, "There is no reading: --reader begins one.");
  return TRUE;
}

/* Agreement. */

typedef struct
{
  AciniConsole *console;
  AciniProject *project;
  AciniCard *card; /* NULL: labels alone */
  GPtrArray *slides, *readings;
  double threshold;
  AciniAgreement *sums; /* of each pair: first * (readings + 1) + second */
  GString *csv, *line;
  JsonArray *places; /* where they disagree */
  const AciniSlideRecord *slide;
} Comparison;

static void
comparison_clear (Comparison *self)
{
  g_clear_object (&self->project);
  g_clear_pointer (&self->card, acini_card_free);
  g_clear_pointer (&self->slides, g_ptr_array_unref);
  g_clear_pointer (&self->readings, g_ptr_array_unref);
  g_free (self->sums);
  g_string_free (self->csv, TRUE);
  g_string_free (self->line, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Comparison, comparison_clear)

static const char *
get_reader (const Comparison *self, guint number)
{
  return number == 0 ? FIRST : ((const AciniReading *)self->readings->pdata[number - 1])->reader;
}

static void
set_state (JsonObject *object, const char *member, const AciniObject *said)
{
  if (said->id != 0)
    json_object_set_string_member (object, member, acini_review_state_to_string (said->state));
  else
    json_object_set_null_member (object, member);
}

static JsonObject *
make_place (const Comparison *self, guint first, guint second, const AciniAgreementPlace *place)
{
  JsonObject *object = json_object_new ();
  JsonArray *box = json_array_sized_new (4);
  AciniRect rect = acini_agreement_place_get_box (place);

  json_array_add_int_element (box, rect.x);
  json_array_add_int_element (box, rect.y);
  json_array_add_int_element (box, rect.width);
  json_array_add_int_element (box, rect.height);
  json_object_set_string_member (object, "slide", self->slide->name);
  json_object_set_string_member (object, "first", get_reader (self, first));
  json_object_set_string_member (object, "second", get_reader (self, second));
  json_object_set_string_member (object, "disagreement",
                                 acini_disagreement_kind_to_string (acini_agreement_place_get_disagreement (place)));
  set_state (object, "first_state", &place->objects[0]);
  set_state (object, "second_state", &place->objects[1]);
  json_object_set_double_member (object, "iou", acini_agreement_place_get_iou (place));
  json_object_set_array_member (object, "box", box);
  return object;
}

static void
take_places (guint first, guint second, GArray *places, gpointer user_data)
{
  Comparison *self = user_data;

  for (guint i = 0; i < places->len; i++)
    {
      const AciniAgreementPlace *place = &g_array_index (places, AciniAgreementPlace, i);

      acini_agreement_add (&self->sums[first * (self->readings->len + 1) + second], place);
      acini_agreement_csv_format (self->line, place, self->slide->name, get_reader (self, first),
                                  get_reader (self, second));
      g_string_append_printf (self->csv, "%s\n", self->line->str);
      if (acini_agreement_place_get_disagreement (place) != ACINI_DISAGREEMENT_NONE)
        json_array_add_object_element (self->places, make_place (self, first, second, place));
    }
}

static gboolean
compare_slide (Comparison *self, GError **error)
{
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (self->project, self->slide->id, option_region, error);
  g_autoptr (AciniPrediction) prediction = NULL;
  g_autoptr (AciniObjectIndex) index = NULL;
  AciniThresholds thresholds;
  AciniObjectSource source = { self->project, self->slide, NULL, NULL };

  if (scope == NULL)
    return FALSE;
  if (!acini_region_scope_is_there (scope))
    return TRUE;
  if (!acini_mask_choice_open (self->project, self->card, self->slide, self->threshold, &prediction, &thresholds,
                               error))
    return FALSE;
  source.prediction = prediction;
  source.thresholds = prediction != NULL ? &thresholds : NULL;
  index = acini_object_index_open (&source, error);
  return index != NULL && acini_object_index_update (index, NULL, NULL, NULL, self->console->cancellable, error)
         && acini_agreement_compare (index, self->readings, scope, take_places, self, self->console->cancellable,
                                     error);
}

static void
set_number (JsonObject *object, const char *member, gboolean known, double number)
{
  if (known)
    json_object_set_double_member (object, member, number);
  else
    json_object_set_null_member (object, member);
}

static char *
format_number (gboolean known, double number)
{
  return known ? g_strdup_printf ("%.3f", number) : g_strdup ("–");
}

/* The four numbers that kappa is of, what was said by one alone, kappa and Dice. */
static void
list_pair (Comparison *self, guint first, guint second, JsonArray *pairs)
{
  static const char *const members[2][2]
      = { { "both_rejected", "only_second_accepted" }, { "only_first_accepted", "both_accepted" } };
  const AciniAgreement *sums = &self->sums[first * (self->readings->len + 1) + second];
  double kappa = 0, dice = 0;
  gboolean has_kappa = acini_agreement_get_kappa (sums, &kappa), has_dice = acini_agreement_get_dice (sums, &dice);
  g_autofree char *kappa_text = format_number (has_kappa, kappa), *dice_text = format_number (has_dice, dice);
  JsonObject *pair = json_object_new ();

  json_object_set_string_member (pair, "first", get_reader (self, first));
  json_object_set_string_member (pair, "second", get_reader (self, second));
  set_number (pair, "kappa", has_kappa, kappa);
  set_number (pair, "dice", has_dice, dice);
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++)
      json_object_set_int_member (pair, members[i][j], sums->table[i][j]);
  json_object_set_int_member (pair, "said_by_one", sums->one_said);
  json_object_set_int_member (pair, "disagreements", sums->disagreements);
  json_array_add_object_element (pairs, pair);
  acini_console_print (self->console,
                       "%s and %s: kappa %s, Dice %s; both accepted %" G_GINT64_FORMAT
                       ", both rejected %" G_GINT64_FORMAT ", differently %" G_GINT64_FORMAT
                       ", said by one %" G_GINT64_FORMAT "; %" G_GINT64_FORMAT " disagreements",
                       get_reader (self, first), get_reader (self, second), kappa_text, dice_text, sums->table[1][1],
                       sums->table[0][0], sums->table[0][1] + sums->table[1][0], sums->one_said, sums->disagreements);
}

static gboolean
choose_readings (Comparison *self, GError **error)
{
  self->readings = acini_reading_list (self->project, FALSE);
  for (guint i = self->readings->len; i > 0 && !option_unfinished; i--)
    if (((const AciniReading *)self->readings->pdata[i - 1])->ended == 0)
      {
        acini_console_note (self->console, "acini-cli: the reading by %s is left out: it is under way.",
                            ((const AciniReading *)self->readings->pdata[i - 1])->reader);
        g_ptr_array_remove_index (self->readings, i - 1);
      }
  if (self->readings->len > 0)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "There is no reading that is done: “acini-cli reading” begins one and says when it is.");
  return FALSE;
}

static gboolean
run_agreement (AciniConsole *console, char **arguments, GError **error)
{
  g_auto (Comparison) self = { .console = console, .csv = g_string_new (NULL), .line = g_string_new (NULL) };
  JsonArray *pairs = json_array_new ();

  self.places = json_array_new ();
  json_object_set_array_member (console->result, "pairs", pairs);
  json_object_set_array_member (console->result, "disagreements", self.places);
  g_string_append_printf (self.csv, "%s\n", acini_agreement_csv_head);
  if (!acini_parse_threshold (option_threshold, &self.threshold, error))
    return FALSE;
  self.project = acini_project_open (arguments[0], error);
  self.slides = self.project != NULL ? acini_select_slides (self.project, option_slides, NULL, error) : NULL;
  if (self.slides == NULL || !choose_readings (&self, error)
      || !acini_mask_choice_load_card (self.project, option_labels_only, &self.card, error))
    return FALSE;
  self.sums = g_new0 (AciniAgreement, (self.readings->len + 1) * (self.readings->len + 1));
  for (guint i = 0; i < self.slides->len; i++)
    {
      self.slide = self.slides->pdata[i];
      acini_console_progress (console, (double)i / self.slides->len, "Comparing readers", self.slide->name);
      if (!compare_slide (&self, error))
        return FALSE;
    }
  acini_console_end_progress (console);
  for (guint first = 0; first <= self.readings->len; first++)
    for (guint second = first + 1; second <= self.readings->len; second++)
      list_pair (&self, first, second, pairs);
  return option_csv == NULL || g_file_set_contents (option_csv, self.csv->str, (gssize)self.csv->len, error);
}

const AciniCommand acini_command_reading = {
  .name = "reading",
  .arguments = "PROJECT",
  .summary = "Begins, ends and lists blind readings of a project by further readers",
  .description
  = "A reading is a project of its own, in the folder “readings” of the project: it has the same slides, models and "
    "predictions, and none of the labels and decisions of others. Slides are called by numbers, in an order that is "
    "the reader's alone. Open its folder in Acini, or with other commands, to work in it. With --done the reader says "
    "that it can be compared; --reader of a reading that is there goes on with it, and shows it what was segmented "
    "since.",
  .examples = "reading Colon.acini\nreading Colon.acini --reader \"Ada Lovelace\"\nreading Colon.acini --reader \"Ada "
              "Lovelace\" --done",
  .options = reading_entries,
  .least = 1,
  .most = 1,
  .run = run_reading,
};

const AciniCommand acini_command_agreement = {
  .name = "agreement",
  .arguments = "PROJECT",
  .summary = "Says how far the readers of a project agree",
  .description
  = "For each two readers (the project itself is the first; see \"reading\" for others): Cohen's kappa of what both "
    "accepted or rejected, the Dice coefficient of what either drew or corrected, and where they disagree. A reader "
    "says yes to an object that is accepted, or, undecided, drawn or corrected by hand, and no to one that is "
    "rejected. Objects of two readers are the same where they share half of the smaller one. They disagree where one "
    "says yes and the other no (state), where one alone has an object (one), about its class (class), and where the "
    "intersection over union of their outlines is below 0.7 (outline). What lies in an exclusion (see \"regions\") is "
    "not compared. A number that cannot be told, as nothing was said by both, is null.",
  .examples = "agreement Colon.acini\nagreement Colon.acini --json\nagreement Colon.acini --csv places.csv",
  .options = agreement_entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .run = run_agreement,
};
