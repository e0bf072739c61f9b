using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>One of the experiments that a sweep is of.</summary>
/// <param name="Name">The folder of its runs, below the sweep's.</param>
/// <param name="Row">The value that it has on each axis.</param>
/// <param name="File">The experiment.</param>
sealed record SweptExperiment(string Name, IReadOnlyList<SweepValue> Row, ExperimentFile File);

/// <summary>The experiments of a sweep as its file gives them; nobody has looked at networks or data.</summary>
/// <param name="Varied">The experiment that is varied.</param>
/// <param name="Baseline">Its baseline, or null.</param>
/// <param name="Seeds">The seeds of each: the command line's, else the sweep's, else those of the first.</param>
/// <param name="All">What becomes of it, in the order of the axes.</param>
sealed record SweptExperiments(
    ExperimentFile Varied,
    ExperimentFile? Baseline,
    ImmutableArray<int> Seeds,
    ImmutableArray<SweptExperiment> All
)
{
    /// <summary>Reads the experiment that is varied, its baseline, and what becomes of it.</summary>
    /// <param name="file">The sweep.</param>
    /// <param name="overrides">What the command line changes in the experiment that is varied.</param>
    /// <param name="withoutData">The machine need not have the data: variables stay as they stand.</param>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    internal static SweptExperiments Of(SweepFile file, IReadOnlyList<string> overrides, bool withoutData = false)
    {
        var varied = File.Exists(file.Base)
            ? ExperimentFile.Load(file.Base, overrides, withoutData)
            : throw new ConfigException(
                file.Written.PlaceOf(SweepFile.BaseName),
                $"{SweepFile.BaseName}: there is no file {file.Base}"
            );
        var baseline = varied.LoadBaseline();
        var rows = file.Expand();
        var names = rows is [{ Count: 0 }]
            ? [varied.Experiment.Name]
            : SweepLabels.OfConfigurations(file.Axes, rows);
        var (mistakes, all) = (new ConfigMistakes(), new List<SweptExperiment>());
        var epochs = file.Halving is { } halving ? EpochsOf(halving, file.Written) : [];
        mistakes.Add(Mistakes(file, overrides).Concat(UnknownRows(file, names, varied, baseline)));
        foreach (var (name, row) in names.Zip(rows))
        {
            mistakes.Try(() => all.Add(new SweptExperiment(name, row, Vary(varied, row, epochs))));
        }

        mistakes.ThrowIfAny();
        return new SweptExperiments(
            varied,
            baseline,
            (Sets(varied, Experiment.SeedsName) ? null : file.Seeds) ?? varied.Experiment.Seeds,
            [.. all]
        );
    }

    static SweepSetting[] EpochsOf(Halving halving, ConfigNode written)
    {
        var (place, text) = (written.PlaceOf(Halving.RungsPath), FormattableString.Invariant($"{halving.Epochs}"));
        return [new SweepSetting(Halving.EpochsKey, place, new ScalarNode(text, place), text)];
    }

    static ExperimentFile Vary(ExperimentFile experiment, IReadOnlyList<SweepValue> row, SweepSetting[] epochs) =>
        experiment.With(
            row.SelectMany(value => value.Settings)
                .Concat(epochs)
                .Aggregate(
                    experiment.Written,
                    (node, setting) => Overrides.Set(node, setting.Key, setting.Node, setting.Place)
                )
        );

    // What is varied cannot be set: that would change the baseline alone.
    static IEnumerable<ConfigError> Mistakes(SweepFile file, IReadOnlyList<string> overrides)
    {
        var varied = file.Axes.SelectMany(axis => axis.Settings).DistinctBy(setting => setting.Key).ToArray();
        foreach (var (text, key) in overrides.Select(text => (text, text.Split('=', 2)[0].Trim())))
        {
            var place = Place.OnCommandLine($"--set {text}");
            foreach (var setting in varied.Where(setting => setting.Key == key))
            {
                yield return new(
                    place,
                    $"{key}: the sweep varies it, see {setting.Place}; leave one of them out"
                );
            }

            if (file.Halving is not null && SweepFile.Overlap(key, Halving.EpochsKey))
            {
                yield return new(
                    place,
                    $"{key}: {Halving.RungsPath} sets the epochs, see {file.Written.PlaceOf(Halving.RungsPath)}; "
                        + "change them there"
                );
            }
        }
    }

    // A baseline that the command line takes away leaves its row without a configuration.
    static ConfigError[] UnknownRows(
        SweepFile file,
        string[] names,
        ExperimentFile varied,
        ExperimentFile? baseline
    )
    {
        string[] known = [.. names, .. baseline is null ? [] : new[] { baseline.Experiment.Name }];
        return Sets(varied, Experiment.BaselineName)
            ? []
            :
            [
                .. file
                    .Rows.Index()
                    .Where(row => row.Item.Configuration is { } name && !known.Contains(name))
                    .Select(row => UnknownRow(file, row.Index, row.Item.Configuration!, known)),
            ];
    }

    static ConfigError UnknownRow(SweepFile file, int index, string name, string[] known)
    {
        var key = FormattableString.Invariant($"{SweepFile.RowsName}.{index}.{PaperRow.ConfigurationName}");
        return new ConfigError(
            file.Written.PlaceOf(key),
            $"{key}: no configuration is called '{name}'{NearestName.Hint(name, known)}"
        );
    }

    static bool Sets(ExperimentFile file, string key) =>
        file.Overrides.Any(text => Overrides.FirstKey(text) == key);
}
