#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-corpus.py FOLDER: writes the files that the fuzzers begin with, corpus-torch/ and corpus-safetensors/, and that
tests/test-container.cpp reads too.  Every good one holds conv.weight (2, 1, 1, 2) = 0 1 2 3 and conv.bias (2,) = 4 5,
in float32 but for types.*.  Needs PyTorch (2.6 wrote those in the repository)."""
import collections
import json
import os
import struct
import sys
import zipfile

import torch


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 2, (1, 2))
        with torch.no_grad():
            self.conv.weight.copy_(torch.arange(4.0).view(2, 1, 1, 2))
            self.conv.bias.copy_(torch.tensor([4.0, 5.0]))

    def forward(self, x):
        return self.conv(x)


def make_torch(folder):
    network = Network()
    state = collections.OrderedDict((k, v.detach().clone()) for k, v in network.state_dict().items())

    def save(name, value, **options):
        torch.save(value, os.path.join(folder, name), **options)

    save("zip.pth", state)
    save("legacy.pth", state, _use_new_zipfile_serialization=False)
    save("plain-dict.pth", dict(state))
    save("metadata.pth", network.state_dict())
    save("parameters.pth", collections.OrderedDict(network.named_parameters()))
    save("protocol4.pth", state, pickle_protocol=4)
    save("protocol5-legacy.pth", state, pickle_protocol=5, _use_new_zipfile_serialization=False)
    save("nested.pth", {"epoch": 3, "trainer": {"weights": {"module." + k: v for k, v in state.items()}}})
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.ones(1, 1, 2, 2)).sum().backward()
    saved = [v.clone() for v in state.values()]
    optimizer.step()
    save("optimizer.pth", {"meta": {"CLASSES": ("background", "gland"), "iter": 10,
                                    "config": "img_norm_cfg = dict(\n    mean=[123.675, 116.28, 103.53], "
                                              "std=[58.395, 57.12, 57.375], to_rgb=True)\n"},
                           "state_dict": dict(zip(state, saved)), "optimizer": optimizer.state_dict()})
    base = torch.zeros(40)
    base[7], base[11], base[15], base[19] = 0, 1, 2, 3
    base[30], base[38] = 4, 5
    save("strides.pth", {"conv.weight": base[7:20:4].view(2, 1, 1, 2), "conv.bias": base[30:39:8]})
    save("types.pth", {str(t).split(".")[1]: torch.tensor([1, 0, 3]).to(t) for t in (
        torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8,
        torch.uint8, torch.bool)} | {"scalar": torch.tensor(7), "empty": torch.zeros(0, 3)})
    # nnU-Net's, with what its trainer writes beside the weights.
    channels = {str(i): "rgb_to_0_1" for i in range(3)}
    configuration = {"patch_size": [64, 96], "architecture": {"arch_kwargs": {
        "nonlin": "torch.nn.LeakyReLU", "nonlin_kwargs": {"negative_slope": 0.01, "inplace": True}}}}
    save("nnunet.pth", {"network_weights": state, "current_epoch": 1000, "init_args": {
        "plans": {"configurations": {"2d": configuration}}, "configuration": "2d",
        "dataset_json": {"channel_names": channels, "labels": {"background": 0, "gland": 1, "tumour": [1, 2], "ignore": 3}}},
        "trainer_name": "nnUNetTrainer"})
    torch.jit.save(torch.jit.script(Network()), os.path.join(folder, "script.pt"))
    save("refused-module.pth", Network())
    with zipfile.ZipFile(os.path.join(folder, "zip.pth")) as source, \
            zipfile.ZipFile(os.path.join(folder, "refused-compressed.pth"), "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(os.path.join(folder, "zip.pth")) as source, \
            zipfile.ZipFile(os.path.join(folder, "repacked.pth"), "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name))


def write_safetensors(path, tensors, metadata=None, pad=8):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % pad)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def make_safetensors(folder):
    weight, bias = struct.pack("<4f", 0, 1, 2, 3), struct.pack("<2f", 4, 5)
    plain = {"conv.weight": ("F32", [2, 1, 1, 2], weight), "conv.bias": ("F32", [2], bias)}
    write_safetensors(os.path.join(folder, "plain.safetensors"), plain)
    write_safetensors(os.path.join(folder, "metadata.safetensors"), plain, {"format": "pt", "ключ": "“é”"}, 1)
    sizes = {"F32": 4, "F16": 2, "BF16": 2, "F64": 8, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
             "U16": 2, "U32": 4, "U64": 8, "F8_E4M3": 1, "F8_E5M2": 1}
    types = {t: (t, [3], bytes(3 * n)) for t, n in sizes.items()}
    write_safetensors(os.path.join(folder, "types.safetensors"),
                      types | {"scalar": ("I64", [], bytes(8)), "empty": ("F32", [0, 3], b"")})


if __name__ == "__main__":
    torch.manual_seed(0)
    for kind, make in (("torch", make_torch), ("safetensors", make_safetensors)):
        folder = os.path.join(sys.argv[1], "corpus-" + kind)
        os.makedirs(folder, exist_ok=True)
        make(folder)
