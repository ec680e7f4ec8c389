/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How far the slide on screen is: its state, what of its tissue was looked at, and signing it off. */

#include "acini-config.h"

#include "ui/review/acini-review-page-private.h"

#include "data/objects/acini-object-paint.h"
#include "data/slides/acini-tissue.h"
#include "ui/base/acini-async.h"
#include "ui/tools/acini-tools.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/overlays/acini-overview.h"

#include <glib/gi18n.h>

gboolean
acini_review_page_is_approved (AciniReviewPage *self)
{
  return self->sign_off != NULL && self->sign_off->state == ACINI_SLIDE_APPROVED;
}

/* What a project, or a slide, that can only be looked at offers stays in sight; the window says why it cannot be used.
 */
void
acini_review_page_enable_editing (AciniReviewPage *self, gboolean enabled)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->palette); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GVariant *tool
          = GTK_IS_TOGGLE_BUTTON (child) ? gtk_actionable_get_action_target_value (GTK_ACTIONABLE (child)) : NULL;

      if (tool != NULL && acini_tools_find (g_variant_get_string (tool, NULL))->paints)
        gtk_widget_set_sensitive (child, enabled);
    }
  gtk_widget_set_sensitive (self->locate_button, enabled);
}

static const char *
get_title (AciniSlideState state)
{
  static const char *const titles[ACINI_N_SLIDE_STATES]
      = { N_ ("New"), N_ ("Segmented"), N_ ("In review"), N_ ("Reviewed"), N_ ("Approved") };

  return _ (titles[state]);
}

/* (transfer full) (nullable) of each cell, whether it has tissue that counts. */
static guint8 *
dup_counting (AciniReviewPage *self, AciniCoverage *coverage)
{
  int columns, rows;
  guint8 *cells;

  if (self->tissue == NULL || self->counting == NULL)
    return NULL;
  acini_coverage_get_cells (coverage, &columns, &rows);
  cells = g_malloc ((gsize)columns * rows);
  for (int i = 0; i < columns * rows; i++)
    cells[i] = self->tissue[i] & self->counting[i];
  return cells;
}

static void
show_state (AciniReviewPage *self)
{
  AciniCoverageTracker *tracker = acini_overview_get_tracker (ACINI_OVERVIEW (self->overview));
  AciniCoverage *coverage = tracker != NULL ? acini_coverage_tracker_get (tracker) : NULL;
  g_autofree guint8 *counting = coverage != NULL ? dup_counting (self, coverage) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->sign_off != NULL)
    g_string_append (text, get_title (self->sign_off->state));
  if (self->sign_off != NULL && *self->sign_off->user != '\0')
    g_string_append_printf (text, _ (" (%s)"), self->sign_off->user);
  if (counting != NULL)
    g_string_append_printf (text, _ ("%s%.0f %% of tissue seen at ≥ 10×"), text->len > 0 ? " · " : "",
                            100 * acini_coverage_get_part_of (coverage, counting, ACINI_COVERAGE_10X));
  acini_queue_pane_set_coverage (self->queue_pane, text->str);
}

/* The state. */

typedef struct
{
  AciniSignOff *sign_off;
  guint8 *counting;
} Reading;

static void
reading_free (gpointer data)
{
  acini_sign_off_free (((Reading *)data)->sign_off);
  g_free (((Reading *)data)->counting);
  g_free (data);
}

/* (transfer full) of each cell of the slide's coverage 255, 0 where its middle lies in an exclusion. */
static guint8 *
find_counting (const AciniObjectSource *source, GError **error)
{
  g_autoptr (AciniRegionScope) scope = acini_region_scope_new (source->project, source->slide->id, NULL, error);
  g_autoptr (AciniCoverage) coverage = acini_coverage_new (source->slide->width, source->slide->height);
  guint8 *counting;
  int columns, rows;

  if (scope == NULL)
    return NULL;
  acini_coverage_get_cells (coverage, &columns, &rows);
  counting = g_malloc ((gsize)columns * rows);
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++)
      counting[row * columns + column]
          = acini_region_scope_contains (scope, (column + .5) * (double)source->slide->width / columns,
                                         (row + .5) * (double)source->slide->height / rows)
                ? 255
                : 0;
  return counting;
}

