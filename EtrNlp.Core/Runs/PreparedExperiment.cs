using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Results;
using EtrNlp.Core.Tasks;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>An experiment with its data opened and its network planned, ready to be trained or evaluated.</summary>
public sealed class PreparedExperiment : IDisposable
{
    // To read so many leaves megabytes behind.
    const int ManyRows = 50_000;

    PreparedExperiment(ExperimentFile file, IDataset dataset, NetworkPlan plan, torch.Device device)
    {
        var tasks = TaskLabels.In(dataset, file.Experiment.Tasks);
        File = file with { Experiment = file.Experiment with { Tasks = tasks } };
        (Dataset, Plan, Device) = (dataset, plan, device);
        var experiment = file.Experiment;
        Batches = BatchStream.Of(experiment.Dataset, dataset, tasks, experiment.Training, device);
    }

    /// <summary>The experiment and its file; its tasks know their labels.</summary>
    public ExperimentFile File { get; }

    /// <summary>The opened data.</summary>
    public IDataset Dataset { get; }

    /// <summary>The planned network.</summary>
    public NetworkPlan Plan { get; }

    /// <summary>Where it computes.</summary>
    public torch.Device Device { get; }

    /// <summary>The data as batches.</summary>
    public BatchStream Batches { get; }

    /// <summary>The split results are reported on: test where there is one.</summary>
    public Split ReportedSplit => Dataset.Count(Split.Test) > 0 ? Split.Test : Split.Val;

    /// <summary>Opens data and plans the network.</summary>
    /// <exception cref="ConfigException">The experiment does not fit its data or itself.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public static PreparedExperiment Open(
        ExperimentFile file,
        string cacheFolder,
        torch.Device device,
        Action<string> say,
        CancellationToken cancellation
    )
    {
        try
        {
            var plan = PlanOf(file.Experiment);
            return new PreparedExperiment(file, OpenData(file, cacheFolder, say, cancellation), plan, device);
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }

    /// <summary>Opens data alone, as a run does; what it decodes is packed where there is no pack.</summary>
    /// <exception cref="ConfigException">The experiment does not fit its data.</exception>
    /// <exception cref="DataException">
    /// The data cannot be used, or, where every byte is to be verified, has changed though sizes and times have not.
    /// </exception>
    public static IDataset OpenData(
        ExperimentFile file,
        string cacheFolder,
        Action<string> say,
        CancellationToken cancellation,
        bool verify = false
    )
    {
        try
        {
            var request = Request(file.Experiment, cacheFolder, say) with { Verify = verify };
            var dataset = file.Experiment.Dataset.Open(request, cancellation);
            TrainingNeeds.Check(dataset.Count);
            if (dataset.Digest.Rows >= ManyRows)
            {
                ProcessMemory.GiveBack();
            }

            return dataset;
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }

    /// <summary>
    /// Checks everything that can be checked without libtorch and without decoding images; returns the plan.
    /// </summary>
    /// <exception cref="ConfigException">The experiment does not fit its data or itself.</exception>
    /// <exception cref="DataException">The data cannot be used.</exception>
    public static NetworkPlan Validate(ExperimentFile file, Action<string> say, bool withData)
    {
        try
        {
            if (withData)
            {
                file.Experiment.Dataset.Validate(Request(file.Experiment, "", say));
            }

            var plan = PlanOf(file.Experiment);
            var weights = InitialWeights.Of(file.Experiment);
            weights?.Check(plan);
            var notices = NetworkPlanner.Notices(file.Experiment, file.Experiment.Dataset.Size);
            foreach (var notice in weights?.Notice is { } ofWeights ? notices.Append(ofWeights) : notices)
            {
                say(notice);
            }

            return plan;
        }
        catch (InvalidSettingException e)
        {
            throw file.At(e);
        }
    }

    /// <summary>What its numbers will be of.</summary>
    public Circumstances Circumstances =>
        File.Circumstances with
        {
            Split = Values.SnakeCase(ReportedSplit),
            Sources = Dataset.Digest.Sources,
            ImageSize = File.Experiment.Dataset.Size.ToString(),
        };

    /// <summary>Refuses runs of a baseline that there is no delta_p against, before anything is trained.</summary>
    /// <exception cref="DataException">One is such.</exception>
    public void RequireComparable(IReadOnlyList<RunResult> baseline)
    {
        foreach (var run in baseline)
        {
            Circumstances.Beside(run.Circumstances);
        }
    }

    /// <summary>Closes the data.</summary>
    public void Dispose() => Dataset.Dispose();

    /// <summary>Counts the images of an experiment that was validated.</summary>
    public static DatasetCounts Count(Experiment experiment) =>
        experiment.Dataset.Validate(Request(experiment, "", _ => { }));

    static NetworkPlan PlanOf(Experiment experiment)
    {
        var (size, count) = (experiment.Dataset.Size, experiment.Training.BatchSize);
        var ofPixel = experiment
            .Tasks.SelectMany(task => task.Kind.Maps)
            .Select(map => sizeof(float) * map.Channels)
            .Append(3)
            .Max();
        var bytes = (long)ofPixel * size.Height * size.Width * count;
        return bytes <= Array.MaxLength
            ? NetworkPlanner.Plan(experiment, size)
            : throw new InvalidSettingException(
                "training.batch_size",
                FormattableString.Invariant($"{count} images of {size} are {bytes:N0} bytes, ")
                    + FormattableString.Invariant($"and a batch can have {Array.MaxLength:N0}; lower it")
            );
    }

    /// <summary>What an experiment wants from its dataset.</summary>
    internal static DatasetRequest Request(Experiment experiment, string cacheFolder, Action<string> say) =>
        new(
            [
                .. experiment.Tasks.SelectMany(
                    (LearningTask task, int t) =>
                        task.Kind.Columns.Select(
                            (column, c) =>
                                new RequestedColumn(
                                    column,
                                    $"tasks.{t}.{(task.Kind.Choices.Length > 0 ? "column" : $"columns.{c}")}"
                                )
                                {
                                    Classes = task.Kind.Choices,
                                }
                        )
                ),
            ],
            cacheFolder,
            say
        )
        {
            Maps =
            [
                .. experiment.Tasks.SelectMany(
                    (LearningTask task, int t) =>
                        task.Kind.Maps.Select(map => new RequestedMap(
                            map,
                            $"tasks.{t}.{(map is PixelMap.Classes ? "classes" : "type")}"
                        ))
                ),
            ],
        };
}
