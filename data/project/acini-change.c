/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/base/acini-file-name.h"
#include "data/base/acini-resolution.h"
#include "data/project/acini-change-private.h"
#include "data/project/acini-class-rows.h"
#include "data/project/acini-journal-rows.h"
#include "data/project/acini-lock.h"
#include "data/project/acini-region.h"
#include "data/project/acini-sign-off.h"

#include <json-glib/json-glib.h>

/* What a change holds is a JSON object; what was there before has the same members, so that one function applies
 * both. */

/* The columns of a slide that can be changed: s text, d number, b boolean, p a path, of which the row tells what can be
 * shown: acini_project_move_slide () writes it, byte for byte. */
static const struct
{
  const char *name;
  char type;
  const char *update;
} slide_members[] = {
  { "name", 's', "UPDATE slides SET name = ?2 WHERE id = ?1" },
  { "organ", 's', "UPDATE slides SET organ = ?2 WHERE id = ?1" },
  { "mpp_x", 'd', "UPDATE slides SET mpp_x = ?2 WHERE id = ?1" },
  { "mpp_y", 'd', "UPDATE slides SET mpp_y = ?2 WHERE id = ?1" },
  { "removed", 'b', "UPDATE slides SET removed = ?2 WHERE id = ?1" },
  { "path", 'p', NULL },
  { "patient", 's', "UPDATE slides SET patient = ?2 WHERE id = ?1" },
  { "source", 's', "UPDATE slides SET source = ?2 WHERE id = ?1" },
  { "split", 's', "UPDATE slides SET split = ?2 WHERE id = ?1" },
  { "sex", 's', "UPDATE slides SET sex = ?2 WHERE id = ?1" },
  { "age", 'd', "UPDATE slides SET age = ?2 WHERE id = ?1" },
  { "thickness", 'd', "UPDATE slides SET thickness = ?2 WHERE id = ?1" },
};

AciniChange *
acini_change_new (const char *kind, const char *tool, gint64 slide, char *after, gboolean record)
{
  AciniChange *self = g_new0 (AciniChange, 1);

  self->kind = g_strdup (kind);
  self->tool = g_strdup (tool);
  self->slide = slide;
  self->after = after;
  self->record = record;
  self->time = g_get_real_time () / G_USEC_PER_SEC;
  return self;
}

void
acini_change_free (AciniChange *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->tool);
  g_free (self->after);
  g_free (self);
}

static char *
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

/* JSON is UTF-8 alone; of a path that is none the row tells what can be shown. */
static void
set_text (JsonObject *object, const char *member, const char *text)
{
  g_autofree char *shown = text != NULL ? acini_text_to_utf8 (text) : NULL;

  if (shown != NULL)
    json_object_set_string_member (object, member, shown);
  else
    json_object_set_null_member (object, member);
}

AciniChange *
acini_change_new_name (gint64 slide, const char *name)
{
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (name != NULL && *name != '\0', NULL);

  set_text (after, "name", name);
  return acini_change_new ("slide", "name", slide, to_text (after), FALSE);
}

AciniChange *
acini_change_new_organ (gint64 slide, const char *organ)
{
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (organ != NULL, NULL);

  set_text (after, "organ", organ);
  return acini_change_new ("slide", "organ", slide, to_text (after), FALSE);
}

AciniChange *
acini_change_new_scale (gint64 slide, double mpp_x, double mpp_y)
{
  g_autoptr (JsonObject) after = json_object_new ();

  json_object_set_double_member (after, "mpp_x", mpp_x);
  json_object_set_double_member (after, "mpp_y", mpp_y);
  return acini_change_new ("slide", "scale", slide, to_text (after), FALSE);
}

AciniChange *
acini_change_new_removed (gint64 slide, gboolean removed)
{
  g_autoptr (JsonObject) after = json_object_new ();

  json_object_set_boolean_member (after, "removed", removed);
  return acini_change_new ("slide", removed ? "remove" : "restore", slide, to_text (after), TRUE);
}

