/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What annotation files hold, for tests. */

#include "data/annotations/acini-annotation-format.h"

/* What a file held, each object as a line. */
typedef struct
{
  GString *text;
  guint n, n_problems, n_left_out;
  char sentence[200]; /* of the last problem, and its place */
  guint line, column;
  double area;
  AciniAnnotationCarries carries; /* what is compared */
} AciniHeld;

/* Appends @a as a line, with what of it @carries allows. */
void acini_held_describe (const AciniAnnotation *a, AciniAnnotationCarries carries, GString *text);
/* Those of a reading, whose user data is an AciniHeld. */
gboolean acini_held_take (const AciniAnnotation *a, gpointer user_data, GError **error);
void acini_held_note (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data);
/* At 0.5 µm per pixel. */
gboolean acini_held_read_file (const char *path, gint64 width, gint64 height, AciniHeld *held, GError **error);
/* Reads @content; *@message (nullable): the error, NULL: there was none. */
void acini_held_read_content (const char *folder, gconstpointer content, gssize size, AciniHeld *held, char **message);
void acini_held_clear (AciniHeld *held);
