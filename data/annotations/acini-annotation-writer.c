/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Text gathered before it is written. */
#define PIECE ((gsize)1 << 18)
/* Vertices of an ellipse where the format has none: its area comes out within 0.01 %. */
#define ROUND 256

AciniAnnotationWriter *
acini_annotation_writer_new (const AciniAnnotationFormat *format, const char *path, const AciniAnnotationSpace *space,
                             const char *image, GError **error)
{
  g_autoptr (AciniAnnotationWriter) self = NULL;

  g_return_val_if_fail (format != NULL && format->begin != NULL && path != NULL, NULL);

  self = g_new0 (AciniAnnotationWriter, 1);
  self->format = format;
  self->space = space != NULL ? *space : (AciniAnnotationSpace){ 0 };
  self->name = g_filename_display_basename (path);
  self->image = g_strdup (image);
  self->text = g_string_new (NULL);
  self->classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->class_names = g_ptr_array_new_with_free_func (g_free);
  self->class_colors = g_array_new (FALSE, FALSE, sizeof (int));
  self->scratch = acini_annotation_new ();
  self->file = acini_part_file_new (path);
  self->stream = acini_part_file_get_stream (self->file, error);
  if (self->stream == NULL || !format->begin (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
acini_annotation_writer_free (AciniAnnotationWriter *self)
{
  if (self == NULL)
    return;
  if (self->free_state != NULL)
    self->free_state (self->state);
  acini_part_file_free (self->file);
  g_free (self->name);
  g_free (self->image);
  g_free (self->first_image);
  g_string_free (self->text, TRUE);
  g_hash_table_unref (self->classes);
  g_ptr_array_unref (self->class_names);
  g_array_unref (self->class_colors);
  g_clear_pointer (&self->layers, g_ptr_array_unref);
  acini_annotation_free (self->scratch);
  g_free (self);
}

gboolean
acini_writer_flush (AciniAnnotationWriter *self, gboolean all, GError **error)
{
  gboolean done;

  if (self->text->len < PIECE && !all)
    return TRUE;
  done = g_output_stream_write_all (self->stream, self->text->str, self->text->len, NULL, NULL, error);
  g_string_truncate (self->text, 0);
  return done;
}

gboolean
acini_writer_check_space (AciniAnnotationWriter *self, gboolean scale, GError **error)
{
  if (self->space.width > 0 && self->space.height > 0 && (!scale || self->space.mpp > 0))
    return TRUE;
  g_set_error (
      error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_NEEDS,
      scale ? _ ("%s takes the slide's size and µm per pixel, which are not known: on the command line give them "
                 "with --size WxH and --mpp X.")
            : _ ("%s takes the slide's size, which is not known: on the command line give it with --size WxH."),
      self->format->name);
  return FALSE;
}

gboolean
acini_writer_begin_fractions (AciniAnnotationWriter *self, GError **error)
{
  if (!acini_writer_check_space (self, FALSE, error))
    return FALSE;
  g_string_append_c (self->text, '[');
  return TRUE;
}

/* What @annotation has that flags stand for. */
static AciniAnnotationCarries
list_contents (const AciniAnnotation *a)
{
  static const AciniAnnotationCarries kinds[]
      = { ACINI_CARRIES_POLYGONS,   ACINI_CARRIES_POLYGONS, ACINI_CARRIES_ELLIPSES,
          ACINI_CARRIES_RECTANGLES, ACINI_CARRIES_POINTS,   ACINI_CARRIES_LINES };
  AciniAnnotationCarries carries = kinds[a->kind];

  carries |= a->class_name != NULL ? ACINI_CARRIES_CLASSES : 0;
  carries |= a->name != NULL ? ACINI_CARRIES_NAMES : 0;
  carries |= a->id != NULL ? ACINI_CARRIES_IDS : 0;
  carries |= a->color != ACINI_NO_COLOR || a->class_color != ACINI_NO_COLOR ? ACINI_CARRIES_COLORS : 0;
  carries |= a->locked == 1 ? ACINI_CARRIES_LOCKS : 0;
  carries |= a->measurements->len > 0 ? ACINI_CARRIES_MEASUREMENTS : 0;
  carries |= a->state != NULL ? ACINI_CARRIES_STATES : 0;
  carries |= acini_annotation_has_holes (a) ? ACINI_CARRIES_HOLES : 0;
  carries |= a->kind == ACINI_ANNOTATION_MULTIPOLYGON && acini_annotation_count_parts (a) > 1 ? ACINI_CARRIES_PARTS : 0;
  carries |= a->z > 0 || a->t > 0 ? ACINI_CARRIES_PLANES : 0;
  return carries;
}

/* Each part with its holes as an object of its own. */
static gboolean
add_parts (AciniAnnotationWriter *self, const AciniAnnotation *whole, GError **error)
{
  AciniAnnotation *part = self->scratch;
  guint place = 0;

  for (guint i = 0; i < whole->rings->len;)
    {
      acini_annotation_assign (part, whole);
      acini_annotation_clear_shape (part);
      if (whole->id != NULL && i > 0)
        {
          g_free (part->id);
          part->id = g_strdup_printf ("%s-%u", whole->id, i + 1);
        }
      do
        {
          AciniRing ring = g_array_index (whole->rings, AciniRing, i);

          g_array_append_vals (part->vertices, &g_array_index (whole->vertices, AciniVertex, place), ring.n);
          g_array_append_val (part->rings, ring);
          place += ring.n;
        }
      while (++i < whole->rings->len && g_array_index (whole->rings, AciniRing, i).hole);
      self->n++;
      if (!self->format->add (self, part, error))
        return FALSE;
    }
  return TRUE;
}

/* What of @annotation will not be in the file, and FALSE where all of it will not. */
static gboolean
note_lost (AciniAnnotationWriter *self, const AciniAnnotation *annotation, AciniAnnotationCarries has)
{
  const AciniAnnotationCarries can = self->format->carries, lost = has & ~can;
  const AciniAnnotationCarries areas = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_RASTERS;

  self->lost |= lost;
  /* Pixels have holes and parts by themselves. */
  if ((can & areas) == ACINI_CARRIES_RASTERS)
    self->lost &= ~(ACINI_CARRIES_HOLES | ACINI_CARRIES_PARTS);
  /* A file is of one image. */
  if (annotation->image != NULL && self->first_image == NULL)
    self->first_image = g_strdup (annotation->image);
  else if (annotation->image != NULL && strcmp (annotation->image, self->first_image) != 0)
    self->lost |= ACINI_CARRIES_IMAGES;
  return (lost & (ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES)) == 0;
}

gboolean
acini_annotation_writer_add (AciniAnnotationWriter *self, const AciniAnnotation *annotation, GError **error)
{
  const AciniAnnotationCarries can = self->format->carries, has = list_contents (annotation);

  if (!note_lost (self, annotation, has))
    {
      self->n_left_out++;
      return TRUE;
    }
  if ((has & ACINI_CARRIES_ELLIPSES & ~can) != 0)
    {
      acini_annotation_assign (self->scratch, annotation);
      acini_annotation_flatten (self->scratch, ROUND);
      annotation = self->scratch;
    }
  if (annotation->kind == ACINI_ANNOTATION_MULTIPOLYGON && (has & ACINI_CARRIES_PARTS & ~can) != 0
      && (can & ACINI_CARRIES_POLYGONS) != 0)
    return add_parts (self, annotation, error) && acini_writer_flush (self, FALSE, error);
  self->n++;
  return self->format->add (self, annotation, error) && acini_writer_flush (self, FALSE, error);
}

gboolean
acini_annotation_writer_close (AciniAnnotationWriter *self, GError **error)
{
  return self->format->end (self, error) && acini_writer_flush (self, TRUE, error)
         && acini_part_file_commit (self->file, error);
}

AciniAnnotationCarries
acini_annotation_writer_get_lost (const AciniAnnotationWriter *self)
{
  return self->lost;
}

guint64
acini_annotation_writer_get_n_left_out (const AciniAnnotationWriter *self)
{
  return self->n_left_out;
}

guint
acini_writer_get_class (AciniAnnotationWriter *self, const AciniAnnotation *annotation)
{
  const char *name = annotation->class_name != NULL ? annotation->class_name : "";
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (self->classes, name));
  int color = annotation->class_color != ACINI_NO_COLOR ? annotation->class_color : annotation->color;

  if (number > 0)
    return number - 1;
  g_ptr_array_add (self->class_names, g_strdup (name));
  g_array_append_val (self->class_colors, color);
  g_hash_table_insert (self->classes, g_strdup (name), GUINT_TO_POINTER (self->class_names->len));
  return self->class_names->len - 1;
}

const char *
acini_writer_get_id (AciniAnnotationWriter *self, const AciniAnnotation *annotation)
{
  if (annotation->id != NULL)
    return annotation->id;
  g_snprintf (self->number, sizeof self->number, "%" G_GUINT64_FORMAT, self->n);
  return self->number;
}

/* Text */

void
acini_text_add_number (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double scaled = rint (number * 10000);

  if (fabs (number) < 1e10 && scaled / 10000 == number)
    {
      guint64 digits = (guint64)fabs (scaled), rest = digits % 10000;
      int n = 4;

      if (scaled < 0)
        g_string_append_c (text, '-');
      /* A loop of its own: printf () would be half of the time that a file takes. */
      char *at = buffer + sizeof buffer - 1;

      *at = '\0';
      for (guint64 whole = digits / 10000; at == buffer + sizeof buffer - 1 || whole > 0; whole /= 10)
        *--at = (char)('0' + whole % 10);
      g_string_append (text, at);
      if (rest == 0)
        return;
      for (; rest % 10 == 0; rest /= 10)
        n--;
      g_string_append_printf (text, ".%0*d", n, (int)rest);
      return;
    }
  g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, number));
}

