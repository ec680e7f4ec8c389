/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/statistics/acini-statistics.h"

static JsonArray *
make_list (const double *numbers, int n)
{
  JsonArray *array = json_array_new ();

  for (int i = 0; i < n; i++)
    json_array_add_double_element (array, numbers[i]);
  return array;
}

static JsonObject *
describe_numbers (const AciniStatistics *self, AciniNumber number, int label)
{
  g_autoptr (GArray) numbers = acini_statistics_list_numbers (self, number, label);
  AciniSummary summary = acini_summarise (numbers);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "n", summary.n);
  if (summary.n == 0)
    return object;
  json_object_set_double_member (object, "min", summary.least);
  json_object_set_double_member (object, "q25", summary.quarter);
  json_object_set_double_member (object, "median", summary.median);
  json_object_set_double_member (object, "q75", summary.three_quarters);
  json_object_set_double_member (object, "max", summary.most);
  json_object_set_double_member (object, "mean", summary.mean);
  json_object_set_double_member (object, "sd", summary.deviation);
  return object;
}

/* {"kidney": {"slides": 3, "labelled": 2, "units": 40}, …} */
static JsonObject *
describe_group (const AciniStatistics *self, AciniGroup group)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < self->slides->len; i++)
    {
      const AciniSlideStatistics *slide = self->slides->pdata[i];
      g_autofree char *name = acini_group_dup_of (group, slide->record);
      JsonObject *entry;

      if (!json_object_has_member (object, name))
        json_object_set_object_member (object, name, json_object_new ());
      entry = json_object_get_object_member (object, name);
#define ADD(member, n)                                                                                                 \
  json_object_set_int_member (entry, member, json_object_get_int_member_with_default (entry, member, 0) + (n))
      ADD ("slides", 1);
      ADD ("labelled", slide->record->labelled != 0);
      ADD ("units", slide->units->len);
#undef ADD
    }
  return object;
}

static JsonObject *
describe_class (const AciniStatistics *self, int label)
{
  JsonObject *object = json_object_new ();
  gint64 n_slides = 0, n_units = 0;
  double area = 0;

  for (guint i = 0; i < self->slides->len; i++)
    {
      const AciniSlideStatistics *slide = self->slides->pdata[i];
      guint n = 0;

      for (guint k = 0; k < slide->units->len; k++)
        if (g_array_index (slide->units, AciniUnit, k).label == label)
          {
            n++;
            area += g_array_index (slide->units, AciniUnit, k).area;
          }
      n_slides += n > 0;
      n_units += n;
    }
  json_object_set_int_member (object, "label", label);
  json_object_set_string_member (object, "class", self->classes[label] != NULL ? self->classes[label] : "");
  json_object_set_int_member (object, "slides", n_slides);
  json_object_set_int_member (object, "units", n_units);
  json_object_set_double_member (object, "pixels", area);
  json_object_set_object_member (object, "per_slide", describe_numbers (self, ACINI_NUMBER_UNITS, label));
  json_object_set_object_member (object, "area_px", describe_numbers (self, ACINI_NUMBER_AREA_PX, label));
  json_object_set_object_member (object, "area_um2", describe_numbers (self, ACINI_NUMBER_AREA_UM2, label));
  json_object_set_object_member (object, "circularity", describe_numbers (self, ACINI_NUMBER_CIRCULARITY, label));
  return object;
}

static gboolean
is_used (const AciniStatistics *self, int label)
{
  if (self->classes[label] != NULL)
    return TRUE;
  for (guint i = 0; i < self->slides->len; i++)
    {
      const AciniSlideStatistics *slide = self->slides->pdata[i];

      for (guint k = 0; k < slide->units->len; k++)
        if (g_array_index (slide->units, AciniUnit, k).label == label)
          return TRUE;
    }
  return FALSE;
}

static void
set_known (JsonObject *object, const char *member, double number)
{
  if (number >= 0)
    json_object_set_double_member (object, member, number);
  else
    json_object_set_null_member (object, member);
}

