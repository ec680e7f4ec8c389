/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Regions and readings on the command line: regions are taken from a file, counted in, and exclusions left out;
 * readings begin, end and are compared; decisions go out with outlines and come in with them. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"
#include "tests/app/acini-cli-fixture.h"

#include <string.h>

static gint64
count_results (JsonObject *results, const char *class_name)
{
  JsonArray *totals = json_object_get_array_member (results, "totals");

  for (guint i = 0; i < json_array_get_length (totals); i++)
    {
      JsonObject *total = json_array_get_object_element (totals, i);

      if (g_str_equal (json_object_get_string_member (total, "class"), class_name))
        return json_object_get_int_member (total, "count");
    }
  return -1;
}

#define POLYGON(name, class, points)                                                                                   \
  "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[" points                                 \
  "]]},\"properties\":{\"name\":\"" name "\",\"classification\":{\"name\":\"" class "\"}}}"

/* Of the three squares the first lies in "Left", and a fold covers the middle of the second. */
static void
test_regions (void)
{
  g_autofree char *project = cli_make_labelled ("regions.acini");
  g_autofree char *file = g_build_filename (cli_material.folder, "regions.geojson", NULL);
  const char *outlines = "{\"type\":\"FeatureCollection\",\"features\":[" POLYGON (
      "Left", "Region", "[400,0],[600,0],[600,300],[400,300],[400,0]") "," POLYGON ("Fold", "Exclusion",
                                                                                    "[690,110],[709,110],[709,200],["
                                                                                    "690,200],[690,110]") "]}";

  g_assert_true (g_file_set_contents (file, outlines, -1, NULL));
  {
    g_auto (CliOutcome) none = RUN ("results", project, "--json", "--labels-only", "--region", "Left");
    g_auto (CliOutcome) which = RUN ("regions", project, "--import", file);
    g_auto (CliOutcome) taken = RUN ("regions", project, "--slides", "a, b", "--import", file, "--json");
    g_auto (CliOutcome) listed = RUN ("regions", project, "--json");
    g_auto (CliOutcome) shown = RUN ("regions", project);
    g_autoptr (JsonObject) regions = cli_parse (&listed);
    JsonArray *array = json_object_get_array_member (regions, "regions");

    cli_assert_failed (&none, 1, "Left");
    cli_assert_failed (&which, 1, "--slides");
    g_assert_cmpint (taken.status, ==, 0);
    g_assert_cmpint (json_array_get_length (array), ==, 2);
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (array, 0), "name"), ==, "Fold");
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (array, 0), "kind"), ==, "exclusion");
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (array, 1), "kind"), ==, "region");
    g_assert_nonnull (strstr (shown.out, "19 × 90 px at (690, 110)"));
  }
  {
    g_auto (CliOutcome) all = RUN ("results", project, "--json", "--labels-only");
    g_auto (CliOutcome) left = RUN ("results", project, "--json", "--labels-only", "--region", "Left");
    g_auto (CliOutcome) listed = RUN ("objects", project, "--json", "--labels-only");
    g_auto (CliOutcome) inside = RUN ("objects", project, "--json", "--labels-only", "--region", "Left");
    g_autoptr (JsonObject) of_all = cli_parse (&all), of_left = cli_parse (&left), objects = cli_parse (&listed),
                           in_left = cli_parse (&inside);

    g_assert_cmpint (count_results (of_all, "FTU"), ==, 1);
    g_assert_cmpint (count_results (of_all, "FTU 2"), ==, 1);
    g_assert_cmpint (count_results (of_left, "FTU"), ==, 1);
    g_assert_cmpint (count_results (of_left, "FTU 2"), ==, -1);
    g_assert_cmpint (json_array_get_length (json_object_get_array_member (objects, "objects")), ==, 2);
    g_assert_cmpint (json_array_get_length (json_object_get_array_member (in_left, "objects")), ==, 1);
  }
}

static guint
count_members (JsonObject *object, const char *member)
{
  return json_array_get_length (json_object_get_array_member (object, member));
}

/* Tissue of noise with a broad green stroke, as a PPM file. */
static void
write_pen (const char *path)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (GString) image = g_string_new ("P6\n800 800\n255\n");

  for (int y = 0; y < 800; y++)
    for (int x = 0; x < 800; x++)
      {
        int noise = g_rand_int_range (random, -25, 26);
        gboolean pen = x > 100 && x < 220 && y > 100 && y < 700;
        const char pixel[]
            = { (char)(pen ? 20 : 215 + noise), (char)(pen ? 150 : 160 + noise), (char)(pen ? 60 : 195 + noise) };

        g_string_append_len (image, pixel, 3);
      }
  g_assert_true (g_file_set_contents (path, image->str, (gssize)image->len, NULL));
}

