/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Seconds an image of a network: pixels in, probabilities out.  Prints a JSON line a case.
 *
 *   bench-forward [NET SIZE PRECISION [BATCH [RUNS]]]      unet fastai b0 … b5, the name of an architecture, or the
 *                                                          path of a model; float32 bfloat16 float16 auto eager
 *                                                          unfused
 *
 * "eager" is the same network as a program in PyTorch computes it: layer by layer with libtorch's operators in float32,
 * maps NCHW, no gradients.  "unfused" is that, but with attention as two products and a softmax, as NVlabs',
 * segmentation_models_pytorch's, and Hugging Face's first SegFormer have it: libtorch's fused one reads less memory.
 *
 * "seconds" is the median, "mean" what a long run takes for each, where all threads share an image; "side_by_side" is
 * what each of many takes where every thread has an image of its own, as in a slide's segmentation; "processor_seconds"
 * is what all threads used: with one thread it holds on a busy machine too. Without arguments the table of U-Net and B0
 * at 512² and 1024². */

#include "tests/bench/bench-network.hpp"

#include "model/kernels/processor.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace acini;

namespace
{

AciniPrecision
parse_precision (const std::string &name)
{
  return name == "float32"    ? ACINI_PRECISION_FLOAT32
         : name == "bfloat16" ? ACINI_PRECISION_BFLOAT16
         : name == "float16"  ? ACINI_PRECISION_FLOAT16
                              : ACINI_PRECISION_AUTO;
}

/* Seconds for each of many images, as many at a time as the model has threads. */
double
measure_side_by_side (LoadedModel &model, const torch::Tensor &rgb, int runs)
{
  const int threads = model.get_threads ();
  std::atomic<int> ready = 0, left = threads * runs;
  std::vector<std::thread> workers;
  double start = 0;

  for (int i = 0; i < threads; i++)
    workers.emplace_back ([&] {
      model.probabilities (rgb, torch::kByte, 1); /* what is made anew for each thread */
      if (++ready == threads)
        start = now ();
      while (ready < threads)
        std::this_thread::yield ();
      while (left-- > 0)
        model.probabilities (rgb, torch::kByte, 1);
    });
  for (std::thread &worker : workers)
    worker.join ();
  return (now () - start) / (static_cast<double> (threads) * runs * rgb.size (0));
}

void
measure (const std::string &net, int size, const std::string &precision, int batch, int runs)
{
  const char *threads = g_getenv ("OMP_NUM_THREADS");
  const auto model = make_bench_model (net, parse_precision (precision), threads ? std::atoi (threads) : 0);
  const torch::Tensor rgb = torch::randint (256, { batch, size, size, 3 }, torch::TensorOptions (torch::kByte));
  std::vector<double> seconds, processor;

  model->probabilities (rgb);
  const double first = now ();
  for (int i = 0; i < runs; i++)
    {
      const double start = now (), used = processor_time ();

      model->probabilities (rgb);
      seconds.push_back ((now () - start) / batch);
      processor.push_back ((processor_time () - used) / batch);
    }
  const double mean = (now () - first) / (static_cast<double> (runs) * batch);
  std::printf (
      "{\"net\": \"%s\", \"size\": %d, \"batch\": %d, \"precision\": \"%s\", \"threads\": %d, \"seconds\": %.4f, "
      "\"mean\": %.5f, \"side_by_side\": %.4f, \"processor_seconds\": %.4f}\n",
      net.c_str (), size, batch, precision_name (model->get_precision ()), model->get_threads (), median (seconds),
      mean, measure_side_by_side (*model, rgb, runs), median (processor));
  std::fflush (stdout);
}

/* As PyTorch, see above. */
void
measure_eager (const std::string &net, int size, bool fused, int batch, int runs)
{
  const char *threads = g_getenv ("OMP_NUM_THREADS");
  const std::shared_ptr<Network> network = make_random_network (get_bench_architecture (net)).network;
  const torch::Tensor x = torch::randn ({ batch, 3, size, size });
  const torch::NoGradGuard no_grad;
  const ExactNumbers exactly;
  std::vector<double> seconds, processor;

  if (threads)
    at::set_num_threads (std::atoi (threads));
  at::globalContext ().setSDPUseFlash (fused);
  /* In training a network keeps the order of the caller's pixels; its layers infer. */
  network->train ();
  for (const auto &child : network->children ())
    child->eval ();
  network->forward (x);
  for (int i = 0; i < runs; i++)
    {
      const double start = now (), used = processor_time ();

      network->forward (x);
      seconds.push_back ((now () - start) / batch);
      processor.push_back ((processor_time () - used) / batch);
    }
  std::printf ("{\"net\": \"%s\", \"size\": %d, \"batch\": %d, \"precision\": \"%s\", \"threads\": %d, "
               "\"seconds\": %.4f, \"processor_seconds\": %.4f}\n",
               net.c_str (), size, batch, fused ? "eager" : "unfused", at::get_num_threads (), median (seconds),
               median (processor));
  std::fflush (stdout);
}

} // namespace

int
main (int argc, char **argv)
{
  try
    {
      const int batch = argc > 4 ? std::atoi (argv[4]) : 1, runs = argc > 5 ? std::atoi (argv[5]) : 5;

      if (argc >= 4 && (g_str_equal (argv[3], "eager") || g_str_equal (argv[3], "unfused")))
        measure_eager (argv[1], std::atoi (argv[2]), g_str_equal (argv[3], "eager"), batch, runs);
      else if (argc >= 4)
        measure (argv[1], std::atoi (argv[2]), argv[3], batch, runs);
      else
        for (const char *net : { "unet", "b0" })
          for (int size : { 512, 1024 })
            for (const char *precision : { "float32", "bfloat16" })
              measure (net, size, precision, 1, 5);
    }
  catch (const std::exception &error)
    {
      std::fprintf (stderr, "%s\n", error.what ());
      return 1;
    }
  return 0;
}
