/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-object-csv.h"

#include <math.h>
#include <string.h>

const char acini_object_csv_head[]
    = "id,slide,class,area_px,area_um2,perimeter,perimeter_um,circularity,long_axis,short_axis,centroid_x,centroid_y,"
      "box_x,box_y,box_width,box_height,mean_probability,uncertainty,boundary_sharpness,at_border,state,author,locked,"
      "colour";

const char acini_result_csv_head[]
    = "slide,class,count,density_per_mm2,mean_area_px,sd_area_px,mean_area_um2,sd_area_um2,share_of_tissue,tissue_mm2,"
      "new,accepted,rejected,flagged";

const char acini_agreement_csv_head[]
    = "slide,first_reader,second_reader,disagreement,box_x,box_y,box_width,box_height,first_state,second_state,"
      "first_author,second_author,first_class,second_class,first_area_px,second_area_px,common_px,iou";

static void
add_field (GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append_c (line, ',');
  if (strpbrk (text, ",\"\r\n") == NULL)
    g_string_append (line, text);
  else
    {
      g_auto (GStrv) parts = g_strsplit (text, "\"", -1);
      g_autofree char *doubled = g_strjoinv ("\"\"", parts);

      g_string_append_printf (line, "\"%s\"", doubled);
    }
}

static void
add_int (GString *line, gint64 number)
{
  g_string_append_printf (line, ",%" G_GINT64_FORMAT, number);
}

/* Nothing where it is unknown. */
static void
add_double (GString *line, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (line, ',');
  if (number >= 0)
    g_string_append (line, g_ascii_formatd (text, sizeof text, "%.6g", number));
}

/* µm² of a level-0 pixel; below 0: unknown. */
static double
pixel_area (const AciniSlideRecord *slide)
{
  return slide->mpp_x > 0 && slide->mpp_y > 0 ? slide->mpp_x * slide->mpp_y : -1;
}

void
acini_object_csv_format (GString *line, const AciniObject *o, const AciniSlideRecord *slide, const char *class_name,
                         guint32 colour)
{
  double pixel = pixel_area (slide);

  g_string_printf (line, "%" G_GINT64_FORMAT, o->id);
  add_field (line, slide->name);
  add_field (line, class_name);
  add_int (line, o->area);
  add_double (line, pixel > 0 ? (double)o->area * pixel : -1);
  add_double (line, o->perimeter);
  add_double (line, pixel > 0 ? o->perimeter * sqrt (pixel) : -1);
  add_double (line, o->circularity);
  add_double (line, o->long_axis);
  add_double (line, o->short_axis);
  add_double (line, o->x);
  add_double (line, o->y);
  add_int (line, o->box.x);
  add_int (line, o->box.y);
  add_int (line, o->box.width);
  add_int (line, o->box.height);
  add_double (line, o->probability);
  add_double (line, o->entropy);
  add_double (line, o->sharpness);
  add_field (line, o->at_border ? "yes" : "no");
  add_field (line, acini_review_state_to_string (o->state));
  add_field (line, acini_author_to_string (o->author));
  add_field (line, o->locked ? "yes" : "no");
  g_string_append_printf (line, ",#%06x", colour & 0xffffff);
}

void
acini_result_csv_format (GString *line, const AciniResult *r, const char *slide, const char *class_name)
{
  g_string_truncate (line, 0);
  add_field (line, slide);
  add_field (line, class_name);
  add_int (line, r->count);
  add_double (line, acini_result_get_density (r));
  add_double (line, acini_result_get_mean_area (r, FALSE));
  add_double (line, acini_result_get_area_deviation (r, FALSE));
  add_double (line, acini_result_get_mean_area (r, TRUE));
  add_double (line, acini_result_get_area_deviation (r, TRUE));
  add_double (line, acini_result_get_share (r));
  add_double (line, r->tissue_um2 >= 0 ? r->tissue_um2 / 1e6 : -1);
  for (AciniReviewState state = 0; state < ACINI_N_REVIEWS; state++)
    add_int (line, r->states[state]);
}

void
acini_agreement_csv_format (GString *line, const AciniAgreementPlace *place, const char *slide, const char *first,
                            const char *second)
{
  AciniRect box = acini_agreement_place_get_box (place);
  const AciniObject *o = place->objects;

  g_string_truncate (line, 0);
  add_field (line, slide);
  add_field (line, first);
  add_field (line, second);
  add_field (line, acini_disagreement_kind_to_string (acini_agreement_place_get_disagreement (place)));
  add_int (line, box.x);
  add_int (line, box.y);
  add_int (line, box.width);
  add_int (line, box.height);
  for (int i = 0; i < 2; i++)
    add_field (line, o[i].id != 0 ? acini_review_state_to_string (o[i].state) : "");
  for (int i = 0; i < 2; i++)
    add_field (line, o[i].id != 0 ? acini_author_to_string (o[i].author) : "");
  for (int i = 0; i < 2; i++)
    add_int (line, o[i].id != 0 ? o[i].label - 1 : 0);
  for (int i = 0; i < 2; i++)
    add_int (line, o[i].area);
  add_int (line, place->common);
  add_double (line, acini_agreement_place_get_iou (place));
}
