/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header of model/ as C++ reads it; what it says here is compared with what C says. */

#include "model/acini-model.h"

extern "C" gsize
acini_test_sum_sizes (void)
{
  return sizeof (AciniModelOptions) + sizeof (AciniPatchSource) + sizeof (AciniProbabilitySink)
         + sizeof (AciniSegmentOptions) + sizeof (AciniTrainingSource) + sizeof (AciniTrainEvent);
}
