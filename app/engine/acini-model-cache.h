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
} AciniModelCacheSlide;

typedef struct _AciniModelCache AciniModelCache; /* one thread at a time */

AciniModelCache *acini_model_cache_new (const AciniModelOptions *options);
void acini_model_cache_free (AciniModelCache *self);
/* Models are loaded to @device from now on, those that are there once more. */
void acini_model_cache_set_device (AciniModelCache *self, const char *device);
/* The result stays valid until two others of its kind are requested.  A file that was replaced is reopened. */
AciniModel *acini_model_cache_get_model (AciniModelCache *self, const char *path, GError **error);
const AciniModelCacheSlide *acini_model_cache_get_slide (AciniModelCache *self, const char *path, GError **error);

G_END_DECLS
