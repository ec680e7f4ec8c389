/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded before libdnnl: a processor on which oneDNN is not right.  ACINI_SHIM says in what way,
 *   training   the gradient of a convolution's weights ends the process with SIGFPE,
 *   later      so does the ACINI_SHIM_COUNT-th computation of a job, but not of a trial, once: the file ACINI_SHIM_FILE
 *              tells that it has happened,
 *   engine     so does that computation of the live engine,
 *   trials     every trial ends so,
 *   wrong      convolutions of 7 × 7 give every other value 3 % too large,
 *   card       there is a graphics card, of which libtorch says that it does not work,
 *   right      nothing is wrong; a trial's command line is appended to the file ACINI_SHIM_FILE,
 * and ACINI_SHIM_ABOVE with which instructions: those beyond that number of dnnl_get_effective_cpu_isa (). */

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PUBLIC __attribute__ ((visibility ("default")))

/* As in oneDNN's dnnl_types.h. */
typedef struct
{
  int arg;
  void *memory;
} Argument;

enum
{
  ARG_DST = 17
};

int dnnl_convolution_backward_weights_primitive_desc_create (void **, void *, int, const void *, const void *,
                                                             const void *, const void *, const int64_t *,
                                                             const int64_t *, const int64_t *, const int64_t *,
                                                             const void *, const void *);
int dnnl_convolution_forward_primitive_desc_create (void **, void *, int, int, const void *, const void *, const void *,
                                                    const void *, const int64_t *, const int64_t *, const int64_t *,
                                                    const int64_t *, const void *);
int dnnl_primitive_create (void **, const void *);
int dnnl_primitive_destroy (void *);
int dnnl_primitive_execute (const void *, void *, int, const Argument *);

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Descriptions of such convolutions, which are used again and again, and what was made of them. */
static const void *descriptions[64], *wrong[256];

static int
is_mode (const char *mode)
{
  const char *wanted = getenv ("ACINI_SHIM");

  return wanted != NULL && strcmp (wanted, mode) == 0;
}

/* The instructions are among those that the fault is in. */
static int
is_faulty (void)
{
  int (*get_isa) (void) = (int (*) (void))dlsym (RTLD_NEXT, "dnnl_get_effective_cpu_isa");
  const char *above = getenv ("ACINI_SHIM_ABOVE");

  return get_isa != NULL && get_isa () > (above != NULL ? atoi (above) : 0);
}

/* The words of the command line, each with a 0 behind it.  Returns: their bytes. */
static size_t
read_command_line (char line[4096])
{
  FILE *file = fopen ("/proc/self/cmdline", "r");
  size_t n = file != NULL ? fread (line, 1, 4095, file) : 0;

  line[n] = '\0';
  if (file != NULL)
    fclose (file);
  return n;
}

/* Whether this is "acini-cli @word …". */
static int
is_command (const char *word)
{
  char line[4096];
  size_t n = read_command_line (line);
  const char *second = line + strlen (line) + 1;

  return n > 0 && second < line + n && strcmp (second, word) == 0;
}

static int
is_first_time (void)
{
  int file = open (getenv ("ACINI_SHIM_FILE"), O_CREAT | O_EXCL | O_WRONLY, 0600);

  if (file >= 0)
    close (file);
  return file >= 0;
}

static void
write_command_line (const char *path)
{
  char line[4096];
  size_t n = read_command_line (line);
  FILE *file = fopen (path, "a");

  for (size_t i = 0; file != NULL && i < n; i++)
    fputc (line[i] != '\0' ? line[i] : ' ', file);
  if (file != NULL)
    fclose (file);
}

/* libtorch's torch::cuda::device_count () and is_available ().  What asks for the card then fails in libtorch itself,
 * or, with a libtorch for CUDA, in its driver. */
size_t _ZN5torch4cuda12device_countEv (void);
int _ZN5torch4cuda12is_availableEv (void);

PUBLIC size_t
_ZN5torch4cuda12device_countEv (void)
{
  return is_mode ("card") ? 1 : 0;
}

PUBLIC int
_ZN5torch4cuda12is_availableEv (void)
{
  return is_mode ("card");
}

__attribute__ ((constructor)) static void
begin (void)
{
  if (is_mode ("trials") && is_command ("trial"))
    raise (SIGFPE);
  if (is_mode ("right") && getenv ("ACINI_SHIM_FILE") != NULL && is_command ("trial"))
    write_command_line (getenv ("ACINI_SHIM_FILE"));
}

/* The place of @what in @list, or @n. */
static size_t
find (const void *const *list, size_t n, const void *what)
{
  size_t i = 0;

  while (i < n && list[i] != what)
    i++;
  return i;
}

