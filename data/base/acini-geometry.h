/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A rectangle of level-0 pixels. */
typedef struct
{
  gint64 x, y, width, height;
} AciniRect;

G_END_DECLS
