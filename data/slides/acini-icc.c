/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-icc.h"

#include <lcms2.h>

struct _AciniIcc
{
  cmsContext context;
  cmsHTRANSFORM transform;
};

/* cmsDoTransform () counts pixels in 32 bits. */
#define MOST_PIXELS ((gsize)1 << 24)

/* lcms2's own way is to say nothing, which is what a slide with a damaged profile deserves: it is shown as scanned. */
AciniIcc *
acini_icc_new (gconstpointer profile, gsize size)
{
  const cmsUInt32Number format = G_BYTE_ORDER == G_LITTLE_ENDIAN ? TYPE_BGRA_8 : TYPE_ARGB_8;
  cmsHPROFILE from, to;
  AciniIcc *self;

  g_return_val_if_fail (profile != NULL || size == 0, NULL);

  if (size == 0 || size > G_MAXUINT32)
    return NULL;
  self = g_new0 (AciniIcc, 1);
  self->context = cmsCreateContext (NULL, NULL);
  from = cmsOpenProfileFromMemTHR (self->context, profile, (cmsUInt32Number)size);
  to = cmsCreate_sRGBProfileTHR (self->context);
  /* The cache of the last colour is what would keep two threads apart. */
  if (from != NULL && cmsGetColorSpace (from) == cmsSigRgbData)
    self->transform = cmsCreateTransformTHR (self->context, from, format, to, format, INTENT_RELATIVE_COLORIMETRIC,
                                             cmsFLAGS_NOCACHE | cmsFLAGS_COPY_ALPHA | cmsFLAGS_BLACKPOINTCOMPENSATION);
  g_clear_pointer (&from, cmsCloseProfile);
  g_clear_pointer (&to, cmsCloseProfile);
  if (self->transform == NULL)
    g_clear_pointer (&self, acini_icc_free);
  return self;
}

void
acini_icc_free (AciniIcc *self)
{
  g_return_if_fail (self != NULL);

  if (self->transform != NULL)
    cmsDeleteTransform (self->transform);
  cmsDeleteContext (self->context);
  g_free (self);
}

/* What is not opaque is glass beside the tissue or the last pixel of the slide, and premultiplied: no colour of the
 * scanner's. */
void
acini_icc_apply (AciniIcc *self, guint32 *pixels, gsize n)
{
  g_return_if_fail (self != NULL && (pixels != NULL || n == 0));

  for (gsize i = 0, end; i < n; i = end)
    {
      gboolean opaque = pixels[i] >> 24 == 0xff;

      for (end = i + 1; end < n && end - i < MOST_PIXELS && (pixels[end] >> 24 == 0xff) == opaque; end++)
        ;
      if (opaque)
        cmsDoTransform (self->transform, pixels + i, pixels + i, (cmsUInt32Number)(end - i));
    }
}
