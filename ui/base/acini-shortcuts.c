/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/base/acini-shortcuts.h"

#include "ui/base/acini-settings.h"

#include <glib/gi18n.h>

/* Where QuPath has a key for it, it is QuPath's. */
static const AciniShortcut shortcuts[] = {
  { "win.tool::pan", N_ ("Move"), N_ ("Tools"), "h m" },
  { "win.tool::select", N_ ("Select"), N_ ("Tools"), "v" },
  { "win.tool::brush", N_ ("Brush"), N_ ("Tools"), "b" },
  { "win.tool::eraser", N_ ("Eraser"), N_ ("Tools"), "e" },
  { "win.tool::polygon", N_ ("Polygon"), N_ ("Tools"), "p" },
  { "win.tool::lasso", N_ ("Lasso"), N_ ("Tools"), "f" },
  { "win.tool::rectangle", N_ ("Rectangle"), N_ ("Tools"), "r" },
  { "win.tool::ellipse", N_ ("Ellipse"), N_ ("Tools"), "c" },
  { "win.tool::click", N_ ("Click objects"), N_ ("Tools"), "t" },
  { "win.tool::refine", N_ ("Refine what is on screen with squiggles"), N_ ("Tools"), "<Shift>t" },
  { "win.tool::wand", N_ ("Wand"), N_ ("Tools"), "w" },
  { "win.tool::edge-brush", N_ ("Brush that keeps to edges"), N_ ("Tools"), "<Shift>b" },
  { "win.tool::fill", N_ ("Fill a region"), N_ ("Tools"), "u" },
  { "win.tool::ruler", N_ ("Ruler"), N_ ("Tools"), "l" },
  { "win.tool::area", N_ ("Area"), N_ ("Tools"), "<Shift>p" },
  { "win.tool::split", N_ ("Split along a line"), N_ ("Tools"), "k" },
  { "win.copy-measures", N_ ("Copy measurements"), N_ ("Tools"), "<Control><Shift>m" },
  { "win.clear-measures", N_ ("Clear measurements"), N_ ("Tools"), "<Control><Shift>Delete" },
  { "win.brush-smaller", N_ ("Smaller brush"), N_ ("Tools"), "bracketleft" },
  { "win.brush-larger", N_ ("Larger brush"), N_ ("Tools"), "bracketright" },
  { "win.class(uint32 1)", N_ ("Class 1"), N_ ("Tools"), "1" },
  { "win.class(uint32 2)", N_ ("Class 2"), N_ ("Tools"), "2" },
  { "win.class(uint32 3)", N_ ("Class 3"), N_ ("Tools"), "3" },
  { "win.class(uint32 4)", N_ ("Class 4"), N_ ("Tools"), "4" },
  { "win.class(uint32 5)", N_ ("Class 5"), N_ ("Tools"), "5" },
  { "win.class(uint32 6)", N_ ("Class 6"), N_ ("Tools"), "6" },
  { "win.class(uint32 7)", N_ ("Class 7"), N_ ("Tools"), "7" },
  { "win.class(uint32 8)", N_ ("Class 8"), N_ ("Tools"), "8" },
  { "win.class(uint32 9)", N_ ("Class 9"), N_ ("Tools"), "9" },
  { "win.classes", N_ ("Edit classes"), N_ ("Tools"), "<Control>k" },
  { "win.protect-labels", N_ ("Protect other labels"), N_ ("Tools"), "<Shift>l" },
  { "win.undo", N_ ("Undo"), N_ ("Tools"), "<Control>z" },
  { "win.redo", N_ ("Redo"), N_ ("Tools"), "<Control><Shift>z <Control>y" },
  { "win.object-accept", N_ ("Accept"), N_ ("Objects"), "Return KP_Enter" },
  { "win.object-reject", N_ ("Reject"), N_ ("Objects"), "BackSpace" },
  { "win.object-flag", N_ ("Flag with a comment"), N_ ("Objects"), "<Shift>f" },
  { "win.object-split", N_ ("Split at its waists"), N_ ("Objects"), "<Shift>k" },
  { "win.object-lock", N_ ("Lock or unlock: no tool changes what is locked"), N_ ("Objects"), "<Control>l" },
  { "win.object-merge", N_ ("Merge the selected ones"), N_ ("Objects"), "j" },
  { "win.object-fill", N_ ("Fill holes"), N_ ("Objects"), "<Shift>h" },
  { "win.object-grow", N_ ("Grow"), N_ ("Objects"), "period" },
  { "win.object-shrink", N_ ("Shrink"), N_ ("Objects"), "comma" },
  { "win.object-smooth", N_ ("Smooth"), N_ ("Objects"), "y" },
  { "win.object-amount", N_ ("By how much objects grow, shrink and are smoothed"), N_ ("Objects"), "<Shift>y" },
  { "win.object-duplicate", N_ ("Duplicate"), N_ ("Objects"), "<Control>d" },
  { "win.copy", N_ ("Copy the selected objects, else what is on screen"), N_ ("Objects"), "<Control>c" },
  { "win.object-paste", N_ ("Paste objects"), N_ ("Objects"), "<Control>v" },
  { "win.delete", N_ ("Delete the selected objects, or remove the selected slides"), N_ ("Objects"), "Delete" },
  { "win.object-properties", N_ ("Object properties"), N_ ("Objects"), "i" },
  { "win.object-cycle", N_ ("Select another object here"), N_ ("Objects"), "q" },
  { "win.object-menu", N_ ("Menu of the selected objects"), N_ ("Objects"), "<Shift>F10 Menu" },
  { "win.review-next", N_ ("Next to review"), N_ ("Review"), "n" },
  { "win.review-previous", N_ ("Previous to review"), N_ ("Review"), "<Shift>n" },
  { "win.review-skip", N_ ("Skip, and come back to it at the end"), N_ ("Review"), "x" },
  { "win.review-edit", N_ ("Edit with the brush"), N_ ("Review"), "<Shift>e" },
  { "win.review-accept-above", N_ ("Accept all above a confidence"), N_ ("Review"), "<Control>Return" },
  { "win.review-reload", N_ ("Make the list anew"), N_ ("Review"), "F5" },
  { "win.gallery", N_ ("Gallery of look-alikes"), N_ ("Review"), "g" },
  { "win.sign-off-screen", N_ ("Everything on screen is right"), N_ ("Review"), "<Control><Shift>a" },
  { "win.sign-off", N_ ("Sign off the slide, or reopen it"), N_ ("Review"), "<Control><Shift>s" },
  { "win.journal", N_ ("History of the slide"), N_ ("Review"), "<Control>h" },
  { "win.show-mask", N_ ("Show or hide the mask"), N_ ("Tissue"), "a" },
  { "win.show-outlines", N_ ("Show or hide the outlines"), N_ ("Tissue"), "o" },
  { "win.fit", N_ ("Whole slide"), N_ ("Tissue"), "<Control>0 0" },
  { "win.zoom-native", N_ ("One screen pixel per slide pixel"), N_ ("Tissue"), "<Control>7" },
  { "win.magnify(1.0)", N_ ("1×"), N_ ("Tissue"), "<Control>1" },
  { "win.magnify(2.5)", N_ ("2.5×"), N_ ("Tissue"), "<Control>2" },
  { "win.magnify(5.0)", N_ ("5×"), N_ ("Tissue"), "<Control>3" },
  { "win.magnify(10.0)", N_ ("10×"), N_ ("Tissue"), "<Control>4" },
  { "win.magnify(20.0)", N_ ("20×"), N_ ("Tissue"), "<Control>5" },
  { "win.magnify(40.0)", N_ ("40×"), N_ ("Tissue"), "<Control>6" },
  { "win.rotate(90.0)", N_ ("Rotate right"), N_ ("Tissue"), "<Control>r" },
  { "win.rotate(-90.0)", N_ ("Rotate left"), N_ ("Tissue"), "<Control><Shift>r" },
  { "win.flip", N_ ("Mirror"), N_ ("Tissue"), "<Control><Shift>f" },
  { "win.rotate-reset", N_ ("Reset rotation"), N_ ("Tissue"), "<Control><Alt>0" },
  { "win.zoom-in", N_ ("Zoom in"), N_ ("Tissue"), "<Control>plus <Control>equal plus equal" },
  { "win.zoom-out", N_ ("Zoom out"), N_ ("Tissue"), "<Control>minus minus" },
  { "win.enter-zoom", N_ ("Enter a magnification"), N_ ("Tissue"), "<Control>m" },
  { "win.go-to", N_ ("Go to coordinates"), N_ ("Tissue"), "<Control>g" },
  { "win.adjust-display", N_ ("Brightness, contrast, stains"), N_ ("Tissue"), "<Shift>c" },
  { "win.copy-view", N_ ("Copy what is on screen"), N_ ("Tissue"), "<Control><Shift>c" },
  { "win.export-view", N_ ("Save what is on screen as a picture"), N_ ("Tissue"), "<Control><Shift>e" },
  { "win.slide-properties", N_ ("Slide Properties"), N_ ("Tissue"), "<Alt>Return" },
  { "win.views(1)", N_ ("One view"), N_ ("Tissue"), "<Control><Alt>1" },
  { "win.views(2)", N_ ("Two views side by side"), N_ ("Tissue"), "<Control><Alt>2" },
  { "win.views(3)", N_ ("Three views side by side"), N_ ("Tissue"), "<Control><Alt>3" },
  { "win.views(4)", N_ ("Four views side by side"), N_ ("Tissue"), "<Control><Alt>4" },
  { "win.previous-slide", N_ ("Previous slide"), N_ ("Tissue"), "Page_Up" },
  { "win.next-slide", N_ ("Next slide"), N_ ("Tissue"), "Page_Down" },
  { "win.segment-screen", N_ ("Segment what is on screen"), N_ ("Model"), "s" },
  { "win.segment-slide", N_ ("Segment the whole slide"), N_ ("Model"), "<Shift>s" },
  { "win.cancel-segment", N_ ("Cancel segmentation"), N_ ("Model"), "Escape" },
  { "win.fine-tune", N_ ("Fine-Tune"), N_ ("Model"), "<Control>t" },
  { "win.export", N_ ("Export masks"), N_ ("Model"), "<Control>e" },
  { "win.page::slides", N_ ("Slides"), N_ ("Window"), "<Alt>1" },
  { "win.page::review", N_ ("Review"), N_ ("Window"), "<Alt>2" },
  { "win.page::results", N_ ("Results"), N_ ("Window"), "<Alt>3" },
  { "win.page::models", N_ ("Models"), N_ ("Window"), "<Alt>4" },
  { "win.page::data", N_ ("Data"), N_ ("Window"), "<Alt>5" },
  { "win.show-slides-pane", N_ ("List of slides"), N_ ("Window"), "F9" },
  { "win.show-side-pane", N_ ("Right pane"), N_ ("Window"), "<Shift>F9" },
  { "win.fullscreen", N_ ("Full screen"), N_ ("Window"), "F11" },
  { "win.new-project", N_ ("New Project"), N_ ("Window"), "<Control>n" },
  { "win.open-project", N_ ("Open project"), N_ ("Window"), "<Control>o" },
  { "win.add-slides", N_ ("Add Slides"), N_ ("Window"), "<Control><Shift>o" },
  { "win.rename-slide", N_ ("Rename the selected slide"), N_ ("Window"), "F2" },
  { "win.preferences", N_ ("Preferences"), N_ ("Window"), "<Control>comma" },
  { "win.show-help-overlay", N_ ("Keyboard shortcuts"), N_ ("Window"), "<Control>question F1" },
  { "window.close", N_ ("Close"), N_ ("Window"), "<Control>w" },
  { "app.quit", N_ ("Quit"), N_ ("Window"), "<Control>q" },
};

