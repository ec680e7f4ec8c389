/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-drafts.h"
#include "ui/base/acini-async.h"
#include "ui/tools/acini-tool-outline.h"
#include "ui/view/core/acini-view-core.h"

#include <math.h>

/* More points than a hand draws; a damaged setting must not exceed it. */
#define MOST_POINTS 100000

static const char *const outlines[] = { "polygon", "lasso" };

typedef struct
{
  gint64 slide;     /* whose outline it is; 0: there was none yet */
  char *text;       /* as it was written last */
  gboolean busy;    /* it is being written … */
  gboolean dirty;   /* … and is another by now */
  GHashTable *left; /* slide (gint64 *) → its text, which may not be on the disk when the slide comes back at once */
  gboolean leaving; /* the corners go from the screen, not from the project */
} Drafts;

static void
drafts_free (gpointer data)
{
  Drafts *drafts = data;
  g_free (drafts->text);
  g_hash_table_unref (drafts->left);
  g_free (drafts);
}

static Drafts *
get_drafts (AciniSlideView *self)
{
  return g_object_get_data (G_OBJECT (self), "drafts");
}

static char *
dup_key (gint64 slide)
{
  return g_strdup_printf ("draft-%" G_GINT64_FORMAT, slide);
}

char *
acini_view_drafts_load (AciniProject *project, gint64 slide)
{
  g_autofree char *key = dup_key (slide);
  return acini_project_dup_setting (project, key);
}

/* "2 10.00 20.00 30.50 …": the label and the corners in level-0 pixels. */
static char *
to_text (AciniToolPath *path, guint8 label)
{
  GString *text = g_string_new (NULL);
  g_string_printf (text, "%d", label);
  for (guint i = 0; i < acini_tool_path_get_n (path); i++)
    {
      const AciniMeasurePoint *p = acini_tool_path_get (path, i);
      char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_printf (text, " %s %s", g_ascii_formatd (x, sizeof x, "%.2f", p->x),
                              g_ascii_formatd (y, sizeof y, "%.2f", p->y));
    }
  return g_string_free_and_steal (text);
}

/* (transfer none) (nullable) the outline that has corners. */
static AciniToolOutline *
find_unfinished (AciniSlideView *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (outlines); i++)
    {
      AciniTool *tool = acini_view_get_tool (self, outlines[i]);
      if (acini_tool_path_get_n (ACINI_TOOL_PATH (tool)) > 0
          && acini_tool_outline_get_slide (ACINI_TOOL_OUTLINE (tool)) != 0)
        return ACINI_TOOL_OUTLINE (tool);
    }
  return NULL;
}

typedef struct
{
  AciniProject *project;
  char *key, *text;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;
  g_object_unref (saving->project);
  g_free (saving->key);
  g_free (saving->text);
  g_free (saving);
}

static gboolean
save (gpointer data, GCancellable *cancellable, GError **error)
{
  Saving *saving = data;
  return acini_project_set_setting (saving->project, saving->key, saving->text, error);
}

static void keep (AciniSlideView *self);

static void
on_saved (gpointer object, gpointer data, const GError *error)
{
  AciniSlideView *self = object;
  Drafts *drafts = get_drafts (self);
  drafts->busy = FALSE;
  /* What cannot be written is still on screen; the next corner tries again. */
  if (error)
    g_clear_pointer (&drafts->text, g_free);
  else if (drafts->dirty)
    keep (self);
}

/* Writes the corners as they are now; while they are being written the newest ones wait for their turn. */
static void
keep (AciniSlideView *self)
{
  Drafts *drafts = get_drafts (self);
  AciniToolOutline *outline = find_unfinished (self);
  if (drafts->leaving || !self->project || acini_project_get_read_only (self->project))
    return;
  drafts->dirty = drafts->busy;
  if (drafts->busy || (!outline && drafts->slide == 0))
    return;
  if (outline)
    drafts->slide = acini_tool_outline_get_slide (outline);
  g_autofree char *text
      = outline ? to_text (ACINI_TOOL_PATH (outline), acini_tool_outline_get_label (outline)) : g_strdup ("");
  if (g_strcmp0 (text, drafts->text) == 0)
    return;
  g_set_str (&drafts->text, text);
  drafts->busy = TRUE;
  Saving *saving = g_new0 (Saving, 1);
  saving->project = g_object_ref (self->project);
  saving->key = dup_key (drafts->slide);
  saving->text = g_steal_pointer (&text);
  acini_async_run_in_order (self, NULL, save, on_saved, saving, saving_free);
}

void
acini_view_drafts_restore (AciniSlideView *self, const char *draft)
{
  Drafts *drafts = get_drafts (self);
  AciniTool *polygon = acini_view_get_tool (self, "polygon");
  const char *newer = g_hash_table_lookup (drafts->left, &self->slide_id);
  draft = newer ? newer : draft;
  g_auto (GStrv) words = g_strsplit (draft ? draft : "", " ", 2 * MOST_POINTS + 2);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
  guint64 label = words[0] ? g_ascii_strtoull (words[0], NULL, 10) : 0;
  for (guint i = 1; words[0] && words[i] && words[i + 1]; i += 2)
    {
      AciniMeasurePoint p = { g_ascii_strtod (words[i], NULL), g_ascii_strtod (words[i + 1], NULL) };
      if (isfinite (p.x) && isfinite (p.y))
        g_array_append_val (points, p);
    }
  if (points->len == 0 || label < ACINI_LABEL_BACKGROUND || label >= ACINI_LABEL_KEEP
      || acini_project_get_read_only (self->project))
    return;
  g_object_set (self, "tool", "polygon", NULL);
  drafts->slide = self->slide_id;
  g_set_str (&drafts->text, draft);
  g_hash_table_remove (drafts->left, &self->slide_id);
  acini_tool_outline_resume (ACINI_TOOL_OUTLINE (polygon), self->project, self->slide_id, (guint8)label,
                             (const AciniMeasurePoint *)(gpointer)points->data, points->len);
}

void
acini_view_drafts_leave (AciniSlideView *self)
{
  Drafts *drafts = get_drafts (self);
  AciniToolOutline *outline = find_unfinished (self);
  if (!outline || !self->project || acini_project_get_read_only (self->project))
    return;
  /* Behind what is being written. */
  drafts->busy = FALSE;
  keep (self);
  drafts->leaving = TRUE;
  acini_tool_cancel (ACINI_TOOL (outline));
  g_hash_table_insert (drafts->left, g_memdup2 (&drafts->slide, sizeof drafts->slide), g_steal_pointer (&drafts->text));
  *drafts = (Drafts){ .left = drafts->left };
}

void
acini_view_drafts_init (AciniSlideView *self)
{
  Drafts *drafts = g_new0 (Drafts, 1);
  drafts->left = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_object_set_data_full (G_OBJECT (self), "drafts", drafts, drafts_free);
  for (guint i = 0; i < G_N_ELEMENTS (outlines); i++)
    g_signal_connect_object (acini_view_get_tool (self, outlines[i]), "changed", G_CALLBACK (keep), self,
                             G_CONNECT_SWAPPED);
}
