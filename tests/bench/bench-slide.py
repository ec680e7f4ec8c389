#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole slides: what a file on the disk costs beyond its network, how much memory it takes, how soon there is something to see.

  bench-slide.py ACINI_CLI BENCH_FORWARD [--size 20000] [--mpp 1] [--model STARTER] [--folder FOLDER] [--rounds 1]

A phantom is drawn into FOLDER (a temporary one; a drawing that is there is used again), taken into a project, and
segmented by ACINI_CLI as people run it: pixels from OpenSlide, resampled to the model's µm per pixel, bare glass left out,
patches that overlap by a quarter, blended, compressed, written.

  speed    the network alone on as many patches that are in memory already (BENCH_FORWARD, the same model and threads),
           divided by the wall clock of the whole process.  The patches counted are those that went through the network:
           overlap and bare glass are the same on both sides and neither helps nor hurts.  The network is measured before
           and after each round, since a machine's speed drifts.
  memory   the peak of the process' resident memory, libraries included
  first    from the start of the process to the first tile of tissue that another process can read, of several runs

Prints a line for each, with its bar, and a line of JSON.  Threads: $OMP_NUM_THREADS (2)."""
import argparse
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

STARTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "model", "starter")
GIB = 1 << 30


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


class Bench:
    def __init__(self, arguments, folder):
        self.cli, self.forward, self.model = arguments.cli, arguments.forward, os.path.abspath(arguments.model)
        self.threads = os.environ.setdefault("OMP_NUM_THREADS", "2")
        self.folder = folder
        self.slide = os.path.join(folder, f"phantom-{arguments.size}-{arguments.mpp:g}.tiff")
        self.project = os.path.join(folder, "bench.acini")
        if not os.path.exists(self.slide):
            size = f"{arguments.size}x{arguments.size}"
            run(self.cli, "phantom", self.slide, "--size", size, "--mpp", str(arguments.mpp), "--quiet")
        self.make_project()

    def make_project(self):
        shutil.rmtree(self.project, ignore_errors=True)
        run(self.cli, "new", self.project, "--quiet")
        run(self.cli, "import", self.project, self.slide, "--quiet")

    def measure_network(self, patches):
        """Seconds a patch of the network alone, a patch for each thread as in the slide's segmentation."""
        return json.loads(run(self.forward, self.model, "512", "auto", "1", str(patches)))["side_by_side"]

    def start(self):
        shutil.rmtree(os.path.join(self.project, "predictions"), ignore_errors=True)
        os.mkdir(os.path.join(self.project, "predictions"))
        command = [self.cli, "segment", self.project, "--model", self.model, "--threads", self.threads, "--json", "--quiet"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def measure_slide(self):
        """The whole run: its result, seconds on the wall, peak memory in bytes."""
        begin = time.monotonic()
        process = self.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        if status:
            sys.exit("acini-cli segment failed")
        return json.loads(output)["slides"][0], seconds, usage.ru_maxrss * 1024

    def has_tile(self):
        """Whether somebody else sees a finished tile."""
        for entry in os.scandir(os.path.join(self.project, "predictions")):
            if entry.name.endswith(".sqlite"):
                try:
                    with sqlite3.connect(f"file:{entry.path}?mode=ro", uri=True) as database:
                        # Bare glass is a tile of one value, without pixels.
                        found = database.execute("SELECT 1 FROM tiles WHERE level = 0 AND pixels IS NOT NULL LIMIT 1")
                        return found.fetchone() is not None
                except sqlite3.Error:
                    return False
        return False

    def measure_first(self):
        begin = time.monotonic()
        process = self.start()
        while not self.has_tile():
            if process.poll() is not None and not self.has_tile():
                sys.exit("acini-cli segment failed")
            time.sleep(0.004)
        seconds = time.monotonic() - begin
        process.kill()
        process.communicate()
        return seconds


def measure(bench, arguments):
    bench.measure_first()  # warms the disk's cache
    first = [bench.measure_first() for _ in range(arguments.starts)]
    rounds = []
    alone = bench.measure_network(arguments.patches)
    for _ in range(arguments.rounds):
        slide, seconds, memory = bench.measure_slide()
        after = bench.measure_network(arguments.patches)
        network = slide["patches"] * (alone + after) / 2
        rounds.append({"ratio": network / seconds, "seconds": seconds, "network": network, "memory": memory, "slide": slide})
        alone = after
    return sorted(rounds, key=lambda r: r["ratio"])[len(rounds) // 2], max(r["memory"] for r in rounds), first


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cli")
    parser.add_argument("forward")
    parser.add_argument("--size", type=int, default=20000)
    parser.add_argument("--mpp", type=float, default=1)
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--folder")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--patches", type=int, default=60,
                        help="of each thread, that the network alone is measured with, each time")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="acini-bench-") as temporary:
        median, memory, first = measure(Bench(a, a.folder or temporary), a)
    slide, pixels = median["slide"], a.size * a.size / 1e6
    model_pixels = pixels / slide["downsample"] ** 2
    print(f"{a.size} × {a.size} at {a.mpp:g} µm, downsample {slide['downsample']:g}, tissue {slide['tissue_share']:.0%}, "
          f"{slide['patches']} patches: {slide['patches'] * 0.512 ** 2 / model_pixels:.2f} × the slide's pixels")
    print(f"speed    {pixels / median['seconds']:6.2f} Mpx/s of {pixels / median['network']:6.2f} of the network alone: "
          f"{median['ratio']:.3f}   (at least 0.85, aim 0.95)")
    print(f"memory   {memory / GIB:6.2f} GiB   (at most 1.5, aim 1)")
    print(f"first    {statistics.median(first):6.2f} s, {min(first):.2f} to {max(first):.2f}   (at most 1.5, aim 0.7)")
    print(json.dumps({"size": a.size, "mpp": a.mpp, "patches": slide["patches"], "ratio": round(median["ratio"], 4),
                      "seconds": round(median["seconds"], 3), "network_seconds": round(median["network"], 3),
                      "memory_bytes": memory, "first_tile_seconds": [round(s, 3) for s in first]}))


if __name__ == "__main__":
    main()