AciniChange *
acini_change_new_place (gint64 slide, const char *path)
{
  g_autoptr (JsonObject) after = json_object_new ();

  set_text (after, "path", path);
  return acini_change_new ("slide", "locate", slide, to_text (after), TRUE);
}

AciniChange *
acini_change_new_class (int label, const char *name)
{
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (label >= 2 && label <= 254, NULL);

  json_object_set_int_member (after, "label", label);
  set_text (after, "name", name);
  return acini_change_new ("class", "class", 0, to_text (after), FALSE);
}

AciniChange *
acini_change_new_class_colour (int label, int colour)
{
  g_autoptr (JsonObject) after = json_object_new ();
  g_autofree char *text = colour >= 0 ? g_strdup_printf ("#%06x", (guint)colour & 0xffffff) : NULL;

  g_return_val_if_fail (label >= 2 && label <= 254, NULL);

  json_object_set_int_member (after, "label", label);
  set_text (after, "colour", text);
  return acini_change_new ("class", "class", 0, to_text (after), FALSE);
}

AciniChange *
acini_change_new_class_keys (const guint8 labels[ACINI_CLASS_KEYS])
{
  g_autoptr (JsonObject) after = json_object_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < ACINI_CLASS_KEYS; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", labels[i]);
  json_object_set_string_member (after, "keys", text->str);
  return acini_change_new ("class", "class", 0, to_text (after), FALSE);
}

AciniChange *
acini_change_new_review (gint64 slide, gint64 x, gint64 y, const char *state)
{
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (state == NULL || *state != '\0', NULL);

  json_object_set_int_member (after, "x", x);
  json_object_set_int_member (after, "y", y);
  set_text (after, "state", state);
  return acini_change_new ("review", "review", slide, to_text (after), FALSE);
}

static void
set_author (JsonObject *object)
{
  const char *user = g_get_real_name ();

  set_text (object, "user", g_str_equal (user, "Unknown") ? g_get_user_name () : user);
  json_object_set_int_member (object, "time", g_get_real_time () / G_USEC_PER_SEC);
}

static JsonObject *
make_decision (gint64 x, gint64 y, const char *state, const char *comment, gint64 duration)
{
  JsonObject *decision = json_object_new ();

  json_object_set_int_member (decision, "x", x);
  json_object_set_int_member (decision, "y", y);
  set_text (decision, "state", state);
  set_text (decision, "comment", comment != NULL ? comment : "");
  set_author (decision);
  json_object_set_int_member (decision, "duration", duration);
  return decision;
}

AciniChange *
acini_change_new_decision (gint64 slide, gint64 x, gint64 y, const char *state, const char *comment, gint64 duration)
{
  g_autoptr (JsonObject) after = make_decision (x, y, state, comment, duration);

  g_return_val_if_fail (state != NULL && *state != '\0', NULL);
  return acini_change_new ("review", "review", slide, to_text (after), FALSE);
}

/* @states: @step apart, 0: one for all.  The row's @tool tells where the decisions come from. */
static AciniChange *
new_decisions (const char *tool, gint64 slide, const gint64 (*places)[2], guint n, const char *const *states,
               guint step, const char *comment, gint64 duration)
{
  g_autoptr (JsonObject) after = json_object_new ();
  JsonArray *decisions = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_object_element (decisions, make_decision (places[i][0], places[i][1], states[i * step], comment,
                                                             duration < 0 ? -1 : duration / n));
  json_object_set_array_member (after, "decisions", decisions);
  json_object_set_int_member (after, "duration", duration);
  return acini_change_new ("review", tool, slide, to_text (after), FALSE);
}

AciniChange *
acini_change_new_decisions (gint64 slide, const gint64 (*places)[2], guint n, const char *state, const char *comment,
                            gint64 duration)
{
  g_return_val_if_fail (state != NULL && *state != '\0' && (places != NULL || n == 0), NULL);
  return new_decisions ("review", slide, places, n, &state, 0, comment, duration);
}

AciniChange *
acini_change_new_imported_decisions (gint64 slide, const gint64 (*places)[2], const char *const *states, guint n)
{
  return new_decisions ("import-review", slide, places, n, states, 1, NULL, -1);
}

