/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-side-view.h"

#include "data/predictions/acini-prediction-key.h"

#include "ui/base/acini-async.h"
#include "ui/project/acini-model-thresholds.h"
#include "ui/view/overlays/acini-cursor-readout.h"
#include "ui/view/overlays/acini-scale-bar.h"

#include <glib/gi18n.h>

struct _AciniSideView
{
  AdwBin parent_instance;

  AciniSlideView *view;
  GtkDropDown *mask, *slides; /* what is shown; which slide: the first is the one under review */

  AciniSession *session;
  GCancellable *cancellable; /* of the opening of a prediction */
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (AciniSideView, acini_side_view, ADW_TYPE_BIN)

static AciniSlideItem *
get_slide (AciniSideView *self)
{
  guint selected = gtk_drop_down_get_selected (self->slides);
  g_autoptr (AciniSlideItem) item = NULL;

  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION)
    return acini_session_get_slide (self->session);
  item = g_list_model_get_item (acini_session_get_slides (self->session), selected - 1);
  return item; /* the list keeps it alive */
}

/* The list: corrections alone, each model, the difference between each model and the one in use. */
static AciniModelItem *
get_model (AciniSideView *self, gboolean *difference)
{
  guint selected = gtk_drop_down_get_selected (self->mask);
  guint n = g_list_model_get_n_items (acini_session_get_models (self->session));
  g_autoptr (AciniModelItem) item = NULL;

  *difference = FALSE;
  if (selected == 0 || selected == GTK_INVALID_LIST_POSITION || n == 0)
    return NULL;
  *difference = selected > n;
  item = g_list_model_get_item (acini_session_get_models (self->session), (selected - 1) % n);
  return item; /* the list keeps it alive */
}

/* Each model counts from its own threshold on, whichever is in use. */
static void
show_thresholds (AciniSideView *self)
{
  AciniSlideItem *slide = get_slide (self);
  const char *organ = slide != NULL ? acini_slide_item_get_record (slide)->organ : "";
  AciniThresholds own, in_use;
  gboolean difference;

  acini_session_get_thresholds (self->session, get_model (self, &difference), organ, &own);
  acini_session_get_thresholds (self->session, acini_session_get_model (self->session), organ, &in_use);
  acini_slide_view_set_thresholds (self->view, &own, &in_use);
}

/* What a model said before, if anything. */

typedef struct
{
  AciniProject *project;
  gint64 slide;
  char *model, *against_model; /* the latter NULL: no difference is asked for */
  double downsample, against_downsample;
  AciniPrediction *prediction, *against;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->project);
  g_free (opening->model);
  g_free (opening->against_model);
  g_clear_object (&opening->prediction);
  g_clear_object (&opening->against);
  g_free (opening);
}

/* A prediction that is not there yet, or not at this scale, is none. */
static gboolean
open_file (const Opening *opening, const char *model, double downsample, AciniPrediction **prediction, GError **error)
{
  g_autofree char *path
      = model != NULL ? acini_prediction_find_current (opening->project, opening->slide, model, downsample) : NULL;

  if (path == NULL)
    return TRUE;
  *prediction = acini_prediction_open (path, NULL, error);
  return *prediction != NULL;
}

static gboolean
open_prediction (gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;

  return open_file (opening, opening->model, opening->downsample, &opening->prediction, error)
         && open_file (opening, opening->against_model, opening->against_downsample, &opening->against, error);
}

static void
on_prediction (gpointer object, gpointer data, const GError *error)
{
  AciniSideView *self = object;
  const Opening *opening = data;

  if (error != NULL)
    acini_session_tell (self->session, error->message);
  acini_slide_view_set_against (self->view, opening->against);
  acini_slide_view_set_prediction (self->view, opening->prediction);
}

