#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports of a project of two classes that touch, read by this script's own parsers and by GEOS.  ARGV: acini-cli.  Prints TAP."""
import base64
import csv
import ctypes
import ctypes.util
import json
import math
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zlib

CLI = sys.argv[1]
WIDTH, HEIGHT = 240, 180
results = []


def check(name, good, detail=""):
    results.append(bool(good))
    print(f"{'ok' if good else 'not ok'} {len(results)} - {name}")
    if not good:
        print(f"# {str(detail)[:600]}")


def run(*arguments):
    done = subprocess.run([CLI, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"# {arguments}: {done.stderr}")
    return done.returncode == 0


def write_png(path, rows, colour):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, colour, 0, 0, 0)) + chunk(b"IDAT", packed) + chunk(b"IEND", b""))


def draw():
    """Class 1 and 2 (of a project, whose own first class is none of them) share a wavy border, 2 has a hole, and small pieces lie about."""
    def label(x, y):
        border = 100 + 12 * math.sin(y / 9) + 4 * math.sin(y / 2.3)
        if math.hypot(x - 150, y - 80) < 13 or math.hypot(x - 60, y - 60) < 9:
            return 1 if x < 100 else 0
        if math.hypot(x - 105, (y - 85) * 1.2) < 75:
            return 1 if x < border else 2
        return 2 if math.hypot(x - 210, y - 150) < 14 else 0
    return [[label(x, y) for x in range(WIDTH)] for y in range(HEIGHT)]


class Geos:
    """GEOS's own reader of GeoJSON (GEOS 3.10 and newer)."""

    def __init__(self):
        self.lib = ctypes.CDLL(ctypes.util.find_library("geos_c"))
        for name, result in {"GEOSGeoJSONReader_create": ctypes.c_void_p, "GEOSGeoJSONReader_readGeometry": ctypes.c_void_p,
                             "GEOSGetGeometryN": ctypes.c_void_p, "GEOSisValidReason": ctypes.c_char_p, "GEOSIntersection": ctypes.c_void_p,
                             "GEOSUnaryUnion": ctypes.c_void_p}.items():
            getattr(self.lib, name).restype = result
        self.lib.initGEOS(None, None)

    def read(self, text):
        reader = ctypes.c_void_p(self.lib.GEOSGeoJSONReader_create())
        whole = ctypes.c_void_p(self.lib.GEOSGeoJSONReader_readGeometry(reader, text.encode()))
        return whole, [ctypes.c_void_p(self.lib.GEOSGetGeometryN(whole, i)) for i in range(self.lib.GEOSGetNumGeometries(whole))]

    def area(self, geometry):
        area = ctypes.c_double()
        self.lib.GEOSArea(geometry, ctypes.byref(area))
        return area.value

    def reason(self, geometry):
        return self.lib.GEOSisValidReason(geometry).decode()

    def overlap(self, a, b):
        return self.area(ctypes.c_void_p(self.lib.GEOSIntersection(a, b)))

    def union(self, geometry):
        return self.area(ctypes.c_void_p(self.lib.GEOSUnaryUnion(geometry)))


def ring_area(points):
    return abs(math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1])) / 2)


def read_geojson(path):
    """class → sum of areas, and the number of vertices"""
    areas, n = {}, 0
    with open(path, encoding="utf-8") as file:
        top = json.load(file)
    for feature in top["features"]:
        name = feature["properties"]["classification"]["name"]
        rings = feature["geometry"]["coordinates"]
        areas[name] = areas.get(name, 0) + ring_area(rings[0]) - sum(map(ring_area, rings[1:]))
        n += sum(map(len, rings))
    return top, areas, n


def check_geos(path, name, expected, exact):
    if ctypes.util.find_library("geos_c") is None:
        print("# GEOS is not installed")
        return
    with open(path, encoding="utf-8") as file:
        text = file.read()
    geos = Geos()
    whole, parts = geos.read(text)
    total = sum(map(geos.area, parts))
    check(f"{name}: valid for GEOS", parts and all(geos.reason(p) == "Valid Geometry" for p in parts), [geos.reason(p) for p in parts])
    check(f"{name}: its area for GEOS", total == expected if exact else abs(total - expected) < 0.02 * expected, (total, expected))
    check(f"{name}: none overlap", all(geos.overlap(a, b) < 1e-9 for i, a in enumerate(parts) for b in parts[:i]))
    # Nobody lives between two that touch: the union has the same area, and as few pieces as the pixels.
    check(f"{name}: no gaps", abs(geos.union(whole) - total) < 1e-6)


