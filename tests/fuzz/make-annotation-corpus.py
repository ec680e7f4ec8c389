#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the small files that the fuzzing of annotations begins with, one or more per format, into the folder ARGV[1].
They are made up; their licence is that of Acini."""
import gzip
import json
import os
import sqlite3
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
sys.dont_write_bytecode = True
import brush
import dicom_file

FOLDER = sys.argv[1]
SQUARE = [[10, 10], [60, 10], [60, 50], [10, 50], [10, 10]]
HOLE = [[20, 20], [30, 20], [30, 30], [20, 30], [20, 20]]


def put(name, content):
    data = content if isinstance(content, bytes) else content.encode() if isinstance(content, str) else json.dumps(content).encode()
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(data)


def feature(geometry, **properties):
    return {"type": "Feature", "id": "PathAnnotationObject", "geometry": geometry, "properties": properties}


def main():
    collection = {"type": "FeatureCollection", "features": [
        feature({"type": "Polygon", "coordinates": [SQUARE, HOLE], "plane": {"c": -1, "z": 1, "t": 0}},
                objectType="annotation", name="one", isLocked=True, classification={"name": "Tumor: é", "color": [200, 0, 0]},
                measurements={"Area": 1.5, "b": 2}),
        feature({"type": "MultiPolygon", "coordinates": [[SQUARE], [[[100, 100], [120, 100], [100, 120], [100, 100]]]]},
                object_type="detection", classification={"name": "Stroma", "colorRGB": -3670016}),
        feature({"type": "Polygon", "isEllipse": True, "coordinates": [[[0, 5], [5, 0], [10, 5], [5, 10], [0, 5]]]}),
        feature({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}), feature({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
        feature({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]})]}
    put("geojson-collection.geojson", collection)
    put("geojson-cells.json", [{**feature({"type": "Polygon", "coordinates": [SQUARE]}, objectType="cell",
                                          measurements=[{"name": "a", "value": 1}]),
                                "nucleusGeometry": {"type": "Polygon", "coordinates": [HOLE]},
                                "childObjects": [feature({"type": "Point", "coordinates": [1, 2]})]}])
    put("geojson-packed.geojson.gz", gzip.compress(json.dumps(collection).encode(), mtime=0))
    put("aperio-regions.xml", """<Annotations MicronsPerPixel="0.5"><Annotation Id="1" Name="x" LineColor="65280">
<Attributes><Attribute Id="0" Name="Kidney" Value=""/></Attributes><Regions>
<Region Id="1" Type="0" Text="a&amp;b" NegativeROA="0"><Vertices><Vertex X="1" Y="1" Z="0"/><Vertex X="50" Y="1"/><Vertex X="50" Y="50"/></Vertices></Region>
<Region Id="2" Type="0" NegativeROA="1" InputRegionId="1"><Vertices><Vertex X="20" Y="10"/><Vertex X="30" Y="10"/><Vertex X="30" Y="15"/></Vertices></Region>
<Region Id="3" Type="2"><Vertices><Vertex X="5" Y="5"/><Vertex X="9" Y="8"/></Vertices></Region>
<Region Id="4" Type="1"><Vertices><Vertex X="5" Y="5"/><Vertex X="9" Y="8"/></Vertices></Region></Regions></Annotation></Annotations>""")
    put("asap-groups.xml", """<?xml version="1.0"?><ASAP_Annotations><Annotations>
