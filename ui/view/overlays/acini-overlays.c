/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/overlays/acini-overlays.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* A microscope's 10× objective shows about 1 µm per pixel. */
#define POWER_AT_1_UM 10.

static const char css[]
    = ".slide-overlays {"
      "  background-color: color-mix(in srgb, var(--popover-bg-color) 93%, transparent);"
      "  color: var(--popover-fg-color);"
      "  border-radius: 9px;"
      "  box-shadow: 0 1px 4px rgb(0 0 0 / 25%);"
      "}"
      "zoomcontrols > button, zoomcontrols > menubutton > button { min-height: 24px; padding: 2px 8px; }"
      "slidecursor { padding: 6px 12px; font-size: smaller; }"
      "slideoverview { padding: 3px; }"
      "slidescalebar { padding: 6px 10px; font-size: smaller; font-weight: bold; }";

void
acini_overlay_style (GtkWidget *widget)
{
  static gsize once;
  if (g_once_init_enter (&once))
    {
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      gtk_css_provider_load_from_string (provider, css);
      gtk_style_context_add_provider_for_display (gtk_widget_get_display (widget), GTK_STYLE_PROVIDER (provider),
                                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
      g_once_init_leave (&once, 1);
    }
  gtk_widget_add_css_class (widget, "slide-overlays");
}

typedef struct
{
  GtkWidget *view, *left, *centre, *right;
} Row;

/* Where @view ends above the bottom of @overlay, its lower edge, else 0. */
static int
find_edge (GtkOverlay *overlay, GtkWidget *view)
{
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (view, GTK_WIDGET (overlay), &bounds))
    return 0;
  const int edge = (int)(graphene_rect_get_y (&bounds) + graphene_rect_get_height (&bounds));
  return edge < gtk_widget_get_height (GTK_WIDGET (overlay)) ? edge : 0;
}

/* From the bottom up: what is on the right, on the left, and what comes and goes in the middle.  Each stands in a row
 * of its own only where it would cover one below. */
static gboolean
place_in_row (GtkOverlay *overlay, GtkWidget *child, GdkRectangle *at, const Row *row)
{
  const int width = gtk_widget_get_width (GTK_WIDGET (overlay)), height = gtk_widget_get_height (GTK_WIDGET (overlay));
  GtkRequisition left, centre, right, size; /* with their margins */
  int raised = 0;

  if (child != row->left && child != row->centre)
    return FALSE;
  gtk_widget_get_preferred_size (row->left, NULL, &left);
  gtk_widget_get_preferred_size (row->centre, NULL, &centre);
  gtk_widget_get_preferred_size (row->right, NULL, &right);
  const gboolean beside = left.width + right.width <= width;
  if (!beside)
    raised = right.height - gtk_widget_get_margin_bottom (row->right);
  if (child == row->centre && centre.width + 2 * MAX (left.width, right.width) > width)
    raised += (beside ? MAX (left.height, right.height) : left.height) - gtk_widget_get_margin_bottom (row->left);
  size = child == row->left ? left : centre;
  at->width = MIN (size.width, width);
  at->height = size.height;
  at->x = child == row->left ? 0 : (width - at->width) / 2;
  at->y = MAX (height - at->height - raised, 0);
  const int edge = child == row->left ? find_edge (overlay, row->view) : 0;
  if (edge > 0)
    at->y = MAX (edge - at->height, 0);
  return TRUE;
}

static void
free_row (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
acini_overlay_place (GtkOverlay *overlay, GtkWidget *view, GtkWidget *left, GtkWidget *centre, GtkWidget *right)
{
  Row *row = g_new (Row, 1);

  *row = (Row){ view, left, centre, right };
  g_signal_connect_data (overlay, "get-child-position", G_CALLBACK (place_in_row), row, free_row, 0);
}

double
acini_overlay_round (double length)
{
  g_return_val_if_fail (length > 0, 0);
  double power = pow (10, floor (log10 (length)));
  double digit = length / power * (1 + 1e-9);
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

char *
acini_overlay_format_length (double length, gboolean physical)
{
  if (!physical)
    return g_strdup_printf (_ ("%.15g px"), length);
  if (length >= 1000)
    return g_strdup_printf (_ ("%.15g mm"), length / 1000);
  return g_strdup_printf (_ ("%.15g µm"), length);
}

char *
acini_overlay_format_zoom (double zoom, double power, double mpp)
{
  double times = power > 0 ? power * zoom : mpp > 0 ? POWER_AT_1_UM / mpp * zoom : 0;
  if (times <= 0)
    return g_strdup_printf (_ ("%.*f %%"), zoom < .1 ? 1 : 0, zoom * 100);
  return g_strdup_printf (_ ("%.*f×"), times < 1 ? 2 : times < 10 ? 1 : 0, times);
}
