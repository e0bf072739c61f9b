"""The paper's Algorithm 1 written plainly in PyTorch: the peer that speed and numbers are compared with.

It is deliberately the straightforward version a PyTorch user would write: one module per primitive,
concatenate, channel-shuffle, grouped 1x1 convolution, and one forward pass per task.
Defaults are those of etrnlp. Runs on torch >= 1.13 (Debian's python3-torch on the CPU, any newer
torch on a GPU); --channels-last and --compile ask for what a careful PyTorch user would try next.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Shift(nn.Module):
    """Grouped shift: channel c reads offset c mod 9 of the 3x3 neighbourhood, row-major, zero-padded; channels left over stay."""

    def __init__(self, channels):
        super().__init__()
        kernel = torch.zeros(channels, 1, 3, 3)
        for c in range(channels):
            o = c % 9 if c < channels // 9 * 9 else 4
            kernel[c, 0, o // 3, o % 3] = 1
        self.register_buffer("kernel", kernel)

    def forward(self, x):
        return F.conv2d(x, self.kernel, padding=1, groups=x.shape[1])


class FixedConv(nn.Module):
    """Depth-wise convolution whose weights are drawn once and never learned: N(0, 2 / kernel^2), or +-1 with zeros."""

    def __init__(self, channels, kernel=3, binary=False, nonzero=1.0):
        super().__init__()
        self.pad = kernel // 2
        w = torch.randn(channels, 1, kernel, kernel) * 2 ** 0.5 / kernel
        if binary:
            w = w.sign() * torch.bernoulli(torch.full_like(w, nonzero))
        self.register_buffer("weight", w)

    def forward(self, x):
        return F.conv2d(x, self.weight, padding=self.pad, groups=x.shape[1])


class Perturb(nn.Module):
    """x + noise, the noise drawn once from U(-level, level) for one feature map and kept."""

    def __init__(self, channels, size, level=0.1):
        super().__init__()
        self.register_buffer("noise", (torch.rand(channels, *size) * 2 - 1) * level)

    def forward(self, x):
        return x + self.noise


def primitive(name, channels, size):
    if name == "avg_pool":
        return nn.AvgPool2d(9, 1, 4, count_include_pad=False)
    if name == "max_pool":
        return nn.MaxPool2d(3, 1, 1)
    if name == "conv":
        return FixedConv(channels)
    if name == "shift":
        return Shift(channels)
    if name == "perturb":
        return Perturb(channels, size)
    if name == "identity":
        return nn.Identity()
    raise ValueError(name)


class NLP(nn.Module):
    """Primitives at stride 1, concatenated and shuffled, mixed by a grouped 1x1; stride 2 is a 2x2 average afterwards."""

    def __init__(self, c_in, c_out, size, stride=1, prims=("avg_pool", "conv", "perturb"), groups=2):
        super().__init__()  # size: (H, W) of the input
        self.prims = nn.ModuleList(primitive(p, c_in, size) for p in prims)
        self.combine = nn.Conv2d(c_in * len(prims), c_out, 1, groups=groups)
        self.down = nn.AvgPool2d(2, 2, ceil_mode=True) if stride == 2 else nn.Identity()

    def forward(self, x):
        y = torch.cat([p(x) for p in self.prims], dim=1)
        n, kc, h, w = y.shape
        k = len(self.prims)
        y = y.view(n, k, kc // k, h, w).transpose(1, 2).reshape(n, kc, h, w)  # channel_shuffle(y, k), which 1.13 cannot differentiate
        return self.down(self.combine(y))


class SharedNorm(nn.Module):
    """Batch normalisation of shared channels: one weight and bias for all tasks, running statistics per task."""

    def __init__(self, channels, tasks):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(tasks, channels))
        self.register_buffer("var", torch.ones(tasks, channels))
        self.task = 0

    def forward(self, x):
        return F.batch_norm(x, self.mean[self.task], self.var[self.task], self.weight, self.bias, self.training)


class ETRNLP(nn.Module):
    """Shared NLP channels, then the active task's own 3x3 channels, each half with the norm of its owner."""

    def __init__(self, c_in, c_out, size, tasks, stride=1, gamma=0.9, groups=2, **kw):
        super().__init__()
        shared = int(gamma * c_out / groups + 1e-9) * groups  # 1e-9: 0.29 * 100 is 29
        self.shared = NLP(c_in, shared, size, stride, groups=groups, **kw)
        self.specific = nn.ModuleList(nn.Conv2d(c_in, c_out - shared, 3, stride, 1) for _ in range(tasks))
        self.bn_shared = SharedNorm(shared, tasks)
        self.bn_specific = nn.ModuleList(nn.BatchNorm2d(c_out - shared) for _ in range(tasks))
        self.task = 0

    def forward(self, x):
        s = self.bn_shared(self.shared(x))
        p = self.bn_specific[self.task](self.specific[self.task](x))
        return torch.cat([s, p], dim=1)


