/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-dicom.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>

/* A file of DICOM begins with 128 bytes of anything, then "DICM". */
#define MAGIC 128
/* What dcm2json says of pixels that are compressed. */
#define STATUS_COMPRESSED 81

static gboolean
is_dicom (const char *bytes, gsize n)
{
  return n >= MAGIC + 4 && memcmp (bytes + MAGIC, "DICM", 4) == 0;
}

gboolean
acini_dicom_sniff (const AciniAnnotationHead *head, const char *uid)
{
  g_autofree char *mark = g_strdup_printf ("$.00080016.Value=%s", uid);
  /* (0002,0002), of the type UI: the UID behind its length, padded with a zero byte. */
  g_autofree char *element = g_strdup_printf ("%c%c%c%cUI%c%c%s", 2, 0, 2, 0, (int)(strlen (uid) + 1) & ~1, 0, uid);

  if (!is_dicom (head->text->str, head->text->len))
    return acini_annotation_head_has (head, mark);
  for (gsize i = MAGIC + 4; i + 8 + strlen (uid) < head->text->len && i < 4096; i++)
    if (memcmp (head->text->str + i, element, 8) == 0 && memcmp (head->text->str + i + 8, uid, strlen (uid)) == 0)
      return TRUE;
  return FALSE;
}

/* A small file may unpack to anything in DCMTK's memory. */
static void
limit_memory (gpointer user_data)
{
  const gint64 size = *(const gint64 *)user_data;
  const struct rlimit limit = { (rlim_t)(((gint64)2 << 30) + 16 * size), (rlim_t)(((gint64)2 << 30) + 16 * size) };

  setrlimit (RLIMIT_AS, &limit);
}

static GSubprocess *
run_dcm2json (AciniAnnotationReader *reader, const char *path, gint64 *size, GError **error)
{
  g_autofree char *program = g_find_program_in_path ("dcm2json");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GStatBuf status;

  if (program == NULL)
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED,
                   _ ("“%s” is a DICOM file, which is read with DCMTK: install the package “dcmtk”."), reader->name);
      return NULL;
    }
  *size = g_stat (path, &status) == 0 ? (gint64)status.st_size : 0;
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, limit_memory, size, NULL);
  return g_subprocess_launcher_spawn (launcher, error, program, "--quiet", "--compact-code", path, NULL);
}

/* FALSE with @error set, in place of one that is there: what kept dcm2json from its end says more than its output. */
static gboolean
check_status (AciniAnnotationReader *reader, GSubprocess *process, GError **error)
{
  int status;

  if (!g_subprocess_get_if_exited (process))
    status = -1;
  else
    status = g_subprocess_get_exit_status (process);
  if (status == 0)
    return TRUE;
  g_clear_error (error);
  return acini_reader_fail (reader, 0, 0, error,
                            status == STATUS_COMPRESSED
                                ? _ ("its pixels are compressed. Unpack them with “dcmdrle”, “dcmdjpeg” or “dcmdjpls” "
                                     "of the package “dcmtk”, "
                                     "and take that file.")
                                : _ ("this is no DICOM file that DCMTK can read: it may be cut off. Copy it again."));
}

static gboolean
walk_file (AciniAnnotationReader *reader, const char *path, const char *const *places, AciniJsonFunc func,
           GError **error)
{
  gint64 size;
  g_autoptr (GSubprocess) process = run_dcm2json (reader, path, &size, error);
  g_autoptr (AciniJson) json = NULL;
  GError *reason = NULL;
  gboolean done;

  if (process == NULL)
    return FALSE;
  json = acini_json_new (acini_source_new_for_stream (
      reader->path, g_object_ref (g_subprocess_get_stdout_pipe (process)), size, reader->reading->cancellable));
  done = acini_reader_walk_json (reader, json, places, func, &reason);
  /* It has come to its end by itself, or nobody listens any more. */
  if (!done && acini_json_peek (json, NULL) > 0)
    g_subprocess_force_exit (process);
  else if (g_subprocess_wait (process, NULL, NULL) && !check_status (reader, process, &reason))
    done = FALSE;
  if (reason != NULL)
    g_propagate_error (error, reason);
  return done;
}

gboolean
acini_dicom_walk (AciniAnnotationReader *reader, const char *const *places, AciniJsonFunc func, GError **error)
{
  g_autoptr (AciniSource) source = acini_source_open (reader->path, reader->reading->cancellable, error);
  g_autofree char *path = NULL;
  gboolean temporary, done;
  const char *bytes;
  gssize n = source != NULL ? acini_source_read (source, &bytes, error) : -1;

  if (n < 0)
    return FALSE;
  if (!is_dicom (bytes, (gsize)n))
    return acini_reader_walk (reader, places, func, error);
  reader->without_lines = TRUE;
  path = acini_source_unpack (reader->path, &temporary, reader->reading->cancellable, error);
  done = path != NULL && walk_file (reader, path, places, func, error);
  if (path != NULL && temporary)
    g_unlink (path);
  return done;
}

/* Elements */

const AciniJsonValue *
acini_dicom_get (const AciniJsonValue *item, const char *tag)
{
  return acini_json_first (acini_json_get (acini_json_get (item, tag), "Value"));
}

