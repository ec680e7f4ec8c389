#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of network speeds: images a second of Acini against the same network in plain PyTorch.

  bench-forward.py BENCH_FORWARD [--nets unet,b0] [--sizes 512,1024] [--runs 5]

BENCH_FORWARD is the program of that name.  The reference is kit/reference.py below $ACINI_SHARED, which needs
python3-torch and python3-torchvision; without either only seconds are printed.  Both run in turn, case by case, with
the threads of $OMP_NUM_THREADS (2), since a machine's speed drifts."""
import argparse
import json
import os
import subprocess
import sys

TARGETS = {("unet", 512): (6, 10), ("unet", 1024): (6, 10), ("b0", 512): (7, 12), ("b2", 512): (7, 12), ("b4", 512): (7, 12),
           ("b0", 1024): (11, 16), ("b2", 1024): (11, 16)}
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--nets", default="unet,b0")
    parser.add_argument("--sizes", default="512,1024")
    parser.add_argument("--precisions", default="float32,bfloat16")
    parser.add_argument("--runs", type=int, default=5)
    a = parser.parse_args()
    threads = os.environ.setdefault("OMP_NUM_THREADS", "2")
    reference, why = find_reference()

    if why:
        print(f"# no ratios: {why}")
    print(f"{'network':8} {'size':>5} {'precision':10} {'s':>8} {'reference':>10} {'ratio':>7}  {'at least':>8} {'aim':>5}")
    for net in a.nets.split(","):
        for size in map(int, a.sizes.split(",")):
            seconds = None
            if reference:
                seconds = run([sys.executable, reference, "forward", net, str(size), "--threads", threads, "--runs",
                               str(a.runs)])["median_s"]
            for precision in a.precisions.split(","):
                own = run([a.program, net, str(size), precision, "1", str(a.runs)])
                least, aim = TARGETS_FLOAT32.get(net, ("", "")) if precision == "float32" else TARGETS.get((net, size), ("", ""))
                print(f"{net:8} {size:5} {own['precision']:10} {own['seconds']:8.4f} "
                      + (f"{seconds:10.4f} {seconds / own['seconds']:7.2f}" if seconds else f"{'-':>10} {'-':>7}")
                      + f"  {least:>8} {aim:>5}", flush=True)


if __name__ == "__main__":
    main()
