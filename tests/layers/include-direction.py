#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include and fails on one that points up: ui → app → data, and app's engine and command line → model.

GTK and libadwaita only in ui/, torch only inside model/, C++ only inside model/.  Prints TAP."""
import os
import re
import sys

TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../.."))
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)
# Plain C without torch, for everyone above.
CORE = {"model/core/acini-card.h", "model/core/acini-recipe.h", "model/core/acini-metrics.h", "model/core/acini-npy.h"}
MAY_INCLUDE = {"data": {"data"}, "model": {"model"}, "app": {"app", "data"}, "ui": {"ui", "app", "data"}}
WIDGETS = re.compile(r"^(gtk|gdk|gsk|adwaita|libadwaita)")
TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")


def joins(path):
    """The places that join model/ to data/: acini-cli's commands and the engine's service."""
    return path.startswith(("app/cli/", "app/engine/", "app/worker/"))


def faults(path, text):
    layer = path.split("/")[0]
    for kind, name in INCLUDE.findall(text):
        target = name.split("/")[0]
        if kind == '"' and target in MAY_INCLUDE and target not in MAY_INCLUDE[layer]:
            if name not in CORE and not (target == "model" and joins(path)):
                yield f"{path} includes {name}, which points up"
            elif name in CORE and layer == "data":
                yield f"{path} includes {name}: data/ knows no model"
        if WIDGETS.match(name) and layer != "ui":
            yield f"{path} includes {name}: widgets belong into ui/"
        if TORCH.match(name) and layer != "model":
            yield f"{path} includes {name}: torch belongs into model/"
    if path.endswith((".cpp", ".hpp")) and layer != "model":
        yield f"{path} is C++: that belongs into model/"


def main():
    cases = [("data/a.c", '#include "app/b.h"\n'), ("app/a.c", '#include <gtk/gtk.h>\n'), ("ui/a.c", "#include <torch/all.h>\n"),
             ("ui/a.c", '#include "model/acini-model.h"\n'), ("app/a.c", '#include "model/acini-model.h"\n'),
             ("model/a.cpp", '#include "data/slides/acini-slide.h"\n'), ("app/a.cpp", "")]
    blind = [path for path, text in cases if not list(faults(path, text))]
    fine = list(faults("app/cli/a.c", '#include "model/acini-model.h"\n#include "data/slides/acini-slide.h"\n'))
    found, count = [], 0
    for layer in MAY_INCLUDE:
        for folder, _, names in os.walk(os.path.join(TOP, layer)):
            for name in names:
                if name.endswith((".c", ".h", ".cpp", ".hpp")):
                    count += 1
                    full = os.path.join(folder, name)
                    with open(full, encoding="utf-8") as file:
                        found += faults(os.path.relpath(full, TOP), file.read())
    print("1..2")
    print(f"{'not ok' if blind or fine else 'ok'} 1 - the check sees what points up, and that alone {blind or fine or ''}")
    for fault in found:
        print(f"# {fault}")
    print(f"{'not ok' if found or count < 10 else 'ok'} 2 - {count} files, no include points up")


main()
