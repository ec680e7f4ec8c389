#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with text for people is in po/POTFILES.in, every file named there exists, and each text is whole: gettext
takes its first piece alone where a macro (G_GINT64_FORMAT) stands between pieces.  Prints TAP.

    potfiles.py TOP
"""
import pathlib
import re
import sys

MARKED = re.compile(r'(?<![\w>.])(?:_|N_|C_|ngettext) ?\(\s*"|translatable="yes"')
BROKEN = re.compile(r'(?<![\w>.])(?:_|N_|C_|ngettext) ?\(\s*(?:"(?:[^"\\]|\\.)*"\s*)+[A-Z]\w*_FORMAT\b')


def main():
    top = pathlib.Path(sys.argv[1])
    listed = {line for line in (top / "po/POTFILES.in").read_text().splitlines() if line and not line.startswith("#")}
    marked = {
        str(path.relative_to(top))
        for layer in ("app", "data", "model", "ui")
        for path in (top / layer).rglob("*")
        if path.suffix in (".c", ".cpp", ".ui") and MARKED.search(path.read_text(encoding="utf-8"))
    }
    print("1..3")
    unlisted = sorted(marked - listed)
    print(f"{'not ok' if unlisted else 'ok'} 1 every file with text is listed")
    for path in unlisted:
        print(f"# missing in po/POTFILES.in: {path}")
    gone = sorted(path for path in listed if not (top / path).exists())
    print(f"{'not ok' if gone else 'ok'} 2 every file that is listed exists")
    for path in gone:
        print(f"# not there: {path}")
    broken = sorted(path for path in marked if BROKEN.search((top / path).read_text(encoding="utf-8")))
    print(f"{'not ok' if broken else 'ok'} 3 no text is in pieces")
    for path in broken:
        print(f"# a macro stands in a text for people: {path}; use %lld and a cast")
    return 1 if unlisted or gone or broken else 0


sys.exit(main())
