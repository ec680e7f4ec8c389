/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of keys: what is changed counts at once, is kept, and never has one key ask for two things. */

#include "tests/acini-test-util.h"
#include "ui/base/acini-pad.h"
#include "ui/base/acini-settings.h"
#include "ui/base/acini-shortcuts.h"

#include <adwaita.h>
#include <linux/input-event-codes.h>
#include <math.h>

static void
count_changed (AciniShortcuts *shortcuts, guint *n)
{
  ++*n;
}

static void
test_table (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (AciniShortcuts) self = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  guint n;
  const AciniShortcut *all = acini_shortcuts_get_all (&n);

  g_assert_cmpuint (n, >, 20);
  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) keys = g_strsplit (all[i].keys, " ", -1);

      for (guint j = 0; keys[j] != NULL; j++)
        {
          guint key;
          GdkModifierType modifiers;

          if (*keys[j] == '\0')
            continue;
          g_assert_true (gtk_accelerator_parse (keys[j], &key, &modifiers));
          /* No two of the table's own clash. */
          g_assert_true (g_hash_table_add (seen, gtk_accelerator_name (key, modifiers)));
          g_assert_true (acini_shortcuts_find (self, keys[j]) == &all[i]);
        }
      g_assert_cmpstr (acini_shortcuts_get_keys (self, all[i].action), ==, all[i].keys);
    }
}

