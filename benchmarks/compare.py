"""Times etrnlp and the plain PyTorch version in turn, A B A B, and prints the ratio of medians.

    dotnet build -c Release
    python3 benchmarks/compare.py                     # every row, five pairs each, two threads
    python3 benchmarks/compare.py --only synchronized --pairs 7
    python3 benchmarks/compare.py --only segnet --layout plain --pairs 1

Needs a Python with torch. The peer runs in both memory layouts and its faster one counts, unless --layout names one. Every row has its
number of timed steps, half of it (at least two) from batch 128 on: a joint step is short, and in few of them the runtime still compiles.
"""
import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import typing

HERE = pathlib.Path(__file__).resolve().parent
ETRNLP = HERE.parent / "EtrNlp.Cli" / "bin" / "Release" / "net10.0" / "etrnlp"
LAYOUTS = {"plain": [], "channels_last": ["--channels-last"]}  # arguments of the peer
HARD = ["--set", "routing.kind=hard_sharing"]


class Row(typing.NamedTuple):
    peer: list  # arguments
    ours: list
    file: str = "resnet18.yaml"
    batches: tuple = (32, 128)
    steps: int = 4

    def steps_at(self, batch):
        return self.steps if batch < 128 else max(2, self.steps // 2)


ROWS = {
    "steady_state": Row(["--net", "etrnlp", "--update", "steady_state"], ["--set", "training.update=steady_state"]),
    "synchronized": Row(["--net", "etrnlp", "--update", "synchronized"], ["--set", "training.update=synchronized"]),
    "nlp": Row(["--net", "nlp", "--update", "steady_state"], HARD + ["--set", "training.update=steady_state"]),
    "nlp_joint": Row(["--net", "nlp_joint"], HARD + ["--set", "training.update=joint"], steps=40),
    "conv": Row(["--net", "conv", "--update", "steady_state"], HARD + ["--set", "operation.kind=conv", "--set", "training.update=steady_state"]),
    "conv_joint": Row(["--net", "conv_joint"], HARD + ["--set", "operation.kind=conv", "--set", "training.update=joint"], steps=40),
    "segnet": Row(["--net", "segnet_etrnlp", "--update", "synchronized", "--size", "128x256"], [], "segnet.yaml", (4,), steps=1),
}


def output(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    return done.stdout


def peer(arguments, batch, threads, steps):
    command = [sys.executable, HERE / "etrnlp_torch.py", *arguments, "--batch", str(batch), "--threads", str(threads), "--steps", str(steps)]
    found = re.search(r"([\d.]+) images/s.* (-?\d+) MiB peak", output(command))
    return float(found[1]), float(found[2])


def ours(file, arguments, batch, threads, steps):
    # Two batches of data, so that rendering is over before the clock starts.
    command = [ETRNLP, "bench", HERE / file, *arguments, "--json", "--steps", str(steps), "--threads", str(threads),
               "--set", f"training.batch_size={batch}", "--set", f"dataset.train={2 * batch}"]
    found = json.loads(output(command))
    return found["images_per_second"], found["peak_above_resident_bytes"] / 2**20


def compare(name, batch, pairs, threads, steps, layout):
    row = ROWS[name]
    steps = steps or row.steps_at(batch)
    layout = layout or max(LAYOUTS, key=lambda each: peer(row.peer + LAYOUTS[each], batch, threads, min(2, steps))[0])
    theirs, mine = [], []
    for _ in range(pairs):
        theirs.append(peer(row.peer + LAYOUTS[layout], batch, threads, steps))
        mine.append(ours(row.file, row.ours, batch, threads, steps))
    speed = [statistics.median(run[0] for run in runs) for runs in (theirs, mine)]
    memory = [statistics.median(run[1] for run in runs) for runs in (theirs, mine)]
    print(f"| {name} | {batch} | {speed[0]:.2f} | {speed[1]:.2f} | {speed[1] / speed[0]:.2f} | {memory[0]:.0f} | {memory[1]:.0f} | {memory[1] / memory[0]:.2f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=ROWS, action="append")
    parser.add_argument("--batch", type=int, action="append")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, help="timed steps of every run instead of the row's own")
    parser.add_argument("--layout", choices=LAYOUTS, help="the peer's memory layout instead of the faster one")
    a = parser.parse_args()
    print("| network | batch | PyTorch images/s | etrnlp images/s | ratio | PyTorch MiB | etrnlp MiB | ratio |\n|---|---|---|---|---|---|---|---|")
    for name in a.only or ROWS:
        for batch in a.batch or ROWS[name].batches:
            compare(name, batch, a.pairs, a.threads, a.steps, a.layout)
