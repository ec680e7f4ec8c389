/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-region.h"

#include "data/base/acini-outline.h"

#include <math.h>
#include <string.h>

static const char *const kinds[] = { "region", "exclusion" };

const char *
acini_region_kind_to_string (AciniRegionKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kinds), "");
  return kinds[kind];
}

/* Whole in JSON wherever it is read, and a chance of 1 in 2⁴⁹ that two of a hundred million are the same. */
static gint64
make_id (void)
{
  return (((gint64)g_random_int () << 20) ^ (gint64)g_random_int ()) + 1;
}

AciniRegionRecord *
acini_region_record_new (const char *name, AciniRegionKind kind, const double (*points)[2], guint n)
{
  AciniRegionRecord *self;

  g_return_val_if_fail (name != NULL && *name != '\0' && kind < G_N_ELEMENTS (kinds) && n >= 3, NULL);

  self = g_new0 (AciniRegionRecord, 1);
  self->id = make_id ();
  self->name = g_strdup (name);
  self->kind = kind;
  self->points = g_array_sized_new (FALSE, FALSE, sizeof (double[2]), n);
  g_array_append_vals (self->points, points, n);
  return self;
}

AciniRegionRecord *
acini_region_record_copy (const AciniRegionRecord *record)
{
  AciniRegionRecord *self;

  g_return_val_if_fail (record != NULL, NULL);

  self = g_new0 (AciniRegionRecord, 1);
  *self = *record;
  self->name = g_strdup (record->name);
  self->points = g_array_copy (record->points);
  return self;
}

void
acini_region_record_free (AciniRegionRecord *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_clear_pointer (&self->points, g_array_unref);
  g_free (self);
}

/* Geometry. */

static AciniOutline
get_outline (const AciniRegionRecord *self)
{
  return (AciniOutline){ (const double *)(gpointer)self->points->data, 2, self->points->len };
}

gboolean
acini_region_record_contains (const AciniRegionRecord *self, double x, double y)
{
  AciniOutline outline = get_outline (self);

  return acini_outline_contains (&outline, x, y);
}

gsize
acini_region_record_rasterise (const AciniRegionRecord *self, double x, double y, double step, int width, int height,
                               guint8 *mask)
{
  AciniOutline outline = get_outline (self);

  return acini_outline_rasterise (&outline, x, y, step, width, height, mask);
}

AciniRect
acini_region_record_get_box (const AciniRegionRecord *self)
{
  double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;

  for (guint i = 0; i < self->points->len; i++)
    {
      const double *point = &g_array_index (self->points, double, 2 * i);

      left = fmin (left, point[0]);
      top = fmin (top, point[1]);
      right = fmax (right, point[0]);
      bottom = fmax (bottom, point[1]);
    }
  return (AciniRect){ (gint64)floor (left), (gint64)floor (top), (gint64)(ceil (right) - floor (left)),
                      (gint64)(ceil (bottom) - floor (top)) };
}

/* JSON. */

static JsonArray *
points_to_json (const GArray *points)
{
  const double *numbers = (const double *)(gpointer)points->data;
  JsonArray *array = json_array_sized_new (2 * points->len);

  for (guint i = 0; i < 2 * points->len; i++)
    json_array_add_double_element (array, numbers[i]);
  return array;
}

/* (transfer full) (nullable) of @polygon, which may be anything. */
static GArray *
points_from_json (JsonArray *polygon)
{
  guint n = json_array_get_length (polygon) / 2;
  g_autoptr (GArray) points = g_array_sized_new (FALSE, FALSE, sizeof (double[2]), n);

  for (guint i = 0; i < n; i++)
    {
      double point[2];

      for (guint axis = 0; axis < 2; axis++)
        {
          JsonNode *node = json_array_get_element (polygon, 2 * i + axis);

          if (!JSON_NODE_HOLDS_VALUE (node))
            return NULL;
          point[axis] = json_node_get_double (node);
        }
      if (!isfinite (point[0]) || !isfinite (point[1]))
        return NULL;
      g_array_append_val (points, point);
    }
  return n >= 3 ? g_steal_pointer (&points) : NULL;
}

