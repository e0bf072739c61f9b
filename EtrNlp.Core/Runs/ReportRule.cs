using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Training;

namespace EtrNlp.Core.Runs;

/// <summary>
/// What a run reports: for attributes and choices the checkpoint of the best validation, for dense tasks the mean of
/// the last evaluations, for a mixture of both the last checkpoint.
/// </summary>
sealed class ReportRule(Experiment experiment)
{
    /// <summary>What dense tasks report, as their numbers swing from epoch to epoch.</summary>
    internal const int EvaluationsOfMean = 10;

    TrainingConfig Training => experiment.Training;

    /// <summary>Whether the validation split is evaluated after an epoch.</summary>
    public bool EvaluatesAfter(int epoch) => epoch % Training.EvaluateEvery == 0 || epoch == Training.Epochs;

    /// <summary>Whether the evaluation after an epoch is one of those whose mean is reported.</summary>
    public bool CountsForMean(int epoch)
    {
        var every = Training.EvaluateEvery;
        var left =
            (Training.Epochs / every)
            - (epoch / every)
            + (Training.Epochs % every == 0 || epoch == Training.Epochs ? 0 : 1);
        return left < EvaluationsOfMean && experiment.Tasks.All(task => task.Kind.IsDense);
    }

    /// <summary>The progress with the epoch of an evaluation as the best one, if it is.</summary>
    public RunProgress WithBest(RunProgress progress, int epoch, Evaluation evaluation) =>
        Score(evaluation) is { } score && (progress.BestScore is null || score > progress.BestScore)
            ? progress with
            {
                BestEpoch = epoch,
                BestScore = score,
            }
            : progress;

    /// <summary>
    /// The progress with an evaluation that counts for the mean. Those of the end that a run had before it was given
    /// more epochs drop out.
    /// </summary>
    public static RunProgress WithCounted(RunProgress progress, Evaluation evaluation) =>
        progress with
        {
            Evaluations = [.. progress.Evaluations.Append(evaluation).TakeLast(EvaluationsOfMean)],
        };

    // The mean over groups; where a task has no metric to choose by, the last checkpoint is reported.
    double? Score(Evaluation evaluation)
    {
        var choosing = experiment
            .Tasks.Select(task => (task.Kind.Group, Metric: task.Kind.ChoosesCheckpoint))
            .Distinct()
            .ToArray();
        return choosing.All(one => one.Metric is not null)
            ? choosing.Average(one =>
                evaluation.Means.Single(mean => mean.Group == one.Group && mean.Name == one.Metric).Value
            )
            : null;
    }
}
