/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Acini's own kernels against libtorch's. */

#include "model/network/kernels.hpp"

#include <glib.h>

using namespace acini;

namespace
{

void
assert_close (const torch::Tensor &value, const torch::Tensor &expected, double tolerance)
{
  g_assert_true (value.sizes () == expected.sizes ());
  const double error = (value.to (torch::kDouble) - expected.to (torch::kDouble)).abs ().max ().item<double> ();
  const double scale = expected.to (torch::kDouble).std ().item<double> ();

  g_assert_cmpfloat (error / scale, <, tolerance);
}

torch::Tensor
sum_as_libtorch_does (const std::vector<torch::Tensor> &maps)
{
  torch::Tensor sum = maps[0].to (torch::kDouble).permute ({ 0, 3, 1, 2 });

  for (size_t i = 1; i < maps.size (); i++)
    sum = sum
          + at::upsample_bilinear2d (maps[i].to (torch::kDouble).permute ({ 0, 3, 1, 2 }),
                                     { sum.size (2), sum.size (3) }, false);
  return sum.relu ().permute ({ 0, 2, 3, 1 });
}

void
test_rectify_sum_enlarged ()
{
  const int64_t sizes[][2] = { { 128, 96 }, { 59, 80 }, { 8, 8 }, { 1, 3 } };

  torch::NoGradGuard no_grad;
  torch::manual_seed (3);
  for (const auto &[height, width] : sizes)
    for (int64_t channels : { 256, 19 })
      for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
        {
          std::vector<torch::Tensor> maps;

          for (int64_t stride : { 1, 2, 4, 8 })
            maps.push_back (
                torch::randn ({ 2, (height + stride - 1) / stride, (width + stride - 1) / stride, channels })
                    .to (type));
          maps[1] = maps[1].transpose (1, 2).contiguous ().transpose (1, 2); /* any strides */
          const torch::Tensor expected = sum_as_libtorch_does (maps);
          assert_close (rectify_sum_enlarged (maps), expected, type == torch::kFloat ? 1e-5 : 4e-2);
        }
}

void
test_attend ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (4);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    {
      const torch::Tensor query = torch::randn ({ 2, 300, 5, 32 }).transpose (1, 2).to (type);
      const torch::Tensor key = torch::randn ({ 2, 64, 5, 32 }).transpose (1, 2).to (type);
      const torch::Tensor value = torch::randn ({ 2, 64, 5, 32 }).transpose (1, 2).to (type);
      const torch::Tensor scores
          = query.to (torch::kDouble).matmul (key.to (torch::kDouble).transpose (2, 3)) / std::sqrt (32.0);
      const torch::Tensor result = attend (query, key, value, 0);

      g_assert_true (result.scalar_type () == type);
      assert_close (result, scores.softmax (-1).matmul (value.to (torch::kDouble)),
                    type == torch::kFloat ? 1e-5 : 4e-2);
    }
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/rectify-sum-enlarged", test_rectify_sum_enlarged);
  g_test_add_func ("/kernels/attend", test_attend);
  return g_test_run ();
}
