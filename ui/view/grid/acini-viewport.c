/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/grid/acini-viewport.h"

#include <math.h>

/* Cosine and sine, exact for quarter turns. */
static void
get_turn (const AciniViewport *self, double *c, double *s)
{
  static const double cosines[4] = { 1, 0, -1, 0 };
  double quarters = self->rotation / 90;
  if (quarters == floor (quarters))
    {
      int q = (int)quarters & 3;
      *c = cosines[q];
      *s = cosines[(q + 3) & 3];
      return;
    }
  *c = cos (self->rotation * G_PI / 180);
  *s = sin (self->rotation * G_PI / 180);
}

void
acini_viewport_to_screen (const AciniViewport *self, double x, double y, double *screen_x, double *screen_y)
{
  double c, s, dx = (x - self->x) * self->zoom, dy = (y - self->y) * self->zoom;
  get_turn (self, &c, &s);
  if (self->flipped)
    dx = -dx;
  *screen_x = c * dx - s * dy + self->width / 2;
  *screen_y = s * dx + c * dy + self->height / 2;
}

void
acini_viewport_vector_to_slide (const AciniViewport *self, double dx, double dy, double *x, double *y)
{
  double c, s;
  get_turn (self, &c, &s);
  double u = c * dx + s * dy, v = -s * dx + c * dy;
  *x = (self->flipped ? -u : u) / self->zoom;
  *y = v / self->zoom;
}

void
acini_viewport_to_slide (const AciniViewport *self, double screen_x, double screen_y, double *x, double *y)
{
  acini_viewport_vector_to_slide (self, screen_x - self->width / 2, screen_y - self->height / 2, x, y);
  *x += self->x;
  *y += self->y;
}

void
acini_viewport_push (const AciniViewport *self, GtkSnapshot *snapshot)
{
  gtk_snapshot_save (snapshot);
  if (self->rotation == 0 && !self->flipped)
    return;
  float x = (float)(self->width / 2), y = (float)(self->height / 2);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_rotate (snapshot, (float)self->rotation);
  if (self->flipped)
    gtk_snapshot_scale (snapshot, -1, 1);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-x, -y));
}

gboolean
acini_viewport_is_upright (const AciniViewport *self)
{
  return fmod (self->rotation, 90) == 0;
}

/* Moves a canvas coordinate, @middle + @offset, to the nearest device pixel edge of the screen axis it runs along,
 * where it is @screen_middle + @sign · @offset. */
static double
snap (double offset, double middle, double screen_middle, double sign, double origin, double scale)
{
  double edge = floor ((screen_middle + sign * offset + origin) * scale + 0.5) / scale - origin;
  return middle + sign * (edge - screen_middle);
}

void
acini_viewport_snap_rect (const AciniViewport *self, double x0, double y0, double x1, double y1, graphene_rect_t *rect)
{
  double corners[2][2] = { { x0, y0 }, { x1, y1 } };
  double middle[2] = { self->width / 2, self->height / 2 }, origin[2] = { self->origin_x, self->origin_y };
  gboolean upright = acini_viewport_is_upright (self);
  double c, s;
  get_turn (self, &c, &s);
  for (int i = 0; i < 2; i++)
    {
      double offset[2] = { (corners[i][0] - self->x) * self->zoom, (corners[i][1] - self->y) * self->zoom };
      for (int axis = 0; axis < 2; axis++)
        {
          int on_screen = c != 0 ? axis : 1 - axis;
          double sign = c + (axis == 0 ? s : -s);
          if (axis == 0 && self->flipped)
            sign = -sign;
          corners[i][axis]
              = upright ? snap (offset[axis], middle[axis], middle[on_screen], sign, origin[on_screen], self->scale)
                        : middle[axis] + offset[axis];
        }
    }
  graphene_rect_init (rect, (float)corners[0][0], (float)corners[0][1], (float)(corners[1][0] - corners[0][0]),
                      (float)(corners[1][1] - corners[0][1]));
}

void
acini_viewport_get_area (const AciniViewport *self, double *x0, double *y0, double *x1, double *y1)
{
  double c, s;
  get_turn (self, &c, &s);
  double across = (fabs (c) * self->width + fabs (s) * self->height) / 2 / self->zoom;
  double down = (fabs (s) * self->width + fabs (c) * self->height) / 2 / self->zoom;
  *x0 = self->x - across;
  *y0 = self->y - down;
  *x1 = self->x + across;
  *y1 = self->y + down;
}

void
acini_viewport_measure (AciniViewport *self, GtkWidget *widget)
{
  self->width = gtk_widget_get_width (widget);
  self->height = gtk_widget_get_height (widget);
  self->scale = gtk_widget_get_scale_factor (widget);
  self->origin_x = self->origin_y = 0;

  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;
  if (!surface)
    return;
  graphene_point_t origin;
  double x, y;
  self->scale = gdk_surface_get_scale (surface);
  gtk_native_get_surface_transform (native, &x, &y);
  if (gtk_widget_compute_point (widget, GTK_WIDGET (native), &GRAPHENE_POINT_INIT (0, 0), &origin))
    {
      self->origin_x = origin.x + x;
      self->origin_y = origin.y + y;
    }
}

double
acini_viewport_get_fit (const AciniViewport *self, double slide_width, double slide_height)
{
  const double air = 0.97;
  if (self->width <= 0 || self->height <= 0 || slide_width <= 0 || slide_height <= 0)
    return 1;
  double c, s;
  get_turn (self, &c, &s);
  return air
         * MIN (self->width / (fabs (c) * slide_width + fabs (s) * slide_height),
                self->height / (fabs (s) * slide_width + fabs (c) * slide_height));
}

/* Moves the slide so that its point (@slide_x, @slide_y) is at the screen point. */
static void
put (AciniViewport *self, double slide_x, double slide_y, double x, double y)
{
  double dx, dy;
  acini_viewport_vector_to_slide (self, x - self->width / 2, y - self->height / 2, &dx, &dy);
  self->x = slide_x - dx;
  self->y = slide_y - dy;
}

void
acini_viewport_zoom_at (AciniViewport *self, double zoom, double x, double y)
{
  double slide_x, slide_y;
  acini_viewport_to_slide (self, x, y, &slide_x, &slide_y);
  self->zoom = zoom;
  put (self, slide_x, slide_y, x, y);
}

void
acini_viewport_rotate_at (AciniViewport *self, double rotation, double x, double y)
{
  double slide_x, slide_y;
  acini_viewport_to_slide (self, x, y, &slide_x, &slide_y);
  rotation = fmod (rotation, 360);
  self->rotation = rotation < 0 ? rotation + 360 : rotation;
  if (self->rotation >= 360)
    self->rotation = 0;
  put (self, slide_x, slide_y, x, y);
}
