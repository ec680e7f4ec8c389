/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The instructions are documented in CPython's Lib/pickletools.py, what torch writes in torch/serialization.py. */

#include "model/checkpoint/pickle.hpp"

#include "model/base/error.hpp"

#include <cstring>

namespace acini::pickle
{

namespace
{

/* A pickle may say more than its size in memory: short instructions for large values, and the same list many times.
 * The largest network there is, with its optimiser's state, stays a hundred times below these. */
constexpr size_t most_values = 4 * 1000 * 1000;
constexpr size_t most_copies = 16 * 1000 * 1000;
constexpr size_t most_dimensions = 64;
constexpr size_t longest_key = 200;

} // namespace

/* The machine that a pickle is written for: a stack, marks on it, and a memory of values by number. */
class Reader
{
public:
  Reader (Document &document, const char *data, size_t size, const std::string &name, Dialect dialect)
      : document (document), data (data), end (data + size), at (data), name (name), dialect (dialect)
  {
  }

  void
  run ()
  {
    for (;;)
      {
        const uint8_t code = *(const uint8_t *)take (1);

        if (code == '.')
          break;
        if (!run_scalar (code) && !run_text (code) && !run_container (code) && !run_memory (code) && !run_object (code))
          damaged ("it holds an unknown instruction");
      }
    document.root = pop ();
    document.used = at - data;
  }

private:
  [[noreturn]] void
  damaged (const char *reason) const
  {
    fail (ACINI_MODEL_ERROR_UNREADABLE, "“%s” is damaged: %s", name.c_str (), reason);
  }

  [[noreturn]] void
  unsafe (const std::string &what) const
  {
    g_autofree char *shown = g_utf8_make_valid (what.substr (0, 200).c_str (), -1);

    fail (ACINI_MODEL_ERROR_UNSAFE,
          "“%s” was not read: it asks for “%s”, which is Python code and not weights; save the model's state_dict () "
          "and use that",
          name.c_str (), shown);
  }

  const char *
  take (size_t n)
  {
    const char *start = at;

    if ((size_t)(end - at) < n)
      damaged ("it is cut off");
    at += n;
    return start;
  }

  /* @n bytes, little endian. */
  uint64_t
  take_number (int n)
  {
    const char *bytes = take (n);
    uint64_t number = 0;

    std::memcpy (&number, bytes, n);
    return GUINT64_FROM_LE (number);
  }

  std::string
  take_line ()
  {
    const char *stop = (const char *)std::memchr (at, '\n', end - at);

    if (stop == nullptr)
      damaged ("it is cut off");
    std::string line (at, stop);
    at = stop + 1;
    return line;
  }

  Value *
  push (Kind kind)
  {
    if (document.values.size () >= most_values)
      damaged ("it holds more values than any checkpoint");
    Value *value = &document.values.emplace_back ();

    value->kind = kind;
    stack.push_back (value);
    return value;
  }

  void
  push_text (const char *text, size_t length)
  {
    push (Kind::String)->text.assign (text, length);
  }

  /* Before @n values are copied from a list that may be copied again. */
  void
  spend (size_t n)
  {
    if (n > most_copies - copies)
      damaged ("it holds more values than any checkpoint");
    copies += n;
  }

  void
  push_integer (int64_t integer)
  {
    push (Kind::Integer)->integer = integer;
  }

  Value *
  top ()
  {
    if (stack.empty () || stack.back ()->kind == Kind::Mark)
      damaged ("its instructions make no sense");
    return stack.back ();
  }

  Value *
  pop ()
  {
    Value *value = top ();

    stack.pop_back ();
    return value;
  }

  /* What lies above the last mark; the mark goes too. */
  std::vector<Value *>
  pop_to_mark ()
  {
    size_t i = stack.size ();

    while (i > 0 && stack[i - 1]->kind != Kind::Mark)
      i--;
    if (i == 0)
      damaged ("its instructions make no sense");
    std::vector<Value *> items (stack.begin () + i, stack.end ());
    stack.resize (i - 1);
    return items;
  }

  void
  add_pairs (Value *dict, const std::vector<Value *> &items)
  {
    if (dict->kind == Kind::Construct)
      return;
    if (dict->kind != Kind::Dict || items.size () % 2 != 0)
      damaged ("its instructions make no sense");
    dict->items.insert (dict->items.end (), items.begin (), items.end ());
  }

