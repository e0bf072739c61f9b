using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Figures;

/// <summary>How alike the gradients of the tasks are at a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Cka">Linear CKA of all pairs of tasks, 0 to 1; NaN beside a task without gradient.</param>
/// <param name="Cosine">Mean cosine, -1 to 1; null where tasks have channels of their own.</param>
public sealed record LayerSimilarity(string Layer, double[,] Cka, double[,]? Cosine);

/// <summary>Similarity of the tasks' gradients layer by layer (Figure 1b), from a checkpoint of a run.</summary>
/// <param name="Tasks">Their names, in order.</param>
/// <param name="Layers">In the order of the trunk.</param>
/// <param name="Split">The split of the examples.</param>
/// <param name="Examples">Examples, the rows of every matrix; the same for all tasks.</param>
public sealed record TaskSimilarity(
    IReadOnlyList<string> Tasks,
    IReadOnlyList<LayerSimilarity> Layers,
    Split Split,
    int Examples
)
{
    /// <summary>Fewer examples leave nothing of centred gradients to compare.</summary>
    public const int LeastExamples = 3;

    /// <summary>Measures it on the first images of a split; null is the one results are reported on.</summary>
    /// <exception cref="DataException">
    /// The data or the checkpoint cannot be used, or the run has one task, or norms that mix examples.
    /// </exception>
    public static TaskSimilarity Of(SavedRun run, Split? split, int images, string device, Action<string> say)
    {
        if (run.File.Experiment.Tasks.Length < 2)
        {
            throw new DataException($"{run.Folder.Path} has one task; gradients are compared between two or more");
        }

        using var gradients = new PooledGradients();
        using var bench = run.OpenData(run.Prepare(device, null, say), say);
        var plan = HasOwnGradients(bench.Plan.Trunk) ? gradients.Watched(bench.Plan) : throw Mixed(run);
        using var network = run.Load(plan, bench.Device).Network;
        return Measured(bench, network, gradients, SavedRun.Chosen(split, bench), images);
    }

    static TaskSimilarity Measured(
        PreparedExperiment bench,
        Network network,
        PooledGradients gradients,
        Split split,
        int images
    )
    {
        var experiment = bench.File.Experiment;
        foreach (var batch in bench.Batches.Evaluation(split))
        {
            gradients.Add(network, experiment.Tasks, batch, Math.Min(batch.Count, images - gradients.Examples));
            if (gradients.Examples >= images)
            {
                break;
            }
        }

        if (gradients.Examples < LeastExamples)
        {
            throw new DataException(
                FormattableString.Invariant($"split {Values.SnakeCase(split)} has {gradients.Examples} images; ")
                    + FormattableString.Invariant($"gradients are compared over {LeastExamples} or more")
            );
        }

        var areOfSameChannels = experiment.Routing is not (Etr or SingleTask);
        return new TaskSimilarity(
            bench.Plan.TaskNames,
            [.. gradients.Layers.Select(layer => At(gradients, layer, experiment.Tasks.Length, areOfSameChannels))],
            split,
            gradients.Examples
        );
    }

    static LayerSimilarity At(PooledGradients gradients, string layer, int tasks, bool areOfSameChannels)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var all = Enumerable.Range(0, tasks).Select(task => gradients.Of(layer, task)).ToArray();
        return new LayerSimilarity(
            layer,
            LinearCka.Matrix(all),
            areOfSameChannels ? MeanCosine.Matrix(all) : null
        );
    }

    static bool HasOwnGradients(LayerPlan layer) =>
        layer is not NormPlan { KeepsStatistics: false } && layer.Children.All(HasOwnGradients);

    static DataException Mixed(SavedRun run) =>
        new(
            $"{run.Folder.Path} normalises by the batch in evaluation too (norm: shared_batch), so that no example "
                + "has a gradient of its own; choose a run with norm: owned"
        );
}
