using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>bfloat16 has 8 significant bits: a rounding is wrong by at most 2^-9, and a network of twenty layers by some hundredths.</summary>
public sealed class PrecisionTests
{
    const long Large = 256; // numbers of a parameter that has a direction

    static readonly ImageSize Image = new(32, 32);

    static IEnumerable<TestCaseData> All =>
        from backbone in KnownBackbones.All.Names
        from operation in KnownOperations.All.Names
        from routing in KnownRoutings.All.Names
        select new TestCaseData(backbone, operation, routing);

    [TestCaseSource(nameof(All))]
    public void A_bfloat16_step_has_nearly_the_losses_and_gradients_of_float32_and_leaves_float32_behind(string backbone, string operation, string routing)
    {
        using var scope = NewDisposeScope();
        using var exact = NewNetwork(backbone, operation, routing, Precision.Float32);
        using var rounded = NewNetwork(backbone, operation, routing, Precision.Bfloat16);
        var batch = Images();

        for (var lane = 0; lane < exact.Plan.Lanes; lane++)
        {
            var (expected, found) = (Step(exact, batch, lane), Step(rounded, batch, lane));
            TestContext.Out.WriteLine($"loss {expected} {found}");
        }

        foreach (var plan in exact.Plan.Parameters)
        {
            if (exact.Tensors[plan].grad is { } e && rounded.Tensors[plan].grad is { } f)
            {
                TestContext.Out.WriteLine($"{plan.Name} {plan.Count} {f.dtype} {Cosine(e, f):F4} {e.norm().ToDouble():E2}");
            }
            else
            {
                TestContext.Out.WriteLine($"{plan.Name} none");
            }
        }
    }

    static double Step(Network network, Batch batch, int lane)
    {
        var loss = network.Forward(batch.Images, new Pass(lane, Training: true)).Select(pair => Some.Tasks[pair.Task].Kind.Loss(pair.Outputs, batch.Targets[pair.Task])).Aggregate((a, b) => a + b);
        loss.backward();
        return loss.ToDouble();
    }

    static double Cosine(Tensor a, Tensor b) => ((a * b).sum() / (a.norm() * b.norm())).ToDouble();

    static Network NewNetwork(string backbone, string operation, string routing, Precision precision)
    {
        var experiment = Some.Experiment(KnownBackbones.All.Default(backbone, "width: 0.125"), KnownOperations.All.Default(operation), KnownRoutings.All.Default(routing));
        return new Network(NetworkPlanner.Plan(experiment with { Training = experiment.Training with { Precision = precision } }, Image), seed: 1, CPU);
    }

    static Batch Images() => new(
        Draw.Images("x", 8, new FeatureShape(3, Image.Height, Image.Width)).detach(),
        [.. Some.Tasks.Select(task => Draw.Gaussian(task.Name, 8, task.Kind.Columns.Length).gt(0).to(float32))]);
}