void
acini_text_add_json (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *at = string; *at != '\0'; at++)
    if (*at == '"' || *at == '\\')
      {
        g_string_append_c (text, '\\');
        g_string_append_c (text, *at);
      }
    else if ((guchar)*at < 0x20)
      g_string_append_printf (text, "\\u%04x", (guint)(guchar)*at);
    else
      g_string_append_c (text, *at);
  g_string_append_c (text, '"');
}

void
acini_text_add_xml (GString *text, const char *string)
{
  g_autofree char *escaped = g_markup_escape_text (string, -1);

  /* An attribute's line ends would become spaces. */
  for (const char *at = escaped; *at != '\0'; at++)
    if ((guchar)*at < 0x20)
      g_string_append_printf (text, "&#%d;", *at);
    else
      g_string_append_c (text, *at);
}

void
acini_text_add_xml_number (GString *text, const char *name, double number)
{
  g_string_append_printf (text, " %s=\"", name);
  acini_text_add_number (text, number);
  g_string_append_c (text, '"');
}

void
acini_text_add_xml_text (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, " %s=\"", name);
  acini_text_add_xml (text, value);
  g_string_append_c (text, '"');
}

void
acini_text_add_color (GString *text, int color)
{
  g_string_append_printf (text, "#%06x", (guint)color & 0xffffff);
}

