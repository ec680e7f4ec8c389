/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/cache/acini-tile-loader.h"

/* A source whose reads can be held back, counted and made to fail. */
typedef struct
{
  GMutex mutex;
  GCond cond;
  gboolean closed;                  /* reads wait until it is opened */
  GArray *order;                    /* gint64: columns in the order of their reads */
  int n_reads, n_cancelled, n_made; /* atomic */
  int destroyed;
} Fake;

#define FAILING 1000 /* columns from here on cannot be read, from twice on are empty */

static GBytes *
fake_read (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  Fake *fake = data;
  g_atomic_int_inc (&fake->n_reads);
  g_mutex_lock (&fake->mutex);
  g_array_append_val (fake->order, key->column);
  while (fake->closed && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&fake->cond, &fake->mutex, g_get_monotonic_time () + 2000);
  g_mutex_unlock (&fake->mutex);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_atomic_int_inc (&fake->n_cancelled);
      return NULL;
    }
  if (key->column >= 2 * FAILING)
    return NULL;
  if (key->column >= FAILING)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Tile %d is broken.", (int)key->column);
      return NULL;
    }
  *width = *height = 4;
  return g_bytes_new (&key->column, sizeof key->column);
}

static GObject *
fake_make (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  Fake *fake = data;
  g_assert_cmpint (width, ==, 4);
  g_assert_cmpint (*(const gint64 *)g_bytes_get_data (pixels, NULL), ==, key->column);
  g_atomic_int_inc (&fake->n_made);
  *bytes = 1024;
  return g_object_new (G_TYPE_OBJECT, NULL);
}

static void
fake_destroy (gpointer data)
{
  g_atomic_int_set (&((Fake *)data)->destroyed, 1);
}

static const AciniTileSourceFuncs funcs = { fake_read, fake_make };

static void
fake_open (Fake *fake)
{
  g_mutex_lock (&fake->mutex);
  fake->closed = FALSE;
  g_cond_broadcast (&fake->cond);
  g_mutex_unlock (&fake->mutex);
}

typedef struct
{
  Fake fake;
  AciniTileCache *cache;
  AciniTileLoader *loader;
  AciniTileSource *source;
  AciniTileClient *client;
  GArray *arrived; /* AciniTileKey */
  guint n_calls, n_failed;
  char *message;
} Fixture;

