/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/data/acini-annotation-fixture.h"

#include <string.h>

void
acini_held_describe (const AciniAnnotation *a, AciniAnnotationCarries carries, GString *text)
{
  double x0, y0, x1, y1;

  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  g_string_append_printf (text, "%.2f [%.3f %.3f %.3f %.3f]", acini_annotation_get_area (a), x0, y0, x1, y1);
  if ((carries & ACINI_CARRIES_CLASSES) != 0)
    g_string_append_printf (text, " class %s", a->class_name != NULL ? a->class_name : "-");
  if ((carries & ACINI_CARRIES_NAMES) != 0)
    g_string_append_printf (text, " name %s", a->name != NULL ? a->name : "-");
  if ((carries & ACINI_CARRIES_IDS) != 0)
    g_string_append_printf (text, " id %s", a->id != NULL ? a->id : "-");
  if ((carries & ACINI_CARRIES_COLORS) != 0)
    g_string_append_printf (text, " colour %x", (guint)(a->color != ACINI_NO_COLOR ? a->color : a->class_color));
  if ((carries & ACINI_CARRIES_LOCKS) != 0)
    g_string_append_printf (text, " locked %d", a->locked == 1);
  if ((carries & ACINI_CARRIES_STATES) != 0)
    g_string_append_printf (text, " state %s", a->state != NULL ? a->state : "-");
  if ((carries & ACINI_CARRIES_PLANES) != 0)
    g_string_append_printf (text, " plane %d %d", MAX (a->z, 0), MAX (a->t, 0));
  if ((carries & ACINI_CARRIES_HOLES) != 0)
    g_string_append_printf (text, " rings %u", a->rings->len);
  for (guint i = 0; (carries & ACINI_CARRIES_MEASUREMENTS) != 0 && i < a->measurements->len; i++)
    g_string_append_printf (text, " %s=%.17g", g_array_index (a->measurements, AciniMeasurement, i).name,
                            g_array_index (a->measurements, AciniMeasurement, i).value);
  g_string_append_c (text, '\n');
}

gboolean
acini_held_take (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  AciniHeld *held = user_data;

  held->n++;
  held->area += acini_annotation_get_area (a);
  acini_held_describe (a, held->carries, held->text);
  return TRUE;
}

void
acini_held_note (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data)
{
  AciniHeld *held = user_data;

  g_assert_true (g_utf8_validate (sentence, -1, NULL));
  held->n_problems++;
  g_strlcpy (held->sentence, sentence, sizeof held->sentence);
  held->line = line;
  held->column = column;
  held->n_left_out += left_out;
}

gboolean
acini_held_read_file (const char *path, gint64 width, gint64 height, AciniHeld *held, GError **error)
{
  const AciniAnnotationReading reading
      = { .space = { width, height, 0.5 }, .func = acini_held_take, .problem = acini_held_note, .user_data = held };

  if (held->text == NULL)
    held->text = g_string_new (NULL);
  return acini_annotations_read (path, &reading, error);
}

void
acini_held_clear (AciniHeld *held)
{
  if (held->text != NULL)
    g_string_free (held->text, TRUE);
  *held = (AciniHeld){ 0 };
}

void
acini_held_read_content (const char *folder, gconstpointer content, gssize size, AciniHeld *held, char **message)
{
  g_autofree char *path = g_build_filename (folder, "content", NULL);
  g_autoptr (GError) error = NULL;

  /* Thousands of them: none has to be on the disk. */
  g_assert_true (g_file_set_contents_full (path, content, size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  acini_held_read_file (path, 0, 0, held, &error);
  if (message != NULL)
    *message = error != NULL ? g_strdup (error->message) : NULL;
  else
    g_assert_no_error (error);
}
