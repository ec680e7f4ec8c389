/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* No slide is larger. */
#define FARTHEST 1e9
/* Problems given out one by one; what is more is counted. */
#define MOST_PROBLEMS 100

gboolean
acini_reader_fail (AciniAnnotationReader *self, guint line, guint column, GError **error, const char *sentence)
{
  /* What libraries say may quote the file. */
  g_autofree char *text = g_utf8_make_valid (sentence, -1);

  if (line > 0)
    g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_DAMAGED, _ ("“%s”, line %u, column %u: %s"),
                 self->name, line, column, text);
  else
    g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_DAMAGED, _ ("“%s”: %s"), self->name, text);
  return FALSE;
}

void
acini_reader_problem (AciniAnnotationReader *self, guint line, guint column, gboolean left_out, const char *sentence)
{
  g_autofree char *text = g_utf8_make_valid (sentence, -1);

  self->n_problems++;
  if (self->reading->problem != NULL && (self->n_problems <= MOST_PROBLEMS || line == 0))
    self->reading->problem (text, line, column, left_out, self->reading->user_data);
}

/* Rings of fewer than three vertices enclose nothing; a hole without an outer ring before it is none. */
static void
drop_thin_rings (AciniAnnotation *annotation)
{
  guint place = 0, out = 0;
  gboolean outer = FALSE;

  for (guint i = 0; i < annotation->rings->len; i++)
    {
      AciniRing ring = g_array_index (annotation->rings, AciniRing, i);
      gboolean keep = ring.n >= 3 && (!ring.hole || outer);

      if (!ring.hole)
        outer = keep;
      if (keep)
        {
          g_array_index (annotation->rings, AciniRing, out++) = ring;
          place += ring.n;
        }
      else
        g_array_remove_range (annotation->vertices, place, ring.n);
    }
  g_array_set_size (annotation->rings, out);
}

static gboolean
check_numbers (AciniAnnotationReader *self, GError **error)
{
  const AciniAnnotation *a = self->annotation;

  for (guint i = 0; i < a->vertices->len; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      if (isfinite (v->x) && isfinite (v->y) && fabs (v->x) <= FARTHEST && fabs (v->y) <= FARTHEST)
        continue;
      return acini_reader_fail (self, a->line, a->column, error,
                                isfinite (v->x) && isfinite (v->y)
                                    ? _ ("the object here has coordinates beyond any slide.")
                                    : _ ("the object here has coordinates that are no numbers."));
    }
  return TRUE;
}

static void
check_place (AciniAnnotationReader *self)
{
  const AciniAnnotationSpace *space = &self->reading->space;
  double x0, y0, x1, y1;

  if (space->width <= 0 || !acini_annotation_get_box (self->annotation, &x0, &y0, &x1, &y1))
    return;
  if (x0 >= -1 && y0 >= -1 && x1 <= (double)space->width + 1 && y1 <= (double)space->height + 1)
    {
      self->n_inside++;
      return;
    }
  if (self->n_outside++ == 0)
    {
      self->outside_line = self->annotation->line;
      self->outside_column = self->annotation->column;
    }
  self->n_swapped += x0 >= -1 && y0 >= -1 && y1 <= (double)space->width + 1 && x1 <= (double)space->height + 1;
}

static void
finish_places (AciniAnnotationReader *self)
{
  const AciniAnnotationSpace *space = &self->reading->space;
  g_autofree char *sentence = NULL;

  if (self->n_problems > MOST_PROBLEMS && self->reading->problem != NULL)
    {
      g_autofree char *more = g_strdup_printf (_ ("%u more problems of single objects are not listed."),
                                               self->n_problems - MOST_PROBLEMS);

      self->reading->problem (more, 0, 0, FALSE, self->reading->user_data);
    }
  if (self->n_outside == 0)
    return;
  if (self->n_swapped == self->n_outside)
    sentence = g_strdup_printf (_ ("%llu objects lie outside of the slide (%lld × %lld), and inside with x and y "
                                   "swapped: the file may write y before x. The first is here."),
                                (unsigned long long)self->n_outside, (long long)space->width, (long long)space->height);
  else
    sentence = g_strdup_printf (_ ("%llu objects reach beyond the slide (%lld × %lld). The first is here."),
                                (unsigned long long)self->n_outside, (long long)space->width, (long long)space->height);
  acini_reader_problem (self, self->outside_line, self->outside_column, FALSE, sentence);
}

