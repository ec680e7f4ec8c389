#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""one-definition.py TOP: no two files of model/ define a type of one name.  Prints TAP.

Rooms are compiled apart, so neither compiler nor linker says a word of it: the linker keeps one of two constructors, which
then writes over whatever lies behind the other, smaller object.  Names in anonymous namespaces are each file's own."""
import os
import re
import sys

TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../.."))
ANONYMOUS = re.compile(r"^namespace\n\{.*?^\} // namespace$", re.M | re.S)
TYPE = re.compile(r"^(?:struct|class|enum class)\s+((?:\w+::)*\w+)(?:\s+final)?(?:\s*:[^;{]*)?\s*\{", re.M)


def main():
    places = {}
    for folder, _, names in os.walk(os.path.join(TOP, "model")):
        for name in names:
            if name.endswith((".hpp", ".cpp")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    for found in TYPE.finditer(ANONYMOUS.sub("", file.read())):
                        places.setdefault(found[1], set()).add(os.path.relpath(path, TOP))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    for name, files in sorted(twice.items()):
        print(f"# {name}: {', '.join(sorted(files))}")
    print("1..2")
    print(f"{'ok' if len(places) > 50 else 'not ok'} 1 - finds types")
    print(f"{'not ok' if twice else 'ok'} 2 - each type is defined in one file")


main()
