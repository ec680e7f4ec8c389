#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every file with text for people is in po/POTFILES.in, and every file named there exists.  Prints TAP.

    potfiles.py TOP
"""
import pathlib
import re
import sys

MARKED = re.compile(r'(?<![\w>.])(?:_|N_|C_|ngettext) ?\(\s*"|translatable="yes"')


def main():
    top = pathlib.Path(sys.argv[1])
    listed = {line for line in (top / "po/POTFILES.in").read_text().splitlines() if line and not line.startswith("#")}
    marked = {
        str(path.relative_to(top))
        for layer in ("app", "data", "model", "ui")
        for path in (top / layer).rglob("*")
        if path.suffix in (".c", ".cpp", ".ui") and MARKED.search(path.read_text(encoding="utf-8"))
    }
    print("1..2")
    unlisted = sorted(marked - listed)
    print(f"{'not ok' if unlisted else 'ok'} 1 every file with text is listed")
    for path in unlisted:
        print(f"# missing in po/POTFILES.in: {path}")
    gone = sorted(path for path in listed if not (top / path).exists())
    print(f"{'not ok' if gone else 'ok'} 2 every file that is listed exists")
    for path in gone:
        print(f"# not there: {path}")
    return 1 if unlisted or gone else 0


sys.exit(main())
