/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables and histograms of objects against what a loop over them says. */

#include "data/base/acini-histogram.h"
#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-csv.h"
#include "data/objects/acini-object-table.h"
#include "data/objects/acini-results.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-object-fixture.h"

#include <math.h>

/* Every value in one bin, all bins as wide as each other, edges round numbers. */
static void
test_histogram (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (int turn = 0; turn < 300; turn++)
    {
      g_auto (AciniHistogram) histogram = ACINI_HISTOGRAM_INIT;
      guint n = (guint)g_rand_int_range (rand, 1, 500), most = (guint)g_rand_int_range (rand, 2, 40);
      g_autofree double *values = g_new (double, n);
      double scale = pow (10, g_rand_double_range (rand, -4, 6)), mantissa;
      gint64 sum = 0;

      for (guint i = 0; i < n; i++)
        values[i] = turn % 7 == 0 ? scale : scale * g_rand_double_range (rand, turn % 3 == 0 ? -1 : 0, 1);
      acini_histogram_count (&histogram, values, n, most);
      g_assert_cmpuint (histogram.n, >=, 1);
      g_assert_cmpuint (histogram.n, <=, most);
      mantissa = histogram.step / pow (10, floor (log10 (histogram.step) + 1e-9));
      g_assert_true (fabs (mantissa - 1) < 1e-6 || fabs (mantissa - 2) < 1e-6 || fabs (mantissa - 5) < 1e-6);
      for (guint bin = 0; bin < histogram.n; bin++)
        {
          double low = acini_histogram_get_edge (&histogram, bin),
                 high = acini_histogram_get_edge (&histogram, bin + 1);
          double slack = 1e-9 * scale;
          gint64 inside = 0, surely = 0;

          for (guint i = 0; i < n; i++)
            {
              inside += values[i] >= low - slack && values[i] <= high + slack;
              surely += values[i] >= low + slack && values[i] < high - slack;
            }
          g_assert_cmpint (histogram.counts[bin], <=, inside);
          g_assert_cmpint (histogram.counts[bin], >=, surely);
          sum += histogram.counts[bin];
        }
      g_assert_cmpint (sum, ==, n);
    }
}

static void
test_no_values (void)
{
  g_auto (AciniHistogram) histogram = ACINI_HISTOGRAM_INIT;
  const double values[] = { NAN, INFINITY };

  acini_histogram_count (&histogram, NULL, 0, 10);
  g_assert_cmpuint (histogram.n, ==, 0);
  acini_histogram_count (&histogram, values, 2, 10);
  g_assert_cmpuint (histogram.n, ==, 0);
}

static gboolean
keep (const AciniObject *object, gpointer user_data)
{
  g_array_append_val ((GArray *)user_data, *object);
  return TRUE;
}

/* Blocks of all classes and sizes, the more the smaller. */
static void
paint (ObjectFixture *fixture)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "test");

  for (int i = 0; i < 200; i++)
    {
      AciniRect rect
          = { g_rand_int_range (fixture->rand, 0, WIDTH - 60), g_rand_int_range (fixture->rand, 0, HEIGHT - 60),
              g_rand_int_range (fixture->rand, 2, 60), g_rand_int_range (fixture->rand, 2, 60) };

      g_assert_true (acini_edit_paint (edit, &rect, NULL, (guint8)g_rand_int_range (fixture->rand, 2, 5), NULL));
    }
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

static void
test_table (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (GArray) objects = g_array_new (FALSE, FALSE, sizeof (AciniObject));

  paint (fixture);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_foreach (index, NULL, keep, objects, NULL));
  g_assert_cmpuint (objects->len, >, 50);
  for (AciniObjectColumn order = 0; order < ACINI_OBJECT_N_COLUMNS; order++)
    for (int turn = 0; turn < 4; turn++)
      {
        g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (AciniObjectKey));
        g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
        AciniObjectTableQuery query = { .label = turn % 2 == 0 ? 0 : 3, .order = order };
        double pixel = turn < 2 ? 0 : .5;
        guint n = 0, n_ranged = 0;

        query.measure = turn % 2 == 0 ? ACINI_OBJECT_AREA : ACINI_OBJECT_PERIMETER;
        query.ranged = turn > 0;
        query.low = 50;
        query.high = 400;
        for (guint i = 0; i < objects->len; i++)
          {
            const AciniObject *object = &g_array_index (objects, AciniObject, i);
            double value = acini_object_get_measure (object, query.measure, pixel);

            if (query.label != 0 && object->label != query.label)
              continue;
            n++;
            n_ranged += !query.ranged || (value >= query.low && value < query.high);
          }
        g_assert_true (acini_object_table_collect (index, &query, 3, pixel, keys, values, NULL, NULL));
        g_assert_cmpuint (values->len, ==, n);
        g_assert_cmpuint (keys->len, ==, n_ranged);
        acini_object_table_sort (keys, turn % 2 == 1);
        for (guint i = 0; i < keys->len; i++)
          {
            const AciniObjectKey *key = &g_array_index (keys, AciniObjectKey, i);
            AciniObject object;

            g_assert_cmpuint (key->slide, ==, 3);
            g_assert_true (acini_object_index_get (index, key->id, &object, NULL));
            if (order < ACINI_OBJECT_N_MEASURES)
              g_assert_cmpfloat_with_epsilon (key->order, acini_object_get_measure (&object, order, pixel), 1e-6);
            if (i == 0)
              continue;
            if (key[-1].order == key->order)
              g_assert_cmpint (key[-1].id, <, key->id);
            else
              g_assert_true ((key[-1].order < key->order) == (turn % 2 == 0));
          }
      }
}

