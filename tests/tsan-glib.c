/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linked into tests in a build with -Db_sanitize=thread, and only there.  GLib's locks are built on futexes inside a
 * library that is not instrumented, so ThreadSanitizer does not see them order anything; these stand in front of them
 * and tell it. */

#include <dlfcn.h>
#include <glib-object.h>
#include <sanitizer/tsan_interface.h>

#define REAL(function)                                                                                                 \
  static __typeof__ (&function) found;                                                                                 \
  __typeof__ (&function) real = __atomic_load_n (&found, __ATOMIC_RELAXED);                                            \
  if (!real)                                                                                                           \
    {                                                                                                                  \
      real = (__typeof__ (&function))dlsym (RTLD_NEXT, #function);                                                     \
      __atomic_store_n (&found, real, __ATOMIC_RELAXED);                                                               \
    }

void (g_mutex_lock) (GMutex *mutex)
{
  REAL (g_mutex_lock);
  real (mutex);
  __tsan_acquire (mutex);
}

gboolean (g_mutex_trylock) (GMutex *mutex)
{
  REAL (g_mutex_trylock);
  if (!real (mutex))
    return FALSE;
  __tsan_acquire (mutex);
  return TRUE;
}

void (g_mutex_unlock) (GMutex *mutex)
{
  REAL (g_mutex_unlock);
  __tsan_release (mutex);
  real (mutex);
}

void (g_cond_wait) (GCond *cond, GMutex *mutex)
{
  REAL (g_cond_wait);
  __tsan_release (mutex);
  real (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean (g_cond_wait_until) (GCond *cond, GMutex *mutex, gint64 end)
{
  REAL (g_cond_wait_until);
  __tsan_release (mutex);
  gboolean signalled = real (cond, mutex, end);
  __tsan_acquire (mutex);
  return signalled;
}

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  REAL (g_atomic_ref_count_dec);
  __tsan_release (count);
  gboolean last = real (count);
  if (last)
    __tsan_acquire (count);
  return last;
}

void (g_object_unref) (gpointer object)
{
  REAL (g_object_unref);
  __tsan_release (object);
  __tsan_acquire (object); /* the last one finalizes inside */
  real (object);
}

/* The last one may give the memory to another thread, which writes into it. */
void (g_bytes_unref) (GBytes *bytes)
{
  REAL (g_bytes_unref);
  if (bytes)
    {
      __tsan_release (bytes);
      __tsan_acquire (bytes);
    }
  real (bytes);
}

void (g_atomic_rc_box_release) (gpointer box)
{
  REAL (g_atomic_rc_box_release);
  __tsan_release (box);
  __tsan_acquire (box);
  real (box);
}

/* What is pushed was made before it is worked on, and what was done is done before the pool is freed. */
typedef struct
{
  GFunc function;
  gpointer user_data;
} Work;

static void
work (gpointer data, gpointer user_data)
{
  Work *wrapped = user_data;
  __tsan_acquire (wrapped);
  wrapped->function (data, wrapped->user_data);
  __tsan_release (wrapped);
}

GThreadPool *(g_thread_pool_new)(GFunc function, gpointer user_data, int most, gboolean exclusive, GError **error)
{
  REAL (g_thread_pool_new);
  Work *wrapped = g_new (Work, 1);
  *wrapped = (Work){ function, user_data };
  __tsan_release (wrapped);
  return real (work, wrapped, most, exclusive, error);
}

gboolean (g_thread_pool_push) (GThreadPool *pool, gpointer data, GError **error)
{
  REAL (g_thread_pool_push);
  __tsan_release (pool->user_data);
  return real (pool, data, error);
}

void (g_thread_pool_free) (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  REAL (g_thread_pool_free);
  Work *wrapped = pool->user_data;
  real (pool, immediate, wait);
  if (!wait)
    return;
  __tsan_acquire (wrapped);
  g_free (wrapped);
}
