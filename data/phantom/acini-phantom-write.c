/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A phantom as files: libvips asks for the pixels of one strip after the other, and keeps no more than it needs for
 * the levels it is making. */

#include "acini-config.h"
#include "data/phantom/acini-phantom.h"
#include "data/slides/acini-vips.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define JPEG_QUALITY 87

typedef enum
{
  PLANE_RGB,
  PLANE_MASK,
  PLANE_INSTANCES,
  N_PLANES,
} Plane;

static const char *const SUFFIXES[N_PLANES] = { "", "-mask", "-instances" };

/* Where one plane stands in the progress of all. */
typedef struct
{
  AciniProgressFunc progress;
  gpointer user_data;
  double done, share;
} PlaneProgress;

static void
on_progress (double fraction, gpointer user_data)
{
  PlaneProgress *plane = user_data;

  if (plane->progress != NULL)
    plane->progress (plane->done + plane->share * fraction, plane->user_data);
}

/* libvips's generate function: fills the region that is asked for. */
static int
generate (VipsRegion *out, void *seq, void *a, void *b, gboolean *stop)
{
  const AciniPhantom *phantom = a;
  Plane plane = GPOINTER_TO_INT (b);
  VipsRect *rect = &out->valid;
  gsize pixel = VIPS_IMAGE_SIZEOF_PEL (out->im), line = pixel * (gsize)rect->width;
  g_autofree guint8 *pixels = g_malloc (line * (gsize)rect->height);

  acini_phantom_draw (phantom, rect->left, rect->top, rect->width, rect->height, plane == PLANE_RGB ? pixels : NULL,
                      plane == PLANE_MASK ? pixels : NULL, plane == PLANE_INSTANCES ? (guint32 *)(void *)pixels : NULL);
  for (int row = 0; row < rect->height; row++)
    memcpy (VIPS_REGION_ADDR (out, rect->left, rect->top + row), pixels + (gsize)row * line, line);
  return 0;
}

static VipsImage *
make_image (const AciniPhantom *phantom, Plane plane)
{
  g_autoptr (VipsImage) image = vips_image_new ();

  vips_image_init_fields (image, (int)phantom->width, (int)phantom->height, plane == PLANE_RGB ? 3 : 1,
                          plane == PLANE_INSTANCES ? VIPS_FORMAT_UINT : VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                          plane == PLANE_RGB ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W, 1.0, 1.0);
  if (vips_image_pipelinev (image, VIPS_DEMAND_STYLE_SMALLTILE, NULL) != 0
      || vips_image_generate (image, NULL, generate, NULL, (gpointer)phantom, GINT_TO_POINTER ((int)plane)) != 0)
    return NULL;
  return g_steal_pointer (&image);
}

static gboolean
write_plane (const AciniPhantom *phantom, Plane plane, const char *path, PlaneProgress *progress,
             GCancellable *cancellable, GError **error)
{
  AciniVipsPyramid options
      = { .mpp = phantom->mpp, .jpeg_quality = plane == PLANE_RGB ? JPEG_QUALITY : 0, .labels = plane != PLANE_RGB };
  g_autoptr (VipsImage) image = make_image (phantom, plane);
  g_autoptr (GError) local = NULL;

  if (image == NULL)
    {
      acini_vips_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_WRITE, _ ("The phantom cannot be drawn"));
      return FALSE;
    }
  if (acini_vips_save_pyramid (image, path, &options, on_progress, progress, cancellable, &local))
    return TRUE;
  if (local->domain == ACINI_IMPORT_ERROR)
    {
      local->domain = ACINI_PHANTOM_ERROR;
      local->code = ACINI_PHANTOM_ERROR_WRITE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
acini_phantom_write (const AciniPhantom *phantom, const char *path, AciniProgressFunc progress, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  /* How long the planes take, roughly: the colours are compressed as JPEG, the others are mostly one value. */
  static const double shares[N_PLANES] = { 0.6, 0.2, 0.2 };
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  char *final[N_PLANES] = { NULL }, *partial[N_PLANES] = { NULL };
  PlaneProgress state = { progress, user_data, 0.0, 0.0 };
  gboolean done = TRUE;

  g_return_val_if_fail (phantom != NULL && path != NULL, FALSE);
  acini_vips_init ();
  if (g_str_has_suffix (name, ".tiff") || g_str_has_suffix (name, ".tif"))
    *strrchr (name, '.') = '\0';
  for (int plane = 0; plane < N_PLANES; plane++)
    {
      g_autofree char *base = g_strdup_printf ("%s%s.tiff", name, SUFFIXES[plane]);
      g_autofree char *hidden = g_strdup_printf (".%s.%08x.part", base, g_random_int ());
      final[plane] = plane == PLANE_RGB ? g_strdup (path) : g_build_filename (folder, base, NULL);
      partial[plane] = g_build_filename (folder, hidden, NULL);
    }
  for (int plane = 0; plane < N_PLANES && done; plane++)
    {
      state.share = shares[plane];
      done = write_plane (phantom, (Plane)plane, partial[plane], &state, cancellable, error);
      state.done += state.share;
    }
  /* The slide itself comes last: where it is, the others are. */
  for (int plane = N_PLANES - 1; plane >= 0 && done; plane--)
    if (g_rename (partial[plane], final[plane]) != 0)
      {
        g_set_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_WRITE, _ ("“%s” cannot be written: %s."),
                     final[plane], g_strerror (errno));
        done = FALSE;
      }
  for (int plane = 0; plane < N_PLANES; plane++)
    {
      if (!done)
        g_unlink (partial[plane]);
      g_free (partial[plane]);
      g_free (final[plane]);
    }
  if (done && progress != NULL)
    progress (1.0, user_data);
  return done;
}
