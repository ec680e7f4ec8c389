/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where trainers put the weights among what else they save. */

#include "model/checkpoint/containers.hpp"
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

/* The number behind @key in a configuration that is Python source or JSON; 0 where there is none. */
double
get_setting (const std::string &text, const char *key)
{
  for (size_t at = text.find (key); at != std::string::npos; at = text.find (key, at + 1))
    {
      const char *c = text.c_str () + at + std::strlen (key);
      char *end;

      if (at > 0 && (g_ascii_isalnum (text[at - 1]) || text[at - 1] == '_'))
        continue;
      c += std::strspn (c, "'\"");
      c += std::strspn (c, " \n\t=:");
      const double number = g_ascii_strtod (c, &end);
      if (end != c && number > 0 && number < 1e6)
        return number;
    }
  return 0;
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

namespace
{

/* Averaged weights first.  mmengine's “ema_state_dict” holds those before averaging. */
const char *const averaged_members[] = { "model_ema", "state_dict_ema", "ema", "ema_model", "teacher" };
const char *const plain_members[]
    = { "state_dict", "model_state_dict", "model", "module", "net", "network", "network_weights", "params", "student" };

struct Network
{
  const Value *value = nullptr;
  std::string member;
  bool averaged = false;
};

/* The names of a network's tensors without what wrappers put before them, and without counters, which averages lack. */
std::unordered_set<std::string>
get_plain_names (const Value &value)
{
  std::unordered_set<std::string> names;

  for (size_t i = 0; i + 1 < value.items.size (); i += 2)
    if (value.items[i]->kind == Kind::String && value.items[i + 1]->kind == Kind::Tensor
        && value.items[i]->text.size () <= longest_name)
      {
        const std::string &name = value.items[i]->text;

        if (name.find ("num_batches_tracked") == std::string::npos)
          names.insert (name.substr (get_wrapper_length (name)));
      }
  return names;
}

/* Whether @averaged has all that @plain has. */
bool
is_complete (const Value &averaged, const Value &plain)
{
  const auto names = get_plain_names (averaged);

  for (const std::string &name : get_plain_names (plain))
    if (names.count (name) == 0)
      return false;
  return true;
}

/* @value itself, or the network that it is wrapped around: {'model': {'state_dict': …}}. */
Network
unwrap (const Value *value, const std::string &member, bool averaged, int depth)
{
  if (value == nullptr || value->kind != Kind::Dict)
    return {};
  if (count_members (*value) > 0)
    return { value, member, averaged };
  for (const char *inner : plain_members)
    if (depth < deepest_wrapping)
      if (const Network found = unwrap (value->find (inner), member + "." + inner, averaged, depth + 1); found.value)
        return found;
  return {};
}

/* The networks under the usual names in @value, the best one first; where there is none, in the members of it.  @seen:
 * a pickle may have the same dictionary in many places. */
std::vector<Network>
list_networks (const Value &value, const std::string &member, int depth, std::unordered_set<const Value *> &seen)
{
  const std::string before = member.empty () ? "" : member + ".";
  std::vector<Network> networks, plain;

  if (value.kind != Kind::Dict || depth > deepest_wrapping || member.size () > longest_name
      || !seen.insert (&value).second)
    return {};
  for (const char *name : plain_members)
    if (const Network found = unwrap (value.find (name), before + name, false, depth); found.value)
      plain.push_back (found);
  for (const char *name : averaged_members)
    if (const Network found = unwrap (value.find (name), before + name, true, depth); found.value)
      {
        if (plain.empty () || is_complete (*found.value, *plain[0].value))
          networks.push_back (found);
        else
          plain.push_back (found);
      }
  networks.insert (networks.end (), plain.begin (), plain.end ());
  /* Not within a state_dict. */
  for (size_t i = 0; networks.empty () && count_members (value) < 3 && i + 1 < value.items.size (); i += 2)
    if (value.items[i]->kind == Kind::String && value.items[i]->text.rfind ("optim", 0) != 0)
      networks = list_networks (*value.items[i + 1], before + value.items[i]->text, depth + 1, seen);
  return networks;
}

} // namespace

NamedTensors
find_tensors (const Value &root, const std::string &file, StoredCheckpoint &checkpoint)
{
  std::unordered_set<const Value *> seen;
  const std::vector<Network> networks = list_networks (root, "", 0, seen);

  if (networks.empty ())
    {
      const Value *largest = find_largest (root);

      return largest != nullptr ? get_members (*largest, file) : NamedTensors ();
    }
  checkpoint.member = networks[0].member;
  checkpoint.averaged = networks[0].averaged;
  for (size_t i = 1; i < networks.size (); i++)
    checkpoint.left_over.push_back (networks[i].member + " (another network in the file)");
  return get_members (*networks[0].value, file);
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

  if (const Value *arguments = root.find ("init_args"); arguments != nullptr)
    return find_nnunet_hints (*arguments);
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
  if (config == nullptr)
    return hints;
  hints.norm_groups = (int64_t)get_setting (config->text, "num_groups");
  /* Thresholds of losses and of data have other sizes, or stand for the same. */
  if (const double threshold = get_setting (config->text, "threshold"); threshold < 1)
    hints.threshold = threshold;
  if (!get_triple (config->text, "mean", hints.mean) || !get_triple (config->text, "std", hints.std))
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
