using EtrNlp.Core.Experiments;
using EtrNlp.Core.Layers;
using EtrNlp.Core.Planning;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Estimates;

/// <summary>What an experiment will need, told from its plan before anything is trained.</summary>
/// <param name="MemoryBytes">
/// Three numbers per parameter (value and two moments), a gradient of the shared ones on every thread, the buffers, every
/// layer's output for one batch in as many lanes as are computed at once (kept for the backward pass), the batch itself and the program: a lower
/// bound of the resident memory.
/// </param>
/// <param name="DiskBytes">
/// Last, previous and best checkpoint of every seed, one more while it is written, and the pack of decoded images: an upper bound where
/// some of that is there already.
/// </param>
/// <param name="TrainingSteps">Batches of all epochs and seeds.</param>
/// <param name="EvaluationSteps">Batches of all evaluations, which cost a third of a training step each: no backward pass.</param>
public sealed record RunEstimate(long MemoryBytes, long DiskBytes, long TrainingSteps, long EvaluationSteps)
{
    const long ProgramBytes = 200L << 20; // the runtime and libtorch, before a network is built
    const int MomentsPerParameter = 2;
    const int KeptCheckpoints = 3;
    const int HashBytes = 32; // of each packed image

    /// <summary>The estimate of an experiment.</summary>
    public static RunEstimate Of(Experiment experiment, NetworkPlan plan, DatasetCounts images)
    {
        var (size, training, seeds) = (experiment.Dataset.Size, experiment.Training, experiment.Seeds.Length);
        var pixels = 3L * size.Height * size.Width;
        var buffers = plan.Buffers.Sum(buffer => buffer.Shape.Aggregate(1L, (product, n) => product * n));
        var lanes = experiment.Update == UpdateStrategy.Synchronized
            ? training.LanesAtOnce(plan, DeviceType.CPU, experiment.Threads ?? Environment.ProcessorCount) : LanesAtOnce.One;
        var shared = plan.Parameters.Where(parameter => parameter.Owner == Owner.Shared).Sum(parameter => parameter.Count);
        var gradients = lanes.Members * shared;
        var memory = (sizeof(float) * (((1 + MomentsPerParameter) * plan.TotalParameters) + gradients + buffers + (training.BatchSize * pixels)))
            + (training.BatchSize * plan.FeatureBytes * lanes.Members * lanes.SideBySide);
        var checkpoint = sizeof(float) * (((1 + MomentsPerParameter) * plan.TotalParameters) + buffers);
        var pack = images.IsPacked ? (pixels + HashBytes) * ((long)images.Train + images.Val + images.Test) : 0;
        var evaluations = (training.Epochs + training.EvaluateEvery - 1) / training.EvaluateEvery;
        return new RunEstimate(
            ProgramBytes + memory, (((KeptCheckpoints * seeds) + 1) * checkpoint) + pack, (long)seeds * training.Epochs * Batches(images.Train),
            seeds * (((long)evaluations * Batches(images.Val)) + Batches(images.Test > 0 ? images.Test : images.Val)));

        long Batches(int count) => (count + training.BatchSize - 1) / training.BatchSize;
    }

    /// <summary>Seconds, given those of one training step.</summary>
    public double Seconds(double secondsPerStep) => secondsPerStep * (TrainingSteps + (EvaluationSteps / 3.0));

    /// <summary>Refuses what cannot fit; null for room that is not known.</summary>
    /// <exception cref="ConfigException">It needs more memory or disk than there is.</exception>
    public void RequireRoom(ExperimentFile file, long? memory, long? disk, string folder)
    {
        if (MemoryBytes > memory)
        {
            throw new ConfigException(
                file.PlaceOf("training.batch_size"),
                FormattableString.Invariant($"training.batch_size: {file.Experiment.Name} needs at least {MemoryBytes / 1e9:N1} GB of memory, this machine has {memory / 1e9:N1} GB; lower it, training.task_memory, dataset.image_size or backbone.width"));
        }

        if (DiskBytes > disk)
        {
            throw new DataException(
                FormattableString.Invariant($"{file.Experiment.Name} needs {DiskBytes / 1e9:N1} GB for checkpoints and decoded images, the disk of {folder} has {disk / 1e9:N1} GB left; make room, or choose another --runs folder"));
        }
    }
}
