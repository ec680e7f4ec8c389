/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-model-preview.h"

#include "app/jobs/acini-find-cli.h"
#include "app/jobs/acini-specification.h"
#include "data/slides/acini-tissue.h"
#include "ui/view/layers/acini-class-colours.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* Calling acini-cli. */

/* What it said went wrong: its last sentence, without its name. */
static void
set_complaint (GError **error, char *complaint)
{
  const char *name = "acini-cli: ", *last = g_strrstr (g_strchomp (complaint), name);

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       last != NULL         ? last + strlen (name)
                       : *complaint != '\0' ? complaint
                                            : _ ("The network could not be run: acini-cli ended without a word."));
}

/* Returns: (transfer full) its standard output; NULL with @error.  It is killed when @cancellable is. */
static char *
run_cli (const char *const *words, GCancellable *cancellable, GError **error)
{
  g_autofree char *cli = acini_find_cli (), *output = NULL, *complaint = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;

  if (cli == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("acini-cli is missing, so no network can be run. Reinstall Acini."));
      return NULL;
    }
  g_ptr_array_add (arguments, cli);
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  process = g_subprocess_newv ((const char *const *)arguments->pdata,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, error);
  if (process == NULL)
    return NULL;
  if (!g_subprocess_communicate_utf8 (process, NULL, cancellable, &output, &complaint, error))
    {
      g_subprocess_force_exit (process);
      return NULL;
    }
  if (!g_subprocess_get_successful (process))
    {
      set_complaint (error, complaint);
      return NULL;
    }
  return g_steal_pointer (&output);
}

JsonObject *
acini_model_preview_read (const char *file, char **folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *output = NULL;
  JsonNode *root;

  g_return_val_if_fail (file != NULL && folder != NULL, NULL);

  *folder = g_dir_make_tmp ("acini-XXXXXX", error);
  if (*folder == NULL)
    return NULL;
  output = run_cli ((const char *const[]){ "model", "convert", file, *folder, "--json", NULL }, cancellable, error);
  if (output == NULL || !json_parser_load_from_data (parser, output, -1, error))
    return NULL;
  root = json_parser_get_root (parser);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return json_object_ref (json_node_get_object (root));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("acini-cli is of another version. Reinstall Acini."));
  return NULL;
}

/* The piece of tissue. */

/* How much of the square is tissue, in sixteenths. */
static int
count_tissue (AciniTissue *tissue, double x, double y, double side)
{
  int n = 0;

  for (int i = 0; i < 16; i++)
    n += !acini_tissue_is_empty (tissue, x + i % 4 * side / 4, y + i / 4 * side / 4, side / 4, side / 4);
  return n;
}

/* The square with the most tissue, nearest to the slide's middle where several are alike. */
static void
find_tissue (AciniTissue *tissue, double width, double height, double side, double *x, double *y)
{
  const int steps = 12;
  double best = -1;

  for (int i = 0; i <= steps; i++)
    for (int j = 0; j <= steps; j++)
      {
        double left = MAX (0, width - side) * i / steps, top = MAX (0, height - side) * j / steps;
        double from_middle = ABS (2.0 * i / steps - 1) + ABS (2.0 * j / steps - 1);
        double score = count_tissue (tissue, left, top, side) + 0.4 * (2 - from_middle);

        if (score > best)
          {
            best = score;
            *x = left;
            *y = top;
          }
      }
}

gboolean
acini_model_preview_cut (const char *path, double mpp, const char *png, GError **error)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (path, error);
  g_autoptr (AciniTissue) tissue = slide != NULL ? acini_tissue_new (slide, error) : NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *rgb = NULL;
  double x = 0, y = 0, side;
  int width, height;

  if (tissue == NULL)
    return FALSE;
  side = mpp > 0 ? CLAMP (400 / mpp, 256, 1600) : 1024;
  width = (int)MIN (side, (double)acini_slide_get_width (slide));
  height = (int)MIN (side, (double)acini_slide_get_height (slide));
  find_tissue (tissue, (double)acini_slide_get_width (slide), (double)acini_slide_get_height (slide), side, &x, &y);
  rgb = g_malloc ((gsize)width * height * 3);
  if (!acini_slide_read_rgb (slide, x, y, 1, width, height, rgb, error))
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&rgb), (gsize)width * height * 3);
  texture = gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8, bytes, (gsize)width * 3);
  if (gdk_texture_save_to_png (texture, png))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” could not be written; make room on the disk."), png);
  return FALSE;
}

/* Drawing. */

/* Pixels of a PNG file as cairo's RGB24. */
static cairo_surface_t *
load_png (const char *path, GError **error)
{
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_filename (path, error);
  cairo_surface_t *surface;

  if (texture == NULL)
    return NULL;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, gdk_texture_get_width (texture),
                                        gdk_texture_get_height (texture));
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_flush (surface);
      gdk_texture_download (texture, cairo_image_surface_get_data (surface), cairo_image_surface_get_stride (surface));
      cairo_surface_mark_dirty (surface);
      return surface;
    }
  cairo_surface_destroy (surface);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("“%s” is too large for the memory."), path);
  return NULL;
}

