/* SPDX-License-Identifier: GPL-3.0-or-later */

/* DICOM segmentations (PS3.3, C.8.20): for each segment, or for all (label maps), frames that are tiles of the slide's
 * total matrix.  What a segment marks becomes an object per connected part.  Where the matrix is a smaller picture of
 * the slide whose size is known, it is scaled. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-bitmap.h"
#include "data/annotations/acini-dicom-writer.h"
#include "data/annotations/acini-dicom.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_UID "1.2.840.10008.5.1.4.1.1.66.4"
/* Sides and frames of what is no bomb. */
#define LONGEST_SIDE (1 << 24)
#define MOST_FRAMES (1 << 24)

typedef struct
{
  guint segment;    /* 0: a label map's */
  gint64 left, top; /* from 0 */
} Frame;

typedef struct
{
  guint number;
  char *label;
  int color;
  GArray *runs; /* of AciniRun */
} Segment;

typedef struct
{
  gint64 total_width, total_height, width, height, n_frames; /* of the matrix, and of a frame */
  guint bits;
  char *type;   /* "BINARY", "FRACTIONAL", "LABELMAP" */
  double full;  /* what counts as 1 of FRACTIONAL */
  guint shared; /* the segment of all frames */
  GPtrArray *segments;
  GArray *frames; /* of Frame; none: TILED_FULL */
  guint8 *pixels;
  gsize n;
  gboolean met; /* there were pixels */
} State;

static void
segment_free (gpointer data)
{
  Segment *segment = data;

  g_free (segment->label);
  g_array_unref (segment->runs);
  g_free (segment);
}

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_dicom_sniff (head, CLASS_UID) || acini_dicom_sniff (head, "1.2.840.10008.5.1.4.1.1.66.7");
}

/* Reading elements */

static void
take_segment (State *state, const AciniJsonValue *item)
{
  Segment *segment = g_new0 (Segment, 1);
  segment->number = (guint)CLAMP (acini_dicom_get_number (item, "00620004", 0), 0, G_MAXUINT16);
  segment->label = acini_dicom_dup_class (item, "00620005", "00620006", "0062000F");
  segment->color = acini_dicom_get_color (item);
  segment->runs = g_array_new (FALSE, FALSE, sizeof (AciniRun));
  g_ptr_array_add (state->segments, segment);
}

static guint
get_segment (const AciniJsonValue *groups, guint otherwise)
{
  return (guint)CLAMP (acini_dicom_get_number (acini_dicom_get (groups, "0062000A"), "0062000B", otherwise), 0,
                       G_MAXUINT16);
}

static void
take_frame (State *state, const AciniJsonValue *item)
{
  const AciniJsonValue *place = acini_dicom_get (item, "0048021A");
  Frame frame = { get_segment (item, 0), 0, 0 };

  frame.left = (gint64)CLAMP (acini_dicom_get_number (place, "0048021E", 1), -LONGEST_SIDE, LONGEST_SIDE) - 1;
  frame.top = (gint64)CLAMP (acini_dicom_get_number (place, "0048021F", 1), -LONGEST_SIDE, LONGEST_SIDE) - 1;
  g_array_append_val (state->frames, frame);
}

static const char *const tags[] = { "00280008", "00280010", "00280011", "00280100", "00480006", "00480007" };

static void
take_number (State *state, const char *tag, double number)
{
  gint64 *const places[]
      = { &state->n_frames, &state->height, &state->width, NULL, &state->total_width, &state->total_height };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_str_equal (tag, tags[i]))
      {
        if (places[i] != NULL)
          *places[i] = (gint64)CLAMP (number, 0, G_MAXINT32);
        else
          state->bits = (guint)CLAMP (number, 0, 64);
      }
}

