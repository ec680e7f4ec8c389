/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/project/acini-change.h"
#include "data/project/acini-project-private.h"

G_BEGIN_DECLS

struct _AciniChange
{
  char *kind; /* of the journal's row: "slide", "class", "review", "import", "model" */
  char *tool;
  gint64 slide;    /* 0: of the whole project */
  char *after;     /* JSON */
  gboolean record; /* it can't be undone */
  gint64 time;     /* Unix time, seconds; when it was asked for */
};

/* @after: JSON of the members that the kind has. */
AciniChange *acini_change_new (const char *kind, const char *tool, gint64 slide, char *after, gboolean record);

/* Does @change in @transaction and appends its row.  *@changed: whether there was anything to do. */
gboolean acini_change_put (AciniTransaction *transaction, const AciniChange *change, gboolean *changed, GError **error);
/* Makes a slide, class or review what the JSON @content of a row says. */
gboolean acini_change_apply (AciniTransaction *transaction, const char *kind, gint64 slide, const char *content,
                             GError **error);
/* Records that the file of @slide lies at @path, as it is stored, from now on. */
AciniChange *acini_change_new_place (gint64 slide, const char *path);
/* Rows for what has just come into the project. */
AciniChange *acini_change_new_import (gint64 slide, const char *name, const char *path, gint64 width, gint64 height);
AciniChange *acini_change_new_model (const char *id, const char *name, const char *parent);

G_END_DECLS
