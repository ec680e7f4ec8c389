/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/models/acini-recipe-editor.h"

#include <glib/gi18n.h>

struct _AciniRecipeEditor
{
  AdwBin parent_instance;

  GPtrArray *rows; /* element-type GtkWidget, one a key, in the order of the keys */
  gboolean filling;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniRecipeEditor, acini_recipe_editor, ADW_TYPE_BIN)

/* Returns: (transfer full) the value of a row, as it is written in a recipe. */
static char *
dup_value (GtkWidget *row)
{
  if (ADW_IS_SWITCH_ROW (row))
    return g_strdup (adw_switch_row_get_active (ADW_SWITCH_ROW (row)) ? "true" : "false");
  if (ADW_IS_COMBO_ROW (row))
    {
      char **values = g_object_get_data (G_OBJECT (row), "values");

      return g_strdup (values[adw_combo_row_get_selected (ADW_COMBO_ROW (row))]);
    }
  return g_strdup (gtk_editable_get_text (GTK_EDITABLE (row)));
}

static void
set_value (GtkWidget *row, const char *value)
{
  if (ADW_IS_SWITCH_ROW (row))
    adw_switch_row_set_active (ADW_SWITCH_ROW (row), g_str_equal (value, "true"));
  else if (ADW_IS_COMBO_ROW (row))
    {
      char **values = g_object_get_data (G_OBJECT (row), "values");

      for (guint i = 0; values[i] != NULL; i++)
        if (g_str_equal (values[i], value))
          adw_combo_row_set_selected (ADW_COMBO_ROW (row), i);
    }
  else
    gtk_editable_set_text (GTK_EDITABLE (row), value);
}

/* Whether the row's value is one that its key may have; what is wrong is marked. */
static gboolean
check_row (GtkWidget *row, const char *key, AciniRecipe *recipe, GError **error)
{
  g_autofree char *value = dup_value (row);
  gboolean ok = acini_recipe_set (recipe, key, value, error);

  if (ok)
    gtk_widget_remove_css_class (row, "error");
  else
    gtk_widget_add_css_class (row, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               ok ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
  return ok;
}

static void
on_changed (AciniRecipeEditor *self)
{
  if (!self->filling)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* What the key may be, in words. */
static char *
dup_range (const AciniRecipeKey *key)
{
  if (key->type == ACINI_RECIPE_REAL || key->type == ACINI_RECIPE_WHOLE)
    return g_strdup_printf (_ ("%s, from %.10g to %.10g"), key->key, key->minimum, key->maximum);
  return g_strdup (key->key);
}

static GtkWidget *
make_row (AciniRecipeEditor *self, const AciniRecipeKey *key)
{
  g_autofree char *range = dup_range (key);
  GtkWidget *row;

  if (key->type == ACINI_RECIPE_SWITCH)
    {
      row = adw_switch_row_new ();
      g_signal_connect_object (row, "notify::active", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
    }
  else if (key->words != NULL)
    {
      char **values = g_strsplit (key->words, "|", -1);
      g_autoptr (GtkStringList) shown = gtk_string_list_new (NULL);

      for (guint i = 0; values[i] != NULL; i++)
        gtk_string_list_append (shown, *values[i] != '\0' ? values[i] : _ ("As the model has it"));
      row = adw_combo_row_new ();
      g_object_set_data_full (G_OBJECT (row), "values", values, (GDestroyNotify)g_strfreev);
      adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (shown));
      g_signal_connect_object (row, "notify::selected", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
    }
  else
    {
      row = adw_entry_row_new ();
      g_signal_connect_object (row, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
    }
  /* The key itself is its name: the same on the command line and in the file. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), ADW_IS_ENTRY_ROW (row) ? range : key->key);
  gtk_widget_set_name (row, key->key);
  return row;
}

static const char *
get_group_title (const char *group)
{
  static const struct
  {
    const char *group, *title;
  } titles[] = {
    { "recipe", N_ ("Recipe") },     { "network", N_ ("Network") }, { "optimiser", N_ ("Optimiser") },
    { "schedule", N_ ("Schedule") }, { "loss", N_ ("Loss") },       { "augmentation", N_ ("Augmentation") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].group, group))
      return _ (titles[i].title);
  return group;
}

static void
fill (AciniRecipeEditor *self)
{
  GtkWidget *page = adw_preferences_page_new (), *group = NULL;
  const char *last = "";
  AciniRecipeKey key;

  for (guint i = 0; acini_recipe_describe_key (i, &key); i++)
    {
      GtkWidget *row = make_row (self, &key);

      if (!g_str_equal (last, key.group))
        {
          group = adw_preferences_group_new ();
          adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), get_group_title (key.group));
          adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
          last = key.group;
        }
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
      g_ptr_array_add (self->rows, row);
    }
  adw_bin_set_child (ADW_BIN (self), page);
}

void
acini_recipe_editor_set_recipe (AciniRecipeEditor *self, const AciniRecipe *recipe)
{
  AciniRecipeKey key;

  g_return_if_fail (ACINI_IS_RECIPE_EDITOR (self) && recipe != NULL);

  self->filling = TRUE;
  for (guint i = 0; acini_recipe_describe_key (i, &key); i++)
    {
      g_autofree char *value = acini_recipe_get (recipe, key.key);

      set_value (self->rows->pdata[i], value);
    }
  self->filling = FALSE;
}

AciniRecipe *
acini_recipe_editor_dup_recipe (AciniRecipeEditor *self, GError **error)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  gboolean ok = TRUE;
  AciniRecipeKey key;

  g_return_val_if_fail (ACINI_IS_RECIPE_EDITOR (self), NULL);

  /* All of them, so that all that are wrong are marked; the first says what is. */
  for (guint i = 0; acini_recipe_describe_key (i, &key); i++)
    ok = check_row (self->rows->pdata[i], key.key, recipe, ok ? error : NULL) && ok;
  return ok && acini_recipe_check (recipe, error) ? g_steal_pointer (&recipe) : NULL;
}

static void
acini_recipe_editor_finalize (GObject *object)
{
  g_ptr_array_unref (ACINI_RECIPE_EDITOR (object)->rows);
  G_OBJECT_CLASS (acini_recipe_editor_parent_class)->finalize (object);
}

static void
acini_recipe_editor_class_init (AciniRecipeEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_recipe_editor_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_RECIPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_recipe_editor_init (AciniRecipeEditor *self)
{
  self->rows = g_ptr_array_new ();
  fill (self);
}
