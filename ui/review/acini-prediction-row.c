/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-prediction-row.h"

#include "data/predictions/acini-prediction-key.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>
#include <math.h>

/* As file names tell scales apart. */
#define SAME_SCALE 1e-5

struct _AciniPredictionRow
{
  AdwComboRow parent_instance;

  AciniSession *session;
  AciniPredictionFeed *feed;
  GPtrArray *files; /* element-type AciniPredictionFile; NULL: nothing is listed */
  guint offset;     /* entries before the files' */
  guint ticket;     /* counts the listings: an older one is dropped */
  gboolean filling; /* nobody chooses */
};

G_DEFINE_FINAL_TYPE (AciniPredictionRow, acini_prediction_row, ADW_TYPE_COMBO_ROW)

static gboolean
is_at_scale (AciniPredictionRow *self, const AciniPredictionFile *file)
{
  double downsample = acini_prediction_feed_get_downsample (self->feed);

  return fabs (file->downsample - downsample) <= SAME_SCALE * downsample;
}

/* The slide's µm per pixel at which the file is in its place; 0: not known. */
static double
get_mpp (AciniPredictionRow *self, const AciniPredictionFile *file)
{
  AciniModelItem *model = acini_session_get_model (self->session);
  const AciniCard *card = model != NULL ? acini_model_item_get_card (model) : NULL;

  return card != NULL ? card->mpp / file->downsample : 0;
}

/* "27 Nov 2026, 14:05 · float32, AVX2", and the scale where it is not the slide's. */
static char *
describe (AciniPredictionRow *self, const AciniPredictionFile *file)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (file->written / G_USEC_PER_SEC);
  g_autofree char *date = g_date_time_format (time, _ ("%-d %b %Y, %H:%M"));
  g_autofree char *text = *file->way != '\0' ? g_strdup_printf ("%s · %s", date, file->way) : g_strdup (date);

  if (is_at_scale (self, file))
    return g_steal_pointer (&text);
  return g_strdup_printf (_ ("%s · at %.4g µm/px"), text, get_mpp (self, file));
}

static void
select_current (AciniPredictionRow *self)
{
  AciniPrediction *prediction = self->feed != NULL ? acini_prediction_feed_get_prediction (self->feed) : NULL;

  self->filling = TRUE;
  for (guint i = 0; self->files != NULL && i < self->files->len; i++)
    if (prediction != NULL
        && g_str_equal (((AciniPredictionFile *)self->files->pdata[i])->path, acini_prediction_get_path (prediction)))
      adw_combo_row_set_selected (ADW_COMBO_ROW (self), i + self->offset);
  if (self->offset > 0)
    adw_combo_row_set_selected (ADW_COMBO_ROW (self), 0);
  self->filling = FALSE;
}

static void
show_files (AciniPredictionRow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n_here = 0;

  for (guint i = 0; i < self->files->len; i++)
    n_here += is_at_scale (self, self->files->pdata[i]);
  self->offset = n_here == 0;
  if (n_here == 0)
    gtk_string_list_append (names, _ ("None at this scale"));
  for (guint i = 0; i < self->files->len; i++)
    {
      g_autofree char *text = describe (self, self->files->pdata[i]);

      gtk_string_list_append (names, text);
    }
  self->filling = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (names));
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self), self->files->len + self->offset > 1);
  select_current (self);
}

/* Listing. */

typedef struct
{
  AciniProject *project;
  gint64 slide;
  char *model;
  guint ticket;
  GPtrArray *files;
} Listing;

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_object_unref (listing->project);
  g_free (listing->model);
  g_clear_pointer (&listing->files, g_ptr_array_unref);
  g_free (listing);
}

static gboolean
list_files (gpointer data, GCancellable *cancellable, GError **error)
{
  Listing *listing = data;
  g_autofree char *folder = acini_prediction_dup_folder (listing->project);

  listing->files = acini_prediction_list (folder, listing->slide, listing->model);
  return TRUE;
}

static void
on_listed (gpointer object, gpointer data, const GError *error)
{
  AciniPredictionRow *self = object;
  Listing *listing = data;

  if (listing->ticket != self->ticket || self->feed == NULL)
    return;
  g_clear_pointer (&self->files, g_ptr_array_unref);
  self->files = g_steal_pointer (&listing->files);
  show_files (self);
}

static void
reload (AciniPredictionRow *self)
{
  AciniSlideItem *slide = self->session != NULL ? acini_session_get_slide (self->session) : NULL;
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;
  Listing *listing;

  self->ticket++;
  if (slide == NULL || model == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      g_clear_pointer (&self->files, g_ptr_array_unref);
      return;
    }
  listing = g_new0 (Listing, 1);
  listing->project = g_object_ref (acini_session_get_project (self->session));
  listing->slide = acini_slide_item_get_record (slide)->id;
  listing->model = g_strdup (acini_model_item_get_record (model)->id);
  listing->ticket = self->ticket;
  /* Another one of those that are listed may count by now: it is not to be told as the old one until the list comes. */
  select_current (self);
  acini_async_run (self, NULL, list_files, on_listed, listing, listing_free);
}

