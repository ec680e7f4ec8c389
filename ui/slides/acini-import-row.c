/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-import-row.h"

#include "data/interchange/acini-preview-words.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"
#include "ui/project/acini-slide-item.h"

#include <glib/gi18n.h>

struct _AciniImportRow
{
  GObject parent_instance;

  GPtrArray *files; /* keeps @file, which another thread may be at */
  AciniPreviewFile *file;
  char *remarks;
  char *masks; /* a folder in which its labels are to be looked for */
  gboolean included, inverted, at_corner;
  guint organ;
  char *mpp, *patient, *source, *split;
  gboolean organ_said, mpp_said; /* by the file, a table or the user, for this file alone */
  gboolean offering;             /* what changes now was said for all */
  GdkTexture *picture;           /* NULL: none yet, or none at all */
  guint n_looks;                 /* at the labels, on their way */
};

enum
{
  PROP_0,
  PROP_INCLUDED,
  PROP_ORGAN,
  PROP_MPP,
  PROP_PATIENT,
  PROP_SOURCE,
  PROP_SPLIT,
  PROP_INVERTED,
  PROP_AT_CORNER,
  PROP_PIXEL_SIZE,
  PROP_LABELS,
  PROP_REMARKS,
  PROP_PICTURE,
  PROP_INVERTIBLE,
  PROP_MOVABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AciniImportRow, acini_import_row, G_TYPE_OBJECT)

/* What is shown. */

/* Fewer digits than are known. */
static char *
dup_mpp (double mpp)
{
  return mpp > 0 ? g_strdup_printf ("%.4g", mpp) : g_strdup ("");
}

static gboolean
is_edge (const guint8 *overlay, int x, int y, int width, int height)
{
  return x == 0 || y == 0 || x == width - 1 || y == height - 1 || overlay[-1] == 0 || overlay[1] == 0
         || overlay[-width] == 0 || overlay[width] == 0;
}

/* Units are outlined in yellow, and tinted. */
static GdkTexture *
make_picture (const AciniPreviewFile *file)
{
  const int width = file->look.width, height = file->look.height;
  g_autofree guint8 *pixels = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (file->look.rgb == NULL)
    return NULL;
  pixels = g_memdup2 (file->look.rgb, (gsize)3 * width * height);
  for (int y = 0; y < height && file->overlay != NULL; y++)
    for (int x = 0; x < width; x++)
      {
        const gsize at = (gsize)y * width + x;
        static const guint8 ink[] = { 255, 214, 10 };

        if (file->overlay[at] == 0)
          continue;
        for (int i = 0; i < 3; i++)
          pixels[3 * at + i]
              = is_edge (file->overlay + at, x, y, width, height) ? ink[i] : (3 * pixels[3 * at + i] + ink[i]) / 4;
      }
  bytes = g_bytes_new_take (g_steal_pointer (&pixels), (gsize)3 * width * height);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, bytes, (gsize)3 * width);
}

static char *
dup_pixel_size (AciniImportRow *self)
{
  switch (self->mpp_said ? self->file->scale : ACINI_SCALE_UNKNOWN)
    {
    case ACINI_SCALE_HEADER:
      return g_strdup (_ ("scanner"));
    case ACINI_SCALE_RESOLUTION:
      return g_strdup (_ ("resolution"));
    case ACINI_SCALE_OBJECTIVE:
      return g_strdup (_ ("objective"));
    case ACINI_SCALE_TABLE:
      return g_strdup (_ ("table"));
    case ACINI_SCALE_HAND:
      return g_strdup (_ ("by hand"));
    default:
      return g_strdup (*self->mpp != '\0' ? _ ("by hand") : _ ("unknown"));
    }
}

static char *
dup_labels (AciniImportRow *self)
{
  const AciniPreviewFile *file = self->file;
  g_autofree char *name = file->mask != NULL ? g_filename_display_basename (file->mask) : NULL;

  if (file->labels == ACINI_LABELS_NONE)
    return g_strdup (_ ("None"));
  if (self->n_looks > 0)
    return g_strdup (_ ("Looking…"));
  if (file->labels == ACINI_LABELS_ANNOTATIONS)
    return g_strdup_printf (ngettext ("%s\n%llu outline", "%s\n%llu outlines", (gulong)file->n_objects), name,
                            (unsigned long long)file->n_objects);
  /* Translators: a mask's file name, and how much of it is tissue units. */
  return g_strdup_printf (_ ("%s\n%.1f %% units"), name != NULL ? name : _ ("Run lengths"), 100 * file->units);
}

