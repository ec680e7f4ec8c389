#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""eager.py DEVICE REFERENCE.py [quick]: what a lab gets out of the same networks with plain PyTorch, under the names that
tests/gpu/driver.cpp has for Acini: images a second, pixels in memory to probabilities in memory, and optimiser steps a second.
float32 is eager, bfloat16 eager under torch.autocast; “…_captured” is the same as one CUDA graph, or says why there is none.
REFERENCE.py: the kit's.  DEVICE: cuda; cpu with quick rehearses.  Prints a JSON line a part.  tests/gpu/run calls it."""

import importlib.util
import json
import sys
import time

import torch

device, path = sys.argv[1:3]
quick = len(sys.argv) > 3
SECONDS = 0.5 if quick else 1.5  # for each figure, after what is chosen and compiled once


def load_reference():
    specification = importlib.util.spec_from_file_location("reference", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def finish():
    if device != "cpu":
        torch.cuda.synchronize()


def autocast(on):
    # What is cast once and kept would not be cast again in a graph.
    return torch.autocast(device, dtype=torch.bfloat16, enabled=on, cache_enabled=False)


def measure(step, count):
    """Of @count things a step, how many a second."""
    for _ in range(1 if quick else 3):
        step()
    finish()
    start, steps = time.perf_counter(), 0
    while steps == 0 or time.perf_counter() - start < SECONDS:
        step()
        steps += 1
        if steps % 8 == 0:
            finish()  # the processor is far ahead of the card
    finish()
    return steps * count / (time.perf_counter() - start)


def capture(step):
    """The same as one CUDA graph, and what @step returned, which each replay overwrites."""
    if device == "cpu":
        raise RuntimeError("there is no card")
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = step()
    return graph, result


def put(part, key, function):
    try:
        part[key] = function()
    except RuntimeError as error:
        part[key] = f"not captured: {str(error).splitlines()[0]}"


def measure_images(network, part):
    network.eval()
    mean = torch.tensor([0.485, 0.456, 0.406], device=device).view(3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225], device=device).view(3, 1, 1)
    side = 128 if quick else 512

    def infer(pixels, low):
        x = (pixels.permute(0, 3, 1, 2).float() / 255 - mean) / deviation
        with autocast(low):
            logits = network(x)
        return (torch.softmax(logits.float(), 1)[:, 1] * 255 + 0.5).byte()

    def measure_captured(rgb):
        pixels = rgb.to(device)
        graph, result = capture(lambda: infer(pixels, True))

        def step():
            pixels.copy_(rgb)
            graph.replay()
            result.cpu()
        return measure(step, len(rgb))

    for batch in (1,) if quick else (1, 8, 32):
        rgb = torch.randint(256, (batch, side, side, 3), dtype=torch.uint8)
        for name, low in (("float32", False), ("bfloat16", True)):
            part[f"{name}_batch{batch}"] = measure(lambda: infer(rgb.to(device), low).cpu(), batch)
        put(part, f"bfloat16_batch{batch}_captured", lambda: measure_captured(rgb))


def measure_training(reference, network, part):
    network.train()
    side = 64 if quick else 256
    for batch in (8,) if quick else (8, 32):
        shape = (1 if quick else batch, 3, side, side)
        x = torch.randn(*shape, device=device)
        target = (torch.rand(shape[0], side, side, device=device) > 0.7).long()
        # What counts its steps on the card can be captured.
        optimiser = torch.optim.AdamW(network.parameters(), lr=6e-5, weight_decay=0.05, capturable=device != "cpu")

        def step():
            optimiser.zero_grad(set_to_none=True)
            with autocast(True):
                logits = network(x)
            loss = reference.loss_ce_dice(logits, target)
            loss.backward()
            optimiser.step()
            return loss

        part[f"steps_per_second_batch{batch}"] = measure(step, 1)
        put(part, f"steps_per_second_batch{batch}_captured", lambda: measure(capture(step)[0].replay, 1))


def main():
    reference = load_reference()
    torch.manual_seed(1)
    for net in ("b0", "unet"):
        for name, function in (("images", lambda network, part: measure_images(network, part)),
                               ("train", lambda network, part: measure_training(reference, network, part))):
            part, start = {}, time.perf_counter()
            network = reference.network(net, 2).to(device)
            # On a processor oneDNN 3.6 divides by zero in some gradients in bfloat16.
            onednn = torch.backends.mkldnn.flags(enabled=name != "train" or device != "cpu")
            with torch.set_grad_enabled(name == "train"), onednn:
                function(network, part)
            part["took_seconds"] = time.perf_counter() - start
            print(json.dumps({f"{name} {net}": part}), flush=True)


main()