void
acini_text_add_points (GString *text, const AciniVertex *vertices, guint n, gboolean closed)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i < n + (closed && n > 0); i++)
    {
      const AciniVertex *v = &vertices[i < n ? i : 0];

      g_string_append (text, i > 0 ? ",[" : "[");
      acini_text_add_number (text, v->x);
      g_string_append_c (text, ',');
      acini_text_add_number (text, v->y);
      g_string_append_c (text, ']');
    }
  g_string_append_c (text, ']');
}

/* Layers: text that is to stand together in the file, in files of their own (unlinked at once) until then. */

typedef struct
{
  GString *text;
  GFileIOStream *spool;
} Layer;

static void
layer_free (gpointer data)
{
  Layer *layer = data;

  g_string_free (layer->text, TRUE);
  g_clear_object (&layer->spool);
  g_free (layer);
}

static gboolean
spool_layer (Layer *layer, GError **error)
{
  gboolean done;

  if (layer->spool == NULL)
    {
      g_autoptr (GFile) file = g_file_new_tmp (NULL, &layer->spool, error);

      if (file == NULL)
        return FALSE;
      g_file_delete (file, NULL, NULL);
    }
  done = g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (layer->spool)), layer->text->str,
                                    layer->text->len, NULL, NULL, error);
  g_string_truncate (layer->text, 0);
  return done;
}

GString *
acini_writer_get_layer (AciniAnnotationWriter *self, guint number, GError **error)
{
  Layer *layer;

  if (self->layers == NULL)
    self->layers = g_ptr_array_new_with_free_func (layer_free);
  while (self->layers->len <= number)
    {
      layer = g_new0 (Layer, 1);
      layer->text = g_string_new (NULL);
      g_ptr_array_add (self->layers, layer);
    }
  layer = self->layers->pdata[number];
  if (layer->text->len > PIECE && !spool_layer (layer, error))
    return NULL;
  return layer->text;
}

/* Gives the layer's bytes to @func in pieces. */
gboolean
acini_writer_walk_layer (AciniAnnotationWriter *self, guint number, AciniLayerFunc func, gpointer user_data,
                         GError **error)
{
  Layer *layer = self->layers != NULL && number < self->layers->len ? self->layers->pdata[number] : NULL;
  g_autofree guint8 *bytes = NULL;
  GInputStream *stream;
  gssize n;

  if (layer == NULL)
    return TRUE;
  if (layer->spool != NULL)
    {
      bytes = g_malloc (PIECE);
      stream = g_io_stream_get_input_stream (G_IO_STREAM (layer->spool));
      if (!g_seekable_seek (G_SEEKABLE (layer->spool), 0, G_SEEK_SET, NULL, error))
        return FALSE;
      while ((n = g_input_stream_read (stream, bytes, PIECE, NULL, error)) > 0)
        if (!func (self, bytes, (gsize)n, user_data, error))
          return FALSE;
      if (n < 0)
        return FALSE;
    }
  return func (self, (const guint8 *)layer->text->str, layer->text->len, user_data, error);
}

static gboolean
put_piece (AciniAnnotationWriter *self, const guint8 *bytes, gsize n, gpointer user_data, GError **error)
{
  g_string_append_len (self->text, (const char *)bytes, (gssize)n);
  return acini_writer_flush (self, FALSE, error);
}

gboolean
acini_writer_put_layer (AciniAnnotationWriter *self, guint number, GError **error)
{
  return acini_writer_walk_layer (self, number, put_piece, NULL, error);
}
