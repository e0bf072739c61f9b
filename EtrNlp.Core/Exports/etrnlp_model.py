"""Loads a network that `etrnlp export` wrote into PyTorch. It needs torch and nothing else.

    import etrnlp_model
    network = etrnlp_model.load("model.safetensors").eval()
    logits = network(images)  # images: [N, 3, H, W], red, green and blue from 0 to 1

The answer is a dictionary: the raw outputs of the head of each task, by the task's name. `network.tasks` says what the
outputs of each are, and `network.image_size` the height and width it learned from. The numbers are float32.
"""

import json
import struct
import sys

import torch
import torch.nn.functional as F

EPSILON, MOMENTUM = 1e-5, 0.1


def read(path):
    """Metadata and tensors of a safetensors file: the length of a header, the header as JSON, float32 numbers."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    if sys.byteorder != "little":
        raise RuntimeError("safetensors files are little-endian, and this machine is not")
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            numbers = torch.frombuffer(data[begin:end], dtype=torch.float32) if end > begin else torch.empty(0)
            tensors[name] = numbers.reshape(entry["shape"])
    return header["__metadata__"], tensors


def load(path):
    """The network of a file."""
    metadata, tensors = read(path)
    return Network(json.loads(metadata["network"]), tensors)


class Network(torch.nn.Module):
    """A trunk and the head of each task. A route is a task's way through the trunk, or that of all tasks."""

    def __init__(self, plan, tensors):
        super().__init__()
        self.plan = plan
        self.image_size = plan["images"]["image_size"]
        self.tasks = {task["name"]: task["outputs"] for task in plan["tasks"]}
        for name, tensor in tensors.items():
            if name.startswith("parameter/"):
                self.register_parameter(key(name), torch.nn.Parameter(tensor))
            else:
                self.register_buffer(key(name), tensor)
        self.register_buffer("mean", torch.tensor(plan["images"]["mean"]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(plan["images"]["std"]).view(1, 3, 1, 1))

    def __getitem__(self, name):
        return None if name is None else getattr(self, key(name))

    def forward(self, images):
        normal, outputs = (images - self.mean) / self.std, {}
        for route in range(self.plan["routes"]):
            features = run(self, self.plan["trunk"], normal, route)
            tasks = range(len(self.tasks)) if self.plan["routes"] == 1 else [route]
            read = self.plan["lanes"] or [0] * len(self.tasks)
            lanes = features.chunk(max(read) + 1)
            for task in tasks:
                name = self.plan["tasks"][task]["name"]
                outputs[name] = run(self, self.plan["heads"][task], lanes[read[task]], 0)
        return outputs


def key(name):
    return name.replace(".", "/")  # a module's tensors have no dot in their names


def run(net, layer, x, route):
    if isinstance(route, range) and layer["kind"] not in TOGETHER:  # lanes, one after the other in the batch
        return torch.cat([run(net, layer, part, one) for part, one in zip(x.chunk(len(route)), route)])
    return LAYERS[layer["kind"]](net, layer, x, route)


def chain(net, layer, x, route):
    for inner in layer["layers"]:
        x = run(net, inner, x, route)
    return x


def per_route(net, layer, x, route):
    return run(net, layer["routes"][route], x, 0)


def residual(net, layer, x, route):
    shortcut = x if layer["shortcut"] is None else run(net, layer["shortcut"], x, route)
    return F.relu(run(net, layer["body"], x, route) + shortcut)


def branches(net, layer, x, route):
    """What a task reads of the shared branch, then its own."""
    reads, own = layer["reads"][route] if layer["reads"] else None, layer["own"][route]
    parts = []
    if layer["shared"] is not None and reads != []:
        shared = run(net, layer["shared"], x, route)
        parts.append(shared if reads is None else shared[:, reads])
    if own is not None:
        parts.append(run(net, own, x, 0))
    return torch.cat(parts, 1)


def low_rank(net, layer, x, route):
    return run(net, layer["shared"], x, route) + run(net, layer["own"][route], x, route)


def pooled(whole):
    """Half the size, and the places that the values come from."""
    x, indices = F.max_pool2d(whole, 2, 2, ceil_mode=True, return_indices=True)
    return x, (indices, whole.shape[2:])


def unpooled(x, places):
    indices, (height, width) = places
    whole = x.new_zeros(*x.shape[:2], height * width).scatter(2, indices.flatten(2), x.flatten(2))
    return whole.view(*x.shape[:2], height, width)


def encoder_decoder(net, layer, x, route):
    places, between = [], iter(layer["between"])
    for stage in layer["encoder"]:
        x, place = pooled(run(net, stage, x, route))
        places.append(place)
        x = maybe(net, next(between, None), x, route)
    for stage in layer["decoder"]:
        x = run(net, stage, unpooled(x, places.pop()), route)
        x = maybe(net, next(between, None), x, route)
    return x


def maybe(net, layer, x, route):
    return x if layer is None else run(net, layer, x, route)


def lanes(net, layer, x, route):
    return run(net, layer["inner"], x, range(layer["lanes"]))


def stitch(net, layer, x, route):
    """Each lane goes on with a mixture of all."""
    weight = net[layer["weight"]]
    channels = "c" if weight.dim() == 3 else ""
    towers = x.view(len(weight), -1, *x.shape[1:])
    return torch.einsum(f"ts{channels},snchw->tnchw", weight, towers).reshape(x.shape)


def mtan(net, layer, x, route):
    """One trunk, and the features of each tower: at every stage its mask times the trunk's."""
    trunk, places = maybe(net, layer["stem"], x, route), []
    own = [trunk] * layer["towers"]

    def each(inner, change=lambda mine: mine):
        return [maybe(net, inner, change(mine), tower) for tower, mine in enumerate(own)]

    def masked(stage, seen, weighed):
        entering = [[seen]] * len(own)
        if stage["enter"] is not None:
            entering = [[seen, mine] for mine in each(stage["enter"])]
        return [run(net, stage["masks"], torch.cat(one, 1), tower) * weighed for tower, one in enumerate(entering)]

    for stage in layer["encoder"]:
        first = run(net, stage["units"][0], trunk, route)
        last = chain(net, {"layers": stage["units"][1:]}, first, route)
        own, trunk = masked(stage, first, last), maybe(net, stage["pool"], last, route)
        if layer["decoder"] or layer["passed"]:
            trunk, place = pooled(last)
            places.append(place)
    own = each(layer["between"])
    for stage in layer["decoder"]:
        seen = unpooled(trunk, places.pop())
        trunk = chain(net, {"layers": stage["units"]}, seen, route)
        own = masked(stage, seen, trunk)
    for stage in layer["passed"]:
        place = places.pop()
        own = each(stage, lambda mine: unpooled(mine, place))
    return torch.cat(each(layer["tail"]))


def sized_pool(net, layer, x, route):
    return F.max_pool2d(x, 2, 2, ceil_mode=layer["size"] == [-(-side // 2) for side in x.shape[2:]])


def upsample(net, layer, x, route):
    return F.interpolate(x, layer["size"], mode="bilinear", align_corners=True)


def ghost(net, layer, x, route):
    made = run(net, layer["primary"], x, route)
    copies = run(net, layer["cheap"], made, route)
    return torch.cat([made, copies], 1)[:, : layer["channels"]]


def conv(net, layer, x, route):
    weight = net[layer["weight"]]
    return F.conv2d(x, weight, net[layer["bias"]], layer["stride"], weight.shape[-1] // 2, groups=layer["groups"])


def linear(net, layer, x, route):
    return F.linear(x.mean((2, 3)), net[layer["weight"]], net[layer["bias"]])


def mask_of(net, row):
    mask = net[row["values"]][row["row"]]
    return mask if row["reads"] is None else mask[row["reads"]]


def norm(net, layer, x, route):
    """Batch norm whose scale and shift are put together from parts."""
    here = layer["routes"][route]

    def joined(name):
        parts = []
        for part in here["parts"]:
            values = net[part[name]] if part["reads"] is None else net[part[name]][part["reads"]]
            parts.append(values if part["mask"] is None else values * mask_of(net, part["mask"]))
        return torch.cat(parts)

    mean, variance = net[here["mean"]], net[here["variance"]]
    by_batch = net.training or mean is None
    return F.batch_norm(x, mean, variance, joined("weight"), joined("bias"), by_batch, MOMENTUM, EPSILON)


def mask(net, layer, x, route):
    kept = mask_of(net, layer["rows"][route])
    return x * F.pad(kept, (0, x.shape[1] - len(kept)), value=1.0).view(1, -1, 1, 1)


def attention(net, layer, x, route):
    unit = layer["units"][route]
    squeezed = F.relu(F.linear(x.mean((2, 3)), net[unit["squeeze"]], net[unit["squeeze_bias"]]))
    scales = torch.sigmoid(F.linear(squeezed, net[unit["excite"]], net[unit["excite_bias"]]))
    return x * scales[:, :, None, None]


def moved(x, down, right):
    """Each channel c reads the pixel that lies so far below and to the right, zero padded."""
    reach = int(max(down.abs().max(), right.abs().max(), 1))
    padded, (height, width) = F.pad(x, (reach,) * 4), x.shape[2:]
    channels = []
    for c in range(x.shape[1]):
        top, left = reach + int(down[c]), reach + int(right[c])
        channels.append(padded[:, c, top : top + height, left : left + width])
    return torch.stack(channels, 1)


def learned_shift(net, layer, x, route):
    places = net[layer["displacement"]].detach().clamp(-layer["reach"], layer["reach"]).round()
    return moved(x, places[0], places[1])


def shift(net, layer, x):
    """Nine directions in turn; the channels that do not fill a group of nine stay."""
    c = torch.arange(x.shape[1])
    turns = (c < x.shape[1] // 9 * 9) * layer["magnitude"]
    return moved(x, (c // 3 % 3 - 1) * turns, (c % 3 - 1) * turns)


def fixed_conv(net, layer, x):
    weight = net[layer["weight"]]
    return F.conv2d(x, weight, None, 1, weight.shape[-1] // 2, groups=x.shape[1] // weight.shape[1])


PRIMITIVES = {
    "identity": lambda net, layer, x: x,
    "avg_pool": lambda net, one, x: F.avg_pool2d(x, one["kernel"], 1, one["kernel"] // 2, count_include_pad=False),
    "max_pool": lambda net, one, x: F.max_pool2d(x, one["kernel"], 1, one["kernel"] // 2),
    "conv": fixed_conv,
    "shift": shift,
    "perturb": lambda net, layer, x: x + layer["level"] * net[layer["noise"]],
}


def nlp(net, layer, x, route):
    """Fixed maps of the features, mixed by grouped 1x1 convolutions: feature c * k + p is primitive p of channel c."""
    maps = [PRIMITIVES[one["kind"]](net, one, x) for one in layer["primitives"]]
    if layer["halved"] == "after":
        maps = [F.avg_pool2d(one, 2, 2, ceil_mode=True) for one in maps]
    elif layer["halved"] == "inside":
        maps = [one[:, :, ::2, ::2] for one in maps]
    features, parts = torch.stack(maps, 2).flatten(1, 2), []
    for mixing in layer["mixings"]:
        reads = mixing["reads"][route] if mixing["reads"] else None
        if mixing["route"] in (None, route) and reads != []:
            weight = net[mixing["weight"]].flatten(1)[:, :, None, None]
            mixed = F.conv2d(features, weight, net[mixing["bias"]], groups=mixing["groups"])
            parts.append(mixed if reads is None else mixed[:, reads])
    return torch.cat(parts, 1)


LAYERS = {
    "chain": chain,
    "per_route": per_route,
    "residual": residual,
    "branches": branches,
    "low_rank": low_rank,
    "encoder_decoder": encoder_decoder,
    "lanes": lanes,
    "repeat": lambda net, layer, x, route: torch.cat([x] * layer["lanes"]),
    "stitch": stitch,
    "mtan": mtan,
    "sized_pool": sized_pool,
    "upsample": upsample,
    "sigmoid": lambda net, layer, x, route: torch.sigmoid(x),
    "ghost": ghost,
    "relu": lambda net, layer, x, route: F.relu(x),
    "stem_pool": lambda net, layer, x, route: F.max_pool2d(x, 3, 2, 1),
    "halving_pool": lambda net, layer, x, route: F.max_pool2d(x, 2, 2),
    "global_pool": lambda net, layer, x, route: x.mean((2, 3), keepdim=True),
    "conv": conv,
    "linear": linear,
    "norm": norm,
    "mask": mask,
    "attention": attention,
    "learned_shift": learned_shift,
    "primitive": lambda net, layer, x, route: PRIMITIVES[layer["primitive"]["kind"]](net, layer["primitive"], x),
    "nlp": nlp,
}

TOGETHER = ("chain", "encoder_decoder", "stitch")  # what lanes pass together
