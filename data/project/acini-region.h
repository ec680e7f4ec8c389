/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Parts of a slide that people outlined and named: regions to work and count in, and exclusions, whose artefacts are
 * left out of numbers and of training.  They are changed as acini_change_new_regions () says. */

#include "data/base/acini-geometry.h"
#include "data/project/acini-project-private.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_REGION_PLAIN,
  ACINI_REGION_EXCLUSION,
} AciniRegionKind;

/* "region", "exclusion"; static. */
const char *acini_region_kind_to_string (AciniRegionKind kind);

typedef struct
{
  gint64 id;  /* among the slide's regions */
  char *name; /* not empty; several may have the same: the parts of one thing */
  AciniRegionKind kind;
  GArray *points; /* of double[2], level-0 pixels: three at least, closed from the last one to the first */
} AciniRegionRecord;

/* @points: n of them; copied.  A new region has a new id. */
AciniRegionRecord *acini_region_record_new (const char *name, AciniRegionKind kind, const double (*points)[2], guint n);
/* (transfer full) the same, id included. */
AciniRegionRecord *acini_region_record_copy (const AciniRegionRecord *record);
void acini_region_record_free (AciniRegionRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRegionRecord, acini_region_record_free)

/* The regions of @slide by name.  Returns: (transfer full) (element-type AciniRegionRecord) with a free function set,
 * or NULL with @error set. */
GPtrArray *acini_project_list_regions (AciniProject *project, gint64 slide, GError **error);
/* The same within @transaction. */
GPtrArray *acini_regions_read (AciniTransaction *transaction, gint64 slide, GError **error);
/* The names of the regions (not: exclusions) of all slides in the list, each once, by name.  Returns: (transfer full)
 * NULL-terminated, or NULL with @error set. */
char **acini_project_list_region_names (AciniProject *project, GError **error);

/* Whether the level-0 point (@x, @y) lies inside, see acini-outline.h. */
gboolean acini_region_record_contains (const AciniRegionRecord *self, double x, double y);
/* As acini_outline_rasterise (), all in level-0 pixels. */
gsize acini_region_record_rasterise (const AciniRegionRecord *self, double x, double y, double step, int width,
                                     int height, guint8 *mask);
/* Level-0 pixels; whole ones that hold it all. */
AciniRect acini_region_record_get_box (const AciniRegionRecord *self);

/* What counts of a slide: all of it or what lies in the regions of one name; in either case less its exclusions. */
typedef struct
{
  GPtrArray *regions; /* (element-type AciniRegionRecord) all of the slide */
  char *name;         /* NULL: anywhere */
} AciniRegionScope;

AciniRegionScope *acini_region_scope_new (AciniProject *project, gint64 slide, const char *name, GError **error);
void acini_region_scope_free (AciniRegionScope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniRegionScope, acini_region_scope_free)
/* Whether nothing is left out. */
gboolean acini_region_scope_is_all (const AciniRegionScope *self);
/* Whether @region is one of those that the scope is about. */
gboolean acini_region_scope_is_within (const AciniRegionScope *self, const AciniRegionRecord *region);
/* Whether the slide has a region of its name, if it has one. */
gboolean acini_region_scope_is_there (const AciniRegionScope *self);
gboolean acini_region_scope_contains (const AciniRegionScope *self, double x, double y);
/* Sets @mask, @width × @height pixels of @step level-0 pixels, the first one's corner at (@x, @y), to 255 where their
 * middles count and to 0 elsewhere. */
void acini_region_scope_rasterise (const AciniRegionScope *self, double x, double y, double step, int width, int height,
                                   guint8 *mask);

/* For the journal: a region as JSON, with its members "id", "name", "kind" and "polygon"; @name NULL: it is gone. */
JsonObject *acini_region_to_json (gint64 id, const char *name, AciniRegionKind kind, const GArray *points);
/* What is there of the regions in the JSON array @after; transfer full. */
JsonArray *acini_regions_read_before (AciniTransaction *transaction, gint64 slide, JsonArray *after, GError **error);
gboolean acini_regions_apply (AciniTransaction *transaction, gint64 slide, JsonArray *content, GError **error);

G_END_DECLS
