# SPDX-License-Identifier: GPL-3.0-or-later
"""Label Studio's brush strokes, as its converter packs and unpacks them (after thi.ng's rle-pack): bits as text."""


def decode(rle):
    """The bytes, four a pixel."""
    bits, at = "".join(f"{byte:08b}" for byte in rle), 0

    def read(n):
        nonlocal at
        at += n
        return int(bits[at - n:at], 2)

    n, word = read(32), read(5) + 1
    sizes = [read(4) + 1 for _ in range(4)]
    out = []
    while len(out) < n:
        repeats, count = read(1), 1 + read(sizes[read(2)])
        out += [read(word)] * count if repeats else [read(word) for _ in range(count)]
    return out


def encode(data, sizes=(3, 4, 8, 16)):
    """Values that repeat as such, others as lists."""
    bits, at = f"{len(data):032b}{8 - 1:05b}" + "".join(f"{size - 1:04b}" for size in sizes), 0

    def block(repeats, values, count):
        index = min(i for i, size in enumerate(sizes) if count - 1 < 1 << size)
        return f"{repeats}{index:02b}{count - 1:0{sizes[index]}b}" + "".join(f"{value:08b}" for value in values)

    while at < len(data):
        end = at + 1
        while end < len(data) and data[end] == data[at] and end - at < 1 << max(sizes):
            end += 1
        if end - at > 1:
            bits += block(1, [data[at]], end - at)
        else:
            while end + 1 < len(data) and data[end] != data[end + 1] and end - at < 256:
                end += 1
            bits += block(0, data[at:end], end - at)
        at = end
    bits += "0" * (-len(bits) % 8)
    return [int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)]


def pixels(mask, width, height):
    """Four bytes for each pixel, those of @mask, a set of (x, y), opaque."""
    return [byte for y in range(height) for x in range(width) for byte in ((200, 60, 60, 255) if (x, y) in mask else (0, 0, 0, 0))]