<Annotation Name="A 0" Type="Polygon" PartOfGroup="Tumor" Color="#F4FA58"><Coordinates><Coordinate Order="0" X="1.5" Y="2"/><Coordinate Order="1" X="30" Y="2"/><Coordinate Order="2" X="9" Y="40"/></Coordinates></Annotation>
<Annotation Name="A 1" Type="Spline" PartOfGroup="None" Color="#F4FA58"><Coordinates><Coordinate Order="0" X="1" Y="2"/><Coordinate Order="1" X="3" Y="2"/><Coordinate Order="2" X="3" Y="4"/></Coordinates></Annotation>
<Annotation Name="A 2" Type="Dot" PartOfGroup="None" Color="#F4FA58"><Coordinates><Coordinate Order="0" X="1" Y="2"/></Coordinates></Annotation>
</Annotations><AnnotationGroups><Group Name="Tumor" PartOfGroup="None" Color="#64FE2E"><Attributes/></Group></AnnotationGroups></ASAP_Annotations>""")
    put("histomics-elements.json", {"name": "n", "attributes": {}, "elements": [
        {"type": "polyline", "closed": True, "points": [[1, 1, 0], [9, 1, 0], [9, 9, 0]], "holes": [[[3, 3, 0], [4, 3, 0], [4, 4, 0]]],
         "group": "g", "label": {"value": "l"}, "lineColor": "rgb(1,2,3)", "fillColor": "rgba(1,2,3,0.5)"},
        {"type": "rectangle", "center": [5, 5, 0], "width": 4, "height": 3, "rotation": 0.3}, {"type": "point", "center": [1, 2, 0]},
        {"type": "ellipse", "center": [5, 5, 0], "width": 4, "height": 3, "rotation": 1}, {"type": "circle", "center": [5, 5, 0], "radius": 3},
        {"type": "polylineunclosed"}]})
    put("coco-instances.json", {"info": {}, "images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
                                "categories": [{"id": 1, "name": "c", "color": "#ff0000"}], "annotations": [
        {"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[1, 1, 9, 1, 9, 9], [20, 20, 25, 20, 25, 25]], "iscrowd": 0},
        {"id": 2, "image_id": 1, "category_id": 1, "segmentation": {"size": [30, 40], "counts": [100, 5, 20, 8, 1067]}, "iscrowd": 1},
        {"id": 3, "image_id": 1, "category_id": 1, "segmentation": {"size": [3, 2], "counts": "1121"}},
        {"id": 4, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]})
    put("labelme-shapes.json", {"version": "5.0", "flags": {}, "imagePath": "a.png", "imageWidth": 40, "imageHeight": 30, "shapes": [
        {"label": "a", "points": [[1, 1], [9, 1], [9, 9]], "shape_type": "polygon", "group_id": None, "description": "d"},
        {"label": "b", "points": [[1, 1], [9, 5]], "shape_type": "rectangle"}, {"label": "c", "points": [[5, 5], [9, 5]], "shape_type": "circle"},
        {"label": "d", "points": [[1, 1]], "shape_type": "point"}, {"label": "e", "points": [[1, 1], [2, 3]], "shape_type": "linestrip"}]})
    put("cvat-images.xml", """<?xml version="1.0"?><annotations><version>1.1</version><meta><task><labels><label><name>g</name><color>#ff00ff</color></label></labels></task></meta>
<image id="0" name="a.png" width="40" height="30"><polygon label="g" points="1.0,2.0;9,2;9,9" z_order="0"/><box label="g" xtl="1" ytl="2" xbr="9" ybr="8" rotation="10"/>
<ellipse label="g" cx="5" cy="5" rx="3" ry="2"/><polyline label="g" points="1,2;3,4"/><points label="g" points="1,2;3,4"/>
<mask label="g" rle="2, 3, 4, 3" left="1" top="1" width="4" height="3"/><skeleton label="g"><points label="1" points="1,2"/></skeleton></image>
<track id="0" label="g"><box frame="0" xtl="1" ytl="2" xbr="9" ybr="8" outside="0"/></track></annotations>""")
    put("labelstudio-tasks.json", [{"id": 1, "data": {"image": "a.png"}, "annotations": [{"id": 1, "result": [
        {"id": "x", "type": "polygonlabels", "original_width": 40, "original_height": 30, "value": {"points": [[1, 1], [90, 1], [90, 90]], "polygonlabels": ["a"]}},
        {"id": "y", "type": "rectanglelabels", "original_width": 40, "original_height": 30,
         "value": {"x": 1, "y": 2, "width": 30, "height": 40, "rotation": 20, "rectanglelabels": ["b"]}},
        {"id": "z", "type": "ellipselabels", "original_width": 40, "original_height": 30,
         "value": {"x": 50, "y": 50, "radiusX": 10, "radiusY": 5, "rotation": 0, "ellipselabels": ["b"]}},
        {"id": "k", "type": "keypointlabels", "original_width": 40, "original_height": 30, "value": {"x": 5, "y": 6, "keypointlabels": ["b"]}}]}]}])
    stroke = {(x, y) for x in range(2, 7) for y in range(1, 6)} - {(4, 3)} | {(9, 7)}
    put("labelstudio-brush.json", [{"id": 1, "data": {"image": "a.png"}, "annotations": [{"id": 1, "result": [
        {"id": "b", "type": "brushlabels", "original_width": 10, "original_height": 8,
         "value": {"format": "rle", "rle": brush.encode(brush.pixels(stroke, 10, 8)), "brushlabels": ["a"]}},
        {"id": "v", "type": "vectorlabels", "original_width": 10, "original_height": 8,
         "value": {"vertices": [{"x": 1, "y": 2}, {"x": 30, "y": 40}], "closed": False, "vectorlabels": ["a"]}}]}]}])
    regions = [{"shape_attributes": {"name": "polygon", "all_points_x": [1, 9, 9], "all_points_y": [1, 1, 9]}, "region_attributes": {"class": "a"}},
               {"shape_attributes": {"name": "rect", "x": 1, "y": 2, "width": 3, "height": 4}, "region_attributes": {}},
               {"shape_attributes": {"name": "circle", "cx": 5, "cy": 5, "r": 3}, "region_attributes": {}},
               {"shape_attributes": {"name": "ellipse", "cx": 5, "cy": 5, "rx": 3, "ry": 2, "theta": 0.2}, "region_attributes": {}},
               {"shape_attributes": {"name": "point", "cx": 5, "cy": 5}, "region_attributes": {}}]
    put("via-project.json", {"_via_settings": {}, "_via_img_metadata": {"a.png12": {"filename": "a.png", "size": 12, "regions": regions}}})
    put("via-old.json", {"a.png12": {"filename": "a.png", "size": 12, "regions": {str(i): r for i, r in enumerate(regions)}}})
    put("voc-objects.xml", """<annotation><filename>a.png</filename><size><width>40</width><height>30</height></size>
