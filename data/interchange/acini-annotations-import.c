/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-labels-import-private.h"

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-annotation-raster.h"
#include "data/base/acini-shape.h"
#include "data/base/acini-tiles.h"
#include "data/objects/acini-review-state.h"
#include "data/project/acini-change.h"
#include "data/project/acini-lock.h"
#include "data/slides/acini-slide.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Vertices of an ellipse. */
#define ROUND 256
#define IGNORED "ignore"
/* Pixels of the box of an area: a larger one comes in without its lock and its review state. */
#define LARGEST (64 * 1024 * 1024)
/* 255 keeps what is there. */
#define LAST_LABEL 254

typedef struct
{
  AciniProject *project;
  const AciniSlideRecord *slide;
  const AciniAnnotationFormat *format;
  AciniEdit *edit;
  GHashTable *labels;                        /* class name → label that is painted for it, see choose_labels () */
  GHashTable *colours;                       /* class name → 1 + its colour, where the file tells it */
  GHashTable *images;                        /* names of the images that the file tells of */
  char *image;                               /* of them the slide's; NULL: all */
  gboolean ignored;                          /* this reading is that of what is ignored */
  guint64 n, n_inside, n_ignored, n_without; /* areas; reaching into the slide; ignored; points and lines */
  gint64 n_units;
  gint64 x, y;               /* of the slide's pixel that is the file's (0, 0) */
  double offset_x, offset_y; /* see AciniAnnotationSpace */
  char *problem;             /* the first one that left an object out */
  GPtrArray *locks;          /* AciniLock: what the file has locked … */
  GArray *places;            /* … and gint64[2]: a pixel of each area about which it says a decision … */
  GPtrArray *states;         /* … (element-type char) static: that */
  AciniAnnotation *flat;
  guint8 *mask;
  gsize n_mask;
} Import;

static gboolean
is_ignored (const AciniAnnotation *a)
{
  return a->class_name != NULL && g_ascii_strncasecmp (a->class_name, IGNORED, strlen (IGNORED)) == 0;
}

/* The label for a class name until all of them are known; 0: there are more than labels. */
static guint8
find_label (Import *self, const char *name)
{
  gpointer label;

  name = name != NULL ? name : "";
  if (g_hash_table_lookup_extended (self->labels, name, NULL, &label))
    return (guint8)GPOINTER_TO_UINT (label);
  label = GUINT_TO_POINTER (ACINI_LABEL_FIRST_CLASS + g_hash_table_size (self->labels));
  if (GPOINTER_TO_UINT (label) > LAST_LABEL)
    label = NULL;
  g_hash_table_insert (self->labels, g_strdup (name), label);
  return (guint8)GPOINTER_TO_UINT (label);
}

static gboolean paint (const AciniAnnotation *a, gpointer user_data, GError **error);

/* The first reading: what is in the file, and its areas painted as if they were all of the slide. */
static gboolean
survey (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Import *self = user_data;
  double x0, y0, x1, y1;

  if (!acini_annotation_is_area (a))
    {
      self->n_without++;
      return TRUE;
    }
  if (a->image != NULL)
    g_hash_table_add (self->images, g_strdup (a->image));
  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  self->n++;
  self->n_inside += x0 + (double)self->x < (double)self->slide->width
                    && y0 + (double)self->y < (double)self->slide->height && x1 + (double)self->x > 0
                    && y1 + (double)self->y > 0;
  if (is_ignored (a))
    {
      self->n_ignored++;
      return TRUE;
    }
  find_label (self, a->class_name);
  if (a->class_name != NULL && a->class_color != ACINI_NO_COLOR)
    g_hash_table_insert (self->colours, g_strdup (a->class_name), GINT_TO_POINTER (1 + a->class_color));
  return g_hash_table_size (self->images) > 1 || paint (a, self, error);
}

static void
note_problem (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data)
{
  Import *self = user_data;

  if (left_out && self->problem == NULL)
    self->problem = g_strdup_printf (_ ("Line %u: %s"), line, sentence);
}

/* Which of the file's images is the slide. */
static gboolean
choose_image (Import *self, const char *name, GError **error)
{
  g_autofree char *stem = g_path_get_basename (self->slide->path);
  GHashTableIter iter;
  gpointer image;
  char *dot = strrchr (stem, '.');

  if (g_hash_table_size (self->images) < 2)
    return TRUE;
  if (dot != NULL && dot != stem)
    *dot = '\0';
  g_hash_table_iter_init (&iter, self->images);
  while (g_hash_table_iter_next (&iter, &image, NULL))
    {
      g_autofree char *base = g_path_get_basename (image);

      dot = strrchr (base, '.');
      if (dot != NULL && dot != base)
        *dot = '\0';
      if (g_str_equal (base, stem) || g_strcmp0 (base, self->slide->name) == 0)
        {
          self->image = g_strdup (image);
          return TRUE;
        }
    }
  g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
               _ ("“%s” tells of %u images, none of them called “%s”."), name, g_hash_table_size (self->images), stem);
  return FALSE;
}

