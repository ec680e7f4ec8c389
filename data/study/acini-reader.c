/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From nothing: clicks. */

#include "data/study/acini-reader.h"

#include "data/base/acini-shape.h"
#include "data/prompts/acini-prompts.h"
#include "data/study/acini-reader-private.h"

#include <math.h>
#include <string.h>

/* The normal distribution, by Box and Muller. */
void
acini_reader_shake (const AciniReaderHands *hands, double *x, double *y)
{
  double length, angle;

  if (hands == NULL || hands->random == NULL)
    return;
  length = hands->jitter * sqrt (-2 * log (1 - g_rand_double (hands->random)));
  angle = g_rand_double_range (hands->random, 0, 2 * G_PI);
  *x += length * cos (angle);
  *y += length * sin (angle);
}

/* The deepest pixel of @mask.  Returns: the square of its depth. */
static float
find_middle (const guint8 *mask, int width, int height, AciniPromptPoint *middle)
{
  g_autofree float *depths = acini_shape_find_depths (mask, width, height);
  gsize best = 0;

  for (gsize i = 1; i < (gsize)width * height; i++)
    if (depths[i] > depths[best])
      best = i;
  *middle = (AciniPromptPoint){ (double)(best % (gsize)width) + 0.5, (double)(best / (gsize)width) + 0.5 };
  return depths[best];
}

/* Where object @object is and @mask is not, or, @extra, the other way round. */
static void
find_errors (const AciniReaderScreen *screen, guint32 object, const guint8 *mask, gboolean extra, guint8 *errors)
{
  for (gsize i = 0; i < (gsize)screen->width * screen->height; i++)
    errors[i] = extra ? screen->truth[i] != object && mask[i] != 0 : screen->truth[i] == object && mask[i] == 0;
}

static double
get_iou (const AciniReaderScreen *screen, guint32 object, const guint8 *mask)
{
  gsize both = 0, either = 0;

  for (gsize i = 0; i < (gsize)screen->width * screen->height; i++)
    {
      both += screen->truth[i] == object && mask[i] != 0;
      either += screen->truth[i] == object || mask[i] != 0;
    }
  return either > 0 ? (double)both / (double)either : 0;
}

static void
click (const AciniReaderScreen *screen, const AciniReaderHands *hands, AciniPrompts *prompts, guint32 object,
       guint8 *mask, guint8 *errors)
{
  AciniPromptPoint missing, extra, at;
  gboolean positive;
  float most;

  find_errors (screen, object, mask, FALSE, errors);
  most = find_middle (errors, screen->width, screen->height, &missing);
  find_errors (screen, object, mask, TRUE, errors);
  positive = acini_prompts_get_n (prompts) == 0 || find_middle (errors, screen->width, screen->height, &extra) <= most;
  at = positive ? missing : extra;
  acini_reader_shake (hands, &at.x, &at.y);
  acini_prompts_add (prompts, positive, &at, 1);
  acini_prompts_get_mask (prompts, mask);
}

guint
acini_reader_click_object (const AciniReaderScreen *screen, const AciniReaderHands *hands, guint32 object, guint most,
                           guint8 *mask, double *iou, double *first_iou)
{
  gsize size = (gsize)screen->width * screen->height;
  const AciniPromptsRegion region = { screen->width, screen->height, screen->rgb, screen->probability, NULL, NULL, 0 };
  g_autoptr (AciniPrompts) prompts = acini_prompts_new (&region);
  g_autofree guint8 *errors = g_malloc (size);
  guint n = 0;

  memset (mask, 0, size);
  *iou = 0;
  while (*iou < ACINI_READER_IOU && n < most)
    {
      click (screen, hands, prompts, object, mask, errors);
      *iou = get_iou (screen, object, mask);
      if (n++ == 0 && first_iou != NULL)
        *first_iou = *iou;
    }
  return n;
}

void
acini_reader_outline (const AciniReaderScreen *screen, const AciniReaderHands *hands, AciniReaderScore *score)
{
  gsize size = (gsize)screen->width * screen->height;
  g_autofree guint8 *mask = g_malloc (size);
  g_autofree gsize *areas = g_new0 (gsize, screen->n_objects + 1);

  g_return_if_fail (screen->rgb != NULL && screen->truth != NULL && score != NULL);

  for (gsize i = 0; i < size; i++)
    areas[screen->truth[i]]++;
  for (guint32 object = 1; object <= screen->n_objects; object++)
    {
      double iou, first = 0;
      guint n;

      if (areas[object] < ACINI_READER_LEAST)
        continue;
      n = acini_reader_click_object (screen, hands, object, ACINI_READER_CLICKS, mask, &iou, &first);
      score->objects++;
      score->unfinished += iou < ACINI_READER_IOU;
      score->by_clicks[n]++;
      score->clicks += n;
      score->keys++;
      score->seconds += n * ACINI_READER_CLICK + ACINI_READER_KEY;
      score->first_iou += first;
    }
}