static void
test_change (void)
{
  g_autoptr (AciniShortcuts) self = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  g_autoptr (AciniShortcuts) again = NULL, fresh = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_signal_connect (self, "changed", G_CALLBACK (count_changed), &n);
  g_assert_true (acini_shortcuts_set_keys (self, "win.tool::eraser", "b <Control>F7", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.tool::eraser"), ==, "b <Control>F7");
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.tool::brush"), ==, ""); /* it lost its key */
  g_assert_cmpstr (acini_shortcuts_find (self, "B")->action, ==, "win.tool::eraser");
  g_assert_null (acini_shortcuts_find (self, "e"));
  /* One of several keys is taken. */
  g_assert_true (acini_shortcuts_set_keys (self, "win.tool::brush", "m", &error));
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.tool::pan"), ==, "h");
  /* What is no key changes nothing. */
  g_assert_false (acini_shortcuts_set_keys (self, "win.tool::brush", "<Control>nonsense", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.tool::brush"), ==, "m");
  /* Kept. */
  again = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  g_assert_cmpstr (acini_shortcuts_get_keys (again, "win.tool::eraser"), ==, "b <Control>F7");
  g_assert_cmpstr (acini_shortcuts_get_keys (again, "win.tool::pan"), ==, "h");
  g_assert_true (acini_shortcuts_set_keys (again, "win.tool::pan", NULL, &error));
  g_assert_cmpstr (acini_shortcuts_get_keys (again, "win.tool::brush"), ==, "");
  g_assert_true (acini_shortcuts_reset (again, &error));
  g_assert_no_error (error);
  fresh = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  g_assert_cmpstr (acini_shortcuts_get_keys (fresh, "win.tool::eraser"), ==, "e");
  g_assert_cmpstr (acini_shortcuts_get_keys (fresh, "win.tool::brush"), ==, "b");
}

/* What somebody spoiled is read as far as it makes sense. */
static void
test_kept (void)
{
  g_autoptr (AciniShortcuts) self = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_settings_set_value (acini_settings_get_default (), "shortcuts",
                            g_variant_new_parsed ("{'win.no-such': 'x', 'win.fit': '<Hyper+', 'win.tool::brush': 'z',"
                                                  " 'win.zoom-native': 'F3'}")));
  self = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.fit"), ==, "<Control>0 0");
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.zoom-native"), ==, "F3");
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.tool::brush"), ==, "z");
  g_assert_cmpstr (acini_shortcuts_get_keys (self, "win.no-such"), ==, "");
  g_assert_true (acini_shortcuts_reset (self, &error));
  g_assert_no_error (error);
}

static void
test_for_text (void)
{
  static const char *const text[] = { "b", "<Shift>s", "Delete", "Escape", "Page_Up", "<Control>c", "space" };
  static const char *const window[] = { "F9", "<Shift>F9", "<Control>z", "<Control><Shift>c", "<Alt>1", "<Control>0" };

  for (guint i = 0; i < G_N_ELEMENTS (text); i++)
    g_assert_true (acini_shortcuts_is_for_text (text[i]));
  for (guint i = 0; i < G_N_ELEMENTS (window); i++)
    g_assert_false (acini_shortcuts_is_for_text (window[i]));
}

static guint
count_rows (GtkWidget *widget, const char *accelerator)
{
  g_autofree char *keys = NULL;
  guint n = 0;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkShortcutsShortcut"))
    {
      g_object_get (widget, "accelerator", &keys, NULL);
      return accelerator == NULL || g_str_equal (keys, accelerator);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child, accelerator);
  return n;
}

/* The list has every action that has a key, with the key in force. */
static void
test_window (void)
{
  g_autoptr (AciniShortcuts) self = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  g_autoptr (GError) error = NULL;
  GtkWindow *window;
  guint n, n_keys = 0;
  const AciniShortcut *all = acini_shortcuts_get_all (&n);

  g_assert_true (acini_shortcuts_set_keys (self, "win.fit", "F6", &error));
  for (guint i = 0; i < n; i++)
    n_keys += *acini_shortcuts_get_keys (self, all[i].action) != '\0';
  window = acini_shortcuts_make_window (self);
  g_assert_cmpuint (count_rows (GTK_WIDGET (window), NULL), >=, n_keys);
  g_assert_cmpuint (count_rows (GTK_WIDGET (window), "F6"), >=, 1);
  g_assert_cmpuint (count_rows (GTK_WIDGET (window), "<Control>0"), ==, 0);
  gtk_window_destroy (window);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_true (acini_shortcuts_reset (self, &error));
  g_assert_no_error (error);
}

/* A gamepad's events, without one. */

static void
on_pressed (AciniPad *pad, const char *action, GString *told)
{
  g_string_append_printf (told, "%s ", action);
}

static void
count_moving (guint *n)
{
  ++*n;
}

static void
test_pad (void)
{
  g_autoptr (AciniPad) pad = acini_pad_new ();
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  double dx, dy, factor;
  guint n, n_moving = 0;
  const AciniPadMapping *mapping = acini_pad_get_mapping (&n);

  for (guint i = 0; i < n; i++)
    {
      g_assert_true (
          g_hash_table_add (seen, g_strdup_printf ("%d %d %u", mapping[i].kind, mapping[i].axis, mapping[i].code)));
      g_assert_true (mapping[i].axis == (mapping[i].deed != ACINI_PAD_ACTION));
      g_assert_true (mapping[i].axis == (mapping[i].action == NULL));
    }
  g_signal_connect (pad, "pressed", G_CALLBACK (on_pressed), told);
  g_signal_connect_swapped (pad, "moving", G_CALLBACK (count_moving), &n_moving);
  /* A button is pressed once, however often it is told, and others mean nothing. */
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, BTN_SOUTH, TRUE);
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, BTN_SOUTH, TRUE);
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, BTN_SOUTH, FALSE);
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, BTN_SOUTH, TRUE);
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, BTN_MODE, TRUE);
  acini_pad_take_button (pad, ACINI_PAD_3D_MOUSE, 2, TRUE);
  g_assert_cmpstr (told->str, ==, "object-accept object-accept review-next ");
  /* Near its middle a stick rests; at its end it moves fastest. */
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_X, .1);
  g_assert_false (acini_pad_advance (pad, .01, &dx, &dy, &factor));
  g_assert_cmpuint (n_moving, ==, 0);
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_X, .5);
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_Y, -1);
  g_assert_cmpuint (n_moving, ==, 1);
  g_assert_true (acini_pad_advance (pad, .01, &dx, &dy, &factor));
  g_assert_cmpfloat (dx, >, 0);
  g_assert_cmpfloat (dy, <, -dx);
  g_assert_cmpfloat (factor, ==, 1);
  /* A long frame is no leap. */
  acini_pad_advance (pad, 100, &dx, &dy, &factor);
  g_assert_cmpfloat (dy, >, -200);
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_X, 0);
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_Y, NAN);
  g_assert_false (acini_pad_advance (pad, .01, &dx, &dy, &factor));
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_RY, -1);
  g_assert_true (acini_pad_advance (pad, .05, &dx, &dy, &factor));
  g_assert_cmpfloat (factor, >, 1);
  g_assert_cmpuint (n_moving, ==, 2);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_folder ();
  int status;

  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/shortcuts/table", test_table);
  g_test_add_func ("/shortcuts/change", test_change);
  g_test_add_func ("/shortcuts/file", test_kept);
  g_test_add_func ("/shortcuts/for-text", test_for_text);
  g_test_add_func ("/shortcuts/pad", test_pad);
  g_test_add_func ("/shortcuts/window", test_window);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
