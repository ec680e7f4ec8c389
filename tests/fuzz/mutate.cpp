/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzzer's entry on damaged files, for where there is no libFuzzer:
 *
 *   mutate-X (--count N | --seconds S) [--first N] CORPUS…
 *
 * The N-th input is the same wherever and whenever it is made, so what fails is made again by --first N --count 1;
 * whoever dies says N.  Built with sanitizers it finds what they find. */

#include <glib.h>

#include <algorithm>
#include <climits>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
/* Of AddressSanitizer, where it is linked. */
extern "C" __attribute__ ((weak)) void __sanitizer_set_death_callback (void (*callback) ());

namespace
{

constexpr size_t largest = 64 * 1024;

using Bytes = std::vector<uint8_t>;

unsigned long number;

/* In a process that may have no sound memory left. */
void
say_number ()
{
  char text[64];
  const int length = std::snprintf (text, sizeof text, "# input %lu\n", number);

  if (write (STDERR_FILENO, text, length) != length)
    _exit (1);
}

void
on_signal (int signal)
{
  say_number ();
  std::signal (signal, SIG_DFL);
  std::raise (signal);
}

class Mutator
{
public:
  explicit Mutator (const std::vector<Bytes> &corpus, unsigned long seed) : corpus (corpus), random (seed) {}

  Bytes
  make ()
  {
    Bytes bytes = corpus[below (corpus.size ())];

    for (size_t n = 1 + below (4) * below (4); n > 0; n--)
      change (bytes);
    bytes.resize (std::min (bytes.size (), largest));
    return bytes;
  }

private:
  size_t
  below (size_t n)
  {
    return n == 0 ? 0 : random () % n;
  }

  void
  overwrite (Bytes &bytes, size_t at, uint64_t value, size_t width)
  {
    for (size_t i = 0; i < width && at + i < bytes.size (); i++)
      bytes[at + i] = uint8_t (value >> 8 * i);
  }

  /* What lengths and offsets trip over. */
  uint64_t
  interesting ()
  {
    const uint64_t edges[] = { 0,          1,         2,
                               7,          8,         16,
                               64,         127,       128,
                               255,        256,       1024,
                               32767,      32768,     65535,
                               65536,      INT32_MAX, uint64_t (INT32_MAX) + 1,
                               UINT32_MAX, INT64_MAX, uint64_t (INT64_MAX) + 1,
                               UINT64_MAX };

    return edges[below (G_N_ELEMENTS (edges))] + below (3) - 1;
  }

  /* The words of the formats. */
  std::string
  word ()
  {
    const char *const words[] = { "{",
                                  "}",
                                  "[",
                                  "]",
                                  "\"",
                                  ":",
                                  ",",
                                  "-1",
                                  "1e308",
                                  "9223372036854775807",
                                  "null",
                                  "true",
                                  "F32",
                                  "data_offsets",
                                  "shape",
                                  "dtype",
                                  "__metadata__",
                                  "PK\1\2",
                                  "PK\3\4",
                                  "PK\5\6",
                                  "\x80\2",
                                  "ctorch._utils\n_rebuild_tensor_v2\n",
                                  "ccollections\nOrderedDict\n",
                                  "(",
                                  "t",
                                  "R",
                                  "Q",
                                  ".",
                                  "\x85",
                                  "\x86",
                                  "\x87",
                                  "}q",
                                  "encoder.",
                                  "decoder.",
                                  "segmentation_head.0.",
                                  "weight",
                                  "bias",
                                  "blocks.",
                                  "layer1.0.",
                                  "0",
                                  " 0",
                                  " 1",
                                  " 3",
                                  " 1048576",
                                  "\n",
                                  "id2label",
                                  "image_mean",
                                  "weight_map",
                                  "\xe2\x80\x9c",
                                  "\xff" };

    return words[below (G_N_ELEMENTS (words))];
  }

