/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/segmentation/acini-segmentation-check.h"

#include "app/segmentation/acini-knowledge.h"
#include "app/segmentation/acini-segmentation.h"
#include "data/labels/acini-labels.h"
#include "model/core/acini-card.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Probabilities are compressed to about this share of a byte a pixel, and are there twice until they are collected. */
#define BYTES_PER_PIXEL 0.5
#define LEAST_ROOM ((guint64)64 << 20)

/* Whether each of @n labels is one; stops at the first that is none. */
static gboolean
all_set (const guint8 *labels, gsize n)
{
  return memchr (labels, ACINI_LABEL_UNLABELLED, n) == NULL;
}

/* *@all: whether no pixel of the slide is without a label.  Looks at pixels only where the tiles do not tell. */
static gboolean
find_all_labelled (AciniProject *project, const AciniSlideRecord *record, gboolean *all, GError **error)
{
  gint64 columns = (record->width + ACINI_LABEL_TILE - 1) / ACINI_LABEL_TILE;
  gint64 rows = (record->height + ACINI_LABEL_TILE - 1) / ACINI_LABEL_TILE;
  g_autoptr (GArray) tiles = acini_labels_list_tiles (project, record->id, error);
  g_autofree guint8 *labels = g_malloc ((gsize)ACINI_LABEL_TILE * ACINI_LABEL_TILE);

  *all = tiles != NULL && tiles->len == columns * rows;
  for (guint i = 0; *all && i < tiles->len; i++)
    {
      const AciniRect *tile = &g_array_index (tiles, AciniRect, i);
      int width = (int)MIN (tile->width, record->width - tile->x),
          height = (int)MIN (tile->height, record->height - tile->y);

      if (!acini_labels_read (project, record->id, 0, tile->x, tile->y, width, height, labels, error))
        return FALSE;
      *all = all_set (labels, (gsize)width * height);
    }
  return tiles != NULL;
}

static void
check_disk (GPtrArray *problems, AciniProject *project, const AciniSlideRecord *record, double downsample)
{
  guint64 needed
      = LEAST_ROOM
        + (guint64)(BYTES_PER_PIXEL * (double)record->width * (double)record->height / (downsample * downsample));
  guint64 free_bytes = acini_get_free_bytes (acini_project_get_folder (project));
  g_autofree char *needed_text = g_format_size (needed), *free_text = g_format_size (free_bytes);

  if (free_bytes < needed)
    acini_job_problems_add (
        problems, free_bytes < LEAST_ROOM,
        g_strdup_printf (
            _ ("Segmenting “%s” may need %s on the disk of the project, where %s are free: make room first."),
            record->name, needed_text, free_text));
}

/* What the model has not seen the like of.  A slide that cannot be opened is another problem. */
static void
check_knowledge (GPtrArray *problems, const AciniSlideRecord *record, const AciniCard *card)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (record->path, NULL);
  g_autoptr (GPtrArray) sentences
      = slide != NULL ? acini_knowledge_check (card, slide, record->organ, record->mpp_x) : NULL;

  for (guint i = 0; sentences != NULL && i < sentences->len; i++)
    acini_job_problems_add (problems, FALSE,
                            g_strdup_printf ("“%s”: %s", record->name, (const char *)sentences->pdata[i]));
}

GPtrArray *
acini_segmentation_check (AciniProject *project, gint64 slide, const char *model, GError **error)
{
  g_autoptr (GPtrArray) problems = acini_job_problems_new ();
  g_autoptr (AciniSlideRecord) record = NULL;
  g_autoptr (AciniCard) card = NULL;
  gboolean all = FALSE;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && model != NULL, NULL);

  record = acini_project_get_slide (project, slide, error);
  card = record != NULL ? acini_card_load (model, error) : NULL;
  if (card == NULL || !find_all_labelled (project, record, &all, error))
    return NULL;
  if (!g_file_test (record->path, G_FILE_TEST_EXISTS))
    acini_job_problems_add (
        problems, TRUE, g_strdup_printf (_ ("The file of “%s” is not where it was: %s."), record->name, record->path));
  if (all)
    acini_job_problems_add (
        problems, TRUE,
        g_strdup_printf (_ ("All of “%s” is labelled, and labels win over the model: there is nothing "
                            "left to segment."),
                         record->name));
  if (card->mpp > 0 && record->mpp_x <= 0)
    acini_job_problems_add (
        problems, FALSE,
        g_strdup_printf (_ ("“%s” has no µm per pixel, so that the model sees it at a wrong size. Set "
                            "it in the slide's properties."),
                         record->name));
  check_knowledge (problems, record, card);
  check_disk (problems, project, record, acini_get_downsample (record->mpp_x, card->mpp));
  return g_steal_pointer (&problems);
}
