#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""layout.py TOP: every source file is laid out as .clang-format says.  Prints TAP; skips where there is no clang-format 19
or newer, since other versions lay out some lines otherwise."""
import os
import re
import subprocess
import sys

top = sys.argv[1]
print("1..1")
try:
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=True).stdout
except (OSError, subprocess.CalledProcessError):
    version = ""
number = re.search(r"version (\d+)", version)
if number is None or int(number[1]) < 19:
    print("ok 1 # SKIP clang-format 19 or newer is not there")
    sys.exit()
paths = [os.path.join(folder, name) for layer in ("app", "data", "model", "tests", "ui") for folder, _, names in os.walk(os.path.join(top, layer))
         for name in names if name.endswith((".c", ".h", ".cpp", ".hpp"))]
output = subprocess.run(["clang-format", "--dry-run", *paths], capture_output=True, text=True, check=False).stderr
wrong = sorted({line.split(":")[0] for line in output.splitlines() if "[-Wclang-format-violations]" in line})
for path in wrong:
    print(f"# clang-format -i {os.path.relpath(path, top)}")
print(f"{'not ok' if wrong or not paths else 'ok'} 1 - {len(paths)} files are laid out as .clang-format says")
