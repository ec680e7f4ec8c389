/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A project with a model of no weights, for tests of what a training takes and says before it starts. */

#include "app/training/acini-training-check.h"

typedef struct
{
  char *folder, *model;
  AciniProject *project;
  AciniRecipe *recipe;
} PlanFixture;

void plan_set_up (PlanFixture *fixture, gconstpointer data);
void plan_tear_down (PlanFixture *fixture, gconstpointer data);
void plan_paint (PlanFixture *fixture, gint64 slide, gint64 x, gint64 y, gint64 width, gint64 height, guint8 label);
/* The slide's file is there, though nobody will read it as one. */
gint64 plan_add_slide (PlanFixture *fixture, const char *name, gint64 side, double mpp);
void plan_set_patient (PlanFixture *fixture, gint64 slide, const char *patient);
/* Whether there is a problem that says @word; @stops: and that it stops the job. */
gboolean plan_is_said (GPtrArray *problems, const char *word, gboolean stops);
/* What is said before a training on @slides (nullable), with @held_out (nullable). */
GPtrArray *plan_check (PlanFixture *fixture, GArray *slides, GArray *held_out);
