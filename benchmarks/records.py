"""Trains on a table of 20,000 and of 200,000 images, in turn, and prints the resident memory of the process.

    dotnet build -c Release
    python3 benchmarks/records.py
    python3 benchmarks/records.py --rounds 1 --counts 20000 202599   # 3 and the numbers above, unless said otherwise

The images are links to few files of 16x16 pixels, and the network is small, so that what grows with their number shows.
Needs a Python with numpy and Pillow, a file system with hard links, and Linux.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
import PIL.Image

HERE = pathlib.Path(__file__).resolve().parent
ETRNLP = HERE.parent / "EtrNlp.Cli" / "bin" / "Release" / "net10.0" / "etrnlp"
LINKS = 30_000  # of one file; ext4 allows 65,000
ATTRIBUTES = 40
EXPERIMENT = """name: records
dataset: {{kind: image_table, root: ., image_size: 16}}
tasks: [{{name: all, type: attributes, columns: [{columns}]}}]
backbone: {{kind: resnet18, width: 0.125}}
training: {{batch_size: 256, epochs: 1, optimizer: {{kind: adam, learning_rate: 1e-3}}}}
threads: 1
"""


def make(folder, count):
    folder.mkdir()
    random = numpy.random.default_rng(0)
    columns = [f"a{i}" for i in range(ATTRIBUTES)]
    labels = random.integers(0, 2, (count, ATTRIBUTES), "uint8")
    table = open(folder / "labels.csv", "w")
    print("image", "split", *columns, sep=",", file=table)
    for i in range(count):
        path = folder / f"{i:06}.jpg"
        if i % LINKS == 0:
            first = path
            PIL.Image.fromarray(random.integers(0, 256, (16, 16, 3)).astype("uint8")).save(path)
            os.utime(path, (1e9, 1e9))
        else:
            os.link(first, path)
        print(path.name, "val" if i % 10 == 9 else "train", *labels[i], sep=",", file=table)
    table.close()
    (folder / "records.yaml").write_text(EXPERIMENT.format(columns=", ".join(columns)))


def start(folder, *command):
    return subprocess.Popen([ETRNLP, *command, "--cache", "cache", "--quiet"], cwd=folder)


# None where the process has just ended.
def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return [int(line.split()[1]) / 1e6 * 1024 for line in status.splitlines() if line.startswith("VmRSS")]


# The median of the second half of the readings: steps and an evaluation, and nothing that a start needs for a while.
def train(folder):
    process, readings = start(folder, "train", "records.yaml", "--device", "cpu", "--restart"), []
    while process.poll() is None:
        time.sleep(0.1)
        readings += resident(process)
    return statistics.median(readings[len(readings) // 2:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs=2, default=[20_000, 200_000])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = [pathlib.Path(name) / str(count) for count in arguments.counts]
        for folder, count in zip(folders, arguments.counts):
            make(folder, count)
            start(folder, "data", "prepare", "records.yaml").wait()
        rounds = [[train(folder) for folder in folders] for _ in range(arguments.rounds)]
    few, many = (statistics.median(held) for held in zip(*rounds))
    print("| images | MB | images | MB | difference |")
    print("|---|---|---|---|---|")
    print(f"| {arguments.counts[0]:,} | {few:.1f} | {arguments.counts[1]:,} | {many:.1f} | {many - few:.1f} |")


if __name__ == "__main__":
    main()
