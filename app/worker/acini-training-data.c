/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-training-data.h"
#include "app/jobs/acini-specification.h"
#include "app/segmentation/acini-segmentation.h"
#include "app/training/acini-training.h"
#include "data/labels/acini-label-snapshot.h"
#include "data/slides/acini-slide.h"

#include <math.h>
#include <string.h>

G_DEFINE_QUARK (acini - training - data - error - quark, acini_training_data_error)

/* Decoded images: 4 bytes a pixel (RGB and class). */
#define CACHE_BUDGET ((gsize)1 << 30)
#define CACHE_LARGEST ((gsize)64 << 20)
/* Labelled pixels are counted and picked in cells of the label pyramid's level 3, that is 8 × 8 pixels, or of the
 * coarsest level of a small image. */
#define CELL_LEVEL 3

typedef struct
{
  char *name, *organ, *path;
  AciniLabelSnapshot *snapshot; /* not owned */
  gint64 id;
  gint64 slide_width, slide_height; /* level-0 pixels */
  double downsample;
  gint64 width, height; /* at the network's resolution */

  GArray *tiles;      /* (element-type AciniRect) with labels */
  int cell_level;     /* a cell is 2^this pixels wide */
  GArray *times;      /* (element-type gint64) when each of them was last worked on, Unix time; 0: not known */
  guint64 *cells;     /* labelled cells of all tiles up to and with this one */
  guint64 *chances;   /* the same, each cell as often as it is to come … */
  guint *shares;      /* … which is so often in the tile … */
  guint unit;         /* … and in an old one */
  gboolean has[256];  /* which labels there are */
  gboolean cacheable; /* within the budget */

  GMutex mutex;      /* what follows */
  AciniSlide *slide; /* NULL: not open */
  guint8 *rgb;       /* NULL: not decoded */
  guint8 *classes;
} Item;

struct _AciniTrainingData
{
  GPtrArray *items;      /* (element-type Item) */
  guint n_replayed;      /* of these, the last ones */
  guint n_pseudo;        /* those before them */
  GHashTable *snapshots; /* path → AciniLabelSnapshot */
};

static void
item_free (Item *item)
{
  g_free (item->name);
  g_free (item->organ);
  g_free (item->path);
  g_clear_pointer (&item->tiles, g_array_unref);
  g_clear_pointer (&item->times, g_array_unref);
  g_free (item->cells);
  g_free (item->chances);
  g_free (item->shares);
  g_clear_object (&item->slide);
  g_free (item->rgb);
  g_free (item->classes);
  g_mutex_clear (&item->mutex);
  g_free (item);
}

/* Labelled pixels. */

/* Cells on a tile's side. */
static int
get_tile_cells (const Item *item)
{
  return ACINI_LABEL_TILE >> item->cell_level;
}

/* The cells of @tile, row by row.  Returns: (transfer full), or NULL with @error set. */
static guint8 *
read_cells (Item *item, const AciniRect *tile, GError **error)
{
  int side = get_tile_cells (item);
  g_autofree guint8 *cells = g_malloc ((gsize)side * side);

  if (!acini_label_snapshot_read (item->snapshot, item->id, item->cell_level, tile->x >> item->cell_level,
                                  tile->y >> item->cell_level, side, side, cells, error))
    return NULL;
  return g_steal_pointer (&cells);
}

static void
add_up_chances (Item *item)
{
  guint64 sum = 0;

  for (guint i = 0; i < item->tiles->len; i++)
    item->chances[i] = sum += (item->cells[i] - (i > 0 ? item->cells[i - 1] : 0)) * item->shares[i];
}

