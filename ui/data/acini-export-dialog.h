/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Masks of slides as files for other programs. */

#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_EXPORT_DIALOG (acini_export_dialog_get_type ())
/* Signals:
 *   exported (text: string, folder: string)  masks are in the folder; the text says how many */
G_DECLARE_FINAL_TYPE (AciniExportDialog, acini_export_dialog, ACINI, EXPORT_DIALOG, AdwDialog)

/* @slide: the one that is offered first (nullable). */
AciniExportDialog *acini_export_dialog_new (AciniSession *session, AciniSlideItem *slide);
/* Exports what is chosen into @folder, as the button does once a folder was chosen; not while it is at it. */
void acini_export_dialog_start (AciniExportDialog *self, const char *folder);
/* Offers these first (element-type AciniSlideItem), as one entry; once at most. */
void acini_export_dialog_offer_several (AciniExportDialog *self, GPtrArray *items);

G_END_DECLS
