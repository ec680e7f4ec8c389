/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/statistics/acini-statistics-private.h"

#include "data/project/acini-project-private.h"
#include "data/statistics/acini-colour-map.h"

#include <math.h>
#include <string.h>

static void
slide_statistics_free (gpointer data)
{
  AciniSlideStatistics *slide = data;

  acini_slide_record_free (slide->record);
  g_array_unref (slide->units);
  g_free (slide);
}

static void
label_day_free (gpointer data)
{
  AciniLabelDay *day = data;

  g_free (day->day);
  g_free (day);
}

void
acini_statistics_free (AciniStatistics *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->slides);
  g_ptr_array_unref (self->days);
  for (int label = 0; label < 256; label++)
    g_free (self->classes[label]);
  g_free (self);
}

/* Reading. */

typedef struct
{
  AciniProject *project;
  AciniStatisticsStore *store;
  GHashTable *positions; /* id of a slide → newest row of its journal, as text */
  AciniProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  GMutex lock;
  guint n, n_done; /* slides; under @lock */
  GError *error;   /* the first; under @lock */
} Reading;

/* Of so many units the file of what is kept would be slower to read than their index. */
#define MOST_KEPT 20000

static void
take_unit (AciniSlideStatistics *slide, AciniUnit unit)
{
  g_array_append_val (slide->units, unit);
  slide->covered += unit.area / ((double)slide->record->width * (double)slide->record->height);
}

static gboolean
take_object (const AciniObject *object, gpointer user_data)
{
  AciniSlideStatistics *slide = user_data;

  take_unit (slide, (AciniUnit){ object->label, (double)object->area, object->circularity });
  return TRUE;
}

static gboolean
recall_units (Reading *self, AciniSlideStatistics *slide, const char *position)
{
  gsize n;
  g_autofree double *kept = acini_statistics_store_recall (self->store, slide->record->id, "units", position, &n);

  for (gsize i = 0; kept != NULL && i + 2 < n; i += 3)
    take_unit (slide, (AciniUnit){ (int)kept[i], kept[i + 1], kept[i + 2] });
  return kept != NULL;
}

static void
keep_units (Reading *self, const AciniSlideStatistics *slide, const char *position)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < slide->units->len; i++)
    {
      const AciniUnit *unit = &g_array_index (slide->units, AciniUnit, i);
      const double three[] = { unit->label, unit->area, unit->circularity };

      g_array_append_vals (numbers, three, 3);
    }
  acini_statistics_store_keep (self->store, slide->record->id, "units", position, (double *)(gpointer)numbers->data,
                               numbers->len);
}

static gboolean
read_units (Reading *self, AciniSlideStatistics *slide, GError **error)
{
  const AciniObjectSource source = { self->project, slide->record };
  const char *position = g_hash_table_lookup (self->positions, &slide->record->id);
  g_autoptr (AciniObjectIndex) index = NULL;
  g_autoptr (AciniRegionScope) scope = NULL;

  if (!slide->record->labelled || (position != NULL && recall_units (self, slide, position)))
    return TRUE;
  scope = acini_region_scope_new (self->project, slide->record->id, NULL, error);
  index = scope != NULL ? acini_object_index_open (&source, error) : NULL;
  if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, self->cancellable, error)
      || !acini_object_index_foreach (index, &(AciniObjectQuery){ .scope = scope }, take_object, slide, error))
    return FALSE;
  if (position != NULL && slide->units->len <= MOST_KEPT)
    keep_units (self, slide, position);
  return TRUE;
}

static void
read_slide (gpointer data, gpointer user_data)
{
  AciniSlideStatistics *slide = data;
  Reading *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &error) && read_units (self, slide, &error))
    acini_statistics_read_colours (self->store, slide);
  g_mutex_lock (&self->lock);
  if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  self->n_done++;
  if (self->progress != NULL)
    self->progress ((double)self->n_done / self->n, self->user_data);
  g_mutex_unlock (&self->lock);
}

/* (transfer full) up to where each slide's history goes, or NULL with @error set. */
static GHashTable *
read_positions (AciniProject *project, GError **error)
{
  g_autoptr (GHashTable) positions = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (AciniTransaction) transaction = acini_database_read (acini_project_get_database (project), error);
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = transaction != NULL
                           ? acini_transaction_query (
                                 transaction, error,
                                 "SELECT slide, max (sequence) FROM journal WHERE slide NOTNULL GROUP BY slide", "")
                           : NULL;

  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      gint64 slide = sqlite3_column_int64 (rows, 0);

      g_hash_table_insert (positions, g_memdup2 (&slide, sizeof slide),
                           g_strdup ((const char *)sqlite3_column_text (rows, 1)));
    }
  if (failure == NULL)
    return g_steal_pointer (&positions);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static gboolean
