using System.Globalization;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Metrics;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Runs;

/// <summary>
/// The evaluations of a run, and the example predictions that are drawn beside each, if the guard lets them.
/// </summary>
sealed class RunEvaluator(
    PreparedExperiment bench,
    TrainingSession session,
    RunFolder folder,
    int examples,
    Action guard
)
{
    /// <summary>Scores a split, under the weights after an epoch.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Evaluation Evaluate(Split split, int epoch, CancellationToken cancellation)
    {
        var evaluation = session.Evaluate(
            split,
            bench
                .Batches.Evaluation(split)
                .TakeWhile(_ =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return true;
                })
        );
        if (examples > 0)
        {
            guard();
            new Examples(examples, folder.ExamplesOf(epoch)).Write(
                session.Network,
                bench.File.Experiment,
                split,
                bench.Batches.Evaluation(split)
            );
        }

        return evaluation;
    }

    /// <summary>As <see cref="Evaluate"/>, for an epoch whose numbers are kept.</summary>
    /// <exception cref="RunException">A loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Evaluation EvaluateFinite(Split split, int epoch, CancellationToken cancellation)
    {
        var evaluation = Evaluate(split, epoch, cancellation);
        if (evaluation.Tasks.FirstOrDefault(task => !double.IsFinite(task.Loss)) is not { } broken)
        {
            return evaluation;
        }

        var name = split == Split.Val ? "validation" : "test";
        throw new RunException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the {name} loss of task '{broken.Task}' is {broken.Loss} after epoch {epoch}; "
            ) + RunException.NotFiniteRemedy
        );
    }
}
