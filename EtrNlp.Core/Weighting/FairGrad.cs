using EtrNlp.Core.Networks;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>
/// alpha-fair improvement of all tasks: a > 0 with G a = a^(-1 / alpha) (Ban and Ji 2024). alpha = 1 is
/// proportional fairness; the larger, the more the worst task counts.
/// </summary>
public sealed record FairGrad(double Alpha) : IGramWeighting
{
    static readonly Setting<double> AlphaKey = new(
        "alpha",
        "fairness: 1 is proportional; the larger, the more the worst task counts",
        Values.Number(0.1, 100),
        "1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "fairgrad",
            "an alpha-fair share of the improvement for every task",
            "Ban and Ji 2024, Fair Resource Allocation in Multi-Task Learning",
            [AlphaKey],
            values => new FairGrad(values.Get(AlphaKey))
        );

    /// <inheritdoc/>
    public double[] Combine(double[,] gram, double[] losses, StepClock clock) => Gram.SolvePower(gram, 1 / Alpha);
}
