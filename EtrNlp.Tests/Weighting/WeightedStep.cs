using EtrNlp.Core.Networks;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Weighting;

/// <summary>What the tests of weighted steps train on and with.</summary>
static class WeightedStep
{
    public static readonly float[] Factors = [0.5f, 2, 3];

    public static readonly ImageSize Image = new(32, 32);

    // Targets of as many columns as the tasks of both kinds of experiment have.
    public static Batch NewBatch(int tasks) =>
        new(
            Draw.Images("x", 4, new FeatureShape(3, Image.Height, Image.Width)).detach(),
            [.. Enumerable.Range(0, tasks).Select(t => ones([4, tasks == 2 ? 2 : Some.Tasks[t].Kind.Columns.Length]))]
        );

    public sealed record HalfTwoThree(GradientPlace Place) : IGramWeighting
    {
        public bool ScalesOwnParameters => true;

        public double[] Combine(double[,] gram, double[] losses, StepClock clock) =>
            [.. Factors.Select(f => (double)f)];
    }
}
