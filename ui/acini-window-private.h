/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/acini-window.h"
#include "ui/data/acini-data-page.h"
#include "ui/tasks/acini-tasks-button.h"
#include "ui/models/acini-models-page.h"
#include "ui/results/acini-results-page.h"
#include "ui/review/acini-review-page.h"
#include "ui/project/acini-importer.h"
#include "ui/project/acini-segment-queue.h"
#include "ui/slides/acini-slides-page.h"

G_BEGIN_DECLS

struct _AciniWindow
{
  AdwApplicationWindow parent_instance;

  /* Template. */
  AdwToastOverlay *toasts;
  AdwToolbarView *toolbar_view;
  AdwWindowTitle *title;
  GtkStack *title_stack, *stack;
  AdwViewStack *pages;
  AdwBanner *engine_banner, *unwritten_banner, *reading_banner;
  AciniSlidesPage *slides_page;
  AciniReviewPage *review_page;
  AciniModelsPage *models_page;
  AciniDataPage *data_page;
  AciniResultsPage *results_page;
  AciniTasksButton *tasks_button;
  GtkWidget *slides_toggle, *side_toggle;
  AdwStatusPage *opening_page;

  AciniSession *session;     /* NULL: no project */
  AciniSegmentQueue *queue;  /* of whole slides; NULL: no project */
  AciniImporter *importer;   /* NULL: no project */
  AciniTaskList *tasks;      /* what takes long in this window */
  AciniTask *import_task;    /* NULL: nothing is being added */
  char *folder;              /* of the project that is open or being opened */
  GListModel *waiting;       /* files to add once the project is open */
  gboolean review_next;      /* the next slide that is added is to be looked at: the user opened it, no more */
  GCancellable *cancellable; /* of opening */

  /* The demo project; see acini-window-demo.c. */
  AciniTask *demo_task;           /* NULL: it is not being drawn */
  GCancellable *demo_cancellable; /* the same */
  char *demo_folder;              /* NULL: nobody asked for it */

  GtkEventController *keys; /* of the shortcuts that a text field must be able to take */

  /* A place that the user wants to see as soon as its slide is on screen; slide 0: none. */
  gint64 place_slide;
  AciniRect place;

  guint closing;   /* waits until everything is written */
  gboolean closed; /* it is */
  gboolean asking; /* what to do with what cannot be written */
  GSignalGroup *editor_signals;
};

/* The window's private signals, which its parts listen to; it calls none of them:
 *   state-changed ()  project, page, model or slides are others: what can be asked for may be, too
 *   closing ()        the window goes; its widgets are still there
 */

static inline void
acini_window_enable (AciniWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/* The review page is on screen, with a slide. */
static inline gboolean
acini_window_shows_slide (AciniWindow *self)
{
  gboolean has_slide = FALSE;

  g_object_get (self->review_page, "has-slide", &has_slide, NULL);
  return has_slide && self->session != NULL
         && g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "review") == 0;
}

/* acini-window-state.c */
void acini_window_restore_state (AciniWindow *self);
void acini_window_save_state (AciniWindow *self);
/* The parts, which know the window: acini-window-demo.c, acini-window-actions.c, acini-window-view.c,
 * acini-window-objects.c, acini-window-dnd.c.  acini-window-parts.c puts them into a window. */
void acini_window_init_demo (AciniWindow *self);
void acini_window_make_demo (AciniWindow *self);
void acini_window_cancel_demo (AciniWindow *self);
void acini_window_init_actions (AciniWindow *self);
void acini_window_init_view_actions (AciniWindow *self);
void acini_window_init_object_actions (AciniWindow *self);
void acini_window_init_places (AciniWindow *self);
void acini_window_init_dnd (AciniWindow *self);
void acini_window_init_editor (AciniWindow *self);

G_END_DECLS
