/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-class-colours.h"

#include <string.h>

static guint32 decided[ACINI_CLASS_COLOURS] = { 0x009e73, 0x0072b2, 0xcc79a7, 0xd55e00, 0x56b4e9, 0xf0e442 };
static guint32 predicted_[ACINI_CLASS_COLOURS] = { 0xe69f00, 0x56b4e9, 0xe3a9c8, 0xf0883e, 0x8fd0f5, 0xf7ef8a };

#define OF_PROJECT 64
static guint32 of_project[OF_PROJECT];

void
acini_class_colours_set (const guint32 of_decided[ACINI_CLASS_COLOURS], const guint32 of_predicted[ACINI_CLASS_COLOURS])
{
  memcpy (decided, of_decided, sizeof decided);
  memcpy (predicted_, of_predicted, sizeof predicted_);
}

void
acini_class_colours_set_project (const guint32 *colours, guint n)
{
  for (guint i = 0; i < OF_PROJECT; i++)
    of_project[i] = i < n ? colours[i] : 0;
}

guint32
acini_class_colour_get_pixel (guint8 label, gboolean predicted)
{
  if (label < ACINI_LABEL_FIRST_CLASS)
    return 0;
  guint k = (guint)(label - ACINI_LABEL_FIRST_CLASS);
  if (!predicted && k < OF_PROJECT && of_project[k] != 0)
    return of_project[k];
  k %= ACINI_CLASS_COLOURS;
  return 0xff000000u | (predicted ? predicted_[k] : decided[k]);
}

void
acini_class_colour_get (guint8 label, gboolean predicted, GdkRGBA *colour)
{
  guint32 p = acini_class_colour_get_pixel (label, predicted);
  *colour = (GdkRGBA){ (float)(p >> 16 & 0xff) / 255, (float)(p >> 8 & 0xff) / 255, (float)(p & 0xff) / 255,
                       (float)(p >> 24) / 255 };
}