static gboolean
is_known (AciniProject *project, const char *name)
{
  for (int label = ACINI_LABEL_FIRST_CLASS; label <= 254; label++)
    {
      g_autofree char *known = acini_project_dup_class_name (project, label);

      if (known != NULL && g_ascii_strcasecmp (known, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The class @name has the colour of the file where nobody chose one. */
static gboolean
take_colour (Import *self, const char *name, int label, GError **error)
{
  int colour = GPOINTER_TO_INT (g_hash_table_lookup (self->colours, name)) - 1;
  g_autoptr (AciniChange) change = NULL;
  gboolean chosen;

  if (colour < 0 || (guint32)colour == acini_project_get_class_colour (self->project, label, &chosen) || chosen)
    return TRUE;
  change = acini_change_new_class_colour (label, colour);
  return acini_project_write_change (self->project, change, error);
}

/* Gives each class name of the file its label, and the project the classes it lacks; what was painted gets them. */
static gboolean
choose_labels (Import *self, GError **error)
{
  g_autoptr (GPtrArray) names = g_hash_table_get_keys_as_ptr_array (self->labels);
  guint8 map[256];

  for (int label = 0; label < 256; label++)
    map[label] = (guint8)label;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      guint painted = GPOINTER_TO_UINT (g_hash_table_lookup (self->labels, name));
      int label = ACINI_LABEL_FIRST_CLASS;

      if (*name != '\0' && (names->len > 1 || is_known (self->project, name)))
        label = acini_labels_import_take_class (self->project, name, error);
      if (label > 0 && painted == 0)
        g_set_error_literal (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
                             _ ("The file has more classes than a project can take (253)."));
      if (label == 0 || painted == 0 || !take_colour (self, name, label, error))
        return FALSE;
      map[painted] = (guint8)label;
    }
  acini_edit_map_labels (self->edit, map);
  return TRUE;
}

/* The pixels of a strip of a shape, and the seams around them: those of its own pixels are its outline, the pixels
 * behind it keep what they have beside it. */
static void
find_seams (const guint8 *mask, int width, int height, guint8 *seams)
{
  const int stride = width + 1;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        const guint8 *here = mask + (gsize)(y + 1) * stride + x + 1;
        guint8 cut
            = (guint8)((*here != here[-1] ? ACINI_SEAM_LEFT : 0) | (*here != here[-stride] ? ACINI_SEAM_UPPER : 0));

        seams[(gsize)y * width + x] = *here ? cut : cut != 0 ? cut | ACINI_SEAM_ADD : ACINI_SEAM_KEEP;
      }
}

/* A strip of tiles at a time, so that an area of the whole slide is never whole in memory. */
static gboolean
paint_strip (Import *self, const AciniAnnotation *a, const AciniRect *rect, guint8 label, GError **error)
{
  const int width = (int)rect->width, height = (int)rect->height, stride = width + 1;
  const gsize n = (gsize)stride * (height + 1);

  if (2 * n > self->n_mask)
    {
      g_free (self->mask);
      self->mask = g_malloc (2 * n);
      self->n_mask = 2 * n;
    }
  memset (self->mask, 0, n);
  acini_annotation_rasterise (a, rect->x - 1 - self->x, rect->y - 1 - self->y, stride, height + 1, self->mask);
  if (!self->ignored)
    {
      find_seams (self->mask, width, height, self->mask + n);
      if (!acini_edit_cut (self->edit, rect, self->mask + n, error))
        return FALSE;
    }
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 inside = self->mask[(gsize)(y + 1) * stride + x + 1];

        self->mask[n + (gsize)y * width + x] = inside;
        self->n_units += !self->ignored && inside;
      }
  return acini_edit_paint (self->edit, rect, self->mask + n, label, error);
}

static gboolean
paint_shape (Import *self, const AciniAnnotation *a, guint8 label, GError **error)
{
  double bx0, by0, bx1, by1;
  gint64 x0, y0, x1, y1;

  acini_annotation_get_box (a, &bx0, &by0, &bx1, &by1);
  bx0 += (double)self->x;
  bx1 += (double)self->x;
  by0 += (double)self->y;
  by1 += (double)self->y;
  /* With the pixels behind it, which may have a seam with it. */
  x0 = (gint64)CLAMP (floor (bx0), 0, (double)self->slide->width);
  y0 = (gint64)CLAMP (floor (by0), 0, (double)self->slide->height);
  x1 = (gint64)CLAMP (ceil (bx1) + 1, (double)x0, (double)self->slide->width);
  y1 = (gint64)CLAMP (ceil (by1) + 1, (double)y0, (double)self->slide->height);
  for (gint64 y = y0; y < y1 && x1 > x0; y += ACINI_TILE_SIZE)
    {
      const AciniRect rect = { x0, y, x1 - x0, MIN (ACINI_TILE_SIZE, y1 - y) };

      if (!paint_strip (self, a, &rect, label, error))
        return FALSE;
    }
  return TRUE;
}

/* What the file says about an area besides its shape: whether it is locked, and what a review decided. */
static void
take_state (Import *self, const AciniAnnotation *a, gboolean locked, const char *state)
{
  double x0, y0, x1, y1;
  g_autofree guint8 *mask = NULL;
  gint64 place[2];
  AciniRect box;
  int x, y;

  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  box.x = (gint64)CLAMP (floor (x0) + (double)self->x, 0, (double)self->slide->width);
  box.y = (gint64)CLAMP (floor (y0) + (double)self->y, 0, (double)self->slide->height);
  box.width = (gint64)CLAMP (ceil (x1) + (double)self->x, (double)box.x, (double)self->slide->width) - box.x;
  box.height = (gint64)CLAMP (ceil (y1) + (double)self->y, (double)box.y, (double)self->slide->height) - box.y;
  if (box.width == 0 || box.height == 0 || box.width > LARGEST / box.height)
    return;
  mask = g_malloc0 ((gsize)(box.width * box.height));
  acini_annotation_rasterise (a, box.x - self->x, box.y - self->y, (int)box.width, (int)box.height, mask);
  if (memchr (mask, 1, (gsize)(box.width * box.height)) == NULL)
    return;
  acini_shape_find_middle (mask, (int)box.width, (int)box.height, &x, &y);
  place[0] = box.x + x;
  place[1] = box.y + y;
  if (locked)
    g_ptr_array_add (self->locks, acini_lock_new (place[0], place[1], &box, mask));
  if (state == NULL)
    return;
  g_array_append_val (self->places, place);
  g_ptr_array_add (self->states, (gpointer)state);
}

/* (nullable) the decision of that name; static.  One that is not known is none. */
static const char *
find_decision (const char *name)
{
  AciniReviewState state = name != NULL ? acini_review_state_parse (name) : ACINI_REVIEW_NEW;

  return state != ACINI_REVIEW_NEW ? acini_review_state_to_string (state) : NULL;
}

static gboolean
paint (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Import *self = user_data;
  guint8 label = ACINI_LABEL_UNLABELLED;
  gboolean locked = a->locked == 1;
  const char *state = find_decision (a->state);

  if (!acini_annotation_is_area (a) || is_ignored (a) != self->ignored
      || (self->image != NULL && g_strcmp0 (a->image, self->image) != 0))
    return TRUE;
  if (!self->ignored)
    label = find_label (self, a->class_name);
  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    {
      acini_annotation_clear_shape (self->flat);
      self->flat->kind = a->kind;
      g_array_append_vals (self->flat->vertices, a->vertices->data, a->vertices->len);
      acini_annotation_flatten (self->flat, ROUND);
      a = self->flat;
    }
  if ((locked || state != NULL) && !self->ignored)
    take_state (self, a, locked, state);
  return paint_shape (self, a, label, error);
}

static gboolean
check_survey (Import *self, const char *name, GError **error)
{
  if (self->problem != NULL)
    g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
                 _ ("“%s” is not taken, for it would not come in whole. %s"), name, self->problem);
  else if (self->n == 0)
    g_set_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
                 _ ("“%s” holds no areas that could become labels."), name);
  else if (self->n_inside == 0)
    g_set_error (
        error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE,
        _ ("“%s” has no area within its slide of %lld × %lld pixels: it belongs to another, or swaps x and y."), name,
        (long long)self->slide->width, (long long)self->slide->height);
  return self->problem == NULL && self->n_inside > 0;
}