static gboolean
count_cells (Item *item, GError **error)
{
  guint64 total = 0;

  item->cell_level = MIN (CELL_LEVEL, acini_labels_get_n_levels (item->slide_width, item->slide_height) - 1);
  item->tiles = acini_label_snapshot_list_tiles (item->snapshot, item->id, error);
  if (item->tiles == NULL)
    return FALSE;
  item->times = acini_label_snapshot_list_times (item->snapshot, item->id, item->tiles, error);
  if (item->times == NULL)
    return FALSE;
  item->cells = g_new0 (guint64, item->tiles->len + 1);
  item->chances = g_new0 (guint64, item->tiles->len + 1);
  item->shares = g_new0 (guint, item->tiles->len + 1);
  item->unit = 1;
  for (guint i = 0; i < item->tiles->len; i++)
    {
      g_autofree guint8 *cells = read_cells (item, &g_array_index (item->tiles, AciniRect, i), error);
      int n = get_tile_cells (item) * get_tile_cells (item);

      if (cells == NULL)
        return FALSE;
      for (int j = 0; j < n; j++)
        {
          total += cells[j] != ACINI_LABEL_UNLABELLED;
          item->has[cells[j]] = TRUE;
        }
      item->cells[i] = total;
      item->shares[i] = item->unit;
    }
  add_up_chances (item);
  return TRUE;
}

static guint64
get_total_cells (Item *item)
{
  return item->tiles->len > 0 ? item->cells[item->tiles->len - 1] : 0;
}

/* Reading. */

/* Classes of @w × @h pixels of @step level-0 pixels each from the level-0 point (@x, @y), the nearest label of the
 * pyramid's level just finer than @step. */
static gboolean
read_classes (Item *item, double x, double y, double step, int w, int h, guint8 *classes, GError **error)
{
  int level = CLAMP ((int)floor (log2 (MAX (step, 1)) + 1e-9), 0,
                     acini_labels_get_n_levels (item->slide_width, item->slide_height) - 1);
  double scale = ldexp (1, -level);
  gint64 left = (gint64)floor (x * scale), top = (gint64)floor (y * scale);
  int columns = (int)ceil (w * step * scale) + 2, rows = (int)ceil (h * step * scale) + 2;
  g_autofree guint8 *labels = g_malloc ((gsize)columns * rows);

  if (!acini_label_snapshot_read (item->snapshot, item->id, level, left, top, columns, rows, labels, error))
    return FALSE;
  for (int j = 0; j < h; j++)
    {
      gint64 row = (gint64)floor ((y + (j + 0.5) * step) * scale) - top;

      for (int i = 0; i < w; i++)
        {
          gint64 column = (gint64)floor ((x + (i + 0.5) * step) * scale) - left;
          guint8 label = labels[CLAMP (row, 0, rows - 1) * columns + CLAMP (column, 0, columns - 1)];

          classes[(gsize)j * w + i] = label == ACINI_LABEL_UNLABELLED ? ACINI_IGNORE : label - ACINI_LABEL_BACKGROUND;
        }
    }
  return TRUE;
}

/* The open slide, of which every thread may read.  Returns: (transfer full) */
static AciniSlide *
open_slide (Item *item, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&item->mutex);

  if (item->slide == NULL)
    item->slide = acini_slide_open (item->path, error);
  return item->slide != NULL ? g_object_ref (item->slide) : NULL;
}

/* Decodes the whole image, once; another thread that wants it waits. */
static gboolean
ensure_decoded (Item *item, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&item->mutex);
  g_autoptr (AciniSlide) slide = NULL;
  g_autofree guint8 *rgb = NULL, *classes = NULL;

  if (item->rgb != NULL)
    return TRUE;
  slide = item->slide != NULL ? g_steal_pointer (&item->slide) : acini_slide_open (item->path, error);
  if (slide == NULL)
    return FALSE;
  rgb = g_malloc ((gsize)3 * item->width * item->height);
  classes = g_malloc ((gsize)item->width * item->height);
  if (!acini_slide_read_rgb (slide, 0, 0, item->downsample, item->width, item->height, rgb, error)
      || !read_classes (item, 0, 0, item->downsample, item->width, item->height, classes, error))
    return FALSE;
  item->rgb = g_steal_pointer (&rgb);
  item->classes = g_steal_pointer (&classes);
  return TRUE;
}

/* Whole pixels: rows are copied as they are. */
static void
copy_patch (const Item *item, gint64 left, gint64 top, int w, int h, guint8 *rgb, guint8 *classes)
{
  gint64 first = CLAMP (-left, 0, w), last = CLAMP (item->width - left, first, w);

  memset (rgb, 255, (gsize)3 * w * h);
  memset (classes, ACINI_IGNORE, (gsize)w * h);
  for (int j = 0; j < h; j++)
    {
      gint64 y = top + j;
      gsize from = y * item->width + left + first, to = (gsize)j * w + first;

      if (y < 0 || y >= item->height || last <= first)
        continue;
      memcpy (rgb + 3 * to, item->rgb + 3 * from, 3 * (last - first));
      memcpy (classes + to, item->classes + from, last - first);
    }
}

