#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image of SIDE × SIDE pixels (100 000) in strips, as no viewer can open it, taken into a project: ACINI_CLI converts it.

  bench-large-image.py ACINI_CLI [SIDE]

The TIFF is small: all its strips are one.  Prints the seconds of the processor and by the clock, and the most memory that
was resident; more than 1 GiB is a failure."""
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
import zlib

ROWS = 100  # of a strip
LIMIT = 1024  # MiB


def write_tiff(path, side):
    row = b"".join(bytes((230 - 10 * v, 180 - 15 * v, 220 - 5 * v)) for v in (x // 50 % 7 for x in range(side)))
    strip, n = zlib.compress(row * ROWS, 1), side // ROWS
    strip += b"\0" * (len(strip) % 2)
    depths = 8 + len(strip)
    offsets = depths + 8
    counts, resolution, directory = offsets + 4 * n, offsets + 8 * n, offsets + 8 * n + 8
    short, long, ratio = 3, 4, 5
    entries = [(256, long, 1, side), (257, long, 1, n * ROWS), (258, short, 3, depths), (259, short, 1, 8), (262, short, 1, 2), (273, long, n, offsets),
               (277, short, 1, 3), (278, long, 1, ROWS), (279, long, n, counts), (282, ratio, 1, resolution), (283, ratio, 1, resolution),
               (284, short, 1, 1), (296, short, 1, 3)]
    with open(path, "wb") as file:
        file.write(struct.pack("<2sHI", b"II", 42, directory) + strip + struct.pack("<4H", 8, 8, 8, 0))
        file.write(struct.pack(f"<{n}I", *[8] * n) + struct.pack(f"<{n}I", *[len(strip)] * n) + struct.pack("<2I", 40000, 1))
        file.write(struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4))


def main():
    cli, side = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    with tempfile.TemporaryDirectory() as folder:
        image, project = os.path.join(folder, "large.tif"), os.path.join(folder, "p.acini")
        write_tiff(image, side)
        subprocess.run([cli, "new", project, "--quiet"], check=True)
        begin = time.monotonic()
        subprocess.run([cli, "import", project, "--organ", "kidney", "--quiet", image], check=True)
        wall, used = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = used.ru_maxrss / 1024
    print(f"{side} × {side}: {used.ru_utime + used.ru_stime:.0f} s of the processor, {wall:.0f} s, {memory:.0f} MiB (at most {LIMIT})")
    sys.exit(memory > LIMIT)


main()