static gboolean
read_state (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, GCancellable *cancellable,
            GError **error)
{
  Reading *reading = data;

  reading->sign_off
      = acini_project_read_sign_off (source->project, source->slide->id, source->prediction != NULL, error);
  reading->counting = reading->sign_off != NULL ? find_counting (source, error) : NULL;
  return reading->counting != NULL;
}

static void
on_state (gpointer object, gpointer data, const GError *error)
{
  AciniReviewPage *self = object;
  Reading *reading = data;

  if (error != NULL || self->session == NULL)
    return;
  g_clear_pointer (&self->sign_off, acini_sign_off_free);
  self->sign_off = g_steal_pointer (&reading->sign_off);
  g_free (self->counting);
  self->counting = g_steal_pointer (&reading->counting);
  acini_review_page_enable_editing (self, acini_session_get_read_only (self->session) == NULL
                                              && !acini_review_page_is_approved (self));
  show_state (self);
  g_signal_emit_by_name (self, "objects-selected");
}

static void
ask_state (AciniReviewPage *self)
{
  if (self->objects != NULL)
    acini_slide_objects_ask (self->objects, read_state, on_state, self, g_new0 (Reading, 1), reading_free);
}

/* The tissue. */

typedef struct
{
  AciniSlide *slide;
  int columns, rows;
  double width, height;
  guint8 *cells;
} Looking;

static void
looking_free (gpointer data)
{
  Looking *looking = data;

  g_object_unref (looking->slide);
  g_free (looking->cells);
  g_free (looking);
}

static gboolean
look_for_tissue (gpointer data, GCancellable *cancellable, GError **error)
{
  Looking *looking = data;
  g_autoptr (AciniTissue) tissue = acini_tissue_new (looking->slide, error);

  if (tissue == NULL)
    return FALSE;
  looking->cells = g_malloc ((gsize)looking->columns * looking->rows);
  for (int row = 0; row < looking->rows; row++)
    for (int column = 0; column < looking->columns; column++)
      looking->cells[row * looking->columns + column] = !acini_tissue_is_empty (
          tissue, looking->width * column / looking->columns, looking->height * row / looking->rows,
          looking->width / looking->columns, looking->height / looking->rows);
  return TRUE;
}

static void
on_tissue (gpointer object, gpointer data, const GError *error)
{
  AciniReviewPage *self = object;
  Looking *looking = data;

  if (error != NULL || looking->slide != acini_slide_view_get_open_slide (self->view))
    return;
  g_free (self->tissue);
  self->tissue = g_steal_pointer (&looking->cells);
  show_state (self);
}

static void
forget_tissue (AciniReviewPage *self)
{
  g_cancellable_cancel (self->tissue_cancellable);
  g_clear_object (&self->tissue_cancellable);
  g_clear_pointer (&self->tissue, g_free);
}

static void
on_opened (AciniReviewPage *self)
{
  AciniCoverageTracker *tracker = acini_overview_get_tracker (ACINI_OVERVIEW (self->overview));
  AciniSlide *slide = acini_slide_view_get_open_slide (self->view);
  AciniCoverage *coverage = tracker != NULL ? acini_coverage_tracker_get (tracker) : NULL;
  Looking *looking;

  forget_tissue (self);
  if (slide == NULL || coverage == NULL)
    return;
  looking = g_new0 (Looking, 1);
  looking->slide = g_object_ref (slide);
  looking->width = (double)acini_slide_get_width (slide);
  looking->height = (double)acini_slide_get_height (slide);
  acini_coverage_get_cells (coverage, &looking->columns, &looking->rows);
  self->tissue_cancellable = g_cancellable_new ();
  acini_async_run (self, self->tissue_cancellable, look_for_tissue, on_tissue, looking, looking_free);
}

/* Signing off. */

typedef struct
{
  gboolean whole; /* the slide; else the rectangle */
  AciniRect rect;
  char *state; /* NULL: no more than the labels */
  char *meaning, *reason;
  AciniRegion region;
} Signing;

