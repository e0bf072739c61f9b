using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Runs;

/// <summary>
/// How far a run of an experiment can be: what a checkpoint says of it is believed only within these bounds.
/// </summary>
static class PlausibleProgress
{
    /// <summary>What no run of this experiment can have come to, as a clause; null if there is no such thing.</summary>
    /// <param name="progress">How far a checkpoint says that the run was.</param>
    /// <param name="steps">Steps of each parameter; null if they do not matter.</param>
    /// <param name="bench">The experiment with its data.</param>
    internal static string? Contradiction(
        RunProgress progress,
        IDictionary<string, long>? steps,
        PreparedExperiment bench
    )
    {
        var (epochs, batches) = (bench.File.Experiment.Training.Epochs, bench.Batches.TrainingBatches);
        var (images, tasks) = (bench.Dataset.Count(Split.Train), bench.File.Experiment.Tasks);
        var mostSteps = (((long)progress.Epoch * batches) + progress.Batch) * tasks.Length;
        (bool Holds, FormattableString Shown)[] rules =
        [
            (progress.Epoch <= epochs, $"{progress.Epoch} of {epochs} epochs"),
            (
                progress.Batch <= (progress.Epoch < epochs ? batches : 0),
                $"{progress.Batch} of {batches} batches after {progress.Epoch} epochs"
            ),
            (progress.Images <= (progress.Epoch + 1L) * images, $"{progress.Images} of {images} images an epoch"),
            (progress.LossSums.Length == tasks.Length, $"losses of {progress.LossSums.Length} tasks"),
            (
                progress.WeightSums.IsEmpty || progress.WeightSums.Length == tasks.Length,
                $"weights of {progress.WeightSums.Length} tasks"
            ),
            ((steps?.Values.Max() ?? 0) <= mostSteps, $"more than {mostSteps} steps"),
            (
                progress.Evaluations.Length <= (tasks.All(task => task.Kind.IsDense) ? progress.Epoch : 0),
                $"{progress.Evaluations.Length} evaluations to report"
            ),
            (
                progress.Evaluations.All(one => one.Split == bench.ReportedSplit && Fits(one, tasks))
                    && progress.Evaluations.Select(Numbers).Distinct().Count() <= 1,
                $"evaluations of other tasks"
            ),
        ];
        return rules
            .Where(rule => !rule.Holds)
            .Select(rule => FormattableString.Invariant(rule.Shown))
            .FirstOrDefault();
    }

    static bool Fits(Evaluation evaluation, IReadOnlyList<LearningTask> tasks) =>
        !evaluation.Tasks.IsDefault
        && evaluation.Tasks.Length == tasks.Count
        && evaluation.Tasks.Zip(tasks, Fits).All(fits => fits);

    static bool Fits(TaskScores? scores, LearningTask task) =>
        scores is { Kinds.IsDefault: false, Values.IsDefault: false, BestConstant.IsDefault: false }
        && double.IsFinite(scores.Loss)
        && scores.Task == task.Name
        && scores.Group == task.Kind.Group
        && scores.Kinds.SequenceEqual(task.Kind.Metrics)
        && scores
            .Values.Concat(scores.BestConstant)
            .All(value => value is { Part: not null, Name: not null } && double.IsFinite(value.Value ?? 0))
        && task.Kind.Metrics.All(kind => scores.Values.Any(value => value.Part.Length == 0 && value.Name == kind.Name));

    // Of what the numbers of an evaluation are, in order.
    static string Numbers(Evaluation evaluation) =>
        string.Join(
            '\n',
            evaluation.Tasks.SelectMany(task => task.Values.Select(value => $"{task.Task}\t{value.Part}\t{value.Name}"))
        );
}