<object><name>x</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>7</ymax></bndbox></object>
<object><name>y</name><polygon><x1>1</x1><y1>2</y1><x2>11</x2><y2>2</y2><x3>11</x3><y3>9</y3></polygon></object></annotation>""")
    put("ome-rois.xml", """<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels SizeX="40" SizeY="30"/><ROIRef ID="ROI:0"/></Image>
<ROI ID="ROI:0" Name="r"><Union><Polygon ID="Shape:0" Points="1,2 9,2 9,9" FillColor="16711935" TheZ="1" Text="t"/>
<Rectangle ID="Shape:1" X="1" Y="2" Width="3" Height="4"><Transform A00="1" A01="0" A02="2" A10="0" A11="1" A12="3"/></Rectangle>
<Ellipse ID="Shape:2" X="5" Y="5" RadiusX="3" RadiusY="2"/><Point ID="Shape:3" X="1" Y="2"/><Line ID="Shape:4" X1="1" Y1="2" X2="3" Y2="4"/>
<Polyline ID="Shape:5" Points="1,2 3,4"/><Label ID="Shape:6" X="1" Y="2"/>
<Mask ID="Shape:7" X="1" Y="2" Width="4" Height="4"><BinData Length="4" BigEndian="false">/w8=</BinData></Mask></Union></ROI></OME>""")
    put("camicroscope-marks.json", [{"provenance": {"image": {"slide": "s"}, "analysis": {"source": "human", "execution_id": "e"}},
                                     "properties": {"annotations": {"name": "n", "notes": ""}},
                                     "geometries": {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"style": {"color": "#00ff00"}}, "geometry": {"type": "Polygon", "coordinates": [[[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]]]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [0.1, 0.1]}}]}}])
    put("cytomine-shapes.txt", "POLYGON ((1 2, 9 2, 9 9, 1 2), (3 3, 4 3, 4 4, 3 3))\nMULTIPOLYGON (((1 2, 9 2, 9 9, 1 2)))\nPOINT (1 2)\nLINESTRING (1 2, 3 4)\n")
    put("cytomine-server.json", {"annotation": {"id": 1, "location": "POLYGON ((1 2, 9 2, 9 9, 1 2))", "term": [3]}})
    put("ndpa-states.ndpa", """<?xml version="1.0" encoding="utf-8"?><annotations><ndpviewstate id="1"><title>x</title><details>d</details><coordformat>nanometers</coordformat>