  void
  add_items (Value *list, const std::vector<Value *> &items)
  {
    if (list->kind == Kind::Construct)
      return;
    if (list->kind != Kind::List)
      damaged ("its instructions make no sense");
    list->items.insert (list->items.end (), items.begin (), items.end ());
  }

  void
  push_tuple (size_t n)
  {
    std::vector<Value *> items (n);

    while (n > 0)
      items[--n] = pop ();
    push (Kind::Tuple)->items = items;
  }

  /* Integers of any length; those beyond 64 bits are of no use to a checkpoint. */
  void
  push_long (size_t n)
  {
    const char *bytes = take (n);
    uint64_t number = n > 0 && bytes[n - 1] < 0 ? UINT64_MAX : 0;

    if (n > 8)
      {
        push (Kind::Construct);
        return;
      }
    std::memcpy (&number, bytes, n);
    push_integer ((int64_t)number);
  }

  bool
  run_scalar (uint8_t code)
  {
    switch (code)
      {
      case 0x80: /* PROTO */
        take (1);
        return true;
      case 0x95: /* FRAME */
        take (8);
        return true;
      case 'N':
        push (Kind::None);
        return true;
      case 0x88: /* NEWTRUE */
      case 0x89:
        push (Kind::Boolean)->integer = code == 0x88;
        return true;
      case 'J':
        push_integer ((int32_t)take_number (4));
        return true;
      case 'K':
        push_integer (take_number (1));
        return true;
      case 'M':
        push_integer (take_number (2));
        return true;
      case 0x8a: /* LONG1 */
        push_long (take_number (1));
        return true;
      case 0x8b: /* LONG4 */
        push_long (take_number (4));
        return true;
      case 'G': /* BINFLOAT, big endian */
        {
          const uint64_t bits = GUINT64_SWAP_LE_BE (take_number (8));

          std::memcpy (&push (Kind::Number)->number, &bits, 8);
          return true;
        }
      default:
        return false;
      }
  }

  bool
  run_text (uint8_t code)
  {
    size_t length;

    switch (code)
      {
      case 0x8c: /* SHORT_BINUNICODE */
      case 'U':
      case 'C':
        length = take_number (1);
        break;
      case 'X':
      case 'T':
      case 'B':
        length = take_number (4);
        break;
      case 0x8d: /* BINUNICODE8 */
      case 0x8e: /* BINBYTES8 */
      case 0x96: /* BYTEARRAY8 */
        length = take_number (8);
        break;
      case 'V':
      case 'S':
        {
          const std::string line = take_line ();

          push_text (line.data (), line.size ());
          return true;
        }
      default:
        return false;
      }
    push_text (take (length), length);
    return true;
  }

  bool
  run_container (uint8_t code)
  {
    switch (code)
      {
      case '(':
        push (Kind::Mark);
        return true;
      case '}':
        push (Kind::Dict);
        return true;
      case ']':
      case 0x8f: /* EMPTY_SET */
        push (Kind::List);
        return true;
      case ')':
        push (Kind::Tuple);
        return true;
      case 0x85: /* TUPLE1 … TUPLE3 */
      case 0x86:
      case 0x87:
        push_tuple (code - 0x84);
        return true;
      case 't':
      case 'l':
      case 0x91: /* FROZENSET */
        {
          std::vector<Value *> items = pop_to_mark ();

          push (code == 't' ? Kind::Tuple : Kind::List)->items = std::move (items);
          return true;
        }
      case 'd':
        {
          const std::vector<Value *> items = pop_to_mark ();

          add_pairs (push (Kind::Dict), items);
          return true;
        }
      case 'a':
        {
          Value *item = pop ();

          add_items (top (), { item });
          return true;
        }
      case 'e':
      case 0x90: /* ADDITEMS */
        {
          const std::vector<Value *> items = pop_to_mark ();

          add_items (top (), items);
          return true;
        }
      case 's':
        {
          Value *value = pop (), *key = pop ();

          add_pairs (top (), { key, value });
          return true;
        }
      case 'u':
        {
          const std::vector<Value *> items = pop_to_mark ();

          add_pairs (top (), items);
          return true;
        }
      default:
        return false;
      }
  }