def conv_block(c_in, c_out, size, tasks, stride):
    return nn.Sequential(nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), SharedNorm(c_out, tasks))


def nlp_block(c_in, c_out, size, tasks, stride):
    return nn.Sequential(NLP(c_in, c_out, size, stride), SharedNorm(c_out, tasks))


def halve(size, stride=2):
    return [-(-n // stride) for n in size]


class Block(nn.Module):
    def __init__(self, c_in, c_out, size, tasks, stride, make):
        super().__init__()
        self.a = make(c_in, c_out, size, tasks, stride)
        self.b = make(c_out, c_out, halve(size, stride), tasks, 1)
        self.down = (nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), SharedNorm(c_out, tasks))
                     if stride != 1 or c_in != c_out else nn.Identity())

    def forward(self, x):
        return F.relu(self.b(F.relu(self.a(x))) + self.down(x))


class ResNet18(nn.Module):
    """ResNet-18 with every 3x3 convolution replaced; stem and 1x1 downsampling stay ordinary convolutions."""

    def __init__(self, heads, image=(64, 64), make=ETRNLP):
        super().__init__()
        T = len(heads)
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 7, 2, 3, bias=False), SharedNorm(64, T), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        size, c, blocks = halve(halve(image)), 64, []
        for width, stride in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)):
            blocks.append(Block(c, width, size, T, stride, make))
            size, c = halve(size, stride), width
        self.blocks = nn.Sequential(*blocks)
        self.heads = nn.ModuleList(nn.Linear(512, n) for n in heads)
        self.task, self.joint = 0, False

    def forward(self, x):
        x = self.blocks(self.stem(x)).mean((2, 3))
        return [head(x) for head in self.heads] if self.joint else self.heads[self.task](x)


