/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"

const AciniCommand *const *
acini_commands_list (void)
{
  /* A line each, in the order of help. */
  /* clang-format off */
  static const AciniCommand *const commands[] = {
    &acini_command_new,
    &acini_command_import,
    &acini_command_list,
    &acini_command_info,
    &acini_command_relink,
    &acini_command_segment,
    &acini_command_recipes,
    &acini_command_train,
    &acini_command_evaluate,
    &acini_command_compare,
    &acini_command_study_review,
    &acini_command_study_order,
    &acini_command_export,
    &acini_command_objects,
    &acini_command_results,
    &acini_command_regions,
    &acini_command_reading,
    &acini_command_agreement,
    &acini_command_report,
    &acini_command_preview,
    &acini_command_refit,
    &acini_command_stats,
    &acini_command_dataset,
    &acini_command_annotations,
    &acini_command_formats,
    &acini_command_phantom,
    &acini_command_demo,
    &acini_command_model_list,
    &acini_command_model_inspect,
    &acini_command_model_card,
    &acini_command_model_convert,
    &acini_command_model_import,
    &acini_command_model_export,
    &acini_command_model_rename,
    &acini_command_model_archive,
    &acini_command_model_delete,
    &acini_command_model_check,
    &acini_command_model_forward,
    &acini_command_model_random,
    &acini_command_job_list,
    &acini_command_job_show,
    &acini_command_job_run,
    &acini_command_job_supervise,
    &acini_command_job_pause,
    &acini_command_job_resume,
    &acini_command_job_cancel,
    &acini_command_journal_verify,
    &acini_command_serve,
    &acini_command_trial,
    NULL,
  };
  /* clang-format on */

  return commands;
}

const GOptionEntry *
acini_command_get_options (const AciniCommand *command, int number)
{
  const GOptionEntry *groups[] = {
    command->models ? acini_model_options () : NULL,
    command->options,
    command->segments ? acini_segment_options () : NULL,
    command->network ? acini_network_options () : NULL,
    acini_common_options (),
  };

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (groups[i] != NULL && number-- == 0)
      return groups[i];
  return NULL;
}