static gboolean
emit (AciniAnnotationReader *self, GError **error)
{
  AciniAnnotation *a = self->annotation;

  if (self->scale_x > 0)
    acini_annotation_transform (a, (const double[]){ self->scale_x, 0, 0, 0, self->scale_y, 0 });
  if (!check_numbers (self, error))
    return FALSE;
  if (a->kind == ACINI_ANNOTATION_POLYGON || a->kind == ACINI_ANNOTATION_MULTIPOLYGON)
    drop_thin_rings (a);
  if (a->rings->len == 0)
    {
      acini_reader_problem (self, a->line, a->column, TRUE,
                            _ ("the object here has no shape: fewer points than it takes. It is left out."));
      return TRUE;
    }
  if (acini_annotation_crosses_itself (a))
    acini_reader_problem (self, a->line, a->column, FALSE,
                          _ ("an outline of the object here crosses itself, so what is inside is not certain."));
  check_place (self);
  return self->reading->func (a, self->reading->user_data, error);
}

gboolean
acini_reader_emit (AciniAnnotationReader *self, GError **error)
{
  gboolean done = emit (self, error);

  acini_annotation_reset (self->annotation);
  return done;
}

gboolean
acini_annotations_read (const char *path, const AciniAnnotationReading *reading, GError **error)
{
  const AciniAnnotationFormat *format;
  AciniAnnotationReader self = { .path = path, .reading = reading };
  gboolean done;

  g_return_val_if_fail (path != NULL && reading != NULL && reading->func != NULL, FALSE);

  format = reading->format != NULL ? reading->format : acini_annotation_format_sniff (path, error);
  if (format == NULL)
    return FALSE;
  self.name = g_filename_display_basename (path);
  self.annotation = acini_annotation_new ();
  done = format->read (&self, error);
  if (done)
    finish_places (&self);
  acini_annotation_free (self.annotation);
  g_free (self.name);
  return done;
}

gboolean
acini_reader_progress (AciniAnnotationReader *self, const AciniSource *source, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (self->reading->cancellable, error))
    return FALSE;
  if (self->reading->progress != NULL)
    self->reading->progress (acini_source_get_fraction (source), self->reading->user_data);
  return TRUE;
}

void
acini_reader_scale_fractions (AciniAnnotationReader *self, gboolean *said)
{
  const AciniAnnotationSpace *space = &self->reading->space;

  if (space->width > 0)
    acini_annotation_transform (self->annotation,
                                (const double[]){ (double)space->width, 0, 0, 0, (double)space->height, 0 });
  else if (!*said)
    acini_reader_problem (
        self, 0, 0, FALSE,
        _ ("The coordinates are fractions of the slide (0 … 1); with --size WxH they become pixels."));
  *said = TRUE;
}

double
acini_reader_parse_number (const char *text)
{
  char *end = NULL;
  double number = text != NULL ? g_ascii_strtod (text, &end) : NAN;

  return text != NULL && end != text && *(end + strspn (end, " \t\r\n")) == '\0' ? number : NAN;
}

/* Values of JSON */

void
acini_reader_begin (AciniAnnotationReader *self, const AciniJsonValue *value)
{
  self->annotation->line = value->line;
  self->annotation->column = value->column;
}

gboolean
acini_reader_get_xy (const AciniJsonValue *point, double *x, double *y)
{
  if (point != NULL && point->kind == ACINI_JSON_NUMBERS && point->n >= 2)
    {
      *x = point->numbers[0];
      *y = point->numbers[1];
      return TRUE;
    }
  *x = acini_json_get_number (point, "x", NAN);
  *y = acini_json_get_number (point, "y", NAN);
  return acini_json_get (point, "x") != NULL && acini_json_get (point, "y") != NULL;
}

