/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Clicks and squiggles grow the object that is meant, with Alt or the secondary button they carve (see
 * acini-prompts.h).  Enter takes what the preview shows, Escape lets go of it, Backspace takes the last prompt back. */

#include "ui/tools/acini-tool-pixels.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TOOL_CLICK (acini_tool_click_get_type ())
G_DECLARE_DERIVABLE_TYPE (AciniToolClick, acini_tool_click, ACINI, TOOL_CLICK, AciniToolPixels)

struct _AciniToolClickClass
{
  AciniToolPixelsClass parent_class;
  gboolean everywhere; /* not one object is meant: the first prompt may carve, too */
};

guint acini_tool_click_get_n (AciniToolClick *self);

/* The prompts as a line of text, "+10.00,20.00,30.00,20.00 -15.00,25.00", in level-0 pixels; and from it, on the slide
 * of @context: those of a text that was damaged are left out.  (transfer full) */
char *acini_tool_click_dup_text (AciniToolClick *self);
void acini_tool_click_resume (AciniToolClick *self, const AciniToolContext *context, guint8 label, gboolean replaces,
                              const char *text);

/* For the tool that means all that is like the prompts: as in AciniToolPixelsClass.answer. */
void acini_tool_click_answer_everywhere (const AciniPixels *pixels, gconstpointer question, gpointer *state,
                                         guint8 *mask);

G_END_DECLS
