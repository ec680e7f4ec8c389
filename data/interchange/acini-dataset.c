/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-dataset.h"

#include "data/base/acini-file-name.h"
#include "data/base/acini-tiles.h"
#include "data/interchange/acini-export.h"
#include "data/labels/acini-labels.h"
#include "data/project/acini-region.h"
#include "data/slides/acini-slide.h"
#include "data/slides/acini-vips.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK (acini - dataset - error - quark, acini_dataset_error)

#define UNLABELLED 255

typedef struct
{
  AciniProject *project;
  const AciniDatasetOptions *options;
  AciniDatasetResult *result;
  char *path;         /* of the folder that is written */
  GHashTable *names;  /* id of a slide → base name of its files */
  gboolean split;     /* some slide has one */
  guint8 values[256]; /* of masks, by label */
  int n_classes;
  guint8 *rgb, *mask;            /* of a picture */
  const AciniRegionScope *scope; /* what counts of the slide; NULL: all */
  double n_pixels, sums[3], squares[3];
  GString *table;
  AciniProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
} Dataset;

gboolean
acini_dataset_layout_parse (const char *text, AciniDatasetLayout *layout, GError **error)
{
  static const char *const names[] = { "plain", "nnunet", "mmseg" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (text, names[i]) == 0)
      {
        *layout = i;
        return TRUE;
      }
  g_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_LAYOUT,
               _ ("“%s” is not a layout. Use plain, nnunet or mmseg."), text);
  return FALSE;
}

/* What a split is called in folders. */
static const char *
find_split (const Dataset *self, const AciniSlideRecord *record)
{
  const char *split = record->details.split;
  gboolean test = g_ascii_strncasecmp (split, "test", 4) == 0;

  if (self->options->layout == ACINI_DATASET_NNUNET)
    return test ? "Ts" : "Tr";
  if (!self->split && self->options->layout == ACINI_DATASET_PLAIN)
    return "";
  return test ? "test" : g_ascii_strncasecmp (split, "val", 3) == 0 ? "val" : "train";
}

/* (transfer full) the file of a picture, or of its mask, whose folder is made. */
static char *
make_path (Dataset *self, const AciniSlideRecord *record, const char *name, gboolean mask, GError **error)
{
  static const char *const folders[][2] = { { "images", "masks" }, { "images", "labels" }, { "img_dir", "ann_dir" } };
  const char *split = find_split (self, record), *folder = folders[self->options->layout][mask];
  const gboolean nnunet = self->options->layout == ACINI_DATASET_NNUNET;
  g_autofree char *inner = nnunet ? g_strconcat (folder, split, NULL) : g_build_filename (folder, split, NULL);
  g_autofree char *parent = g_build_filename (self->path, inner, NULL);
  g_autofree char *file = g_strconcat (name, nnunet && !mask ? "_0000" : "", ".png", NULL);

  if (g_mkdir_with_parents (parent, 0777) != 0)
    {
      g_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE, _ ("The folder “%s” cannot be made: %s"),
                   parent, g_strerror (errno));
      return NULL;
    }
  return g_build_filename (parent, file, NULL);
}

/* The part of a slide that becomes a picture, in level-0 pixels. */
typedef struct
{
  double x, y, width, height;
} Part;

/* @side × @side numbers of classes, each that of the label at the pixel's middle.  *@any: whether one is labelled. */
static gboolean
read_mask (Dataset *self, const AciniSlideRecord *record, const Part *part, gboolean *any, GError **error)
{
  const int side = self->options->size;
  const gint64 x = (gint64)part->x, width = (gint64)ceil (part->x + part->width) - x;
  g_autofree guint8 *strip = g_malloc ((gsize)width * ACINI_TILE_SIZE);
  gint64 top = -1;

  *any = FALSE;
  for (int j = 0; j < side; j++)
    {
      gint64 y = CLAMP ((gint64)(part->y + (j + 0.5) * part->height / side), 0, record->height - 1);

      if (top < 0 || y >= top + ACINI_TILE_SIZE)
        {
          top = y / ACINI_TILE_SIZE * ACINI_TILE_SIZE;
          if (!acini_labels_read (self->project, record->id, 0, x, top, (int)width, ACINI_TILE_SIZE, strip, error))
            return FALSE;
        }
      for (int i = 0; i < side; i++)
        {
          double middle = part->x + (i + 0.5) * part->width / side;
          gint64 column = (gint64)middle - x;
          guint8 label = strip[(y - top) * width + CLAMP (column, 0, width - 1)];

          if (self->scope != NULL && !acini_region_scope_contains (self->scope, middle, (double)y + 0.5))
            label = ACINI_LABEL_UNLABELLED;
          self->mask[(gsize)j * side + i] = self->values[label];
          *any = *any || label != ACINI_LABEL_UNLABELLED;
        }
    }
  return TRUE;
}

