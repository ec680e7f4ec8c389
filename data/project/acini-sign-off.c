/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/project/acini-sign-off.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

static const char *const names[ACINI_N_SLIDE_STATES] = { "new", "segmented", "in review", "reviewed", "approved" };

const char *
acini_slide_state_to_string (AciniSlideState state)
{
  g_return_val_if_fail (state < ACINI_N_SLIDE_STATES, "");
  return names[state];
}

void
acini_sign_off_free (AciniSignOff *self)
{
  if (self == NULL)
    return;
  g_free (self->user);
  g_free (self->meaning);
  g_free (self->reason);
  g_free (self);
}

static char *
dup_key (gint64 slide)
{
  return g_strdup_printf ("sign-off/%" G_GINT64_FORMAT, slide);
}

/* *@object: (transfer full) (nullable) what the newest sign-off says. */
static gboolean
read_newest (AciniTransaction *transaction, gint64 slide, JsonObject **object, GError **error)
{
  g_autofree char *key = dup_key (slide);
  g_autoptr (GError) failure = NULL;
  g_autoptr (JsonNode) node = NULL;
  sqlite3_stmt *rows
      = acini_transaction_query (transaction, error, "SELECT value FROM settings WHERE key = ?1", "s", key);

  *object = NULL;
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      node = json_from_string ((const char *)sqlite3_column_text (rows, 0), NULL);
      sqlite3_reset (rows);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    *object = json_node_dup_object (node);
  return TRUE;
}

static AciniSlideState
parse_state (JsonObject *object)
{
  const char *text = json_object_get_string_member_with_default (object, "sign-off", "");

  for (int i = 0; i < ACINI_N_SLIDE_STATES; i++)
    if (g_str_equal (text, names[i]))
      return (AciniSlideState)i;
  return ACINI_SLIDE_IN_REVIEW;
}

static AciniSignOff *
read_state (AciniTransaction *transaction, gint64 slide, gboolean segmented, GError **error)
{
  g_autoptr (AciniSignOff) self = g_new0 (AciniSignOff, 1);
  g_autoptr (JsonObject) object = NULL;
  gint64 edits;

  if (!read_newest (transaction, slide, &object, error))
    return NULL;
  self->n_decisions
      = acini_transaction_get_int (transaction, error, 0, "SELECT count(*) FROM reviews WHERE slide = ?1", "i", slide);
  edits = acini_transaction_get_int (transaction, error, 0,
                                     "SELECT EXISTS (SELECT 1 FROM label_tiles WHERE slide = ?1)", "i", slide);
  if (self->n_decisions < 0 || edits < 0)
    return NULL;
  self->user = g_strdup (object != NULL ? json_object_get_string_member_with_default (object, "user", "") : "");
  self->meaning = g_strdup (object != NULL ? json_object_get_string_member_with_default (object, "meaning", "") : "");
  self->reason = g_strdup (object != NULL ? json_object_get_string_member_with_default (object, "reason", "") : "");
  if (object != NULL)
    {
      self->time = json_object_get_int_member_with_default (object, "time", 0);
      self->state = parse_state (object);
    }
  else if (self->n_decisions > 0 || edits > 0)
    self->state = ACINI_SLIDE_IN_REVIEW;
  else
    self->state = segmented ? ACINI_SLIDE_SEGMENTED : ACINI_SLIDE_NEW;
  return g_steal_pointer (&self);
}

AciniSignOff *
acini_project_read_sign_off (AciniProject *project, gint64 slide, gboolean segmented, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  transaction = acini_database_read (acini_project_get_database (project), error);
  return transaction != NULL ? read_state (transaction, slide, segmented, error) : NULL;
}

gboolean
acini_project_measure_pace (AciniProject *project, gint64 slide, gint64 *n, double *mean, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && n != NULL && mean != NULL, FALSE);

  *n = 0;
  *mean = -1;
  transaction = acini_database_read (acini_project_get_database (project), error);
  rows = transaction != NULL ? acini_transaction_query (transaction, error,
                                                        "SELECT count(*), avg (duration) FROM reviews"
                                                        " WHERE duration >= 0 AND (?1 = 0 OR slide = ?1)",
                                                        "i", slide)
                             : NULL;
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      *n = sqlite3_column_int64 (rows, 0);
      *mean = *n > 0 ? sqlite3_column_double (rows, 1) : -1;
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
acini_sign_off_check_open (AciniTransaction *transaction, gint64 slide, GError **error)
{
  g_autoptr (JsonObject) object = NULL;

  if (slide == 0)
    return TRUE;
  if (!read_newest (transaction, slide, &object, error))
    return FALSE;
  if (object == NULL || parse_state (object) != ACINI_SLIDE_APPROVED)
    return TRUE;
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_APPROVED,
               _ ("%s has approved this slide: reopen it to change it"),
               json_object_get_string_member_with_default (object, "user", ""));
  return FALSE;
}

gboolean
acini_sign_off_write (AciniTransaction *transaction, gint64 slide, const char *content, GError **error)
{
  g_autofree char *key = dup_key (slide);

  return acini_transaction_run (transaction, error,
                                "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                " ON CONFLICT (key) DO UPDATE SET value = ?2",
                                "ss", key, content);
}