/* What the slide view does with keys by itself: told, not changed. */
static const AciniShortcut fixed[] = {
  { "", N_ ("Move the slide while held, with any tool"), N_ ("Tissue"), "space" },
  { "", N_ ("Move the slide"), N_ ("Tissue"), "Left Right Up Down" },
  { "", N_ ("Whole slide"), N_ ("Tissue"), "Home" },
  { "", N_ ("Next and previous object, with Select"), N_ ("Objects"), "Tab <Shift>Tab" },
  { "", N_ ("Erase with a painting tool while held"), N_ ("Tools"), "Alt_L" },
  { "", N_ ("Replace the selected object, or the one below, while held"), N_ ("Tools"), "Control_L" },
  { "", N_ ("Next and previous corner, while a region is reshaped"), N_ ("Tools"), "Tab <Shift>Tab" },
  { "", N_ ("Add a corner, and take one away"), N_ ("Tools"), "Insert Delete" },
  { "", N_ ("Take the clicked object"), N_ ("Tools"), "Return" },
  { "", N_ ("Take the last click or corner back"), N_ ("Tools"), "BackSpace" },
};

struct _AciniShortcuts
{
  GObject parent_instance;
  GHashTable *changed; /* action → keys */
};

G_DEFINE_FINAL_TYPE (AciniShortcuts, acini_shortcuts, G_TYPE_OBJECT)

