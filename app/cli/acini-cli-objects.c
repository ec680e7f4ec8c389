/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "objects" and "results": what was found, one by one and summed up. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-mask-choice.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-threshold-option.h"
#include "data/base/acini-part-file.h"
#include "data/objects/acini-object-csv.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static char *option_slides, *option_threshold, *option_csv, *option_region;
static gboolean option_labels_only;

static const GOptionEntry entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all)", "A,B,…" },
  { "region", 0, 0, G_OPTION_ARG_STRING, &option_region,
    "Only what lies in the regions of this name, see “acini-cli regions”", "NAME" },
  { "csv", 0, 0, G_OPTION_ARG_FILENAME, &option_csv, "Write a table to FILE instead", "FILE" },
  { "threshold", 0, 0, G_OPTION_ARG_STRING, &option_threshold, ACINI_THRESHOLD_OPTION_HELP, "T" },
  { "labels-only", 0, 0, G_OPTION_ARG_NONE, &option_labels_only, "Labels by people only, without the prediction",
    NULL },
  { NULL },
};

typedef struct _Listing Listing;

/* One slide's share of a command. */
typedef gboolean (*SlideFunc) (Listing *listing, const AciniObjectSource *source, AciniObjectIndex *index,
                               GError **error);

struct _Listing
{
  AciniConsole *console;
  AciniProject *project;
  AciniCard *card; /* NULL: labels alone */
  GPtrArray *slides;
  double threshold;
  guint done;              /* slides */
  gboolean met;            /* a slide has the region */
  AciniRegionScope *scope; /* of the slide */
  SlideFunc func;
  guint32 colours[256]; /* of labels, as get_colour () has them; 0: not asked for yet */
  FILE *csv;            /* NULL: on standard output */
  AciniPartFile *file;  /* of @csv */
  gboolean any;         /* something was listed */
  GString *line;        /* scratch */
  const AciniSlideRecord *slide;
  GHashTable *totals; /* of results: label → AciniResult */
};

static void
set_double (JsonObject *object, const char *member, double number)
{
  if (number >= 0)
    json_object_set_double_member (object, member, number);
  else
    json_object_set_null_member (object, member);
}

static char *
dup_class_name (AciniProject *project, int label)
{
  char *name = acini_project_dup_class_name (project, label);

  return name != NULL ? name : g_strdup_printf ("FTU %d", label - 1);
}

/* µm² of a level-0 pixel; below 0: unknown. */
static double
pixel_area (const AciniSlideRecord *slide)
{
  return slide->mpp_x > 0 && slide->mpp_y > 0 ? slide->mpp_x * slide->mpp_y : -1;
}

/* The file of --csv appears when it is complete. */

static gboolean
open_csv (Listing *listing, const char *head, GError **error)
{
  if (option_csv == NULL)
    return TRUE;
  listing->file = acini_part_file_new (option_csv);
  listing->csv = g_fopen (acini_part_file_get_path (listing->file), "we");
  if (listing->csv != NULL && fprintf (listing->csv, "%s\n", head) > 0)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "“%s” cannot be written: %s.", option_csv,
               g_strerror (errno));
  return FALSE;
}

static gboolean
close_csv (Listing *listing, gboolean done, GError **error)
{
  gboolean failed;

  if (listing->csv == NULL)
    {
      g_clear_pointer (&listing->file, acini_part_file_free);
      return done;
    }
  failed = ferror (listing->csv) != 0;
  failed |= fclose (listing->csv) != 0;
  listing->csv = NULL;
  if (done && failed)
    g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "“%s” cannot be written: %s.", option_csv,
                 g_strerror (errno));
  done = done && !failed && acini_part_file_commit (listing->file, error);
  g_clear_pointer (&listing->file, acini_part_file_free);
  return done;
}

static void
show_progress (double fraction, gpointer user_data)
{
  Listing *listing = user_data;

  acini_console_progress (listing->console, (listing->done + fraction) / listing->slides->len, "Finding objects",
                          listing->slide->name);
}

