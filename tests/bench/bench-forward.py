#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of network speeds: images a second of Acini against the same network in plain PyTorch.

  bench-forward.py BENCH_FORWARD [--nets unet,b0] [--sizes 512,1024] [--runs 5] [--rounds 3]

BENCH_FORWARD is the program of that name.  The reference of unet, b0 … b5 is kit/reference.py below $ACINI_SHARED, which
needs python3-torch and python3-torchvision; of architectures by name (unet-efficientnet-b0), and of all where one of these is
missing, the program's own network computed as PyTorch does ("eager").  Both run in turn with the threads of
$OMP_NUM_THREADS (2), round after round, since a machine's speed drifts: printed are the median of the seconds, the median of
the rounds' ratios, and the least and the greatest of these.  "together" is Acini with all threads at one image, "side by
side" with an image for each thread, as it segments slides: those are its images a second.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

TARGETS = {("unet", 512): (6, 10), ("unet", 1024): (6, 10), ("b0", 512): (7, 12), ("b2", 512): (7, 12), ("b4", 512): (7, 12),
           ("b0", 1024): (11, 16), ("b2", 1024): (11, 16)}
TARGETS |= {(net, 512): bars for net, bars in (("unet-resnet34", (5, 8)), ("unet-efficientnet-b0", (2, 4)),
                                               ("unet-mit_b0", (5, 8)))}
TARGETS_FLOAT32 = {"unet": (1.3, 2), "b0": (2.7, 4), "b2": (2.7, 4), "b4": (2.7, 4)}


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def find_reference():
    path = os.path.join(os.environ.get("ACINI_SHARED", ""), "kit", "reference.py")
    if not os.environ.get("ACINI_SHARED") or not os.path.exists(path):
        return None, "ACINI_SHARED does not lead to a reference"
    if subprocess.run([sys.executable, "-c", "import torch, torchvision"], capture_output=True, check=False).returncode:
        return None, "python3-torch and python3-torchvision are not installed"
    return path, None


def print_case(case, way, ours, theirs, bars):
    line = f"{case:24} {way:12} {statistics.median(ours):8.4f} "
    if theirs:
        ratios = [their / our for their, our in zip(theirs, ours)]
        line += (f"{statistics.median(theirs):10.4f} {statistics.median(ratios):7.2f} {min(ratios):6.2f} {max(ratios):6.2f}"
                 f"  {bars[0]:>8} {bars[1]:>5}")
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--nets", default="unet,b0")
    parser.add_argument("--sizes", default="512,1024")
    parser.add_argument("--precisions", default="float32,bfloat16")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processor", action="store_true", help="""compare the processor's time, not the clock's, with the
                        program's own reference: of one thread it holds on a busy machine too""")
    parser.add_argument("--unfused", action="store_true", help="""the program's own reference computes attention as two
                        products and a softmax, as segmentation_models_pytorch does""")
    a = parser.parse_args()
    seconds = "processor_seconds" if a.processor else "seconds"
    threads = os.environ.setdefault("OMP_NUM_THREADS", "2")
    reference, why = find_reference()

    if why:
        print(f"# the reference is eager libtorch: {why}")
    print(f"{'network, size, precision':24} {'way':12} {'s':>8} {'reference':>10} {'ratio':>7} {'from':>6} {'to':>6}"
          f"  {'at least':>8} {'aim':>5}")
    for net in a.nets.split(","):
        for size in map(int, a.sizes.split(",")):
            theirs, ours = [], {precision: [] for precision in a.precisions.split(",")}
            for _ in range(a.rounds):
                if reference and len(net) < 5 and not a.processor:
                    theirs.append(run([sys.executable, reference, "forward", net, str(size), "--threads", threads, "--runs",
                                       str(a.runs)])["median_s"])
                else:
                    theirs.append(run([a.program, net, str(size), "unfused" if a.unfused else "eager", "1", str(a.runs)])[seconds])
                for precision, runs in ours.items():
                    runs.append(run([a.program, net, str(size), precision, "1", str(a.runs)]))
            for precision, runs in ours.items():
                bars = (TARGETS_FLOAT32.get(net) if precision == "float32" else TARGETS.get((net, size))) or ("", "")
                case = f"{net} {size} {precision}"
                print_case(case, "together", [r[seconds] for r in runs], theirs, bars)
                if not a.processor:
                    print_case(case, "side by side", [r["side_by_side"] for r in runs], theirs, bars)


if __name__ == "__main__":
    main()
