/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where trainers put the weights among what else they save. */

#include "model/checkpoint/pickle.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>

namespace acini::pickle
{

namespace
{

constexpr size_t longest_name = 1000;       /* the code that parses names may recurse once for every letter */
constexpr size_t most_tensors = 100 * 1000; /* more than any network has, with its optimiser's */
constexpr size_t most_classes = 1000;
constexpr int deepest_wrapping = 3;

/* Before one more tensor is listed, or what may hold some. */
void
check (const std::string &file, size_t name, size_t tensors)
{
  if (name > longest_name)
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” holds a tensor whose name is longer than any network's", file.c_str ());
  if (tensors >= most_tensors)
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” holds more tensors than any network", file.c_str ());
}

size_t
count_members (const Value &value)
{
  size_t n = 0;

  if (value.kind == Kind::Dict)
    for (size_t i = 0; i + 1 < value.items.size (); i += 2)
      if (value.items[i]->kind == Kind::String && value.items[i + 1]->kind == Kind::Tensor)
        n++;
  return n;
}

/* The tensors that are direct members of @value. */
NamedTensors
get_members (const Value &value, const std::string &file)
{
  NamedTensors tensors;

  if (value.kind == Kind::Dict)
    for (size_t i = 0; i + 1 < value.items.size (); i += 2)
      if (value.items[i]->kind == Kind::String && value.items[i + 1]->kind == Kind::Tensor)
        {
          check (file, value.items[i]->text.size (), tensors.size ());
          tensors.emplace_back (value.items[i]->text, value.items[i + 1]->tensor.get ());
        }
  return tensors;
}

/* The dictionary with the most tensors, @root or not far within it; NULL where none has any. */
const Value *
find_largest (const Value &root)
{
  std::vector<const Value *> level = { &root };
  std::unordered_set<const Value *> seen;
  const Value *best = nullptr;
  size_t most = 0;

  for (int depth = 0; depth <= deepest_wrapping && most == 0; depth++)
    {
      std::vector<const Value *> next;

      for (const Value *value : level)
        {
          if (!seen.insert (value).second)
            continue;
          if (const size_t n = count_members (*value); n > most)
            {
              best = value;
              most = n;
            }
          if (value->kind == Kind::Dict)
            for (size_t i = 1; i < value->items.size (); i += 2)
              if (value->items[i]->kind == Kind::Dict)
                next.push_back (value->items[i]);
        }
      level = std::move (next);
    }
  return best;
}

/* A list of words, or of what stands for one. */
std::vector<std::string>
get_words (const Value *value)
{
  std::vector<std::string> words;

  if (value == nullptr || (value->kind != Kind::Tuple && value->kind != Kind::List)
      || value->items.size () > most_classes)
    return {};
  for (const Value *item : value->items)
    {
      if (item->kind != Kind::String || item->text.empty () || item->text.size () > longest_name
          || !g_utf8_validate (item->text.data (), item->text.size (), nullptr))
        return {};
      words.push_back (item->text);
    }
  return words;
}

/* "mean=[123.675, 116.28, 103.53]", behind @key, in a configuration that is Python source. */
bool
get_triple (const std::string &text, const char *key, std::array<double, 3> &numbers)
{
  for (size_t at = text.find (key); at != std::string::npos; at = text.find (key, at + 1))
    {
      const char *c = text.c_str () + at + std::strlen (key);
      int n = 0;

      if (at > 0 && (g_ascii_isalnum (text[at - 1]) || text[at - 1] == '_'))
        continue;
      c += std::strspn (c, "'\"");
      c += std::strspn (c, " \n\t=:[(");
      for (; n < 3; n++)
        {
          char *end;

          numbers[n] = g_ascii_strtod (c, &end);
          if (end == c || !(numbers[n] > -1e6 && numbers[n] < 1e6))
            break;
          c = end + std::strspn (end, " \n\t,");
        }
      if (n == 3)
        return true;
    }
  return false;
}

} // namespace

NamedTensors
find_tensors (const Value &root, const std::string &file, std::vector<std::string> &left_over)
{
  /* Averaged weights first.  mmengine's “ema_state_dict” holds those before averaging. */
  const char *const wrappings[]
      = { "model_ema", "state_dict_ema", "ema", "ema_model", "teacher", "state_dict", "model_state_dict",
          "model",     "module",         "net", "network",   "params",  "student" };

  const Value *taken = nullptr;
  NamedTensors tensors;

  for (const char *wrapping : wrappings)
    {
      const Value *value = root.find (wrapping);

      if (value == nullptr || count_members (*value) == 0)
        continue;
      if (taken != nullptr)
        left_over.push_back (std::string (wrapping) + " (another network in the file)");
      else
        {
          taken = value;
          tensors = get_members (*value, file);
        }
    }
  if (taken != nullptr)
    return tensors;
  const Value *largest = find_largest (root);
  return largest != nullptr ? get_members (*largest, file) : NamedTensors ();
}

NamedTensors
find_attributes (const Value &root, const std::string &file)
{
  std::vector<std::pair<std::string, const Value *>> waiting = { { "", &root } };
  std::unordered_set<const Value *> seen;
  NamedTensors tensors;

  while (!waiting.empty ())
    {
      const auto [prefix, value] = waiting.back ();
      std::vector<std::pair<std::string, const Value *>> inside;

      waiting.pop_back ();
      if (value->kind == Kind::Tensor)
        {
          tensors.emplace_back (prefix, value->tensor.get ());
          continue;
        }
      if (!value->is_object || !seen.insert (value).second)
        continue;
      for (size_t i = 0; i + 1 < value->items.size (); i += 2)
        {
          const Value *key = value->items[i], *member = value->items[i + 1];

          if (key->kind != Kind::String || (!member->is_object && member->kind != Kind::Tensor))
            continue;
          check (file, prefix.size () + key->text.size (), tensors.size () + waiting.size () + inside.size ());
          inside.emplace_back ((prefix.empty () ? "" : prefix + ".") + key->text, member);
        }
      waiting.insert (waiting.end (), inside.rbegin (), inside.rend ());
    }
  return tensors;
}

Hints
find_hints (const Value &root)
{
  Hints hints;
  const Value *meta = root.find ("meta"), *config = nullptr, *classes = nullptr;

  if (meta == nullptr)
    return hints;
  if (const Value *data = meta->find ("dataset_meta"); data != nullptr) /* since 1.0 */
    classes = data->find ("classes");
  if (classes == nullptr)
    classes = meta->find ("CLASSES");
  hints.classes = get_words (classes);
  for (const char *key : { "cfg", "config" })
    if (const Value *value = meta->find (key); value != nullptr && value->kind == Kind::String)
      config = value;
  if (config == nullptr || !get_triple (config->text, "mean", hints.mean)
      || !get_triple (config->text, "std", hints.std))
    return hints;
  for (int i = 0; i < 3; i++)
    {
      hints.mean[i] /= 255;
      hints.std[i] /= 255;
      if (!(hints.std[i] > 0))
        return hints;
    }
  hints.has_normalisation = true;
  hints.bgr = config->text.find ("to_rgb=False") != std::string::npos;
  if (hints.bgr)
    {
      std::swap (hints.mean[0], hints.mean[2]);
      std::swap (hints.std[0], hints.std[2]);
    }
  return hints;
}

} // namespace acini::pickle
