/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/precision-memory.hpp"

#include "acini-config.h"

#include <torch/version.h>

#include <fstream>

namespace acini
{

/* As /proc/cpuinfo calls it; brackets would end the name of a group in a key file. */
static std::string
get_processor ()
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
  return get_processor () + ", " + std::to_string (threads) + " threads, libtorch " + TORCH_VERSION + ", Acini "
         + ACINI_VERSION;
}

static char *
get_path ()
{
  return g_build_filename (g_get_user_cache_dir (), "acini", "precision.ini", nullptr);
}

AciniPrecision
recall_precision (const std::string &architecture, int threads)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = get_path ();

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, nullptr))
    return ACINI_PRECISION_AUTO;
  g_autofree char *name = g_key_file_get_string (file, get_group (threads).c_str (), architecture.c_str (), nullptr);
  if (g_strcmp0 (name, "bfloat16") == 0)
    return ACINI_PRECISION_BFLOAT16;
  return g_strcmp0 (name, "float32") == 0 ? ACINI_PRECISION_FLOAT32 : ACINI_PRECISION_AUTO;
}

void
remember_precision (const std::string &architecture, int threads, AciniPrecision precision)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = get_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, nullptr);
  g_key_file_set_string (file, get_group (threads).c_str (), architecture.c_str (),
                         precision == ACINI_PRECISION_BFLOAT16 ? "bfloat16" : "float32");
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_key_file_save_to_file (file, path, nullptr);
}

} // namespace acini
