/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-dicom-writer.h"

#include "data/annotations/acini-dicom.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EXPLICIT_LITTLE "1.2.840.10008.1.2.1"
#define WHOLE_SLIDE_IMAGE "1.2.840.10008.5.1.4.1.1.77.1.6"
#define UNDEFINED 0xffffffffu

/* Bytes */

static void
add_short (GString *text, guint number)
{
  g_string_append_c (text, (char)(number & 255));
  g_string_append_c (text, (char)(number >> 8 & 255));
}

static void
add_long (GString *text, guint32 number)
{
  add_short (text, number & 0xffff);
  add_short (text, number >> 16);
}

static void
add_tag (GString *text, const char *tag)
{
  const guint number = (guint)strtoul (tag, NULL, 16);

  add_short (text, number >> 16);
  add_short (text, number & 0xffff);
}

static void
add_head (GString *text, const char *tag, const char *vr, guint32 length)
{
  add_tag (text, tag);
  g_string_append (text, vr);
  if (strstr ("OB OD OF OL OV OW SQ UC UN UR UT", vr) == NULL)
    {
      add_short (text, length);
      return;
    }
  add_short (text, 0);
  add_long (text, length);
}

/* Of even length, as all of DICOM. */
static void
add_padded (GString *text, const char *tag, const char *vr, const char *bytes, gsize n)
{
  const gboolean zero = g_str_equal (vr, "UI") || g_str_equal (vr, "OB");

  add_head (text, tag, vr, (guint32)(n + n % 2));
  g_string_append_len (text, bytes, (gssize)n);
  if (n % 2 != 0)
    g_string_append_c (text, zero ? '\0' : ' ');
}

static void
add_meta (GString *text, const char *class_uid, const char *instance)
{
  g_autoptr (GString) group = g_string_new (NULL);

  add_padded (group, "00020001", "OB", "\0\1", 2);
  add_padded (group, "00020002", "UI", class_uid, strlen (class_uid));
  add_padded (group, "00020003", "UI", instance, strlen (instance));
  add_padded (group, "00020010", "UI", EXPLICIT_LITTLE, strlen (EXPLICIT_LITTLE));
  /* Of the program: any number that no one else has. */
  add_padded (group, "00020012", "UI", "2.25.148260393711642573980364125780421957216", 44);
  add_padded (group, "00020013", "SH", "ACINI", 5);
  for (int i = 0; i < 128; i++)
    g_string_append_c (text, '\0');
  g_string_append (text, "DICM");
  add_head (text, "00020000", "UL", 4);
  add_long (text, (guint32)group->len);
  g_string_append_len (text, group->str, (gssize)group->len);
}

/* Elements */

static void
begin_member (AciniDicomWriter *self, const char *tag, const char *vr)
{
  g_string_append_printf (self->writer->text, "%s\"%s\":{\"vr\":\"%s\"", self->more ? ",\n" : "", tag, vr);
  self->more = TRUE;
}

void
acini_dicom_put (AciniDicomWriter *self, const char *tag, const char *vr, const char *value)
{
  GString *text = self->writer->text;
  g_auto (GStrv) values = NULL;

  if (!self->json && g_str_equal (vr, "AT"))
    {
      add_head (text, tag, vr, 4);
      add_tag (text, value);
      return;
    }
  if (!self->json)
    {
      add_padded (text, tag, vr, value != NULL ? value : "", value != NULL ? strlen (value) : 0);
      return;
    }
  begin_member (self, tag, vr);
  if (value != NULL && *value != '\0')
    {
      /* Of these "\" is a character. */
      values = g_strsplit (value, "\\", strstr ("LT ST UT", vr) != NULL ? 1 : 0);
      g_string_append (text, ",\"Value\":[");
      for (guint i = 0; values[i] != NULL; i++)
        {
          g_string_append (text, i > 0 ? "," : "");
          acini_text_add_json (text, values[i]);
        }
      g_string_append_c (text, ']');
    }
  g_string_append_c (text, '}');
}

static void
add_binary (GString *text, const char *vr, double value)
{
  const gboolean is_double = g_str_equal (vr, "FD");

  if (g_str_equal (vr, "US") || g_str_equal (vr, "SS"))
    add_short (text, (guint)(int)value & 0xffff);
  else if (g_str_equal (vr, "UL") || g_str_equal (vr, "SL"))
    add_long (text, (guint32)(gint64)value);
  else if (is_double)
    {
      guint64 bits;

      memcpy (&bits, &value, 8);
      add_long (text, (guint32)(bits & 0xffffffff));
      add_long (text, (guint32)(bits >> 32));
    }
  else
    {
      const float single = (float)value;
      guint32 bits;

      memcpy (&bits, &single, 4);
      add_long (text, bits);
    }
}

