"""Times etrnlp data prepare and Pillow's resize of the same files in turn, A B A B, and prints the ratio of medians.

    dotnet build -c Release
    python3 benchmarks/prepare.py                        # 8,000 files of CelebA's size, as many processes as processors
    python3 benchmarks/prepare.py --images 2000 --pairs 3 --processes 2

Both read JPEG files of 178x218 pixels and make images of 64x78 of them. etrnlp also hashes the files, and writes its
pack; Pillow writes one file of pixels. Needs a Python with numpy and Pillow.
"""
import argparse
import multiprocessing
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

import numpy
import PIL.Image

HERE = pathlib.Path(__file__).resolve().parent
ETRNLP = HERE.parent / "EtrNlp.Cli" / "bin" / "Release" / "net10.0" / "etrnlp"
SIZE = (178, 218)
SCALED = (64, 78)
EXPERIMENT = """name: prepare
dataset: {kind: image_table, root: ., image_size: {shorter: 64}}
tasks: [{name: even, type: attributes, columns: [even]}]
backbone: {kind: resnet18, width: 0.25}
"""


def make(folder, count):
    random = numpy.random.default_rng(0)
    rows = ["image,split,even"]
    for i in range(count):
        coarse = PIL.Image.fromarray(random.integers(0, 256, (11, 9, 3)).astype("uint8"))
        coarse = coarse.resize(SIZE, PIL.Image.BICUBIC)
        noise = random.integers(-12, 13, (SIZE[1], SIZE[0], 3))
        pixels = numpy.clip(numpy.asarray(coarse).astype(int) + noise, 0, 255).astype("uint8")
        PIL.Image.fromarray(pixels).save(folder / f"{i:06}.jpg", quality=90)
        rows.append(f"{i:06}.jpg,{'val' if i % 10 == 9 else 'train'},{1 - i % 2}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    (folder / "prepare.yaml").write_text(EXPERIMENT)


def resize(path):
    with PIL.Image.open(path) as image:
        return image.convert("RGB").resize(SCALED, PIL.Image.BILINEAR).tobytes()


def pillow(folder, paths, processes):
    start = time.perf_counter()
    with multiprocessing.Pool(processes) as pool, open(folder / "pixels", "wb") as pixels:
        for scaled in pool.imap(resize, paths, chunksize=64):
            pixels.write(scaled)
    return time.perf_counter() - start


def etrnlp(folder):
    cache = folder / "cache"
    shutil.rmtree(cache, ignore_errors=True)
    start = time.perf_counter()
    subprocess.run([ETRNLP, "data", "prepare", folder / "prepare.yaml", "--cache", cache, "--quiet"], check=True)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=8000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make(folder, arguments.images)
        paths = sorted(folder.glob("*.jpg"))
        pairs = [(pillow(folder, paths, arguments.processes), etrnlp(folder)) for _ in range(arguments.pairs)]
    theirs, ours = (arguments.images / statistics.median(times) for times in zip(*pairs))
    print("| images | processes | Pillow images/s | etrnlp images/s | ratio |")
    print("|---|---|---|---|---|")
    print(f"| {arguments.images:,} | {arguments.processes} | {theirs:,.0f} | {ours:,.0f} | {ours / theirs:.2f} |")


if __name__ == "__main__":
    main()