JsonObject *
acini_region_to_json (gint64 id, const char *name, AciniRegionKind kind, const GArray *points)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", id);
  if (name == NULL)
    {
      json_object_set_null_member (object, "name");
      return object;
    }
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "kind", acini_region_kind_to_string (kind));
  json_object_set_array_member (object, "polygon", points_to_json (points));
  return object;
}

/* Reading. */

#define COLUMNS "SELECT id, name, kind, polygon FROM regions"

/* (transfer full) (nullable) the region of a row. */
static AciniRegionRecord *
read_row (AciniTransaction *transaction, sqlite3_stmt *row, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string ((const char *)sqlite3_column_text (row, 3), NULL);
  g_autoptr (AciniRegionRecord) self = g_new0 (AciniRegionRecord, 1);

  self->id = sqlite3_column_int64 (row, 0);
  self->name = g_strdup ((const char *)sqlite3_column_text (row, 1));
  self->kind = g_str_equal ((const char *)sqlite3_column_text (row, 2), kinds[ACINI_REGION_EXCLUSION])
                   ? ACINI_REGION_EXCLUSION
                   : ACINI_REGION_PLAIN;
  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    self->points = points_from_json (json_node_get_array (node));
  if (self->points != NULL)
    return g_steal_pointer (&self);
  acini_transaction_set_damaged (transaction, error, "regions");
  return NULL;
}

static GPtrArray *
read_rows (AciniTransaction *transaction, sqlite3_stmt *rows, GError **error)
{
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autoptr (GError) failure = NULL;

  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniRegionRecord *region = read_row (transaction, rows, &failure);

      if (region == NULL)
        {
          sqlite3_reset (rows);
          break;
        }
      g_ptr_array_add (regions, region);
    }
  if (failure == NULL)
    return g_steal_pointer (&regions);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

GPtrArray *
acini_regions_read (AciniTransaction *transaction, gint64 slide, GError **error)
{
  return read_rows (
      transaction,
      acini_transaction_query (transaction, error, COLUMNS " WHERE slide = ?1 ORDER BY name, id", "i", slide), error);
}

GPtrArray *
acini_project_list_regions (AciniProject *project, gint64 slide, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  transaction = acini_database_read (acini_project_get_database (project), error);
  return transaction != NULL ? acini_regions_read (transaction, slide, error) : NULL;
}

char **
acini_project_list_region_names (AciniProject *project, GError **error)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  transaction = acini_database_read (acini_project_get_database (project), error);
  rows = transaction != NULL
             ? acini_transaction_query (transaction, error,
                                        "SELECT DISTINCT regions.name FROM regions JOIN slides ON slides.id = slide"
                                        " WHERE kind = 'region' AND NOT removed ORDER BY regions.name",
                                        "")
             : NULL;
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    g_strv_builder_add (names, (const char *)sqlite3_column_text (rows, 0));
  if (failure == NULL)
    return g_strv_builder_end (names);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* For the journal. */

JsonArray *
acini_regions_read_before (AciniTransaction *transaction, gint64 slide, JsonArray *after, GError **error)
{
  g_autoptr (JsonArray) before = json_array_new ();

  for (guint i = 0; i < json_array_get_length (after); i++)
    {
      gint64 id = json_object_get_int_member_with_default (json_array_get_object_element (after, i), "id", 0);
      g_autoptr (GPtrArray) found = read_rows (
          transaction,
          acini_transaction_query (transaction, error, COLUMNS " WHERE slide = ?1 AND id = ?2", "ii", slide, id),
          error);
      const AciniRegionRecord *region;

      if (found == NULL)
        return NULL;
      region = found->len > 0 ? found->pdata[0] : NULL;
      json_array_add_object_element (before, region != NULL
                                                 ? acini_region_to_json (id, region->name, region->kind, region->points)
                                                 : acini_region_to_json (id, NULL, 0, NULL));
    }
  return g_steal_pointer (&before);
}

