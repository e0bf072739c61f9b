using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Exports;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Exports;

/// <summary>Networks that start from weights with the names of torchvision.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TorchvisionWeightsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    // PyTorch's own networks, with biases before norms, statistics that are not those of the start, and batch counts.
    [Test]
    public void Features_are_those_that_PyTorch_computes()
    {
        OtherSoftware.Python(
            $$"""
            {{Torchvision.Models}}
            import json, struct
            torch.manual_seed(3)
            def write(path, tensors):
                header, data = {}, b''
                for name, tensor in tensors.items():
                    number = 'q' if tensor.dtype == torch.int64 else 'f'
                    raw = struct.pack(f'<{tensor.numel()}{number}', *tensor.flatten().tolist())
                    kind, shape = ('I64' if number == 'q' else 'F32'), list(tensor.shape)
                    header[name] = {'dtype': kind, 'shape': shape, 'data_offsets': [len(data), len(data) + len(raw)]}
                    data += raw
                text = json.dumps(header).encode()
                open(path, 'wb').write(struct.pack('<Q', len(text)) + text + data)
            for name, model in [('resnet18', ResNet18()), ('vgg16', Vgg16())]:
                images = torch.rand(4, 3, 32, 32)
                with torch.no_grad():
                    for _ in range(20):
                        model(images)
                    last = 'fc' if name == 'resnet18' else 'classifier'
                    write(f'{{_folder.Path}}/{name}.safetensors', model.state_dict())
                    setattr(model, last, nn.Identity())
                    write(f'{{_folder.Path}}/{name}.answers', {'images': images, 'features': model.eval()(images)})
            """,
            needs: "torch"
        );
        foreach (var backbone in (string[])["resnet18", "vgg16"])
        {
            foreach (var update in (UpdateStrategy[])[UpdateStrategy.Joint, UpdateStrategy.SteadyState])
            {
                var (network, said) = Started(Of(backbone, "conv", "hard_sharing", update), $"{backbone}.safetensors");
                var answers = SafeTensors.Open(_folder.File($"{backbone}.answers"));
                var (images, features) = (Read(answers, "images"), Read(answers, "features"));
                for (var route = 0; route < network.Plan.Routes; route++)
                {
                    var found = network.Representation(images, new Pass(route, Training: false)).flatten(1);
                    var error = (found - features).abs().max() / features.abs().max();
                    Assert.That(error.item<float>(), Is.LessThan(1e-5f), backbone);
                }

                Assert.That(said, Does.Contain(" by the names of torchvision, the others start from the seed: "));
                Assert.That(said, Does.Contain("parameter/heads.t0.weight").And.Not.Contains("conv"));
            }
        }
    }

    [TestCase("single_task")]
    [TestCase("attentive")]
    [TestCase("low_rank")]
    public void Every_task_starts_from_the_whole_network(string routing)
    {
        var source = Exported();

        var (network, said) = Started(Of("resnet18", "conv", routing), "own.safetensors");

        Assert.That(said, Does.Contain("of torchvision"));
        foreach (var prefix in routing == "single_task" ? (string[])["t0.", "t1.", "t2."] : [""])
        {
            AssertSame(network.Tensors.Parameters[$"{prefix}layer2.0.conv2.weight"], source, "layer2.0.conv2.weight");
            AssertSame(network.Tensors.Parameters[$"{prefix}layer2.0.norm2.bias"], source, "layer2.0.bn2.bias");
        }

        var statistics = network.Tensors.Buffers.Where(buffer =>
            buffer.Key.Contains("layer2.0.norm2.", StringComparison.Ordinal)
        );
        Assert.That(statistics.Count(), Is.EqualTo(3 * 2));
        foreach (var (name, tensor) in statistics)
        {
            AssertSame(tensor, source, $"layer2.0.bn2.{name[(name.LastIndexOf('.') + 1)..]}");
        }
    }

    [Test]
    public void What_ETR_shares_starts_from_the_first_channels_and_the_task_s_own_from_the_seed()
    {
        var source = Exported();

        var (network, said) = Started(Of("resnet18", "conv", "etr"), "own.safetensors");

        var shared = network.Tensors.Parameters["layer3.0.conv1.shared.weight"];
        Assert.That(shared.shape[0], Is.EqualTo(28), "of 32 at gamma 0.9");
        var first = Read(source, "layer3.0.conv1.weight").narrow(0, 0, 28);
        Assert.That(shared.eq(first).all().ToBoolean());
        foreach (var (statistic, start) in new[] { ("running_mean", 0), ("running_var", 1) })
        {
            var (found, theirs) = (
                network.Tensors.Buffers[$"layer3.0.norm1.t1.{statistic}"],
                Read(source, $"layer3.0.bn1.{statistic}")
            );
            Assert.That(found.narrow(0, 0, 28).eq(theirs.narrow(0, 0, 28)).all().ToBoolean(), statistic);
            Assert.That(found.narrow(0, 28, 4).eq(start).all().ToBoolean(), $"{statistic} of the task's own");
        }

        AssertSame(network.Tensors.Parameters["layer3.0.shortcut.conv.weight"], source, "layer3.0.downsample.0.weight");
        Assert.That(said, Does.Contain("start from the seed: parameter/layer1.0.conv1.tasks.t0.weight, "));
    }

    // gamma 0: nothing of the layer is shared.
    [Test]
    public void A_task_that_reads_fewer_channels_takes_their_statistics_alone()
    {
        var source = Exported();
        var routing = KnownRoutings.All.Default("etr", "gamma: {t0: 0.5, t1: 0.25, t2: 0}");

        var (network, _) = Started(Of("resnet18", "conv", "etr") with { Routing = routing }, "own.safetensors");

        foreach (var (task, shared) in new[] { ("t0", 16), ("t1", 8), ("t2", 0) })
        {
            var mean = network.Tensors.Buffers[$"layer3.0.norm1.{task}.running_mean"];
            var theirs = Read(source, "layer3.0.bn1.running_mean");
            Assert.That(mean.narrow(0, 0, shared).eq(theirs.narrow(0, 0, shared)).all().ToBoolean(), task);
            Assert.That(mean.narrow(0, shared, 32 - shared).eq(0).all().ToBoolean(), task);
        }
    }

    // Table 6 names a tower after one of its tasks; here no task has such a name.
    [Test]
    public void Towers_start_alike()
    {
        var source = Exported();
        var experiment = Of("resnet18", "conv", "cross_stitch", UpdateStrategy.Joint);
        var (first, second) = ("left", "right");
        var tasks = experiment.Tasks.Select((task, t) => task with { Tower = t == 0 ? first : second });

        var (network, _) = Started(experiment with { Tasks = [.. tasks] }, "own.safetensors");

        foreach (var tower in (string[])[first, second])
        {
            var (weight, variance) = ($"{tower}.layer2.0.conv2.weight", $"{tower}.layer2.0.norm2.running_var");
            AssertSame(network.Tensors.Parameters[weight], source, "layer2.0.conv2.weight");
            AssertSame(network.Tensors.Buffers[variance], source, "layer2.0.bn2.running_var");
        }
    }

    // Its statistics are those of another convolution.
    [Test]
    public void A_norm_behind_something_else_is_left()
    {
        var source = Exported();

        var (network, said) = Started(Of("resnet18", "nlp", "hard_sharing"), "own.safetensors");

        AssertSame(network.Tensors.Parameters["stem.conv.weight"], source, "conv1.weight");
        Assert.That(network.Tensors.Buffers["layer1.0.norm1.t0.running_mean"].abs().max().item<float>(), Is.Zero);
        Assert.That(said, Does.Contain("parameter/layer1.0.norm1.weight"));
    }

    // A network of the program itself, in the names of torchvision.
    SafeTensors Exported()
    {
        var path = _folder.File("own.safetensors");
        var experiment = Of("resnet18", "conv", "hard_sharing", UpdateStrategy.Joint);
        new ExportedNetwork(experiment).Write(path, _folder.File("own"), forTorchvision: true);
        return SafeTensors.Open(path);
    }

    (Network Network, string Said) Started(Experiment experiment, string file)
    {
        var network = new Network(NetworkPlanner.Plan(experiment, new(32, 32)), seed: 1, CPU);
        var weights = InitialWeights.Of(experiment with { InitFrom = _folder.File(file) })!;
        return (network, weights.Load(network));
    }

    static Experiment Of(string backbone, string operation, string routing, UpdateStrategy? update = null) =>
        Combinations.Experiment(backbone, operation, routing, update ?? UpdateStrategy.SteadyState);

    static void AssertSame(Tensor tensor, SafeTensors file, string name) =>
        Assert.That(tensor.eq(Read(file, name)).all().ToBoolean(), name);

    static Tensor Read(SafeTensors file, string name)
    {
        var tensor = empty([.. file.Tensors[name].Shape], ScalarType.Float32);
        file.Read(name, tensor.bytes);
        return tensor;
    }
}
