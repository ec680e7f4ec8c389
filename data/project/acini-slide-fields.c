/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/project/acini-slide-fields.h"

#include "data/base/acini-organ.h"
#include "data/base/acini-resolution.h"
#include "data/project/acini-change-private.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

G_DEFINE_QUARK (acini - slide - fields - error - quark, acini_slide_fields_error)

/* The columns of a slide, and what tables call them, without case, spaces and underscores. */
static const struct
{
  const char *name;
  gboolean number;
  const char *headings[10];
} fields[] = {
  { "organ", FALSE, { "organ", "tissue", "tissuetype" } },
  { "mpp", TRUE, { "mpp", "pixelsize", "mppx", "µmperpixel", "umperpixel", "micronsperpixel", "pixelsize(µm)" } },
  { "patient", FALSE, { "patient", "patientid", "patientnumber", "case", "caseid", "subject", "donor" } },
  { "source", FALSE, { "source", "datasource", "site", "center", "centre", "laboratory", "collection" } },
  { "split", FALSE, { "split", "set", "subset", "partition", "fold" } },
  { "sex", FALSE, { "sex", "gender" } },
  { "age", TRUE, { "age", "ageatdiagnosis", "ageyears" } },
  { "thickness", TRUE, { "thickness", "tissuethickness", "sectionthickness" } },
};

typedef struct
{
  gboolean said;
  char *text;
  double number;
} Field;

struct _AciniSlideFields
{
  Field fields[G_N_ELEMENTS (fields)];
};

AciniSlideFields *
acini_slide_fields_new (void)
{
  return g_new0 (AciniSlideFields, 1);
}

void
acini_slide_fields_free (AciniSlideFields *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_free (self->fields[i].text);
  g_free (self);
}

/* -1: none of ours. */
static int
find_field (const char *heading)
{
  g_autofree char *lower = g_utf8_strdown (heading, -1);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = lower; *at != '\0'; at++)
    if (strchr (" _-\t", *at) == NULL)
      g_string_append_c (plain, *at);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    for (guint j = 0; j < G_N_ELEMENTS (fields[i].headings) && fields[i].headings[j] != NULL; j++)
      if (g_str_equal (plain->str, fields[i].headings[j]))
        return (int)i;
  return -1;
}

gboolean
acini_slide_fields_is_known (const char *heading)
{
  g_return_val_if_fail (heading != NULL, FALSE);
  return find_field (heading) >= 0;
}

static gboolean
says_nothing (const char *value)
{
  static const char *const nothing[] = { "", "na", "n/a", "nan", "null", "none", "-", "?" };

  for (guint i = 0; i < G_N_ELEMENTS (nothing); i++)
    if (g_ascii_strcasecmp (value, nothing[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
take_number (Field *field, const char *name, const char *value, GError **error)
{
  char *end = NULL;

  field->number = g_ascii_strtod (value, &end);
  if (g_str_equal (name, "mpp"))
    return acini_mpp_parse (value, &field->number, error);
  if (end != value && *end == '\0' && isfinite (field->number) && field->number >= 0)
    return TRUE;
  g_set_error (error, ACINI_SLIDE_FIELDS_ERROR, ACINI_SLIDE_FIELDS_ERROR_VALUE,
               _ ("“%s” is no number for the column “%s”."), value, name);
  return FALSE;
}

gboolean
acini_slide_fields_take (AciniSlideFields *self, const char *heading, const char *value, GError **error)
{
  g_autofree char *text = NULL;
  int i;

  g_return_val_if_fail (self != NULL && heading != NULL && value != NULL, FALSE);

  i = find_field (heading);
  text = g_strstrip (g_strdup (value));
  if (i < 0 || says_nothing (text))
    return TRUE;
  if (fields[i].number && !take_number (&self->fields[i], fields[i].name, text, error))
    return FALSE;
  if (g_str_equal (fields[i].name, "organ"))
    {
      const char *organ = acini_organ_parse (text, error);

      if (organ == NULL)
        return FALSE;
      g_set_str (&text, organ);
    }
  if (g_str_equal (fields[i].name, "sex")
      && (g_ascii_strcasecmp (text, "m") == 0 || g_ascii_strcasecmp (text, "male") == 0))
    g_set_str (&text, "male");
  if (g_str_equal (fields[i].name, "sex")
      && (g_ascii_strcasecmp (text, "f") == 0 || g_ascii_strcasecmp (text, "female") == 0))
    g_set_str (&text, "female");
  self->fields[i].said = TRUE;
  g_set_str (&self->fields[i].text, text);
  return TRUE;
}

gboolean
acini_slide_fields_set (AciniSlideFields *self, const char *heading, const char *value, GError **error)
{
  int i;

  g_return_val_if_fail (self != NULL && heading != NULL && value != NULL, FALSE);

  i = find_field (heading);
  if (i >= 0)
    self->fields[i].said = FALSE;
  return acini_slide_fields_take (self, heading, value, error);
}

void
acini_slide_fields_merge (AciniSlideFields *self, const AciniSlideFields *other)
{
  g_return_if_fail (self != NULL && other != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!self->fields[i].said && other->fields[i].said)
      {
        g_free (self->fields[i].text);
        self->fields[i] = other->fields[i];
        self->fields[i].text = g_strdup (other->fields[i].text);
      }
}

const char *
acini_slide_fields_get_text (const AciniSlideFields *self, const char *heading)
{
  int i = find_field (heading);

  return i >= 0 && self->fields[i].said ? self->fields[i].text : NULL;
}

const char *
acini_slide_fields_get_organ (const AciniSlideFields *self)
{
  return self->fields[0].said ? self->fields[0].text : NULL;
}

double
acini_slide_fields_get_mpp (const AciniSlideFields *self)
{
  return self->fields[1].said ? self->fields[1].number : 0;
}

AciniChange *
acini_slide_fields_make_change (const AciniSlideFields *self, gint64 slide)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!self->fields[i].said)
      continue;
    else if (g_str_equal (fields[i].name, "mpp"))
      {
        json_object_set_double_member (after, "mpp_x", self->fields[i].number);
        json_object_set_double_member (after, "mpp_y", self->fields[i].number);
      }
    else if (fields[i].number)
      json_object_set_double_member (after, fields[i].name, self->fields[i].number);
    else
      json_object_set_string_member (after, fields[i].name, self->fields[i].text);
  if (json_object_get_size (after) == 0)
    return NULL;
  json_node_set_object (node, after);
  return acini_change_new ("slide", "details", slide, json_to_string (node, FALSE), FALSE);
}