static guint changed_signal;

const AciniShortcut *
acini_shortcuts_get_all (guint *n)
{
  g_return_val_if_fail (n != NULL, NULL);
  *n = G_N_ELEMENTS (shortcuts);
  return shortcuts;
}

static const AciniShortcut *
find_action (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (g_str_equal (shortcuts[i].action, action))
      return &shortcuts[i];
  return NULL;
}

/* What is kept. */

static gboolean
is_key (const char *accelerator)
{
  guint key;
  GdkModifierType modifiers;

  return gtk_accelerator_parse (accelerator, &key, &modifiers) && key != 0;
}

static gboolean
are_keys (const char *keys)
{
  g_auto (GStrv) list = g_strsplit (keys, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    if (*list[i] != '\0' && !is_key (list[i]))
      return FALSE;
  return TRUE;
}

/* Skip unknown entries, from an older or newer version or edited by hand. */
static void
load (AciniShortcuts *self)
{
  g_autoptr (GVariant) kept = g_settings_get_value (acini_settings_get_default (), "shortcuts");
  GVariantIter iter;
  const char *action, *keys;

  g_hash_table_remove_all (self->changed);
  g_variant_iter_init (&iter, kept);
  while (g_variant_iter_next (&iter, "{&s&s}", &action, &keys))
    if (find_action (action) != NULL && are_keys (keys))
      g_hash_table_insert (self->changed, g_strdup (action), g_strdup (keys));
}

static gboolean
save (AciniShortcuts *self, GError **error)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer action, keys;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_hash_table_iter_init (&iter, self->changed);
  while (g_hash_table_iter_next (&iter, &action, &keys))
    g_variant_builder_add (&builder, "{ss}", action, keys);
  if (g_settings_set_value (acini_settings_get_default (), "shortcuts", g_variant_builder_end (&builder)))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                       _ ("Settings cannot be changed on this computer. The shortcuts stay until you quit."));
  return FALSE;
}

