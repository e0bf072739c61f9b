using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Results;

/// <summary>The finished runs of one experiment, one per seed: what a row of a table stands for.</summary>
public sealed record SeedGroup(ImmutableArray<RunResult> Runs)
{
    /// <summary>The experiment's name.</summary>
    public string Name => Runs[0].Name;

    /// <summary>The split the numbers are of.</summary>
    public string Split => Runs[0].Split;

    /// <summary>The spread over seeds of one number of a result; null where no seed has it.</summary>
    public Spread? Over(Func<RunResult, double?> number) => Spread.Of(Runs.Select(number));

    /// <summary>delta_p of every seed against a baseline; a baseline is not compared with itself.</summary>
    /// <exception cref="DataException">They are of other tasks or classes, or were evaluated on other data.</exception>
    public DeltaPOverSeeds Against(SeedGroup baseline) =>
        ReferenceEquals(this, baseline)
            ? DeltaPOverSeeds.None
            : new(
                [.. Runs.Select(run => DeltaPReport.Against(run, baseline.Runs))],
                [.. baseline.Runs.Select(run => run.Seed)]
            );

    /// <summary>The same runs, compared by some of their metrics alone.</summary>
    public SeedGroup Only(IReadOnlyCollection<string> metrics) => new([.. Runs.Select(run => run.Only(metrics))]);

    /// <summary>Refuses to put numbers side by side that are not of the same kind.</summary>
    /// <exception cref="DataException">Splits, tasks, classes or evaluation data differ.</exception>
    public void RequireComparable(SeedGroup other)
    {
        foreach (var run in Runs.Concat(other.Runs))
        {
            run.Circumstances.Beside(Runs[0].Circumstances);
            if (!Metrics(run).SetEquals(Metrics(Runs[0])))
            {
                throw new DataException(
                    $"{run.Path} has the metrics {string.Join(", ", Metrics(run))} and {Runs[0].Path} has "
                        + $"{string.Join(", ", Metrics(Runs[0]))}; compare runs of the same tasks"
                );
            }
        }
    }

    static HashSet<string> Metrics(RunResult run) =>
        [.. run.Compared.Select(metric => metric.FullName).Concat(run.Means.Select(mean => mean.Metric))];
}
