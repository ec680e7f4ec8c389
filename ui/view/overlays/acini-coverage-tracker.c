/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/base/acini-async.h"
#include "ui/view/overlays/acini-coverage-tracker.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/base/acini-units.h"

/* Milliseconds that a view has to rest to count as looked at, and until what was seen is written. */
#define LOOK 700
#define KEEP 5000

struct _AciniCoverageTracker
{
  GObject parent_instance;
  AciniSlideView *view; /* weak */
  AciniSlide *slide;
  AciniProject *project;
  gint64 id;
  AciniCoverage *coverage;
  GdkTexture *texture; /* NULL: to be made */
  guint look, keep;
};

G_DEFINE_FINAL_TYPE (AciniCoverageTracker, acini_coverage_tracker, G_TYPE_OBJECT)

static guint changed_signal;

/* Reading and writing, one after the other. */
typedef struct
{
  AciniProject *project;
  gint64 id;
  char *text; /* to write; NULL: to read */
  char *read;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;
  g_object_unref (keeping->project);
  g_free (keeping->text);
  g_free (keeping->read);
  g_free (keeping);
}

static gboolean
run_keeping (gpointer data, GCancellable *cancellable, GError **error)
{
  Keeping *keeping = data;
  g_autofree char *key = acini_coverage_dup_key (keeping->id);
  if (keeping->text)
    return acini_project_set_setting (keeping->project, key, keeping->text, error);
  keeping->read = acini_project_dup_setting (keeping->project, key);
  return TRUE;
}

static void
changed (AciniCoverageTracker *self)
{
  g_clear_object (&self->texture);
  g_signal_emit (self, changed_signal, 0);
}

/* What cannot be kept is no reason to disturb anybody: the next look is another try. */
static void
on_kept (gpointer object, gpointer data, const GError *error)
{
  AciniCoverageTracker *self = object;
  const Keeping *keeping = data;
  if (!error && keeping->read && self->coverage && keeping->id == self->id && keeping->project == self->project
      && acini_coverage_add_text (self->coverage, keeping->read))
    changed (self);
}

static void
start_keeping (AciniCoverageTracker *self, char *text)
{
  Keeping *keeping = g_new0 (Keeping, 1);
  keeping->project = g_object_ref (self->project);
  keeping->id = self->id;
  keeping->text = text;
  acini_async_run_in_order (self, NULL, run_keeping, on_kept, keeping, keeping_free);
}

static gboolean
write_coverage (gpointer data)
{
  AciniCoverageTracker *self = data;
  self->keep = 0;
  start_keeping (self, acini_coverage_to_text (self->coverage));
  return G_SOURCE_REMOVE;
}

static gboolean
look (gpointer data)
{
  AciniCoverageTracker *self = data;
  AciniSlideView *view = self->view;
  self->look = 0;
  if (!view || view->slide != self->slide || !self->coverage || !gtk_widget_get_mapped (GTK_WIDGET (view)))
    return G_SOURCE_REMOVE;
  const AciniScale scale = { view->mpp_x, view->mpp_y, acini_slide_get_objective_power (view->slide) };
  double magnification = acini_units_get_magnification (&scale, view->viewport.zoom);
  AciniRect seen;
  acini_slide_view_get_visible (view, &seen);
  if (magnification <= 0)
    magnification = 20 * view->viewport.zoom; /* as if a level-0 pixel was half a micrometre */
  if (!acini_coverage_see (self->coverage, (double)seen.x, (double)seen.y, (double)(seen.x + seen.width),
                           (double)(seen.y + seen.height), acini_coverage_get_step (magnification)))
    return G_SOURCE_REMOVE;
  changed (self);
  if (self->keep == 0)
    self->keep = g_timeout_add (KEEP, write_coverage, self);
  return G_SOURCE_REMOVE;
}

static void
leave (AciniCoverageTracker *self)
{
  g_clear_handle_id (&self->look, g_source_remove);
  if (self->keep != 0)
    {
      g_source_remove (self->keep);
      write_coverage (self);
    }
  g_clear_pointer (&self->coverage, acini_coverage_free);
  g_clear_object (&self->texture);
  g_clear_object (&self->slide);
  g_clear_object (&self->project);
}

static void
on_view_changed (AciniCoverageTracker *self)
{
  AciniSlideView *view = self->view;
  if (!view)
    return;
  if (view->slide != self->slide)
    {
      leave (self);
      if (view->slide)
        {
          self->slide = g_object_ref (view->slide);
          self->project = g_object_ref (view->project);
          self->id = view->slide_id;
          self->coverage
              = acini_coverage_new (acini_slide_get_width (view->slide), acini_slide_get_height (view->slide));
          start_keeping (self, NULL);
        }
      changed (self);
    }
  g_clear_handle_id (&self->look, g_source_remove);
  if (self->coverage)
    self->look = g_timeout_add (LOOK, look, self);
}

static void
acini_coverage_tracker_dispose (GObject *object)
{
  AciniCoverageTracker *self = ACINI_COVERAGE_TRACKER (object);
  leave (self);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (acini_coverage_tracker_parent_class)->dispose (object);
}

static void
acini_coverage_tracker_class_init (AciniCoverageTrackerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_coverage_tracker_dispose;
  changed_signal
      = g_signal_new ("changed", ACINI_TYPE_COVERAGE_TRACKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_coverage_tracker_init (AciniCoverageTracker *self)
{
}

AciniCoverageTracker *
acini_coverage_tracker_new (AciniSlideView *view)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (view), NULL);
  AciniCoverageTracker *self = g_object_new (ACINI_TYPE_COVERAGE_TRACKER, NULL);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (on_view_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "opened", G_CALLBACK (on_view_changed), self, G_CONNECT_SWAPPED);
  on_view_changed (self);
  return self;
}

AciniCoverage *
acini_coverage_tracker_get (AciniCoverageTracker *self)
{
  g_return_val_if_fail (ACINI_IS_COVERAGE_TRACKER (self), NULL);
  return self->coverage;
}

GdkTexture *
acini_coverage_tracker_get_texture (AciniCoverageTracker *self)
{
  /* A grey veil over what was not looked at closely: a colour could be taken for the mask.  Premultiplied; from afar
   * does not count. */
  static const guint32 colours[] = { 0x66333333, 0x66333333, 0x4d272727, 0x33191919, 0x190d0d0d, 0 };
  g_return_val_if_fail (ACINI_IS_COVERAGE_TRACKER (self), NULL);
  if (self->texture || !self->coverage)
    return self->texture;
  int columns, rows;
  const guint8 *cells = acini_coverage_get_cells (self->coverage, &columns, &rows);
  guint32 *pixels = g_new (guint32, (gsize)columns * rows);
  for (int i = 0; i < columns * rows; i++)
    pixels[i] = colours[MIN (cells[i], G_N_ELEMENTS (colours) - 1)];
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize)columns * rows * 4);
  self->texture = gdk_memory_texture_new (columns, rows, GDK_MEMORY_DEFAULT, bytes, (gsize)columns * 4);
  return self->texture;
}
