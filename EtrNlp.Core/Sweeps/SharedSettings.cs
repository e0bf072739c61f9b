using System.Collections.Immutable;
using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>What all runs of one sweep have in common.</summary>
/// <param name="Seeds">The seeds of every configuration.</param>
/// <param name="Threads">The threads of every run.</param>
/// <param name="Baseline">The name of the baseline; null where there is none.</param>
sealed record SharedSettings(ImmutableArray<int> Seeds, int Threads, string? Baseline)
{
    /// <summary>The file of a configuration as its runs are started from it.</summary>
    public MapNode Resolve(ExperimentFile one, string name, string? baseline) =>
        With(
            With(
                WithSeeds(
                    With(
                        With(one.Resolved, Experiment.PaperName, new ScalarNode(null, Place.Default)),
                        Experiment.NameName,
                        new ScalarNode(name, Place.Default)
                    ),
                    Seeds
                ),
                Experiment.BaselineName,
                new ScalarNode(baseline is null ? null : $"../{baseline}/{RunFolder.ExperimentName}", Place.Default)
            ),
            Experiment.ThreadsName,
            new ScalarNode(Text(Threads), Place.Default)
        );

    /// <summary>The same file for other seeds.</summary>
    internal static MapNode WithSeeds(MapNode resolved, ImmutableArray<int> seeds) =>
        With(
            resolved,
            Experiment.SeedsName,
            new ListNode([.. seeds.Select(seed => new ScalarNode(Text(seed), Place.Default))], Place.Default)
        );

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static MapNode With(MapNode map, string key, ConfigNode value) => map.With(map.Find(key)! with { Value = value });
}
