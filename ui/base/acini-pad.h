/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A gamepad or a 3D mouse in one's hand: its sticks and buttons, as devices tell of them, become moving, zooming and
 * actions of the window, as one table says.  Main thread. */

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_PAD_GAMEPAD, /* axes and buttons as Linux numbers them (input-event-codes.h), of a standard gamepad */
  ACINI_PAD_3D_MOUSE /* axes 0 to 5: x to the right, y up, z towards one, and around them */
} AciniPadKind;

/* What a stick or a button does. */
typedef enum
{
  ACINI_PAD_PAN_X,
  ACINI_PAD_PAN_Y,
  ACINI_PAD_ZOOM,
  ACINI_PAD_ACTION
} AciniPadDeed;

typedef struct
{
  AciniPadKind kind;
  gboolean axis; /* else a button */
  guint code;
  AciniPadDeed deed;
  double sign;        /* of an axis */
  const char *action; /* of a button: of the window, "object-accept" */
} AciniPadMapping;

const AciniPadMapping *acini_pad_get_mapping (guint *n);

#define ACINI_TYPE_PAD (acini_pad_get_type ())
/* Signals:
 *   moving ()                 a stick has left its middle: acini_pad_advance () is to be called with each frame
 *   pressed (action: string)  a button that means an action of the window
 */
G_DECLARE_FINAL_TYPE (AciniPad, acini_pad, ACINI, PAD, GObject)

AciniPad *acini_pad_new (void);

/* For devices: an axis is at @value, -1 … 1; a button went down, or came up. */
void acini_pad_take_axis (AciniPad *self, AciniPadKind kind, guint axis, double value);
void acini_pad_take_button (AciniPad *self, AciniPadKind kind, guint button, gboolean pressed);

/* What the sticks mean for the next @seconds: how far what is looked at goes to the right and down, screen pixels, and
 * by what factor it is larger.  Returns: FALSE, when they rest in their middles and nothing moves. */
gboolean acini_pad_advance (AciniPad *self, double seconds, double *dx, double *dy, double *factor);

G_END_DECLS
