#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tests/gpu/run compiles the files of model/ as model/meson.build does: which of them without torch, which with AVX-512.
Without this it is found out on a machine that is there for minutes.  Prints TAP.

    gpu-files.py TOP
"""
import pathlib
import re
import subprocess
import sys

LIBRARIES = {"containers": "acini-containers", "kernels": "acini-avx512", "loops": "acini-loops", "tiler": "acini-tiler"}


def list_sources(build, library):
    """Of a static_library () of @build the sources, with their folder below the top."""
    text = re.search(r"static_library\('%s'(.*?)\w+:" % library, build, re.DOTALL).group(1)
    return {"model/" + source for source in re.findall(r"'([^']*\.cpp)'", text)}


def main():
    top = pathlib.Path(sys.argv[1])
    build = (top / "model/meson.build").read_text()
    told = subprocess.run([top / "tests/gpu/run", "--files"], capture_output=True, text=True, check=True).stdout
    status = 0
    print(f"1..{len(LIBRARIES)}")
    for number, (part, library) in enumerate(LIBRARIES.items(), 1):
        here = {line.split()[1] for line in told.splitlines() if line.split()[0] == part}
        there = list_sources(build, library) - {"model/base/error.cpp"}
        status |= here != there
        print(f"{'ok' if here == there else 'not ok'} {number} {library}")
        for source in sorted(here ^ there):
            print(f"# only in {'tests/gpu/run' if source in here else 'model/meson.build'}: {source}")
    return status


sys.exit(main())
