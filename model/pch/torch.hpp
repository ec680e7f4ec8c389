/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Precompiled: torch's headers take ten seconds to read. */
#include <torch/torch.h>