PUBLIC int
dnnl_convolution_backward_weights_primitive_desc_create (void **pd, void *engine, int algorithm, const void *src,
                                                         const void *diff_weights, const void *diff_bias,
                                                         const void *diff_dst, const int64_t *strides,
                                                         const int64_t *dilates, const int64_t *padding_l,
                                                         const int64_t *padding_r, const void *hint, const void *attr)
{
  int (*real) (void **, void *, int, const void *, const void *, const void *, const void *, const int64_t *,
               const int64_t *, const int64_t *, const int64_t *, const void *, const void *)
      = dlsym (RTLD_NEXT, "dnnl_convolution_backward_weights_primitive_desc_create");

  if (is_mode ("training") && is_faulty ())
    raise (SIGFPE);
  return real (pd, engine, algorithm, src, diff_weights, diff_bias, diff_dst, strides, dilates, padding_l, padding_r,
               hint, attr);
}

PUBLIC int
dnnl_convolution_forward_primitive_desc_create (void **pd, void *engine, int kind, int algorithm, const void *src,
                                                const void *weights, const void *bias, const void *dst,
                                                const int64_t *strides, const int64_t *dilates,
                                                const int64_t *padding_l, const int64_t *padding_r, const void *attr)
{
  int (*real) (void **, void *, int, int, const void *, const void *, const void *, const void *, const int64_t *,
               const int64_t *, const int64_t *, const int64_t *, const void *)
      = dlsym (RTLD_NEXT, "dnnl_convolution_forward_primitive_desc_create");
  int status
      = real (pd, engine, kind, algorithm, src, weights, bias, dst, strides, dilates, padding_l, padding_r, attr);

  pthread_mutex_lock (&mutex);
  if (is_mode ("wrong") && status == 0 && find (descriptions, 64, *pd) < 64)
    descriptions[find (descriptions, 64, *pd)] = NULL;
  if (is_mode ("wrong") && status == 0 && padding_l[0] == 3 && is_faulty () && find (descriptions, 64, NULL) < 64)
    descriptions[find (descriptions, 64, NULL)] = *pd;
  pthread_mutex_unlock (&mutex);
  return status;
}

PUBLIC int
dnnl_primitive_create (void **primitive, const void *pd)
{
  int (*real) (void **, const void *) = dlsym (RTLD_NEXT, "dnnl_primitive_create");
  int status = real (primitive, pd);

  pthread_mutex_lock (&mutex);
  if (status == 0 && find (descriptions, 64, pd) < 64 && find (wrong, 256, NULL) < 256)
    wrong[find (wrong, 256, NULL)] = *primitive;
  pthread_mutex_unlock (&mutex);
  return status;
}

PUBLIC int
dnnl_primitive_destroy (void *primitive)
{
  int (*real) (void *) = dlsym (RTLD_NEXT, "dnnl_primitive_destroy");

  pthread_mutex_lock (&mutex);
  if (primitive != NULL && find (wrong, 256, primitive) < 256)
    wrong[find (wrong, 256, primitive)] = NULL;
  pthread_mutex_unlock (&mutex);
  return real (primitive);
}

static void
spoil (void *memory)
{
  int (*get_data) (const void *, void **) = dlsym (RTLD_NEXT, "dnnl_memory_get_data_handle");
  int (*get_description) (const void *, const void **) = dlsym (RTLD_NEXT, "dnnl_memory_get_memory_desc");
  size_t (*get_size) (const void *) = dlsym (RTLD_NEXT, "dnnl_memory_desc_get_size");
  const void *of = NULL;
  void *data = NULL;

  if (get_data (memory, &data) != 0 || get_description (memory, &of) != 0)
    return;
  /* Every other one: a norm behind the convolution would take away what all have in common. */
  for (size_t i = 0; i < get_size (of) / sizeof (float); i += 2)
    ((float *)data)[i] *= 1.03f;
}

PUBLIC int
dnnl_primitive_execute (const void *primitive, void *stream, int n, const Argument *arguments)
{
  int (*real) (const void *, void *, int, const Argument *) = dlsym (RTLD_NEXT, "dnnl_primitive_execute");
  int status = real (primitive, stream, n, arguments), is_wrong;
  static int count = 0;

  if (((is_mode ("later") && is_command ("job")) || (is_mode ("engine") && is_command ("serve")))
      && ++count == atoi (getenv ("ACINI_SHIM_COUNT")) && is_faulty () && (!is_mode ("later") || is_first_time ()))
    raise (SIGFPE);
  pthread_mutex_lock (&mutex);
  is_wrong = find (wrong, 256, primitive) < 256;
  pthread_mutex_unlock (&mutex);
  for (int i = 0; i < n && is_wrong; i++)
    if (arguments[i].arg == ARG_DST)
      spoil (arguments[i].memory);
  return status;
}
