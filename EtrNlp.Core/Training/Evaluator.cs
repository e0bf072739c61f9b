using System.Collections.Immutable;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;
using static TorchSharp.torch;

namespace EtrNlp.Core.Training;

/// <summary>
/// Runs a network over a split, one batch in one dispose scope at a time; sums stay on the device until the end.
/// </summary>
public static class Evaluator
{
    /// <summary>Every task's scores; each route sees every batch under its own running statistics.</summary>
    public static Evaluation Evaluate(
        Network network,
        ImmutableArray<LearningTask> tasks,
        Split split,
        IEnumerable<Batch> batches,
        RouteThreads team
    )
    {
        using var noGrad = no_grad();
        var meters = tasks.Select(task => task.Kind.NewMeter()).ToArray();
        using var losses = zeros(tasks.Length, ScalarType.Float64, network.Tensors.Device).DetachFromDisposeScope();
        long images = 0;
        try
        {
            foreach (var batch in batches)
            {
                Add(network, tasks, batch, meters, losses, team);
                images += batch.Count;
            }

            using var host = losses.cpu();
            var means = host.data<double>().ToArray();
            return new Evaluation(
                split,
                [
                    .. tasks.Select(
                        (task, t) =>
                            new TaskScores(
                                task.Name,
                                task.Kind.Group,
                                task.Kind.Metrics,
                                means[t] / images,
                                meters[t].Values(),
                                meters[t].BestConstant()
                            )
                    ),
                ]
            );
        }
        finally
        {
            Array.ForEach(meters, meter => meter.Dispose());
        }
    }

    /// <summary>
    /// What a network says of a batch of images, task by task, on the threads of a team: each task is seen once, some
    /// at the same time, and the outputs are freed afterwards.
    /// </summary>
    public static void ForEachTask(Network network, Tensor images, RouteThreads team, Action<int, Tensor> see)
    {
        using var batchScope = NewDisposeScope();
        using var batchWithoutGrad = no_grad();
        var prefix = network.Prefix(images, training: false);
        team.ForEach(
            training: false,
            (_, pass) =>
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad(); // of the member's own thread
                foreach (var (task, outputs) in network.FromPrefix(prefix, pass))
                {
                    see(task, outputs);
                }
            }
        );
    }

    static void Add(
        Network network,
        ImmutableArray<LearningTask> tasks,
        Batch batch,
        IMeter[] meters,
        Tensor losses,
        RouteThreads team
    ) =>
        ForEachTask(
            network,
            batch.Images,
            team,
            (task, outputs) =>
            {
                meters[task].Add(outputs, batch.Targets[task]);
                losses[task]
                    .Plus_(
                        tasks[task].Kind.Loss(outputs, batch.Targets[task]).to(ScalarType.Float64)
                            .mul(Scalars.Of(batch.Count)));
            }
        );
}