static void
signing_free (gpointer data)
{
  Signing *signing = data;

  g_clear_pointer (&signing->region.points, g_array_unref);
  g_free (signing->state);
  g_free (signing->meaning);
  g_free (signing->reason);
  g_free (signing);
}

static gboolean
plan_signing (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
              GError **error)
{
  Signing *signing = data;
  const AciniRect *rect = &signing->rect;

  signing->region.source = *source;
  if (!signing->whole && signing->region.points == NULL)
    {
      const double corners[4][2] = { { (double)rect->x, (double)rect->y },
                                     { (double)(rect->x + rect->width), (double)rect->y },
                                     { (double)(rect->x + rect->width), (double)(rect->y + rect->height) },
                                     { (double)rect->x, (double)(rect->y + rect->height) } };

      signing->region.points = g_array_new (FALSE, FALSE, sizeof corners[0]);
      g_array_append_vals (signing->region.points, corners, 4);
    }
  /* What the model says later does not change what was approved. */
  if (signing->state == NULL || g_str_equal (signing->state, "approved"))
    {
      step->draw = acini_region_draw;
      step->drawn = &signing->region;
    }
  if (signing->state != NULL)
    step->change = acini_change_new_sign_off (source->slide->id, signing->state, signing->meaning, signing->reason);
  return TRUE;
}

static void
on_signed (gpointer object, gpointer data, const GError *error)
{
  AciniReviewPage *self = object;
  const Signing *signing = data;

  if (error != NULL || self->session == NULL)
    return;
  acini_session_tell (self->session, signing->state == NULL ? _ ("Everything there is now labelled as it was")
                                     : g_str_equal (signing->state, "in review") ? _ ("The slide is open again")
                                                                                 : _ ("The slide is signed off"));
  ask_state (self);
}

static void
sign (AciniReviewPage *self, Signing *signing)
{
  acini_slide_objects_edit (self->objects, "sign-off", -1, plan_signing, on_signed, self, signing, signing_free);
}

static void
on_screen_answer (AdwAlertDialog *dialog, const char *response, AciniReviewPage *self)
{
  Signing *signing;

  if (!g_str_equal (response, "sign") || self->objects == NULL)
    return;
  signing = g_new0 (Signing, 1);
  acini_slide_view_get_visible (self->view, &signing->rect);
  sign (self, signing);
}

static AdwAlertDialog *
make_question (const char *heading)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (
      heading,
      _ ("What the mask shows here, tissue units and background, becomes your labels. One undo takes it back.")));

  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "sign", _ ("_Everything Is Right"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "sign", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "sign");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  return dialog;
}

void
acini_review_page_sign_off_screen (AciniReviewPage *self)
{
  AdwAlertDialog *dialog = make_question (_ ("Is Everything on Screen Right?"));

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_screen_answer), self, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* A region may be changed while the question stands: what was asked about counts. */
static void
on_region_answer (AdwAlertDialog *dialog, const char *response, AciniReviewPage *self)
{
  GArray *points = g_object_get_data (G_OBJECT (dialog), "points");
  Signing *signing;

  if (!g_str_equal (response, "sign") || self->objects == NULL)
    return;
  signing = g_new0 (Signing, 1);
  signing->region.points = g_array_ref (points);
  sign (self, signing);
}

void
acini_review_page_sign_off_region (AciniReviewPage *self, const AciniRegionRecord *region)
{
  AdwAlertDialog *dialog = make_question (_ ("Is This Region Right?"));

  g_object_set_data_full (G_OBJECT (dialog), "points", g_array_ref (region->points), (GDestroyNotify)g_array_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_region_answer), self, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* A dialog's entries, kept by name beside it. */
static const char *
get_text (GObject *dialog, const char *name)
{
  return gtk_editable_get_text (g_object_get_data (dialog, name));
}

static void
on_answer (AdwAlertDialog *dialog, const char *response, AciniReviewPage *self)
{
  Signing *signing;

  if (g_str_equal (response, "cancel") || self->objects == NULL)
    return;
  signing = g_new0 (Signing, 1);
  signing->whole = TRUE;
  signing->state = g_strdup (response);
  signing->meaning = g_strdup (get_text (G_OBJECT (dialog), "meaning"));
  signing->reason = g_strdup (get_text (G_OBJECT (dialog), "reason"));
  sign (self, signing);
}

/* Who reopens says why. */
static void
on_reason (GtkEditable *entry, AdwAlertDialog *dialog)
{
  gboolean approved = adw_alert_dialog_has_response (dialog, "in review");

  if (approved)
    adw_alert_dialog_set_response_enabled (dialog, "in review", *gtk_editable_get_text (entry) != '\0');
}

static void
add_entry (AdwAlertDialog *dialog, GtkListBox *list, const char *name, const char *title, const char *text)
{
  GtkWidget *entry = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), title);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (entry), TRUE);
  gtk_list_box_append (list, entry);
  g_object_set_data (G_OBJECT (dialog), name, entry);
}

