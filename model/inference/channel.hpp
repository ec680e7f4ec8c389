/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace acini
{

/* Hands numbered items from the threads that make them to those that take them, in the order of their numbers
 * (0, 1, 2 …) whoever is done first.  Bounded by what circulates: a fixed number of batches. */
template <typename T> class Channel
{
public:
  void
  push (std::int64_t number, T item)
  {
    {
      std::lock_guard<std::mutex> lock (mutex_);
      items_.emplace (number, std::move (item));
    }
    condition_.notify_one ();
  }

  /* There is no item of @number or above, also where one was expected before. */
  void
  finish (std::int64_t number)
  {
    {
      std::lock_guard<std::mutex> lock (mutex_);
      end_ = std::min (end_, number);
    }
    condition_.notify_all ();
  }

  /* Takers get nothing from now on. */
  void
  abort ()
  {
    finish (-1);
  }

  /* Waits for the next item; nothing at the end. */
  std::optional<T>
  pop ()
  {
    std::unique_lock<std::mutex> lock (mutex_);

    condition_.wait (lock, [this] { return is_ready (); });
    std::optional<T> item = take ();
    lock.unlock ();
    /* The one after it may be here already, or the end: whoever waits for that was woken too early, and is not again.
     */
    condition_.notify_all ();
    return item;
  }

  /* Waits for some time.  Returns whether pop () would return at once. */
  bool
  wait (std::chrono::milliseconds time)
  {
    std::unique_lock<std::mutex> lock (mutex_);

    return condition_.wait_for (lock, time, [this] { return is_ready (); });
  }

private:
  std::mutex mutex_;
  std::condition_variable condition_;
  std::map<std::int64_t, T> items_;
  std::int64_t next_ = 0, end_ = INT64_MAX;

  bool
  is_ready () const
  {
    return next_ >= end_ || (!items_.empty () && items_.begin ()->first == next_);
  }

  std::optional<T>
  take ()
  {
    if (next_ >= end_)
      return std::nullopt;

    auto first = items_.begin ();
    std::optional<T> item (std::move (first->second));

    items_.erase (first);
    next_++;
    return item;
  }
};

} // namespace acini