/* What the file does not tell of is background, without seams. */
static gboolean
clear_slide (Import *self, GError **error)
{
  const AciniRect whole = { 0, 0, self->slide->width, self->slide->height };

  self->n_units = 0;
  g_ptr_array_set_size (self->locks, 0);
  g_array_set_size (self->places, 0);
  g_ptr_array_set_size (self->states, 0);
  return acini_edit_paint (self->edit, &whole, NULL, ACINI_LABEL_BACKGROUND, error)
         && acini_edit_cut (self->edit, &whole, NULL, error);
}

static gboolean
write_locks (Import *self, GError **error)
{
  g_autoptr (AciniChange) change = NULL;

  if (self->locks->len == 0)
    return TRUE;
  change = acini_change_new_locks (self->slide->id, self->locks);
  return acini_project_write_change (self->project, change, error);
}

static gboolean
write_decisions (Import *self, GError **error)
{
  g_autoptr (AciniChange) change = NULL;

  if (self->states->len == 0)
    return TRUE;
  change
      = acini_change_new_imported_decisions (self->slide->id, (const gint64 (*)[2]) (gconstpointer)self->places->data,
                                             (const char *const *)self->states->pdata, self->states->len);
  return acini_project_write_change (self->project, change, error);
}

static gboolean
run (Import *self, const char *path, GCancellable *cancellable, GError **error)
{
  AciniAnnotationReading reading
      = { .space = { self->slide->width, self->slide->height, self->slide->mpp_x, self->offset_x, self->offset_y },
          .func = survey,
          .problem = note_problem,
          .user_data = self,
          .cancellable = cancellable };
  g_autofree char *name = g_filename_display_name (path);

  reading.format = self->format;
  if (!clear_slide (self, error) || !acini_annotations_read (path, &reading, error) || !check_survey (self, name, error)
      || !choose_image (self, name, error))
    return FALSE;
  reading.func = paint;
  /* Areas of other images were painted, too. */
  if (self->image != NULL && (!clear_slide (self, error) || !acini_annotations_read (path, &reading, error)))
    return FALSE;
  if (!choose_labels (self, error))
    return FALSE;
  self->ignored = TRUE;
  if (self->n_ignored > 0 && !acini_annotations_read (path, &reading, error))
    return FALSE;
  acini_edit_trim_seams (self->edit);
  return acini_edit_commit (self->edit, NULL, error) && write_locks (self, error) && write_decisions (self, error);
}