read_slides (AciniStatistics *self, AciniProject *project, AciniProgressFunc progress, gpointer user_data,
             GCancellable *cancellable, GError **error)
{
  /* Before the labels are read: what is kept is never newer than it says. */
  g_autoptr (GHashTable) positions = read_positions (project, error);
  g_autoptr (GPtrArray) records = positions != NULL ? acini_project_list_slides (project, error) : NULL;
  Reading reading = { .project = project, .progress = progress, .user_data = user_data, .cancellable = cancellable };
  GThreadPool *pool;

  if (records == NULL)
    return FALSE;
  reading.store = acini_statistics_store_open (project);
  reading.positions = positions;
  reading.n = records->len;
  g_mutex_init (&reading.lock);
  pool = g_thread_pool_new (read_slide, &reading, (int)MIN (g_get_num_processors (), 8), FALSE, NULL);
  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      AciniSlideStatistics *slide = g_new0 (AciniSlideStatistics, 1);

      slide->record = records->pdata[i];
      slide->units = g_array_new (FALSE, FALSE, sizeof (AciniUnit));
      g_ptr_array_add (self->slides, slide);
      g_thread_pool_push (pool, slide, NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  acini_statistics_store_close (reading.store);
  g_mutex_clear (&reading.lock);
  if (reading.error == NULL)
    return TRUE;
  g_propagate_error (error, reading.error);
  return FALSE;
}

static void
draw_map (AciniStatistics *self)
{
  g_autofree double *features = g_new (double, (gsize)self->slides->len *ACINI_COLOUR_FEATURES);
  g_autofree double *map = g_new (double, 2 * (gsize)self->slides->len);
  g_autofree double *distances = g_new (double, self->slides->len);
  g_autoptr (GPtrArray) coloured = g_ptr_array_new ();

  for (guint i = 0; i < self->slides->len; i++)
    {
      AciniSlideStatistics *slide = self->slides->pdata[i];

      if (!slide->coloured)
        continue;
      memcpy (features + (gsize)coloured->len * ACINI_COLOUR_FEATURES, slide->mean, sizeof slide->mean);
      memcpy (features + (gsize)coloured->len * ACINI_COLOUR_FEATURES + 3, slide->deviation, sizeof slide->deviation);
      g_ptr_array_add (coloured, slide);
    }
  acini_colour_map (features, coloured->len, map, distances, self->explained);
  for (guint i = 0; i < coloured->len; i++)
    {
      AciniSlideStatistics *slide = coloured->pdata[i];

      slide->map[0] = map[2 * i];
      slide->map[1] = map[2 * i + 1];
      slide->distance = distances[i];
      slide->outlier = coloured->len >= ACINI_COLOUR_LEAST_SLIDES && distances[i] > ACINI_COLOUR_OUTLIER;
    }
}

static gboolean
read_days (AciniStatistics *self, AciniProject *project, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_read (acini_project_get_database (project), error);
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows
      = transaction != NULL
            ? acini_transaction_query (
                  transaction, error,
                  "SELECT day, count (*), sum (first) FROM (SELECT date (time, 'unixepoch') AS day,"
                  " sequence = min (sequence) OVER (PARTITION BY slide) AS first"
                  " FROM journal WHERE kind IN ('edit', 'import') AND width > 0) GROUP BY day ORDER BY day",
                  "")
            : NULL;
  gint64 n_slides = 0;

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniLabelDay *day = g_new0 (AciniLabelDay, 1);

      n_slides += sqlite3_column_int64 (rows, 2);
      *day = (AciniLabelDay){ g_strdup ((const char *)sqlite3_column_text (rows, 0)), sqlite3_column_int64 (rows, 1),
                              n_slides };
      g_ptr_array_add (self->days, day);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

AciniStatistics *
acini_statistics_new (AciniProject *project, AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (AciniStatistics) self = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  self = g_new0 (AciniStatistics, 1);
  self->slides = g_ptr_array_new_with_free_func (slide_statistics_free);
  self->days = g_ptr_array_new_with_free_func (label_day_free);
  for (int label = ACINI_LABEL_FIRST_CLASS; label < 255; label++)
    self->classes[label] = acini_project_dup_class_name (project, label);
  if (!read_slides (self, project, progress, user_data, cancellable, error) || !read_days (self, project, error))
    return NULL;
  draw_map (self);
  return g_steal_pointer (&self);
}

/* Groups. */

const char *
acini_group_get_id (AciniGroup group)
{
  static const char *const ids[] = { "organ", "split", "source", "sex", "age", "patient" };

  g_return_val_if_fail (group < ACINI_N_GROUPS, NULL);
  return ids[group];
}

char *
acini_group_dup_of (AciniGroup group, const AciniSlideRecord *slide)
{
  switch (group)
    {
    case ACINI_GROUP_ORGAN:
      return g_strdup (slide->organ);
    case ACINI_GROUP_SPLIT:
      return g_strdup (slide->details.split);
    case ACINI_GROUP_SOURCE:
      return g_strdup (slide->details.source);
    case ACINI_GROUP_SEX:
      return g_strdup (slide->details.sex);
    case ACINI_GROUP_AGE:
      if (slide->details.age < 0)
        return g_strdup ("");
      return g_strdup_printf ("%d–%d", (int)(slide->details.age / 10) * 10, (int)(slide->details.age / 10) * 10 + 9);
    default:
      return g_strdup (slide->details.patient);
    }
}

/* Numbers. */

const char *
acini_number_get_id (AciniNumber number)
{
  static const char *const ids[]
      = { "width", "height", "mpp", "thickness", "units", "covered", "area_px", "area_um2", "circularity" };

  g_return_val_if_fail (number < ACINI_N_NUMBERS, NULL);
  return ids[number];
}

static void
add_number (GArray *numbers, double number, gboolean known)
{
  if (known)
    g_array_append_val (numbers, number);
}

static void
add_units (GArray *numbers, const AciniSlideStatistics *slide, AciniNumber number, int label)
{
  double pixel = slide->record->mpp_x * slide->record->mpp_y;

  for (guint i = 0; i < slide->units->len; i++)
    {
      const AciniUnit *unit = &g_array_index (slide->units, AciniUnit, i);

      if (label != 0 && unit->label != label)
        continue;
      if (number == ACINI_NUMBER_AREA_UM2)
        add_number (numbers, unit->area * pixel, pixel > 0);
      else
        add_number (numbers, number == ACINI_NUMBER_AREA_PX ? unit->area : unit->circularity, TRUE);
    }
}

static guint
count_units (const AciniSlideStatistics *slide, int label)
{
  guint n = 0;

  for (guint i = 0; i < slide->units->len; i++)
    n += label == 0 || g_array_index (slide->units, AciniUnit, i).label == label;
  return n;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

GArray *
acini_statistics_list_numbers (const AciniStatistics *self, AciniNumber number, int label)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < self->slides->len; i++)
    {
      const AciniSlideStatistics *slide = self->slides->pdata[i];
      const AciniSlideRecord *record = slide->record;

      switch (number)
        {
        case ACINI_NUMBER_WIDTH:
          add_number (numbers, (double)record->width, TRUE);
          break;
        case ACINI_NUMBER_HEIGHT:
          add_number (numbers, (double)record->height, TRUE);
          break;
        case ACINI_NUMBER_MPP:
          add_number (numbers, record->mpp_x, record->mpp_x > 0);
          break;
        case ACINI_NUMBER_THICKNESS:
          add_number (numbers, record->details.thickness, record->details.thickness >= 0);
          break;
        case ACINI_NUMBER_UNITS:
          add_number (numbers, count_units (slide, label), record->labelled);
          break;
        case ACINI_NUMBER_COVERED:
          add_number (numbers, slide->covered, record->labelled);
          break;
        default:
          add_units (numbers, slide, number, label);
          break;
        }
    }
  g_array_sort (numbers, compare_numbers);
  return numbers;
}

static double
find_quantile (const GArray *numbers, double part)
{
  double at = part * (numbers->len - 1);
  guint below = (guint)at, above = MIN (below + 1, numbers->len - 1);
  double low = g_array_index (numbers, double, below), high = g_array_index (numbers, double, above);

  return low + (high - low) * (at - below);
}

AciniSummary
acini_summarise (const GArray *numbers)
{
  AciniSummary summary = { .n = numbers->len };
  double squares = 0;

  if (numbers->len == 0)
    return summary;
  summary.least = g_array_index (numbers, double, 0);
  summary.most = g_array_index (numbers, double, numbers->len - 1);
  summary.quarter = find_quantile (numbers, 0.25);
  summary.median = find_quantile (numbers, 0.5);
  summary.three_quarters = find_quantile (numbers, 0.75);
  for (guint i = 0; i < numbers->len; i++)
    summary.mean += g_array_index (numbers, double, i) / numbers->len;
  for (guint i = 0; i < numbers->len; i++)
    squares += pow (g_array_index (numbers, double, i) - summary.mean, 2);
  summary.deviation = numbers->len > 1 ? sqrt (squares / (numbers->len - 1)) : 0;
  return summary;
}

gboolean
acini_statistics_get_colour (const AciniStatistics *self, double mean[3], double deviation[3])
{
  double squares[3] = { 0 }, n = 0;

  memset (mean, 0, 3 * sizeof *mean);
  memset (deviation, 0, 3 * sizeof *deviation);
  for (guint i = 0; i < self->slides->len; i++)
    {
      const AciniSlideStatistics *slide = self->slides->pdata[i];
      double pixels = slide->coloured ? (double)slide->n_pixels : 0;

      n += pixels;
      for (int k = 0; k < 3; k++)
        {
          mean[k] += pixels * slide->mean[k];
          squares[k] += pixels * (slide->deviation[k] * slide->deviation[k] + slide->mean[k] * slide->mean[k]);
        }
    }
  for (int k = 0; k < 3 && n > 0; k++)
    {
      mean[k] /= n;
      deviation[k] = sqrt (fmax (squares[k] / n - mean[k] * mean[k], 0));
    }
  return n > 0;
}
