/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a phantom is drawn from: organ, size, scale and seed. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_PHANTOM_ERROR (acini_phantom_error_quark ())
GQuark acini_phantom_error_quark (void);

typedef enum
{
  ACINI_PHANTOM_ERROR_ORGAN, /* unknown organ */
  ACINI_PHANTOM_ERROR_SIZE,
  ACINI_PHANTOM_ERROR_WRITE,
} AciniPhantomError;

typedef struct
{
  gint64 width, height; /* level-0 pixels */
  guint64 seed;
  char organ[32]; /* kidney, largeintestine, lung, prostate or spleen */
  double mpp;     /* µm per pixel */
} AciniPhantom;

/* The organs a phantom can be drawn of; NULL-terminated, static. */
const char *const *acini_phantom_get_organs (void);

/* Fills *@phantom with checked values; @organ NULL is largeintestine, @mpp 0 is 0.5. */
gboolean acini_phantom_init (AciniPhantom *phantom, gint64 width, gint64 height, guint64 seed, const char *organ,
                             double mpp, GError **error);

G_END_DECLS
