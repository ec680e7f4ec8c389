/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The live engine, seen from the window: one `acini-cli serve` kept alive over a private socket (peer-to-peer GDBus,
 * acini-engine.xml); pixels of probability travel in shared memory (memfd).  All of it is asynchronous on the
 * thread-default main context of the caller. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_ENGINE_ERROR (acini_engine_error_quark ())
GQuark acini_engine_error_quark (void);

typedef enum
{
  ACINI_ENGINE_ERROR_START,  /* acini-cli is missing or did not answer */
  ACINI_ENGINE_ERROR_DIED,   /* it ended in the middle of a request, again where it was restarted for that; the next
                              * request starts another one */
  ACINI_ENGINE_ERROR_FAILED, /* what the engine said */
} AciniEngineError;

#define ACINI_TYPE_ENGINE (acini_engine_get_type ())
/* Properties: "state" (string: "stopped", "starting", "ready", "busy"), notified; "device" (string).
 * Signals: "unfamiliar" (slide, model: paths; text: string): after a request, in what the slide is outside of what the
 * model has seen, sentences for people, "" where it is not; "died" (): the process ended without being asked to;
 * "restarted" (): it died of what it computed, and another one that uses less of oneDNN computes what was requested
 * once more, all tiles from the first. */
G_DECLARE_FINAL_TYPE (AciniEngine, acini_engine, ACINI, ENGINE, GObject)

/* @cli NULL: acini_find_cli ().  Nothing is started yet. */
AciniEngine *acini_engine_new (const char *cli);
const char *acini_engine_get_state (AciniEngine *self);
GPid acini_engine_get_pid (AciniEngine *self); /* 0 while it does not run */

typedef struct
{
  const char *slide;          /* path */
  const char *model;          /* path of the model's folder */
  double mpp;                 /* the slide's µm per pixel as the project has it, 0 unknown */
  gint64 x, y, width, height; /* level-0 region; width 0: whole slide */
  const char *organ;          /* of the slide; NULL or "": unknown */
} AciniEngineRequest;

/* One finished tile of the prediction's grid (ACINI_PREDICTION_TILE at the model's resolution); @way says in words how
 * it was computed. */
typedef void (*AciniEngineTileFunc) (gint64 column, gint64 row, GBytes *probability, double downsample, int n_classes,
                                     const char *way, gpointer user_data);

/* Segments the region, tiles nearest to its centre first; a request with a newer one behind it is cancelled.
 * @tile is called on the main context for each tile, before @callback. */
void acini_engine_segment_async (AciniEngine *self, const AciniEngineRequest *request, AciniEngineTileFunc tile,
                                 gpointer tile_data, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean acini_engine_segment_finish (AciniEngine *self, GAsyncResult *result, GError **error);

G_END_DECLS