const char *
acini_dicom_get_string (const AciniJsonValue *item, const char *tag)
{
  const AciniJsonValue *value = acini_dicom_get (item, tag);

  return value != NULL && value->kind == ACINI_JSON_STRING ? value->string : NULL;
}

double
acini_dicom_get_number (const AciniJsonValue *item, const char *tag, double otherwise)
{
  const AciniJsonValue *values = acini_json_get (acini_json_get (item, tag), "Value"), *value;
  double number = NAN;

  value = acini_json_first (values);
  if (values != NULL && values->kind == ACINI_JSON_NUMBERS)
    number = values->numbers[0];
  else if (value != NULL && value->kind == ACINI_JSON_NUMBER)
    number = value->number;
  else if (value != NULL && value->kind == ACINI_JSON_STRING) /* IS and DS may be text */
    number = acini_reader_parse_number (value->string);
  return isfinite (number) ? number : otherwise;
}

const char *
acini_dicom_get_meaning (const AciniJsonValue *item, const char *tag)
{
  return acini_dicom_get_string (acini_dicom_get (item, tag), "00080104");
}

/* Spaces around it do not count, and control characters are none. */
char *
acini_dicom_dup_label (const char *name)
{
  g_autofree char *label = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), 64));

  for (char *at = label; *at != '\0'; at++)
    if (*at == '\\')
      *at = '/';
    else if ((guchar)*at < 0x20)
      *at = ' ';
  return g_strdup (g_strstrip (label));
}

char *
acini_dicom_dup_class (const AciniJsonValue *item, const char *tag, const char *whole, const char *type)
{
  const char *label = acini_dicom_get_string (item, tag), *said = acini_dicom_get_string (item, whole);
  const AciniJsonValue *code = acini_dicom_get (item, type);
  g_autofree char *made = said != NULL ? acini_dicom_dup_label (said) : NULL;

  if (g_strcmp0 (acini_dicom_get_string (code, "00080102"), ACINI_DICOM_SCHEME) == 0
      && g_strcmp0 (acini_dicom_get_string (code, "00080100"), "C0") == 0)
    return NULL;
  if (label == NULL)
    return g_strdup (acini_dicom_get_meaning (item, type));
  return g_strdup (g_strcmp0 (made, label) == 0 ? said : label);
}

static double
to_srgb (double linear)
{
  const double c = CLAMP (linear, 0, 1);

  return c <= 0.0031308 ? 12.92 * c : 1.055 * pow (c, 1 / 2.4) - 0.055;
}

static double
from_lab (double t)
{
  return t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29);
}

/* PS3.3, C.10.7.1.1: L* 0 … 100 and a*, b* -128 … 127 as 0 … 65535, under the white D50. */
int
acini_dicom_get_color (const AciniJsonValue *item)
{
  const AciniJsonValue *lab = acini_json_get (acini_json_get (item, "0062000D"), "Value");
  double l, x, y, z, rgb[3];
  int color = 0;

  if (lab == NULL || lab->kind != ACINI_JSON_NUMBERS || lab->n != 3)
    return ACINI_NO_COLOR;
  for (int i = 0; i < 3; i++)
    if (!(lab->numbers[i] >= 0 && lab->numbers[i] <= 65535))
      return ACINI_NO_COLOR;
  l = (lab->numbers[0] / 65535 * 100 + 16) / 116;
  x = 0.96422 * from_lab (l + (lab->numbers[1] / 257 - 128) / 500);
  y = from_lab (l);
  z = 0.82521 * from_lab (l - (lab->numbers[2] / 257 - 128) / 200);
  /* To D65 by Bradford, and sRGB's primaries (B. Lindbloom). */
  rgb[0] = 3.1338561 * x - 1.6168667 * y - 0.4906146 * z;
  rgb[1] = -0.9787684 * x + 1.9161415 * y + 0.0334540 * z;
  rgb[2] = 0.0719453 * x - 0.2289914 * y + 1.4052427 * z;
  for (int i = 0; i < 3; i++)
    color = color << 8 | (int)lrint (255 * to_srgb (rgb[i]));
  return color;
}

guint8 *
acini_dicom_dup_bytes (AciniAnnotationReader *reader, const AciniJsonValue *item, const char *tag, gsize *n,
                       GError **error)
{
  const AciniJsonValue *element = acini_json_get (item, tag);
  const char *text = acini_json_get_string (element, "InlineBinary");

  *n = 0;
  if (text != NULL)
    return g_base64_decode (text, n);
  if (acini_json_get (element, "BulkDataURI") != NULL)
    acini_dicom_fail (reader, element, error,
                      _ ("numbers of the object here are on a server. Take the DICOM file, which has them."));
  return NULL;
}

void
acini_dicom_get_place (const AciniAnnotationReader *reader, const AciniJsonValue *value, guint *line, guint *column)
{
  *line = reader->without_lines || value == NULL ? 0 : value->line;
  *column = reader->without_lines || value == NULL ? 0 : value->column;
}

gboolean
acini_dicom_fail (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error, const char *sentence)
{
  guint line, column;

  acini_dicom_get_place (reader, value, &line, &column);
  return acini_reader_fail (reader, line, column, error, sentence);
}