<annotation type="freehand" displayname="AnnotateFreehand" color="#000000"><measuretype>0</measuretype><closed>1</closed><pointlist><point><x>0</x><y>0</y></point><point><x>9000</x><y>0</y></point><point><x>0</x><y>9000</y></point></pointlist></annotation></ndpviewstate>
<ndpviewstate id="2"><title>c</title><annotation type="circle" color="#ff0000"><x>100</x><y>100</y><radius>5000</radius></annotation></ndpviewstate>
<ndpviewstate id="3"><title>l</title><annotation type="linearmeasure" color="#ff0000"><x1>1</x1><y1>1</y1><x2>900</x2><y2>900</y2></annotation></ndpviewstate>
<ndpviewstate id="4"><title>p</title><annotation type="pin" color="#ff0000"><x>1</x><y>1</y></annotation></ndpviewstate></annotations>""")
    put("pathologycore-areas.json", [{"type": "Area", "id": "1", "readonly": True, "content": [{"x": 0.1, "y": 0.1}, {"x": 0.5, "y": 0.1}, {"x": 0.5, "y": 0.5}]},
                                     {"type": "Polyline", "id": "2", "content": [{"x": 0.1, "y": 0.1}, {"x": 0.5, "y": 0.1}]}])
    put("hubmap-outlines.json", [[[1, 2], [9, 2], [9, 9]], [[20, 20], [25, 20], [25, 25]]])
    put("hubmap-lines.jsonl", "\n".join(json.dumps({"id": i, "annotations": [{"type": "glomerulus", "coordinates": [SQUARE]}]}) for i in "ab"))
    put("rle-train.csv", "id,organ,img_height,img_width,rle\na,kidney,30,40,1 5 31 5 61 9\nb,lung,30,40,\n\"c,d\",lung,30,40,\"900 3\"\n")
    put("dicom-ann.json", dicom_file.annotations([
        dicom_file.group("POLYGON", "a", [SQUARE[:4], HOLE[:4]], measure=("Area", "um2", [7.5], [2])),
        dicom_file.group("RECTANGLE", "b", [SQUARE[:4]], doubles=True), dicom_file.group("ELLIPSE", "c", [[[10, 20], [30, 20], [20, 15], [20, 25]]]),
        dicom_file.group("POINT", "d", [[[1, 2]], [[3, 4]]])]))
    spot = {(x, y) for x in range(3, 12) for y in range(2, 7)}
    put("dicom-seg-sparse.json", dicom_file.segmentation({"a": spot, "b": {(14, 9)}}, 15, 10, 8))
    put("dicom-seg-full.json", dicom_file.segmentation({"a": spot}, 15, 10, 8, True))
    path = os.path.join(FOLDER, "sliderunner.sqlite")
    if os.path.exists(path):
        os.remove(path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA page_size = 512")
    database.executescript("""
CREATE TABLE Slides (uid INTEGER PRIMARY KEY, filename TEXT, width INTEGER, height INTEGER, directory TEXT);
CREATE TABLE Classes (uid INTEGER PRIMARY KEY, name TEXT, color TEXT);
CREATE TABLE Annotations (uid INTEGER PRIMARY KEY, slide INTEGER, type INTEGER, agreedClass INTEGER, deleted INTEGER DEFAULT 0, guid TEXT, lastModified REAL, description TEXT);
CREATE TABLE Annotations_coordinates (uid INTEGER PRIMARY KEY, coordinateX INTEGER, coordinateY INTEGER, slide INTEGER, annoId INTEGER, orderIdx INTEGER);
CREATE TABLE Annotations_label (uid INTEGER PRIMARY KEY, person INTEGER, class INTEGER, exact INTEGER, annoId INTEGER);
INSERT INTO Slides VALUES (1, 'a.svs', 40, 30, '');
INSERT INTO Classes VALUES (1, 'g', '#ff0000');
INSERT INTO Annotations (uid, slide, type, agreedClass) VALUES (1, 1, 3, 1), (2, 1, 1, 0), (3, 1, 2, 1), (4, 1, 5, 1);
INSERT INTO Annotations_label VALUES (1, 1, 1, 1, 2);
INSERT INTO Annotations_coordinates (coordinateX, coordinateY, slide, annoId, orderIdx) VALUES (1, 2, 1, 1, 1), (9, 2, 1, 1, 2), (9, 9, 1, 1, 3),
  (5, 5, 1, 2, 1), (1, 2, 1, 3, 1), (9, 8, 1, 3, 2), (1, 2, 1, 4, 1), (9, 8, 1, 4, 2);""")
    database.commit()
    database.close()


main()
