/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The few models and slides used last, open. */

#include "data/slides/acini-slide.h"
#include "data/slides/acini-tissue.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

typedef struct
{
  AciniSlide *slide;
  AciniTissue *tissue; /* NULL: not known, compute everything */
} AciniWarmSlide;

typedef struct _AciniWarm AciniWarm; /* one thread at a time */

AciniWarm *acini_warm_new (const AciniModelOptions *options);
void acini_warm_free (AciniWarm *self);
/* What is returned stays until two others of its kind were asked for.  A file that was replaced is opened anew. */
AciniModel *acini_warm_get_model (AciniWarm *self, const char *path, GError **error);
const AciniWarmSlide *acini_warm_get_slide (AciniWarm *self, const char *path, GError **error);

G_END_DECLS
