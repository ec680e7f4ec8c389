#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bar of training's speed: optimiser steps a second of Acini against the same network in plain PyTorch, and the network's
share of the time of a step whose batch is augmented meanwhile.

  bench-training.py BENCH_TRAINING [--cases unet:256:4,b0:512:2] [--precisions float32,bfloat16] [--runs 3] [--rounds 1]

BENCH_TRAINING is the program of that name; the reference is “kit/reference.py train” below $ACINI_SHARED, eager float32, which
needs python3-torch and python3-torchvision.  Both run in turn with the threads of $OMP_NUM_THREADS (2), since a machine's
speed drifts; with --processor their processor time is compared, of one thread, which holds on a busy machine, too.  Bars: 3 times (aim 6); share 0.85 (aim 0.95).
"""
import argparse
import json
import os
import resource
import statistics
import subprocess
import sys

NAMES = {"unet": "unet-resnet34"} | {f"b{i}": f"segformer-b{i}" for i in range(6)}


def run(command, needed=True):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and needed:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1]) if not done.returncode else None


def get_processor_seconds(command, runs):
    """Of a step: what two more steps than @runs cost more."""
    spent = []
    for n in (runs, runs + 2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not run([*command, "--runs", str(n)], needed=False):
            return None
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return (spent[1] - spent[0]) / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--cases", default="unet:256:4,b0:512:2")
    parser.add_argument("--precisions", default="float32,bfloat16")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--processor", action="store_true", help="compare processor time")
    a = parser.parse_args()
    if a.processor:
        os.environ["OMP_NUM_THREADS"] = "1"
    threads = os.environ.setdefault("OMP_NUM_THREADS", "2")
    seconds = "processor_s" if a.processor else "median_s"
    augmented, share = ("augmented_processor_s", "processor_share") if a.processor else ("augmented_s", "share")
    reference = os.path.join(os.environ.get("ACINI_SHARED", ""), "kit", "reference.py")

    print(f"{'network, size, batch':24} {'precision':9} {'s a step':>9} {'reference':>9} {'ratio':>6} {'bar':>9} "
          f"{'augmented':>9} {'share':>6} {'bar':>11}", flush=True)
    for case in a.cases.split(","):
        net, size, batch = case.split(":")
        theirs, ours = [], {precision: [] for precision in a.precisions.split(",")}
        for _ in range(a.rounds):
            command = [sys.executable, reference, "train", net, size, batch, "--threads", threads]
            if a.processor:
                told = get_processor_seconds(command, a.runs)
            else:
                told = (run([*command, "--runs", str(a.runs)], needed=False) or {}).get("median_s")
            theirs += [told] if told else []
            for precision, runs in ours.items():
                runs.append(run([a.program, NAMES.get(net, net), size, batch, precision, str(a.runs)]))
        if not theirs:
            print("# no reference: it needs python3-torch and python3-torchvision, and ACINI_SHARED")
        for precision, runs in ours.items():
            step = statistics.median(r[seconds] for r in runs)
            ratio = statistics.median(t / r[seconds] for t, r in zip(theirs, runs)) if theirs else float("nan")
            print(f"{net + ' ' + size + ' ' + batch:24} {precision:9} {step:9.3f} "
                  f"{statistics.median(theirs) if theirs else float('nan'):9.3f} {ratio:6.2f} {'3 / 6':>9} "
                  f"{statistics.median(r[augmented] for r in runs):9.3f} "
                  f"{statistics.median(r[share] for r in runs):6.3f} {'0.85 / 0.95':>11}", flush=True)


if __name__ == "__main__":
    main()