/* Whether the mask, enlarged or reduced to @width × @height, has a unit at the pixel. */
static gboolean
is_unit (cairo_surface_t *mask, int x, int y, int width, int height)
{
  int w = cairo_image_surface_get_width (mask), h = cairo_image_surface_get_height (mask);
  const guint8 *row;

  if (x < 0 || y < 0 || x >= width || y >= height)
    return FALSE;
  row = cairo_image_surface_get_data (mask)
        + (gsize)((y * 2 + 1) * h / (2 * height)) * cairo_image_surface_get_stride (mask);
  return (((const guint32 *)row)[(x * 2 + 1) * w / (2 * width)] & 0xffffff) != 0;
}

static guint32
mix (guint32 below, guint32 above, guint share)
{
  guint32 result = 0xff000000;

  for (int shift = 0; shift < 24; shift += 8)
    result |= (((below >> shift & 255) * (256 - share) + (above >> shift & 255) * share) >> 8) << shift;
  return result;
}

/* Outlines, and a tint within.  Returns: the share of the pixels that are a unit. */
static double
draw_mask (cairo_surface_t *picture, cairo_surface_t *mask)
{
  int width = cairo_image_surface_get_width (picture), height = cairo_image_surface_get_height (picture), n = 0;
  guint32 colour = acini_class_colour_get_pixel (1 + ACINI_LABEL_BACKGROUND, TRUE);

  cairo_surface_flush (picture);
  for (int y = 0; y < height; y++)
    {
      guint32 *row
          = (guint32 *)(cairo_image_surface_get_data (picture) + (gsize)y * cairo_image_surface_get_stride (picture));

      for (int x = 0; x < width; x++)
        {
          gboolean inside = is_unit (mask, x, y, width, height), edge = FALSE;

          for (int i = 0; inside && !edge && i < 9; i++)
            edge = !is_unit (mask, CLAMP (x + i % 3 - 1, 0, width - 1), CLAMP (y + i / 3 - 1, 0, height - 1), width,
                             height);
          n += inside;
          row[x] = mix (row[x], colour, edge ? 256 : inside ? 70 : 0);
        }
    }
  cairo_surface_mark_dirty (picture);
  return (double)n / MAX (1, width * height);
}

static GdkTexture *
make_picture (const char *png, const char *mask_path, double *share, GError **error)
{
  cairo_surface_t *piece = load_png (png, error);
  cairo_surface_t *mask = piece != NULL ? load_png (mask_path, error) : NULL;
  cairo_surface_t *picture = NULL;
  GdkTexture *texture = NULL;

  if (mask != NULL)
    {
      int w = cairo_image_surface_get_width (piece), h = cairo_image_surface_get_height (piece);
      double scale = MIN (1, (double)ACINI_MODEL_PREVIEW_SIZE / MAX (w, h));
      g_autoptr (GBytes) bytes = NULL;
      cairo_t *cr;
      int stride;

      picture = cairo_image_surface_create (CAIRO_FORMAT_RGB24, MAX (1, (int)(w * scale)), MAX (1, (int)(h * scale)));
      cr = cairo_create (picture);
      cairo_scale (cr, scale, scale);
      cairo_set_source_surface (cr, piece, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
      cairo_paint (cr);
      cairo_destroy (cr);
      *share = draw_mask (picture, mask);
      stride = cairo_image_surface_get_stride (picture);
      w = cairo_image_surface_get_width (picture);
      h = cairo_image_surface_get_height (picture);
      bytes = g_bytes_new (cairo_image_surface_get_data (picture), (gsize)stride * h);
      texture = gdk_memory_texture_new (w, h, GDK_MEMORY_DEFAULT, bytes, (gsize)stride);
      cairo_surface_destroy (picture);
      cairo_surface_destroy (mask);
    }
  if (piece != NULL)
    cairo_surface_destroy (piece);
  return texture;
}

/* A folder with the same weights and another card. */
static char *
make_guess (const char *folder, const AciniCard *card, GError **error)
{
  g_autofree char *weights = g_build_filename (folder, "model.safetensors", NULL), *guess = NULL;
  g_autofree char *link = NULL, *file = NULL;

  guess = g_dir_make_tmp ("acini-XXXXXX", error);
  if (guess == NULL)
    return NULL;
  link = g_build_filename (guess, "model.safetensors", NULL);
  file = g_build_filename (guess, "model.json", NULL);
  if (symlink (weights, link) == 0 && acini_card_save (card, file, error))
    return g_steal_pointer (&guess);
  if (error != NULL && *error == NULL)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 _ ("“%s” could not be written; make room on the disk."), link);
  acini_remove_tree (guess);
  return NULL;
}

GdkTexture *
acini_model_preview_draw (const char *folder, const AciniCard *card, const char *png, double mpp, double *share,
                          GCancellable *cancellable, GError **error)
{
  g_autofree char *guess = NULL, *mask = NULL, *output = NULL;
  char scale[G_ASCII_DTOSTR_BUF_SIZE];
  GdkTexture *texture = NULL;

  g_return_val_if_fail (folder != NULL && card != NULL && png != NULL && share != NULL, NULL);

  guess = make_guess (folder, card, error);
  if (guess == NULL)
    return NULL;
  mask = g_build_filename (guess, "mask.png", NULL);
  g_ascii_dtostr (scale, sizeof scale, mpp);
  output = run_cli ((const char *const[]){ "segment", png, "--model", guess, "--output", mask, "--no-tissue-detection",
                                           "--quiet", mpp > 0 ? "--mpp" : NULL, scale, NULL },
                    cancellable, error);
  if (output != NULL)
    texture = make_picture (png, mask, share, error);
  acini_remove_tree (guess);
  return texture;
}
