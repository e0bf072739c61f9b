"""Trains a SegNet with etrnlp for one epoch, puts its checkpoint into the plain PyTorch version and compares the losses of both on the same images.

    dotnet build -c Release
    python3 benchmarks/equal.py

Needs a Python with torch, numpy and Pillow. Sides of 40 x 56 pixels are odd after three poolings, so that unpooling has to restore them.
"""
import json
import pathlib
import sys
import tempfile

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

from compare import ETRNLP, output
from etrnlp_torch import SegNet, set_task

TASKS = {"one": ["a", "b"], "two": ["c"]}
SIZE = (40, 56)
EXPERIMENT = """
name: equal
dataset: {kind: image_table, root: ., table: labels.csv, image_size: [40, 56]}
tasks:
  - {name: one, type: attributes, columns: [a, b]}
  - {name: two, type: attributes, columns: [c]}
backbone: {kind: segnet}
operation: {kind: nlp, groups: 2}
routing: {kind: etr, gamma: 0.9, task_branch: conv3x3, norm: owned}
training: {update: synchronized, batch_size: 4, epochs: 1}
"""


def tensors(path):
    """Tensors of a safetensors file by name: u64 length, JSON header, data."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    entries = json.loads(data[8:start])
    return {name: torch.from_numpy(numpy.frombuffer(data[start:], "<f4", (e["data_offsets"][1] - e["data_offsets"][0]) // 4, e["data_offsets"][0]).reshape(e["shape"]).copy())
            for name, e in entries.items() if name != "__metadata__"}


def fill(target, source):
    with torch.no_grad():
        target.copy_(source.reshape(target.shape))


def load(net, stored):
    def affine(norm, name):
        fill(norm.weight, stored[f"parameter/{name}.weight"])
        fill(norm.bias, stored[f"parameter/{name}.bias"])

    stages = [(f"encoder{i + 1}", stage) for i, stage in enumerate(net.down)] + [(f"decoder{5 - i}", stage) for i, stage in enumerate(net.up)]
    for where, layer in [(f"{name}.{j}", layer) for name, stage in stages for j, layer in enumerate(stage[::2])]:
        ordinary = isinstance(layer, nn.Sequential)
        convolution, norm, owner = (layer[0], layer[1], "") if ordinary else (layer.shared.combine, layer.bn_shared, ".shared")
        affine(convolution, f"{where}.conv{owner}")  # a mixing's [C_out, C_in / g, k] is [C_out, C_in * k / g, 1, 1]
        affine(norm, f"{where}.norm{owner}")
        if not ordinary:
            fill(layer.shared.prims[1].weight, stored[f"buffer/{where}.conv.shared.primitives.1.weight"])
            fill(layer.shared.prims[2].noise, stored[f"buffer/{where}.conv.shared.primitives.2.noise"] * 0.1)
        for t, task in enumerate(TASKS):
            mean, var = (stored[f"buffer/{where}.norm.{task}.running_{what}"] for what in ("mean", "var"))
            channels = len(norm.weight)
            fill(norm.mean[t], mean[:channels])
            fill(norm.var[t], var[:channels])
            if not ordinary:
                affine(layer.specific[t], f"{where}.conv.tasks.{task}")
                affine(layer.bn_specific[t], f"{where}.norm.tasks.{task}")
                fill(layer.bn_specific[t].running_mean, mean[channels:])
                fill(layer.bn_specific[t].running_var, var[channels:])
    for t, task in enumerate(TASKS):
        affine(net.heads[t][2], f"heads.{task}")


if __name__ == "__main__":
    draw = numpy.random.default_rng(1)
    images = draw.integers(0, 256, (12, *SIZE, 3), dtype=numpy.uint8)
    labels = draw.integers(0, 2, (12, 3))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "equal.yaml").write_text(EXPERIMENT)
        for i, image in enumerate(images):
            Image.fromarray(image).save(folder / f"{i:02}.png")
        rows = [f"{i:02}.png,{'train' if i < 8 else 'val'},{','.join(map(str, labels[i]))}" for i in range(12)]
        (folder / "labels.csv").write_text("\n".join(["image,split,a,b,c", *rows]) + "\n")
        output([ETRNLP, "train", folder / "equal.yaml", "--runs", folder / "runs", "--quiet"])
        run = folder / "runs" / "equal" / "seed-0"
        ours = json.loads(output([ETRNLP, "eval", run, "--split", "val", "--checkpoint", "last", "--device", "cpu", "--json"]))
        stored = tensors(run / "checkpoints" / "last.safetensors")
    net = SegNet([len(columns) for columns in TASKS.values()], SIZE)
    net.heads = nn.ModuleList(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, len(columns))) for columns in TASKS.values())
    load(net.eval(), stored)
    if sum(q.numel() for q in net.parameters()) != sum(q.numel() for key, q in stored.items() if key.startswith("parameter/")):
        sys.exit("the two have different numbers of parameters")
    x = torch.from_numpy(images[8:]).permute(0, 3, 1, 2) / 255
    y = torch.from_numpy(labels[8:]).float()
    for t, (task, columns) in enumerate(TASKS.items()):
        set_task(net, t)
        first = 0 if t == 0 else 2
        with torch.no_grad():
            theirs = F.binary_cross_entropy_with_logits(net(x), y[:, first:first + len(columns)]).item()
        print(f"{task}: etrnlp {ours['loss'][task]:.7f}, PyTorch {theirs:.7f}")
        if abs(theirs - ours["loss"][task]) > 1e-4 * theirs:
            sys.exit("the losses differ")