static void
show_mask (AciniSideView *self)
{
  AciniSlideItem *slide = get_slide (self);
  AciniModelItem *in_use = acini_session_get_model (self->session), *model;
  gboolean difference;
  Opening *opening;

  model = get_model (self, &difference);
  show_thresholds (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  /* Of a model its own opinion counts: where something was corrected, all models would look alike. */
  g_object_set (self->view, "show-labels", model == NULL, NULL);
  if (slide == NULL || model == NULL)
    {
      acini_slide_view_set_against (self->view, NULL);
      acini_slide_view_set_prediction (self->view, NULL);
      return;
    }
  self->cancellable = g_cancellable_new ();
  opening = g_new0 (Opening, 1);
  opening->project = g_object_ref (acini_session_get_project (self->session));
  opening->slide = acini_slide_item_get_record (slide)->id;
  opening->model = g_strdup (acini_model_item_get_record (model)->id);
  opening->downsample = acini_model_item_get_downsample (model, acini_slide_item_get_record (slide));
  if (difference && in_use != NULL)
    {
      opening->against_model = g_strdup (acini_model_item_get_record (in_use)->id);
      opening->against_downsample = acini_model_item_get_downsample (in_use, acini_slide_item_get_record (slide));
    }
  acini_async_run (self, self->cancellable, open_prediction, on_prediction, opening, opening_free);
}

/* The scale of a slide may be corrected while it is on screen. */
static void
on_detail (AciniSideView *self, GParamSpec *pspec, AciniSlideItem *slide)
{
  const AciniSlideRecord *record = acini_slide_item_get_record (slide);

  if (self->view == NULL || record->id != acini_slide_view_get_slide (self->view))
    return;
  acini_slide_view_set_scale (self->view, record->mpp_x, record->mpp_y);
  show_mask (self);
}

static void
show_slide (AciniSideView *self)
{
  AciniSlideItem *slide = get_slide (self);
  const GSignalMatchType same = G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA;

  if (self->filling)
    return;
  if (slide != NULL && !g_signal_handler_find (slide, same, 0, 0, NULL, on_detail, self))
    g_signal_connect_object (slide, "notify::detail", G_CALLBACK (on_detail), self, G_CONNECT_SWAPPED);
  acini_slide_view_set_slide (self->view, slide != NULL ? acini_session_get_project (self->session) : NULL,
                              slide != NULL ? acini_slide_item_get_record (slide)->id : 0);
  show_mask (self);
}

static void
on_labels_changed (AciniSideView *self, gint64 slide)
{
  AciniSlide *open = acini_slide_view_get_open_slide (self->view);

  if (open != NULL && acini_slide_view_get_slide (self->view) == slide)
    acini_slide_view_labels_changed (self->view,
                                     &(AciniRect){ 0, 0, acini_slide_get_width (open), acini_slide_get_height (open) });
}

static void
on_failed (AciniSideView *self, const char *message)
{
  acini_session_tell (self->session, message);
}

static void
on_display_changed (AciniSideView *self, AciniSlideView *main_view)
{
  AciniDisplay display;

  acini_slide_view_get_display (main_view, &display);
  acini_slide_view_set_display (self->view, &display);
}

/* The lists. */

static void
fill (AciniSideView *self)
{
  GListModel *models = acini_session_get_models (self->session), *slides = acini_session_get_slides (self->session);
  g_autoptr (GtkStringList) masks = gtk_string_list_new (NULL), names = gtk_string_list_new (NULL);
  guint mask = gtk_drop_down_get_selected (self->mask), slide = gtk_drop_down_get_selected (self->slides);

  self->filling = TRUE;
  gtk_string_list_append (masks, _ ("Corrections only"));
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);

      gtk_string_list_append (masks, acini_model_item_get_record (item)->name);
    }
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);
      g_autofree char *name = g_strdup_printf (_ ("Difference from %s"), acini_model_item_get_record (item)->name);

      gtk_string_list_append (masks, name);
    }
  gtk_string_list_append (names, _ ("This slide"));
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      gtk_string_list_append (names, acini_slide_item_get_record (item)->name);
    }
  gtk_drop_down_set_model (self->mask, G_LIST_MODEL (masks));
  gtk_drop_down_set_model (self->slides, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->mask, mask < g_list_model_get_n_items (G_LIST_MODEL (masks)) ? mask : 0);
  gtk_drop_down_set_selected (self->slides, slide < g_list_model_get_n_items (G_LIST_MODEL (names)) ? slide : 0);
  self->filling = FALSE;
  show_slide (self);
}

