using System.Collections.Immutable;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Weighting;

/// <summary>Every task loss counts 1: the sum of the losses.</summary>
public sealed record Equal : IWeighting
{
    /// <summary>How experiment files name it.</summary>
    public static Entry<IWeighting> Entry { get; } =
        new("equal", "every task loss counts 1", "common practice", [], _ => new Equal());

    /// <inheritdoc/>
    public ImmutableArray<double> Weights(IReadOnlyList<string> taskNames) => [.. taskNames.Select(_ => 1.0)];
}