/* The keys. */

static gboolean
is_same_key (const char *a, const char *b)
{
  guint key_a, key_b;
  GdkModifierType modifiers_a, modifiers_b;

  return gtk_accelerator_parse (a, &key_a, &modifiers_a) && gtk_accelerator_parse (b, &key_b, &modifiers_b)
         && gdk_keyval_to_lower (key_a) == gdk_keyval_to_lower (key_b) && modifiers_a == modifiers_b;
}

static gboolean
has_key (const char *keys, const char *accelerator)
{
  g_auto (GStrv) list = g_strsplit (keys, " ", -1);

  for (guint i = 0; list[i] != NULL; i++)
    if (is_same_key (list[i], accelerator))
      return TRUE;
  return FALSE;
}

const char *
acini_shortcuts_get_keys (AciniShortcuts *self, const char *action)
{
  const AciniShortcut *shortcut;
  const char *keys;

  g_return_val_if_fail (ACINI_IS_SHORTCUTS (self) && action != NULL, "");
  keys = g_hash_table_lookup (self->changed, action);
  shortcut = find_action (action);
  return keys != NULL ? keys : shortcut != NULL ? shortcut->keys : "";
}

const AciniShortcut *
acini_shortcuts_find (AciniShortcuts *self, const char *accelerator)
{
  g_return_val_if_fail (ACINI_IS_SHORTCUTS (self) && accelerator != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    if (has_key (acini_shortcuts_get_keys (self, shortcuts[i].action), accelerator))
      return &shortcuts[i];
  return NULL;
}

static void
put (AciniShortcuts *self, const char *action, const char *keys)
{
  if (g_str_equal (keys, find_action (action)->keys))
    g_hash_table_remove (self->changed, action);
  else
    g_hash_table_insert (self->changed, g_strdup (action), g_strdup (keys));
}

static void
take_key_away (AciniShortcuts *self, const char *accelerator, const char *but)
{
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      const char *action = shortcuts[i].action, *keys = acini_shortcuts_get_keys (self, action);
      g_autoptr (GString) left = g_string_new (NULL);
      g_auto (GStrv) list = NULL;

      if (g_str_equal (action, but) || !has_key (keys, accelerator))
        continue;
      list = g_strsplit (keys, " ", -1);
      for (guint j = 0; list[j] != NULL; j++)
        if (!is_same_key (list[j], accelerator))
          g_string_append_printf (left, "%s%s", left->len > 0 ? " " : "", list[j]);
      put (self, action, left->str);
    }
}