AciniChange *
acini_change_new_sign_off (gint64 slide, const char *state, const char *meaning, const char *reason)
{
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (slide > 0 && state != NULL, NULL);

  set_text (after, "sign-off", state);
  set_text (after, "meaning", meaning != NULL ? meaning : "");
  set_text (after, "reason", reason != NULL ? reason : "");
  set_author (after);
  return acini_change_new ("review", "sign-off", slide, to_text (after), TRUE);
}

AciniChange *
acini_change_new_moved_review (gint64 slide, gint64 from_x, gint64 from_y, gint64 x, gint64 y)
{
  g_autoptr (JsonObject) after = json_object_new ();

  json_object_set_int_member (after, "x", x);
  json_object_set_int_member (after, "y", y);
  json_object_set_int_member (after, "from_x", from_x);
  json_object_set_int_member (after, "from_y", from_y);
  return acini_change_new ("review", "split", slide, to_text (after), TRUE);
}

AciniChange *
acini_change_new_regions (gint64 slide, GPtrArray *regions)
{
  g_autoptr (JsonObject) after = json_object_new ();
  JsonArray *array = json_array_sized_new (regions->len);

  for (guint i = 0; i < regions->len; i++)
    {
      const AciniRegionRecord *region = regions->pdata[i];

      json_array_add_object_element (array,
                                     acini_region_to_json (region->id, region->name, region->kind, region->points));
    }
  json_object_set_array_member (after, "regions", array);
  return acini_change_new ("slide", "region", slide, to_text (after), FALSE);
}

AciniChange *
acini_change_new_region_removed (gint64 slide, gint64 id)
{
  g_autoptr (JsonObject) after = json_object_new ();
  JsonArray *array = json_array_new ();

  json_array_add_object_element (array, acini_region_to_json (id, NULL, 0, NULL));
  json_object_set_array_member (after, "regions", array);
  return acini_change_new ("slide", "region", slide, to_text (after), FALSE);
}

static AciniChange *
new_locks (gint64 slide, const char *tool, JsonArray *locks)
{
  g_autoptr (JsonObject) after = json_object_new ();

  json_object_set_array_member (after, "locks", locks);
  return acini_change_new ("review", tool, slide, to_text (after), FALSE);
}

AciniChange *
acini_change_new_locks (gint64 slide, GPtrArray *locks)
{
  JsonArray *array = json_array_sized_new (locks->len);

  for (guint i = 0; i < locks->len; i++)
    {
      const AciniLock *lock = locks->pdata[i];

      json_array_add_object_element (array, acini_lock_to_json (lock, lock->x, lock->y));
    }
  return new_locks (slide, "lock", array);
}

AciniChange *
acini_change_new_unlocked (gint64 slide, const gint64 (*places)[2], guint n)
{
  JsonArray *array = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_object_element (array, acini_lock_to_json (NULL, places[i][0], places[i][1]));
  return new_locks (slide, "unlock", array);
}

AciniChange *
acini_change_new_model_run (gint64 slide, const char *model)
{
  g_autoptr (JsonObject) after = json_object_new ();

  g_return_val_if_fail (model != NULL, NULL);

  set_text (after, "model", model);
  return acini_change_new ("model", "segment", slide, to_text (after), TRUE);
}

AciniChange *
acini_change_new_import (gint64 slide, const char *name, const char *path, gint64 width, gint64 height)
{
  g_autoptr (JsonObject) after = json_object_new ();

  set_text (after, "name", name);
  set_text (after, "path", path);
  json_object_set_int_member (after, "width", width);
  json_object_set_int_member (after, "height", height);
  return acini_change_new ("import", "add", slide, to_text (after), TRUE);
}

AciniChange *
acini_change_new_model (const char *id, const char *name, const char *parent)
{
  g_autoptr (JsonObject) after = json_object_new ();

  set_text (after, "model", id);
  set_text (after, "name", name);
  set_text (after, "parent", parent);
  return acini_change_new ("model", "add", 0, to_text (after), TRUE);
}