static gboolean
list_slide (Listing *listing, GError **error)
{
  AciniThresholds thresholds;
  g_autoptr (AciniPrediction) prediction = NULL;
  g_autoptr (AciniObjectIndex) index = NULL;
  AciniObjectSource source = { listing->project, listing->slide };

  if (!acini_mask_choice_open (listing->project, listing->card, listing->slide, listing->threshold, &prediction,
                               &thresholds, error))
    return FALSE;
  /* Nobody looked: no objects would say that there are none. */
  if (prediction == NULL && !listing->slide->labelled)
    {
      acini_console_note (listing->console, "acini-cli: “%s” is left out: it was neither segmented nor labelled.",
                          listing->slide->name);
      return TRUE;
    }
  source.prediction = prediction;
  source.thresholds = &thresholds;
  index = acini_object_index_open (&source, error);
  if (index == NULL
      || !acini_object_index_update (index, NULL, show_progress, listing, listing->console->cancellable, error))
    return FALSE;
  acini_console_end_progress (listing->console);
  return listing->func (listing, &source, index, error);
}

/* *@counts: whether anything of the slide does. */
static gboolean
choose_scope (Listing *listing, gboolean *counts, GError **error)
{
  g_clear_pointer (&listing->scope, acini_region_scope_free);
  listing->scope = acini_region_scope_new (listing->project, listing->slide->id, option_region, error);
  if (listing->scope == NULL)
    return FALSE;
  *counts = acini_region_scope_is_there (listing->scope);
  listing->met |= *counts;
  if (!*counts)
    acini_console_note (listing->console, "acini-cli: “%s” is left out: it has no region “%s”.", listing->slide->name,
                        option_region);
  return TRUE;
}

static gboolean
list_slides (Listing *listing, const char *folder, GError **error)
{
  if (!acini_parse_threshold (option_threshold, &listing->threshold, error))
    return FALSE;
  listing->project = acini_project_open (folder, error);
  listing->slides
      = listing->project != NULL ? acini_select_slides (listing->project, option_slides, NULL, error) : NULL;
  if (listing->slides == NULL
      || !acini_mask_choice_load_card (listing->project, option_labels_only, &listing->card, error))
    return FALSE;
  for (; listing->done < listing->slides->len; listing->done++)
    {
      gboolean counts = FALSE;

      listing->slide = g_ptr_array_index (listing->slides, listing->done);
      if (!choose_scope (listing, &counts, error) || (counts && !list_slide (listing, error)))
        return FALSE;
    }
  if (listing->met || option_region == NULL)
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "No slide has a region “%s”: “acini-cli regions” lists them.", option_region);
  return FALSE;
}

static void
listing_clear (Listing *listing)
{
  g_clear_object (&listing->project);
  g_clear_pointer (&listing->slides, g_ptr_array_unref);
  g_clear_pointer (&listing->scope, acini_region_scope_free);
  g_clear_pointer (&listing->card, acini_card_free);
  g_clear_pointer (&listing->totals, g_hash_table_unref);
  g_string_free (listing->line, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listing, listing_clear)

/* Objects. */

static JsonArray *
make_array (const double *numbers, guint n)
{
  JsonArray *array = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_double_element (array, numbers[i]);
  return array;
}

/* 0xRRGGBB; of each class the project is asked once. */
static guint32
get_colour (Listing *listing, int label)
{
  guint32 *colour = &listing->colours[label & 255];

  if (*colour == 0)
    *colour = 0xff000000u | acini_project_get_class_colour (listing->project, label, NULL);
  return *colour & 0xffffff;
}

static JsonObject *
make_object (Listing *listing, const AciniObject *o, const char *class_name)
{
  JsonObject *object = json_object_new ();
  g_autofree char *colour = g_strdup_printf ("#%06x", get_colour (listing, o->label));
  JsonArray *box = json_array_sized_new (4);
  double pixel = pixel_area (listing->slide);

  json_array_add_int_element (box, o->box.x);
  json_array_add_int_element (box, o->box.y);
  json_array_add_int_element (box, o->box.width);
  json_array_add_int_element (box, o->box.height);
  json_object_set_int_member (object, "id", o->id);
  json_object_set_string_member (object, "slide", listing->slide->name);
  json_object_set_boolean_member (object, "locked", o->locked);
  json_object_set_string_member (object, "class", class_name);
  json_object_set_int_member (object, "area_px", o->area);
  set_double (object, "area_um2", pixel > 0 ? (double)o->area * pixel : -1);
  json_object_set_double_member (object, "perimeter", o->perimeter);
  set_double (object, "perimeter_um", pixel > 0 ? o->perimeter * sqrt (pixel) : -1);
  json_object_set_double_member (object, "circularity", o->circularity);
  json_object_set_double_member (object, "long_axis", o->long_axis);
  json_object_set_double_member (object, "short_axis", o->short_axis);
  json_object_set_array_member (object, "centroid", make_array ((const double[]){ o->x, o->y }, 2));
  json_object_set_array_member (object, "box", box);
  set_double (object, "mean_probability", o->probability);
  set_double (object, "uncertainty", o->entropy);
  set_double (object, "boundary_sharpness", o->sharpness);
  json_object_set_boolean_member (object, "at_border", o->at_border);
  json_object_set_string_member (object, "state", acini_review_state_to_string (o->state));
  json_object_set_string_member (object, "author", acini_author_to_string (o->author));
  json_object_set_string_member (object, "colour", colour);
  return object;
}

static gboolean
list_object (const AciniObject *object, gpointer user_data)
{
  Listing *listing = user_data;
  g_autofree char *class_name = dup_class_name (listing->project, object->label);

  if (listing->csv != NULL)
    {
      acini_object_csv_format (listing->line, object, listing->slide, class_name, get_colour (listing, object->label));
      fprintf (listing->csv, "%s\n", listing->line->str);
    }
  else if (listing->console->json)
    {
      g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), NULL);
      g_autofree char *text = NULL;

      json_node_take_object (node, make_object (listing, object, class_name));
      text = json_to_string (node, FALSE);
      printf ("%s%s", listing->any ? ",\n" : "{\"objects\":[\n", text);
    }
  else
    acini_console_print (listing->console,
                         "%-20s %-14s %12" G_GINT64_FORMAT " %9" G_GINT64_FORMAT " px  (%.0f, %.0f)  %s, by %s",
                         listing->slide->name, class_name, object->id, object->area, object->x, object->y,
                         acini_review_state_to_string (object->state), acini_author_to_string (object->author));
  listing->any = TRUE;
  return !g_cancellable_is_cancelled (listing->console->cancellable);
}