/* Its pixels, area-averaged; where one side shrinks more than the other, that is done by libvips. */
static gboolean
read_pixels (Dataset *self, AciniSlide *slide, const Part *part, GError **error)
{
  const int side = self->options->size;
  const double across = part->width / side, down = part->height / side, downsample = MIN (across, down);
  const int width = (int)rint (part->width / downsample), height = (int)rint (part->height / downsample);
  g_autofree guint8 *wide = NULL;
  g_autofree void *pixels = NULL;
  g_autoptr (VipsImage) image = NULL, square = NULL;
  gsize size;

  if (width == side && height == side)
    return acini_slide_read_rgb (slide, part->x, part->y, downsample, side, side, self->rgb, error);
  wide = g_malloc (3 * (gsize)width * height);
  if (!acini_slide_read_rgb (slide, part->x, part->y, downsample, width, height, wide, error))
    return FALSE;
  image = vips_image_new_from_memory (wide, 3 * (gsize)width * height, width, height, 3, VIPS_FORMAT_UCHAR);
  if (image == NULL
      || vips_resize (image, &square, (double)side / width, "vscale", (double)side / height, "kernel",
                      VIPS_KERNEL_LINEAR, NULL)
             != 0
      || square->Xsize != side || square->Ysize != side
      || (pixels = vips_image_write_to_memory (square, &size)) == NULL)
    {
      acini_vips_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE, "A picture cannot be resized");
      return FALSE;
    }
  memcpy (self->rgb, pixels, size);
  return TRUE;
}

static gboolean
save (const guint8 *pixels, int side, int bands, const char *path, GError **error)
{
  g_autoptr (VipsImage) image
      = vips_image_new_from_memory (pixels, (gsize)side * side * bands, side, side, bands, VIPS_FORMAT_UCHAR);

  if (image != NULL)
    image->Type = bands == 3 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
  if (image != NULL && vips_pngsave (image, path, "keep", VIPS_FOREIGN_KEEP_NONE, NULL) == 0)
    return TRUE;
  acini_vips_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE, "A picture cannot be written");
  return FALSE;
}

static void
count_colours (Dataset *self)
{
  const gsize n = (gsize)self->options->size * self->options->size;

  for (int k = 0; k < 3; k++)
    {
      guint64 sum = 0, squares = 0;

      for (gsize i = 0; i < n; i++)
        {
          sum += self->rgb[3 * i + k];
          squares += (guint64)self->rgb[3 * i + k] * self->rgb[3 * i + k];
        }
      self->sums[k] += (double)sum / 255;
      self->squares[k] += (double)squares / 255 / 255;
    }
  self->n_pixels += (double)n;
}

static gboolean
write_part (Dataset *self, const AciniSlideRecord *record, AciniSlide *slide, const Part *part, const char *name,
            GError **error)
{
  const int side = self->options->size;
  g_autofree char *picture = NULL, *mask = NULL;
  gboolean any = FALSE;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error) || !read_mask (self, record, part, &any, error))
    return FALSE;
  if (!any)
    return TRUE;
  picture = make_path (self, record, name, FALSE, error);
  mask = picture != NULL ? make_path (self, record, name, TRUE, error) : NULL;
  if (mask == NULL || !read_pixels (self, slide, part, error) || !save (self->rgb, side, 3, picture, error)
      || !save (self->mask, side, 1, mask, error))
    return FALSE;
  count_colours (self);
  self->result->n_pictures++;
  return TRUE;
}

/* Patches side by side; the last of a row and of a column ends at the slide's edge. */
static gboolean
write_patches (Dataset *self, const AciniSlideRecord *record, AciniSlide *slide, const char *name, GError **error)
{
  const double width = self->options->size * self->options->mpp / record->mpp_x;
  const double height = self->options->size * self->options->mpp / record->mpp_y;
  const gint64 columns = (gint64)fmax (1, ceil ((double)record->width / width - 1e-9));
  const gint64 rows = (gint64)fmax (1, ceil ((double)record->height / height - 1e-9));

  for (gint64 row = 0; row < rows; row++)
    for (gint64 column = 0; column < columns; column++)
      {
        Part part = { fmax (0, fmin ((double)column * width, (double)record->width - width)),
                      fmax (0, fmin ((double)row * height, (double)record->height - height)), width, height };
        g_autofree char *patch = g_strdup_printf ("%s_x%.0f_y%.0f", name, part.x, part.y);

        if (!write_part (self, record, slide, &part, patch, error))
          return FALSE;
      }
  return TRUE;
}