static gboolean
take_value (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  State *state = reader->state;
  const char *tag = value->name;
  /* The helpers look for an element in its item. */
  AciniJsonValue item = { .kind = ACINI_JSON_OBJECT, .line = value->line, .column = value->column, .n = 1 };
  AciniJsonValue member = *value;
  GError *problem = NULL;

  member.next = NULL;
  item.first = &member;
  if (tag == NULL)
    {
      if (acini_json_get (value, "00620004") != NULL)
        take_segment (state, value);
      else
        take_frame (state, value);
    }
  else if (g_str_equal (tag, "00620001"))
    {
      g_free (state->type);
      state->type = g_strdup (acini_dicom_get_string (&item, tag));
    }
  else if (g_str_equal (tag, "0062000E"))
    state->full = acini_dicom_get_number (&item, tag, 0);
  else if (g_str_equal (tag, "52009229"))
    state->shared = get_segment (acini_dicom_get (&item, tag), 0);
  else if (g_str_equal (tag, "7FE00010"))
    {
      g_free (state->pixels);
      state->pixels = acini_dicom_dup_bytes (reader, &item, tag, &state->n, &problem);
      state->met = TRUE;
    }
  else
    take_number (state, tag, acini_dicom_get_number (&item, tag, 0));
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* Pixels */

/* TILED_FULL: every frame, along the rows of tiles, segment after segment. */
static void
lay_out_frames (State *state)
{
  const gint64 across = (state->total_width + state->width - 1) / state->width,
               down = (state->total_height + state->height - 1) / state->height, each = across * down;

  for (gint64 i = 0; i < state->n_frames; i++)
    {
      const Segment *segment = each > 0 && i / each < state->segments->len ? state->segments->pdata[i / each] : NULL;
      Frame frame = { segment != NULL ? segment->number : 0, i % each % across * state->width,
                      i % each / across * state->height };

      g_array_append_val (state->frames, frame);
    }
}

static gboolean
check (AciniAnnotationReader *reader, State *state, GError **error)
{
  const gboolean binary = g_strcmp0 (state->type, "BINARY") == 0;
  gint64 frame;

  if (state->total_width == 0 || state->total_height == 0)
    {
      state->total_width = state->width;
      state->total_height = state->height;
    }
  if (state->n_frames == 0)
    state->n_frames = 1;
  if (state->bits == 0)
    state->bits = binary ? 1 : 8;
  if (state->width < 1 || state->height < 1 || state->width > LONGEST_SIDE || state->height > LONGEST_SIDE
      || state->total_width > LONGEST_SIDE || state->total_height > LONGEST_SIDE || state->n_frames > MOST_FRAMES)
    return acini_reader_fail (reader, 0, 0, error, _ ("the segmentation does not say its size, or an impossible one."));
  if (state->type == NULL || state->bits != (binary ? 1u : state->bits == 16 ? 16u : 8u))
    return acini_reader_fail (reader, 0, 0, error,
                              _ ("the segmentation is of a kind that is not known (binary, fractional and label maps "
                                 "of 8 or 16 bits are)."));
  frame = state->width * state->height * state->bits;
  if (!state->met || state->pixels == NULL)
    return acini_reader_fail (reader, 0, 0, error, _ ("the segmentation has no pixels."));
  if (8 * (gint64)state->n / frame < state->n_frames)
    return acini_reader_fail (reader, 0, 0, error,
                              _ ("the segmentation has fewer pixels than its frames: it was cut off. Copy it again."));
  if (state->frames->len == 0)
    lay_out_frames (state);
  if (state->frames->len < (guint)state->n_frames)
    return acini_reader_fail (reader, 0, 0, error,
                              _ ("the segmentation does not say of all its frames where they lie."));
  return TRUE;
}

static guint
get_pixel (const State *state, gint64 i)
{
  switch (state->bits)
    {
    case 1:
      return state->pixels[i / 8] >> i % 8 & 1;
    case 8:
      return state->pixels[i];
    default:
      return state->pixels[2 * i] | (guint)state->pixels[2 * i + 1] << 8;
    }
}

static Segment *
find_segment (const State *state, guint number)
{
  for (guint i = 0; i < state->segments->len; i++)
    {
      Segment *segment = state->segments->pdata[i];

      if (segment->number == number)
        return segment;
    }
  return NULL;
}

/* The runs of frame @number down its columns. */
static void
take_runs (State *state, gint64 number)
{
  const Frame *frame = &g_array_index (state->frames, Frame, number);
  const gint64 first = number * state->width * state->height;
  const gboolean map = g_str_equal (state->type, "LABELMAP");
  const double half = g_str_equal (state->type, "FRACTIONAL") ? MAX (state->full / 2, 1) : 1;
  Segment *own = map ? NULL : find_segment (state, frame->segment != 0 ? frame->segment : state->shared);

  if (!map && own == NULL)
    return;
  for (gint64 x = MAX (0, -frame->left); x < state->width && frame->left + x < state->total_width; x++)
    for (gint64 y = MAX (0, -frame->top); y < state->height && frame->top + y < state->total_height;)
      {
        const guint value = get_pixel (state, first + y * state->width + x);
        Segment *segment = map ? value != 0 ? find_segment (state, value) : NULL : value >= half ? own : NULL;
        AciniRun run = { (frame->left + x) * state->total_height + frame->top + y, 0 };

        for (; y < state->height && frame->top + y < state->total_height; y++, run.length++)
          {
            const guint here = get_pixel (state, first + y * state->width + x);

            if (map ? here != value : (here >= half) != (value >= half))
              break;
          }
        if (segment != NULL)
          g_array_append_val (segment->runs, run);
      }
}

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  const AciniRun *first = a, *second = b;

  return (first->start > second->start) - (first->start < second->start);
}