void
acini_dicom_put_numbers (AciniDicomWriter *self, const char *tag, const char *vr, const double *values, guint n)
{
  const guint size = strstr ("US SS", vr) != NULL ? 2 : g_str_equal (vr, "FD") ? 8 : 4;
  GString *text = self->writer->text;
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->json)
    {
      begin_member (self, tag, vr);
      g_string_append (text, ",\"Value\":[");
      for (guint i = 0; i < n; i++)
        {
          g_string_append (text, i > 0 ? "," : "");
          acini_text_add_number (text, values[i]);
        }
      g_string_append (text, "]}");
    }
  else if (strstr ("IS DS", vr) != NULL)
    {
      g_autoptr (GString) list = g_string_new (NULL);

      /* 16 characters at most. */
      for (guint i = 0; i < n; i++)
        g_string_append_printf (
            list, "%s%s", i > 0 ? "\\" : "",
            g_ascii_formatd (number, sizeof number, g_str_equal (vr, "IS") ? "%.0f" : "%.10g", values[i]));
      add_padded (text, tag, vr, list->str, list->len);
    }
  else
    {
      add_head (text, tag, vr, n * size);
      for (guint i = 0; i < n; i++)
        add_binary (text, vr, values[i]);
    }
}

void
acini_dicom_put_number (AciniDicomWriter *self, const char *tag, const char *vr, double value)
{
  acini_dicom_put_numbers (self, tag, vr, &value, 1);
}

void
acini_dicom_put_name (AciniDicomWriter *self, const char *tag, const char *name)
{
  g_autofree char *label = acini_dicom_dup_label (name);

  acini_dicom_put (self, tag, "LO", label);
}

/* The standard demands a label: what has no class has a code that says so. */
static const char *
get_class (AciniDicomWriter *self, guint number)
{
  const char *name = self->writer->class_names->pdata[number];

  return *name != '\0' ? name : "Unclassified";
}

void
acini_dicom_put_label (AciniDicomWriter *self, const char *tag, const char *whole, const char *vr, guint number)
{
  const char *class = get_class (self, number);
  g_autofree char *label = acini_dicom_dup_label (class);

  acini_dicom_put (self, tag, "LO", label);
  if (!g_str_equal (label, class))
    acini_dicom_put (self, whole, vr, class);
}

void
acini_dicom_open_sequence (AciniDicomWriter *self, const char *tag)
{
  if (self->json)
    {
      begin_member (self, tag, "SQ");
      g_string_append (self->writer->text, ",\"Value\":[");
      self->more = FALSE;
    }
  else
    add_head (self->writer->text, tag, "SQ", UNDEFINED);
}

void
acini_dicom_close_sequence (AciniDicomWriter *self)
{
  if (self->json)
    {
      g_string_append (self->writer->text, "]}");
      self->more = TRUE;
      return;
    }
  add_tag (self->writer->text, "FFFEE0DD");
  add_long (self->writer->text, 0);
}

void
acini_dicom_open_item (AciniDicomWriter *self)
{
  if (self->json)
    {
      g_string_append (self->writer->text, self->more ? ",\n{" : "{");
      self->more = FALSE;
      return;
    }
  add_tag (self->writer->text, "FFFEE000");
  add_long (self->writer->text, UNDEFINED);
}

void
acini_dicom_close_item (AciniDicomWriter *self)
{
  if (self->json)
    {
      g_string_append_c (self->writer->text, '}');
      self->more = TRUE;
      return;
    }
  add_tag (self->writer->text, "FFFEE00D");
  add_long (self->writer->text, 0);
}

void
acini_dicom_put_code (AciniDicomWriter *self, const char *tag, const char *value, const char *scheme,
                      const char *meaning)
{
  acini_dicom_open_sequence (self, tag);
  acini_dicom_open_item (self);
  acini_dicom_put (self, "00080100", "SH", value);
  acini_dicom_put (self, "00080102", "SH", scheme);
  acini_dicom_put_name (self, "00080104", meaning);
  acini_dicom_close_item (self);
  acini_dicom_close_sequence (self);
}