static char *
dup_remarks (const AciniPreviewFile *file)
{
  g_autoptr (GPtrArray) sentences = NULL;

  if (file->problem != NULL)
    return g_strdup (file->problem);
  sentences = acini_preview_file_list_warnings (file);
  /* The column beside it says that. */
  if (sentences->len > 0 && (file->warnings & 1U << ACINI_WARNING_NO_SCALE) != 0)
    g_ptr_array_remove_index (sentences, 0);
  if (file->slide != 0)
    g_ptr_array_insert (sentences, 0, g_strdup (_ ("It is in the project already.")));
  g_ptr_array_add (sentences, NULL);
  return g_strjoinv (" ", (char **)sentences->pdata);
}

static void
show_labels (AciniImportRow *self)
{
  g_clear_object (&self->picture);
  self->picture = make_picture (self->file);
  g_free (self->remarks);
  self->remarks = dup_remarks (self->file);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PICTURE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABELS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMARKS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVERTIBLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MOVABLE]);
}

/* Looking at the labels anew: another thread works on the file, which the table only shows meanwhile. */

static gboolean
look (gpointer data, GCancellable *cancellable, GError **error)
{
  acini_preview_file_look_at_labels (((AciniImportRow *)data)->file, NULL);
  return TRUE;
}

static gboolean
take_masks (gpointer data, GCancellable *cancellable, GError **error)
{
  const AciniImportRow *self = data;

  acini_preview_file_find_labels (self->file, self->masks);
  acini_preview_file_look_at_labels (self->file, NULL);
  return TRUE;
}

static void
on_looked (gpointer object, gpointer data, const GError *error)
{
  AciniImportRow *self = object;

  self->n_looks--;
  show_labels (self);
}

static void
look_again (AciniImportRow *self)
{
  self->n_looks++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABELS]);
  acini_async_run_in_order (self, NULL, look, on_looked, self, NULL);
}

/* What is typed. */

static void
set_text (AciniImportRow *self, char **text, const GValue *value, guint id)
{
  if (g_set_str (text, g_value_get_string (value) != NULL ? g_value_get_string (value) : ""))
    g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
set_organ (AciniImportRow *self, guint organ)
{
  if (organ == self->organ)
    return;
  self->organ = organ;
  self->organ_said = !self->offering;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORGAN]);
}

static void
set_mpp (AciniImportRow *self, const char *text)
{
  if (!g_set_str (&self->mpp, text != NULL ? text : ""))
    return;
  if (!self->offering)
    {
      self->mpp_said = *self->mpp != '\0';
      self->file->scale = self->mpp_said ? ACINI_SCALE_HAND : ACINI_SCALE_UNKNOWN;
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MPP]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PIXEL_SIZE]);
}

static void
set_inverted (AciniImportRow *self, gboolean inverted)
{
  if (inverted == self->inverted || self->file->labels != ACINI_LABELS_MASK)
    return;
  self->inverted = inverted;
  self->file->reading.units = inverted ? ACINI_MASK_UNITS_DARK : ACINI_MASK_UNITS_AUTO;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVERTED]);
  look_again (self);
}

static void
set_at_corner (AciniImportRow *self, gboolean at_corner)
{
  if (at_corner == self->at_corner)
    return;
  self->at_corner = at_corner;
  self->file->origin = at_corner ? ACINI_ORIGIN_BOUNDS : ACINI_ORIGIN_SLIDE;
  self->file->origin_said = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_CORNER]);
  look_again (self);
}

