/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The gamepads (libmanette) and the 3D mouse (libspnav, whose service is spacenavd) of this computer, as far as the
 * program was built with those libraries.  Main thread. */

#include "ui/base/acini-pad.h"

G_BEGIN_DECLS

/* The process's own pad, which all of these devices tell; they are looked for with the first call.  Returns:
 * (transfer none). */
AciniPad *acini_pad_get_default (void);

G_END_DECLS
