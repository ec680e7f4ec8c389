/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/labels/acini-journal-decisions.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

/* About which object; the value is all that the table says of it, as text. */
typedef struct
{
  gint64 slide, x, y;
} Place;

static guint
hash_place (gconstpointer key)
{
  const Place *place = key;

  return (g_int64_hash (&place->slide) * 31 + g_int64_hash (&place->x)) * 31 + g_int64_hash (&place->y);
}

static gboolean
equal_places (gconstpointer a, gconstpointer b)
{
  const Place *first = a, *second = b;

  return first->slide == second->slide && first->x == second->x && first->y == second->y;
}

GHashTable *
acini_decisions_new (void)
{
  return g_hash_table_new_full (hash_place, equal_places, g_free, g_free);
}

static char *
describe (const char *state, const char *comment, const char *user, gint64 time, gint64 duration)
{
  return g_strdup_printf ("%s\n%s\n%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT, state, comment, user, time, duration);
}

/* As acini_change_apply () does it. */
static void
play_one (GHashTable *decisions, gint64 slide, JsonObject *content)
{
  const Place place = { slide, json_object_get_int_member_with_default (content, "x", 0),
                        json_object_get_int_member_with_default (content, "y", 0) };
  const char *state = json_object_get_string_member_with_default (content, "state", NULL);
  gpointer text = NULL;

  if (json_object_has_member (content, "from_x"))
    {
      const Place from = { slide, json_object_get_int_member_with_default (content, "from_x", 0),
                           json_object_get_int_member_with_default (content, "from_y", 0) };
      gpointer key = NULL;

      if (!g_hash_table_steal_extended (decisions, &from, &key, &text))
        return;
      g_free (key);
    }
  else if (state != NULL)
    text = describe (state, json_object_get_string_member_with_default (content, "comment", ""),
                     json_object_get_string_member_with_default (content, "user", ""),
                     json_object_get_int_member_with_default (content, "time", 0),
                     json_object_get_int_member_with_default (content, "duration", -1));
  if (text != NULL)
    g_hash_table_replace (decisions, g_memdup2 (&place, sizeof place), text);
  else
    g_hash_table_remove (decisions, &place);
}

void
acini_decisions_play (GHashTable *decisions, gint64 slide, const char *content)
{
  g_autoptr (JsonNode) node = content != NULL ? json_from_string (content, NULL) : NULL;
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *array;

  g_return_if_fail (decisions != NULL);

  if (object == NULL || json_object_has_member (object, "sign-off"))
    return;
  if (!json_object_has_member (object, "decisions"))
    {
      play_one (decisions, slide, object);
      return;
    }
  array = json_object_get_array_member (object, "decisions");
  for (guint i = 0; i < json_array_get_length (array); i++)
    play_one (decisions, slide, json_array_get_object_element (array, i));
}

static void
set_differ (GError **error, const Place *place)
{
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY,
               _ ("The decision on slide %lld at (%lld, %lld) does not match its history: one of them was changed from"
                  " outside"),
               (long long)place->slide, (long long)place->x, (long long)place->y);
}

gboolean
acini_decisions_compare (GHashTable *decisions, AciniTransaction *transaction, GError **error)
{
  g_autoptr (GError) failure = NULL;
  GHashTableIter iter;
  gpointer left;
  sqlite3_stmt *rows = acini_transaction_query (
      transaction, error, "SELECT slide, x, y, state, comment, user, time, duration FROM reviews", "");

  if (rows == NULL)
    return FALSE;
  while (failure == NULL && acini_transaction_next (transaction, rows, &failure))
    {
      const Place place
          = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1), sqlite3_column_int64 (rows, 2) };
      g_autofree char *text = describe (
          (const char *)sqlite3_column_text (rows, 3), (const char *)sqlite3_column_text (rows, 4),
          (const char *)sqlite3_column_text (rows, 5), sqlite3_column_int64 (rows, 6), sqlite3_column_int64 (rows, 7));

      if (g_strcmp0 (g_hash_table_lookup (decisions, &place), text) != 0)
        {
          set_differ (&failure, &place);
          sqlite3_reset (rows);
          break;
        }
      g_hash_table_remove (decisions, &place);
    }
  g_hash_table_iter_init (&iter, decisions);
  if (failure == NULL && g_hash_table_iter_next (&iter, &left, NULL))
    set_differ (&failure, left);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
