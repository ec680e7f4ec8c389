/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Actions of the window on the objects that are selected on the slide. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#define DEED(name, deed)                                                                                               \
  static void name (GSimpleAction *action, GVariant *parameter, gpointer user_data)                                    \
  {                                                                                                                    \
    acini_review_page_do (((AciniWindow *)user_data)->review_page, deed);                                              \
  }

DEED (delete_objects, ACINI_OBJECTS_DELETE)
DEED (fill_objects, ACINI_OBJECTS_FILL_HOLES)
DEED (grow_objects, ACINI_OBJECTS_GROW)
DEED (shrink_objects, ACINI_OBJECTS_SHRINK)
DEED (smooth_objects, ACINI_OBJECTS_SMOOTH)
DEED (ask_amount, ACINI_OBJECTS_AMOUNT)
DEED (accept_objects, ACINI_OBJECTS_ACCEPT)
DEED (reject_objects, ACINI_OBJECTS_REJECT)
DEED (flag_objects, ACINI_OBJECTS_FLAG)
DEED (lock_objects, ACINI_OBJECTS_LOCK)
DEED (split_objects, ACINI_OBJECTS_SPLIT)
DEED (merge_objects, ACINI_OBJECTS_MERGE)
DEED (duplicate_objects, ACINI_OBJECTS_DUPLICATE)
DEED (copy_objects, ACINI_OBJECTS_COPY)
DEED (paste_objects, ACINI_OBJECTS_PASTE)
DEED (show_properties, ACINI_OBJECTS_PROPERTIES)
DEED (cycle_objects, ACINI_OBJECTS_CYCLE)
DEED (show_menu, ACINI_OBJECTS_MENU)
DEED (review_next, ACINI_OBJECTS_NEXT)
DEED (review_previous, ACINI_OBJECTS_PREVIOUS)
DEED (review_skip, ACINI_OBJECTS_SKIP)
DEED (review_edit, ACINI_OBJECTS_EDIT)
DEED (review_accept_above, ACINI_OBJECTS_ACCEPT_ABOVE)
DEED (review_reload, ACINI_OBJECTS_RELOAD)
DEED (sign_off_screen, ACINI_OBJECTS_SIGN_OFF_SCREEN)
DEED (sign_off, ACINI_OBJECTS_SIGN_OFF)
DEED (show_journal, ACINI_OBJECTS_JOURNAL)
DEED (show_gallery, ACINI_OBJECTS_GALLERY)
DEED (show_readers, ACINI_OBJECTS_READERS)

/* A key that means what is on screen: slides on their page, objects on the tissue. */
static void delete (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;

  g_action_group_activate_action (G_ACTION_GROUP (self),
                                  acini_window_shows_slide (self) ? "object-delete" : "remove-slide", NULL);
}

/* The objects that are selected, else what is on screen. */
static void
copy (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniWindow *self = user_data;

  g_action_group_activate_action (
      G_ACTION_GROUP (self), acini_review_page_get_n_selected (self->review_page) > 0 ? "object-copy" : "copy-view",
      NULL);
}

static const GActionEntry entries[] = {
  { "delete", delete },
  { "copy", copy },
  { "object-delete", delete_objects },
  { "object-fill", fill_objects },
  { "object-accept", accept_objects },
  { "object-reject", reject_objects },
  { "object-flag", flag_objects },
  { "object-grow", grow_objects },
  { "object-shrink", shrink_objects },
  { "object-smooth", smooth_objects },
  { "object-amount", ask_amount },
  { "object-lock", lock_objects },
  { "object-split", split_objects },
  { "object-merge", merge_objects },
  { "object-duplicate", duplicate_objects },
  { "object-copy", copy_objects },
  { "object-paste", paste_objects },
  { "object-properties", show_properties },
  { "object-cycle", cycle_objects },
  { "object-menu", show_menu },
  { "review-next", review_next },
  { "review-previous", review_previous },
  { "review-skip", review_skip },
  { "review-edit", review_edit },
  { "review-accept-above", review_accept_above },
  { "review-reload", review_reload },
  { "sign-off-screen", sign_off_screen },
  { "sign-off", sign_off },
  { "journal", show_journal },
  { "gallery", show_gallery },
  { "readers", show_readers },
};

static void
update_actions (AciniWindow *self)
{
  static const struct
  {
    const char *name;
    AciniObjectsDeed deed;
  } deeds[] = {
    { "object-delete", ACINI_OBJECTS_DELETE },
    { "object-fill", ACINI_OBJECTS_FILL_HOLES },
    { "object-grow", ACINI_OBJECTS_GROW },
    { "object-shrink", ACINI_OBJECTS_SHRINK },
    { "object-smooth", ACINI_OBJECTS_SMOOTH },
    { "object-amount", ACINI_OBJECTS_AMOUNT },
    { "object-accept", ACINI_OBJECTS_ACCEPT },
    { "object-reject", ACINI_OBJECTS_REJECT },
    { "object-flag", ACINI_OBJECTS_FLAG },
    { "object-lock", ACINI_OBJECTS_LOCK },
    { "object-split", ACINI_OBJECTS_SPLIT },
    { "object-merge", ACINI_OBJECTS_MERGE },
    { "object-duplicate", ACINI_OBJECTS_DUPLICATE },
    { "object-copy", ACINI_OBJECTS_COPY },
    { "object-paste", ACINI_OBJECTS_PASTE },
    { "object-properties", ACINI_OBJECTS_PROPERTIES },
    { "object-cycle", ACINI_OBJECTS_CYCLE },
    { "object-menu", ACINI_OBJECTS_MENU },
    { "review-next", ACINI_OBJECTS_NEXT },
    { "review-previous", ACINI_OBJECTS_PREVIOUS },
    { "review-skip", ACINI_OBJECTS_SKIP },
    { "review-edit", ACINI_OBJECTS_EDIT },
    { "review-accept-above", ACINI_OBJECTS_ACCEPT_ABOVE },
    { "review-reload", ACINI_OBJECTS_RELOAD },
    { "sign-off-screen", ACINI_OBJECTS_SIGN_OFF_SCREEN },
    { "sign-off", ACINI_OBJECTS_SIGN_OFF },
    { "journal", ACINI_OBJECTS_JOURNAL },
    { "gallery", ACINI_OBJECTS_GALLERY },
    { "readers", ACINI_OBJECTS_READERS },
  };
  gboolean shows = acini_window_shows_slide (self);

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    acini_window_enable (self, deeds[i].name, shows && acini_review_page_can_do (self->review_page, deeds[i].deed));
}

void
acini_window_init_object_actions (AciniWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_object (self->review_page, "objects-selected", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->review_page, "notify::has-slide", G_CALLBACK (update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "state-changed", G_CALLBACK (update_actions), self, G_CONNECT_DEFAULT);
  update_actions (self);
}