/* Sorted; those that touch, or lie over one another (planes of one place), are one. */
static gsize
join_runs (GArray *array)
{
  AciniRun *runs = (AciniRun *)(gpointer)array->data;
  gsize n = 0;

  if (array->len > 0)
    qsort (runs, array->len, sizeof (AciniRun), compare_runs);
  for (guint i = 0; i < array->len; i++)
    if (n > 0 && runs[i].start <= runs[n - 1].start + runs[n - 1].length)
      runs[n - 1].length = MAX (runs[n - 1].length, runs[i].start + runs[i].length - runs[n - 1].start);
    else
      runs[n++] = runs[i];
  return n;
}

static gboolean
emit_segment (AciniAnnotationReader *reader, const State *state, Segment *segment, GError **error)
{
  AciniAnnotation *a = reader->annotation;

  a->class_name = g_strdup (segment->label);
  a->class_color = segment->color;
  return acini_reader_add_runs (reader, (const AciniRun *)(gconstpointer)segment->runs->data, join_runs (segment->runs),
                                state->total_width, state->total_height, TRUE, error);
}

/* A smaller, or larger, picture of the slide whose size is known. */
static void
find_scale (AciniAnnotationReader *reader, const State *state)
{
  const double x = (double)reader->reading->space.width / (double)state->total_width,
               y = (double)reader->reading->space.height / (double)state->total_height;

  if (x <= 0 || y <= 0 || fabs (x / y - 1) > 0.01 || (x == 1 && y == 1))
    return;
  reader->scale_x = x;
  reader->scale_y = y;
}