void
acini_dicom_put_type (AciniDicomWriter *self, const char *tag, guint number)
{
  const gboolean none = *(const char *)self->writer->class_names->pdata[number] == '\0';
  g_autofree char *code = g_strdup_printf ("C%u", none ? 0 : number + 1);

  acini_dicom_put_code (self, tag, code, ACINI_DICOM_SCHEME, get_class (self, number));
}

gboolean
acini_dicom_open_bytes (AciniDicomWriter *self, const char *tag, const char *vr, guint64 n, GError **error)
{
  self->n_bytes = n;
  self->state = self->save = 0;
  if (self->json)
    {
      begin_member (self, tag, vr);
      g_string_append (self->writer->text, ",\"InlineBinary\":\"");
      return TRUE;
    }
  if (n >= UNDEFINED - 1)
    {
      g_set_error (
          error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_LIMIT,
          _ ("“%s” would hold more than the 4 GiB that DICOM allows for one element. Write the slide's objects "
             "in several files."),
          self->writer->name);
      return FALSE;
    }
  add_head (self->writer->text, tag, vr, (guint32)(n + n % 2));
  return TRUE;
}

gboolean
acini_dicom_add_bytes (AciniDicomWriter *self, const guint8 *bytes, gsize n, GError **error)
{
  GString *text = self->writer->text;

  if (!self->json)
    g_string_append_len (text, (const char *)bytes, (gssize)n);
  else
    {
      const gsize before = text->len;

      g_string_set_size (text, before + (n / 3 + 1) * 4 + 4);
      g_string_set_size (
          text, before + g_base64_encode_step (bytes, n, FALSE, text->str + before, &self->state, &self->save));
    }
  return acini_writer_flush (self->writer, FALSE, error);
}

void
acini_dicom_close_bytes (AciniDicomWriter *self)
{
  char code[8];

  if (self->json)
    {
      g_string_append_len (self->writer->text, code,
                           (gssize)g_base64_encode_close (FALSE, code, &self->state, &self->save));
      g_string_append (self->writer->text, "\"}");
    }
  else if (self->n_bytes % 2 != 0)
    g_string_append_c (self->writer->text, '\0');
}

/* What is the same in all objects */

/* "2.25." and a UUID's number (PS3.5, B.2). */
char *
acini_dicom_make_uid (const char *seed)
{
  g_autofree char *random = g_uuid_string_random ();
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 bytes[32];
  gsize n = sizeof bytes;
  char digits[40];
  int at = sizeof digits - 1;

  g_checksum_update (checksum, (const guchar *)(seed != NULL ? seed : random), -1);
  g_checksum_get_digest (checksum, bytes, &n);
  bytes[6] = (bytes[6] & 0x0f) | 0x80; /* a UUID of the version 8 */
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  digits[at] = '\0';
  for (gboolean any = TRUE; any && at > 0;)
    {
      guint rest = 0;

      any = FALSE;
      for (int i = 0; i < 16; i++)
        {
          const guint part = rest << 8 | bytes[i];

          bytes[i] = (guint8)(part / 10);
          rest = part % 10;
          any = any || bytes[i] != 0;
        }
      digits[--at] = (char)('0' + rest);
    }
  return g_strconcat ("2.25.", digits + at, NULL);
}

void
acini_dicom_begin (AciniDicomWriter *self, AciniAnnotationWriter *writer, const char *class_uid, const char *modality)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%d"), *time = g_date_time_format (now, "%H%M%S");
  g_autofree char *instance = acini_dicom_make_uid (NULL);

  *self = (AciniDicomWriter){ .writer = writer };
  self->json = g_str_has_suffix (writer->name, ".json");
  if (self->json)
    g_string_append_c (writer->text, '{');
  else
    add_meta (writer->text, class_uid, instance);
  acini_dicom_put (self, "00080005", "CS", "ISO_IR 192");
  if (g_str_equal (modality, "SEG"))
    acini_dicom_put (self, "00080008", "CS", "DERIVED\\PRIMARY");
  acini_dicom_put (self, "00080016", "UI", class_uid);
  acini_dicom_put (self, "00080018", "UI", instance);
  acini_dicom_put (self, "00080020", "DA", NULL);
  acini_dicom_put (self, "00080023", "DA", date);
  acini_dicom_put (self, "00080030", "TM", NULL);
  acini_dicom_put (self, "00080033", "TM", time);
  acini_dicom_put (self, "00080050", "SH", NULL);
  acini_dicom_put (self, "00080060", "CS", modality);
  acini_dicom_put (self, "00080070", "LO", "Acini");
  acini_dicom_put (self, "00080090", "PN", NULL);
  acini_dicom_put (self, "00081090", "LO", "Acini");
}