static void
acini_import_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AciniImportRow *self = ACINI_IMPORT_ROW (object);

  switch (id)
    {
    case PROP_INCLUDED:
      self->included = g_value_get_boolean (value) && self->file->problem == NULL;
      g_object_notify_by_pspec (object, pspec);
      break;
    case PROP_ORGAN:
      set_organ (self, g_value_get_uint (value));
      break;
    case PROP_MPP:
      set_mpp (self, g_value_get_string (value));
      break;
    case PROP_PATIENT:
      set_text (self, &self->patient, value, id);
      break;
    case PROP_SOURCE:
      set_text (self, &self->source, value, id);
      break;
    case PROP_SPLIT:
      set_text (self, &self->split, value, id);
      break;
    case PROP_INVERTED:
      set_inverted (self, g_value_get_boolean (value));
      break;
    case PROP_AT_CORNER:
      set_at_corner (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_import_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniImportRow *self = ACINI_IMPORT_ROW (object);

  switch (id)
    {
    case PROP_INCLUDED:
      g_value_set_boolean (value, self->included);
      break;
    case PROP_ORGAN:
      g_value_set_uint (value, self->organ);
      break;
    case PROP_MPP:
      g_value_set_string (value, self->mpp);
      break;
    case PROP_PATIENT:
      g_value_set_string (value, self->patient);
      break;
    case PROP_SOURCE:
      g_value_set_string (value, self->source);
      break;
    case PROP_SPLIT:
      g_value_set_string (value, self->split);
      break;
    case PROP_INVERTED:
      g_value_set_boolean (value, self->inverted);
      break;
    case PROP_AT_CORNER:
      g_value_set_boolean (value, self->at_corner);
      break;
    case PROP_PIXEL_SIZE:
      g_value_take_string (value, dup_pixel_size (self));
      break;
    case PROP_LABELS:
      g_value_take_string (value, dup_labels (self));
      break;
    case PROP_REMARKS:
      g_value_set_string (value, self->remarks);
      break;
    case PROP_PICTURE:
      g_value_set_object (value, self->picture);
      break;
    case PROP_INVERTIBLE:
      g_value_set_boolean (value, self->file->labels == ACINI_LABELS_MASK);
      break;
    case PROP_MOVABLE:
      g_value_set_boolean (value, self->file->labels == ACINI_LABELS_ANNOTATIONS
                                      && (self->file->warnings & 1U << ACINI_WARNING_ORIGIN) != 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

AciniPreviewFile *
acini_import_row_get_file (AciniImportRow *self)
{
  g_return_val_if_fail (ACINI_IS_IMPORT_ROW (self), NULL);
  return self->file;
}

void
acini_import_row_offer (AciniImportRow *self, guint organ, const char *mpp)
{
  g_return_if_fail (ACINI_IS_IMPORT_ROW (self) && mpp != NULL);

  self->offering = TRUE;
  if (!self->organ_said)
    set_organ (self, organ);
  if (!self->mpp_said)
    set_mpp (self, mpp);
  self->offering = FALSE;
}

static guint
find_organ (const char *organ)
{
  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    if (g_strcmp0 (acini_organ_list ()[i], organ != NULL ? organ : "") == 0)
      return i;
  return 0;
}

void
acini_import_row_fill (AciniImportRow *self, const AciniSlideFields *fields)
{
  static const struct
  {
    const char *name;
    guint id;
  } texts[] = { { "patient", PROP_PATIENT }, { "source", PROP_SOURCE }, { "split", PROP_SPLIT } };

  g_return_if_fail (ACINI_IS_IMPORT_ROW (self) && fields != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (acini_slide_fields_get_text (fields, texts[i].name) != NULL)
      g_object_set (self, texts[i].name, acini_slide_fields_get_text (fields, texts[i].name), NULL);
  if (acini_slide_fields_get_organ (fields) != NULL)
    set_organ (self, find_organ (acini_slide_fields_get_organ (fields)));
  if (acini_slide_fields_get_mpp (fields) > 0)
    {
      g_autofree char *text = dup_mpp (acini_slide_fields_get_mpp (fields));

      set_mpp (self, text);
      self->file->mpp = acini_slide_fields_get_mpp (fields);
      self->file->scale = ACINI_SCALE_TABLE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PIXEL_SIZE]);
    }
  /* Sex, age and thickness, too. */
  acini_slide_fields_merge (self->file->fields, fields);
}

void
acini_import_row_take_masks (AciniImportRow *self, const char *masks)
{
  g_return_if_fail (ACINI_IS_IMPORT_ROW (self) && masks != NULL);

  g_set_str (&self->masks, masks);
  self->n_looks++;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LABELS]);
  acini_async_run_in_order (self, NULL, take_masks, on_looked, self, NULL);
}

gboolean
acini_import_row_is_valid (AciniImportRow *self)
{
  double mpp;

  g_return_val_if_fail (ACINI_IS_IMPORT_ROW (self), FALSE);
  return self->n_looks == 0 && (!self->included || acini_units_parse_mpp (self->mpp, &mpp, NULL));
}

void
acini_import_row_apply (AciniImportRow *self)
{
  AciniSlideFields *fields;
  char exact[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *shown = NULL;
  double mpp = 0;

  g_return_if_fail (ACINI_IS_IMPORT_ROW (self));

  fields = self->file->fields;
  self->file->organ = acini_organ_list ()[self->organ];
  acini_slide_fields_set (fields, "organ", self->file->organ, NULL);
  acini_slide_fields_set (fields, "patient", self->patient, NULL);
  acini_slide_fields_set (fields, "source", self->source, NULL);
  acini_slide_fields_set (fields, "split", self->split, NULL);
  /* What the file says is more exact than what was shown of it. */
  if (self->file->scale == ACINI_SCALE_HEADER || self->file->scale == ACINI_SCALE_RESOLUTION)
    return;
  shown = dup_mpp (self->file->mpp);
  acini_units_parse_mpp (self->mpp, &mpp, NULL);
  if (!g_str_equal (self->mpp, shown))
    self->file->mpp = mpp;
  if (self->file->scale == ACINI_SCALE_UNKNOWN && mpp > 0)
    self->file->scale = ACINI_SCALE_HAND;
  /* The description of the slide would set another. */
  acini_slide_fields_set (fields, "mpp",
                          self->file->mpp > 0 ? g_ascii_dtostr (exact, sizeof exact, self->file->mpp) : "", NULL);
}

static void
acini_import_row_finalize (GObject *object)
{
  AciniImportRow *self = ACINI_IMPORT_ROW (object);

  g_ptr_array_unref (self->files);
  g_free (self->remarks);
  g_free (self->masks);
  g_free (self->mpp);
  g_free (self->patient);
  g_free (self->source);
  g_free (self->split);
  g_clear_object (&self->picture);
  G_OBJECT_CLASS (acini_import_row_parent_class)->finalize (object);
}

static void
acini_import_row_class_init (AciniImportRowClass *klass)
{
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags shown = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = acini_import_row_finalize;
  object_class->set_property = acini_import_row_set_property;
  object_class->get_property = acini_import_row_get_property;
  properties[PROP_INCLUDED] = g_param_spec_boolean ("included", NULL, NULL, TRUE, both);
  properties[PROP_ORGAN] = g_param_spec_uint ("organ", NULL, NULL, 0, G_MAXUINT, 0, both);
  properties[PROP_MPP] = g_param_spec_string ("mpp", NULL, NULL, "", both);
  properties[PROP_PATIENT] = g_param_spec_string ("patient", NULL, NULL, "", both);
  properties[PROP_SOURCE] = g_param_spec_string ("source", NULL, NULL, "", both);
  properties[PROP_SPLIT] = g_param_spec_string ("split", NULL, NULL, "", both);
  properties[PROP_INVERTED] = g_param_spec_boolean ("inverted", NULL, NULL, FALSE, both);
  properties[PROP_AT_CORNER] = g_param_spec_boolean ("at-corner", NULL, NULL, FALSE, both);
  properties[PROP_PIXEL_SIZE] = g_param_spec_string ("pixel-size", NULL, NULL, NULL, shown);
  properties[PROP_LABELS] = g_param_spec_string ("labels", NULL, NULL, NULL, shown);
  properties[PROP_REMARKS] = g_param_spec_string ("remarks", NULL, NULL, NULL, shown);
  properties[PROP_PICTURE] = g_param_spec_object ("picture", NULL, NULL, GDK_TYPE_TEXTURE, shown);
  properties[PROP_INVERTIBLE] = g_param_spec_boolean ("invertible", NULL, NULL, FALSE, shown);
  properties[PROP_MOVABLE] = g_param_spec_boolean ("movable", NULL, NULL, FALSE, shown);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
acini_import_row_init (AciniImportRow *self)
{
}

static char *
dup_field (const AciniPreviewFile *file, const char *name)
{
  const char *text = acini_slide_fields_get_text (file->fields, name);

  return g_strdup (text != NULL ? text : "");
}

AciniImportRow *
acini_import_row_new (GPtrArray *files, guint i)
{
  AciniImportRow *self;
  AciniPreviewFile *file;

  g_return_val_if_fail (files != NULL && i < files->len, NULL);

  self = g_object_new (ACINI_TYPE_IMPORT_ROW, NULL);
  self->files = g_ptr_array_ref (files);
  file = self->file = files->pdata[i];
  self->remarks = dup_remarks (file);
  /* The same picture twice is hardly ever meant. */
  self->included = file->problem == NULL && file->same_as == NULL;
  self->organ = find_organ (file->organ);
  self->organ_said = file->organ != NULL && *file->organ != '\0';
  self->mpp = dup_mpp (file->mpp);
  self->mpp_said = file->mpp > 0;
  self->patient = dup_field (file, "patient");
  self->source = dup_field (file, "source");
  self->split = dup_field (file, "split");
  self->at_corner = file->origin == ACINI_ORIGIN_BOUNDS;
  self->inverted = file->reading.units == ACINI_MASK_UNITS_DARK;
  self->picture = make_picture (file);
  return self;
}
