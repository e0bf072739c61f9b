using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Runs;
using EtrNlp.Core.Training;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Profiling;

/// <summary>What an experiment will need, told from its plan before anything is trained.</summary>
/// <param name="MemoryBytes">
/// A lower bound of the resident memory: the program, values and two moments of every parameter, the buffers, a
/// gradient of shared parameters on every thread and, if a weighting combines them, of every task, and a batch with
/// every layer's output, the heads' included. Outputs are kept for the backward pass, in as many routes as are computed
/// at once. A weighting that compares gradients at or behind the features holds those of every task, and a second time
/// those of tasks that read the same features.
/// </param>
/// <param name="DiskBytes">
/// An upper bound, as some of it may be there already: last, previous and best checkpoint of every seed, one more while
/// it is written, the pack of decoded images, and the example predictions.
/// </param>
/// <param name="TrainingSteps">Batches of all epochs and seeds.</param>
/// <param name="EvaluationSteps">
/// Batches of all evaluations, which cost a third of a training step each: no backward pass.
/// </param>
public sealed record RunEstimate(long MemoryBytes, long DiskBytes, long TrainingSteps, long EvaluationSteps)
{
    /// <summary>Those of <see cref="DiskBytes"/> that experiments of the same data share: its pack.</summary>
    public long PackBytes { get; private init; }

    const long ProgramBytes = 200L << 20; // the runtime and libtorch, before a network is built
    const int MomentsPerParameter = 2;
    const int KeptCheckpoints = 3;
    const int HashBytes = 32; // of each packed image

    /// <summary>The estimate of an experiment of which some images of every evaluation are drawn.</summary>
    public static RunEstimate Of(Experiment experiment, NetworkPlan plan, DatasetCounts images, int examples = 0)
    {
        var (training, seeds) = (experiment.Training, experiment.Seeds.Length);
        var evaluated = Batches(images.Val) + (training.EvaluateTest ? Batches(images.Test) : 0);
        var evaluations = (training.Evaluations * evaluated) + Batches(ReportedImages(images));
        return new RunEstimate(
            Memory(experiment, plan),
            Disk(experiment, plan, images, examples),
            (long)seeds * training.Epochs * Batches(images.Train),
            seeds * evaluations
        )
        {
            PackBytes = Pack(experiment, images),
        };

        long Batches(int count) => (count + training.BatchSize - 1) / training.BatchSize;
    }

    static int ReportedImages(DatasetCounts images) => images.Test > 0 ? images.Test : images.Val;

    static long Memory(Experiment experiment, NetworkPlan plan)
    {
        var training = experiment.Training;
        var routes =
            experiment.Update == UpdateStrategy.Synchronized
                ? training.RoutesAtOnce(plan, DeviceType.CPU, experiment.Threads ?? Environment.ProcessorCount)
                : RoutesAtOnce.One;
        var shared = plan
            .Parameters.Where(parameter => parameter.Owner == Owner.Shared)
            .Sum(parameter => parameter.Count);
        var held =
            experiment.Weighting is IGradientWeighting { Place: GradientPlace.Shared }
                ? experiment.Tasks.Length + routes.Members
                : routes.Members;
        var sideBySide = experiment.Weighting is IGradientWeighting ? 1 : routes.SideBySide;
        var gradients = shared * held * sizeof(float);
        var batch = Pixels(experiment) * training.BatchSize * sizeof(float);
        var features = training.BatchSize * plan.FeatureBytes * routes.Members * sideBySide;
        return ProgramBytes + SavedBytes(plan) + gradients + batch + features + BehindTrunk(experiment, plan);
    }

    // What the heads of one pass keep, in float32 whatever the trunk's precision, and task gradients at what they read.
    static long BehindTrunk(Experiment experiment, NetworkPlan plan)
    {
        var heads = plan.Heads.Select(head => head.Features(null)).ToArray();
        var kept = plan.Routes == 1 ? heads.Sum() : heads.Min();
        var compared = experiment.Weighting is IGradientWeighting { Place: not GradientPlace.Shared }
            ? (heads.Length + Together(plan)) * plan.Trunk.Output.Numbers
            : 0;
        return (kept + compared) * experiment.Training.BatchSize * sizeof(float);
    }

    // The most tasks whose heads read the same features: their gradients are added at once.
    static int Together(NetworkPlan plan) =>
        plan.Lanes.IsEmpty ? plan.Heads.Length : plan.Lanes.GroupBy(lane => lane).Max(tasks => tasks.Count());

    static long Disk(Experiment experiment, NetworkPlan plan, DatasetCounts images, int examples)
    {
        var seeds = experiment.Seeds.Length;
        var checkpoints = ((KeptCheckpoints * seeds) + 1) * SavedBytes(plan);
        return checkpoints + Pack(experiment, images) + (seeds * Examples.MostBytes(experiment, images, examples));
    }

    static long Pack(Experiment experiment, DatasetCounts images) =>
        images.IsPacked ? ((long)images.Train + images.Val + images.Test) * (Pixels(experiment) + HashBytes) : 0;

    // Values and moments of every parameter, and the buffers: what a checkpoint holds.
    static long SavedBytes(NetworkPlan plan)
    {
        var buffers = plan.Buffers.Sum(buffer => buffer.Shape.Aggregate(1L, (product, n) => product * n));
        return sizeof(float) * (((1 + MomentsPerParameter) * plan.TotalParameters) + buffers);
    }

    // Of an image, for red, green and blue.
    static long Pixels(Experiment experiment) => 3L * experiment.Dataset.Size.Height * experiment.Dataset.Size.Width;

    /// <summary>Seconds, given those of one training step.</summary>
    public double Seconds(double secondsPerStep) => secondsPerStep * (TrainingSteps + (EvaluationSteps / 3.0));

    /// <summary>Refuses what cannot fit; null for room that is not known.</summary>
    /// <exception cref="ConfigException">It needs more memory or disk than there is.</exception>
    public void RequireRoom(ExperimentFile file, long? memory, long? disk, string folder)
    {
        var name = file.Experiment.Name;
        if (MemoryBytes > memory)
        {
            throw new ConfigException(
                file.PlaceOf("training.batch_size"),
                $"training.batch_size: {name} needs at least {Needed(MemoryBytes, memory.Value)} "
                    + "of memory in this machine; lower it, training.task_memory, dataset.image_size or backbone.width"
            );
        }

        if (DiskBytes > disk)
        {
            throw new DataException(
                $"{name} needs {Needed(DiskBytes, disk.Value)} left on the disk of {folder}; "
                    + "make room, or choose another --runs folder"
            );
        }
    }

    // The two may look the same, what is missing does not.
    internal static string Needed(long bytes, long there) =>
        $"{ByteCount.Text(bytes)}, {ByteCount.Text(bytes - there)} more than the {ByteCount.Text(there)}";
}
