# SPDX-License-Identifier: GPL-3.0-or-later
"""DICOM's JSON model (PS3.18, annex F) of annotations and segmentations, and files of DICOM of it: explicit VR, little endian."""
import base64
import struct

ANN, SEG = "1.2.840.10008.5.1.4.1.1.91.1", "1.2.840.10008.5.1.4.1.1.66.4"
NUMBERS = {"US": "H", "UL": "I"}
LONG = ("OB", "OW", "OF", "OD", "OL", "SQ", "UT")


def values(vr, *items):
    return {"vr": vr, "Value": list(items)}


def binary(vr, form, numbers):
    return {"vr": vr, "InlineBinary": base64.b64encode(struct.pack(f"<{len(numbers)}{form}", *numbers)).decode()}


def code(meaning, value="1"):
    return values("SQ", {"00080100": values("SH", value), "00080104": values("LO", meaning)})


def group(kind, label, shapes, doubles=False, measure=None):
    """@shapes: lists of (x, y)."""
    flat = [[c for point in shape for c in point] for shape in shapes]
    points = [c for shape in flat for c in shape]
    item = {"006A0005": values("LO", label), "006A000A": code("Glomerulus"), "00700023": values("CS", kind),
            "006A000C": values("UL", len(shapes)), "0062000D": values("US", 35579, 53662, 50858)}
    item["00660022" if doubles else "00660016"] = binary(*(("OD", "d") if doubles else ("OF", "f")), points)
    if kind in ("POLYGON", "POLYLINE"):
        starts = [1 + sum(len(s) for s in flat[:i]) for i in range(len(flat))]
        item["00660040"] = binary("OL", "I", starts)
    if measure:
        name, unit, numbers, places = measure
        inner = {"00660125": binary("OF", "f", numbers)}
        if places:
            inner["006A0011"] = binary("OL", "I", places)
        item["00660121"] = values("SQ", {"0040A043": code(name), "004008EA": code("", unit), "00660132": values("SQ", inner)})
    return item


def annotations(groups, kind="2D"):
    return {"00080016": values("UI", ANN), "006A0001": values("CS", kind), "006A0002": values("SQ", *groups)}


def segmentation(masks, width, height, tile, full=False):
    """@masks: label → set of (x, y); tiles of @tile × @tile, all of them with @full, else those with something in them."""
    bits, places = [], []
    for number, mask in enumerate(masks.values(), 1):
        for top in range(0, height, tile):
            for left in range(0, width, tile):
                here = [(x, y) in mask for y in range(top, top + tile) for x in range(left, left + tile)]
                if full or any(here):
                    bits += here
                    places.append((number, left, top))
    bits += [False] * (-len(bits) % 16)
    pixels = [sum(bit << i for i, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8)]
    data = {"00080016": values("UI", SEG), "00280008": values("IS", len(places)), "00280010": values("US", tile),
            "00280011": values("US", tile), "00280100": values("US", 1), "00480006": values("UL", width), "00480007": values("UL", height),
            "00620001": values("CS", "BINARY"),
            "00620002": values("SQ", *({"00620004": values("US", i), "00620005": values("LO", label)} for i, label in enumerate(masks, 1)))}
    if not full:
        data["52009230"] = values("SQ", *({
            "0048021A": values("SQ", {"0048021E": values("SL", left + 1), "0048021F": values("SL", top + 1)}),
            "0062000A": values("SQ", {"0062000B": values("US", number)})} for number, left, top in places))
    data["7FE00010"] = binary("OB", "B", pixels)
    return data


def encode(element):
    vr, items = element["vr"], element.get("Value", [])
    if vr == "SQ":
        return b"".join(b"\xfe\xff\x00\xe0" + struct.pack("<I", len(d)) + d for d in map(dataset, items))
    if "InlineBinary" in element:
        data = base64.b64decode(element["InlineBinary"])
    elif vr in NUMBERS or vr == "SL":
        data = struct.pack(f"<{len(items)}{NUMBERS.get(vr, 'i')}", *items)
    else:
        data = "\\".join(map(str, items)).encode()
    return data + (b"\0" if vr == "UI" or vr in LONG else b" ") * (len(data) % 2)


def dataset(elements):
    out = b""
    for tag in sorted(elements):
        vr, data = elements[tag]["vr"], encode(elements[tag])
        head = struct.pack("<HH2s", int(tag[:4], 16), int(tag[4:], 16), vr.encode())
        out += head + (struct.pack("<HI", 0, len(data)) if vr in LONG else struct.pack("<H", len(data))) + data
    return out


def part10(elements):
    """The bytes of a file."""
    uid = elements["00080016"]["Value"][0]
    meta = dataset({"00020001": {"vr": "OB", "InlineBinary": "AAE="}, "00020002": values("UI", uid), "00020003": values("UI", "1.2.3"),
                    "00020010": values("UI", "1.2.840.10008.1.2.1"), "00020012": values("UI", "1.2.3.4")})
    return b"\0" * 128 + b"DICM" + dataset({"00020000": values("UL", len(meta))}) + meta + dataset(elements)
