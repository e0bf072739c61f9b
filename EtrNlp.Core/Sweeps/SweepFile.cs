using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>A sweep as it was written: an experiment, and the keys that are varied.</summary>
/// <param name="Name">The folder below which its runs are.</param>
/// <param name="Base">Full path of the experiment that is varied.</param>
/// <param name="Axes">What is varied: cases, grid, combinations, draws; the last axis changes fastest.</param>
/// <param name="Halving">How the best is searched for; null: every configuration is trained to its end.</param>
/// <param name="Seeds">One run of each configuration per seed; null: the experiment's.</param>
/// <param name="Rows">What the paper prints of its configurations.</param>
/// <param name="Written">The file as written.</param>
public sealed record SweepFile(
    string Name,
    string Base,
    ImmutableArray<SweepAxis> Axes,
    Halving? Halving,
    ImmutableArray<int>? Seeds,
    ImmutableArray<PaperRow> Rows,
    ConfigNode Written
)
{
    internal const string BaseName = BaseFile.Key;
    internal const string RowsName = "rows";
    const int MostConfigurations = 10_000;

    static readonly Setting<string> NameKey = new(Experiment.NameName, "the folder of its runs", ExperimentName.Type);
    static readonly Setting<string> BaseKey = new(BaseName, "the experiment file that is varied", PathValue.Type);
    static readonly Setting<ImmutableArray<SweepAxis>> CasesKey = new(
        "cases",
        "name: {path.to.key: value}; each with settings of its own, {} is the base experiment itself",
        SweepCases.Type,
        "{}"
    );

    static readonly Setting<ImmutableArray<SweepAxis>> GridKey = new(
        "grid",
        "path.to.key: [values...]; every value with every other",
        SweepAxis.Grid,
        "{}"
    );

    static readonly Setting<ImmutableArray<SweepAxis>> CombinationsKey = new(
        "combinations",
        "path.to.list: [items...]; every non-empty subset",
        SweepAxis.Combinations,
        "{}"
    );

    static readonly Setting<SweepAxis?> RandomKey = new(
        "random",
        "draws of several keys together",
        Values.Optional(RandomSpace.Type),
        "null"
    );

    static readonly Setting<Halving?> HalvingKey = new(
        Halving.Name,
        "trains every configuration a little, and the best of them on",
        Values.Optional(Halving.Type),
        "null"
    );

    static readonly Setting<ImmutableArray<int>?> SeedsKey = new(
        Experiment.SeedsName,
        "one run of each configuration per seed; absent: the experiment's",
        Values.OptionalNumber(Experiment.SeedList),
        "null"
    );

    static readonly Setting<ImmutableArray<PaperRow>> RowsKey = new(
        RowsName,
        "what the paper prints of its configurations, for comparisons",
        Values.List(PaperRow.TypeInSweep),
        "[]"
    );

    static readonly Setting<SlurmSettings> SlurmKey = new(
        SlurmSettings.Name,
        "what runs ask of a cluster with Slurm, see sweep --executor slurm",
        SlurmSettings.Type,
        "{}"
    );

    static readonly string[] OfAllRuns =
    [
        Experiment.NameName,
        Experiment.SeedsName,
        Experiment.BaselineName,
        Experiment.ThreadsName,
        Experiment.PaperName,
    ];

    // What only one of the two kinds of file has; either may have a base.
    static readonly string[] OfSweeps =
    [
        CasesKey.Name,
        GridKey.Name,
        CombinationsKey.Name,
        RandomKey.Name,
        HalvingKey.Name,
        RowsKey.Name,
    ];
    static readonly string[] OfExperiments = [Experiment.DatasetName, Experiment.TasksName];

    /// <summary>Every key of a sweep file.</summary>
    public static IReadOnlyList<Setting> Settings { get; } =
        [NameKey, BaseKey, CasesKey, GridKey, CombinationsKey, RandomKey, HalvingKey, SeedsKey, RowsKey, SlurmKey];

    /// <summary>
    /// Whether a file is written like a sweep and not like an experiment; of one that cannot be read it is not known.
    /// </summary>
    public static bool IsSweep(string path)
    {
        try
        {
            return YamlReader.ReadFile(path) is MapNode map
                && OfSweeps.Any(key => map.Find(key) is not null)
                && !OfExperiments.Any(key => map.Find(key) is not null);
        }
        catch (Exception e) when (e is ConfigException or DataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads and types a sweep file.</summary>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    public static SweepFile Load(string path)
    {
        var written = YamlReader.ReadFile(path);
        var reading = new Reading();
        var values = Section.Read(written, "", Settings, reading)?.Value;
        reading.ThrowIfWrong();
        var file = new SweepFile(
            values!.Get(NameKey),
            values.Get(BaseKey),
            [
                .. values.Get(CasesKey),
                .. values.Get(GridKey),
                .. values.Get(CombinationsKey),
                .. values.Get(RandomKey) is { } draws ? [draws] : Array.Empty<SweepAxis>(),
            ],
            values.Get(HalvingKey),
            values.Get(SeedsKey),
            values.Get(RowsKey),
            written
        );
        file.Check(reading);
        return file;
    }

    /// <summary>Every combination of one value from each axis.</summary>
    internal IReadOnlyList<IReadOnlyList<SweepValue>> Expand() =>
        Axes.Aggregate<SweepAxis, IEnumerable<ImmutableArray<SweepValue>>>(
                [
                    [],
                ],
                (rows, axis) => rows.SelectMany(row => axis.Values.Select(row.Add))
            )
            .Select(row => (IReadOnlyList<SweepValue>)row)
            .ToArray();

    void Check(Reading reading)
    {
        foreach (var (i, axis) in Axes.Index())
        {
            SweepSetting[] earlier = [.. Axes.Take(i).SelectMany(other => other.Settings)];
            foreach (var value in axis.Written)
            {
                foreach (var (j, setting) in value.Settings.Index())
                {
                    Check(setting, earlier.Concat(value.Settings.Take(j)), reading);
                }
            }
        }

        if (Axes.Aggregate(1.0, (count, axis) => count * axis.Values.Length) is > MostConfigurations and var many)
        {
            reading.Complain(
                Written.Place,
                "",
                FormattableString.Invariant(
                    $"{many:N0} configurations are more than {MostConfigurations:N0}; vary less at once"
                )
            );
        }

        reading.ThrowIfWrong();
    }

    void Check(SweepSetting setting, IEnumerable<SweepSetting> earlier, Reading reading)
    {
        if (OfAllRuns.Contains(setting.Key))
        {
            reading.Complain(setting.Place, setting.Key, "belongs to the whole sweep and cannot be varied");
        }

        if (Halving is not null && Overlap(setting.Key, Halving.EpochsKey))
        {
            reading.Complain(setting.Place, setting.Key, $"{Halving.RungsPath} sets the epochs; vary something else");
        }

        if (earlier.FirstOrDefault(other => Overlap(setting.Key, other.Key)) is { } before)
        {
            reading.Complain(setting.Place, setting.Key, $"is varied twice, {before.Key} stands at {before.Place}");
        }
    }

    /// <summary>Whether one of two keys is the other, or holds it.</summary>
    internal static bool Overlap(string one, string other)
    {
        return IsWithin(one, other) || IsWithin(other, one);

        static bool IsWithin(string inner, string outer) =>
            $"{inner}.".StartsWith($"{outer}.", StringComparison.Ordinal);
    }
}
