/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Regions of the slide: thin dashed outlines; exclusions are hatched.  Drawn on the screen, so that a line stays thin.
 */

#include "data/project/acini-region.h"
#include "ui/view/layers/acini-layer.h"

G_BEGIN_DECLS

#define ACINI_TYPE_REGION_LAYER (acini_region_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniRegionLayer, acini_region_layer, ACINI, REGION_LAYER, AciniLayer)

AciniRegionLayer *acini_region_layer_new (void);
/* @regions: (nullable) (element-type AciniRegionRecord); they do not change any more. */
/* Those that are only proposed, in another colour. */
void acini_region_layer_set_proposals (AciniRegionLayer *self, GPtrArray *regions);
void acini_region_layer_set_regions (AciniRegionLayer *self, GPtrArray *regions);

/* (transfer none) (nullable) */
GPtrArray *acini_region_layer_get_regions (AciniRegionLayer *self);

G_END_DECLS
