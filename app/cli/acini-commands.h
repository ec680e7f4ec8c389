/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Every command of acini-cli, each from the file of its name. */

#include "app/cli/acini-command.h"

G_BEGIN_DECLS

extern const AciniCommand acini_command_annotations;
extern const AciniCommand acini_command_dataset;
extern const AciniCommand acini_command_demo;
extern const AciniCommand acini_command_evaluate;
extern const AciniCommand acini_command_export;
extern const AciniCommand acini_command_compare;
extern const AciniCommand acini_command_study_review;
extern const AciniCommand acini_command_study_order;
extern const AciniCommand acini_command_formats;
extern const AciniCommand acini_command_recipes;
extern const AciniCommand acini_command_import;
extern const AciniCommand acini_command_info;
extern const AciniCommand acini_command_job_cancel;
extern const AciniCommand acini_command_job_list;
extern const AciniCommand acini_command_job_pause;
extern const AciniCommand acini_command_job_resume;
extern const AciniCommand acini_command_job_run;
extern const AciniCommand acini_command_job_show;
extern const AciniCommand acini_command_job_supervise;
extern const AciniCommand acini_command_journal_verify;
extern const AciniCommand acini_command_list;
extern const AciniCommand acini_command_model_check;
extern const AciniCommand acini_command_model_convert;
extern const AciniCommand acini_command_model_forward;
extern const AciniCommand acini_command_model_inspect;
extern const AciniCommand acini_command_model_card;
extern const AciniCommand acini_command_model_archive;
extern const AciniCommand acini_command_model_delete;
extern const AciniCommand acini_command_model_export;
extern const AciniCommand acini_command_model_import;
extern const AciniCommand acini_command_model_list;
extern const AciniCommand acini_command_model_rename;
extern const AciniCommand acini_command_model_random;
extern const AciniCommand acini_command_new;
extern const AciniCommand acini_command_objects;
extern const AciniCommand acini_command_reading;
extern const AciniCommand acini_command_agreement;
extern const AciniCommand acini_command_phantom;
extern const AciniCommand acini_command_preview;
extern const AciniCommand acini_command_refit;
extern const AciniCommand acini_command_relink;
extern const AciniCommand acini_command_regions;
extern const AciniCommand acini_command_report;
extern const AciniCommand acini_command_results;
extern const AciniCommand acini_command_segment;
extern const AciniCommand acini_command_serve;
extern const AciniCommand acini_command_stats;
extern const AciniCommand acini_command_train;
extern const AciniCommand acini_command_trial;

G_END_DECLS
