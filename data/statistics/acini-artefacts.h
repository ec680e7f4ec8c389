/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Artefacts of a slide that a simple detector finds, as exclusions that somebody may take: pen marks by their colour,
 * in an overview, and what is out of focus by Crété's measure (acini-picture-look.h), in patches wherever there is
 * tissue. */

#include "data/base/acini-progress.h"
#include "data/mask/acini-region-shape.h"
#include "data/slides/acini-slide.h"

G_BEGIN_DECLS

/* @mpp: µm per pixel at level 0; 0: unknown, then 0.5.  At most some thousand patches are looked at, whatever the size
 * of the slide: disk speed, not on the main thread.  Returns: (transfer full) (element-type AciniRegionRecord)
 * exclusions, those of a kind largest first, or NULL with @error set. */
GPtrArray *acini_artefacts_propose (AciniSlide *slide, double mpp, AciniProgressFunc progress, gpointer user_data,
                                    GCancellable *cancellable, GError **error);

G_END_DECLS
