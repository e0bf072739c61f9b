using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Experiments;

/// <summary>
/// An experiment with the file it came from: what was written, for places of errors, and what it resolves to.
/// </summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Experiment">The typed experiment.</param>
/// <param name="Resolved">Every key with its value, defaults included.</param>
/// <param name="Overrides">The command line's overrides.</param>
/// <param name="Notices">What the user should know about how it was read.</param>
/// <param name="Written">The file and its overrides as written.</param>
public sealed record ExperimentFile(
    string Path,
    Experiment Experiment,
    MapNode Resolved,
    IReadOnlyList<string> Overrides,
    IReadOnlyList<string> Notices,
    ConfigNode Written
)
{
    // What a rival is compared under must be the same for the baseline.
    static readonly string[] InheritedByBaseline = ["training", "dataset", "tasks", "seeds", "threads"];

    /// <summary>Whether it was read for a machine that need not have its data.</summary>
    bool WithoutData { get; init; }

    /// <summary>Those overrides that a file this one is compared with is read under too.</summary>
    public IReadOnlyList<string> InheritedOverrides =>
        [.. Overrides.Where(text => InheritedByBaseline.Contains(Data.Configuration.Overrides.FirstKey(text)))];

    /// <summary>Reads an experiment file and those it builds on, overrides, types and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">What the command line changes.</param>
    /// <param name="withoutData">The machine need not have the data: variables stay as they stand.</param>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    public static ExperimentFile Load(string path, IReadOnlyList<string> overrides, bool withoutData = false)
    {
        var reading = new Reading { KeepsVariables = withoutData };
        var written = Data.Configuration.Overrides.Apply(BaseFile.Read(path, reading), overrides);
        return Of(path, written, overrides, reading);
    }

    /// <summary>The same file, had it been written otherwise.</summary>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    internal ExperimentFile With(ConfigNode written) =>
        Of(Path, written, Overrides, new Reading { KeepsVariables = WithoutData });

    /// <summary>Types and checks what a file and its overrides say.</summary>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    public static ExperimentFile Of(string path, ConfigNode written, IReadOnlyList<string> overrides) =>
        Of(path, written, overrides, new Reading());

    /// <summary>
    /// What the resolved file of a run says, for a machine that need not have its data: variables stay as they stand.
    /// </summary>
    /// <exception cref="ConfigException">Every mistake found, with its place.</exception>
    internal static ExperimentFile Held(string path) =>
        Of(path, YamlReader.ReadFile(path), [], new Reading { KeepsVariables = true });

    static ExperimentFile Of(string path, ConfigNode written, IReadOnlyList<string> overrides, Reading reading)
    {
        var parsed = Section.Read(written, "", Experiment.Settings, reading);
        reading.ThrowIfWrong();
        var experiment = Experiment.Create(parsed!.Value);
        var file = new ExperimentFile(
            System.IO.Path.GetFullPath(path),
            experiment,
            (MapNode)parsed.Resolved,
            overrides,
            reading.Notices,
            written
        )
        {
            WithoutData = reading.KeepsVariables,
        };
        Trainability.Check(file);
        return file with { Resolved = file.WithUpdate() };
    }

    /// <summary>The baseline's file with the overrides that concern it too, or null where there is none.</summary>
    /// <exception cref="ConfigException">The baseline cannot be read, or learns something else.</exception>
    public ExperimentFile? LoadBaseline()
    {
        if (Experiment.Baseline is not { } path)
        {
            return null;
        }

        if (!File.Exists(path))
        {
            throw WrongBaseline($"there is no file {path}");
        }

        var baseline = Load(path, InheritedOverrides, WithoutData);
        if (baseline.Experiment.Name == Experiment.Name)
        {
            throw WrongBaseline(
                $"{path} has the same name '{Experiment.Name}'; two experiments cannot share a run folder"
            );
        }

        Compare(Circumstances, baseline.Circumstances);
        return baseline;
    }

    /// <summary>
    /// What must be said beside delta_p against a baseline; more may be known of the two than their files say.
    /// </summary>
    /// <exception cref="ConfigException">There is no delta_p between the two.</exception>
    public IReadOnlyList<string> Compare(Circumstances here, Circumstances baseline)
    {
        try
        {
            return here.Beside(baseline);
        }
        catch (DataException e)
        {
            throw WrongBaseline(e.Message);
        }
    }

    ConfigException WrongBaseline(string mistake) =>
        new(PlaceOf(Experiment.BaselineName), $"{Experiment.BaselineName}: {mistake}");

    /// <summary>What it may be compared by, as far as the file alone says it.</summary>
    public Circumstances Circumstances
    {
        get
        {
            var kinds = Experiment.Tasks.Select(task => task.Kind).ToArray();
            return new Circumstances(
                Experiment.Name,
                Path,
                Circumstances.AllOf(
                    kinds.SelectMany(kind => kind.Parts),
                    kinds.SelectMany(kind =>
                        kind.Metrics.Where(metric => metric.InDeltaP)
                            .Select(metric => new GroupMetric(kind.Group, metric.Name, metric.HigherIsBetter, null))
                    )
                ),
                Split: null,
                Sources: null,
                ImageSize: null,
                Experiment.Training.Epochs,
                Values.SnakeCase(Experiment.Training.Precision),
                Resolved.Child(TrainingConfig.Name)?.Child(TrainingConfig.AugmentName) is { } augment
                    ? Identity.Text(augment)
                    : "[]", // a resolved file leaves an added key out where it has its default
                PositiveWeight.TextOf(kinds)
            );
        }
    }

    /// <summary>Where a key was written, or the nearest thing above it that was.</summary>
    public Place PlaceOf(string key)
    {
        var (node, place) = (Written, Written.Place);
        foreach (var part in key.Split('.'))
        {
            var next = node switch
            {
                MapNode map => map.Find(part)?.Value,
                ListNode list when int.TryParse(part, out var index) && index < list.Items.Length => list.Items[index],
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            (node, place) = (next, next.Place);
        }

        return place;
    }

    /// <summary>Turns a complaint about a key into one about a place.</summary>
    public ConfigException At(InvalidSettingException e)
    {
        var path = PathOf(e);
        return new ConfigException(PlaceOf(path), $"{path}: {e.Problem}");
    }

    string PathOf(InvalidSettingException e)
    {
        (string Key, object Setting)[] settings =
        [
            ("dataset", Experiment.Dataset),
            ("backbone", Experiment.Backbone),
            ("operation", Experiment.Operation),
            ("routing", Experiment.Routing),
            (Experiment.WeightingName, Experiment.Weighting),
        ];
        var above = settings.FirstOrDefault(one => ReferenceEquals(one.Setting, e.Setting)).Key;
        return above is null ? e.Key : Section.Join(above, e.Key);
    }

    MapNode WithUpdate()
    {
        var training = Resolved.Find("training")!;
        var update = new MapEntry(
            TrainingConfig.UpdateName,
            new ScalarNode(Values.SnakeCase(Experiment.Update), Place.Default),
            Place.Default
        );
        return Resolved.With(training with { Value = ((MapNode)training.Value).With(update) });
    }
}