static void
add_cell (GString *table, const char *text)
{
  g_autofree char *doubled = NULL;
  g_auto (GStrv) parts = NULL;

  if (table->len > 0 && table->str[table->len - 1] != '\n')
    g_string_append_c (table, ',');
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (table, text);
      return;
    }
  parts = g_strsplit (text, "\"", -1);
  doubled = g_strjoinv ("\"\"", parts);
  g_string_append_printf (table, "\"%s\"", doubled);
}

static void
add_number (GString *table, double number, gboolean known)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (table, ",%s", known ? g_ascii_formatd (text, sizeof text, "%.6g", number) : "");
}

static void
add_row (Dataset *self, const AciniSlideRecord *record, const char *name)
{
  const char *const texts[] = { name,
                                record->name,
                                record->organ,
                                record->details.patient,
                                record->details.source,
                                record->details.split,
                                record->details.sex };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    add_cell (self->table, texts[i]);
  add_number (self->table, record->details.age, record->details.age >= 0);
  add_number (self->table, (double)record->width, TRUE);
  add_number (self->table, (double)record->height, TRUE);
  add_number (self->table, record->mpp_x, record->mpp_x > 0);
  g_string_append_c (self->table, '\n');
}

static gboolean
write_slide (Dataset *self, const AciniSlideRecord *record, GError **error)
{
  g_autoptr (AciniSlide) slide = NULL;
  g_autoptr (AciniRegionScope) scope = NULL;
  const Part whole = { 0, 0, (double)record->width, (double)record->height };
  const char *name = g_hash_table_lookup (self->names, &record->id);

  if (self->options->mpp > 0 && !(record->mpp_x > 0 && record->mpp_y > 0))
    {
      g_set_error (
          error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_SCALE,
          _ ("The scale of “%s” is not known, so no patches of %g µm per pixel can be made of it: give it one."),
          record->name, self->options->mpp);
      return FALSE;
    }
  slide = acini_slide_open (record->path, error);
  scope = slide != NULL ? acini_region_scope_new (self->project, record->id, NULL, error) : NULL;
  if (scope == NULL)
    return FALSE;
  self->scope = acini_region_scope_is_all (scope) ? NULL : scope;
  self->result->n_slides++;
  add_row (self, record, name);
  return self->options->mpp > 0 ? write_patches (self, record, slide, name, error)
                                : write_part (self, record, slide, &whole, name, error);
}

static JsonArray *
make_list (const double numbers[3])
{
  JsonArray *array = json_array_new ();

  for (int i = 0; i < 3; i++)
    json_array_add_double_element (array, numbers[i]);
  return array;
}

static JsonObject *
make_labels (Dataset *self)
{
  JsonObject *labels = json_object_new ();

  json_object_set_int_member (labels, "background", 0);
  for (int k = 1; k <= self->n_classes; k++)
    {
      g_autofree char *known = acini_project_dup_class_name (self->project, ACINI_LABEL_FIRST_CLASS + k - 1);
      g_autofree char *name = known == NULL || json_object_has_member (labels, known) ? g_strdup_printf ("FTU %d", k)
                                                                                      : g_steal_pointer (&known);

      json_object_set_int_member (labels, name, k);
    }
  json_object_set_int_member (labels, "ignore", self->values[ACINI_LABEL_UNLABELLED]);
  return labels;
}

/* The members that nnU-Net (version 2) asks for are there in every layout. */
static gboolean
write_description (Dataset *self, GError **error)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *json = g_build_filename (self->path, "dataset.json", NULL);
  g_autofree char *table = g_build_filename (self->path, "slides.csv", NULL);
  JsonObject *channels = json_object_new ();

  json_object_set_string_member (channels, "0", "R");
  json_object_set_string_member (channels, "1", "G");
  json_object_set_string_member (channels, "2", "B");
  json_object_set_object_member (object, "channel_names", channels);
  json_object_set_object_member (object, "labels", make_labels (self));
  json_object_set_int_member (object, "numTraining", self->result->n_pictures);
  json_object_set_string_member (object, "file_ending", ".png");
  json_object_set_int_member (object, "size", self->options->size);
  if (self->options->mpp > 0)
    json_object_set_double_member (object, "mpp", self->options->mpp);
  json_object_set_array_member (object, "mean", make_list (self->result->mean));
  json_object_set_array_member (object, "std", make_list (self->result->deviation));
  json_node_set_object (node, object);
  json_generator_set_root (generator, node);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_file (generator, json, error)
         && g_file_set_contents (table, self->table->str, (gssize)self->table->len, error);
}

