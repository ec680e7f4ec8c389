#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include and fails on one that points up, from layer to layer and from room to room inside a layer.

ROOMS below is the order of knowledge: a room knows itself and the rooms of its layer that stand before it.  Besides: GTK
and libadwaita only in ui/, torch and C++ only inside model/, no file in a circle with another, and the order that
docs/architecture.md shows is this one.  Prints TAP."""
import os
import re
import sys

TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../.."))
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
WIDGETS = re.compile(r"^(gtk|gdk|gsk|adwaita|libadwaita)")
# GNU style: the type stands on a line of its own, the name at the beginning of the next.
DEFINITION = re.compile(r"^([A-Za-z][^\n;{}()=]*)\n(\w+) \(", re.M)
NO_CODE = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
WORD = re.compile(r"\b[a-z_][a-z_0-9]*\b")
TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")

# From the ground up.  "model" is model/'s own folder: the C header and what stands behind it; "ui" is the window.
ROOMS = {
    "data": ["base", "prompts", "cache", "slides", "project", "labels", "predictions", "mask", "objects", "study", "statistics", "annotations", "interchange", "phantom"],
    "model": ["core", "base", "kernels", "network", "checkpoint", "inference", "training", ""],
    "app": ["jobs", "demo", "training", "segmentation", "worker", "engine", "cli"],
    "ui": ["base", "plot", "tasks", "project", "view/grid", "view/layers", "tools", "view/core", "view/input", "view",
           "view/overlays", "slides", "models", "data", "results", "review", ""],
}
LAYERS = {"data": {"data"}, "model": {"model"}, "app": {"app", "data"}, "ui": {"ui", "app", "data"}}
# The border of model/: the C header, for everyone inside too.
BORDER = "model/acini-model.h"
# Plain C without torch, for everyone above data/.
CORE = "model/core/"
# What joins model/ to data/.
JOINERS = ("app/worker/", "app/engine/", "app/cli/")


def split(path):
    """A file's layer and room: the longest of the layer's rooms that its folder is, or lies in."""
    layer, _, rest = path.partition("/")
    folder = rest.rpartition("/")[0]
    fits = [room for room in ROOMS[layer] if room == "" and folder == "" or room and (folder + "/").startswith(room + "/")]
    return layer, max(fits, key=len) if fits else None


def faults(path, text):
    layer, room = split(path)
    if room is None:
        yield f"{path} lies in no room of {layer}/"
        return
    for kind, name in INCLUDE.findall(text):
        target = name.partition("/")[0]
        if kind == '"' and target in ROOMS and "/" in name:
            if name.startswith(CORE):
                if layer == "data":
                    yield f"{path} includes {name}: data/ knows no model"
            elif target not in LAYERS[layer]:
                if not (target == "model" and name == BORDER and path.startswith(JOINERS)):
                    yield f"{path} includes {name}, which points up"
            elif target == layer and name != BORDER:
                other = split(name)[1]
                if other is not None and not name.endswith(("-resources.h", "-dbus.h")):
                    if ROOMS[layer].index(other) > ROOMS[layer].index(room):
                        yield f"{path} includes {name}: {room or layer} stands below {other}"
        if WIDGETS.match(name) and layer != "ui":
            yield f"{path} includes {name}: widgets belong into ui/"
        if TORCH.match(name) and layer != "model":
            yield f"{path} includes {name}: torch belongs into model/"
    if path.endswith((".cpp", ".hpp")) and layer != "model":
        yield f"{path} is C++: that belongs into model/"


def node(path):
    """A header and the source of its name are one file.  The border of model/ stands below what implements it."""
    return path if path == BORDER else os.path.splitext(path)[0]


def definitions(texts):
    """Functions of C that others can call, and the file that has each."""
    found = {}
    for path, text in texts.items():
        if path.endswith(".c"):
            for kind, name in DEFINITION.findall(text):
                if not kind.startswith("static") and name != "main":
                    found[name] = path
    return found


def arrows(texts):
    """Which file needs which: a header it includes, a function of another's C that it uses.

    A private header only says what the parts of one thing share: it belongs to the files that implement it, so including
    one is no arrow, and using a function that it declares is one to the file that has the function."""
    known = definitions(texts)
    found = {}
    for path, text in texts.items():
        needs = found.setdefault(node(path), set())
        private = path.endswith("-private.h")
        needs.update(node(name) for kind, name in INCLUDE.findall(text)
                     if kind == '"' and name in texts and not private and not name.endswith("-private.h"))
        if path.endswith(".c"):
            needs.update(node(known[word]) for word in set(WORD.findall(NO_CODE.sub(" ", text))) if word in known)
        needs.discard(node(path))
    return found


def circles(texts):
    """Files that need each other, directly or not."""
    needs = arrows(texts)
    done, found = set(), []

    def visit(file, trail):
        if file in trail:
            found.append("circle: " + " -> ".join(trail[trail.index(file):] + [file]))
        elif file not in done:
            for other in sorted(needs.get(file, ())):
                visit(other, trail + [file])
            done.add(file)

    for file in sorted(needs):
        visit(file, [])
    return found


def sources():
    for layer in ROOMS:
        for folder, _, names in os.walk(os.path.join(TOP, layer)):
            for name in names:
                if name.endswith((".c", ".h", ".cpp", ".hpp")):
                    full = os.path.join(folder, name)
                    with open(full, encoding="utf-8") as file:
                        yield os.path.relpath(full, TOP), file.read()


def told_otherwise():
    """Layers whose order of rooms docs/architecture.md tells otherwise."""
    with open(os.path.join(TOP, "docs/architecture.md"), encoding="utf-8") as file:
        text = file.read()
    for layer, rooms in ROOMS.items():
        line = f"{layer}/: " + " < ".join(room or ("acini-model.h" if layer == "model" else "window") for room in rooms)
        if line not in text:
            yield f"docs/architecture.md lacks the line “{line}”"


def main():
    bad = [("data/base/a.c", '#include "app/jobs/b.h"\n'), ("app/jobs/a.c", '#include <gtk/gtk.h>\n'),
           ("ui/view/a.c", "#include <torch/all.h>\n"), ("ui/view/a.c", '#include "model/acini-model.h"\n'),
           ("app/jobs/a.c", '#include "model/acini-model.h"\n'), ("model/base/a.cpp", '#include "data/slides/acini-slide.h"\n'),
           ("app/cli/a.cpp", ""), ("data/base/a.c", '#include "data/slides/acini-slide.h"\n'),
           ("data/labels/a.c", '#include "model/core/acini-card.h"\n'), ("data/a.c", ""),
           ("ui/view/layers/a.c", '#include "ui/view/core/acini-view-core.h"\n'),
           ("model/kernels/a.cpp", '#include "model/network/network.hpp"\n')]
    good = [("app/cli/a.c", '#include "model/acini-model.h"\n#include "data/slides/acini-slide.h"\n'),
            ("ui/view/a.c", '#include "ui/view/layers/b.h"\n'), ("model/base/a.hpp", '#include "model/acini-model.h"\n'),
            ("ui/models/a.c", '#include "model/core/acini-card.h"\n')]
    blind = [path for path, text in bad if not list(faults(path, text))] + [path for path, text in good if list(faults(path, text))]
    round_ = [{"a.h": '#include "b.h"\n', "b.h": '#include "a.h"\n'},
              {"a.h": "", "a.c": '#include "b.h"\n', "b.h": "", "b.c": '#include "a.h"\n'},
              {"x-private.h": "", "a.c": '#include "x-private.h"\nvoid\na (void)\n{\n  b ();\n}\n',
               "b.c": '#include "x-private.h"\nint *\nb (void)\n{\n  a ();\n}\n'}]
    straight = [{"a.h": "", "a.c": '#include "a.h"\n#include "b.h"\n', "b.h": "", "b.c": '#include "b.h"\n'},
                {"x-private.h": '#include "a.h"\n', "a.h": "", "a.c": '#include "x-private.h"\nvoid\na (void)\n{\n  b ();\n}\n',
                 "b.c": '#include "x-private.h"\nvoid\nb (void)\n{\n  /* a () */\n}\n'}]
    blind += [f"circle {i}" for i, texts in enumerate(round_) if not circles(texts)]
    blind += [f"no circle {i}" for i, texts in enumerate(straight) if circles(texts)]
    texts = dict(sources())
    found = [fault for path, text in texts.items() for fault in faults(path, text)] + circles(texts)
    told = list(told_otherwise())
    print("1..3")
    print(f"{'not ok' if blind else 'ok'} 1 - the check sees what points up, and that alone {blind or ''}")
    for fault in found + told:
        print(f"# {fault}")
    print(f"{'not ok' if found or len(texts) < 10 else 'ok'} 2 - {len(texts)} files, no include points up, no circle")
    print(f"{'not ok' if told else 'ok'} 3 - the page tells the order of rooms as it is")


main()
