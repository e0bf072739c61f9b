using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// The Nash bargaining solution: a > 0 with G a = 1 / a, and the length of the sum at most 1 (Navon et al. 2022; the
/// bound as in its public code). Found exactly, where the public code approximates it.
/// </summary>
public sealed record NashMtl(double LargestNorm) : IGramWeighting
{
    static readonly Setting<double> LargestNormKey = new(
        "max_norm",
        "largest length of the combined gradient; 0 for no bound",
        Values.Number(0, 1e6),
        "1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "nash_mtl",
            "the Nash bargaining solution between task gradients",
            "Navon et al. 2022, Multi-Task Learning as a Bargaining Game; max_norm as in its public code",
            [LargestNormKey],
            values => new NashMtl(values.Get(LargestNormKey))
        );

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock)
    {
        var a = Gram.SolvePower(gram, power: 1);
        var norm = Gram.Norm(gram, a);
        var scale = LargestNorm > 0 && norm > LargestNorm ? LargestNorm / norm : 1;
        return Array.ConvertAll(a, each => each * scale);
    }
}
