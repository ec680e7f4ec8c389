/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-model-question.h"

#include "ui/models/acini-model-preview.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char *value;
  GtkToggleButton *button;
  GtkStack *stack; /* "wait", "picture" */
  GtkPicture *picture;
  GtkLabel *label, *remark;
} Answer;

struct _AciniModelQuestion
{
  AdwBin parent_instance;

  char *about;
  GArray *answers; /* element-type Answer */
  GtkFlowBox *flow;
  int own; /* the answer that the user typed, or -1 */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniModelQuestion, acini_model_question, ADW_TYPE_BIN)

/* Words. */

static const struct
{
  const char *about, *title, *description;
} questions[] = {
  { "mpp", N_ ("Resolution"),
    N_ ("The magnification it was trained at: units are outlined whole, and nothing else is") },
  { "activation", N_ ("Classes"), N_ ("Whether the first class is the background, or every class is a tissue unit") },
  { "normalisation", N_ ("Colours"), N_ ("What was done with the colours before they went into the network") },
  { "numerics", N_ ("Network"), N_ ("What the file does not tell of the network, and what changes its masks") },
};

static const struct
{
  const char *value, *label;
} words[] = {
  { "softmax", N_ ("First is background") },
  { "sigmoid", N_ ("All are units") },
  { "imagenet", N_ ("As for ImageNet") },
  { "imagenet-bgr", N_ ("As for ImageNet, blue first") },
  { "unit", N_ ("From 0 to 1") },
  { "centred", N_ ("From −1 to 1") },
};

static char *
dup_label (const char *about, const char *value)
{
  if (g_str_equal (about, "mpp"))
    return g_ascii_strtod (value, NULL) > 0 ? g_strdup_printf (_ ("%s µm per pixel"), value)
                                            : g_strdup (_ ("The slide's own pixels"));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].value, value))
      return g_strdup (_ (words[i].label));
  if (g_str_has_prefix (value, "norm_groups="))
    return g_strdup_printf (_ ("Groups of the norm: %s"), value + strlen ("norm_groups="));
  if (g_str_has_prefix (value, "nominal_size="))
    return g_strdup_printf (_ ("Made for %s pixels"), value + strlen ("nominal_size="));
  if (g_str_has_prefix (value, "encoder="))
    return g_strdup_printf (_ ("Encoder of “%s”"), value + strlen ("encoder="));
  return g_strdup (value);
}

/* Answers. */

static void
set_colours (AciniCard *card, const char *value)
{
  static const double imagenet_mean[] = { 0.485, 0.456, 0.406 }, imagenet_std[] = { 0.229, 0.224, 0.225 };
  gboolean imagenet = g_str_has_prefix (value, "imagenet"), centred = g_str_equal (value, "centred");

  card->bgr = g_str_equal (value, "imagenet-bgr");
  for (int i = 0; i < 3; i++)
    {
      card->mean[i] = imagenet ? imagenet_mean[i] : centred ? 0.5 : 0;
      card->std[i] = imagenet ? imagenet_std[i] : centred ? 0.5 : 1;
    }
}

void
acini_model_question_apply (AciniModelQuestion *self, guint answer, AciniCard *card)
{
  const char *value;

  g_return_if_fail (ACINI_IS_MODEL_QUESTION (self) && answer < self->answers->len && card != NULL);

  value = g_array_index (self->answers, Answer, answer).value;
  if (g_str_equal (self->about, "mpp"))
    card->mpp = g_ascii_strtod (value, NULL);
  else if (g_str_equal (self->about, "activation"))
    g_set_str (&card->activation, value);
  else if (g_str_equal (self->about, "normalisation"))
    set_colours (card, value);
  else
    {
      /* Later words overrule earlier ones. */
      char *all = g_strconcat (card->numerics, *card->numerics != '\0' ? " " : "", value, NULL);

      g_free (card->numerics);
      card->numerics = all;
    }
}

guint
acini_model_question_get_n_answers (AciniModelQuestion *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_QUESTION (self), 0);
  return self->answers->len;
}

guint
acini_model_question_get_chosen (AciniModelQuestion *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_QUESTION (self), 0);
  for (guint i = 0; i < self->answers->len; i++)
    if (gtk_toggle_button_get_active (g_array_index (self->answers, Answer, i).button))
      return i;
  return 0;
}

const char *
acini_model_question_get_answer (AciniModelQuestion *self, guint answer)
{
  g_return_val_if_fail (ACINI_IS_MODEL_QUESTION (self) && answer < self->answers->len, NULL);
  return g_array_index (self->answers, Answer, answer).value;
}

