/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the label values mean, which colours they have and which keys paint them.  Colours and keys are settings of the
 * project, and changed in steps of its history as names are. */

#include "data/project/acini-change.h"
#include "data/project/acini-class-rows.h"

#include <string.h>

#define FIRST 2
#define LAST 254

char *
acini_project_dup_class_name (AciniProject *self, int label)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (acini_project_get_database (self), NULL);
  rows = transaction != NULL ? acini_transaction_query (transaction, NULL, "SELECT name FROM classes WHERE label = ?1",
                                                        "i", (gint64)label)
                             : NULL;
  if (rows == NULL || !acini_transaction_next (transaction, rows, NULL))
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (rows, 0));
}

gboolean
acini_project_set_class_name (AciniProject *self, int label, const char *name, GError **error)
{
  g_autoptr (AciniChange) change = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && name != NULL && label >= FIRST && label <= LAST, FALSE);

  change = acini_change_new_class (label, name);
  return acini_project_write_change (self, change, error);
}

guint32
acini_project_get_class_colour (AciniProject *self, int label, gboolean *chosen)
{
  static const guint32 okabe_ito[] = { 0x009e73, 0x0072b2, 0xcc79a7, 0xd55e00, 0x56b4e9, 0xf0e442 };
  g_autofree char *key = g_strdup_printf (ACINI_CLASS_COLOUR_SETTING "%d", label), *text = NULL;
  char *end = NULL;
  guint64 colour;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && label >= FIRST, 0);

  text = acini_project_dup_setting (self, key);
  colour = text != NULL && text[0] == '#' && strlen (text) == 7 ? g_ascii_strtoull (text + 1, &end, 16) : 0;
  if (chosen != NULL)
    *chosen = end != NULL && *end == '\0';
  return end != NULL && *end == '\0' ? (guint32)colour : okabe_ito[(label - FIRST) % (int)G_N_ELEMENTS (okabe_ito)];
}

void
acini_project_get_class_keys (AciniProject *self, guint8 labels[ACINI_CLASS_KEYS])
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  g_return_if_fail (ACINI_IS_PROJECT (self));

  text = acini_project_dup_setting (self, ACINI_CLASS_KEYS_SETTING);
  words = g_strsplit (text != NULL ? text : "", " ", -1);
  for (guint i = 0, n = g_strv_length (words); i < ACINI_CLASS_KEYS; i++)
    {
      guint64 label = 0;

      if (n != ACINI_CLASS_KEYS || !g_ascii_string_to_unsigned (words[i], 10, FIRST, LAST, &label, NULL))
        label = FIRST + i;
      labels[i] = (guint8)label;
    }
}