/* The numbers in masks. */
static void
choose_values (Dataset *self)
{
  for (int label = ACINI_LABEL_FIRST_CLASS; label < 255; label++)
    {
      g_autofree char *name = acini_project_dup_class_name (self->project, label);

      self->values[label] = (guint8)(label - ACINI_LABEL_FIRST_CLASS + 1);
      if (name != NULL)
        self->n_classes = label - ACINI_LABEL_FIRST_CLASS + 1;
    }
  self->values[ACINI_LABEL_UNLABELLED]
      = self->options->layout == ACINI_DATASET_NNUNET ? (guint8)(self->n_classes + 1) : UNLABELLED;
}

static gboolean
write_all (Dataset *self, GPtrArray *records, GError **error)
{
  for (guint i = 0; i < records->len; i++)
    {
      const AciniSlideRecord *record = records->pdata[i];

      if (record->labelled && !write_slide (self, record, error))
        return FALSE;
      if (self->progress != NULL)
        self->progress ((i + 1.0) / records->len, self->user_data);
    }
  for (int k = 0; k < 3 && self->n_pixels > 0; k++)
    {
      self->result->mean[k] = self->sums[k] / self->n_pixels;
      self->result->deviation[k]
          = sqrt (fmax (self->squares[k] / self->n_pixels - self->result->mean[k] * self->result->mean[k], 0));
    }
  if (self->result->n_pictures > 0)
    return write_description (self, error);
  g_set_error_literal (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_EMPTY,
                       _ ("None of these slides has labels: there is nothing to make a data set of."));
  return FALSE;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
        remove_folder (inner);
      else
        g_unlink (inner);
    }
  g_rmdir (path);
}

static gboolean
make_folder (const char *path, char **part, GError **error)
{
  *part = g_strconcat (path, ".XXXXXX", NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS) && g_rmdir (path) != 0)
    {
      g_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE,
                   _ ("“%s” is there already: choose another name for the data set."), path);
      return FALSE;
    }
  if (g_mkdtemp_full (*part, 0777) != NULL)
    return TRUE;
  g_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE, _ ("The folder “%s” cannot be made: %s"), path,
               g_strerror (errno));
  return FALSE;
}

gboolean
acini_dataset_write (AciniProject *project, GPtrArray *records, const char *path, const AciniDatasetOptions *options,
                     AciniDatasetResult *result, AciniProgressFunc progress, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  const gsize n = options != NULL ? (gsize)options->size * options->size : 0;
  g_autofree char *part = NULL;
  g_autofree guint8 *rgb = NULL, *mask = NULL;
  g_autoptr (GHashTable) names = NULL;
  g_autoptr (GString) table = g_string_new ("id,name,organ,patient,source,split,sex,age,width,height,mpp\n");
  Dataset self = { .project = project, .options = options, .result = result, .table = table };

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && records != NULL && path != NULL && result != NULL, FALSE);
  g_return_val_if_fail (options != NULL && options->size > 0, FALSE);

  *result = (AciniDatasetResult){ 0 };
  acini_vips_init ();
  names = acini_export_name_files (project, error);
  if (names == NULL || !make_folder (path, &part, error))
    return FALSE;
  self.path = part;
  self.names = names;
  self.rgb = rgb = g_malloc (3 * n);
  self.mask = mask = g_malloc (n);
  self.progress = progress;
  self.user_data = user_data;
  self.cancellable = cancellable;
  for (guint i = 0; i < records->len; i++)
    self.split = self.split || *((const AciniSlideRecord *)records->pdata[i])->details.split != '\0';
  choose_values (&self);
  if (write_all (&self, records, error) && g_rename (part, path) == 0)
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error (error, ACINI_DATASET_ERROR, ACINI_DATASET_ERROR_WRITE, _ ("“%s” could not be written: %s"), path,
                 g_strerror (errno));
  remove_folder (part);
  return FALSE;
}