void
acini_model_question_set_picture (AciniModelQuestion *self, guint answer, GdkTexture *picture, const char *remark)
{
  const Answer *shown;
  g_autofree char *spoken = NULL;

  g_return_if_fail (ACINI_IS_MODEL_QUESTION (self) && answer < self->answers->len);

  shown = &g_array_index (self->answers, Answer, answer);
  gtk_picture_set_paintable (shown->picture, GDK_PAINTABLE (picture));
  gtk_stack_set_visible_child_name (shown->stack, picture != NULL || remark != NULL ? "picture" : "wait");
  gtk_label_set_label (shown->remark, remark != NULL ? remark : "");
  spoken = g_strdup_printf ("%s, %s", gtk_label_get_label (shown->label), remark != NULL ? remark : _ ("computing"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (shown->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

/* Widgets. */

static void
on_toggled (AciniModelQuestion *self, GtkToggleButton *button)
{
  if (gtk_toggle_button_get_active (button))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static GtkLabel *
label_new (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 20);
  gtk_widget_add_css_class (label, style);
  return GTK_LABEL (label);
}

/* A picture over two lines of text, which is a radio button. */
static GtkWidget *
build_answer (AciniModelQuestion *self, Answer *answer)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *spinner = adw_spinner_new ();
  g_autofree char *label = dup_label (self->about, answer->value);

  answer->button = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());
  answer->stack = GTK_STACK (gtk_stack_new ());
  answer->picture = GTK_PICTURE (gtk_picture_new ());
  answer->label = label_new (label, "heading");
  answer->remark = label_new ("", "caption");
  gtk_widget_set_size_request (GTK_WIDGET (answer->stack), ACINI_MODEL_PREVIEW_SIZE, ACINI_MODEL_PREVIEW_SIZE);
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (spinner, GTK_ALIGN_CENTER);
  gtk_picture_set_alternative_text (answer->picture, label);
  gtk_stack_add_named (answer->stack, spinner, "wait");
  gtk_stack_add_named (answer->stack, GTK_WIDGET (answer->picture), "picture");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (answer->stack));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (answer->label));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (answer->remark));
  gtk_button_set_child (GTK_BUTTON (answer->button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (answer->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (answer->button, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (answer->button);
}

static void
add_answer (AciniModelQuestion *self, const char *value)
{
  Answer answer = { g_strdup (value) };
  GtkWidget *button = build_answer (self, &answer), *child = gtk_flow_box_child_new ();

  /* Tab leads to the button within. */
  gtk_widget_set_focusable (child, FALSE);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), button);
  gtk_flow_box_append (self->flow, child);
  if (self->answers->len > 0)
    gtk_toggle_button_set_group (answer.button, g_array_index (self->answers, Answer, 0).button);
  g_array_append_val (self->answers, answer);
}

/* What the user types is one answer more, or another value of that one. */
static void
on_own_value (AciniModelQuestion *self, GParamSpec *pspec, AdwSpinRow *row)
{
  char value[G_ASCII_DTOSTR_BUF_SIZE];
  Answer *own;

  g_ascii_formatd (value, sizeof value, "%.4g", adw_spin_row_get_value (row));
  if (self->own < 0)
    {
      self->own = (int)self->answers->len;
      add_answer (self, value);
    }
  else
    {
      g_autofree char *label = dup_label (self->about, value);

      own = &g_array_index (self->answers, Answer, self->own);
      g_set_str (&own->value, value);
      gtk_label_set_label (own->label, label);
      gtk_picture_set_alternative_text (own->picture, label);
    }
  own = &g_array_index (self->answers, Answer, self->own);
  if (gtk_toggle_button_get_active (own->button))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  else
    gtk_toggle_button_set_active (own->button, TRUE);
}

static GtkWidget *
build_own_value (AciniModelQuestion *self)
{
  GtkWidget *row = adw_spin_row_new_with_range (0.05, 20, 0.05);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Another Resolution"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("µm per pixel"));
  adw_spin_row_set_digits (ADW_SPIN_ROW (row), 3);
  adw_spin_row_set_value (ADW_SPIN_ROW (row), 0.5);
  g_signal_connect_object (row, "notify::value", G_CALLBACK (on_own_value), self, G_CONNECT_SWAPPED);
  return row;
}

static void
build (AciniModelQuestion *self, guint number, const char *taken, JsonArray *answers)
{
  GtkWidget *group = adw_preferences_group_new (), *flow = gtk_flow_box_new ();

  self->flow = GTK_FLOW_BOX (flow);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ (questions[number].title));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _ (questions[number].description));
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 5);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (flow), 2);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (flow), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (questions[number].title),
                                  -1);
  for (guint i = 0; i < json_array_get_length (answers); i++)
    add_answer (self, json_array_get_string_element (answers, i));
  for (guint i = 0; i < self->answers->len; i++)
    if (g_str_equal (g_array_index (self->answers, Answer, i).value, taken))
      gtk_toggle_button_set_active (g_array_index (self->answers, Answer, i).button, TRUE);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), flow);
  if (g_str_equal (self->about, "mpp"))
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), build_own_value (self));
  adw_bin_set_child (ADW_BIN (self), group);
}

AciniModelQuestion *
acini_model_question_new (JsonObject *question)
{
  const char *about, *taken;
  JsonNode *answers;

  g_return_val_if_fail (question != NULL, NULL);

  about = json_object_get_string_member_with_default (question, "about", "");
  taken = json_object_get_string_member_with_default (question, "taken", "");
  answers = json_object_get_member (question, "answers");
  for (guint i = 0; answers != NULL && JSON_NODE_HOLDS_ARRAY (answers) && i < G_N_ELEMENTS (questions); i++)
    if (g_str_equal (questions[i].about, about) && json_array_get_length (json_node_get_array (answers)) > 1)
      {
        AciniModelQuestion *self = g_object_new (ACINI_TYPE_MODEL_QUESTION, NULL);

        self->about = g_strdup (about);
        build (self, i, taken, json_node_get_array (answers));
        return self;
      }
  return NULL;
}

static void
clear_answer (gpointer data)
{
  g_free (((Answer *)data)->value);
}

static void
acini_model_question_finalize (GObject *object)
{
  AciniModelQuestion *self = ACINI_MODEL_QUESTION (object);

  g_array_unref (self->answers);
  g_free (self->about);
  G_OBJECT_CLASS (acini_model_question_parent_class)->finalize (object);
}

static void
acini_model_question_class_init (AciniModelQuestionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_model_question_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_MODEL_QUESTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_model_question_init (AciniModelQuestion *self)
{
  self->own = -1;
  self->answers = g_array_new (FALSE, FALSE, sizeof (Answer));
  g_array_set_clear_func (self->answers, clear_answer);
}