  void
  change (Bytes &bytes)
  {
    const size_t at = below (bytes.size () + 1);
    const size_t length = std::min (1 + below (1 + below (64)), bytes.size () - at);

    switch (below (9))
      {
      case 0:
        if (at < bytes.size ())
          bytes[at] ^= 1 << below (8);
        break;
      case 1:
        if (at < bytes.size ())
          bytes[at] = uint8_t (random ());
        break;
      case 2:
        overwrite (bytes, at, interesting (), size_t (1) << below (4));
        break;
      case 3:
        bytes.erase (bytes.begin () + at, bytes.begin () + at + length);
        break;
      case 4: /* a part twice */
        {
          const Bytes part (bytes.begin () + at, bytes.begin () + at + length);

          bytes.insert (bytes.begin () + below (bytes.size () + 1), part.begin (), part.end ());
        }
        break;
      case 5:
        {
          const std::string text = word ();

          bytes.insert (bytes.begin () + at, text.begin (), text.end ());
        }
        break;
      case 6:
        {
          const std::string text = std::to_string (interesting ());

          bytes.insert (bytes.begin () + at, text.begin (), text.end ());
        }
        break;
      case 7: /* the end of another file */
        {
          const Bytes &other = corpus[below (corpus.size ())];

          bytes.resize (at);
          bytes.insert (bytes.end (), other.begin () + below (other.size () + 1), other.end ());
        }
        break;
      default:
        if (below (4) == 0)
          bytes.resize (at);
      }
  }

  const std::vector<Bytes> &corpus;
  std::mt19937_64 random;
};

void
add_file (std::vector<Bytes> &corpus, const char *path)
{
  g_autofree char *content = nullptr;
  gsize length = 0;

  if (g_file_get_contents (path, &content, &length, nullptr))
    corpus.emplace_back (content, content + length);
}

void
add_folder (std::vector<Bytes> &corpus, const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, nullptr);
  std::vector<std::string> names;

  if (folder == nullptr)
    return add_file (corpus, path);
  while (const char *name = g_dir_read_name (folder))
    names.push_back (name);
  std::sort (names.begin (), names.end ()); /* the same inputs on every file system */
  for (const std::string &name : names)
    {
      g_autofree char *file = g_build_filename (path, name.c_str (), nullptr);

      add_file (corpus, file);
    }
}

} // namespace

int
main (int argc, char *argv[])
{
  unsigned long count = ULONG_MAX, first = 0;
  double seconds = HUGE_VAL;
  std::vector<Bytes> corpus;

  for (int i = 1; i < argc; i++)
    if (i + 1 < argc && g_str_equal (argv[i], "--count"))
      count = std::strtoul (argv[++i], nullptr, 10);
    else if (i + 1 < argc && g_str_equal (argv[i], "--first"))
      first = std::strtoul (argv[++i], nullptr, 10);
    else if (i + 1 < argc && g_str_equal (argv[i], "--seconds"))
      seconds = std::strtod (argv[++i], nullptr);
    else
      add_folder (corpus, argv[i]);
  if (corpus.empty () || (count == ULONG_MAX && seconds == HUGE_VAL))
    {
      std::fprintf (stderr, "Usage: %s (--count N | --seconds S) [--first N] CORPUS…\n", argv[0]);
      return 2;
    }
  if (__sanitizer_set_death_callback != nullptr)
    __sanitizer_set_death_callback (say_number);
  else
    for (int signal : { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT })
      std::signal (signal, on_signal);
  for (const Bytes &whole : corpus)
    LLVMFuzzerTestOneInput (whole.data (), whole.size ());

  const gint64 end = seconds < HUGE_VAL ? g_get_monotonic_time () + gint64 (seconds * G_USEC_PER_SEC) : G_MAXINT64;
  for (number = first; number - first < count && g_get_monotonic_time () < end; number++)
    {
      const Bytes bytes = Mutator (corpus, number).make ();

      LLVMFuzzerTestOneInput (bytes.data (), bytes.size ());
    }
  std::printf ("1..1\nok 1 %lu inputs from %zu files\n", number - first, corpus.size ());
  return 0;
}
