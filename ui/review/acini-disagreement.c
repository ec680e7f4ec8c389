/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-disagreement.h"

#include <glib/gi18n.h>

const char *
acini_reader_get_name (GPtrArray *readings, guint number)
{
  g_return_val_if_fail (number <= readings->len, "");

  return number == 0 ? _ ("First reader") : ((const AciniReading *)readings->pdata[number - 1])->reader;
}

char *
acini_disagreement_dup_title (const AciniAgreementPlace *place, GPtrArray *readings, guint first, guint second)
{
  const char *one = acini_reader_get_name (readings, first), *other = acini_reader_get_name (readings, second);
  gboolean refused = place->objects[0].state == ACINI_REVIEW_REJECTED;

  switch (acini_agreement_place_get_disagreement (place))
    {
    case ACINI_DISAGREEMENT_STATE:
      /* Translators: two readers, the first wants the object. */
      return g_strdup_printf (_ ("%s: yes · %s: no"), refused ? other : one, refused ? one : other);
    case ACINI_DISAGREEMENT_ONE:
      /* Translators: one of two readers. */
      return g_strdup_printf (_ ("Only %s has it"), place->objects[0].id != 0 ? one : other);
    case ACINI_DISAGREEMENT_CLASS:
      return g_strdup_printf (_ ("%s and %s: different classes"), one, other);
    case ACINI_DISAGREEMENT_OUTLINE:
      return g_strdup_printf (_ ("%s and %s: outlines, IoU %.2f"), one, other, acini_agreement_place_get_iou (place));
    default:
      return g_strdup ("");
    }
}