static gboolean
list_objects (Listing *listing, const AciniObjectSource *source, AciniObjectIndex *index, GError **error)
{
  const AciniObjectQuery query = { .scope = listing->scope };

  return acini_object_index_foreach (index, &query, list_object, listing, error)
         && !g_cancellable_set_error_if_cancelled (listing->console->cancellable, error);
}

/* A million objects would be gigabytes of JSON in memory: they are printed one by one. */
static gboolean
run_objects (AciniConsole *console, char **arguments, GError **error)
{
  g_auto (Listing) listing = { .console = console, .func = list_objects, .line = g_string_new (NULL) };
  gboolean print = console->json && option_csv == NULL, done;

  console->streamed = TRUE;
  done = open_csv (&listing, acini_object_csv_head, error) && list_slides (&listing, arguments[0], error);
  if (print && done)
    puts (listing.any ? "\n]}" : "{\"objects\":[]}");
  return close_csv (&listing, done, error);
}

/* Results. */

static JsonObject *
make_result (const AciniResult *r, const char *slide, const char *class_name)
{
  JsonObject *object = json_object_new (), *states = json_object_new ();

  if (slide != NULL)
    json_object_set_string_member (object, "slide", slide);
  json_object_set_string_member (object, "class", class_name);
  json_object_set_int_member (object, "count", r->count);
  set_double (object, "density_per_mm2", acini_result_get_density (r));
  set_double (object, "mean_area_px", acini_result_get_mean_area (r, FALSE));
  set_double (object, "sd_area_px", acini_result_get_area_deviation (r, FALSE));
  set_double (object, "mean_area_um2", acini_result_get_mean_area (r, TRUE));
  set_double (object, "sd_area_um2", acini_result_get_area_deviation (r, TRUE));
  set_double (object, "share_of_tissue", acini_result_get_share (r));
  set_double (object, "tissue_mm2", r->tissue_um2 >= 0 ? r->tissue_um2 / 1e6 : -1);
  for (AciniReviewState state = 0; state < ACINI_N_REVIEWS; state++)
    json_object_set_int_member (states, acini_review_state_to_string (state), r->states[state]);
  json_object_set_object_member (object, "states", states);
  return object;
}

static char *
describe (const AciniResult *r)
{
  double density = acini_result_get_density (r), mean = acini_result_get_mean_area (r, TRUE);
  double share = acini_result_get_share (r);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%6" G_GINT64_FORMAT, r->count);
  if (density >= 0)
    g_string_append_printf (text, "  %.2f/mm²", density);
  if (mean >= 0)
    g_string_append_printf (text, "  %.0f ± %.0f µm²", mean, MAX (acini_result_get_area_deviation (r, TRUE), 0));
  else if (r->count > 0)
    g_string_append_printf (text, "  %.0f ± %.0f px", acini_result_get_mean_area (r, FALSE),
                            MAX (acini_result_get_area_deviation (r, FALSE), 0));
  if (share >= 0)
    g_string_append_printf (text, "  %.1f %% of the tissue", 100 * share);
  return g_string_free (text, FALSE);
}

