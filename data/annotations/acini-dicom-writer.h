/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* DICOM objects, written as a stream of elements in the order of their tags: as a file (PS3.10, explicit VR little
 * endian, sequences of undefined length), or in the JSON model where the file's name ends in ".json".  (Of DCMTK's
 * programs that make DICOM files, dump2dcm and xml2dcm, each holds all of it in memory.) */

#include "data/annotations/acini-annotation-private.h"

G_BEGIN_DECLS

typedef struct
{
  AciniAnnotationWriter *writer;
  gboolean json;
  gboolean more;   /* JSON: something stands before in the object or list at hand */
  guint64 n_bytes; /* of the element at hand */
  int state, save; /* of g_base64_encode_step () */
} AciniDicomWriter;

/* A new object of @class_uid, up to the elements of the group 0008 that all have; @modality "ANN" … */
void acini_dicom_begin (AciniDicomWriter *self, AciniAnnotationWriter *writer, const char *class_uid,
                        const char *modality);
/* Which image it is about.  No file but DICOM's has identifiers, so they are made of the slide's name: all that is
 * written of a slide refers to the same image of the same study.  (2D coordinates and frames refer to one by the
 * standard.) */
void acini_dicom_put_image (AciniDicomWriter *self, gboolean in_image);
/* What belongs to the slide's patient, study and series: the groups 0010 to 0020, up to 0020,0013. */
void acini_dicom_put_series (AciniDicomWriter *self);
/* The glass that places in mm are of. */
void acini_dicom_put_frame_of_reference (AciniDicomWriter *self);
/* Of frames: that they are a segmentation of the image. */
void acini_dicom_put_derivation (AciniDicomWriter *self);
void acini_dicom_end (AciniDicomWriter *self);

/* Text; values behind one another between "\"; NULL: there is none.  A tag (of the kind AT) as its digits. */
void acini_dicom_put (AciniDicomWriter *self, const char *tag, const char *vr, const char *value);
/* Of the kinds US, SS, UL, SL, FL, FD, IS and DS. */
void acini_dicom_put_numbers (AciniDicomWriter *self, const char *tag, const char *vr, const double *values, guint n);
void acini_dicom_put_number (AciniDicomWriter *self, const char *tag, const char *vr, double value);
/* Text of at most 64 characters without "\", as names and meanings are. */
void acini_dicom_put_name (AciniDicomWriter *self, const char *tag, const char *name);
/* The label of class @number of the writer as the element @tag, and where it is too short all of it as @whole, of the
 * kind @vr. */
void acini_dicom_put_label (AciniDicomWriter *self, const char *tag, const char *whole, const char *vr, guint number);
/* … and its code, the sequence @tag. */
void acini_dicom_put_type (AciniDicomWriter *self, const char *tag, guint number);
void acini_dicom_put_color (AciniDicomWriter *self, int color);
/* A sequence of one coded concept. */
void acini_dicom_put_code (AciniDicomWriter *self, const char *tag, const char *value, const char *scheme,
                           const char *meaning);
void acini_dicom_open_sequence (AciniDicomWriter *self, const char *tag);
void acini_dicom_close_sequence (AciniDicomWriter *self);
void acini_dicom_open_item (AciniDicomWriter *self);
void acini_dicom_close_item (AciniDicomWriter *self);
/* @n bytes, little endian, that come in pieces; FALSE with @error set: a DICOM element holds 4 GiB. */
gboolean acini_dicom_open_bytes (AciniDicomWriter *self, const char *tag, const char *vr, guint64 n, GError **error);
gboolean acini_dicom_add_bytes (AciniDicomWriter *self, const guint8 *bytes, gsize n, GError **error);
void acini_dicom_close_bytes (AciniDicomWriter *self);

/* An identifier: the same of the same @seed, NULL: a new one.  Returns: (transfer full). */
char *acini_dicom_make_uid (const char *seed);

G_END_DECLS
