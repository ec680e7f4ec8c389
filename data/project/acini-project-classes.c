/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the label values mean, which colours they have and which keys paint them.  Colours and keys are settings of the
 * project, and changed in steps of its history as names are. */

#include "data/base/acini-file-name.h"
#include "data/project/acini-change-private.h"

#include <string.h>

#define FIRST 2
#define LAST 254
#define COLOUR_SETTING "class-colour-" /* and the label: "#rrggbb" */
#define KEYS_SETTING "class-keys"      /* labels by key: "2 3 4 …" */

char *
acini_project_dup_class_name (AciniProject *self, int label)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (acini_project_get_database (self), NULL);
  rows = transaction != NULL ? acini_transaction_query (transaction, NULL, "SELECT name FROM classes WHERE label = ?1",
                                                        "i", (gint64)label)
                             : NULL;
  if (rows == NULL || !acini_transaction_next (transaction, rows, NULL))
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (rows, 0));
}

gboolean
acini_project_set_class_name (AciniProject *self, int label, const char *name, GError **error)
{
  g_autoptr (AciniChange) change = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && name != NULL && label >= FIRST && label <= LAST, FALSE);

  change = acini_change_new_class (label, name);
  return acini_project_write_change (self, change, error);
}

guint32
acini_project_get_class_colour (AciniProject *self, int label, gboolean *chosen)
{
  static const guint32 okabe_ito[] = { 0x009e73, 0x0072b2, 0xcc79a7, 0xd55e00, 0x56b4e9, 0xf0e442 };
  g_autofree char *key = g_strdup_printf (COLOUR_SETTING "%d", label), *text = NULL;
  char *end = NULL;
  guint64 colour;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && label >= FIRST, 0);

  text = acini_project_dup_setting (self, key);
  colour = text != NULL && text[0] == '#' && strlen (text) == 7 ? g_ascii_strtoull (text + 1, &end, 16) : 0;
  if (chosen != NULL)
    *chosen = end != NULL && *end == '\0';
  return end != NULL && *end == '\0' ? (guint32)colour : okabe_ito[(label - FIRST) % (int)G_N_ELEMENTS (okabe_ito)];
}

void
acini_project_get_class_keys (AciniProject *self, guint8 labels[ACINI_CLASS_KEYS])
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  g_return_if_fail (ACINI_IS_PROJECT (self));

  text = acini_project_dup_setting (self, KEYS_SETTING);
  words = g_strsplit (text != NULL ? text : "", " ", -1);
  for (guint i = 0, n = g_strv_length (words); i < ACINI_CLASS_KEYS; i++)
    {
      guint64 label = 0;

      if (n != ACINI_CLASS_KEYS || !g_ascii_string_to_unsigned (words[i], 10, FIRST, LAST, &label, NULL))
        label = FIRST + i;
      labels[i] = (guint8)label;
    }
}

/* Changes. */

static AciniChange *
new_change (JsonObject *after)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), after);

  return acini_change_new ("class", "class", 0, json_to_string (node, FALSE), FALSE);
}

static void
set_text (JsonObject *object, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, member, text);
  else
    json_object_set_null_member (object, member);
}

AciniChange *
acini_change_new_class (int label, const char *name)
{
  g_autoptr (JsonObject) after = json_object_new ();
  g_autofree char *text = name != NULL ? acini_text_to_utf8 (name) : NULL;

  g_return_val_if_fail (label >= FIRST && label <= LAST, NULL);

  json_object_set_int_member (after, "label", label);
  set_text (after, "name", text);
  return new_change (after);
}

AciniChange *
acini_change_new_class_colour (int label, int colour)
{
  g_autoptr (JsonObject) after = json_object_new ();
  g_autofree char *text = colour >= 0 ? g_strdup_printf ("#%06x", (guint)colour & 0xffffff) : NULL;

  g_return_val_if_fail (label >= FIRST && label <= LAST, NULL);

  json_object_set_int_member (after, "label", label);
  set_text (after, "colour", text);
  return new_change (after);
}

AciniChange *
acini_change_new_class_keys (const guint8 labels[ACINI_CLASS_KEYS])
{
  g_autoptr (JsonObject) after = json_object_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ACINI_CLASS_KEYS; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", labels[i]);
  json_object_set_string_member (after, "keys", text->str);
  return new_change (after);
}

/* The text of the first row of @rows, null where there is none, as @member of @before. */
static gboolean
read_text (AciniTransaction *transaction, sqlite3_stmt *rows, JsonObject *before, const char *member, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    set_text (before, member, (const char *)sqlite3_column_text (rows, 0));
  else
    set_text (before, member, NULL);
  sqlite3_reset (rows);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_setting (AciniTransaction *transaction, const char *key, JsonObject *before, const char *member, GError **error)
{
  return read_text (transaction,
                    acini_transaction_query (transaction, error, "SELECT value FROM settings WHERE key = ?1", "s", key),
                    before, member, error);
}

/* The setting @key becomes @member of @content; null: there is none any more. */
static gboolean
apply_setting (AciniTransaction *transaction, const char *key, JsonObject *content, const char *member, GError **error)
{
  const char *value = json_object_get_string_member_with_default (content, member, NULL);

  return value == NULL ? acini_transaction_run (transaction, error, "DELETE FROM settings WHERE key = ?1", "s", key)
                       : acini_transaction_run (transaction, error,
                                                "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                                " ON CONFLICT (key) DO UPDATE SET value = ?2",
                                                "ss", key, value);
}

gboolean
acini_classes_read_before (AciniTransaction *transaction, JsonObject *after, JsonObject *before, GError **error)
{
  gint64 label = json_object_get_int_member_with_default (after, "label", 0);
  g_autofree char *key = g_strdup_printf (COLOUR_SETTING "%d", (int)label);

  if (json_object_has_member (after, "keys"))
    return read_setting (transaction, KEYS_SETTING, before, "keys", error);
  json_object_set_int_member (before, "label", label);
  if (json_object_has_member (after, "colour"))
    return read_setting (transaction, key, before, "colour", error);
  return read_text (
      transaction,
      acini_transaction_query (transaction, error, "SELECT name FROM classes WHERE label = ?1", "i", label), before,
      "name", error);
}

gboolean
acini_classes_apply (AciniTransaction *transaction, JsonObject *content, GError **error)
{
  gint64 label = json_object_get_int_member_with_default (content, "label", 0);
  g_autofree char *key = g_strdup_printf (COLOUR_SETTING "%d", (int)label);
  const char *name = json_object_get_string_member_with_default (content, "name", NULL);

  if (json_object_has_member (content, "keys"))
    return apply_setting (transaction, KEYS_SETTING, content, "keys", error);
  if (json_object_has_member (content, "colour"))
    return apply_setting (transaction, key, content, "colour", error);
  if (name == NULL)
    return acini_transaction_run (transaction, error, "DELETE FROM classes WHERE label = ?1", "i", label);
  return acini_transaction_run (transaction, error,
                                "INSERT INTO classes (label, name) VALUES (?1, ?2)"
                                " ON CONFLICT (label) DO UPDATE SET name = ?2",
                                "is", label, name);
}
