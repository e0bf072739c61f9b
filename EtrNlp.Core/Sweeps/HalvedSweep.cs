using System.Collections.Immutable;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Results;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>A configuration among those of its rung.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Value">What it is ranked by; null where its run failed, which ranks it behind all others.</param>
/// <param name="Rank">From 1.</param>
public sealed record RankedConfiguration(SweepConfiguration Configuration, double? Value, int Rank);

/// <summary>What a rung found.</summary>
/// <param name="Epochs">The epochs after which it ranks.</param>
/// <param name="Ranking">Every configuration that was trained in it, the best first.</param>
/// <param name="Surviving">Those that are trained on, in the order of the file; failed ones never are.</param>
public sealed record Rung(
    int Epochs,
    ImmutableArray<RankedConfiguration> Ranking,
    ImmutableArray<SweepConfiguration> Surviving
);

/// <summary>
/// The search for the best configuration of a sweep. Rankings follow from the validation numbers in the run folders, so
/// that a search that was killed goes on to the same one.
/// </summary>
/// <param name="sweep">Every configuration, with the epochs of the last rung.</param>
/// <param name="halving">How many of them are trained on, and when.</param>
public sealed class HalvedSweep(Sweep sweep, Halving halving)
{
    readonly ImmutableArray<int> _firstSeed = [sweep.Seeds[0]];

    /// <summary>What the search is by.</summary>
    public Halving Halving => halving;

    /// <summary>Every configuration, with the epochs of the last rung.</summary>
    public Sweep Sweep => sweep;

    /// <summary>The runs that it makes, the baseline's too.</summary>
    public int RunCount => sweep.Configurations.Length + (sweep.Seeds.Length * (sweep.Baseline is null ? 1 : 2)) - 1;

    /// <summary>Epochs that the configurations are to be trained, if no run fails.</summary>
    public long Epochs =>
        halving
            .Rungs.Zip(halving.Rungs.Prepend(0), halving.Entrants(sweep.Configurations.Length))
            .Sum(rung => (rung.First - rung.Second) * (long)rung.Third)
        + ((sweep.Seeds.Length - 1L) * halving.Epochs);

    /// <summary>Epochs of every configuration trained to its end with every seed.</summary>
    public long EpochsOfGrid => (long)sweep.Configurations.Length * sweep.Seeds.Length * halving.Epochs;

    /// <summary>
    /// Epochs of the same that were really trained, also where another search of the folder has done it.
    /// </summary>
    public long EpochsTrained =>
        sweep
            .Configurations.SelectMany(one => sweep.Seeds.Select(seed => sweep.FolderOf(one, seed)))
            .Sum(folder => MetricRow.Read(folder.MetricsPath).Select(row => (long)row.Epoch).DefaultIfEmpty().Max());

    /// <summary>
    /// The rungs, one with the first seed for each, then the best configuration with all seeds.
    /// </summary>
    /// <exception cref="RunException">No run of a rung has come to its end.</exception>
    public IEnumerable<Sweep> Stages()
    {
        var entrants = sweep.Configurations;
        for (var rung = 0; rung < halving.Rungs.Length; rung++)
        {
            yield return Stage(rung, entrants);
            entrants = Ranked(rung, entrants).Surviving;
        }

        yield return Part(entrants, sweep.Seeds, $"the best, {entrants[0].Name}: all seeds");
    }

    /// <summary>What the rungs have found, after the last of them.</summary>
    /// <exception cref="RunException">No run of a rung has come to its end.</exception>
    public IReadOnlyList<Rung> Rungs()
    {
        var (entrants, rungs) = (sweep.Configurations, new List<Rung>());
        for (var rung = 0; rung < halving.Rungs.Length; rung++)
        {
            rungs.Add(Ranked(rung, entrants));
            entrants = rungs[^1].Surviving;
        }

        return rungs;
    }

    Sweep Stage(int rung, ImmutableArray<SweepConfiguration> entrants)
    {
        var epochs = halving.Rungs[rung];
        return Part(
            [
                .. from one in entrants
                let held = EpochsHeld(one)
                where held <= epochs || Value(one, epochs) is null
                select one with
                {
                    Resolved = TrainingConfig.WithEpochs(one.Resolved, Math.Max(epochs, held)),
                },
            ],
            _firstSeed,
            FormattableString.Invariant($"rung {rung + 1} of {halving.Rungs.Length}, to epoch {epochs}: ")
                + FormattableString.Invariant($"{entrants.Length} of {sweep.Configurations.Length} configurations, ")
                + FormattableString.Invariant($"seed {_firstSeed[0]}")
        );
    }

    Sweep Part(ImmutableArray<SweepConfiguration> configurations, ImmutableArray<int> seeds, string title)
    {
        var baseline = sweep.Baseline is { } one ? WithSeeds(one) : null;
        return new(sweep.Name, sweep.Folder, baseline, [.. configurations.Select(WithSeeds)], seeds, [])
        {
            Title = title,
        };

        SweepConfiguration WithSeeds(SweepConfiguration one) =>
            one with
            {
                Resolved = SharedSettings.WithSeeds(one.Resolved, seeds),
            };
    }

    // Where a run has gone on after the rung, its numbers of then are in its folder.
    int EpochsHeld(SweepConfiguration one) =>
        FolderOf(one) is { IsClaimed: true } folder && YamlReader.ReadFile(folder.ExperimentPath) is MapNode held
            ? TrainingConfig.EpochsIn(held) ?? 0
            : 0;

    // Stable: of equal ones the first in the file comes first.
    Rung Ranked(int rung, ImmutableArray<SweepConfiguration> entrants)
    {
        var epochs = halving.Rungs[rung];
        var ranking = entrants
            .Select(one => (Configuration: one, Value: Value(one, epochs)))
            .OrderBy(one => one.Value is null)
            .ThenBy(one => halving.MetricOf(one.Configuration.File.Experiment).HigherIsBetter ? -one.Value : one.Value)
            .Select((one, i) => new RankedConfiguration(one.Configuration, one.Value, i + 1))
            .ToImmutableArray();
        RequireSome(ranking, epochs);
        var surviving = ranking
            .Take(halving.Survivors(rung, entrants.Length))
            .Where(one => one.Value is not null)
            .Select(one => one.Configuration.Name)
            .ToHashSet();
        return new Rung(epochs, ranking, [.. entrants.Where(one => surviving.Contains(one.Name))]);
    }

    void RequireSome(ImmutableArray<RankedConfiguration> ranking, int epochs)
    {
        if (ranking.All(one => one.Value is null))
        {
            throw new RunException(
                FormattableString.Invariant($"none of {ranking.Length} runs has {halving.Metric} of the validation ")
                    + FormattableString.Invariant($"split after epoch {epochs}; the same command tries them again")
            );
        }
    }

    // A run has failed that is neither done nor past the rung, whatever numbers it left.
    double? Value(SweepConfiguration one, int epoch) =>
        FolderOf(one) is var folder && (folder.IsDone || EpochsHeld(one) > epoch)
            ? halving.MetricOf(one.File.Experiment).At(MetricRow.Read(folder.MetricsPath), epoch)
            : null;

    RunFolder FolderOf(SweepConfiguration one) => sweep.FolderOf(one, _firstSeed[0]);
}