static gboolean
apply_one (AciniTransaction *transaction, gint64 slide, JsonObject *content, GError **error)
{
  gint64 id = json_object_get_int_member_with_default (content, "id", 0);
  const char *name = json_object_get_string_member_with_default (content, "name", NULL);
  g_autofree char *polygon = NULL;

  if (name == NULL)
    return acini_transaction_run (transaction, error, "DELETE FROM regions WHERE slide = ?1 AND id = ?2", "ii", slide,
                                  id);
  if (json_object_has_member (content, "polygon"))
    polygon = json_to_string (json_object_get_member (content, "polygon"), FALSE);
  return acini_transaction_run (
      transaction, error, "INSERT OR REPLACE INTO regions (slide, id, name, kind, polygon) VALUES (?1, ?2, ?3, ?4, ?5)",
      "iisss", slide, id, name, json_object_get_string_member_with_default (content, "kind", kinds[ACINI_REGION_PLAIN]),
      polygon != NULL ? polygon : "[]");
}

gboolean
acini_regions_apply (AciniTransaction *transaction, gint64 slide, JsonArray *content, GError **error)
{
  for (guint i = 0; i < json_array_get_length (content); i++)
    if (!apply_one (transaction, slide, json_array_get_object_element (content, i), error))
      return FALSE;
  return TRUE;
}

/* Scopes. */

AciniRegionScope *
acini_region_scope_new (AciniProject *project, gint64 slide, const char *name, GError **error)
{
  g_autoptr (GPtrArray) regions = acini_project_list_regions (project, slide, error);
  AciniRegionScope *self;

  if (regions == NULL)
    return NULL;
  self = g_new0 (AciniRegionScope, 1);
  self->regions = g_steal_pointer (&regions);
  self->name = g_strdup (name);
  return self;
}

void
acini_region_scope_free (AciniRegionScope *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->regions);
  g_free (self->name);
  g_free (self);
}

gboolean
acini_region_scope_is_all (const AciniRegionScope *self)
{
  if (self->name != NULL)
    return FALSE;
  for (guint i = 0; i < self->regions->len; i++)
    if (((const AciniRegionRecord *)self->regions->pdata[i])->kind == ACINI_REGION_EXCLUSION)
      return FALSE;
  return TRUE;
}

gboolean
acini_region_scope_is_within (const AciniRegionScope *self, const AciniRegionRecord *region)
{
  return region->kind == ACINI_REGION_PLAIN && self->name != NULL && g_str_equal (region->name, self->name);
}

gboolean
acini_region_scope_is_there (const AciniRegionScope *self)
{
  for (guint i = 0; i < self->regions->len; i++)
    if (acini_region_scope_is_within (self, self->regions->pdata[i]))
      return TRUE;
  return self->name == NULL;
}

gboolean
acini_region_scope_contains (const AciniRegionScope *self, double x, double y)
{
  gboolean within = self->name == NULL;

  for (guint i = 0; i < self->regions->len; i++)
    {
      const AciniRegionRecord *region = self->regions->pdata[i];

      if (region->kind == ACINI_REGION_EXCLUSION && acini_region_record_contains (region, x, y))
        return FALSE;
      within = within || (acini_region_scope_is_within (self, region) && acini_region_record_contains (region, x, y));
    }
  return within;
}

void
acini_region_scope_rasterise (const AciniRegionScope *self, double x, double y, double step, int width, int height,
                              guint8 *mask)
{
  const gsize n = (gsize)width * (gsize)height;
  g_autofree guint8 *excluded = g_malloc0 (n);

  memset (mask, self->name == NULL ? 255 : 0, n);
  for (guint i = 0; i < self->regions->len; i++)
    {
      const AciniRegionRecord *region = self->regions->pdata[i];

      if (region->kind == ACINI_REGION_EXCLUSION)
        acini_region_record_rasterise (region, x, y, step, width, height, excluded);
      else if (acini_region_scope_is_within (self, region))
        acini_region_record_rasterise (region, x, y, step, width, height, mask);
    }
  for (gsize i = 0; i < n; i++)
    mask[i] &= (guint8)~excluded[i];
}
