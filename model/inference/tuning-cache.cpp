/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/inference/tuning-cache.hpp"

#include "acini-config.h"

#include <torch/version.h>

#include <fstream>

namespace acini
{

/* As /proc/cpuinfo calls it; brackets would end the name of a group in a key file. */
static std::string
get_processor_name ()
{
  std::ifstream file ("/proc/cpuinfo");
  std::string line;

  while (std::getline (file, line))
    if (line.rfind ("model name", 0) == 0 && line.find (": ") != std::string::npos)
      {
        line.erase (0, line.find (": ") + 2);
        for (char &c : line)
          c = c == '[' || c == ']' ? ' ' : c;
        return line;
      }
  return "processor";
}

static std::string
get_group (int threads)
{
  return get_processor_name () + ", " + std::to_string (threads) + " threads, libtorch " + TORCH_VERSION + ", Acini "
         + ACINI_VERSION;
}

static char *
get_path ()
{
  return g_build_filename (g_get_user_cache_dir (), "acini", "precision.ini", nullptr);
}

static GKeyFile *
load_memory (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = get_path ();

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, nullptr);
  return static_cast<GKeyFile *> (g_steal_pointer (&file));
}

static void
save_memory (GKeyFile *file)
{
  g_autofree char *path = get_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_key_file_save_to_file (file, path, nullptr);
}

/* All that the speed depends on: two networks of one name may have heads of different widths. */
static std::string
describe (const Architecture &a)
{
  std::string text = a.get_name ();

  for (const auto &numbers : { a.widths, a.depths, a.heads, a.reductions, a.expansions })
    for (int64_t number : numbers)
      text += "-" + std::to_string (number);
  if (a.family == Family::SegFormer)
    text += "-" + std::to_string (a.decoder_width) + (a.head == HeadKind::MMSegmentation ? "-mmsegmentation" : "");
  return text + "-" + std::to_string (a.classes);
}

static const struct
{
  const char *name;
  Way way;
} ways[] = {
  { "float32", { ACINI_PRECISION_FLOAT32, Products::Default } },
  { "bfloat16", { ACINI_PRECISION_BFLOAT16, Products::Own } },
  { "bfloat16 by libtorch", { ACINI_PRECISION_BFLOAT16, Products::Libtorch } },
};

std::optional<Way>
recall_fastest (const Architecture &architecture, int threads)
{
  g_autoptr (GKeyFile) file = load_memory ();
  g_autofree char *name
      = g_key_file_get_string (file, get_group (threads).c_str (), describe (architecture).c_str (), nullptr);

  for (const auto &known : ways)
    if (g_strcmp0 (name, known.name) == 0)
      return known.way;
  return std::nullopt;
}

void
remember_fastest (const Architecture &architecture, int threads, const Way &way)
{
  g_autoptr (GKeyFile) file = load_memory ();

  for (const auto &known : ways)
    if (known.way.precision == way.precision && known.way.products == way.products)
      g_key_file_set_string (file, get_group (threads).c_str (), describe (architecture).c_str (), known.name);
  save_memory (file);
}

std::optional<double>
recall_parity (const std::string &fingerprint, int threads)
{
  g_autoptr (GKeyFile) file = load_memory ();
  g_autoptr (GError) error = nullptr;
  const double parity
      = g_key_file_get_double (file, get_group (threads).c_str (), ("masks-" + fingerprint).c_str (), &error);

  return error == nullptr ? std::optional (parity) : std::nullopt;
}

void
remember_parity (const std::string &fingerprint, int threads, double parity)
{
  g_autoptr (GKeyFile) file = load_memory ();

  g_key_file_set_double (file, get_group (threads).c_str (), ("masks-" + fingerprint).c_str (), parity);
  save_memory (file);
}

/* A few numbers of each tensor: training changes them all. */
std::string
get_fingerprint (Network &network)
{
  constexpr int64_t most = 256;
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (const auto &item : network.named_parameters ())
    {
      const torch::Tensor all = item.value ().detach ().flatten ();
      const torch::Tensor some = all.slice (0, 0, all.numel (), std::max<int64_t> (all.numel () / most, 1))
                                     .to (torch::kCPU, torch::kFloat)
                                     .contiguous ();

      g_checksum_update (sum, reinterpret_cast<const guchar *> (item.key ().c_str ()), item.key ().size ());
      g_checksum_update (sum, static_cast<const guchar *> (some.const_data_ptr ()), some.nbytes ());
    }
  return std::string (g_checksum_get_string (sum), 16);
}

} // namespace acini
