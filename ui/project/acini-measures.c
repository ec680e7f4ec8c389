/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/project/acini-measures.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>

/* More points than a hand can draw; a damaged file must not exceed it. */
#define MOST_POINTS 100000

struct _AciniMeasures
{
  GPtrArray *list; /* AciniMeasure */
};

static void
measure_free (gpointer data)
{
  AciniMeasure *measure = data;
  g_array_unref (measure->points);
  g_free (measure);
}

AciniMeasures *
acini_measures_new (void)
{
  AciniMeasures *self = g_new0 (AciniMeasures, 1);
  self->list = g_ptr_array_new_with_free_func (measure_free);
  return self;
}

void
acini_measures_free (AciniMeasures *self)
{
  g_return_if_fail (self != NULL);
  g_ptr_array_unref (self->list);
  g_free (self);
}

guint
acini_measures_get_n (AciniMeasures *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->list->len;
}

const AciniMeasure *
acini_measures_get (AciniMeasures *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->list->len, NULL);
  return g_ptr_array_index (self->list, i);
}

void
acini_measures_add (AciniMeasures *self, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n)
{
  g_return_if_fail (self != NULL && points != NULL && n >= 2);
  AciniMeasure *measure = g_new0 (AciniMeasure, 1);
  measure->kind = kind;
  measure->points = g_array_sized_new (FALSE, FALSE, sizeof *points, n);
  g_array_append_vals (measure->points, points, n);
  g_ptr_array_add (self->list, measure);
}

void
acini_measures_remove_last (AciniMeasures *self)
{
  g_return_if_fail (self != NULL);
  if (self->list->len > 0)
    g_ptr_array_set_size (self->list, (int)self->list->len - 1);
}

void
acini_measures_clear (AciniMeasures *self)
{
  g_return_if_fail (self != NULL);
  g_ptr_array_set_size (self->list, 0);
}

double
acini_measure_get_area (const AciniMeasurePoint *points, guint n)
{
  g_return_val_if_fail (points != NULL || n == 0, 0);
  double twice = 0;
  for (guint i = 0; i < n; i++)
    {
      /* From the first point on, so that places far from the slide's corner lose no figures. */
      const AciniMeasurePoint *a = &points[i], *b = &points[(i + 1) % n], *o = &points[0];
      twice += (a->x - o->x) * (b->y - o->y) - (b->x - o->x) * (a->y - o->y);
    }
  return fabs (twice) / 2;
}

static double
get_length (const AciniScale *scale, const AciniMeasurePoint *points, guint n, gboolean closed)
{
  double length = 0;
  for (guint i = 0; i + (closed ? 0 : 1) < n; i++)
    {
      const AciniMeasurePoint *a = &points[i], *b = &points[(i + 1) % n];
      length += acini_units_get_length (scale, b->x - a->x, b->y - a->y);
    }
  return length;
}

char *
acini_measure_format (const AciniScale *scale, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n)
{
  g_return_val_if_fail (scale != NULL && points != NULL && n > 0, NULL);
  if (kind == ACINI_MEASURE_AREA)
    return acini_units_format_area (scale, acini_measure_get_area (points, n));
  return acini_units_format_length (scale, points[n - 1].x - points[0].x, points[n - 1].y - points[0].y);
}

char *
acini_measures_dup_table (AciniMeasures *self, const AciniScale *scale)
{
  g_return_val_if_fail (self != NULL && scale != NULL, NULL);
  gboolean known = scale->mpp_x > 0 && scale->mpp_y > 0;
  g_autoptr (GString) table = g_string_new (NULL);
  g_string_append_printf (table, "%s\t%s\t%s\t%s\t%s\n", _ ("Kind"), known ? _ ("Length (µm)") : _ ("Length (px)"),
                          known ? _ ("Area (µm²)") : _ ("Area (px²)"),
                          known ? _ ("Perimeter (µm)") : _ ("Perimeter (px)"), _ ("Points (px)"));
  for (guint i = 0; i < self->list->len; i++)
    {
      const AciniMeasure *m = acini_measures_get (self, i);
      const AciniMeasurePoint *points = (const AciniMeasurePoint *)(gpointer)m->points->data;
      guint n = m->points->len;
      gboolean area = m->kind == ACINI_MEASURE_AREA;
      double length = get_length (scale, points, n, area), unit = known ? scale->mpp_x * scale->mpp_y : 1;
      if (area)
        g_string_append_printf (table, "%s\t\t%.2f\t%.2f\t", _ ("Area"), acini_measure_get_area (points, n) * unit,
                                length);
      else
        g_string_append_printf (table, "%s\t%.2f\t\t\t", _ ("Length"), length);
      for (guint j = 0; j < n; j++)
        g_string_append_printf (table, "%s(%.1f; %.1f)", j > 0 ? " " : "", points[j].x, points[j].y);
      g_string_append_c (table, '\n');
    }
  return g_strdup (table->str);
}

char *
acini_measures_to_text (AciniMeasures *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < self->list->len; i++)
    {
      const AciniMeasure *m = acini_measures_get (self, i);
      g_string_append (text, m->kind == ACINI_MEASURE_AREA ? "area" : "length");
      for (guint j = 0; j < m->points->len; j++)
        {
          const AciniMeasurePoint *p = &g_array_index (m->points, AciniMeasurePoint, j);
          char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
          g_string_append_printf (text, " %s %s", g_ascii_formatd (x, sizeof x, "%.2f", p->x),
                                  g_ascii_formatd (y, sizeof y, "%.2f", p->y));
        }
      g_string_append_c (text, '\n');
    }
  return g_strdup (text->str);
}

AciniMeasures *
acini_measures_from_text (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);
  AciniMeasures *self = acini_measures_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 2 * MOST_POINTS + 2);
      g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
      gboolean area = g_strcmp0 (words[0], "area") == 0;
      if (!area && g_strcmp0 (words[0], "length") != 0)
        continue;
      for (guint j = 1; words[j] && words[j + 1]; j += 2)
        {
          AciniMeasurePoint p = { g_ascii_strtod (words[j], NULL), g_ascii_strtod (words[j + 1], NULL) };
          if (isfinite (p.x) && isfinite (p.y))
            g_array_append_val (points, p);
        }
      if (area ? points->len >= 3 : points->len == 2)
        acini_measures_add (self, area ? ACINI_MEASURE_AREA : ACINI_MEASURE_LENGTH,
                            (const AciniMeasurePoint *)(gpointer)points->data, points->len);
    }
  return self;
}

char *
acini_measures_dup_key (gint64 slide)
{
  return g_strdup_printf ("measures-%" G_GINT64_FORMAT, slide);
}

AciniMeasures *
acini_measures_load (AciniProject *project, gint64 slide)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  g_autofree char *key = acini_measures_dup_key (slide), *text = acini_project_dup_setting (project, key);
  return acini_measures_from_text (text ? text : "");
}