/* One pixel between the four around (@x, @y), white outside. */
static void
interpolate (const Item *item, double x, double y, guint8 *rgb)
{
  gint64 left = (gint64)floor (x), top = (gint64)floor (y);
  float fx = x - left, fy = y - top;
  float weights[4] = { (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy };
  float sum[3] = { 0.5f, 0.5f, 0.5f };

  for (int i = 0; i < 4; i++)
    {
      gint64 column = left + (i & 1), row = top + (i >> 1);
      gboolean inside = column >= 0 && column < item->width && row >= 0 && row < item->height;
      const guint8 *pixel = inside ? item->rgb + 3 * (row * item->width + column) : NULL;

      for (int c = 0; c < 3; c++)
        sum[c] += weights[i] * (pixel != NULL ? pixel[c] : 255);
    }
  for (int c = 0; c < 3; c++)
    rgb[c] = (guint8)sum[c];
}

static void
resample_patch (const Item *item, double x, double y, double zoom, int w, int h, guint8 *rgb, guint8 *classes)
{
  for (int j = 0; j < h; j++)
    for (int i = 0; i < w; i++)
      {
        double px = x + (i + 0.5) * zoom, py = y + (j + 0.5) * zoom;
        gint64 column = (gint64)floor (px), row = (gint64)floor (py);
        gsize at = (gsize)j * w + i;

        interpolate (item, px - 0.5, py - 0.5, rgb + 3 * at);
        classes[at] = column >= 0 && column < item->width && row >= 0 && row < item->height
                          ? item->classes[row * item->width + column]
                          : ACINI_IGNORE;
      }
}

static gboolean
read_patch (gpointer user_data, guint index, double cx, double cy, double zoom, int w, int h, guint8 *rgb,
            guint8 *classes, GError **error)
{
  AciniTrainingData *self = user_data;
  Item *item = g_ptr_array_index (self->items, index);
  double x = cx - w * zoom / 2, y = cy - h * zoom / 2;
  g_autoptr (AciniSlide) slide = NULL;

  if (!item->cacheable)
    {
      double d = item->downsample;

      slide = open_slide (item, error);
      return slide != NULL && acini_slide_read_rgb (slide, x * d, y * d, d * zoom, w, h, rgb, error)
             && read_classes (item, x * d, y * d, d * zoom, w, h, classes, error);
    }
  if (!ensure_decoded (item, error))
    return FALSE;
  if (zoom == 1)
    copy_patch (item, llround (x), llround (y), w, h, rgb, classes);
  else
    resample_patch (item, x, y, zoom, w, h, rgb, classes);
  return TRUE;
}

/* The other callbacks. */

static void
get_size (gpointer user_data, guint index, gint64 *width, gint64 *height)
{
  Item *item = g_ptr_array_index (((AciniTrainingData *)user_data)->items, index);

  *width = item->width;
  *height = item->height;
}

static const char *
get_name (gpointer user_data, guint index)
{
  return ((Item *)g_ptr_array_index (((AciniTrainingData *)user_data)->items, index))->name;
}

static const char *
get_organ (gpointer user_data, guint index)
{
  return ((Item *)g_ptr_array_index (((AciniTrainingData *)user_data)->items, index))->organ;
}

static double
get_labelled_area (gpointer user_data, guint index)
{
  Item *item = g_ptr_array_index (((AciniTrainingData *)user_data)->items, index);

  return get_total_cells (item) * ldexp (1, 2 * item->cell_level) / (item->downsample * item->downsample);
}

static double
get_emphasis (gpointer user_data, guint index)
{
  Item *item = g_ptr_array_index (((AciniTrainingData *)user_data)->items, index);
  guint64 cells = get_total_cells (item);

  return cells > 0 ? (double)item->chances[item->tiles->len - 1] / ((double)cells * item->unit) : 1;
}

/* Any labelled cell, by its chances, and a point in it. */
static void
pick (gpointer user_data, guint index, guint64 random, double *x, double *y)
{
  Item *item = g_ptr_array_index (((AciniTrainingData *)user_data)->items, index);
  guint n = item->tiles->len;
  guint64 total = n > 0 ? item->chances[n - 1] : 0, wanted = total > 0 ? (random >> 16) % total : 0, found = 0;
  g_autofree guint8 *cells = NULL;
  int side = get_tile_cells (item), cell = 0;
  guint low = 0, high = n > 0 ? n - 1 : 0;
  AciniRect tile;

  *x = item->width / 2.0;
  *y = item->height / 2.0;
  if (total == 0)
    return;
  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (item->chances[middle] > wanted)
        high = middle;
      else
        low = middle + 1;
    }
  tile = g_array_index (item->tiles, AciniRect, low);
  wanted = (wanted - (low > 0 ? item->chances[low - 1] : 0)) / item->shares[low];
  cells = read_cells (item, &tile, NULL);
  /* Without the cells (a disk that fails, which read_patch () will report) the tile's corner will do. */
  for (; cells != NULL && cell < side * side - 1; cell++)
    if (cells[cell] != ACINI_LABEL_UNLABELLED && found++ == wanted)
      break;
  *x = (tile.x + ldexp (cell % side + (random & 255) / 256.0, item->cell_level)) / item->downsample;
  *y = (tile.y + ldexp (cell / side + (random >> 8 & 255) / 256.0, item->cell_level)) / item->downsample;
}

