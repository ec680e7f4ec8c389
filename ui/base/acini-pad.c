/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/base/acini-pad.h"

#include <linux/input-event-codes.h>
#include <math.h>

/* So near the middle a stick rests: none comes back to it exactly. */
#define REST 0.15
/* At its end: screen pixels a second, and by what factor a second. */
#define SPEED 1200.
#define ZOOM 4.
/* Frames that were missed are not made up for. */
#define LONGEST 0.1

static const AciniPadMapping mapping[] = {
  { ACINI_PAD_GAMEPAD, TRUE, ABS_X, ACINI_PAD_PAN_X, 1, NULL },
  { ACINI_PAD_GAMEPAD, TRUE, ABS_Y, ACINI_PAD_PAN_Y, 1, NULL },
  { ACINI_PAD_GAMEPAD, TRUE, ABS_RY, ACINI_PAD_ZOOM, -1, NULL },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_SOUTH, ACINI_PAD_ACTION, 0, "object-accept" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_EAST, ACINI_PAD_ACTION, 0, "object-reject" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_WEST, ACINI_PAD_ACTION, 0, "review-skip" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_NORTH, ACINI_PAD_ACTION, 0, "undo" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_TR, ACINI_PAD_ACTION, 0, "review-next" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_TL, ACINI_PAD_ACTION, 0, "review-previous" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_DPAD_RIGHT, ACINI_PAD_ACTION, 0, "review-next" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_DPAD_LEFT, ACINI_PAD_ACTION, 0, "review-previous" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_DPAD_UP, ACINI_PAD_ACTION, 0, "zoom-in" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_DPAD_DOWN, ACINI_PAD_ACTION, 0, "zoom-out" },
  { ACINI_PAD_GAMEPAD, FALSE, BTN_START, ACINI_PAD_ACTION, 0, "fit" },
  { ACINI_PAD_3D_MOUSE, TRUE, 0, ACINI_PAD_PAN_X, 1, NULL },
  { ACINI_PAD_3D_MOUSE, TRUE, 2, ACINI_PAD_PAN_Y, 1, NULL },
  { ACINI_PAD_3D_MOUSE, TRUE, 1, ACINI_PAD_ZOOM, -1, NULL },
  { ACINI_PAD_3D_MOUSE, FALSE, 0, ACINI_PAD_ACTION, 0, "object-accept" },
  { ACINI_PAD_3D_MOUSE, FALSE, 1, ACINI_PAD_ACTION, 0, "object-reject" },
  { ACINI_PAD_3D_MOUSE, FALSE, 2, ACINI_PAD_ACTION, 0, "review-next" },
  { ACINI_PAD_3D_MOUSE, FALSE, 3, ACINI_PAD_ACTION, 0, "review-previous" },
};

struct _AciniPad
{
  GObject parent_instance;
  double values[ACINI_PAD_ACTION]; /* of what moves, -1 … 1 */
  gboolean down[G_N_ELEMENTS (mapping)];
};

enum
{
  MOVING,
  PRESSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniPad, acini_pad, G_TYPE_OBJECT)

const AciniPadMapping *
acini_pad_get_mapping (guint *n)
{
  g_return_val_if_fail (n != NULL, NULL);
  *n = G_N_ELEMENTS (mapping);
  return mapping;
}

static int
find (AciniPadKind kind, gboolean axis, guint code)
{
  for (guint i = 0; i < G_N_ELEMENTS (mapping); i++)
    if (mapping[i].kind == kind && mapping[i].axis == axis && mapping[i].code == code)
      return (int)i;
  return -1;
}

static gboolean
is_resting (AciniPad *self)
{
  for (guint i = 0; i < ACINI_PAD_ACTION; i++)
    if (self->values[i] != 0)
      return FALSE;
  return TRUE;
}

/* Slow near the middle, where one aims. */
static double
bend (double value)
{
  double beyond = (fabs (value) - REST) / (1 - REST);

  return isfinite (value) && beyond > 0 ? copysign (MIN (beyond * beyond, 1), value) : 0;
}

void
acini_pad_take_axis (AciniPad *self, AciniPadKind kind, guint axis, double value)
{
  gboolean rested;
  int i;

  g_return_if_fail (ACINI_IS_PAD (self));

  i = find (kind, TRUE, axis);
  if (i < 0)
    return;
  rested = is_resting (self);
  self->values[mapping[i].deed] = mapping[i].sign * bend (value);
  if (rested && !is_resting (self))
    g_signal_emit (self, signals[MOVING], 0);
}

void
acini_pad_take_button (AciniPad *self, AciniPadKind kind, guint button, gboolean pressed)
{
  gboolean was;
  int i;

  g_return_if_fail (ACINI_IS_PAD (self));

  i = find (kind, FALSE, button);
  if (i < 0)
    return;
  was = self->down[i];
  self->down[i] = pressed;
  /* A device that tells it twice is not pressed twice. */
  if (pressed && !was)
    g_signal_emit (self, signals[PRESSED], 0, mapping[i].action);
}

gboolean
acini_pad_advance (AciniPad *self, double seconds, double *dx, double *dy, double *factor)
{
  double time = CLAMP (seconds, 0, LONGEST);

  g_return_val_if_fail (ACINI_IS_PAD (self) && dx != NULL && dy != NULL && factor != NULL, FALSE);

  *dx = self->values[ACINI_PAD_PAN_X] * SPEED * time;
  *dy = self->values[ACINI_PAD_PAN_Y] * SPEED * time;
  *factor = pow (ZOOM, self->values[ACINI_PAD_ZOOM] * time);
  return !is_resting (self);
}

static void
acini_pad_class_init (AciniPadClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  signals[MOVING] = g_signal_new ("moving", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PRESSED]
      = g_signal_new ("pressed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_pad_init (AciniPad *self)
{
}

AciniPad *
acini_pad_new (void)
{
  return g_object_new (ACINI_TYPE_PAD, NULL);
}
