#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Areas of the real annotation files in ACINI_SHARED by parsers of this script's own, against “acini-cli annotations”;
and conversions of them read by this script.  ARGV: acini-cli.  Prints TAP."""
import glob
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
import dicom_file

CLI = sys.argv[1]
SHARED = os.environ.get("ACINI_SHARED", "")
FOLDER = os.path.join(SHARED, "tissue", "annotations")
results = []


def ring_area(points):
    """From the first point, and summed without rounding."""
    p = [(float(x), float(y)) for x, y in points]
    p = [(x - p[0][0], y - p[0][1]) for x, y in p]
    return abs(math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in zip(p, p[1:] + p[:1])) / 2)


def polygon_area(rings):
    return ring_area(rings[0]) - sum(ring_area(r) for r in rings[1:])


def geometry_area(g):
    if g["type"] == "Polygon":
        return polygon_area(g["coordinates"])
    if g["type"] == "MultiPolygon":
        return sum(polygon_area(p) for p in g["coordinates"])
    return 0.0


def geojson(path):
    with open(path, encoding="utf-8") as file:
        top = json.load(file)
    if isinstance(top, dict) and top["type"] not in ("Feature", "FeatureCollection"):
        return [geometry_area(top)]
    features = top if isinstance(top, list) else top.get("features", [top])
    return [geometry_area(f["geometry"]) for f in features]


def aperio(path):
    areas = []
    for layer in ET.parse(path).getroot().iter("Annotation"):
        for region in layer.iter("Region"):
            assert region.get("NegativeROA") == "0"
            areas.append(ring_area([(v.get("X"), v.get("Y")) for v in region.iter("Vertex")]))
    return areas


def asap(path):
    areas = []
    for a in ET.parse(path).getroot().iter("Annotation"):
        points = [(c.get("X"), c.get("Y")) for c in sorted(a.iter("Coordinate"), key=lambda c: int(c.get("Order")))]
        areas.append(ring_area(points) if a.get("Type") in ("Polygon", "Spline", "Rectangle") else 0.0)
    return areas


def cytomine(path):
    with open(path, encoding="utf-8") as file:
        text = json.load(file)["annotation"]["location"]
    if not text.startswith("POLYGON"):
        return [0.0]
    return [polygon_area([[xy.split()[:2] for xy in ring.split(",")] for ring in re.findall(r"\(([^()]+)\)", text)])]


def pathologycore(path):
    with open(path, encoding="utf-8") as file:
        top = json.load(file)
    return [ring_area([(p["x"], p["y"]) for p in o["content"]]) if o["type"] == "Area" else 0.0
            for o in (top if isinstance(top, list) else [top])]


def cvat(path):
    areas = []
    for image in ET.parse(path).getroot().iter("image"):
        for shape in image.iter():
            if shape.tag == "polygon":
                areas.append(ring_area([p.split(",") for p in shape.get("points").split(";")]))
            elif shape.tag == "box":
                areas.append((float(shape.get("xbr")) - float(shape.get("xtl"))) * (float(shape.get("ybr")) - float(shape.get("ytl"))))
            elif shape.tag == "ellipse":
                areas.append(math.pi * float(shape.get("rx")) * float(shape.get("ry")))
            elif shape.tag in ("points", "polyline"):
                areas.append(0.0)
            elif shape.tag == "mask":
                areas.append(float(sum(int(n) for n in shape.get("rle").split(",")[1::2])))
    return areas


def labelstudio(path):
    with open(path, encoding="utf-8") as file:
        tasks = json.load(file)
    return [ring_area([(p[0] * r["original_width"] / 100, p[1] * r["original_height"] / 100) for p in r["value"]["points"]])
            for t in tasks for a in t["annotations"] for r in a["result"]]


def ome(path):
    # By hand: two points, a line, 3 × 4, a label, 1.5 × 1.5 moved, a mask whose four bytes are 0, e9, e9, 0.
    return [0, 0, 0, 12, 0, 2.25, 2]


def highdicom(path):
    # By dcmdump: a group of two points.
    return [0, 0]


def hubmap(path):
    with open(path, encoding="utf-8") as file:
        return [ring_area(ring) for ring in json.load(file)]


def run(*arguments):
    done = subprocess.run([CLI, "annotations", *arguments, "--json"], capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout) if done.stdout.startswith("{") else {}, done.stderr


def close(a, b):
    return len(a) == len(b) and all(abs(x - y) <= 1e-3 * abs(y) + 1e-9 for x, y in zip(a, b))


def check(name, good, detail=""):
    results.append(good)
    print(f"{'ok' if good else 'not ok'} {len(results)} - {name}")
    if not good:
        print(f"# {detail}")


def list_files():
    patterns = [("shuheimisawa_banff/*.geojson", geojson), ("coscialab/*.geojson", geojson), ("wsidicom/qupath-*.json", geojson),
                ("misc/*.geojson", geojson), ("histoqc/*json", geojson), ("histoqc/*.xml", aperio), ("wsidicom/asap-*.xml", asap),
                ("pathml-tutorial_camelyon_asap/*.xml", asap), ("wsidicom/cytomine-*.txt", cytomine),
                ("wsidicom/pathologycore-*.json", pathologycore), ("misc/*cvat*.xml", cvat), ("labelstudio/*.json", labelstudio),
                ("misc/ome_ROI.ome.xml", ome)] + ([("highdicom/sm_annotations.dcm", highdicom)] if shutil.which("dcm2json") else [])
    found = [(path, parser) for pattern, parser in patterns for path in sorted(glob.glob(os.path.join(FOLDER, pattern)))]
    return found + [(path, hubmap) for path in sorted(glob.glob(os.path.join(SHARED, "tissue/hubmap_organ_2022/train_annotations/*.json")))[:5]]


def check_stated_areas():
    """ImageScope writes the areas itself."""
    path = os.path.join(FOLDER, "histoqc", "TCGA-EJ-5518-01Z-00-DX1.xml")
    stated = [float(r.get("Area")) for r in ET.parse(path).getroot().iter("Region")]
    _, said, _ = run(path)
    check("ImageScope's own areas", close([o["area_px"] for o in said["objects"]], stated), (said["objects"], stated))


def check_conversions(folder):
    """From files into formats that can hold them, each into one, in turn, and back into GeoJSON that this script reads."""
    formats = ("geojson", "histomics", "aperio", "coco", "asap", "labelme")
    for number, (path, parser) in enumerate(list_files()):
        if parser in (pathologycore, hubmap, ome, highdicom) or os.path.getsize(path) > 200000:
            continue
        expected = [a for a in parser(path) if a > 0]
        for name in formats[number % len(formats):][:1]:
            middle, back = os.path.join(folder, "middle"), os.path.join(folder, "back.geojson")
            status, said, problem = run(path, "--output", middle, "--format", name, "--size", "200000x200000")
            if "holes" in said.get("lost", []) or "parts" in said.get("lost", []):
                continue
            if name == "coco" and any(o.get("holes") for o in run(path)[1]["objects"]):
                continue  # rasterised
            status2, _, problem2 = run(middle, "--output", back, "--format", "geojson") if status == 0 else (1, {}, problem)
            areas = [a for a in geojson(back) if a > 0] if status2 == 0 else []
            if name == "aperio" or parser in (cvat, cytomine):
                areas, expected_here = sorted(areas), sorted(expected)
            else:
                expected_here = expected
            if name == "aperio":  # parts are regions of their own
                areas, expected_here = [sum(areas)], [sum(expected_here)]
            check(f"{os.path.basename(path)} to {name} and back", close(areas, expected_here), (problem, problem2, areas[:5], expected_here[:5]))


def check_dicom_annotations(folder):
    square, bent = [(10, 10), (60, 10), (60, 50), (10, 50)], [(100.5, 20.25), (140, 20), (150, 60), (120, 45), (90, 70)]
    shapes = [dicom_file.group("POLYGON", "Glomeruli", [square, bent], measure=("Area", "um2", [7.5], [2])),
              dicom_file.group("RECTANGLE", "Boxes", [[(0, 0), (4, 3), (1, 7), (-3, 4)]], doubles=True, measure=("Share", "1", [0.5], None)),
              dicom_file.group("ELLIPSE", "Rings", [[(10, 20), (30, 20), (20, 15), (20, 25)]]),
              dicom_file.group("POLYLINE", "Lines", [[(1, 2), (3, 4), (9, 9)]]), dicom_file.group("POINT", "Cells", [[(1, 2)], [(3, 4)]])]
    expected = [ring_area(square), ring_area(bent), 25.0, math.pi * 10 * 5, 0, 0, 0]
    for name, said in written(folder, "ann", dicom_file.annotations(shapes)):
        objects = said.get("objects", [])
        check(f"DICOM annotations as {name}", close([o["area_px"] for o in objects], expected)
              and [o["kind"] for o in objects] == ["polygon", "polygon", "rectangle", "ellipse", "line", "point", "point"]
              and [o["class"] for o in objects] == ["Glomeruli", "Glomeruli", "Boxes", "Rings", "Lines", "Cells", "Cells"], said)
        back = os.path.join(folder, "ann.geojson")
        run(os.path.join(folder, "ann." + name), "--output", back, "--format", "geojson")
        with open(back, encoding="utf-8") as file:
            properties = [f["properties"] for f in json.load(file)["features"]]
        check(f"their measurements and colours as {name}", [p.get("measurements") for p in properties[:3]] == [None, {"Area um2": 7.5}, {"Share": 0.5}]
              and all(abs(a - b) <= 1 for a, b in zip(properties[0]["classification"]["color"], (255, 0, 0))), properties[:3])
    for name, said in written(folder, "solid", dicom_file.annotations(shapes, "3D")):
        check(f"DICOM annotations in millimetres as {name} are refused", "3D" in said.get("error", ""), said)


def check_dicom_segments(folder):
    """A ring that crosses tiles, and two pieces, one of them at the matrix's edge."""
    ring = {(x, y) for x in range(3, 25) for y in range(5, 20)} - {(x, y) for x in range(8, 12) for y in range(7, 18)}
    pieces = {(x, y) for x in range(30, 37) for y in range(0, 9)} | {(x, 27) for x in range(0, 20)}
    for full in (False, True):
        data = dicom_file.segmentation({"Tubule": ring, "Glomerulus": pieces}, 37, 28, 16, full)
        for name, said in written(folder, f"seg-{full}", data):
            objects = sorted((o["class"], o["area_px"], o.get("holes", 0)) for o in said.get("objects", []))
            check(f"DICOM segments, tiled {'full' if full else 'sparse'}, as {name}",
                  objects == [("Glomerulus", 20, 0), ("Glomerulus", 63, 0), ("Tubule", len(ring), 1)], said)
    status, said, _ = run(os.path.join(folder, "seg-True.json"), "--size", "148x112")
    check("segments of a smaller picture are scaled", [o["area_px"] for o in said["objects"]][0] == 16 * len(ring), said)
    cut = os.path.join(folder, "cut.dcm")
    with open(cut, "wb") as file:
        file.write(dicom_file.part10(data)[:-5])
    check("a DICOM file that was cut off is refused", run(cut)[0] == 1, run(cut))


def written(folder, name, data):
    """What acini-cli says of @data as JSON and, where DCMTK is installed, as DICOM."""
    files = [("json", json.dumps(data).encode())] + ([("dcm", dicom_file.part10(data))] if shutil.which("dcm2json") else [])
    for suffix, content in files:
        path = os.path.join(folder, f"{name}.{suffix}")
        with open(path, "wb") as file:
            file.write(content)
        status, said, problem = run(path)
        yield suffix, said if status == 0 else {"error": problem}


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_dicom_annotations(folder)
        check_dicom_segments(folder)
    if not os.path.isdir(FOLDER):
        print(f"1..{len(results)}\n# ACINI_SHARED names no folder of annotations")
        sys.exit(not all(results))
    for path, parser in list_files():
        status, said, problem = run(path)
        areas = [o["area_px"] for o in said.get("objects", [])]
        check(f"areas of {os.path.relpath(path, SHARED)}", status == 0 and close(areas, parser(path)), (problem, areas[:6], parser(path)[:6]))
    check_stated_areas()
    with tempfile.TemporaryDirectory() as folder:
        check_conversions(folder)
    print(f"1..{len(results)}")
    sys.exit(not all(results))


main()
