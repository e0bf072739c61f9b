using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Routing;

/// <summary>
/// One forward pass, two backward passes: what weightings ask that combine task gradients. Networks of every backbone,
/// operation and routing have every layer there is.
/// </summary>
[Category("Slow")]
public sealed class TwiceDifferentiatedTests
{
    static readonly ImageSize _image = new(32, 32);

    static IEnumerable<TestCaseData> Networks =>
        from backbone in KnownBackbones.All.Names
        from operation in KnownOperations.All.Names
        from routing in KnownRoutings.All.Names
        select new TestCaseData(backbone, operation, routing);

    [TestCaseSource(nameof(Networks))]
    public void The_second_backward_pass_over_a_graph_gives_the_bits_of_the_first(
        string backbone,
        string operation,
        string routing
    )
    {
        using var scope = NewDisposeScope();
        using var network = new Network(Plan(backbone, operation, routing), seed: 1, CPU);
        var images = Draw.Images("x", 2, new FeatureShape(3, _image.Height, _image.Width));
        var outputs = network
            .Forward(images, new Pass(network.Plan.Routes - 1, Training: true))
            .Select(one => one.Outputs * Draw.Gaussian($"{one.Task}", one.Outputs.shape))
            .Aggregate(zeros(1), (sum, each) => sum + each.sum());

        var first = Gradients(network, outputs, isLast: false);
        var second = Gradients(network, outputs, isLast: true);

        Assert.That(first, Is.Not.Empty);
        Assert.That(second, Is.EqualTo(first));
    }

    static (string Name, int[] Bits)[] Gradients(Network network, Tensor outputs, bool isLast)
    {
        network.Tensors.DropGradients();
        network.Tensors.Backward.KeepsSaved = !isLast;
        outputs.backward(retain_graph: !isLast);
        network.Tensors.Backward.EndPass();
        return
        [
            .. network
                .Tensors.Parameters.Where(pair => pair.Value.grad is not null)
                .Select(pair => (pair.Key, pair.Value.grad!.Bits())),
        ];
    }

    static NetworkPlan Plan(string backbone, string operation, string routing)
    {
        try
        {
            var update = KnownRoutings.All.Default(routing).Updates[0];
            return NetworkPlanner.Plan(Combinations.Experiment(backbone, operation, routing, update), _image);
        }
        catch (InvalidSettingException e)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }
}