/* What the slide's own file says about where its pixels lie. */
static gboolean
find_place (Import *self, const char *path, AciniOrigin origin, GError **error)
{
  g_autoptr (AciniSlide) slide = NULL;

  if (origin == ACINI_ORIGIN_SLIDE && !g_str_equal (self->format->id, "ndpa"))
    return TRUE;
  slide = acini_slide_open (self->slide->path, error);
  if (slide == NULL)
    return FALSE;
  if (origin == ACINI_ORIGIN_BOUNDS && !acini_annotations_tell_origin (path))
    acini_slide_get_corner (slide, &self->x, &self->y);
  acini_slide_get_offset (slide, &self->offset_x, &self->offset_y);
  return TRUE;
}

gboolean
acini_labels_import_annotations (AciniProject *project, gint64 slide, const char *path, AciniOrigin origin,
                                 AciniLabelsImport *import, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;
  const AciniAnnotationFormat *format;
  Import self = { .project = project };
  gboolean done;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, FALSE);

  record = acini_project_get_slide (project, slide, error);
  if (record == NULL)
    return FALSE;
  format = acini_annotation_format_sniff (path, error);
  if (format == NULL)
    return FALSE;
  /* Run lengths need no outlines on their way. */
  if (g_str_equal (format->id, "rle"))
    return acini_labels_import_table (project, record, path, import, cancellable, error);
  self.format = format;
  self.slide = record;
  self.edit = acini_edit_new (project, slide, "import");
  self.labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.colours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.locks = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_lock_free);
  self.places = g_array_new (FALSE, FALSE, sizeof (gint64[2]));
  self.states = g_ptr_array_new ();
  self.flat = acini_annotation_new ();
  done = find_place (&self, path, origin, error) && run (&self, path, cancellable, error);
  if (done && import != NULL)
    *import = (AciniLabelsImport){ record->width * record->height, self.n_units,
                                   self.n_without > 0
                                       ? g_strdup_printf (_ ("%llu points and lines have no area and were left out."),
                                                          (unsigned long long)self.n_without)
                                       : NULL };
  acini_edit_free (self.edit);
  g_hash_table_unref (self.labels);
  g_hash_table_unref (self.colours);
  g_hash_table_unref (self.images);
  g_ptr_array_unref (self.locks);
  g_array_unref (self.places);
  g_ptr_array_unref (self.states);
  acini_annotation_free (self.flat);
  g_free (self.image);
  g_free (self.problem);
  g_free (self.mask);
  return done;
}