void
acini_review_page_ask_sign_off (AciniReviewPage *self)
{
  gboolean approved = acini_review_page_is_approved (self);
  g_autofree char *body = NULL;
  GtkListBox *list = GTK_LIST_BOX (gtk_list_box_new ());
  AdwAlertDialog *dialog;

  if (approved)
    body = g_strdup_printf (_ ("%s approved it: “%s”. To change it, say why."), self->sign_off->user,
                            self->sign_off->meaning);
  else
    body
        = g_strdup_printf (_ ("It is signed as %s, now. An approved slide is labelled as its mask shows it, and cannot "
                              "be changed until it is reopened."),
                           g_str_equal (g_get_real_name (), "Unknown") ? g_get_user_name () : g_get_real_name ());
  dialog
      = ADW_ALERT_DIALOG (adw_alert_dialog_new (approved ? _ ("Reopen This Slide?") : _ ("Sign Off This Slide"), body));
  gtk_list_box_set_selection_mode (list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (list), "boxed-list");
  add_entry (dialog, list, "meaning", _ ("Meaning"),
             approved ? _ ("Reopened") : _ ("Every tissue unit was looked at and is right"));
  add_entry (dialog, list, "reason", _ ("Reason"), "");
  adw_alert_dialog_set_extra_child (dialog, GTK_WIDGET (list));
  if (approved)
    adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "in review", _ ("_Reopen"), NULL);
  else
    adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "reviewed", _ ("_Reviewed"), "approved",
                                    _ ("_Approve"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, approved ? "in review" : "approved", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, approved ? "in review" : "approved");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_dialog_set_focus (ADW_DIALOG (dialog), g_object_get_data (G_OBJECT (dialog), "reason"));
  g_signal_connect_object (g_object_get_data (G_OBJECT (dialog), "reason"), "changed", G_CALLBACK (on_reason), dialog,
                           G_CONNECT_DEFAULT);
  on_reason (g_object_get_data (G_OBJECT (dialog), "reason"), dialog);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

/* What it listens to. */

static void
on_replaced (AciniReviewPage *self)
{
  g_clear_pointer (&self->sign_off, acini_sign_off_free);
  g_clear_pointer (&self->counting, g_free);
  show_state (self);
  ask_state (self);
}

void
acini_review_page_follow_sign_off (AciniReviewPage *self)
{
  g_signal_connect_object (self->objects, "replaced", G_CALLBACK (on_replaced), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->objects, "changed", G_CALLBACK (ask_state), self, G_CONNECT_SWAPPED);
  on_replaced (self);
}

void
acini_review_page_clear_sign_off (AciniReviewPage *self)
{
  forget_tissue (self);
  g_clear_pointer (&self->sign_off, acini_sign_off_free);
  g_clear_pointer (&self->counting, g_free);
}

void
acini_review_page_init_sign_off (AciniReviewPage *self)
{
  AciniCoverageTracker *tracker = acini_overview_get_tracker (ACINI_OVERVIEW (self->overview));

  g_signal_connect_object (tracker, "changed", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "opened", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_slide_pane_get_regions (self->slide_pane), "sign-off",
                           G_CALLBACK (acini_review_page_sign_off_region), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_slide_pane_get_regions (self->slide_pane), "segment",
                           G_CALLBACK (acini_review_page_segment_region), self, G_CONNECT_SWAPPED);
}
