using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using TorchSharp;

namespace EtrNlp.Core.Predictions;

/// <summary>What a saved run predicts, written into a folder.</summary>
/// <param name="run">The run and its checkpoint.</param>
/// <param name="device">The name of the device.</param>
/// <param name="threads">CPU threads; null: the run's.</param>
/// <param name="say">Hears what there is to say.</param>
public sealed class RunPredictions(SavedRun run, string device, int? threads, Action<string> say)
{
    /// <summary>
    /// Predicts a split of the run's own dataset, batch by batch as it is evaluated; returns how many images it has.
    /// </summary>
    /// <exception cref="DataException">The data or the checkpoint cannot be used.</exception>
    public int OfSplit(Split split, PredictionFolder to)
    {
        using var bench = run.OpenData(run.Prepare(device, threads, say), say);
        SavedRun.Chosen(split, bench);
        var (batchSize, dataset) = (bench.File.Experiment.Training.BatchSize, bench.Dataset);
        var size = bench.File.Experiment.Dataset.Size;
        var batches = bench
            .Batches.Evaluation(split)
            .Select((batch, i) => new NamedBatch(batch, dataset, split, i * batchSize, _ => SeenPart.All(size)));
        return Write(bench.Plan, bench.Device, size, dataset.Count(split), batches, to);
    }

    /// <summary>
    /// Predicts image files, in the run's batches and in their order, at another size where one is given; returns how
    /// many images could be used.
    /// </summary>
    /// <exception cref="DataException">
    /// The checkpoint cannot be used, or not at that size; or, after the others were predicted, an image cannot.
    /// </exception>
    public int OfFiles(IReadOnlyList<ImageFile> files, ImageSize? size, PredictionFolder to)
    {
        var (experiment, where) = (run.File.Experiment, run.Prepare(device, threads, say));
        var source = experiment.Dataset;
        var plan = PlanAt(size ?? source.Size);
        if (size is { } other)
        {
            StoredShapes.Require(run, plan, other);
        }

        var images = new ImageBatches(source, size, experiment.Training.BatchSize, where);
        var written = Write(plan, where, size ?? source.Size, files.Count, images.Of(files), to);
        images.Unusable.ThrowIfAny();
        return written;
    }

    NetworkPlan PlanAt(ImageSize size)
    {
        try
        {
            return NetworkPlanner.Plan(run.File.Experiment, size);
        }
        catch (InvalidSettingException e)
        {
            throw new DataException($"no images of {size} can be predicted: {e.Problem}");
        }
    }

    int Write(
        NetworkPlan plan,
        torch.Device where,
        ImageSize size,
        int count,
        IEnumerable<NamedBatch> batches,
        PredictionFolder to
    )
    {
        SayIfBatchesMatter(plan);
        var (network, _) = run.Load(plan, where);
        using var loaded = network;
        var experiment = run.File.Experiment;
        using var team = experiment.Training.Team(network);
        var (predictor, progress) = (
            new Predictor(network, experiment.Tasks, team),
            new Progress(say, "images predicted", count)
        );
        return to.Write(
            experiment.Name,
            experiment.Tasks,
            size,
            count,
            batches
                .SelectMany(predictor.Predict)
                .Select(image =>
                {
                    progress.Step();
                    return image;
                })
        );
    }

    void SayIfBatchesMatter(NetworkPlan plan)
    {
        if (plan.Trunk.All.OfType<NormPlan>().Any(norm => !norm.KeepsStatistics))
        {
            say(
                "norms of this network keep no statistics, so that what is predicted for an image depends on the "
                    + FormattableString.Invariant($"{run.File.Experiment.Training.BatchSize} images of its batch")
            );
        }
    }
}
