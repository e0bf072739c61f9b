using System.Collections.Immutable;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>Task losses weighted by the user.</summary>
public sealed record Fixed(PerTask<double> Factors) : IWeighting
{
    static readonly Setting<PerTask<double>> WeightsKey = new(
        "weights",
        "factor on each task's loss: a list in task order, or a mapping by name",
        Alternatives.PerTask(Values.Number(0, 1e6))
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new(
            "fixed",
            "task losses weighted by the user",
            "common practice",
            [WeightsKey],
            values => new Fixed(values.Get(WeightsKey))
        );

    /// <inheritdoc/>
    public ImmutableArray<double> Weights(IReadOnlyList<string> taskNames) =>
        Factors.Resolve(taskNames, this, WeightsKey.Name);
}
