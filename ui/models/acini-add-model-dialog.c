/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-add-model-dialog.h"

#include "app/jobs/acini-specification.h"
#include "app/training/acini-models.h"
#include "ui/base/acini-async.h"
#include "ui/models/acini-model-preview.h"
#include "ui/models/acini-model-question.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AciniAddModelDialog
{
  AdwDialog parent_instance;

  GtkStack *stack;
  GtkBox *box;
  GtkButton *add_button;
  AdwStatusPage *problem_page;
  AdwEntryRow *name_row;
  AdwActionRow *network_row;
  AdwComboRow *slide_row;

  AciniSession *session;
  GCancellable *cancellable; /* of all */
  char *folder;              /* the model, under Acini's own names */
  AciniCard *card;           /* what the file tells */
  GPtrArray *questions;      /* element-type AciniModelQuestion, owned by the box */

  /* Pictures of what comes of answers, one computed at a time. */
  GCancellable *computing; /* of the one on its way, or NULL */
  GHashTable *outcomes;    /* all answers in a row → Outcome */
  char *piece;             /* the PNG file of the tissue, in @folder; cut where there is none */
  gboolean cut;
};

enum
{
  SIGNAL_ADDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniAddModelDialog, acini_add_model_dialog, ADW_TYPE_DIALOG)

typedef struct
{
  GdkTexture *picture; /* NULL: it went wrong */
  char *remark;
} Outcome;

static void
outcome_free (gpointer data)
{
  Outcome *outcome = data;

  g_clear_object (&outcome->picture);
  g_free (outcome->remark);
  g_free (outcome);
}

/* Removing is slow, too; what is copied from the folder is copied before. */
static gboolean
remove_folder (gpointer data, GCancellable *cancellable, GError **error)
{
  acini_remove_tree (data);
  return TRUE;
}

static void
show_problem (AciniAddModelDialog *self, const char *message)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);

  adw_status_page_set_description (self->problem_page, markup);
  gtk_stack_set_visible_child_name (self->stack, "problem");
  gtk_widget_set_sensitive (GTK_WIDGET (self->add_button), FALSE);
}

/* Answers.  @question: whose answer is @answer instead of the chosen one; -1: none. */

static char *
dup_key (AciniAddModelDialog *self, int question, guint answer)
{
  g_autoptr (GString) key = g_string_new (NULL);

  for (guint i = 0; i < self->questions->len; i++)
    {
      AciniModelQuestion *asked = self->questions->pdata[i];

      g_string_append_printf (key, "%s\n",
                              acini_model_question_get_answer (
                                  asked, (int)i == question ? answer : acini_model_question_get_chosen (asked)));
    }
  return g_string_free_and_steal (g_steal_pointer (&key));
}

static AciniCard *
make_card (AciniAddModelDialog *self, int question, guint answer)
{
  AciniCard *card = acini_card_copy (self->card);

  for (guint i = 0; i < self->questions->len; i++)
    {
      AciniModelQuestion *asked = self->questions->pdata[i];

      acini_model_question_apply (asked, (int)i == question ? answer : acini_model_question_get_chosen (asked), card);
    }
  return card;
}

/* Pictures. */

typedef struct
{
  char *folder, *piece, *slide, *key;
  AciniCard *card;
  double mpp, share;
  gboolean cut; /* the piece is there */
  GdkTexture *picture;
} Drawing;

static void
drawing_free (gpointer data)
{
  Drawing *drawing = data;

  g_free (drawing->folder);
  g_free (drawing->piece);
  g_free (drawing->slide);
  g_free (drawing->key);
  acini_card_free (drawing->card);
  g_clear_object (&drawing->picture);
  g_free (drawing);
}

static gboolean
draw (gpointer data, GCancellable *cancellable, GError **error)
{
  Drawing *drawing = data;

  if (!drawing->cut && !acini_model_preview_cut (drawing->slide, drawing->mpp, drawing->piece, error))
    return FALSE;
  drawing->picture = acini_model_preview_draw (drawing->folder, drawing->card, drawing->piece, drawing->mpp,
                                               &drawing->share, cancellable, error);
  return drawing->picture != NULL;
}

static void draw_next (AciniAddModelDialog *self);

static void
on_drawn (gpointer object, gpointer data, const GError *error)
{
  AciniAddModelDialog *self = object;
  Drawing *drawing = data;
  Outcome *outcome = g_new0 (Outcome, 1);

  g_clear_object (&self->computing);
  self->cut = self->cut || error == NULL;
  outcome->picture = g_steal_pointer (&drawing->picture);
  outcome->remark = error != NULL ? g_strdup (error->message)
                                  : g_strdup_printf (_ ("%.0f %% of the picture"), 100 * drawing->share);
  g_hash_table_replace (self->outcomes, g_strdup (drawing->key), outcome);
  draw_next (self);
}