/* Making. */

static AciniLabelSnapshot *
get_snapshot (AciniTrainingData *self, const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (name, folder);
  AciniLabelSnapshot *snapshot = g_hash_table_lookup (self->snapshots, path);

  if (snapshot == NULL)
    {
      snapshot = acini_label_snapshot_open (path, error);
      if (snapshot != NULL)
        g_hash_table_insert (self->snapshots, g_steal_pointer (&path), snapshot);
    }
  return snapshot;
}

static gboolean
add_item (AciniTrainingData *self, JsonObject *object, const char *folder, double mpp, GError **error)
{
  Item *item = g_new0 (Item, 1);
  double slide_mpp = json_object_get_double_member_with_default (object, "mpp", 0);
  g_autoptr (AciniSlide) slide = NULL;

  g_mutex_init (&item->mutex);
  g_ptr_array_add (self->items, item);
  item->name = g_strdup (json_object_get_string_member_with_default (object, "name", ""));
  item->organ = g_strdup (json_object_get_string_member_with_default (object, "organ", ""));
  item->path = acini_specification_dup_path (object, folder);
  item->id = json_object_get_int_member_with_default (object, "slide", 0);
  item->snapshot
      = get_snapshot (self, folder, json_object_get_string_member_with_default (object, "snapshot", ""), error);
  slide = item->snapshot != NULL ? acini_slide_open (item->path, error) : NULL;
  if (slide == NULL)
    return FALSE;
  item->slide_width = acini_slide_get_width (slide);
  item->slide_height = acini_slide_get_height (slide);
  item->downsample = acini_get_downsample (slide_mpp, mpp);
  item->width = (gint64)ceil (item->slide_width / item->downsample);
  item->height = (gint64)ceil (item->slide_height / item->downsample);
  return count_cells (item, error);
}

/* The smallest images first: most of them are decoded once, and the files of the few large ones are read again. */
static int
compare_sizes (gconstpointer a, gconstpointer b)
{
  const Item *first = *(Item *const *)a, *second = *(Item *const *)b;
  gint64 difference = first->width * first->height - second->width * second->height;

  return difference < 0 ? -1 : difference > 0;
}

static void
spend_budget (AciniTrainingData *self)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (self->items, NULL, NULL);
  gsize used = 0;

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_sizes);
  for (guint i = 0; i < sorted->len; i++)
    {
      Item *item = g_ptr_array_index (sorted, i);
      gsize bytes = (gsize)4 * item->width * item->height;

      item->cacheable = bytes <= CACHE_LARGEST && used + bytes <= CACHE_BUDGET;
      used += item->cacheable ? bytes : 0;
    }
}