def check_outlines(project, folder, counts):
    path = os.path.join(folder, "plain.geojson")
    check("GeoJSON is written", run("export", project, "--labels-only", "--format", "geojson", "--output", path))
    top, areas, n = read_geojson(path)
    check("areas of classes", areas == {"Cortex": counts[1], "Medulla": counts[2]}, (areas, counts))
    colours = {f["properties"]["classification"]["name"]: tuple(f["properties"]["classification"]["color"]) for f in top["features"]}
    check("every class has a colour of its own", len(set(colours.values())) == 2, colours)
    check("every object has an id and measurements", all(len(f["id"]) == 36 and f["properties"]["measurements"]["Area px"] > 0 for f in top["features"]))
    check_geos(path, "along the pixels", counts[1] + counts[2], True)
    simple = os.path.join(folder, "simple.geojson")
    check("simplified GeoJSON is written", run("export", project, "--labels-only", "--format", "geojson", "--simplify", "1.5", "--output", simple))
    top, areas, fewer = read_geojson(simple)
    check("it has less than half of the points, and says its origin", 2 * fewer < n and top["origin"] == "slide", (n, fewer))
    check_geos(simple, "simplified", counts[1] + counts[2], False)
    check_border(simple)
    suffixes = {"asap": "xml", "aperio": "xml", "sliderunner": "sqlite", "ome-roi": "ome.xml"}
    for name in ("coco", "asap", "aperio", "histomics", "labelme", "labelstudio", "ome-roi", "sliderunner", "dicom-ann", "dicom-seg"):
        file = os.path.join(folder, "a." + suffixes.get(name, "json"))
        back = os.path.join(folder, f"{name}.geojson")
        done = run("export", project, "--labels-only", "--format", name, "--output", file) and run("annotations", file, "--output", back, "--format", "geojson")
        _, areas, _ = read_geojson(back) if done else (None, None, None)
        holes = (name in ("asap", "labelme", "sliderunner", "dicom-ann")) * counts["hole"]
        areas = areas and {label: round(area, 6) for label, area in areas.items()}  # percent are no whole pixels
        check(f"{name} of the project has the same areas", areas == {"Cortex": counts[1], "Medulla": counts[2] + holes}, areas)


    for end, kind in ((".ome.xml", "ome"), (".sqlite", "sliderunner"), (".dcm", "dicom-ann"), (".xml", "asap"), (".JSON", "geojson")):
        file = os.path.join(folder, "by-name" + end)
        said = run("export", project, "--labels-only", "--output", file) and subprocess.run([CLI, "annotations", file, "--json"], capture_output=True, text=True).stdout
        check(f"the name's end {end} says the format", (kind == "dicom-ann" and not shutil.which("dcm2json")) or (said and json.loads(said)["format"] == kind), said)


def check_border(path):
    """What one outline has on the common border, the other has, too."""
    with open(path, encoding="utf-8") as file:
        rings = [f["geometry"]["coordinates"][0] for f in json.load(file)["features"]]
    edges = [{frozenset((tuple(a), tuple(b))) for a, b in zip(r, r[1:])} for r in rings]
    common = max(len(a & b) for i, a in enumerate(edges) for b in edges[:i])
    check("two outlines share their border", common >= 5, common)


def decode_runs(text):
    numbers = list(map(int, text.split()))
    return {start - 1 + i for start, length in zip(numbers[::2], numbers[1::2]) for i in range(length)}


def decode_packed(text):
    counts, at = [], 0
    packed = zlib.decompress(base64.b64decode(text)).decode()
    while at < len(packed):
        value, shift, more = 0, 0, True
        while more:
            c = ord(packed[at]) - 48
            value |= (c & 0x1f) << shift
            more, at, shift = c & 0x20, at + 1, shift + 5
            if not more and c & 0x10:
                value |= -1 << shift
        counts.append(value + counts[-2] if len(counts) > 2 else value)
    pixels, place = set(), 0
    for i, count in enumerate(counts):
        if i % 2:
            pixels |= set(range(place, place + count))
        place += count
    return pixels, place


def check_tables(project, folder, labels):
    marked = [{x * HEIGHT + y for x in range(WIDTH) for y in range(HEIGHT) if labels[y][x] in which} for which in ((1, 2), (1,), (2,))]
    for name, column in (("submission-2021", "predicted"), ("rle", "rle")):
        path = os.path.join(folder, name + ".csv")
        check(f"{name} is written", run("export", project, "--labels-only", "--format", name, "--output", path))
        with open(path, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        check(f"{name} has a row of both slides with their pixels", [r["id"] for r in rows] == ["one", "two"]
              and all(decode_runs(r[column]) == marked[0] for r in rows), [r["id"] for r in rows])
    path = os.path.join(folder, "submission.csv")
    check("submission-2023 is written", run("export", project, "--labels-only", "--format", "submission-2023", "--output", path))
    csv.field_size_limit(1 << 24)
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        fields = row["prediction_string"].split()
        masks = [(int(k), float(p), *decode_packed(m)) for k, p, m in zip(fields[::3], fields[1::3], fields[2::3])]
        check(f"submission-2023, {row['id']}", (row["height"], row["width"]) == (str(HEIGHT), str(WIDTH)) and len(masks) == 3
              and all(place == WIDTH * HEIGHT and p == 1 for _, p, _, place in masks)
              and [set().union(*(m for k, _, m, _ in masks if k == number)) for number in (1, 2)] == marked[1:], [(k, p, len(m), place) for k, p, m, place in masks])


def main():
    labels = draw()
    counts = {k: sum(row.count(k) for row in labels) for k in (1, 2)}
    counts["hole"] = sum(math.hypot(x - 150, y - 80) < 13 for x in range(WIDTH) for y in range(HEIGHT))
    with tempfile.TemporaryDirectory() as folder:
        masks, project = os.path.join(folder, "masks"), os.path.join(folder, "p.acini")
        os.mkdir(masks)
        for number, name in enumerate(("one", "two")):
            write_png(os.path.join(folder, name + ".png"), [[(40 * labels[y][x] + number + k + x) % 256 for x in range(WIDTH) for k in range(3)] for y in range(HEIGHT)], 2)
            write_png(os.path.join(masks, name + ".png"), labels, 0)
        check("the project is made", run("new", project) and run("import", project, *(os.path.join(folder, n + ".png") for n in ("one", "two")), "--mpp", "0.5",
                                                                 "--masks", masks, "--mask-classes", "1=Cortex,2=Medulla"))
        check_tables(project, folder, labels)
        alone = os.path.join(folder, "alone")
        os.mkdir(alone)
        check_one(project, alone, counts)
    print(f"1..{len(results)}")
    sys.exit(not all(results))


def check_one(project, folder, counts):
    global run
    both = run
    run = lambda command, *rest: both(command, *rest, *(("--slides", "one") if command == "export" else ()))
    check_outlines(project, folder, counts)


main()
