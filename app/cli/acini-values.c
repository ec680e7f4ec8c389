/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-values.h"

#include "app/cli/acini-command.h"
#include "data/base/acini-organ.h"
#include "data/base/acini-resolution.h"

/* A wrong value is a wrong command line. */
static gboolean
pass_on (GError *reason, GError **error)
{
  if (reason == NULL)
    return TRUE;
  g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, reason->message);
  return FALSE;
}

gboolean
acini_parse_organ (const char *text, const char **organ, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *organ = text != NULL ? acini_organ_parse (text, &reason) : NULL;
  return pass_on (reason, error);
}

gboolean
acini_parse_mpp (const char *text, double *mpp, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *mpp = 0;
  if (text != NULL)
    acini_mpp_parse (text, mpp, &reason);
  return pass_on (reason, error);
}
