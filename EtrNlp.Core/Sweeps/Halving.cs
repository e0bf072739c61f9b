using System.Collections.Immutable;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;

namespace EtrNlp.Core.Sweeps;

/// <summary>
/// Successive halving (Karnin, Koren and Somekh, 2013; Jamieson and Talwalkar, 2016): every configuration is trained a
/// little, the best of them are trained on.
/// </summary>
/// <param name="Metric">What the validation split ranks them by.</param>
/// <param name="Rungs">Epochs after which they are ranked, rising; the last are those of the experiment.</param>
public sealed record Halving(string Metric, ImmutableArray<int> Rungs)
{
    /// <summary>The key of all this in a sweep file.</summary>
    public const string Name = "halving";

    /// <summary>The key that the rungs set.</summary>
    internal const string EpochsKey = $"{TrainingConfig.Name}.{TrainingConfig.EpochsName}";

    internal const string RungsPath = $"{Name}.rungs";

    const string MetricPath = $"{Name}.metric";
    const string ScheduleKey = $"{TrainingConfig.Name}.optimizer.schedule";

    static readonly Setting<string> MetricKey = new(
        "metric",
        "mean.<metric> or <task>.<metric> of the validation split, whose best go on",
        Values.Text
    );

    static readonly Setting<ImmutableArray<int>> RungsKey = new(
        "rungs",
        "epochs after which runs are compared, rising; the last are those of the experiment",
        Values
            .List(Values.Integer(1, 1_000_000), min: 1)
            .Where(rungs => rungs.Zip(rungs.Skip(1)).All(pair => pair.First < pair.Second), "a list of rising integers")
    );

    /// <summary>{metric, rungs}.</summary>
    internal static ValueType<Halving> Type { get; } =
        Values.Record([MetricKey, RungsKey], values => new Halving(values.Get(MetricKey), values.Get(RungsKey)));

    /// <summary>Epochs of what survives every rung.</summary>
    public int Epochs => Rungs[^1];

    /// <summary>
    /// How many of the configurations of a rung are trained on: this rung's epochs of the next one's, rounded down, at
    /// least one; after the last rung the best.
    /// </summary>
    /// <param name="rung">The rung, from 0.</param>
    /// <param name="count">Those that were trained in it.</param>
    public int Survivors(int rung, int count) =>
        rung == Rungs.Length - 1 ? 1 : (int)Math.Max(1, (long)count * Rungs[rung] / Rungs[rung + 1]);

    /// <summary>How many configurations are trained in each rung, of so many.</summary>
    public IReadOnlyList<int> Entrants(int count)
    {
        var entrants = new List<int> { count };
        for (var rung = 0; rung < Rungs.Length - 1; rung++)
        {
            entrants.Add(Survivors(rung, entrants[^1]));
        }

        return entrants;
    }

    /// <summary>What it ranks the runs of a checked experiment by.</summary>
    internal ValidationMetric MetricOf(Experiment experiment) =>
        ValidationMetric.Of(experiment.Tasks).First(metric => metric.Name == Metric);

    /// <summary>What keeps it from choosing among experiments.</summary>
    /// <param name="written">The file of the sweep.</param>
    /// <param name="experiments">They.</param>
    internal IEnumerable<ConfigError> Mistakes(ConfigNode written, IReadOnlyList<ExperimentFile> experiments) =>
        experiments
            .SelectMany(file => Mistakes(written, file))
            .Concat(
                experiments.Count > 1
                    ? []
                    : [new(written.PlaceOf(Name), $"{Name}: there is one configuration, so there is nothing to choose")]
            );

    IEnumerable<ConfigError> Mistakes(ConfigNode written, ExperimentFile file)
    {
        var training = file.Experiment.Training;
        if (training.Optimizer.Schedule.DependsOnEnd && Rungs.Length > 1)
        {
            yield return new(
                file.PlaceOf(ScheduleKey),
                $"{ScheduleKey}: it ends with the last epoch, so that no run can be trained on after a rung of "
                    + $"{Name}; choose one that does not"
            );
        }

        foreach (var rung in Rungs.SkipLast(1).Where(rung => rung % training.EvaluateEvery != 0))
        {
            yield return new(
                written.PlaceOf(RungsPath),
                FormattableString.Invariant($"{RungsPath}: epoch {rung} is not evaluated, since ")
                    + $"{TrainingConfig.Name}.evaluate_every is "
                    + FormattableString.Invariant($"{training.EvaluateEvery}; choose multiples of it")
            );
        }

        string[] known = [.. ValidationMetric.Of(file.Experiment.Tasks).Select(metric => metric.Name)];
        if (!known.Contains(Metric))
        {
            yield return new(
                written.PlaceOf(MetricPath),
                $"{MetricPath}: {file.Experiment.Name} has no '{Metric}'{NearestName.Hint(Metric, known)}"
            );
        }
    }
}