/* What lies in an exclusion is in no table and no sum; a region counts what lies in it and in no exclusion. */
static void
test_excluded (ObjectFixture *fixture, gconstpointer data)
{
  const double left[][2] = { { 0, 0 }, { WIDTH / 2., 0 }, { WIDTH / 2., HEIGHT }, { 0, HEIGHT } };
  const double top[][2] = { { 0, 0 }, { WIDTH, 0 }, { WIDTH, HEIGHT / 2. }, { 0, HEIGHT / 2. } };
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (GArray) objects = g_array_new (FALSE, FALSE, sizeof (AciniObject));
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (AciniObjectKey));
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double)), results = NULL;
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  const AciniObjectSource source = { fixture->project, fixture->slide };
  g_autoptr (AciniChange) change = NULL;
  g_autoptr (AciniRegionScope) scope = NULL;
  gint64 n_counting = 0, n_within = 0, n_summed = 0, area = 0, area_within = 0;

  paint (fixture);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_foreach (index, NULL, keep, objects, NULL));
  for (guint i = 0; i < objects->len; i++)
    {
      const AciniObject *object = &g_array_index (objects, AciniObject, i);

      n_counting += object->y > HEIGHT / 2.;
      if (object->y <= HEIGHT / 2. || object->x > WIDTH / 2.)
        continue;
      n_within++;
      area_within += object->area;
    }
  g_assert_cmpint (n_within, >, 5);
  g_assert_cmpint (n_counting, >, n_within);
  g_assert_cmpint (objects->len, >, n_counting);
  g_ptr_array_add (regions, acini_region_record_new ("Left", ACINI_REGION_PLAIN, left, 4));
  g_ptr_array_add (regions, acini_region_record_new ("Pen", ACINI_REGION_EXCLUSION, top, 4));
  change = acini_change_new_regions (fixture->slide->id, regions);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
  g_assert_true (acini_object_table_collect (index, &(AciniObjectTableQuery){ 0 }, 0, 0, keys, values, NULL, NULL));
  g_assert_cmpint (keys->len, ==, n_counting);
  g_assert_cmpint (values->len, ==, n_counting);
  scope = acini_region_scope_new (fixture->project, fixture->slide->id, "Left", NULL);
  results = acini_results_collect (index, &source, scope, -1, 0, NULL);
  for (guint i = 0; i < results->len; i++)
    {
      n_summed += g_array_index (results, AciniResult, i).count;
      area += g_array_index (results, AciniResult, i).area;
    }
  g_assert_cmpint (n_summed, ==, n_within);
  g_assert_cmpint (area, ==, area_within);
}

/* Objects of several slides stand in one order; what is not known stands last, either way. */
static void
test_sort (void)
{
  const AciniObjectKey given[] = { { 5, 2, 0 }, { 1, -1, 0 }, { 9, 1, 1 }, { 4, 2, 1 }, { 3, 3, 0 } };
  static const gint64 up[] = { 9, 5, 4, 3, 1 }, down[] = { 3, 5, 4, 9, 1 };

  for (int descending = 0; descending < 2; descending++)
    {
      g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (AciniObjectKey));

      g_array_append_vals (keys, given, G_N_ELEMENTS (given));
      acini_object_table_sort (keys, descending);
      for (guint i = 0; i < keys->len; i++)
        g_assert_cmpint (g_array_index (keys, AciniObjectKey, i).id, ==, descending ? down[i] : up[i]);
    }
}

static void
test_csv (void)
{
  const AciniSlideRecord slide = { .name = (char *)"a \"b\", c", .mpp_x = .5, .mpp_y = .5 };
  const AciniObject object
      = { .id = 7, .area = 400, .perimeter = 80, .probability = -1, .entropy = -1, .sharpness = -1, .locked = TRUE };
  g_autoptr (GString) line = g_string_new ("before");
  guint n_fields = 1;

  acini_object_csv_format (line, &object, &slide, "FTU", 0xe69f00);
  g_assert_true (g_str_has_prefix (line->str, "7,\"a \"\"b\"\", c\",FTU,400,100,80,40,"));
  g_assert_true (g_str_has_suffix (line->str, ",no,new,model,yes,#e69f00"));
  for (const char *at = acini_object_csv_head; *at != '\0'; at++)
    n_fields += *at == ',';
  for (const char *at = line->str; *at != '\0'; at++)
    n_fields -= *at == ',';
  g_assert_cmpuint (n_fields, ==, 0); /* one comma more: that of the name */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/histogram/values", test_histogram);
  g_test_add_func ("/histogram/none", test_no_values);
  g_test_add ("/object-table/query", ObjectFixture, NULL, object_fixture_set_up, test_table, object_fixture_tear_down);
  g_test_add ("/object-table/excluded", ObjectFixture, NULL, object_fixture_set_up, test_excluded,
              object_fixture_tear_down);
  g_test_add_func ("/object-table/sort", test_sort);
  g_test_add_func ("/object-table/csv", test_csv);
  return g_test_run ();
}