static void
begin_drawing (AciniAddModelDialog *self, int question, guint answer)
{
  AciniSlideItem *slide = adw_combo_row_get_selected_item (self->slide_row);
  Drawing *drawing = g_new0 (Drawing, 1);

  drawing->folder = g_strdup (self->folder);
  drawing->piece = g_strdup (self->piece);
  drawing->slide = g_strdup (acini_slide_item_get_record (slide)->path);
  drawing->mpp = acini_slide_item_get_record (slide)->mpp_x;
  drawing->cut = self->cut;
  drawing->key = dup_key (self, question, answer);
  drawing->card = make_card (self, question, answer);
  self->computing = g_cancellable_new ();
  acini_async_run (self, self->computing, draw, on_drawn, drawing, drawing_free);
}

/* Shows what is known, and computes the first of what is not, what is chosen before all others. */
static void
draw_next (AciniAddModelDialog *self)
{
  gboolean has_slide = adw_combo_row_get_selected_item (self->slide_row) != NULL;
  int question = -1;
  guint answer = 0;

  for (guint i = 0; i < self->questions->len; i++)
    {
      AciniModelQuestion *asked = self->questions->pdata[i];

      for (guint j = 0; j < acini_model_question_get_n_answers (asked); j++)
        {
          g_autofree char *key = dup_key (self, (int)i, j);
          const Outcome *outcome = g_hash_table_lookup (self->outcomes, key);
          gboolean chosen = j == acini_model_question_get_chosen (asked);

          if (!has_slide)
            acini_model_question_set_picture (asked, j, NULL, _ ("Add a slide to see its mask"));
          else
            acini_model_question_set_picture (asked, j, outcome != NULL ? outcome->picture : NULL,
                                              outcome != NULL ? outcome->remark : NULL);
          if (outcome == NULL && (question < 0 || (chosen && i == 0)))
            {
              question = (int)i;
              answer = j;
            }
        }
    }
  if (question >= 0 && has_slide && self->computing == NULL)
    begin_drawing (self, question, answer);
}

static void
stop_drawing (AciniAddModelDialog *self)
{
  g_cancellable_cancel (self->computing);
  g_clear_object (&self->computing);
}

/* Another slide: nothing of what was computed holds. */
static void
on_slide (AciniAddModelDialog *self)
{
  if (self->card == NULL)
    return;
  stop_drawing (self);
  g_hash_table_remove_all (self->outcomes);
  g_free (self->piece);
  /* A drawing that is being stopped may still write the old one. */
  self->piece = g_strdup_printf ("%s/piece-%" G_GINT64_FORMAT ".png", self->folder, g_get_monotonic_time ());
  self->cut = FALSE;
  draw_next (self);
}

/* The file. */

typedef struct
{
  char *path, *folder;
  JsonObject *found;
  AciniCard *card;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  g_free (reading->folder);
  g_clear_pointer (&reading->found, json_object_unref);
  g_clear_pointer (&reading->card, acini_card_free);
  g_free (reading);
}

static gboolean
read_file (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->found = acini_model_preview_read (reading->path, &reading->folder, cancellable, error);
  if (reading->found != NULL)
    reading->card = acini_card_load (reading->folder, error);
  if (reading->card != NULL && !g_cancellable_set_error_if_cancelled (cancellable, error))
    return TRUE;
  if (reading->folder != NULL)
    acini_remove_tree (reading->folder);
  return FALSE;
}

static void
ask (AciniAddModelDialog *self, JsonObject *found)
{
  JsonNode *asks = json_object_get_member (found, "asks");
  JsonArray *list = asks != NULL && JSON_NODE_HOLDS_ARRAY (asks) ? json_node_get_array (asks) : NULL;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      AciniModelQuestion *question = acini_model_question_new (json_array_get_object_element (list, i));

      if (question == NULL)
        continue;
      g_ptr_array_add (self->questions, question);
      gtk_box_append (self->box, GTK_WIDGET (question));
      g_signal_connect_object (question, "changed", G_CALLBACK (draw_next), self, G_CONNECT_SWAPPED);
    }
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniAddModelDialog *self = object;
  Reading *reading = data;

  if (error != NULL)
    {
      show_problem (self, error->message);
      return;
    }
  self->folder = g_steal_pointer (&reading->folder);
  self->card = g_steal_pointer (&reading->card);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), self->card->name);
  adw_action_row_set_subtitle (self->network_row, self->card->architecture);
  ask (self, reading->found);
  gtk_widget_set_visible (GTK_WIDGET (self->slide_row), self->questions->len > 0);
  gtk_stack_set_visible_child_name (self->stack, "questions");
  gtk_widget_set_sensitive (GTK_WIDGET (self->add_button), TRUE);
  on_slide (self);
}

