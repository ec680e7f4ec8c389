#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include and fails on one that points up, from layer to layer and from room to room inside a layer.

ROOMS below is the order of knowledge: a room knows itself and the rooms of its layer that stand before it.  Besides: GTK
and libadwaita only in ui/, torch and C++ only inside model/, no two files that include each other, and the order that
docs/architecture.md shows is this one.  Prints TAP."""
import os
import re
import sys

TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../.."))
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
WIDGETS = re.compile(r"^(gtk|gdk|gsk|adwaita|libadwaita)")
TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")

# From the ground up.  "model" is model/'s own folder: the C header and what stands behind it; "ui" is the window.
ROOMS = {
    "data": ["base", "cache", "slides", "project", "labels", "predictions", "mask", "annotations", "interchange", "phantom"],
    "model": ["core", "base", "kernels", "network", "checkpoint", "inference", "training", ""],
    "app": ["jobs", "demo", "training", "segmentation", "worker", "engine", "cli"],
    "ui": ["base", "plot", "tasks", "project", "view/grid", "view/layers", "tools", "view/core", "view/input", "view",
           "view/overlays", "slides", "models", "data", "review", ""],
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


def circles(texts):
    """Headers that include each other, directly or not."""
    arrows = {path: [n for k, n in INCLUDE.findall(text) if k == '"' and n in texts] for path, text in texts.items()}
    state, found = {}, []

    def visit(path, trail):
        if state.get(path) == "done":
            return
        if path in trail:
            found.append(" -> ".join(trail[trail.index(path):] + [path]))
            return
        for name in arrows[path]:
            visit(name, trail + [path])
        state[path] = "done"

    for path in texts:
        visit(path, [])
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
    if not circles({"a.h": '#include "b.h"\n', "b.h": '#include "a.h"\n'}):
        blind.append("circles")
    texts = dict(sources())
    found = [fault for path, text in texts.items() for fault in faults(path, text)] + circles(texts)
    told = list(told_otherwise())
    print("1..3")
    print(f"{'not ok' if blind else 'ok'} 1 - the check sees what points up, and that alone {blind or ''}")
    for fault in found + told:
        print(f"# {fault}")
    print(f"{'not ok' if found or len(texts) < 10 else 'ok'} 2 - {len(texts)} files, no include points up")
    print(f"{'not ok' if told else 'ok'} 3 - the page tells the order of rooms as it is")


main()
