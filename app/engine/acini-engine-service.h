/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The engine itself: answers io.github.acini.Engine1 on one connection, with models and slides kept warm. */

#include "model/acini-model.h"

G_BEGIN_DECLS

#define ACINI_TYPE_ENGINE_SERVICE (acini_engine_service_get_type ())
G_DECLARE_FINAL_TYPE (AciniEngineService, acini_engine_service, ACINI, ENGINE_SERVICE, GObject)

/* Serves @stream, whose other end has to be of the same user.  Signal "closed" (): the other end went away.
 * Blocks until that end has said who it is. */
AciniEngineService *acini_engine_service_new (GIOStream *stream, const AciniModelOptions *options, GError **error);

G_END_DECLS