static gboolean
emit_segments (AciniAnnotationReader *reader, State *state, GError **error)
{
  find_scale (reader, state);
  for (gint64 i = 0; i < state->n_frames; i++)
    {
      take_runs (state, i);
      if (g_cancellable_set_error_if_cancelled (reader->reading->cancellable, error))
        return FALSE;
    }
  for (guint i = 0; i < state->segments->len; i++)
    if (!emit_segment (reader, state, state->segments->pdata[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[]
      = { "$.00280008",         "$.00280010", "$.00280011", "$.00280100", "$.00480006",
          "$.00480007",         "$.00620001", "$.0062000E", "$.52009229", "$.00620002.Value[]",
          "$.52009230.Value[]", "$.7FE00010", NULL };
  State state = { .segments = g_ptr_array_new_with_free_func (segment_free),
                  .frames = g_array_new (FALSE, FALSE, sizeof (Frame)) };
  gboolean done;

  reader->state = &state;
  done = acini_dicom_walk (reader, places, take_value, error) && check (reader, &state, error)
         && emit_segments (reader, &state, error);
  reader->state = NULL;
  g_ptr_array_unref (state.segments);
  g_array_unref (state.frames);
  g_free (state.pixels);
  g_free (state.type);
  return done;
}

/* Writing: a picture for each segment, whose tiles become frames where something is in them. */

#define TILE ACINI_BITMAP_TILE

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  if (!acini_writer_check_space (writer, FALSE, error))
    return FALSE;
  writer->state = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_bitmap_free);
  writer->free_state = (GDestroyNotify)g_ptr_array_unref;
  return TRUE;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GPtrArray *pictures = writer->state;
  const guint class = acini_writer_get_class (writer, a);

  if (class == pictures->len)
    {
      AciniBitmap *picture = acini_bitmap_new (writer->space.width, writer->space.height, error);

      if (picture == NULL)
        return FALSE;
      g_ptr_array_add (pictures, picture);
    }
  return acini_bitmap_add (pictures->pdata[class], a, error);
}

/* A frame to be written: tile (@i, @j) of the picture of class @class, from 0. */
typedef gboolean (*FrameFunc) (AciniDicomWriter *out, guint class, gint64 i, gint64 j, GError **error);

static gboolean
walk_frames (AciniDicomWriter *out, FrameFunc func, guint64 *n, GError **error)
{
  const GPtrArray *pictures = out->writer->state;

  *n = 0;
  for (guint class = 0; class < pictures->len; class ++)
    {
      const AciniBitmap *picture = pictures->pdata[class];

      for (gint64 j = 0; j < acini_bitmap_get_down (picture); j++)
        for (gint64 i = 0; i < acini_bitmap_get_across (picture); i++)
          {
            if (!acini_bitmap_has (picture, i, j))
              continue;
            ++*n;
            if (func != NULL && (!func (out, class, i, j, error) || !acini_writer_flush (out->writer, FALSE, error)))
              return FALSE;
          }
    }
  return TRUE;
}

static gboolean
put_place (AciniDicomWriter *out, guint class, gint64 i, gint64 j, GError **error)
{
  const double mm = out->writer->space.mpp > 0 ? out->writer->space.mpp / 1000 : 1;
  const double index[] = { class + 1, (double)j + 1, (double)i + 1 };

  acini_dicom_open_item (out);
  acini_dicom_open_sequence (out, "00209111");
  acini_dicom_open_item (out);
  acini_dicom_put_numbers (out, "00209157", "UL", index, 3);
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
  acini_dicom_open_sequence (out, "0048021A");
  acini_dicom_open_item (out);
  acini_dicom_put_number (out, "0040072A", "DS", (double)(i * TILE) * mm);
  acini_dicom_put_number (out, "0040073A", "DS", (double)(j * TILE) * mm);
  acini_dicom_put_number (out, "0040074A", "DS", 0);
  acini_dicom_put_number (out, "0048021E", "SL", (double)(i * TILE + 1));
  acini_dicom_put_number (out, "0048021F", "SL", (double)(j * TILE + 1));
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
  acini_dicom_open_sequence (out, "0062000A");
  acini_dicom_open_item (out);
  acini_dicom_put_number (out, "0062000B", "US", class + 1);
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
  acini_dicom_close_item (out);
  return TRUE;
}

static gboolean
put_pixels (AciniDicomWriter *out, guint class, gint64 i, gint64 j, GError **error)
{
  const GPtrArray *pictures = out->writer->state;
  guint8 bits[ACINI_BITMAP_BYTES];

  return acini_bitmap_read (pictures->pdata[class], i, j, bits, error)
         && acini_dicom_add_bytes (out, bits, sizeof bits, error);
}

static void
put_segment (AciniDicomWriter *out, guint class)
{
  acini_dicom_open_item (out);
  acini_dicom_put_code (out, "00620003", "91723000", "SCT", "Anatomical Structure");
  acini_dicom_put_number (out, "00620004", "US", class + 1);
  acini_dicom_put_label (out, "00620005", "00620006", "ST", class);
  acini_dicom_put (out, "00620008", "CS", "MANUAL");
  acini_dicom_put_color (out, g_array_index (out->writer->class_colors, int, class));
  acini_dicom_put_type (out, "0062000F", class);
  acini_dicom_close_item (out);
}

/* By which a frame is found: its segment, and its place in the matrix. */
static void
put_dimensions (AciniDicomWriter *out)
{
  static const char *const pointers[][2]
      = { { "0062000B", "0062000A" }, { "0048021F", "0048021A" }, { "0048021E", "0048021A" } };
  g_autofree char *uid = acini_dicom_make_uid (NULL);

  acini_dicom_open_sequence (out, "00209221");
  acini_dicom_open_item (out);
  acini_dicom_put (out, "00209164", "UI", uid);
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
  acini_dicom_open_sequence (out, "00209222");
  for (guint i = 0; i < G_N_ELEMENTS (pointers); i++)
    {
      acini_dicom_open_item (out);
      acini_dicom_put (out, "00209164", "UI", uid);
      acini_dicom_put (out, "00209165", "AT", pointers[i][0]);
      acini_dicom_put (out, "00209167", "AT", pointers[i][1]);
      acini_dicom_close_item (out);
    }
  acini_dicom_close_sequence (out);
  acini_dicom_put (out, "00209311", "CS", "TILED_SPARSE");
}

static void
put_picture (AciniDicomWriter *out, guint64 n_frames)
{
  static const struct
  {
    const char *tag;
    double value;
  } numbers[] = { { "00280010", TILE }, { "00280011", TILE }, { "00280100", 1 },
                  { "00280101", 1 },    { "00280102", 0 },    { "00280103", 0 } };

  acini_dicom_put_number (out, "00280002", "US", 1);
  acini_dicom_put (out, "00280004", "CS", "MONOCHROME2");
  acini_dicom_put_number (out, "00280008", "IS", (double)n_frames);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    acini_dicom_put_number (out, numbers[i].tag, "US", numbers[i].value);
  acini_dicom_put (out, "00282110", "CS", "00");
}

/* The total matrix: its x runs along the slide's, its corner is the origin. */
static void
put_matrix (AciniDicomWriter *out)
{
  static const double orientation[] = { 1, 0, 0, 0, 1, 0 };

  acini_dicom_put_number (out, "00480006", "UL", (double)out->writer->space.width);
  acini_dicom_put_number (out, "00480007", "UL", (double)out->writer->space.height);
  acini_dicom_open_sequence (out, "00480008");
  acini_dicom_open_item (out);
  acini_dicom_put_number (out, "0040072A", "DS", 0);
  acini_dicom_put_number (out, "0040073A", "DS", 0);
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
  acini_dicom_put_numbers (out, "00480102", "DS", orientation, 6);
}

/* What is the same of all frames. */
static void
put_shared (AciniDicomWriter *out)
{
  const double mm = out->writer->space.mpp > 0 ? out->writer->space.mpp / 1000 : 1, spacing[] = { mm, mm };

  acini_dicom_open_sequence (out, "52009229");
  acini_dicom_open_item (out);
  acini_dicom_put_derivation (out);
  acini_dicom_open_sequence (out, "00289110");
  acini_dicom_open_item (out);
  acini_dicom_put_number (out, "00180050", "DS", 0.001);
  acini_dicom_put_numbers (out, "00280030", "DS", spacing, 2);
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
  acini_dicom_close_item (out);
  acini_dicom_close_sequence (out);
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  AciniDicomWriter out;
  guint64 n;

  walk_frames (&(AciniDicomWriter){ .writer = writer }, NULL, &n, NULL);
  if (n == 0)
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED,
                   _ ("There is no area to be written, and a DICOM segmentation without one is none."));
      return FALSE;
    }
  acini_dicom_begin (&out, writer, CLASS_UID, "SEG");
  acini_dicom_put_image (&out, FALSE);
  acini_dicom_put_series (&out);
  acini_dicom_put_frame_of_reference (&out);
  put_dimensions (&out);
  put_picture (&out, n);
  put_matrix (&out);
  acini_dicom_put (&out, "00620001", "CS", "BINARY");
  acini_dicom_open_sequence (&out, "00620002");
  for (guint class = 0; class < writer->class_names->len; class ++)
    put_segment (&out, class);
  acini_dicom_close_sequence (&out);
  acini_dicom_put (&out, "00700080", "CS", "SEGMENTATION");
  acini_dicom_put (&out, "00700081", "LO", NULL);
  acini_dicom_put (&out, "00700084", "PN", NULL);
  put_shared (&out);
  acini_dicom_open_sequence (&out, "52009230");
  if (!walk_frames (&out, put_place, &n, error))
    return FALSE;
  acini_dicom_close_sequence (&out);
  if (!acini_dicom_open_bytes (&out, "7FE00010", "OB", n * ACINI_BITMAP_BYTES, error)
      || !walk_frames (&out, put_pixels, &n, error))
    return FALSE;
  acini_dicom_close_bytes (&out);
  acini_dicom_end (&out);
  return TRUE;
}

const AciniAnnotationFormat acini_format_dicom_seg = {
  .id = "dicom-seg",
  .name = "DICOM segmentations (SEG)",
  .suffix = "dcm",
  .carries = ACINI_CARRIES_CLASSES | ACINI_CARRIES_COLORS | ACINI_CARRIES_RASTERS,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
