using System.Collections.Immutable;
using EtrNlp.Core.Backbones;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Primitives;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Operations;

/// <summary>Every subset of five primitives, as the supplement's Table S1 trains them, in every backbone.</summary>
[Category("Slow")]
public sealed class PrimitiveSubsetsTests
{
    static readonly string[] Names = ["avg_pool", "max_pool", "conv", "shift", "perturb"];

    static readonly IPrimitive[] Five = Array.ConvertAll(Names, name => KnownPrimitives.All.Default(name));

    static IEnumerable<ImmutableArray<IPrimitive>> Subsets =>
        from subset in Enumerable.Range(1, (1 << Names.Length) - 1)
        select Five.Where((_, i) => (subset >> i & 1) == 1).ToImmutableArray();

    static IEnumerable<(string Backbone, ImmutableArray<IPrimitive> Primitives)> Everywhere =>
        from backbone in KnownBackbones.All.Names
        from subset in Subsets
        select (backbone, subset);

    // 64x64: what photographs are scaled to. 45x37: sides that stay odd when they are halved.
    [TestCase(64, 64)]
    [TestCase(45, 37)]
    public void Two_steps_of_each_give_losses(int height, int width)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (backbone, primitives) in Everywhere)
            {
                Assert.That(
                    () => Losses(backbone, primitives, new ImageSize(height, width)),
                    Is.All.GreaterThan(0),
                    $"{backbone} {string.Join(", ", primitives)}"
                );
            }
        }
    }

    // Of every task in both steps.
    static float[] Losses(string backbone, ImmutableArray<IPrimitive> primitives, ImageSize image)
    {
        using var scope = NewDisposeScope();
        var experiment = Combinations.Experiment(backbone, "nlp", "etr", UpdateStrategy.SteadyState) with
        {
            Operation = new Nlp(primitives, 2, DownSampling.After),
        };
        using var session = new TrainingSession(experiment, NetworkPlanner.Plan(experiment, image), seed: 1, CPU);
        var batch = new Batch(
            Draw.Images("x", 2, new FeatureShape(3, image.Height, image.Width)).detach(),
            [.. Some.Tasks.Select(task => ones([2, task.Kind.Columns.Length]))]
        );
        return
        [
            .. session.Step(batch, Some.Clock, 1).Losses.Floats(),
            .. session.Step(batch, Some.Clock, 1).Losses.Floats(),
        ];
    }
}
