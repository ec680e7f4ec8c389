/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One slide in the gallery: knows its item, so that a click can be told from where it fell. */

#include "ui/project/acini-slide-item.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_CARD (acini_slide_card_get_type ())
/* Properties: "item" (AciniSlideItem, nullable). */
G_DECLARE_FINAL_TYPE (AciniSlideCard, acini_slide_card, ACINI, SLIDE_CARD, AdwBin)

AciniSlideItem *acini_slide_card_get_item (AciniSlideCard *self); /* (transfer none) (nullable) */

G_END_DECLS