AciniTrainingData *
acini_training_data_new (JsonArray *slides, const char *folder, double mpp, GError **error)
{
  g_autoptr (AciniTrainingData) self = g_new0 (AciniTrainingData, 1);

  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  self->snapshots = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)acini_label_snapshot_free);
  for (guint i = 0; slides != NULL && i < json_array_get_length (slides); i++)
    if (!add_item (self, json_array_get_object_element (slides, i), folder, mpp, error))
      return NULL;
  spend_budget (self);
  return g_steal_pointer (&self);
}

/* Adds @slides (nullable), and their number to @n. */
static gboolean
add_items (AciniTrainingData *self, JsonArray *slides, const char *folder, double mpp, guint *n, GError **error)
{
  for (guint i = 0; slides != NULL && i < json_array_get_length (slides); i++)
    {
      if (!add_item (self, json_array_get_object_element (slides, i), folder, mpp, error))
        return FALSE;
      (*n)++;
    }
  spend_budget (self);
  return TRUE;
}

gboolean
acini_training_data_add_pseudo (AciniTrainingData *self, JsonArray *slides, const char *folder, double mpp,
                                GError **error)
{
  g_return_val_if_fail (self != NULL && self->n_replayed == 0, FALSE);

  return add_items (self, slides, folder, mpp, &self->n_pseudo, error);
}

gboolean
acini_training_data_add_replay (AciniTrainingData *self, JsonArray *slides, const char *folder, double mpp,
                                GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return add_items (self, slides, folder, mpp, &self->n_replayed, error);
}

/* Chances are whole numbers: an old cell comes so often. */
#define UNIT 64
#define SECONDS_OF_A_DAY 86400.0

void
acini_training_data_prefer_recent (AciniTrainingData *self, double recent, double days)
{
  gint64 newest = 0;

  g_return_if_fail (self != NULL && recent >= 1 && days > 0);

  for (guint i = 0; i < self->items->len; i++)
    {
      const GArray *times = ((Item *)g_ptr_array_index (self->items, i))->times;

      for (guint k = 0; k < times->len; k++)
        newest = MAX (newest, g_array_index (times, gint64, k));
    }
  for (guint i = 0; i < self->items->len && recent > 1; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      item->unit = UNIT;
      for (guint k = 0; k < item->tiles->len; k++)
        {
          double age = (double)(newest - g_array_index (item->times, gint64, k)) / SECONDS_OF_A_DAY;

          item->shares[k] = (guint)lround (UNIT * (1 + (recent - 1) * exp2 (-age / days)));
        }
      add_up_chances (item);
    }
}

void
acini_training_data_free (AciniTrainingData *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->snapshots, g_hash_table_unref);
  g_free (self);
}

gboolean
acini_training_data_check_contrast (AciniTrainingData *self, GError **error)
{
  gboolean has[256] = { FALSE };
  int n = 0;

  for (guint i = 0; i < self->items->len; i++)
    for (int label = ACINI_LABEL_BACKGROUND; label < 256; label++)
      has[label] |= ((Item *)g_ptr_array_index (self->items, i))->has[label];
  for (int label = ACINI_LABEL_BACKGROUND; label < 256; label++)
    n += has[label];
  if (n != 1)
    return TRUE;
  g_set_error_literal (
      error, ACINI_TRAINING_DATA_ERROR, ACINI_TRAINING_DATA_ERROR_ONE_KIND,
      has[ACINI_LABEL_BACKGROUND]
          ? "Everything labelled is background, so there is no tissue unit to learn: paint some with the "
            "brush first."
          : "Everything labelled is tissue unit, and a model that sees nothing else finds it "
            "everywhere: also mark background, with the eraser.");
  return FALSE;
}

guint
acini_training_data_get_n_items (AciniTrainingData *self)
{
  return self->items->len;
}

void
acini_training_data_fill (AciniTrainingData *self, AciniTrainingSource *source)
{
  *source = (AciniTrainingSource){
    .n_items = self->items->len,
    .n_replayed = self->n_replayed,
    .n_pseudo = self->n_pseudo,
    .get_size = get_size,
    .get_name = get_name,
    .get_organ = get_organ,
    .get_labelled_area = get_labelled_area,
    .get_emphasis = get_emphasis,
    .pick = pick,
    .read = read_patch,
    .user_data = self,
  };
}
