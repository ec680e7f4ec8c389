/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One model or several as one: what the command line and segmentation jobs share. */

#include "model/acini-model.h"

G_BEGIN_DECLS

/* Loads the models @paths (NULL-terminated, at least one); several become an ensemble with @weights, as many as there
 * are paths, or NULL for all the same.  A TorchScript program that is run is warned of on standard error. */
AciniModel *acini_model_set_load (const char *const *paths, const double *weights, const AciniModelOptions *options,
                                  GError **error);

/* Numbers with commas between them, all positive.  Returns: (transfer full) (element-type double), NULL and @error for
 * what is none. */
GArray *acini_parse_numbers (const char *text, GError **error);

/* What "auto" (or NULL) stands for on this computer: "cuda", "cpu"; others as they are.  Returns: (transfer full) */
char *acini_resolve_device (const char *device);

/* Whether what ended with @error on @device, as resolved, may do better on the processor: a card, or its driver, that
 * is gone, or has too little memory for one patch, or fails its trial. */
gboolean acini_is_device_failure (const char *device, const GError *error);

G_END_DECLS
