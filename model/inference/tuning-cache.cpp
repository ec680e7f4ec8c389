/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/inference/tuning-cache.hpp"

#include "acini-config.h"

#include <torch/version.h>

#include <fstream>

namespace acini
{

/* As /proc/cpuinfo calls it, with family and model: one name may stand for several.  Brackets would end the name of a
 * group in a key file. */
static std::string
read_processor_name ()
{
  std::ifstream file ("/proc/cpuinfo");
  std::string line, result;

  while (std::getline (file, line) && !line.empty ())
    for (const char *field : { "model name", "cpu family", "model\t", "stepping", "CPU part" })
      if (line.rfind (field, 0) == 0 && line.find (": ") != std::string::npos)
        result += (result.empty () ? "" : " ") + line.substr (line.find (": ") + 2);
  for (char &c : result)
    c = c == '[' || c == ']' ? ' ' : c;
  return result.empty () ? "processor" : result;
}

std::string
describe_computer (int threads)
{
  static const std::string processor = read_processor_name ();

  return processor + ", " + std::to_string (threads) + " threads, libtorch " + TORCH_VERSION + ", oneDNN "
         + get_onednn_version () + ", Acini " + ACINI_VERSION;
}

static char *
get_path ()
{
  return g_build_filename (g_get_user_cache_dir (), "acini", "tuning.ini", nullptr);
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

std::string
describe (const Architecture &a)
{
  std::string text = a.get_name ();

  for (const auto &numbers : { a.widths, a.depths, a.heads, a.reductions, a.expansions, a.decoder_widths })
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
  { "float32 by libtorch", { ACINI_PRECISION_FLOAT32, Products::Libtorch } },
  { "bfloat16", { ACINI_PRECISION_BFLOAT16, Products::Own } },
  { "bfloat16 by libtorch", { ACINI_PRECISION_BFLOAT16, Products::Libtorch } },
  { "bfloat16 as it comes", { ACINI_PRECISION_BFLOAT16, Products::Default } },
  { "float16", { ACINI_PRECISION_FLOAT16, Products::Default } },
};

int
get_way_number (const Way &way)
{
  for (int i = 0; i < (int)G_N_ELEMENTS (ways); i++)
    if (ways[i].way == way)
      return i;
  return 0;
}

const char *
get_way_name (const Way &way)
{
  return ways[get_way_number (way)].name;
}

std::string
Shape::to_string () const
{
  return std::to_string (n) + "x" + std::to_string (height) + "x" + std::to_string (width);
}

static std::optional<Way>
find_way (const char *name)
{
  for (const auto &known : ways)
    if (g_strcmp0 (name, known.name) == 0)
      return known.way;
  return std::nullopt;
}

static std::string
at_level (const std::string &key, AciniOneDnn level)
{
  return key + "-" + acini_onednn_to_string (level);
}

static int distrusted = -1; /* an AciniOneDnn */

void
distrust (AciniOneDnn level)
{
  distrusted = level;
}

static void
forget (GKeyFile *file, const std::string &key, int threads)
{
  bool changed = false;

  for (int level = 0; level <= distrusted; level++)
    changed |= g_key_file_remove_key (file, describe_computer (threads).c_str (),
                                      at_level (key, (AciniOneDnn)level).c_str (), nullptr)
               != FALSE;
  if (changed)
    save_memory (file);
}

std::optional<KnownWay>
recall_way (const std::string &key, int threads)
{
  g_autoptr (GKeyFile) file = load_memory ();

  forget (file, key, threads);
  for (AciniOneDnn level : list_onednn_levels ())
    {
      g_auto (GStrv) words = g_key_file_get_string_list (file, describe_computer (threads).c_str (),
                                                         at_level (key, level).c_str (), nullptr, nullptr);

      if (words == nullptr || g_strv_length (words) != 3)
        continue;
      const std::optional<Way> way = find_way (words[0]), exact = find_way (words[1]);
      if (way && exact)
        return KnownWay{ level, *way, *exact, g_ascii_strtod (words[2], nullptr) };
    }
  return std::nullopt;
}

void
remember_way (const std::string &key, int threads, const KnownWay &known)
{
  g_autoptr (GKeyFile) file = load_memory ();
  char error[G_ASCII_DTOSTR_BUF_SIZE];
  const char *const words[] = { get_way_name (known.way), get_way_name (known.exact),
                                g_ascii_formatd (error, sizeof error, "%.2e", known.error) };

  g_key_file_set_string_list (file, describe_computer (threads).c_str (), at_level (key, known.level).c_str (), words,
                              3);
  save_memory (file);
}

std::optional<double>
recall_parity (const std::string &fingerprint, int threads)
{
  g_autoptr (GKeyFile) file = load_memory ();
  g_autoptr (GError) error = nullptr;
  const double parity
      = g_key_file_get_double (file, describe_computer (threads).c_str (), ("masks-" + fingerprint).c_str (), &error);

  return error == nullptr ? std::optional (parity) : std::nullopt;
}

void
remember_parity (const std::string &fingerprint, int threads, double parity)
{
  g_autoptr (GKeyFile) file = load_memory ();

  g_key_file_set_double (file, describe_computer (threads).c_str (), ("masks-" + fingerprint).c_str (), parity);
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

void
acini_model_distrust_onednn (AciniOneDnn level)
{
  acini::distrust (level);
  for (AciniOneDnn lower : acini::list_onednn_levels ())
    if (lower > level)
      {
        acini::limit_onednn (lower);
        return;
      }
  acini::limit_onednn (level);
}
