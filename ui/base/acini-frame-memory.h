/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Memory that frames are drawn into on an X server without graphics hardware.
 *
 * GTK has cairo allocate each frame in memory shared with the server, and cairo gives that memory back after each
 * frame: the next one pays for its pages anew, here and in the server, which for a full screen costs more than all that
 * is drawn.  While something small lies in the same memory, cairo keeps it. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Has @display keep the memory of one frame as large as its largest monitor, from now on; does nothing on displays that
 * need no such thing.  May be called again and again: only a larger monitor costs anything. */
void acini_frame_memory_keep (GdkDisplay *display);

G_END_DECLS