  void
  recall (uint64_t number)
  {
    const auto found = memory.find (number);

    if (found == memory.end ())
      damaged ("it refers to what is not there");
    stack.push_back (found->second);
  }

  bool
  run_memory (uint8_t code)
  {
    switch (code)
      {
      case 'q':
        memory[take_number (1)] = top ();
        return true;
      case 'r':
        memory[take_number (4)] = top ();
        return true;
      case 'p':
        memory[g_ascii_strtoull (take_line ().c_str (), nullptr, 10)] = top ();
        return true;
      case 0x94: /* MEMOIZE */
        memory[memory.size ()] = top ();
        return true;
      case 'h':
        recall (take_number (1));
        return true;
      case 'j':
        recall (take_number (4));
        return true;
      case 'g':
        recall (g_ascii_strtoull (take_line ().c_str (), nullptr, 10));
        return true;
      case '0':
        pop ();
        return true;
      case '1':
        pop_to_mark ();
        return true;
      case '2':
        stack.push_back (top ());
        return true;
      default:
        return false;
      }
  }

  void
  push_global (const std::string &module, const std::string &member)
  {
    const std::string global = module + "." + member;
    const bool is_script = dialect == Dialect::TorchScript
                           && (global.rfind ("__torch__.", 0) == 0 || global.rfind ("torch.jit._pickle.", 0) == 0);

    if (!is_script && get_meaning (global) == nullptr && find_storage_type (global) == nullptr
        && !is_construct (global))
      unsafe (global);
    push (Kind::Global)->text = global;
  }

  bool
  run_object (uint8_t code)
  {
    switch (code)
      {
      case 'c':
        {
          const std::string module = take_line (), member = take_line ();

          push_global (module, member);
          return true;
        }
      case 0x93: /* STACK_GLOBAL */
        {
          Value *member = pop (), *module = pop ();

          if (member->kind != Kind::String || module->kind != Kind::String)
            damaged ("its instructions make no sense");
          push_global (module->text, member->text);
          return true;
        }
      case 'i': /* INST: a name and, above the mark, arguments */
        {
          const std::string module = take_line (), member = take_line ();

          unsafe (module + "." + member);
        }
      case 'R':
      case 0x81: /* NEWOBJ */
        {
          Value *arguments = pop (), *callable = pop ();

          call (*callable, *arguments);
          return true;
        }
      case 0x92: /* NEWOBJ_EX: keyword arguments too */
        {
          pop ();
          Value *arguments = pop (), *callable = pop ();

          call (*callable, *arguments);
          return true;
        }
      case 'b': /* BUILD: attributes, which only a program's objects have */
        {
          const Value *state = pop ();
          Value *object = top ();

          if (object->is_object && object != state && state->kind == Kind::Dict)
            {
              spend (state->items.size ());
              add_pairs (object, state->items);
            }
          return true;
        }
      case 'Q':
        push_storage (*pop ());
        return true;
      case 'P':
      case 'o':
      case 0x82: /* EXT1, EXT2, EXT4 */
      case 0x83:
      case 0x84:
        unsafe ("an object of a kind that weights do not have");
      default:
        return false;
      }
  }

  static bool
  get_numbers (const Value &value, std::vector<int64_t> &numbers)
  {
    if (value.kind != Kind::Tuple && value.kind != Kind::List)
      return false;
    if (value.items.size () > most_dimensions)
      return false;
    for (const Value *item : value.items)
      {
        if (item->kind != Kind::Integer || item->integer < 0)
          return false;
        numbers.push_back (item->integer);
      }
    return true;
  }

  void
  call (const Value &callable, const Value &arguments)
  {
    if (callable.kind != Kind::Global || arguments.kind != Kind::Tuple)
      damaged ("its instructions make no sense");
    const Kind *meaning = get_meaning (callable.text);
    if (callable.text == "torch.jit._pickle.restore_type_tag" && !arguments.items.empty ())
      stack.push_back (arguments.items[0]);
    else if (callable.text.rfind ("__torch__.", 0) == 0)
      push (Kind::Dict)->is_object = true;
    else if (meaning == nullptr)
      push (Kind::Construct);
    else if (*meaning == Kind::Tensor)
      push_tensor (callable.text, arguments.items);
    else if (*meaning == Kind::Tuple || *meaning == Kind::List)
      push_list (*meaning, arguments.items);
    else
      push_dict (arguments.items);
  }