static JsonObject *
describe_slide (const AciniStatistics *self, const AciniSlideStatistics *slide)
{
  const AciniSlideRecord *record = slide->record;
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", record->id);
  json_object_set_string_member (object, "name", record->name);
  json_object_set_string_member (object, "organ", record->organ);
  json_object_set_string_member (object, "patient", record->details.patient);
  json_object_set_string_member (object, "source", record->details.source);
  json_object_set_string_member (object, "split", record->details.split);
  json_object_set_string_member (object, "sex", record->details.sex);
  set_known (object, "age", record->details.age);
  set_known (object, "thickness", record->details.thickness);
  json_object_set_int_member (object, "width", record->width);
  json_object_set_int_member (object, "height", record->height);
  set_known (object, "mpp_x", record->mpp_x > 0 ? record->mpp_x : -1);
  set_known (object, "mpp_y", record->mpp_y > 0 ? record->mpp_y : -1);
  json_object_set_boolean_member (object, "labelled", record->labelled);
  json_object_set_int_member (object, "units", slide->units->len);
  json_object_set_double_member (object, "covered", slide->covered);
  if (!slide->coloured)
    return object;
  json_object_set_array_member (object, "mean", make_list (slide->mean, 3));
  json_object_set_array_member (object, "sd", make_list (slide->deviation, 3));
  json_object_set_array_member (object, "map", make_list (slide->map, 2));
  json_object_set_double_member (object, "distance", slide->distance);
  json_object_set_boolean_member (object, "outlier", slide->outlier);
  if (slide->stained)
    {
      json_object_set_array_member (object, "haematoxylin", make_list (slide->stains[0], 3));
      json_object_set_array_member (object, "eosin", make_list (slide->stains[1], 3));
    }
  return object;
}

static void
add_colour (const AciniStatistics *self, JsonObject *object)
{
  double mean[3], deviation[3];
  JsonObject *colour;

  if (!acini_statistics_get_colour (self, mean, deviation))
    return;
  colour = json_object_new ();
  json_object_set_array_member (colour, "mean", make_list (mean, 3));
  json_object_set_array_member (colour, "sd", make_list (deviation, 3));
  json_object_set_int_member (colour, "longest_side", ACINI_STATISTICS_SIDE);
  json_object_set_array_member (colour, "explained", make_list (self->explained, 2));
  json_object_set_object_member (object, "colour", colour);
}

JsonObject *
acini_statistics_to_json (const AciniStatistics *self)
{
  JsonObject *object = json_object_new (), *by = json_object_new (), *numbers = json_object_new ();
  JsonArray *classes = json_array_new (), *slides = json_array_new (), *days = json_array_new ();
  gint64 n_labelled = 0, n_units = 0;

  for (guint i = 0; i < self->slides->len; i++)
    {
      const AciniSlideStatistics *slide = self->slides->pdata[i];

      n_labelled += slide->record->labelled != 0;
      n_units += slide->units->len;
      json_array_add_object_element (slides, describe_slide (self, slide));
    }
  for (AciniGroup group = 0; group < ACINI_N_GROUPS; group++)
    json_object_set_object_member (by, acini_group_get_id (group), describe_group (self, group));
  for (AciniNumber number = 0; number < ACINI_N_NUMBERS; number++)
    json_object_set_object_member (numbers, acini_number_get_id (number), describe_numbers (self, number, 0));
  for (int label = ACINI_LABEL_FIRST_CLASS; label < 255; label++)
    if (is_used (self, label))
      json_array_add_object_element (classes, describe_class (self, label));
  for (guint i = 0; i < self->days->len; i++)
    {
      const AciniLabelDay *day = self->days->pdata[i];
      JsonObject *entry = json_object_new ();

      json_object_set_string_member (entry, "day", day->day);
      json_object_set_int_member (entry, "edits", day->n_edits);
      json_object_set_int_member (entry, "slides", day->n_slides);
      json_array_add_object_element (days, entry);
    }
  json_object_set_int_member (object, "n_slides", self->slides->len);
  json_object_set_int_member (object, "n_labelled", n_labelled);
  json_object_set_int_member (object, "n_units", n_units);
  json_object_set_object_member (object, "by", by);
  json_object_set_array_member (object, "classes", classes);
  json_object_set_object_member (object, "numbers", numbers);
  add_colour (self, object);
  json_object_set_array_member (object, "progress", days);
  json_object_set_array_member (object, "slides", slides);
  return object;
}