static void
on_arrived (GPtrArray *arrivals, gpointer user_data)
{
  Fixture *f = user_data;
  g_assert_cmpuint (arrivals->len, >, 0);
  f->n_calls++;
  for (guint i = 0; i < arrivals->len; i++)
    {
      const AciniTileArrival *arrival = g_ptr_array_index (arrivals, i);
      g_array_append_val (f->arrived, arrival->key);
      g_assert_true (arrival->state == ACINI_TILE_FAILED || arrival->message == NULL);
      g_assert_cmpint (arrival->state == ACINI_TILE_READY, ==, G_IS_OBJECT (arrival->tile));
      if (!arrival->message)
        continue;
      f->n_failed++;
      g_set_str (&f->message, arrival->message);
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_mutex_init (&f->fake.mutex);
  g_cond_init (&f->fake.cond);
  f->fake.order = g_array_new (FALSE, FALSE, sizeof (gint64));
  f->arrived = g_array_new (FALSE, FALSE, sizeof (AciniTileKey));
  f->cache = acini_tile_cache_new (1 << 20);
  f->loader = acini_tile_loader_new (f->cache, data ? GPOINTER_TO_UINT (data) : 1);
  f->source = acini_tile_source_new (&funcs, &f->fake, fake_destroy);
  f->client = acini_tile_client_new (f->loader, on_arrived, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  fake_open (&f->fake);
  if (f->client)
    acini_tile_client_free (f->client);
  acini_tile_source_unref (f->source);
  acini_tile_loader_free (f->loader);
  g_assert_cmpint (g_atomic_int_get (&f->fake.destroyed), ==, 1);
  acini_tile_cache_unref (f->cache);
  g_array_unref (f->fake.order);
  g_array_unref (f->arrived);
  g_free (f->message);
  g_mutex_clear (&f->fake.mutex);
  g_cond_clear (&f->fake.cond);
}

static AciniTileRequest
make_request (Fixture *f, gint64 column, double priority)
{
  return (AciniTileRequest){ .key = { .layer = 1, .column = column }, .source = f->source, .priority = priority };
}

static void
want_columns (Fixture *f, AciniTileClient *client, const gint64 *columns, guint n)
{
  g_autofree AciniTileRequest *requests = g_new (AciniTileRequest, n);
  for (guint i = 0; i < n; i++)
    requests[i] = make_request (f, columns[i], i);
  acini_tile_client_want (client, requests, n);
}

static gboolean
stop_waiting (gpointer data)
{
  *(gboolean *)data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Iterates until @client has nothing pending and what arrived was told, or ten seconds have passed. */
static void
finish (Fixture *f, guint n_arrived)
{
  gboolean late = FALSE;
  guint id = g_timeout_add_seconds (60, stop_waiting, &late);
  while (f->arrived->len < n_arrived && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (id);
}

static void
wait_reading (Fixture *f, int n)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  while (g_atomic_int_get (&f->fake.n_reads) < n && g_get_monotonic_time () < end)
    g_usleep (500);
  g_assert_cmpint (g_atomic_int_get (&f->fake.n_reads), ==, n);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  f->fake.closed = TRUE;
  const gint64 first = 99;
  want_columns (f, f->client, &first, 1);
  wait_reading (f, 1); /* the only worker is busy: what follows queues */
  AciniTileRequest requests[4]
      = { make_request (f, 99, 0), make_request (f, 1, 30), make_request (f, 2, 10), make_request (f, 3, 20) };
  acini_tile_client_want (f->client, requests, 4);
  g_assert_cmpuint (acini_tile_client_get_n_pending (f->client), ==, 4);
  fake_open (&f->fake);
  finish (f, 4);
  const gint64 expected[] = { 99, 2, 3, 1 };
  g_assert_cmpmem (f->fake.order->data, f->fake.order->len * sizeof (gint64), expected, sizeof expected);
  g_assert_cmpuint (acini_tile_client_get_n_pending (f->client), ==, 0);
}

static void
test_newest_wins (Fixture *f, gconstpointer data)
{
  f->fake.closed = TRUE;
  const gint64 old[] = { 1, 2, 3, 4 }, new[] = { 4, 5 };
  want_columns (f, f->client, old, 4);
  wait_reading (f, 1);
  want_columns (f, f->client, new, 2); /* 1 is asked to stop, 2 and 3 are never read */
  finish (f, 0);
  wait_reading (f, 2);
  fake_open (&f->fake);
  finish (f, 2);
  g_assert_cmpint (f->fake.n_cancelled, ==, 1);
  g_assert_cmpint (f->fake.n_reads, ==, 3);
  AciniTileKey key = { .layer = 1, .column = 1 };
  g_assert_cmpint (acini_tile_cache_lookup (f->cache, &key, NULL), ==, ACINI_TILE_MISSING);
}

static void
test_read_once (Fixture *f, gconstpointer data)
{
  Fixture other = { 0 };
  other.arrived = g_array_new (FALSE, FALSE, sizeof (AciniTileKey));
  other.client = acini_tile_client_new (f->loader, on_arrived, &other);
  f->fake.closed = TRUE;
  const gint64 columns[] = { 1, 2, 3 };
  want_columns (f, f->client, columns, 3);
  want_columns (f, other.client, columns, 3);
  want_columns (f, f->client, columns, 3);
  wait_reading (f, 3);
  want_columns (f, f->client, NULL, 0); /* the other one still wants them */
  want_columns (f, f->client, columns, 3);
  fake_open (&f->fake);
  finish (f, 3);
  finish (&other, 3);
  g_assert_cmpint (f->fake.n_reads, ==, 3);
  g_assert_cmpint (f->fake.n_cancelled, ==, 0);
  want_columns (f, f->client, columns, 3); /* now from the cache */
  finish (f, 6);
  g_assert_cmpint (f->fake.n_reads, ==, 3);
  acini_tile_client_free (other.client);
  g_array_unref (other.arrived);
}

static void
test_coalesced (Fixture *f, gconstpointer data)
{
  gint64 columns[100];
  for (gint64 i = 0; i < 100; i++)
    columns[i] = i;
  want_columns (f, f->client, columns, 100);
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  while (acini_tile_client_get_n_pending (f->client) > 0 && g_get_monotonic_time () < end)
    g_usleep (1000);
  finish (f, 100);
  g_assert_cmpuint (f->n_calls, ==, 1);
  g_assert_cmpuint (acini_tile_cache_get_n_tiles (f->cache), ==, 100);
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  const gint64 columns[] = { FAILING + 1, 1, 2 * FAILING };
  want_columns (f, f->client, columns, 3);
  finish (f, 3);
  g_assert_cmpuint (f->n_failed, ==, 1);
  g_assert_cmpstr (f->message, ==, "Tile 1001 is broken.");
  AciniTileKey broken = { .layer = 1, .column = FAILING + 1 }, empty = { .layer = 1, .column = 2 * FAILING };
  g_assert_cmpint (acini_tile_cache_lookup (f->cache, &broken, NULL), ==, ACINI_TILE_FAILED);
  g_assert_cmpint (acini_tile_cache_lookup (f->cache, &empty, NULL), ==, ACINI_TILE_EMPTY);
}

static void
test_free_while_reading (Fixture *f, gconstpointer data)
{
  f->fake.closed = TRUE;
  const gint64 columns[] = { 1, 2, 3, 4, 5 };
  want_columns (f, f->client, columns, 5);
  wait_reading (f, 3);
  acini_tile_client_free (f->client);
  f->client = NULL;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->arrived->len, ==, 0);
}

/* Wanders while the cache shrinks and grows and two clients come and go; every tile wanted last must arrive. */
static void
test_stress (Fixture *f, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  Fixture other = { 0 };
  other.arrived = g_array_new (FALSE, FALSE, sizeof (AciniTileKey));
  for (int i = 0; i < 400; i++)
    {
      gint64 columns[40], from = g_rand_int_range (rand, 0, 5) == 0 ? FAILING : g_rand_int_range (rand, 0, 500);
      for (gint64 j = 0; j < 40; j++)
        columns[j] = from + j * (j % 7 == 0 ? 50 : 1);
      want_columns (f, f->client, columns, 40);
      if (i % 3 == 0)
        {
          other.client = acini_tile_client_new (f->loader, on_arrived, &other);
          want_columns (f, other.client, columns + 10, 30);
        }
      acini_tile_cache_set_limit (f->cache, (gsize)g_rand_int_range (rand, 1, 200) * 1024);
      if (i % 4 == 0)
        while (g_main_context_iteration (NULL, FALSE))
          ;
      if (i % 16 == 0)
        acini_tile_cache_release_layer (f->cache, 1);
      g_clear_pointer (&other.client, acini_tile_client_free);
    }
  const gint64 last[] = { 7001 % FAILING, 700, 701, FAILING + 3 };
  acini_tile_cache_set_limit (f->cache, 1 << 20);
  want_columns (f, f->client, last, G_N_ELEMENTS (last));
  while (acini_tile_client_get_n_pending (f->client) > 0)
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (last); i++)
    {
      AciniTileKey key = { .layer = 1, .column = last[i] };
      g_assert_cmpint (acini_tile_cache_lookup (f->cache, &key, NULL), ==,
                       last[i] >= FAILING ? ACINI_TILE_FAILED : ACINI_TILE_READY);
    }
  g_array_unref (other.arrived);
  g_free (other.message);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func, threads) g_test_add (name, Fixture, GUINT_TO_POINTER (threads), set_up, func, tear_down)
  ADD ("/tile-loader/order", test_order, 1);
  ADD ("/tile-loader/newest-wins", test_newest_wins, 1);
  ADD ("/tile-loader/read-once", test_read_once, 3);
  ADD ("/tile-loader/coalesced", test_coalesced, 2);
  ADD ("/tile-loader/failure", test_failure, 2);
  ADD ("/tile-loader/free-while-reading", test_free_while_reading, 3);
  ADD ("/tile-loader/stress", test_stress, 4);
#undef ADD
  return g_test_run ();
}
