/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/onednn.hpp"

#include "model/kernels/processor.hpp"

#include <ATen/Context.h>
#include <dlfcn.h>

#include <mutex>

namespace acini
{

static const struct
{
  AciniOneDnn level;
  const char *name, *isa; /* ours, and oneDNN's */
} levels[] = {
  { ACINI_ONEDNN_ALL, "all", "ALL" },    { ACINI_ONEDNN_AVX512, "avx512", "AVX512_CORE_VNNI" },
  { ACINI_ONEDNN_AVX2, "avx2", "AVX2" }, { ACINI_ONEDNN_SSE41, "sse41", "SSE41" },
  { ACINI_ONEDNN_OFF, "off", nullptr },
};

/* What the user's environment limits oneDNN to. */
static AciniOneDnn
read_environment ()
{
  const char *isa = g_getenv ("ONEDNN_MAX_CPU_ISA");

  if (isa == nullptr)
    isa = g_getenv ("DNNL_MAX_CPU_ISA");
  if (isa == nullptr || g_ascii_strcasecmp (isa, "ALL") == 0 || g_ascii_strcasecmp (isa, "DEFAULT") == 0)
    return ACINI_ONEDNN_ALL;
  if (g_ascii_strcasecmp (isa, "AVX512_CORE") == 0 || g_ascii_strcasecmp (isa, "AVX512_CORE_VNNI") == 0)
    return ACINI_ONEDNN_AVX512;
  if (g_ascii_strncasecmp (isa, "AVX2", 4) == 0)
    return ACINI_ONEDNN_AVX2;
  if (g_ascii_strcasecmp (isa, "AVX") == 0 || g_ascii_strcasecmp (isa, "SSE41") == 0)
    return ACINI_ONEDNN_SSE41;
  return ACINI_ONEDNN_ALL;
}

/* Of the process. */
struct State
{
  std::mutex mutex;
  AciniOneDnn level = read_environment ();
  bool used = false;
  int without = 0; /* WithoutOneDnn that live */

  void
  apply ()
  {
    at::globalContext ().setUserEnabledMkldnn (without == 0 && level != ACINI_ONEDNN_OFF);
  }
};

static State &
get_state ()
{
  static State state;

  return state;
}

AciniOneDnn
get_onednn ()
{
  State &state = get_state ();
  std::lock_guard<std::mutex> lock (state.mutex);

  return state.level;
}

void
limit_onednn (AciniOneDnn level)
{
  State &state = get_state ();
  std::lock_guard<std::mutex> lock (state.mutex);

  if (level <= state.level)
    return;
  state.level = state.used ? ACINI_ONEDNN_OFF : level;
  for (const auto &known : levels)
    if (known.level == state.level && known.isa != nullptr)
      g_setenv ("ONEDNN_MAX_CPU_ISA", known.isa, TRUE);
  state.apply ();
}

void
mark_onednn_used ()
{
  State &state = get_state ();
  std::lock_guard<std::mutex> lock (state.mutex);

  state.used = true;
}

std::vector<AciniOneDnn>
list_onednn_levels ()
{
  std::vector<AciniOneDnn> list;

  for (const auto &known : levels)
    {
#if defined(__x86_64__)
      const Processor processor = get_processor ();
      /* A limit above what the processor has changes nothing. */
      const bool differs = known.level == ACINI_ONEDNN_AVX512 ? processor.bfloat16
                           : known.level == ACINI_ONEDNN_AVX2 ? processor.avx512
                                                              : true;
#else
      const bool differs = known.level == ACINI_ONEDNN_ALL || known.level == ACINI_ONEDNN_OFF;
#endif
      if (differs && known.level >= get_onednn ())
        list.push_back (known.level);
    }
  return list;
}

bool
is_onednn_on ()
{
  return at::globalContext ().userEnabledMkldnn ();
}

std::string
get_onednn_version ()
{
  struct Version /* the beginning of dnnl_version_t */
  {
    int major, minor, patch;
  };
  auto function = (const Version *(*)())dlsym (RTLD_DEFAULT, "dnnl_version");

  if (function == nullptr)
    return "";
  const Version *version = function ();
  return std::to_string (version->major) + "." + std::to_string (version->minor) + "."
         + std::to_string (version->patch);
}

WithoutOneDnn::WithoutOneDnn ()
{
  State &state = get_state ();
  std::lock_guard<std::mutex> lock (state.mutex);

  state.without++;
  state.apply ();
}

WithoutOneDnn::~WithoutOneDnn ()
{
  State &state = get_state ();
  std::lock_guard<std::mutex> lock (state.mutex);

  state.without--;
  state.apply ();
}

} // namespace acini

const char *
acini_onednn_to_string (AciniOneDnn level)
{
  for (const auto &known : acini::levels)
    if (known.level == level)
      return known.name;
  return "all";
}

gboolean
acini_onednn_from_string (const char *name, AciniOneDnn *level)
{
  for (const auto &known : acini::levels)
    if (g_strcmp0 (known.name, name) == 0)
      {
        *level = known.level;
        return TRUE;
      }
  return FALSE;
}

AciniOneDnn
acini_model_get_onednn (void)
{
  return acini::get_onednn ();
}

void
acini_model_limit_onednn (AciniOneDnn level)
{
  acini::limit_onednn (level);
}

guint
acini_model_list_onednn (AciniOneDnn list[ACINI_ONEDNN_N])
{
  guint n = 0;

  for (AciniOneDnn level : acini::list_onednn_levels ())
    list[n++] = level;
  return n;
}
