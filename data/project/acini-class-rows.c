/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-class-rows.h"

static void
set_text (JsonObject *object, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, member, text);
  else
    json_object_set_null_member (object, member);
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
  g_autofree char *key = g_strdup_printf (ACINI_CLASS_COLOUR_SETTING "%d", (int)label);

  if (json_object_has_member (after, "keys"))
    return read_setting (transaction, ACINI_CLASS_KEYS_SETTING, before, "keys", error);
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
  g_autofree char *key = g_strdup_printf (ACINI_CLASS_COLOUR_SETTING "%d", (int)label);
  const char *name = json_object_get_string_member_with_default (content, "name", NULL);

  if (json_object_has_member (content, "keys"))
    return apply_setting (transaction, ACINI_CLASS_KEYS_SETTING, content, "keys", error);
  if (json_object_has_member (content, "colour"))
    return apply_setting (transaction, key, content, "colour", error);
  if (name == NULL)
    return acini_transaction_run (transaction, error, "DELETE FROM classes WHERE label = ?1", "i", label);
  return acini_transaction_run (transaction, error,
                                "INSERT INTO classes (label, name) VALUES (?1, ?2)"
                                " ON CONFLICT (label) DO UPDATE SET name = ?2",
                                "is", label, name);
}
