/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* DICOM objects in the JSON model (PS3.18, annex F): a file of it as it is, a DICOM file through DCMTK's program
 * “dcm2json”, which knows every way in which such a file may be laid out. */

#include "data/annotations/acini-annotation-private.h"

G_BEGIN_DECLS

/* Codes of our own: "C1" the first class, "C0" none. */
#define ACINI_DICOM_SCHEME "99ACINI"

/* Whether it is an object of the SOP class @uid, as a file of DICOM or of its JSON. */
gboolean acini_dicom_sniff (const AciniAnnotationHead *head, const char *uid);
/* As acini_reader_walk (). */
gboolean acini_dicom_walk (AciniAnnotationReader *reader, const char *const *places, AciniJsonFunc func,
                           GError **error);

/* Of an element, "00700023" in @item; like those of acini-json.h all take NULL.  The first value: */
const AciniJsonValue *acini_dicom_get (const AciniJsonValue *item, const char *tag);
const char *acini_dicom_get_string (const AciniJsonValue *item, const char *tag);
double acini_dicom_get_number (const AciniJsonValue *item, const char *tag, double otherwise);
/* What a coded concept is called: the meaning of the first item of the sequence @tag. */
const char *acini_dicom_get_meaning (const AciniJsonValue *item, const char *tag);
/* @name as far as an element of 64 characters, none of them "\", holds it: (transfer full). */
char *acini_dicom_dup_label (const char *name);
/* A class: the label, element @tag; where that is too short for it, the element @whole; where there is no label, what
 * the coded type @type is called.  (transfer full) (nullable). */
char *acini_dicom_dup_class (const AciniJsonValue *item, const char *tag, const char *whole, const char *type);
/* RecommendedDisplayCIELabValue as 0xRRGGBB; ACINI_NO_COLOR where there is none. */
int acini_dicom_get_color (const AciniJsonValue *item);
/* The bytes, little endian, of an element that holds many numbers or pixels.  *@n: how many.  Returns: (transfer full);
 * NULL, with @error set only where they stand elsewhere than in the file. */
guint8 *acini_dicom_dup_bytes (AciniAnnotationReader *reader, const AciniJsonValue *item, const char *tag, gsize *n,
                               GError **error);

/* Where @value stands: of a DICOM file no line is known, 0. */
void acini_dicom_get_place (const AciniAnnotationReader *reader, const AciniJsonValue *value, guint *line,
                            guint *column);
/* Returns: FALSE. */
gboolean acini_dicom_fail (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error,
                           const char *sentence);

G_END_DECLS