gboolean
acini_shortcuts_set_keys (AciniShortcuts *self, const char *action, const char *keys, GError **error)
{
  g_auto (GStrv) list = NULL;
  gboolean worked;

  g_return_val_if_fail (ACINI_IS_SHORTCUTS (self) && action != NULL && find_action (action) != NULL, FALSE);
  if (keys == NULL)
    keys = find_action (action)->keys;
  if (!are_keys (keys))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is not a shortcut."), keys);
      return FALSE;
    }
  list = g_strsplit (keys, " ", -1);
  for (guint i = 0; list[i] != NULL; i++)
    if (*list[i] != '\0')
      take_key_away (self, list[i], action);
  put (self, action, keys);
  worked = save (self, error);
  g_signal_emit (self, changed_signal, 0);
  return worked;
}

gboolean
acini_shortcuts_reset (AciniShortcuts *self, GError **error)
{
  gboolean worked;

  g_return_val_if_fail (ACINI_IS_SHORTCUTS (self), FALSE);
  g_hash_table_remove_all (self->changed);
  worked = save (self, error);
  g_signal_emit (self, changed_signal, 0);
  return worked;
}

gboolean
acini_shortcuts_is_for_text (const char *accelerator)
{
  guint key = 0;
  GdkModifierType modifiers = 0;

  g_return_val_if_fail (accelerator != NULL, FALSE);
  if (!gtk_accelerator_parse (accelerator, &key, &modifiers))
    return FALSE;
  key = gdk_keyval_to_lower (key);
  if (modifiers & (GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK))
    return FALSE;
  if (modifiers & GDK_CONTROL_MASK)
    return !(modifiers & GDK_SHIFT_MASK)
           && (key == GDK_KEY_a || key == GDK_KEY_c || key == GDK_KEY_v || key == GDK_KEY_x);
  return key < GDK_KEY_F1 || key > GDK_KEY_F35;
}

/* In use. */

static void
add_keys (GtkShortcutController *controller, const char *action, const char *keys)
{
  g_auto (GStrv) list = g_strsplit (keys, " ", -1);
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (!g_action_parse_detailed_name (action, &name, &target, NULL))
    return;
  for (guint i = 0; list[i] != NULL; i++)
    {
      GtkShortcut *shortcut;

      if (*list[i] == '\0' || !acini_shortcuts_is_for_text (list[i]))
        continue;
      shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (list[i]), gtk_named_action_new (name));
      gtk_shortcut_set_arguments (shortcut, target);
      gtk_shortcut_controller_add_shortcut (controller, shortcut);
    }
}

GtkEventController *
acini_shortcuts_make_controller (AciniShortcuts *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  g_return_val_if_fail (ACINI_IS_SHORTCUTS (self), controller);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    add_keys (GTK_SHORTCUT_CONTROLLER (controller), shortcuts[i].action,
              acini_shortcuts_get_keys (self, shortcuts[i].action));
  gtk_event_controller_set_name (controller, "acini-keys");
  return controller;
}