/* A pen is proposed, and taken where that is said. */
static void
test_proposals (void)
{
  g_autofree char *project = g_build_filename (cli_material.folder, "proposals.acini", NULL);
  g_autofree char *slide = g_build_filename (cli_material.folder, "pen.ppm", NULL);

  write_pen (slide);
  {
    g_auto (CliOutcome) made = RUN ("new", project);
    g_auto (CliOutcome) imported = RUN ("import", project, slide, "--organ", "kidney", "--mpp", "0.5");
    g_auto (CliOutcome) alone = RUN ("regions", project, "--take");
    g_auto (CliOutcome) proposed = RUN ("regions", project, "--propose", "--json");
    g_auto (CliOutcome) before = RUN ("regions", project, "--json");
    g_auto (CliOutcome) taken = RUN ("regions", project, "--propose", "--take", "--json");
    g_auto (CliOutcome) after = RUN ("regions", project, "--json");
    g_autoptr (JsonObject) proposals = cli_parse (&proposed), none = cli_parse (&before), some = cli_parse (&after);

    g_assert_cmpint (made.status, ==, 0);
    g_assert_cmpint (imported.status, ==, 0);
    cli_assert_failed (&alone, 1, "--take belongs to --propose");
    g_assert_cmpuint (count_members (proposals, "proposals"), ==, 1);
    g_assert_cmpuint (count_members (none, "regions"), ==, 0);
    g_assert_cmpint (taken.status, ==, 0);
    g_assert_cmpuint (count_members (some, "regions"), ==, 1);
    g_assert_nonnull (strstr (after.out, "exclusion"));
  }
}

static double
get_tissue (const char *region)
{
  g_auto (CliOutcome) out
      = RUN ("results", cli_material.project, "--json", "--labels-only", region != NULL ? "--region" : NULL, region);
  g_autoptr (JsonObject) results = cli_parse (&out);
  JsonArray *totals = json_object_get_array_member (results, "totals");

  return json_object_get_double_member (json_array_get_object_element (totals, 0), "tissue_mm2");
}

/* A region that is the left half of the phantom has half of its tissue, and an exclusion in it takes a quarter. */
static void
test_region_tissue (void)
{
  g_autoptr (AciniProject) project = acini_project_open (cli_material.project, NULL);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL);
  const AciniSlideRecord *slide = slides->pdata[0];
  const double x = (double)slide->width / 2, y = (double)slide->height / 2;
  const double half[][2] = { { 0, 0 }, { x, 0 }, { x, 2 * y }, { 0, 2 * y } };
  const double quarter[][2] = { { 0, 0 }, { x, 0 }, { x, y }, { 0, y } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniRegionRecord *pen = acini_region_record_new ("Pen", ACINI_REGION_EXCLUSION, quarter, 4);
  g_autoptr (AciniChange) drawn = NULL, removed = acini_change_new_region_removed (slide->id, pen->id);
  double whole = get_tissue (NULL);

  g_ptr_array_add (regions, acini_region_record_new ("Half", ACINI_REGION_PLAIN, half, 4));
  g_ptr_array_add (regions, pen);
  drawn = acini_change_new_regions (slide->id, regions);
  g_assert_true (acini_project_write_change (project, drawn, NULL));
  g_assert_cmpfloat (whole, >, 0);
  g_assert_cmpfloat_with_epsilon (get_tissue (NULL), whole * 3 / 4, whole * .01);
  g_assert_cmpfloat_with_epsilon (get_tissue ("Half"), whole / 4, whole * .01);
  g_assert_true (acini_project_write_change (project, removed, NULL));
  g_assert_cmpfloat_with_epsilon (get_tissue ("Half"), whole / 2, whole * .01);
  g_assert_cmpfloat (get_tissue (NULL), ==, whole);
}

static void
draw (const char *folder, const char *slide_name, gint64 x, gint64 y, int width, int height)
{
  g_autoptr (AciniProject) project = acini_project_open (folder, NULL);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL);

  for (guint i = 0; i < slides->len; i++)
    {
      const AciniSlideRecord *slide = slides->pdata[i];
      g_autoptr (AciniEdit) edit = acini_edit_new (project, slide->id, "brush");

      if (slide_name == NULL ? slide->width != 1500 : !g_str_equal (slide->name, slide_name))
        continue;
      g_assert_true (acini_edit_paint (edit, &(AciniRect){ x, y, width, height }, NULL, 2, NULL));
      g_assert_true (acini_edit_commit (edit, NULL, NULL));
    }
}

