#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Areas of the real annotation files in ACINI_SHARED by parsers of this script's own, against “acini-cli annotations”;
and conversions of them read by this script.  ARGV: acini-cli.  Prints TAP."""
import base64
import glob
import json
import math
import os
import re
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True
import brush
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


WIDTH, HEIGHT, NM = 700, 600, 250
RING, HOLE = [(520, 20), (690, 20), (690, 580), (400, 580), (400, 500), (520, 500)], [(600, 100), (600, 300), (650, 300), (650, 100)]
SQUARE = [(10.5, 20), (110.5, 20), (110.5, 80), (10.5, 80)]


def parse_labelstudio(path):
    with open(path, encoding="utf-8") as file:
        results = json.load(file)[0]["annotations"][0]["result"]
    areas = {}
    for r in results:
        value = r["value"]
        if "rle" in value:
            data = brush.decode(value["rle"])
            check("the brush stroke is a picture of the image's size", len(data) == 4 * WIDTH * HEIGHT)
            areas[value["brushlabels"][0]] = sum(a > 0 for a in data[3::4])
        elif "points" in value:
            points = [(x * r["original_width"] / 100, y * r["original_height"] / 100) for x, y in value["points"]]
            areas[value["polygonlabels"][0]] = ring_area(points)
    return areas


def parse_ome(path):
    space, areas = "{http://www.openmicroscopy.org/Schemas/OME/2016-06}", {}
    root = ET.parse(path).getroot()
    check("the image refers to all ROIs", [r.get("ID") for r in root.iter(space + "ROIRef")] == [r.get("ID") for r in root.iter(space + "ROI")])
    for roi in root.iter(space + "ROI"):
        for mask in roi.iter(space + "Mask"):
            data = base64.b64decode(mask.find(space + "BinData").text)
            check("a mask is as long as it says", len(data) == int(mask.find(space + "BinData").get("Length")))
            areas[roi.get("Name")] = sum(bin(byte).count("1") for byte in data)
        for polygon in roi.iter(space + "Polygon"):
            areas[roi.get("Name")] = ring_area([tuple(map(float, p.split(","))) for p in polygon.get("Points").split()])
    return areas


def parse_ndpa(path):
    areas = {}
    for state in ET.parse(path).getroot().iter("ndpviewstate"):
        points = [(int(p.find("x").text) / NM + WIDTH / 2, int(p.find("y").text) / NM + HEIGHT / 2) for p in state.iter("point")]
        if points:  # else a pin
            areas[state.find("title").text] = ring_area(points)
    return areas


def parse_sliderunner(path):
    database, areas = sqlite3.connect(path), {}
    for number, label in database.execute("SELECT a.uid, c.name FROM Annotations a JOIN Annotations_label l ON l.annoId = a.uid "
                                          "JOIN Classes c ON c.uid = l.class WHERE a.type = 3"):
        areas[label] = ring_area(database.execute("SELECT coordinateX, coordinateY FROM Annotations_coordinates WHERE annoId = ? ORDER BY orderIdx",
                                                  (number,)).fetchall())
    database.close()
    return areas


def parse_camicroscope(path):
    with open(path, encoding="utf-8") as file:
        marks = json.load(file)
    rings = {m["properties"]["annotations"]["name"]: m["geometries"]["features"][0]["geometry"]["coordinates"] for m in marks[:2]}
    return {name: sum((-1 if i else 1) * ring_area([(x * WIDTH, y * HEIGHT) for x, y in ring[:-1]]) for i, ring in enumerate(r)) for name, r in rings.items()}


def parse_rle(path):
    with open(path, encoding="utf-8") as file:
        head, row = file.read().splitlines()
    name, height, width, runs = row.split(",")
    check("the table's head and size", head == "id,img_height,img_width,rle" and (int(width), int(height)) == (WIDTH, HEIGHT), row[:60])
    return {"": sum(map(int, runs.split()[1::2]))}


def first(item, tag):
    return item[tag]["Value"][0]


def numbers(element, form):
    data = base64.b64decode(element["InlineBinary"])
    return struct.unpack(f"<{len(data) // struct.calcsize(form)}{form}", data)


def parse_ann(path):
    areas = {}
    for group in load_dicom(path)["006A0002"]["Value"]:
        flat, kind = numbers(group["00660022"], "d"), first(group, "00700023")
        if kind == "POLYGON":
            starts = [i - 1 for i in numbers(group["00660040"], "I")] + [len(flat)]
            areas[first(group, "006A0005")] = sum(ring_area(list(zip(flat[a:b:2], flat[a + 1:b:2]))) for a, b in zip(starts, starts[1:]))
            check("as many shapes as it says", first(group, "006A000C") == len(starts) - 1)
    return areas


def parse_seg(path):
    data = load_dicom(path)
    pixels, side = base64.b64decode(data["7FE00010"]["InlineBinary"]), int(first(data, "00280010"))
    labels = {first(s, "00620004"): first(s, "00620005") for s in data["00620002"]["Value"]}
    frames, areas = data["52009230"]["Value"], dict.fromkeys(labels.values(), 0)
    check("as many frames as it says", int(first(data, "00280008")) == len(frames) and len(pixels) == len(frames) * side * side // 8)
    for i, frame in enumerate(frames):
        bits = pixels[i * side * side // 8:(i + 1) * side * side // 8]
        areas[labels[first(first(frame, "0062000A"), "0062000B")]] += sum(bin(byte).count("1") for byte in bits)
    return areas


def load_dicom(path):
    if path.endswith(".json"):
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    check_dicom(path)
    return json.loads(subprocess.run(["dcm2json", path], capture_output=True, check=True).stdout)


def check_dicom(path):
    """dciodvfy knows what the standard demands.  (That one element of 3D is missing in 2D it says of every file, highdicom's, too.)"""
    if shutil.which("dciodvfy"):
        said = subprocess.run(["dciodvfy", path], capture_output=True, text=True).stderr.splitlines()
        errors = [line for line in said if line.startswith("Error") and "CommonZCoordinateValue" not in line]
        check(f"dciodvfy finds nothing wrong with {os.path.basename(path)}", said and not errors, said)


def check_written(folder):
    """What is written, read by nothing of Acini's."""
    shapes = [("Gland", {"type": "Polygon", "coordinates": [RING + RING[:1], HOLE + HOLE[:1]]}),
              ("Vessel", {"type": "Polygon", "coordinates": [SQUARE + SQUARE[:1]]}), ("Vessel", {"type": "Point", "coordinates": [3, 4]})]
    source = os.path.join(folder, "source.geojson")
    with open(source, "w", encoding="utf-8") as file:
        json.dump({"type": "FeatureCollection", "features": [
            {"type": "Feature", "geometry": shape, "properties": {"classification": {"name": name, "color": [200, 30, 40]}, "measurements": {"Area": 2.5}}}
            for name, shape in shapes]}, file)
    full, hollow, square = ring_area(RING), ring_area(RING) - ring_area(HOLE), ring_area(SQUARE)
    dicom = ("dcm", "json") if shutil.which("dcm2json") else ("json",)
    for form, suffix, parse, expected in [
            ("labelstudio", "json", parse_labelstudio, (hollow, square)), ("ome", "ome.xml", parse_ome, (hollow, square)),
            ("ndpa", "ndpa", parse_ndpa, (full, square)), ("sliderunner", "sqlite", parse_sliderunner, (full, square)),
            ("camicroscope", "json", parse_camicroscope, (hollow, square)), ("rle", "csv", parse_rle, (hollow + square,))] + [
            ("dicom-ann", suffix, parse_ann, (full, square)) for suffix in dicom] + [("dicom-seg", suffix, parse_seg, (hollow, square)) for suffix in dicom]:
        path = os.path.join(folder, f"written-{form}.{suffix}")
        status, said, problem = run(source, "--output", path, "--format", form, "--size", f"{WIDTH}x{HEIGHT}", "--mpp", str(NM / 1000))
        areas = parse(path) if status == 0 else {}
        check(f"{form} as {suffix}", len(areas) == len(expected) and all(abs(a - b) <= 1e-6 * b for a, b in zip(areas.values(), expected)),
              (areas, expected, problem))
    stroke = {(x, y) for x in range(20, 70) for y in range(10, 50)} - {(x, y) for x in range(30, 40) for y in range(20, 25)}
    path = os.path.join(folder, "brush.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump([{"annotations": [{"result": [{"original_width": 90, "original_height": 60, "value": {
            "format": "rle", "rle": brush.encode(brush.pixels(stroke, 90, 60)), "brushlabels": ["Gland"]}}]}]}], file)
    said = run(path)[1]["objects"]
    check("a brush stroke", [(o["class"], o["area_px"], o["holes"], o["box"]) for o in said] == [("Gland", len(stroke), 1, [20, 10, 70, 50])], said)


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
        check_written(folder)
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