/* @what of the slide. */
static char *
make_uid_of (AciniDicomWriter *self, const char *what)
{
  const char *image = self->writer->image;
  g_autofree char *seed = g_strdup_printf ("%s of %s", what, image != NULL ? image : "");

  return acini_dicom_make_uid (seed);
}

static void
put_reference (AciniDicomWriter *self, const char *tag, gboolean source)
{
  g_autofree char *instance = make_uid_of (self, "image");

  acini_dicom_open_sequence (self, tag);
  acini_dicom_open_item (self);
  acini_dicom_put (self, "00081150", "UI", WHOLE_SLIDE_IMAGE);
  acini_dicom_put (self, "00081155", "UI", instance);
  if (source)
    acini_dicom_put_code (self, "0040A170", "121322", "DCM", "Source image for image processing operation");
  acini_dicom_close_item (self);
  acini_dicom_close_sequence (self);
}

void
acini_dicom_put_image (AciniDicomWriter *self, gboolean in_image)
{
  g_autofree char *series = make_uid_of (self, "series");

  acini_dicom_open_sequence (self, "00081115");
  acini_dicom_open_item (self);
  put_reference (self, "0008114A", FALSE);
  acini_dicom_put (self, "0020000E", "UI", series);
  acini_dicom_close_item (self);
  acini_dicom_close_sequence (self);
  if (in_image)
    put_reference (self, "00081140", FALSE);
}

void
acini_dicom_put_series (AciniDicomWriter *self)
{
  g_autofree char *study = make_uid_of (self, "study"), *series = acini_dicom_make_uid (NULL);

  acini_dicom_put (self, "00100010", "PN", NULL);
  acini_dicom_put (self, "00100020", "LO", NULL);
  acini_dicom_put (self, "00100030", "DA", NULL);
  acini_dicom_put (self, "00100040", "CS", NULL);
  acini_dicom_put (self, "00181000", "LO", "0");
  acini_dicom_put (self, "00181020", "LO", ACINI_VERSION);
  acini_dicom_put (self, "0020000D", "UI", study);
  acini_dicom_put (self, "0020000E", "UI", series);
  acini_dicom_put (self, "00200010", "SH", NULL);
  acini_dicom_put_number (self, "00200011", "IS", 1);
  acini_dicom_put_number (self, "00200013", "IS", 1);
}

void
acini_dicom_put_frame_of_reference (AciniDicomWriter *self)
{
  g_autofree char *uid = make_uid_of (self, "frame of reference");

  acini_dicom_put (self, "00200052", "UI", uid);
  acini_dicom_put (self, "00201040", "LO", "SLIDE_CORNER");
}

void
acini_dicom_put_derivation (AciniDicomWriter *self)
{
  acini_dicom_open_sequence (self, "00089124");
  acini_dicom_open_item (self);
  put_reference (self, "00082112", TRUE);
  acini_dicom_put_code (self, "00089215", "113076", "DCM", "Segmentation");
  acini_dicom_close_item (self);
  acini_dicom_close_sequence (self);
}

void
acini_dicom_end (AciniDicomWriter *self)
{
  if (self->json)
    g_string_append (self->writer->text, "}\n");
}

/* The inverse of acini_dicom_get_color (). */

static double
from_srgb (int value)
{
  const double c = value / 255.0;

  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static double
to_lab (double t)
{
  return t > 216.0 / 24389 ? cbrt (t) : (24389.0 / 27 * t + 16) / 116;
}

void
acini_dicom_put_color (AciniDicomWriter *self, int color)
{
  const double r = from_srgb (color >> 16 & 255), g = from_srgb (color >> 8 & 255), b = from_srgb (color & 255);
  /* sRGB to XYZ under D50 (B. Lindbloom). */
  const double x = to_lab ((0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422);
  const double y = to_lab (0.2225045 * r + 0.7168786 * g + 0.0606169 * b);
  const double z = to_lab ((0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521);
  const double lab[]
      = { rint ((116 * y - 16) / 100 * 65535), rint ((500 * (x - y) + 128) * 257), rint ((200 * (y - z) + 128) * 257) };

  if (color != ACINI_NO_COLOR)
    acini_dicom_put_numbers (self, "0062000D", "US", lab, 3);
}