  /* Size ([…]), set ([…]), or an empty one. */
  void
  push_list (Kind kind, const std::vector<Value *> &arguments)
  {
    Value *list = push (kind);

    if (arguments.size () != 1 || arguments[0]->kind == Kind::Dict)
      return;
    spend (arguments[0]->items.size ());
    list->items = arguments[0]->items;
  }

  /* OrderedDict ([(key, value), …]), or an empty one. */
  void
  push_dict (const std::vector<Value *> &arguments)
  {
    Value *dict = push (Kind::Dict);

    if (arguments.empty () || arguments[0]->kind != Kind::List)
      return;
    spend (2 * arguments[0]->items.size ());
    for (const Value *pair : arguments[0]->items)
      {
        if ((pair->kind != Kind::Tuple && pair->kind != Kind::List) || pair->items.size () != 2)
          damaged ("its instructions make no sense");
        add_pairs (dict, pair->items);
      }
  }

  /* _rebuild_tensor (storage, offset, shape, strides), with more behind in v2; _rebuild_parameter (tensor, …). */
  void
  push_tensor (const std::string &function, const std::vector<Value *> &arguments)
  {
    auto tensor = std::make_unique<Tensor> ();

    if (function.find ("arameter") != std::string::npos)
      {
        if (arguments.empty () || arguments[0]->kind != Kind::Tensor)
          damaged ("a parameter is not a tensor");
        stack.push_back (arguments[0]);
        return;
      }
    if (arguments.size () < 4 || arguments[0]->kind != Kind::Storage || arguments[1]->kind != Kind::Integer
        || arguments[1]->integer < 0 || !get_numbers (*arguments[2], tensor->shape)
        || !get_numbers (*arguments[3], tensor->strides) || tensor->shape.size () != tensor->strides.size ())
      damaged ("a tensor makes no sense");
    tensor->storage = *arguments[0]->storage;
    tensor->offset = arguments[1]->integer;
    push (Kind::Tensor)->tensor = std::move (tensor);
  }

  /* ('storage', type, key, device, elements), in old files with a view (key, offset, elements) behind. */
  void
  push_storage (const Value &id)
  {
    auto storage = std::make_unique<Storage> ();

    if (id.kind != Kind::Tuple || id.items.size () < 5 || id.items[0]->text != "storage"
        || id.items[1]->kind != Kind::Global || id.items[2]->kind != Kind::String || id.items[4]->kind != Kind::Integer
        || id.items[4]->integer < 0 || id.items[2]->text.size () > longest_key)
      damaged ("a storage makes no sense");
    const TypeInfo *type = find_storage_type (id.items[1]->text);
    if (type == nullptr)
      damaged ("a storage is of an unknown type");
    storage->type = type->type;
    storage->key = id.items[2]->text;
    storage->n_elements = id.items[4]->integer;
    if (id.items.size () > 5 && id.items[5]->kind == Kind::Tuple)
      {
        const std::vector<Value *> &view = id.items[5]->items;

        if (view.size () != 3 || view[1]->kind != Kind::Integer || view[1]->integer < 0)
          damaged ("a storage makes no sense");
        storage->offset = view[1]->integer;
      }
    document.storages.push_back (*storage);
    push (Kind::Storage)->storage = std::move (storage);
  }

  Document &document;
  const char *const data, *const end;
  const char *at;
  const std::string &name;
  const Dialect dialect;
  size_t copies = 0;
  std::vector<Value *> stack;
  std::unordered_map<uint64_t, Value *> memory;
};

const Value *
Value::find (const char *key) const
{
  if (kind == Kind::Dict)
    for (size_t i = 0; i + 1 < items.size (); i += 2)
      if (items[i]->kind == Kind::String && items[i]->text == key)
        return items[i + 1];
  return nullptr;
}

Document::Document (const char *data, size_t size, const std::string &name, Dialect dialect)
{
  Reader (*this, data, size, name, dialect).run ();
}

} // namespace acini::pickle