/* (transfer full) (nullable) the object that a row of the journal holds. */
static JsonObject *
parse (AciniTransaction *transaction, const char *content, GError **error)
{
  g_autoptr (JsonNode) node = content != NULL ? json_from_string (content, NULL) : NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  acini_transaction_set_damaged (transaction, error, "journal");
  return NULL;
}

/* What is there before: of the members of @after. */

static gboolean
read_slide (AciniTransaction *transaction, gint64 slide, JsonObject *after, JsonObject *before, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (
      transaction, error,
      "SELECT name, organ, mpp_x, mpp_y, removed, path, patient, source, split, sex, age, thickness FROM slides"
      " WHERE id = ?1",
      "i", slide);

  if (rows == NULL)
    return FALSE;
  if (!acini_transaction_next (transaction, rows, &failure))
    {
      if (failure != NULL)
        g_propagate_error (error, g_steal_pointer (&failure));
      else
        acini_project_set_no_such_slide (error, slide);
      return FALSE;
    }
  for (int i = 0; i < (int)G_N_ELEMENTS (slide_members); i++)
    {
      const char *name = slide_members[i].name;

      if (!json_object_has_member (after, name))
        continue;
      if (slide_members[i].type == 's' || slide_members[i].type == 'p')
        set_text (before, name, (const char *)sqlite3_column_text (rows, i));
      else if (slide_members[i].type == 'd')
        json_object_set_double_member (before, name, sqlite3_column_double (rows, i));
      else
        json_object_set_boolean_member (before, name, sqlite3_column_int (rows, i) != 0);
    }
  sqlite3_reset (rows);
  if (json_object_has_member (after, "regions"))
    {
      JsonArray *found
          = acini_regions_read_before (transaction, slide, json_object_get_array_member (after, "regions"), error);

      if (found == NULL)
        return FALSE;
      json_object_set_array_member (before, "regions", found);
    }
  return TRUE;
}

/* What was decided at the point of @after. */
static gboolean
read_decision (AciniTransaction *transaction, gint64 slide, JsonObject *after, JsonObject *before, GError **error)
{
  gint64 x = json_object_get_int_member (after, "x"), y = json_object_get_int_member (after, "y");
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                "SELECT state, comment, user, time, duration FROM reviews"
                                                " WHERE slide = ?1 AND x = ?2 AND y = ?3",
                                                "iii", slide, x, y);

  if (rows == NULL)
    return FALSE;
  json_object_set_int_member (before, "x", x);
  json_object_set_int_member (before, "y", y);
  if (acini_transaction_next (transaction, rows, &failure))
    {
      set_text (before, "state", (const char *)sqlite3_column_text (rows, 0));
      if (json_object_has_member (after, "comment"))
        {
          set_text (before, "comment", (const char *)sqlite3_column_text (rows, 1));
          set_text (before, "user", (const char *)sqlite3_column_text (rows, 2));
          json_object_set_int_member (before, "time", sqlite3_column_int64 (rows, 3));
          json_object_set_int_member (before, "duration", sqlite3_column_int64 (rows, 4));
        }
      sqlite3_reset (rows);
    }
  else
    set_text (before, "state", NULL);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_review (AciniTransaction *transaction, gint64 slide, JsonObject *after, JsonObject *before, GError **error)
{
  JsonArray *decisions, *found;

  if (json_object_has_member (after, "sign-off"))
    return TRUE;
  if (json_object_has_member (after, "locks"))
    {
      found = acini_locks_read_before (transaction, slide, json_object_get_array_member (after, "locks"), error);
      if (found != NULL)
        json_object_set_array_member (before, "locks", found);
      return found != NULL;
    }
  if (!json_object_has_member (after, "decisions"))
    return read_decision (transaction, slide, after, before, error);
  decisions = json_object_get_array_member (after, "decisions");
  found = json_array_sized_new (json_array_get_length (decisions));
  json_object_set_array_member (before, "decisions", found);
  for (guint i = 0; i < json_array_get_length (decisions); i++)
    {
      JsonObject *decision = json_object_new ();

      json_array_add_object_element (found, decision);
      if (!read_decision (transaction, slide, json_array_get_object_element (decisions, i), decision, error))
        return FALSE;
    }
  return TRUE;
}

