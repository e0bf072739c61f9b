using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Training;

/// <summary>Networks and batches small enough for many steps of training in a test.</summary>
static class SmallTraining
{
    public static readonly Nlp SomeNlp = new(
        [new AvgPool(9), new FixedConv(3, true, FixedWeights.Real, 1), new Perturb(0.1, NoiseMasks.PerChannel)],
        2,
        DownSampling.After
    );

    public static Etr Etr(TaskBranch branch) => new(new PerTask<decimal>(0.5m, [], []), branch, NormOwnership.Owned);

    public static Network NewNetwork(IOperation operation, IRouting routing, UpdateStrategy update) =>
        Some.Network(operation, routing, update, seed: 1);

    public static Batch NewBatch() =>
        new(
            Draw.Images("images", 4, new FeatureShape(3, 32, 32)),
            [.. Some.Tasks.Select(task => Draw.Gaussian(task.Name, 4, task.Kind.Columns.Length).gt(0).to(float32))]
        );
}