/* The @n-th model that is not the one in use. */
static void
choose_model (AciniSideView *self, guint n)
{
  GListModel *models = acini_session_get_models (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);

      if (item != acini_session_get_model (self->session) && --n == 0)
        gtk_drop_down_set_selected (self->mask, i + 1);
    }
}

static void
on_mask_selected (AciniSideView *self)
{
  if (!self->filling)
    show_mask (self);
}

/* The object. */

static void
acini_side_view_dispose (GObject *object)
{
  AciniSideView *self = ACINI_SIDE_VIEW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->filling = TRUE;
  if (self->view != NULL)
    acini_slide_view_set_slide (self->view, NULL, 0);
  self->view = NULL;
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (acini_session_get_models (self->session), self);
      g_signal_handlers_disconnect_by_data (acini_session_get_slides (self->session), self);
    }
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_side_view_parent_class)->dispose (object);
}

static void
acini_side_view_class_init (AciniSideViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_side_view_dispose;
}

static GtkDropDown *
make_drop_down (AciniSideView *self, GtkWidget *box, const char *name, GCallback selected)
{
  GtkWidget *list = gtk_drop_down_new (NULL, NULL);

  gtk_widget_add_css_class (list, "flat");
  gtk_widget_set_tooltip_text (list, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (list, "notify::selected", selected, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), list);
  return GTK_DROP_DOWN (list);
}

static void
add_overlay_child (GtkWidget *overlay, GtkWidget *widget, int margin_bottom)
{
  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  gtk_widget_set_valign (widget, GTK_ALIGN_END);
  gtk_widget_set_margin_start (widget, 10);
  gtk_widget_set_margin_end (widget, 10);
  gtk_widget_set_margin_bottom (widget, margin_bottom);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), widget);
}

static void
acini_side_view_init (AciniSideView *self)
{
  GtkWidget *overlay = gtk_overlay_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->filling = TRUE;
  self->view = ACINI_SLIDE_VIEW (acini_slide_view_new ());
  self->mask = make_drop_down (self, box, _ ("Mask in this view"), G_CALLBACK (on_mask_selected));
  self->slides = make_drop_down (self, box, _ ("Slide in this view"), G_CALLBACK (show_slide));
  gtk_widget_add_css_class (box, "floating");
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  gtk_widget_set_margin_start (box, 10);
  gtk_widget_set_margin_top (box, 14);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->view));
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), box);
  /* Side views are narrow: the readout goes above the scale bar. */
  add_overlay_child (overlay, acini_scale_bar_new (self->view), 14);
  add_overlay_child (overlay, acini_cursor_readout_new (self->view), 58);
  adw_bin_set_child (ADW_BIN (self), overlay);
}

AciniSideView *
acini_side_view_new (AciniSession *session, AciniSlideView *main_view, guint n)
{
  static const char *const looks[] = { "opacity-mask", "show-mask", "show-outlines", "mask-style" };
  AciniSideView *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && ACINI_IS_SLIDE_VIEW (main_view), NULL);
  self = g_object_new (ACINI_TYPE_SIDE_VIEW, NULL);
  self->session = g_object_ref (session);
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    g_object_bind_property (main_view, looks[i], self->view, looks[i], G_BINDING_SYNC_CREATE);
  on_display_changed (self, main_view);
  g_signal_connect_object (main_view, "notify::threshold", G_CALLBACK (show_thresholds), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (main_view, "display-changed", G_CALLBACK (on_display_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (show_slide), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "labels-changed", G_CALLBACK (on_labels_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (show_mask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "segmented", G_CALLBACK (show_mask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_models (session), "items-changed", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_slides (session), "items-changed", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  fill (self);
  choose_model (self, n);
  return self;
}

AciniSlideView *
acini_side_view_get_view (AciniSideView *self)
{
  g_return_val_if_fail (ACINI_IS_SIDE_VIEW (self), NULL);
  return self->view;
}
