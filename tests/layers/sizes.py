#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sizes.py TOP: no function has more than 80 lines, no file more than 700.  Prints TAP.

The layout (layout.py) is what makes this simple: the body of a function of C stands between a "{" and a "}" in the first
column; in C++, where methods stand inside classes, a body's braces stand alone at equal depth, one line after a line that
ends with what may stand between a parameter list and a body."""
import os
import re
import sys

LINES_OF_FUNCTION, LINES_OF_FILE = 80, 700
TOP = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), "../.."))
# Before a body: ")", perhaps with const and the like, or an initialiser of a constructor.
HEAD = re.compile(r"\)(\s*(const|noexcept|override|final|mutable|-> .*))*$|^\s*[:,] .*[)}]$")
NO_FUNCTION = re.compile(r"^\s*(if|for|while|switch|else|do|try|catch|namespace|class|struct|enum|union|typedef|extern)\b|=\s*$")


def functions(path, lines):
    """The first line (from 0) and the number of lines of each function's body, its braces among them."""
    opened = []
    for number, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        bare = line.strip()
        if bare == "{":
            before = lines[number - 1].rstrip() if number > 0 else ""
            if path.endswith((".c", ".h")):
                if depth == 0:
                    opened.append((depth, number, not NO_FUNCTION.search(before)))
            else:
                # The head of an if is as deep as its word; a head over several lines begins where its first one does.
                head = number - 1
                while head > 0 and len(lines[head]) - len(lines[head].lstrip()) > depth:
                    head -= 1
                opened.append((depth, number, bool(HEAD.search(before)) and not NO_FUNCTION.search(lines[head])))
        elif re.match(r"\}", bare) and opened and opened[-1][0] == depth:
            _, start, function = opened.pop()
            if function:
                yield start, number - start + 1


def faults(path, text):
    lines = text.splitlines()
    if len(lines) > LINES_OF_FILE:
        yield f"{path} has {len(lines)} lines"
    for start, n in functions(path, lines):
        if n > LINES_OF_FUNCTION:
            yield f"{path}:{start}: {lines[start - 1].strip()} has {n} lines"


def sources():
    for layer in ("app", "data", "model", "tests", "ui"):
        for folder, _, names in os.walk(os.path.join(TOP, layer)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".cpp", ".hpp", ".py")):
                    full = os.path.join(folder, name)
                    with open(full, encoding="utf-8") as file:
                        yield os.path.relpath(full, TOP), file.read()


def main():
    body = "  f ();\n" * 79
    bad = [("a.c", "void\nf (void)\n{\n" + body + "}\n"), ("a.c", "int x;\n" * 701),
           ("a.hpp", "class A\n{\n  void\n  f () const\n  {\n" + body + "  }\n};\n"),
           ("a.cpp", "A::A (int a)\n    : a (a)\n{\n" + body + "}\n"), ("a.py", "x\n" * 701)]
    good = [("a.c", "void\nf (void)\n{\n" + body[8:] + "}\n"), ("a.c", "static const int a[] =\n{\n" + body + "};\n"),
            ("a.cpp", "namespace a\n{\n" + body + "}\n"), ("a.c", "int x;\n" * 700)]
    blind = [text[:30] for path, text in bad if not list(faults(path, text))]
    blind += [text[:30] for path, text in good if list(faults(path, text))]
    found, n_files, n_functions = [], 0, 0
    for path, text in sources():
        n_files += 1
        n_functions += sum(1 for _ in functions(path, text.splitlines()))
        found += faults(path, text)
    print("1..2")
    print(f"{'not ok' if blind else 'ok'} 1 - the check sees what is too long, and that alone {blind or ''}")
    for fault in found:
        print(f"# {fault}")
    print(f"{'not ok' if found or n_functions < 1000 else 'ok'} 2 - {n_functions} functions of at most {LINES_OF_FUNCTION}"
          f" lines in {n_files} files of at most {LINES_OF_FILE}")


main()
