#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""links PROGRAM FORBIDDEN …: fails where the program needs a library (directly or not) whose name holds FORBIDDEN.

The window must not load torch, and acini-cli must run where there is no GTK.  Prints TAP."""
import subprocess
import sys

program, forbidden = sys.argv[1], sys.argv[2:]
libraries = [line.split()[0] for line in subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.splitlines()]
print(f"1..{len(forbidden)}")
for number, word in enumerate(forbidden, 1):
    found = [name for name in libraries if word in name]
    # A program without libraries would pass for the wrong reason.
    ok = not found and any("libglib" in name for name in libraries)
    print(f"{'ok' if ok else 'not ok'} {number} - {program.rsplit('/', 1)[-1]} does without {word} {' '.join(found)}")
