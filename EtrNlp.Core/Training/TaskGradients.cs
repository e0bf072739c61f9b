using EtrNlp.Core.Networks;
using EtrNlp.Core.Weighting;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>Task gradients as rows [T, P], and the coefficients that a weighting finds for them.</summary>
static class TaskGradients
{
    const long Stretch = 1 << 20; // columns that are held in double at a time

    /// <summary>The coefficients [T], which are also written to the outcome as the weights.</summary>
    internal static double[] Combine(IGradientBalance balance, Tensor rows, StepOutcome outcome, StepClock clock)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var coefficients = balance.Combine(GramOf(rows), Doubles(outcome.Losses), clock);
        outcome.Weights!.copy_(tensor(coefficients, dtype: ScalarType.Float32));
        return coefficients;
    }

    // In double, a stretch of parameters after the other.
    static double[,] GramOf(Tensor rows)
    {
        var (tasks, parameters) = (rows.shape[0], rows.shape[1]);
        var sum = zeros([tasks, tasks], ScalarType.Float64, rows.device);
        for (var first = 0L; first < parameters; first += Stretch)
        {
            using var scope = NewDisposeScope();
            var part = rows.narrow(1, first, Math.Min(Stretch, parameters - first)).to(ScalarType.Float64);
            sum.Plus_(part.matmul(part.t()));
        }

        var flat = Doubles(sum);
        var gram = new double[tasks, tasks];
        Buffer.BlockCopy(flat, 0, gram, 0, flat.Length * sizeof(double));
        return gram;
    }

    static double[] Doubles(Tensor tensor) => [.. tensor.to(ScalarType.Float64).cpu().data<double>()];
}