/* The second reader draws two of the three pieces, one of them 10 px lower. */
static void
test_reading (void)
{
  g_autofree char *project = cli_make_labelled ("read.acini");
  g_autofree char *csv = g_build_filename (cli_material.folder, "places.csv", NULL), *table = NULL;
  g_autofree char *folder = NULL;
  g_auto (CliOutcome) none = RUN ("agreement", project, "--labels-only");
  g_auto (CliOutcome) alone = RUN ("reading", project, "--done");
  g_auto (CliOutcome) begun = RUN ("reading", project, "--reader", "Ada Lovelace", "--json");
  g_autoptr (JsonObject) readings = cli_parse (&begun);
  JsonObject *reading = json_array_get_object_element (json_object_get_array_member (readings, "readings"), 0);

  cli_assert_failed (&none, 1, "reading");
  cli_assert_failed (&alone, 2, "--reader");
  g_assert_cmpstr (json_object_get_string_member (reading, "reader"), ==, "Ada Lovelace");
  g_assert_true (json_object_get_null_member (reading, "ended"));
  folder = g_strdup (json_object_get_string_member (reading, "folder"));
  draw (folder, NULL, 500, 110, 20, 30);
  draw (folder, NULL, 700, 100, 10, 40);
  {
    g_auto (CliOutcome) done = RUN ("reading", project, "--reader", "Ada Lovelace", "--done");
    g_auto (CliOutcome) compared = RUN ("agreement", project, "--labels-only", "--json", "--csv", csv);
    g_auto (CliOutcome) said = RUN ("agreement", project, "--labels-only");
    g_autoptr (JsonObject) agreement = cli_parse (&compared);
    JsonObject *pair = json_array_get_object_element (json_object_get_array_member (agreement, "pairs"), 0);
    JsonArray *places = json_object_get_array_member (agreement, "disagreements");

    g_assert_cmpint (done.status, ==, 0);
    g_assert_nonnull (strstr (done.out, "done"));
    g_assert_cmpint (json_object_get_int_member (pair, "both_accepted"), ==, 2);
    g_assert_cmpint (json_object_get_int_member (pair, "said_by_one"), ==, 1);
    /* All that both spoke of both want: chance would say the same. */
    g_assert_true (json_object_get_null_member (pair, "kappa"));
    /* 600 + 400 + 100 px of the first, 600 + 400 of the second, 400 + 400 of both. */
    g_assert_cmpfloat_with_epsilon (json_object_get_double_member (pair, "dice"), 2 * 800. / 2100, 1e-9);
    /* 400 of 800 px, and the piece of the other class. */
    g_assert_cmpuint (json_array_get_length (places), ==, 2);
    g_assert_cmpint (json_object_get_int_member (pair, "disagreements"), ==, 2);
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (places, 0), "disagreement"), ==,
                     "outline");
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (places, 1), "disagreement"), ==,
                     "one");
    g_assert_nonnull (strstr (said.out, "first reader and Ada Lovelace: kappa –, Dice 0.762"));
    g_assert_true (g_file_get_contents (csv, &table, NULL, NULL));
    g_assert_nonnull (strstr (table, "\"a, b\",first reader,Ada Lovelace,outline,500,100,20,40,new,new,person,person,1,"
                                     "1,600,600,400,0.5\n"));
  }
}

/* The slide of the material with the outlines of @file as its labels. */
static char *
make_outlined (const char *name, const char *file)
{
  char *project = g_build_filename (cli_material.folder, name, NULL);
  g_auto (CliOutcome) made = RUN ("new", project);
  g_auto (CliOutcome) taken = RUN ("import", project, cli_material.slide, "--organ", "kidney", "--masks", file);

  g_assert_cmpint (made.status, ==, 0);
  g_assert_cmpint (taken.status, ==, 0);
  return project;
}

static const char *
get_state (JsonArray *objects, guint i)
{
  return json_object_get_string_member (json_array_get_object_element (objects, i), "state");
}

/* What was decided goes out with the outlines, and is decided where they come in. */
static void
test_states (void)
{
  static const char squares[] = "{\"type\":\"FeatureCollection\",\"features\":[" POLYGON (
      "One", "FTU", "[100,100],[140,100],[140,140],[100,140],[100,100]") "," POLYGON ("Two", "FTU",
                                                                                      "[200,100],[240,100],[240,140],["
                                                                                      "200,140],[200,100]") "]}";
  g_autofree char *file = g_build_filename (cli_material.folder, "squares.geojson", NULL);
  g_autofree char *out = g_build_filename (cli_material.folder, "decided.geojson", NULL);
  g_autofree char *first = NULL, *second = NULL;

  g_assert_true (g_file_set_contents (file, squares, -1, NULL));
  first = make_outlined ("decided.acini", file);
  {
    g_autoptr (AciniProject) project = acini_project_open (first, NULL);
    g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL);
    const AciniSlideRecord *slide = slides->pdata[0];
    g_autoptr (AciniChange) decided = acini_change_new_decision (slide->id, 220, 120, "rejected", NULL, 900);

    g_assert_true (acini_project_write_change (project, decided, NULL));
  }
  {
    g_auto (CliOutcome) written = RUN ("export", first, "--labels-only", "--format", "geojson", "--output", out);

    g_assert_cmpint (written.status, ==, 0);
  }
  second = make_outlined ("decided-again.acini", out);
  {
    g_auto (CliOutcome) listed = RUN ("objects", second, "--json", "--labels-only");
    g_autoptr (JsonObject) told = cli_parse (&listed);
    JsonArray *objects = json_object_get_array_member (told, "objects");

    g_assert_cmpuint (json_array_get_length (objects), ==, 2);
    g_assert_cmpstr (get_state (objects, 0), ==, "new");
    g_assert_cmpstr (get_state (objects, 1), ==, "rejected");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/regions", test_regions);
  g_test_add_func ("/cli/proposals", test_proposals);
  g_test_add_func ("/cli/region-tissue", test_region_tissue);
  g_test_add_func ("/cli/reading", test_reading);
  g_test_add_func ("/cli/states", test_states);
  return cli_run_tests ();
}