class SegNet(nn.Module):
    """SegNet: 13 convolutions down and 13 up, the poolings undone by their indices; all but the first are replaced. A head is a 3x3 and a 1x1 convolution."""

    DOWN = (64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3
    UP = (512,) * 3, (256,) * 3, (128,) * 3, (64, 64), (64, 64)

    def __init__(self, heads, image=(128, 256), make=ETRNLP):
        super().__init__()
        T, sizes, c = len(heads), [image], 3

        def stage(widths, size):
            nonlocal c
            layers = []
            for width in widths:
                ordinary = c == 3
                layers += [nn.Sequential(nn.Conv2d(3, width, 3, 1, 1), SharedNorm(width, T)) if ordinary else make(c, width, size, T, 1), nn.ReLU()]
                c = width
            return nn.Sequential(*layers)

        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for widths in self.DOWN:
            self.down.append(stage(widths, sizes[-1]))
            sizes.append(halve(sizes[-1]))
        for widths, size in zip(self.UP, sizes[-2::-1]):
            self.up.append(stage(widths, size))
        self.heads = nn.ModuleList(nn.Sequential(nn.Conv2d(c, c, 3, 1, 1), nn.Conv2d(c, n, 1)) for n in heads)
        self.task = 0

    def forward(self, x):
        places = []
        for stage in self.down:
            x = stage(x)
            size = x.shape[2:]
            x, indices = F.max_pool2d(x, 2, 2, ceil_mode=True, return_indices=True)
            places.append((indices, size))
        for stage in self.up:
            indices, size = places.pop()
            x = stage(F.max_unpool2d(x, indices, 2, 2, output_size=size))
        return self.heads[self.task](x)


def set_task(net, t):
    for m in net.modules():
        if hasattr(m, "task"):
            m.task = t


def depth_loss(outputs, depth):
    """Mean absolute error over the pixels whose depth is known, which is where it is not 0."""
    known = (depth != 0).to(outputs.dtype)
    return ((outputs - depth).abs() * known).sum() / known.sum().clamp_min(1)


if __name__ == "__main__":
    import argparse, ctypes, gc, time
    p = argparse.ArgumentParser()
    p.add_argument("--net", default="etrnlp", choices=["etrnlp", "nlp", "conv", "nlp_joint", "conv_joint", "segnet_etrnlp"],
                   help="*_joint: hard sharing as one forward, all heads, one step (--update does not matter)")
    p.add_argument("--update", default="steady_state", choices=["steady_state", "synchronized"])
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--size", default="64x64", help="height x width of the images")
    p.add_argument("--steps", type=int, default=3)
    p.add_argument("--device", default="cpu")
    p.add_argument("--precision", default="float32", choices=["float32", "tf32", "bfloat16"], help="tf32 is for GPUs, bfloat16 is autocast")
    p.add_argument("--threads", type=int, help="CPU threads (default: torch's choice)")
    p.add_argument("--channels-last", action="store_true")
    p.add_argument("--compile", action="store_true", help="torch.compile, torch >= 2.0")
    a = p.parse_args()
    if a.compile and not hasattr(torch, "compile"):
        p.error(f"--compile needs torch 2.0 or newer, this is {torch.__version__}")
    if a.threads:
        torch.set_num_threads(a.threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = a.precision == "tf32"
    def status(key):  # resident memory of this process on Linux, bytes
        return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(key))

    layout = torch.channels_last if a.channels_last else torch.contiguous_format
    size = [int(n) for n in a.size.split("x")]
    dense, name, joint = a.net.startswith("segnet"), a.net.replace("_joint", "").replace("segnet_", ""), a.net.endswith("_joint")
    heads = [1] * 8 if dense else [9, 5, 9, 4, 2, 5, 2, 4]  # Cityscapes' seven classes and depth; CelebA's eight groups of attributes
    net = (SegNet if dense else ResNet18)(heads, size, {"etrnlp": ETRNLP, "nlp": nlp_block, "conv": conv_block}[name])
    net = net.to(a.device, memory_format=layout)
    net.joint = joint
    run = net
    if a.compile:
        torch._dynamo.config.cache_size_limit = 4 * len(heads)  # one graph per task
        run = torch.compile(net)
    opt = torch.optim.Adam(net.parameters(), 1e-4)
    x = torch.rand(a.batch, 3, *size, device=a.device).contiguous(memory_format=layout)
    y = [torch.bernoulli(torch.full((a.batch, n, *(size if dense else [])), 0.5, device=a.device)) for n in heads]
    losses = [F.binary_cross_entropy_with_logits] * len(heads)
    if dense:
        losses[-1] = depth_loss
    sync = torch.cuda.synchronize if a.device.startswith("cuda") else (lambda: None)

    def autocast():
        return torch.autocast(x.device.type, torch.bfloat16, enabled=a.precision == "bfloat16")

    def step():
        opt.zero_grad(set_to_none=True)
        if joint:
            with autocast():
                total = sum(loss(z, t) for loss, z, t in zip(losses, run(x), y))
            total.backward()
            opt.step()
            return
        for t in range(len(heads)):
            set_task(net, t)
            with autocast():
                loss = losses[t](run(x), y[t])
            loss.backward()
            if a.update == "steady_state":
                opt.step()
                opt.zero_grad(set_to_none=True)
        if a.update == "synchronized":
            opt.step()

    times = []
    for i in range(a.steps + 2):  # the first two warm up
        if i == 2:  # what is resident now that weights and moments exist: the peak above it begins anew
            opt.zero_grad(set_to_none=True)
            gc.collect()
            ctypes.CDLL("libc.so.6").malloc_trim(0)
            resident = status("VmRSS")
            open("/proc/self/clear_refs", "w").write("5")
        sync(); t0 = time.perf_counter()
        step()
        sync(); times.append(time.perf_counter() - t0)
    s = sorted(times[2:])[len(times[2:]) // 2]
    how = a.net + ("" if joint else " " + a.update) + (" channels-last" if a.channels_last else "") + (" compiled" if a.compile else "")
    peak = status("VmHWM") - resident
    print(f"{how} batch {a.batch} {a.device} {a.precision}: {a.batch / s:.3f} images/s ({len(heads)} tasks), "
          f"{sum(q.numel() for q in net.parameters()):,} parameters, threads {torch.get_num_threads()}, "
          f"{peak / 2**20:.0f} MiB peak above resident")
