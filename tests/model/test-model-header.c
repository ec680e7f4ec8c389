/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of model/ is strict C99 (this file's flags) and C++ (model-header.cpp), and means the same to both. */

#include "model/acini-model.h"

gsize acini_test_sum_sizes (void);

static void
test_sizes (void)
{
  g_assert_cmpuint (acini_test_sum_sizes (), ==,
                    sizeof (AciniModelOptions) + sizeof (AciniPatchSource) + sizeof (AciniProbabilitySink)
                        + sizeof (AciniSegmentOptions) + sizeof (AciniTrainingSource) + sizeof (AciniTrainEvent));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-header/sizes", test_sizes);
  return g_test_run ();
}
