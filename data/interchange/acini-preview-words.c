/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-preview-words.h"

#include <glib/gi18n-lib.h>

const char *
acini_preview_warning_get_id (AciniWarning warning)
{
  static const char *const ids[ACINI_N_WARNINGS] = {
    "no-scale", "objective", "same",        "alike",       "blurred",   "pen",           "empty",
    "clipped",  "mask",      "mask-scaled", "mask-ground", "mask-unit", "mask-inverted", "origin",
  };

  g_return_val_if_fail (warning < ACINI_N_WARNINGS, NULL);
  return ids[warning];
}

const char *
acini_scale_source_get_id (AciniScaleSource source)
{
  static const char *const ids[] = { "unknown", "header", "resolution", "objective", "table", "hand" };

  g_return_val_if_fail (source < G_N_ELEMENTS (ids), NULL);
  return ids[source];
}

static char *
describe (const AciniPreviewFile *self, AciniWarning warning)
{
  const double units = 100 * self->units;

  switch (warning)
    {
    case ACINI_WARNING_NO_SCALE:
      return g_strdup (_ ("How large a pixel is is not known."));
    case ACINI_WARNING_OBJECTIVE:
      return g_strdup (_ ("The µm per pixel are only those that the objective usually gives."));
    case ACINI_WARNING_SAME:
      return g_strdup_printf (_ ("It has the same content as %s."), self->same_as);
    case ACINI_WARNING_ALIKE:
      return g_strdup_printf (_ ("It looks like %s."), self->like);
    case ACINI_WARNING_BLURRED:
      return g_strdup (_ ("It may be out of focus."));
    case ACINI_WARNING_PEN:
      return g_strdup (_ ("It may have marks of a pen."));
    case ACINI_WARNING_EMPTY:
      return g_strdup (_ ("There is hardly any tissue."));
    case ACINI_WARNING_CLIPPED:
      return g_strdup_printf (_ ("%.0f %% of its tissue is over- or underexposed."), 100 * self->look.clipped);
    case ACINI_WARNING_MASK_PROBLEM:
      return g_strdup (self->labels_problem);
    case ACINI_WARNING_MASK_SCALED:
      return g_strdup (_ ("The mask is brought to the size of the picture."));
    case ACINI_WARNING_MASK_ALL_GROUND:
      return g_strdup (_ ("The mask shows no unit."));
    case ACINI_WARNING_MASK_ALL_UNIT:
      return g_strdup (_ ("The mask is all unit."));
    case ACINI_WARNING_MASK_INVERTED:
      return g_strdup_printf (_ ("The mask may be inverted: %.0f %% of it is unit, and nearly all of its edge."),
                              units);
    case ACINI_WARNING_ORIGIN:
      return g_strdup (self->origin == ACINI_ORIGIN_BOUNDS
                           ? _ ("The outlines are taken to begin at the corner of the scanned area.")
                           : _ ("The outlines are taken to begin at the corner of the slide."));
    default:
      return NULL;
    }
}

GPtrArray *
acini_preview_file_list_warnings (const AciniPreviewFile *self)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (self != NULL, sentences);

  for (guint i = 0; i < ACINI_N_WARNINGS; i++)
    {
      char *sentence = (self->warnings & 1U << i) != 0 ? describe (self, i) : NULL;

      if (sentence != NULL)
        g_ptr_array_add (sentences, sentence);
    }
  return sentences;
}

static void
set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

static void
add_labels (const AciniPreviewFile *self, JsonObject *object)
{
  static const char *const kinds[] = { "none", "mask", "annotations", "runs" };
  g_autofree char *mask = self->mask != NULL ? g_filename_display_name (self->mask) : NULL;

  json_object_set_string_member (object, "labels", kinds[self->labels]);
  set_text (object, "mask", mask);
  set_text (object, "mask_problem", self->labels_problem);
  set_text (object, "mask_note", self->labels_note);
  if (self->overlay != NULL)
    json_object_set_double_member (object, "unit_share", self->units);
  if (self->labels == ACINI_LABELS_ANNOTATIONS)
    {
      json_object_set_int_member (object, "objects", (gint64)self->n_objects);
      json_object_set_string_member (object, "origin", self->origin == ACINI_ORIGIN_BOUNDS ? "bounds" : "slide");
    }
}

static void
add_look (const AciniPreviewFile *self, JsonObject *object)
{
  const AciniPictureLook *look = &self->look;
  g_autofree char *hash = g_strdup_printf ("%016" G_GINT64_MODIFIER "x", look->hash);

  json_object_set_int_member (object, "width", look->image_width);
  json_object_set_int_member (object, "height", look->image_height);
  if (self->mpp > 0)
    json_object_set_double_member (object, "mpp", self->mpp);
  json_object_set_string_member (object, "mpp_source", acini_scale_source_get_id (self->scale));
  json_object_set_string_member (object, "hash", hash);
  json_object_set_double_member (object, "tissue", look->tissue);
  json_object_set_double_member (object, "blur", look->blur);
  json_object_set_double_member (object, "pen", look->pen);
  json_object_set_double_member (object, "clipped", look->clipped);
  set_text (object, "notes", look->notes);
}

JsonObject *
acini_preview_file_to_json (const AciniPreviewFile *self)
{
  static const char *const texts[] = { "patient", "source", "split", "sex", "age", "thickness" };
  JsonObject *object = json_object_new ();
  JsonArray *warnings = json_array_new ();
  g_autofree char *path = NULL;

  g_return_val_if_fail (self != NULL, object);

  path = g_filename_display_name (self->path);
  json_object_set_string_member (object, "file", path);
  json_object_set_string_member (object, "kind", self->problem != NULL ? "none" : self->stays ? "slide" : "image");
  set_text (object, "problem", self->problem);
  if (self->slide != 0)
    json_object_set_int_member (object, "slide", self->slide);
  if (self->problem == NULL)
    add_look (self, object);
  set_text (object, "organ", self->organ);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    set_text (object, texts[i], acini_slide_fields_get_text (self->fields, texts[i]));
  set_text (object, "same_as", self->same_as);
  set_text (object, "like", self->like);
  add_labels (self, object);
  for (guint i = 0; i < ACINI_N_WARNINGS; i++)
    if ((self->warnings & 1U << i) != 0)
      json_array_add_string_element (warnings, acini_preview_warning_get_id (i));
  json_object_set_array_member (object, "warnings", warnings);
  return object;
}
