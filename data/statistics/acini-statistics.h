/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A look at all that is in a project: what its slides are, what people labelled on them, and how they look. */

#include "data/base/acini-progress.h"
#include "data/objects/acini-object-index.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* An object of the label layer. */
typedef struct
{
  int label;
  double area;        /* level-0 pixels */
  double circularity; /* see AciniObject */
} AciniUnit;

typedef struct
{
  AciniSlideRecord *record;
  GArray *units;  /* of AciniUnit: the connected pieces of the classes that people labelled */
  double covered; /* share of the slide that they cover, 0 … 1 */

  /* Of its picture of at most ACINI_STATISTICS_SIDE pixels a side. */
  gboolean coloured; /* FALSE: the file is missing, or cannot be read; then the rest says nothing */
  gint64 n_pixels;
  double mean[3], deviation[3]; /* of red, green, blue, 0 … 1 */
  gboolean stained;             /* haematoxylin and eosin could be told apart */
  double stains[2][3];          /* their directions in optical density, of length 1 */
  double map[2];                /* place on the map of colours, see acini-colour-map.h */
  double distance;              /* from its middle, in robust deviations */
  gboolean outlier;
} AciniSlideStatistics;

#define ACINI_STATISTICS_SIDE 1024

/* A day on which labels were edited. */
typedef struct
{
  char *day;       /* 2026-02-01 */
  gint64 n_edits;  /* on it */
  gint64 n_slides; /* that were labelled until its end */
} AciniLabelDay;

typedef struct
{
  GPtrArray *slides;   /* of AciniSlideStatistics, in the order of names */
  GPtrArray *days;     /* of AciniLabelDay, in order */
  char *classes[256];  /* names by label; NULL: none */
  double explained[2]; /* share of the colours' variance that each axis of the map has */
} AciniStatistics;

/* Reads labels and pixels, on several threads; what it took from pixels is kept for the next time.  A slide whose file
 * cannot be read has no colours.  Returns: (transfer full), or NULL with @error set. */
AciniStatistics *acini_statistics_new (AciniProject *project, AciniProgressFunc progress, gpointer user_data,
                                       GCancellable *cancellable, GError **error);
void acini_statistics_free (AciniStatistics *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniStatistics, acini_statistics_free)

/* By what slides are counted. */
typedef enum
{
  ACINI_GROUP_ORGAN,
  ACINI_GROUP_SPLIT,
  ACINI_GROUP_SOURCE,
  ACINI_GROUP_SEX,
  ACINI_GROUP_AGE, /* ten years each */
  ACINI_GROUP_PATIENT,
  ACINI_N_GROUPS
} AciniGroup;

/* "organ", "split" …; static. */
const char *acini_group_get_id (AciniGroup group);
/* Where @slide belongs: (transfer full), "" where it is unknown. */
char *acini_group_dup_of (AciniGroup group, const AciniSlideRecord *slide);

/* Numbers that are shown as a distribution. */
typedef enum
{
  ACINI_NUMBER_WIDTH,
  ACINI_NUMBER_HEIGHT,
  ACINI_NUMBER_MPP,
  ACINI_NUMBER_THICKNESS,
  ACINI_NUMBER_UNITS,    /* of a slide */
  ACINI_NUMBER_COVERED,  /* of a slide */
  ACINI_NUMBER_AREA_PX,  /* of a unit */
  ACINI_NUMBER_AREA_UM2, /* of a unit of a slide of known scale */
  ACINI_NUMBER_CIRCULARITY,
  ACINI_N_NUMBERS
} AciniNumber;

const char *acini_number_get_id (AciniNumber number);
/* All that are known, @label 0: of units of every class.  Returns: (transfer full) (element-type double) sorted. */
GArray *acini_statistics_list_numbers (const AciniStatistics *self, AciniNumber number, int label);

typedef struct
{
  guint n;
  double least, quarter, median, three_quarters, most, mean;
  double deviation; /* of the sample; 0 of one */
} AciniSummary;

/* Of @numbers (element-type double), sorted; quartiles between two numbers are interpolated. */
AciniSummary acini_summarise (const GArray *numbers);

/* Mean and deviation of red, green and blue over the pixels of all slides, 0 … 1.  FALSE: no slide has colours. */
gboolean acini_statistics_get_colour (const AciniStatistics *self, double mean[3], double deviation[3]);
/* Every number of it.  Returns: (transfer full) */
JsonObject *acini_statistics_to_json (const AciniStatistics *self);

G_END_DECLS