/* Whether a decision says what was decided before, whoever says it and when. */
static gboolean
is_same_decision (JsonObject *before, JsonObject *after)
{
  static const char *const members[] = { "state", "comment" };

  if (!json_object_has_member (after, "comment"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (g_strcmp0 (json_object_get_string_member_with_default (before, members[i], NULL),
                   json_object_get_string_member_with_default (after, members[i], NULL))
        != 0)
      return FALSE;
  return TRUE;
}

static gboolean
read_before (AciniTransaction *transaction, const AciniChange *change, JsonObject *after, JsonObject *before,
             GError **error)
{
  if (g_str_equal (change->kind, "slide"))
    return read_slide (transaction, change->slide, after, before, error);
  if (g_str_equal (change->kind, "class"))
    return acini_classes_read_before (transaction, after, before, error);
  if (g_str_equal (change->kind, "review"))
    return read_review (transaction, change->slide, after, before, error);
  return TRUE;
}

/* Applying. */

static gboolean
apply_slide (AciniTransaction *transaction, gint64 slide, JsonObject *content, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (slide_members); i++)
    {
      const char *name = slide_members[i].name, *update = slide_members[i].update;
      gboolean ok;

      if (update == NULL || !json_object_has_member (content, name))
        continue;
      if (slide_members[i].type == 's')
        ok = acini_transaction_run (transaction, error, update, "is", slide,
                                    json_object_get_string_member_with_default (content, name, ""));
      else if (slide_members[i].type == 'd')
        ok = acini_transaction_run (transaction, error, update, "id", slide,
                                    json_object_get_double_member_with_default (content, name, 0));
      else
        ok = acini_transaction_run (transaction, error, update, "ii", slide,
                                    (gint64)json_object_get_boolean_member_with_default (content, name, FALSE));
      if (!ok)
        return FALSE;
    }
  return !json_object_has_member (content, "regions")
         || acini_regions_apply (transaction, slide, json_object_get_array_member (content, "regions"), error);
}

static gboolean
apply_decision (AciniTransaction *transaction, gint64 slide, JsonObject *content, GError **error)
{
  gint64 x = json_object_get_int_member_with_default (content, "x", 0);
  gint64 y = json_object_get_int_member_with_default (content, "y", 0);
  const char *state = json_object_get_string_member_with_default (content, "state", NULL);

  if (json_object_has_member (content, "from_x"))
    {
      gint64 from_x = json_object_get_int_member_with_default (content, "from_x", 0);
      gint64 from_y = json_object_get_int_member_with_default (content, "from_y", 0);

      return acini_transaction_run (transaction, error,
                                    "UPDATE OR REPLACE reviews SET x = ?4, y = ?5"
                                    " WHERE slide = ?1 AND x = ?2 AND y = ?3",
                                    "iiiii", slide, from_x, from_y, x, y);
    }
  if (state == NULL)
    return acini_transaction_run (transaction, error, "DELETE FROM reviews WHERE slide = ?1 AND x = ?2 AND y = ?3",
                                  "iii", slide, x, y);
  return acini_transaction_run (transaction, error,
                                "INSERT OR REPLACE INTO reviews (slide, x, y, state, comment, user, time, duration)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                "iiisssii", slide, x, y, state,
                                json_object_get_string_member_with_default (content, "comment", ""),
                                json_object_get_string_member_with_default (content, "user", ""),
                                json_object_get_int_member_with_default (content, "time", 0),
                                json_object_get_int_member_with_default (content, "duration", -1));
}

static gboolean
apply_review (AciniTransaction *transaction, gint64 slide, JsonObject *content, GError **error)
{
  JsonArray *decisions;

  if (json_object_has_member (content, "sign-off"))
    {
      g_autofree char *text = to_text (content);

      return acini_sign_off_write (transaction, slide, text, error);
    }
  if (json_object_has_member (content, "locks"))
    return acini_locks_apply (transaction, slide, json_object_get_array_member (content, "locks"), error);
  if (!json_object_has_member (content, "decisions"))
    return apply_decision (transaction, slide, content, error);
  decisions = json_object_get_array_member (content, "decisions");
  for (guint i = 0; i < json_array_get_length (decisions); i++)
    if (!apply_decision (transaction, slide, json_array_get_object_element (decisions, i), error))
      return FALSE;
  return TRUE;
}

gboolean
acini_change_apply (AciniTransaction *transaction, const char *kind, gint64 slide, const char *content, GError **error)
{
  g_autoptr (JsonObject) object = parse (transaction, content, error);

  if (object == NULL)
    return FALSE;
  if (g_str_equal (kind, "slide"))
    return apply_slide (transaction, slide, object, error);
  if (g_str_equal (kind, "class"))
    return acini_classes_apply (transaction, object, error);
  if (g_str_equal (kind, "review"))
    return apply_review (transaction, slide, object, error);
  return TRUE;
}

/* Whether what is to become can be. */
static gboolean
check (JsonObject *after, GError **error)
{
  double mpp_x, mpp_y;

  if (!json_object_has_member (after, "mpp_x"))
    return TRUE;
  mpp_x = json_object_get_double_member (after, "mpp_x");
  mpp_y = json_object_get_double_member_with_default (after, "mpp_y", mpp_x);
  /* 0 and 0: unknown again. */
  return (mpp_x == 0 && mpp_y == 0) || (acini_mpp_check (mpp_x, error) && acini_mpp_check (mpp_y, error));
}

/* A slide that was signed off stays as it is, but for its being reopened, and for what models say of it. */
static gboolean
check_open (AciniTransaction *transaction, const AciniChange *change, GError **error)
{
  return g_str_equal (change->kind, "model") || g_str_equal (change->tool, "sign-off")
         || acini_sign_off_check_open (transaction, change->slide, error);
}

gboolean
acini_change_put (AciniTransaction *transaction, const AciniChange *change, gboolean *changed, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 };
  g_autoptr (JsonObject) after = parse (transaction, change->after, error), before = json_object_new ();
  gint64 width, height;

  *changed = FALSE;
  if (after == NULL || !check (after, error)
      || (change->slide != 0 && !acini_project_get_slide_size (transaction, change->slide, &width, &height, error))
      || !check_open (transaction, change, error) || !read_before (transaction, change, after, before, error))
    return FALSE;
  if (json_object_get_size (before) > 0)
    entry.before = to_text (before);
  if (g_strcmp0 (entry.before, change->after) == 0 || is_same_decision (before, after))
    return TRUE;
  *changed = TRUE;
  entry.slide = change->slide;
  entry.time = change->time;
  entry.duration = json_object_get_int_member_with_default (after, "duration", -1);
  entry.kind = g_strdup (change->kind);
  entry.tool = g_strdup (change->tool);
  entry.after = g_strdup (change->after);
  return acini_change_apply (transaction, change->kind, change->slide, change->after, error)
         && (change->record ? acini_journal_append_record (transaction, &entry, error)
                            : acini_journal_append_step (transaction, &entry, NULL, error));
}

gboolean
acini_project_write_change (AciniProject *project, const AciniChange *change, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  gboolean changed = FALSE;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && change != NULL, FALSE);

  transaction = acini_database_write (acini_project_get_database (project), error);
  return transaction != NULL && acini_change_put (transaction, change, &changed, error)
         && (!changed || acini_transaction_commit (transaction, error));
}

char *
acini_project_dup_review (AciniProject *project, gint64 slide, gint64 x, gint64 y)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  transaction = acini_database_read (acini_project_get_database (project), NULL);
  rows = transaction != NULL
             ? acini_transaction_query (transaction, NULL,
                                        "SELECT state FROM reviews WHERE slide = ?1 AND x = ?2 AND y = ?3", "iii",
                                        slide, x, y)
             : NULL;
  if (rows == NULL || !acini_transaction_next (transaction, rows, NULL))
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (rows, 0));
}
