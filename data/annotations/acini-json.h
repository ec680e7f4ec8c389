/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* JSON as a stream: one walks down to where the objects are and reads them one at a time, so that a file of a million
 * is never whole in memory, and every value knows its line and column.  (json-glib holds all of a file.)  NaN and
 * Infinity, which QuPath writes, are numbers. */

#include "data/annotations/acini-source.h"

G_BEGIN_DECLS

typedef struct _AciniJson AciniJson;

typedef enum
{
  ACINI_JSON_NULL,
  ACINI_JSON_BOOLEAN,
  ACINI_JSON_NUMBER,
  ACINI_JSON_STRING,
  ACINI_JSON_NUMBERS, /* an array of numbers alone, at least one */
  ACINI_JSON_ARRAY,
  ACINI_JSON_OBJECT,
} AciniJsonKind;

typedef struct _AciniJsonValue AciniJsonValue;
struct _AciniJsonValue
{
  AciniJsonKind kind;
  guint line, column;   /* where it begins, from 1 */
  guint n;              /* items, members, numbers */
  const char *name;     /* of a member */
  AciniJsonValue *next; /* item or member */
  union
  {
    double number; /* a boolean's, too */
    const char *string;
    const double *numbers;
    AciniJsonValue *first;
  };
};

/* @source: (transfer full). */
AciniJson *acini_json_new (AciniSource *source);
void acini_json_free (AciniJson *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniJson, acini_json_free)

/* The first character of the value that comes next, '\0' at the end of the text; -1 with @error set. */
int acini_json_peek (AciniJson *self, GError **error);
/* Goes into the array or object that comes next; another value is an error. */
gboolean acini_json_enter (AciniJson *self, char opening, GError **error);
/* Whether there is another item of the array entered last; when not, it is left. */
gboolean acini_json_next_item (AciniJson *self, gboolean *more, GError **error);
/* The same for members: *@name is valid until the next call. */
gboolean acini_json_next_member (AciniJson *self, const char **name, GError **error);
/* Reads the value that comes next with all that is in it.  It stays until acini_json_forget (). */
AciniJsonValue *acini_json_read (AciniJson *self, GError **error);
gboolean acini_json_skip (AciniJson *self, GError **error);
void acini_json_forget (AciniJson *self);
/* Sets @error to a sentence about the place reached. */
gboolean acini_json_fail (AciniJson *self, GError **error, const char *what);

/* Of values; all of them take NULL, and values of another kind, as what is not there. */
const AciniJsonValue *acini_json_get (const AciniJsonValue *object, const char *name);
const char *acini_json_get_string (const AciniJsonValue *object, const char *name);
double acini_json_get_number (const AciniJsonValue *object, const char *name, double otherwise);
/* The first item or member, of arrays and objects alone. */
const AciniJsonValue *acini_json_first (const AciniJsonValue *value);
/* A string, or a number as text: (transfer full) (nullable). */
char *acini_json_dup_text (const AciniJsonValue *value);

G_END_DECLS
