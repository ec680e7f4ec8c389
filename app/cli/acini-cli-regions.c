/* SPDX-License-Identifier: GPL-3.0-or-later */

/* "regions": parts of slides that people outlined. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-selection.h"
#include "data/annotations/acini-annotation-format.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "data/statistics/acini-artefacts.h"

#define EXCLUSION "exclusion"

static char *option_slides, *option_import;
static gboolean option_propose, option_take;

static const GOptionEntry entries[] = {
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Names, patterns and ranges separated by commas (default: all)", "A,B,…" },
  { "import", 0, 0, G_OPTION_ARG_FILENAME, &option_import, "Take the outlines of this file as regions of the one slide",
    "FILE" },
  { "propose", 0, 0, G_OPTION_ARG_NONE, &option_propose,
    "Look for pen marks and what is out of focus, and list exclusions of them", NULL },
  { "take", 0, 0, G_OPTION_ARG_NONE, &option_take, "With --propose: make them exclusions, in one step of each slide",
    NULL },
  { NULL },
};

/* Reading outlines. */

typedef struct
{
  const AciniSlideRecord *slide;
  const char *shown;
  GPtrArray *regions;
} Intake;

static gboolean
refuse (const Intake *self, const AciniAnnotation *a, const char *why, GError **error)
{
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "“%s”, line %u: %s", self->shown, a->line, why);
  return FALSE;
}

/* The class says what it is; an outline without a name has the class's. */
static gboolean
take (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Intake *self = user_data;
  gboolean excluded = a->class_name != NULL && g_ascii_strcasecmp (a->class_name, EXCLUSION) == 0;
  const char *name = a->name != NULL && *a->name != '\0' ? a->name : a->class_name;
  const AciniVertex *vertices;
  double x0, y0, x1, y1;

  if (!acini_annotation_is_area (a))
    return refuse (self, a, "a region is an outline; this has no area.", error);
  if (acini_annotation_has_holes (a))
    return refuse (self, a, "a region cannot have holes: make an exclusion of the hole.", error);
  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    return refuse (self, a, "a region is a polygon: make one of this ellipse.", error);
  if (name == NULL || *name == '\0')
    return refuse (self, a, "this outline has neither a name nor a class.", error);
  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  if (x1 <= 0 || y1 <= 0 || x0 >= (double)self->slide->width || y0 >= (double)self->slide->height)
    return refuse (self, a, "this outline lies outside the slide.", error);
  vertices = (const AciniVertex *)(gpointer)a->vertices->data;
  for (guint i = 0; i < a->rings->len; i++)
    {
      guint n = g_array_index (a->rings, AciniRing, i).n;

      if (n >= 3)
        g_ptr_array_add (self->regions,
                         acini_region_record_new (name, excluded ? ACINI_REGION_EXCLUSION : ACINI_REGION_PLAIN,
                                                  (const double (*)[2]) (gconstpointer)vertices, n));
      vertices += n;
    }
  return TRUE;
}

static gboolean
import (AciniConsole *console, AciniProject *project, const AciniSlideRecord *slide, GError **error)
{
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autofree char *shown = g_filename_display_name (option_import);
  Intake intake = { slide, shown, regions };
  const AciniAnnotationReading reading = {
    .space = { slide->width, slide->height, slide->mpp_x },
    .func = take,
    .user_data = &intake,
    .cancellable = console->cancellable,
  };
  g_autoptr (AciniChange) change = NULL;

  if (!acini_annotations_read (option_import, &reading, error))
    return FALSE;
  if (regions->len == 0)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "There is no outline in “%s”.", shown);
      return FALSE;
    }
  change = acini_change_new_regions (slide->id, regions);
  return acini_project_write_change (project, change, error);
}

/* Listing. */

static void
show (AciniConsole *console, const AciniSlideRecord *slide, const GPtrArray *regions, JsonArray *array)
{
  for (guint i = 0; i < regions->len; i++)
    {
      const AciniRegionRecord *region = regions->pdata[i];
      JsonObject *object = acini_region_to_json (region->id, region->name, region->kind, region->points);
      AciniRect box = acini_region_record_get_box (region);

      json_object_set_string_member (object, "slide", slide->name);
      json_array_add_object_element (array, object);
      acini_console_print (console,
                           "%-24s %-10s %-24s %" G_GINT64_FORMAT " × %" G_GINT64_FORMAT " px at (%" G_GINT64_FORMAT
                           ", %" G_GINT64_FORMAT ")",
                           slide->name, acini_region_kind_to_string (region->kind), region->name, box.width, box.height,
                           box.x, box.y);
    }
}

static gboolean
list (AciniConsole *console, AciniProject *project, const AciniSlideRecord *slide, JsonArray *array, GError **error)
{
  g_autoptr (GPtrArray) regions = acini_project_list_regions (project, slide->id, error);

  if (regions != NULL)
    show (console, slide, regions, array);
  return regions != NULL;
}

/* Proposing. */

static gboolean
propose (AciniConsole *console, AciniProject *project, const AciniSlideRecord *record, JsonArray *array, GError **error)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (record->path, error);
  g_autoptr (GPtrArray) regions
      = slide != NULL ? acini_artefacts_propose (slide, record->mpp_x, NULL, NULL, console->cancellable, error) : NULL;
  g_autoptr (AciniChange) change = NULL;

  if (regions == NULL)
    return FALSE;
  show (console, record, regions, array);
  if (!option_take || regions->len == 0)
    return TRUE;
  change = acini_change_new_regions (record->id, regions);
  return acini_project_write_change (project, change, error);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (GPtrArray) slides = project != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  JsonArray *array;

  if (slides == NULL)
    return FALSE;
  if (option_import != NULL && slides->len != 1)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "Outlines belong to one slide: name it with --slides (there are %u).", slides->len);
      return FALSE;
    }
  if (option_import != NULL && !import (console, project, slides->pdata[0], error))
    return FALSE;
  if (option_take && !option_propose)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "--take belongs to --propose.");
      return FALSE;
    }
  array = json_array_new ();
  json_object_set_array_member (console->result, option_propose ? "proposals" : "regions", array);
  for (guint i = 0; i < slides->len; i++)
    if (option_propose ? !propose (console, project, slides->pdata[i], array, error)
                       : !list (console, project, slides->pdata[i], array, error))
      return FALSE;
  if (json_array_get_length (array) == 0)
    acini_console_print (console, option_propose ? "There is nothing to propose." : "There is no region.");
  return TRUE;
}

const AciniCommand acini_command_regions = {
  .name = "regions",
  .arguments = "PROJECT",
  .summary = "Lists the regions and exclusions of slides, or takes some from a file",
  .description
  = "A region is an outlined and named part of a slide, in which \"results\" and \"objects\" can count alone; several "
    "of one name are its parts. An exclusion is one whose artefacts (a fold, a pen, blur, a bubble) are left out of "
    "numbers and of training. --import takes the polygons of a GeoJSON file, or of another format that \"formats\" "
    "lists, in pixels of the slide: each one's name is the region's, and the class “Exclusion” makes it an exclusion. "
    "It is one step of the slide's history. --propose looks for pen marks by their colour and for what is out of "
    "focus, "
    "and lists what it would exclude; with --take it becomes exclusions.",
  .examples = "regions Colon.acini --json\nregions Colon.acini --slides train_1 --import cortex.geojson\nregions "
              "Colon.acini --propose --take",
  .options = entries,
  .least = 1,
  .most = 1,
  .run = run,
};