/* Adding. */

typedef struct
{
  AciniProject *project;
  char *folder, *id;
  AciniCard *card;
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  g_object_unref (adding->project);
  g_free (adding->folder);
  g_free (adding->id);
  acini_card_free (adding->card);
  g_free (adding);
}

static gboolean
add (gpointer data, GCancellable *cancellable, GError **error)
{
  Adding *adding = data;
  g_autofree char *file = g_build_filename (adding->folder, "model.json", NULL);

  if (!acini_card_save (adding->card, file, error))
    return FALSE;
  adding->id = acini_add_model (adding->project, adding->folder, error);
  return adding->id != NULL;
}

static void
on_added (gpointer object, gpointer data, const GError *error)
{
  AciniAddModelDialog *self = object;
  const Adding *adding = data;

  if (error != NULL)
    {
      show_problem (self, error->message);
      return;
    }
  acini_model_list_reload (acini_session_get_model_list (self->session));
  g_signal_emit (self, signals[SIGNAL_ADDED], 0, adding->id);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_add (AciniAddModelDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  Adding *adding = g_new0 (Adding, 1);

  gtk_widget_set_sensitive (GTK_WIDGET (self->add_button), FALSE);
  adding->project = g_object_ref (acini_session_get_project (self->session));
  adding->folder = g_strdup (self->folder);
  adding->card = make_card (self, -1, 0);
  if (*name != '\0')
    g_set_str (&adding->card->name, name);
  acini_async_run_in_order (self, self->cancellable, add, on_added, adding, adding_free);
}

/* The object. */

static void
list_slides (AciniAddModelDialog *self)
{
  GListModel *slides = acini_session_get_slides (self->session);
  g_autoptr (GtkExpression) expression = gtk_property_expression_new (ACINI_TYPE_SLIDE_ITEM, NULL, "name");

  adw_combo_row_set_expression (self->slide_row, expression);
  adw_combo_row_set_model (self->slide_row, slides);
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      if (item == acini_session_get_slide (self->session))
        adw_combo_row_set_selected (self->slide_row, i);
    }
}

AciniAddModelDialog *
acini_add_model_dialog_new (AciniSession *session, const char *path)
{
  AciniAddModelDialog *self;
  Reading *reading;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && path != NULL, NULL);

  self = g_object_new (ACINI_TYPE_ADD_MODEL_DIALOG, NULL);
  self->session = g_object_ref (session);
  list_slides (self);
  reading = g_new0 (Reading, 1);
  reading->path = g_strdup (path);
  acini_async_run (self, self->cancellable, read_file, on_read, reading, reading_free);
  return self;
}

/* What computes for a dialog that is gone ends. */
static void
acini_add_model_dialog_closed (AdwDialog *dialog)
{
  AciniAddModelDialog *self = ACINI_ADD_MODEL_DIALOG (dialog);

  g_cancellable_cancel (self->cancellable);
  stop_drawing (self);
}

static void
acini_add_model_dialog_dispose (GObject *object)
{
  AciniAddModelDialog *self = ACINI_ADD_MODEL_DIALOG (object);

  g_ptr_array_set_size (self->questions, 0);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_ADD_MODEL_DIALOG);
  if (self->folder != NULL && self->session != NULL)
    acini_async_run_in_order (self->session, NULL, remove_folder, NULL, g_steal_pointer (&self->folder), g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_add_model_dialog_parent_class)->dispose (object);
}

static void
acini_add_model_dialog_finalize (GObject *object)
{
  AciniAddModelDialog *self = ACINI_ADD_MODEL_DIALOG (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->computing);
  g_ptr_array_unref (self->questions);
  g_hash_table_unref (self->outcomes);
  g_clear_pointer (&self->card, acini_card_free);
  g_free (self->folder);
  g_free (self->piece);
  G_OBJECT_CLASS (acini_add_model_dialog_parent_class)->finalize (object);
}

static void
acini_add_model_dialog_class_init (AciniAddModelDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_add_model_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_add_model_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = acini_add_model_dialog_closed;
  signals[SIGNAL_ADDED] = g_signal_new ("added", ACINI_TYPE_ADD_MODEL_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/acini/Acini/ui/models/acini-add-model-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, box);
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, add_button);
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, problem_page);
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, network_row);
  gtk_widget_class_bind_template_child (widget_class, AciniAddModelDialog, slide_row);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
  gtk_widget_class_bind_template_callback (widget_class, on_slide);
  gtk_widget_class_bind_template_callback (widget_class, adw_dialog_close);
}

static void
acini_add_model_dialog_init (AciniAddModelDialog *self)
{
  self->cancellable = g_cancellable_new ();
  self->questions = g_ptr_array_new ();
  self->outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, outcome_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}
