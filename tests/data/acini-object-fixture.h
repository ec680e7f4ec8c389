/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A slide whose labels and seams are kept beside it as plain pictures, and what a flood fill says of them. */

#include "data/objects/acini-object-index.h"

/* Neither is a multiple of a tile's side. */
#define WIDTH 1300
#define HEIGHT 1100

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniSlideRecord *slide;
  guint8 *labels, *seams; /* the picture as it has to be */
  GRand *rand;
} ObjectFixture;

void object_fixture_set_up (ObjectFixture *fixture, gconstpointer data);
void object_fixture_tear_down (ObjectFixture *fixture, gconstpointer data);

AciniObjectIndex *object_fixture_open (ObjectFixture *fixture);
/* *@n (nullable): how many tiles were looked at. */
void object_fixture_update (AciniObjectIndex *index, guint *n);
/* Takes the pictures from the project. */
void object_fixture_read (ObjectFixture *fixture);
/* The index is what the flood fill of the pictures says. */
void object_fixture_compare (ObjectFixture *fixture, AciniObjectIndex *index);
/* All that is in the tables of labels and seams, byte for byte.  Returns: (transfer full). */
char *object_fixture_dup_tables (ObjectFixture *fixture);