static gboolean
list_results (Listing *listing, const AciniObjectSource *source, AciniObjectIndex *index, GError **error)
{
  double tissue = acini_results_measure_tissue (listing->slide, listing->scope);
  g_autoptr (GArray) results = acini_results_collect (index, source, listing->scope, tissue, 0, error);

  if (results == NULL)
    return FALSE;
  for (guint i = 0; i < results->len; i++)
    {
      const AciniResult *r = &g_array_index (results, AciniResult, i);
      g_autofree char *class_name = dup_class_name (listing->project, r->label), *text = describe (r);
      AciniResult *total = g_hash_table_lookup (listing->totals, GINT_TO_POINTER (r->label));

      if (listing->csv != NULL)
        {
          acini_result_csv_format (listing->line, r, listing->slide->name, class_name);
          fprintf (listing->csv, "%s\n", listing->line->str);
        }
      else
        acini_console_print (listing->console, "%-24s %-14s %s", listing->slide->name, class_name, text);
      json_array_add_object_element (json_object_get_array_member (listing->console->result, "results"),
                                     make_result (r, listing->slide->name, class_name));
      if (total == NULL)
        g_hash_table_insert (listing->totals, GINT_TO_POINTER (r->label), g_memdup2 (r, sizeof *r));
      else
        acini_result_add (total, r);
    }
  return TRUE;
}

static gboolean
run_results (AciniConsole *console, char **arguments, GError **error)
{
  g_auto (Listing) listing = { .console = console, .func = list_results, .line = g_string_new (NULL) };
  JsonArray *totals = json_array_new ();
  gboolean done;

  listing.totals = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  json_object_set_array_member (console->result, "results", json_array_new ());
  json_object_set_array_member (console->result, "totals", totals);
  done = open_csv (&listing, acini_result_csv_head, error) && list_slides (&listing, arguments[0], error);
  for (int label = 0; label < 256 && done; label++)
    {
      const AciniResult *total = g_hash_table_lookup (listing.totals, GINT_TO_POINTER (label));
      g_autofree char *class_name = NULL, *text = NULL;

      if (total == NULL)
        continue;
      class_name = dup_class_name (listing.project, label);
      text = describe (total);
      json_array_add_object_element (totals, make_result (total, NULL, class_name));
      if (listing.csv == NULL)
        acini_console_print (console, "%-24s %-14s %s", "All slides", class_name, text);
    }
  return close_csv (&listing, done, error);
}

const AciniCommand acini_command_objects = {
  .name = "objects",
  .arguments = "PROJECT",
  .summary = "Lists the FTUs that were found or drawn",
  .description
  = "An object is a connected piece of one class of the effective mask: of what a person said where one did, else of "
    "the prediction from the threshold on. For each there is its area, its perimeter, how round it is (4 π area / "
    "perimeter²), the axes of the ellipse that fits it, centroid and box, in pixels of the slide; the model's mean "
    "probability, its uncertainty (mean entropy, in bits) and how sharply the probability falls at the outline; what "
    "the review said and whose pixels it is made of. Its id is 1 plus the number of its first pixel, counted by "
    "rows. What was found is kept beside the predictions, and the next time only what changed is looked at. Objects "
    "whose centroid lies in an exclusion (see \"regions\") are left out.",
  .examples = "objects Colon.acini\nobjects Colon.acini --slides train_1 --json\nobjects Colon.acini --csv objects.csv",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .run = run_objects,
};

const AciniCommand acini_command_results = {
  .name = "results",
  .arguments = "PROJECT",
  .summary = "Counts and measures the FTUs of each slide",
  .description = "For each slide and class: how many objects there are (see \"objects\"), how many per mm² of tissue, "
                 "the mean and the standard deviation of their areas, and the share of the tissue that they cover. "
                 "Tissue is told from glass on an overview of the slide; without the slide's file, or without its µm "
                 "per pixel, the numbers that need it are left open. Exclusions (see \"regions\") are left out of the "
                 "count and of the tissue; with --region only the regions of that name are looked at.",
  .examples = "results Colon.acini\nresults Colon.acini --csv results.csv\nresults Colon.acini --region Cortex",
  .options = entries,
  .least = 1,
  .most = 1,
  .models = TRUE,
  .run = run_results,
};