gboolean
acini_reader_add_ring (AciniAnnotationReader *self, const AciniJsonValue *points, gboolean hole, GError **error)
{
  double x, y;

  if (points == NULL)
    return TRUE;
  if (points->kind == ACINI_JSON_NUMBERS)
    {
      if (points->n % 2 != 0)
        return acini_reader_fail (self, points->line, points->column, error,
                                  _ ("the list of coordinates here has an odd length."));
      for (guint i = 0; i < points->n; i += 2)
        acini_annotation_add_vertex (self->annotation, points->numbers[i], points->numbers[i + 1]);
    }
  else if (points->kind != ACINI_JSON_ARRAY)
    return acini_reader_fail (self, points->line, points->column, error, _ ("a list of points is expected here."));
  for (const AciniJsonValue *point = acini_json_first (points); point != NULL; point = point->next)
    {
      if (!acini_reader_get_xy (point, &x, &y))
        return acini_reader_fail (self, point->line, point->column, error,
                                  _ ("a point with x and y is expected here."));
      acini_annotation_add_vertex (self->annotation, x, y);
    }
  acini_annotation_end_ring (self->annotation, hole);
  return TRUE;
}

gboolean
acini_reader_add_text_ring (AciniAnnotationReader *self, const char *points, gboolean hole)
{
  for (const char *at = points; at != NULL && *at != '\0';)
    {
      char *end;
      double x = g_ascii_strtod (at, &end), y;

      if (end == at || *end != ',')
        return FALSE;
      at = end + 1;
      y = g_ascii_strtod (at, &end);
      if (end == at)
        return FALSE;
      acini_annotation_add_vertex (self->annotation, x, y);
      at = end + strspn (end, "; \t\r\n");
      if (at == end && *at != '\0')
        return FALSE;
    }
  acini_annotation_end_ring (self->annotation, hole);
  return TRUE;
}

AciniJson *
acini_reader_open_json (AciniAnnotationReader *self, GError **error)
{
  AciniSource *source = acini_source_open (self->path, self->reading->cancellable, error);

  return source != NULL ? acini_json_new (source) : NULL;
}

/* @place is where the value that comes next stands; more of @places may lie below it. */
static gboolean
walk (AciniAnnotationReader *self, AciniJson *json, GString *place, const char *const *places, AciniJsonFunc func,
      GError **error)
{
  gsize length = place->len;
  gboolean more = FALSE, here = FALSE;
  const char *name;
  int c = acini_json_peek (json, error);

  if (c < 0)
    return FALSE;
  for (guint i = 0; places[i] != NULL; i++)
    {
      here = here || g_str_equal (places[i], place->str);
      more = more
             || (g_str_has_prefix (places[i], place->str) && (places[i][length] == '.' || places[i][length] == '['));
    }
  if (here && !(more && c == '['))
    {
      AciniJsonValue *value = acini_json_read (json, error);
      gboolean done;

      if (value != NULL && length > 0 && place->str[length - 1] != ']')
        value->name = strrchr (place->str, '.') != NULL ? strrchr (place->str, '.') + 1 : NULL;
      done = value != NULL && func (self, value, error);
      self->n_walked++;
      acini_json_forget (json);
      return done && !g_cancellable_set_error_if_cancelled (self->reading->cancellable, error);
    }
  if (!more || (c != '[' && c != '{'))
    return acini_json_skip (json, error);
  if (!acini_json_enter (json, (char)c, error))
    return FALSE;
  for (;;)
    {
      g_string_truncate (place, length);
      if (c == '[' ? !acini_json_next_item (json, &more, error) : !acini_json_next_member (json, &name, error))
        return FALSE;
      if (c == '[' ? !more : name == NULL)
        return TRUE;
      g_string_append (place, c == '[' ? "[]" : ".");
      /* "*": whatever the name. */
      if (c == '{')
        {
          gboolean any = FALSE;

          for (guint i = 0; places[i] != NULL; i++)
            any = any || (g_str_has_prefix (places[i], place->str) && places[i][place->len] == '*');
          g_string_append (place, any ? "*" : name);
        }
      if (!walk (self, json, place, places, func, error))
        return FALSE;
    }
}

gboolean
acini_reader_walk_json (AciniAnnotationReader *self, AciniJson *json, const char *const *places, AciniJsonFunc func,
                        GError **error)
{
  g_autoptr (GString) place = g_string_new ("$");
  int c;

  while ((c = acini_json_peek (json, error)) > 0)
    {
      g_string_assign (place, "$");
      if (!walk (self, json, place, places, func, error))
        return FALSE;
    }
  return c == 0;
}

gboolean
acini_reader_walk (AciniAnnotationReader *self, const char *const *places, AciniJsonFunc func, GError **error)
{
  g_autoptr (AciniJson) json = acini_reader_open_json (self, error);

  return json != NULL && acini_reader_walk_json (self, json, places, func, error);
}
