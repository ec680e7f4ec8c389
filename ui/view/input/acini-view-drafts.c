/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-drafts.h"
#include "ui/base/acini-keep-setting.h"
#include "ui/tools/acini-tool-click.h"
#include "ui/tools/acini-tool-outline.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/input/acini-view-strokes.h"

#include <math.h>

/* More points than a hand draws; a damaged setting must not exceed it. */
#define MOST_POINTS 100000

/* The last word of a draft that is to take the place of an object. */
#define REPLACES " replaces"

static const char *const outlines[] = { "polygon", "lasso" };

/* The tools that ask for prompts: what they are asked begins with their name; then its label and prompts. */
static const char *const clicking[] = { "click", "refine" };

typedef struct
{
  gint64 slide;     /* whose outline or object it is; 0: there was none yet */
  char *text;       /* as it was written last */
  gboolean busy;    /* it is being written … */
  gboolean dirty;   /* … and is another by now */
  GHashTable *left; /* slide (gint64 *) → its text, which may not be on the disk when the slide comes back at once */
  gboolean waiting; /* what was drawn is not on the disk as a stroke yet: until then it stays there as a draft */
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
to_text (AciniToolOutline *outline)
{
  AciniToolPath *path = ACINI_TOOL_PATH (outline);
  GString *text = g_string_new (NULL);
  g_string_printf (text, "%d", acini_tool_outline_get_label (outline));
  for (guint i = 0; i < acini_tool_path_get_n (path); i++)
    {
      const AciniMeasurePoint *p = acini_tool_path_get (path, i);
      char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_printf (text, " %s %s", g_ascii_formatd (x, sizeof x, "%.2f", p->x),
                              g_ascii_formatd (y, sizeof y, "%.2f", p->y));
    }
  if (acini_tool_outline_get_replaces (outline))
    g_string_append (text, REPLACES);
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

/* The place in clicking of the tool with prompts, G_N_ELEMENTS (clicking): none has any. */
static guint
find_clicked (AciniSlideView *self)
{
  guint i = 0;
  while (i < G_N_ELEMENTS (clicking)
         && acini_tool_click_get_n (ACINI_TOOL_CLICK (acini_view_get_tool (self, clicking[i]))) == 0)
    i++;
  return i;
}

/* (transfer full) (nullable) what is being drawn, and *@slide, on which it is. */
static char *
dup_unfinished (AciniSlideView *self, gint64 *slide)
{
  AciniToolOutline *outline = find_unfinished (self);
  guint at = find_clicked (self);
  if (outline)
    {
      *slide = acini_tool_outline_get_slide (outline);
      return to_text (outline);
    }
  if (at == G_N_ELEMENTS (clicking))
    return NULL;
  AciniToolClick *click = ACINI_TOOL_CLICK (acini_view_get_tool (self, clicking[at]));
  g_autofree char *prompts = acini_tool_click_dup_text (click);
  *slide = acini_tool_pixels_get_slide (ACINI_TOOL_PIXELS (click));
  return g_strdup_printf ("%s %d %s%s", clicking[at], acini_tool_pixels_get_label (ACINI_TOOL_PIXELS (click)), prompts,
                          acini_tool_pixels_get_replaces (ACINI_TOOL_PIXELS (click)) ? REPLACES : "");
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
  g_autofree char *text = dup_unfinished (self, &drafts->slide);
  if (drafts->leaving || !self->project || acini_project_get_read_only (self->project))
    return;
  drafts->waiting = !text && !acini_view_strokes_are_idle (self);
  drafts->dirty = drafts->busy;
  if (drafts->busy || drafts->waiting || (!text && drafts->slide == 0))
    return;
  if (!text)
    text = g_strdup ("");
  if (g_strcmp0 (text, drafts->text) == 0)
    return;
  g_set_str (&drafts->text, text);
  drafts->busy = TRUE;
  g_autofree char *key = dup_key (drafts->slide);
  acini_keep_setting (self, self->project, key, text, on_saved);
}

static void
on_frame (AciniSlideView *self)
{
  if (get_drafts (self)->waiting && acini_view_strokes_are_idle (self))
    keep (self);
}

/* Returns: whether there was an object to go on with. */
static gboolean
restore_clicks (AciniSlideView *self, const char *tool, const char *draft)
{
  AciniToolClick *click = ACINI_TOOL_CLICK (acini_view_get_tool (self, tool));
  AciniToolContext context;
  char *prompts = NULL;
  guint64 label = g_ascii_strtoull (draft + strlen (tool) + 1, &prompts, 10);
  if (label < ACINI_LABEL_BACKGROUND || label >= ACINI_LABEL_KEEP || *prompts != ' ')
    return FALSE;
  g_object_set (self, "tool", tool, NULL);
  acini_view_get_tool_context (self, &context);
  acini_tool_click_resume (click, &context, (guint8)label, g_str_has_suffix (draft, REPLACES), prompts + 1);
  return acini_tool_click_get_n (click) > 0;
}

/* The corners of a polygon.  Returns: whether there were any. */
static gboolean
restore_outline (AciniSlideView *self, const char *draft)
{
  g_auto (GStrv) words = g_strsplit (draft, " ", 2 * MOST_POINTS + 2);
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
  guint64 label = words[0] ? g_ascii_strtoull (words[0], NULL, 10) : 0;
  for (guint i = 1; words[0] && words[i] && words[i + 1]; i += 2)
    {
      AciniMeasurePoint p = { g_ascii_strtod (words[i], NULL), g_ascii_strtod (words[i + 1], NULL) };
      if (isfinite (p.x) && isfinite (p.y))
        g_array_append_val (points, p);
    }
  if (points->len == 0 || label < ACINI_LABEL_BACKGROUND || label >= ACINI_LABEL_KEEP)
    return FALSE;
  g_object_set (self, "tool", "polygon", NULL);
  acini_tool_outline_resume (ACINI_TOOL_OUTLINE (acini_view_get_tool (self, "polygon")), self->project, self->slide_id,
                             (guint8)label, g_str_has_suffix (draft, REPLACES),
                             (const AciniMeasurePoint *)(gpointer)points->data, points->len);
  return TRUE;
}

void
acini_view_drafts_restore (AciniSlideView *self, const char *draft)
{
  Drafts *drafts = get_drafts (self);
  const char *newer = g_hash_table_lookup (drafts->left, &self->slide_id);
  draft = newer ? newer : draft;
  if (!draft || acini_project_get_read_only (self->project))
    return;
  /* What is there already is not to be written again. */
  drafts->leaving = TRUE;
  guint at = 0;
  while (at < G_N_ELEMENTS (clicking)
         && !(g_str_has_prefix (draft, clicking[at]) && draft[strlen (clicking[at])] == ' '))
    at++;
  gboolean restored
      = at < G_N_ELEMENTS (clicking) ? restore_clicks (self, clicking[at], draft) : restore_outline (self, draft);
  drafts->leaving = FALSE;
  if (!restored)
    return;
  drafts->slide = self->slide_id;
  g_set_str (&drafts->text, draft);
  g_hash_table_remove (drafts->left, &self->slide_id);
}

void
acini_view_drafts_leave (AciniSlideView *self)
{
  Drafts *drafts = get_drafts (self);
  AciniToolOutline *outline = find_unfinished (self);
  guint at = find_clicked (self);
  AciniTool *tool = outline ? ACINI_TOOL (outline) : acini_view_get_tool (self, clicking[at % G_N_ELEMENTS (clicking)]);
  gint64 slide;
  g_autofree char *text = dup_unfinished (self, &slide);
  if (!text || !self->project || acini_project_get_read_only (self->project))
    return;
  /* Behind what is being written. */
  drafts->busy = FALSE;
  keep (self);
  drafts->leaving = TRUE;
  acini_tool_cancel (tool);
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
  g_signal_connect_object (self, "frame", G_CALLBACK (on_frame), self, G_CONNECT_DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS (clicking); i++)
    g_signal_connect_object (acini_view_get_tool (self, clicking[i]), "changed", G_CALLBACK (keep), self,
                             G_CONNECT_SWAPPED);
}