/* Choosing. */

/* Another scale for the slide, where the user agrees. */
typedef struct
{
  AciniProject *project;
  char *path;
  gint64 slide;
  double mpp_x, mpp_y;
} Rescaling;

static void
rescaling_free (gpointer data)
{
  Rescaling *rescaling = data;

  g_object_unref (rescaling->project);
  g_free (rescaling->path);
  g_free (rescaling);
}

static gboolean
choose (gpointer data, GCancellable *cancellable, GError **error)
{
  Rescaling *rescaling = data;

  return acini_prediction_choose (rescaling->project, rescaling->path, error);
}

static void
on_chosen (gpointer object, gpointer data, const GError *error)
{
  AciniPredictionRow *self = object;
  const Rescaling *rescaling = data;

  if (self->session == NULL)
    return;
  if (error != NULL)
    acini_session_tell (self->session, error->message);
  else
    acini_slide_list_set_mpp (acini_session_get_slide_list (self->session), &rescaling->slide, 1, rescaling->mpp_x,
                              rescaling->mpp_y);
}

static void
on_response (AciniPredictionRow *self, const char *response, AdwDialog *dialog)
{
  Rescaling *rescaling = g_object_steal_data (G_OBJECT (dialog), "rescaling");

  if (rescaling == NULL)
    return; /* answered already */
  if (g_str_equal (response, "set") && self->session != NULL)
    acini_async_run_in_order (self, NULL, choose, on_chosen, rescaling, rescaling_free);
  else
    rescaling_free (rescaling);
}

static void
offer_scale (AciniPredictionRow *self, const AciniPredictionFile *file)
{
  const AciniSlideRecord *record = acini_slide_item_get_record (acini_session_get_slide (self->session));
  double mpp = get_mpp (self, file);
  g_autofree char *set = g_strdup_printf (_ ("_Set %.4g µm/px"), mpp);
  g_autofree char *body = NULL;
  Rescaling *rescaling;
  AdwDialog *dialog;

  if (mpp <= 0)
    return;
  body = record->mpp_x > 0 ? g_strdup_printf (_ ("This prediction was made at %.4g µm per pixel; the slide is set to "
                                                 "%.4g. It fits the slide only at its own scale."),
                                              mpp, record->mpp_x)
                           : g_strdup_printf (_ ("This prediction was made at %.4g µm per pixel; those of the slide "
                                                 "are unknown. It fits the slide only at its own scale."),
                                              mpp);
  dialog = adw_alert_dialog_new (_ ("Change Scale?"), body);
  rescaling = g_new0 (Rescaling, 1);
  rescaling->project = g_object_ref (acini_session_get_project (self->session));
  rescaling->path = g_strdup (file->path);
  rescaling->slide = record->id;
  rescaling->mpp_x = mpp;
  rescaling->mpp_y = record->mpp_x > 0 && record->mpp_y > 0 ? mpp * record->mpp_y / record->mpp_x : mpp;
  g_object_set_data_full (G_OBJECT (dialog), "rescaling", rescaling, rescaling_free);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("_Cancel"), "set", set, NULL);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
on_selected (AciniPredictionRow *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self));
  const AciniPredictionFile *file;

  if (self->filling || self->feed == NULL || self->files == NULL || selected < self->offset
      || selected - self->offset >= self->files->len)
    return;
  file = self->files->pdata[selected - self->offset];
  if (is_at_scale (self, file))
    {
      acini_prediction_feed_choose (self->feed, file->path);
      return;
    }
  select_current (self);
  if (acini_session_get_read_only (self->session) != NULL)
    acini_session_tell (self->session, acini_session_get_read_only (self->session));
  else
    offer_scale (self, file);
}

void
acini_prediction_row_set_feed (AciniPredictionRow *self, AciniSession *session, AciniPredictionFeed *feed)
{
  g_return_if_fail (ACINI_IS_PREDICTION_ROW (self) && (session != NULL) == (feed != NULL));

  if (self->feed != NULL)
    g_signal_handlers_disconnect_by_data (self->feed, self);
  g_set_object (&self->session, session);
  g_set_object (&self->feed, feed);
  if (feed != NULL)
    g_signal_connect_object (feed, "changed", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  reload (self);
}

static void
acini_prediction_row_dispose (GObject *object)
{
  AciniPredictionRow *self = ACINI_PREDICTION_ROW (object);

  self->filling = TRUE;
  g_clear_object (&self->session);
  g_clear_object (&self->feed);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_prediction_row_parent_class)->dispose (object);
}

static void
acini_prediction_row_class_init (AciniPredictionRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_prediction_row_dispose;
}

static void
acini_prediction_row_init (AciniPredictionRow *self)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), _ ("Prediction"));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self),
                               _ ("The model has segmented this slide in several ways: which result counts, on screen "
                                  "and in exports"));
  adw_combo_row_set_use_subtitle (ADW_COMBO_ROW (self), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
}
