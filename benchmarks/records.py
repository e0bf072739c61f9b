"""Trains on a table of 20,000 and of 200,000 images, in turn, and prints the most memory that each process held.

    dotnet build -c Release
    python3 benchmarks/records.py
    python3 benchmarks/records.py --rounds 1 --counts 20000 202599

The images are links to few files of 16x16 pixels, and the network is small, so that what grows with their number shows.
Needs a Python with numpy and Pillow, a file system with hard links, and Linux or macOS.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

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


# The most that a process held counts from the one that started it, which is why rows are written one by one.
def run(folder, *command):
    process = subprocess.Popen([ETRNLP, *command, "--quiet"], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"etrnlp {' '.join(command)} failed")
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def train(folder):
    return run(folder, "train", "records.yaml", "--device", "cpu", "--cache", "cache", "--restart")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs=2, default=[20_000, 200_000])
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = [pathlib.Path(name) / str(count) for count in arguments.counts]
        for folder, count in zip(folders, arguments.counts):
            make(folder, count)
            run(folder, "data", "prepare", "records.yaml", "--cache", "cache")
        rounds = [[train(folder) for folder in folders] for _ in range(arguments.rounds)]
    few, many = (statistics.median(held) for held in zip(*rounds))
    print("| images | most MB | images | most MB | difference |")
    print("|---|---|---|---|---|")
    print(f"| {arguments.counts[0]:,} | {few:.1f} | {arguments.counts[1]:,} | {many:.1f} | {many - few:.1f} |")


if __name__ == "__main__":
    main()