void
acini_shortcuts_apply (AciniShortcuts *self, GtkApplication *application)
{
  g_return_if_fail (ACINI_IS_SHORTCUTS (self) && GTK_IS_APPLICATION (application));

  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      g_auto (GStrv) list = g_strsplit (acini_shortcuts_get_keys (self, shortcuts[i].action), " ", -1);
      g_autoptr (GPtrArray) accels = g_ptr_array_new ();

      for (guint j = 0; list[j] != NULL; j++)
        if (*list[j] != '\0' && !acini_shortcuts_is_for_text (list[j]))
          g_ptr_array_add (accels, list[j]);
      g_ptr_array_add (accels, NULL);
      gtk_application_set_accels_for_action (application, shortcuts[i].action, (const char *const *)accels->pdata);
    }
}

/* The list.  GTK 4.18 deprecates its window for libadwaita's dialog, which comes with libadwaita 1.8. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* A column of the list. */
#define COLUMN 15

static void
add_to_section (AciniShortcuts *self, GtkShortcutsSection *section, const AciniShortcut *list, guint n, guint *n_rows,
                GtkShortcutsGroup **group)
{
  g_autofree char *name = NULL;

  g_object_get (section, "section-name", &name, NULL);
  for (guint i = 0; i < n; i++)
    {
      const char *keys = *list[i].action != '\0' ? acini_shortcuts_get_keys (self, list[i].action) : list[i].keys;

      if (!g_str_equal (list[i].group, name) || *keys == '\0')
        continue;
      if (++*n_rows % COLUMN == 1)
        {
          *group = g_object_new (GTK_TYPE_SHORTCUTS_GROUP, "title", *n_rows == 1 ? _ (name) : " ", NULL);
          gtk_shortcuts_section_add_group (section, *group);
        }
      gtk_shortcuts_group_add_shortcut (
          *group, g_object_new (GTK_TYPE_SHORTCUTS_SHORTCUT, "title", _ (list[i].title), "accelerator", keys, NULL));
    }
}

/* A section has two columns at most: for more GTK adds a row of buttons to turn pages with, whose labels it measures
 * wrongly and warns of. */
static GtkShortcutsSection *
make_section (AciniShortcuts *self, const char *name)
{
  GtkShortcutsSection *section = g_object_new (GTK_TYPE_SHORTCUTS_SECTION, "section-name", name, "title", _ (name),
                                               "max-height", COLUMN + 2, "visible", TRUE, NULL);
  GtkShortcutsGroup *group = NULL;
  guint n_rows = 0;

  add_to_section (self, section, shortcuts, G_N_ELEMENTS (shortcuts), &n_rows, &group);
  add_to_section (self, section, fixed, G_N_ELEMENTS (fixed), &n_rows, &group);
  return section;
}

GtkWindow *
acini_shortcuts_make_window (AciniShortcuts *self)
{
  GtkShortcutsWindow *window = g_object_new (GTK_TYPE_SHORTCUTS_WINDOW, "modal", TRUE, NULL);
  const char *before = "";

  g_return_val_if_fail (ACINI_IS_SHORTCUTS (self), GTK_WINDOW (window));
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    {
      if (!g_str_equal (shortcuts[i].group, before))
        gtk_shortcuts_window_add_section (window, make_section (self, shortcuts[i].group));
      before = shortcuts[i].group;
    }
  return GTK_WINDOW (window);
}

G_GNUC_END_IGNORE_DEPRECATIONS

/* The object. */

static void
acini_shortcuts_finalize (GObject *object)
{
  g_hash_table_unref (ACINI_SHORTCUTS (object)->changed);
  G_OBJECT_CLASS (acini_shortcuts_parent_class)->finalize (object);
}

static void
acini_shortcuts_class_init (AciniShortcutsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_shortcuts_finalize;
  changed_signal
      = g_signal_new ("changed", ACINI_TYPE_SHORTCUTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_shortcuts_init (AciniShortcuts *self)
{
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  load (self);
}

AciniShortcuts *
acini_shortcuts_get_default (void)
{
  static AciniShortcuts *shared;

  if (shared == NULL)
    shared = g_object_new (ACINI_TYPE_SHORTCUTS, NULL);
  return shared;
}
