/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What both ends of the engine's connection agree on. */

#define ACINI_ENGINE_PATH "/io/github/acini/Engine1"
#define ACINI_ENGINE_VIEWER_PATH "/io/github/acini/Engine1/Viewer"
