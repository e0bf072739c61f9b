using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Results;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using TorchSharp;

namespace EtrNlp.Core.Runs;

/// <summary>A run folder evaluated again, from its resolved experiment and one of its checkpoints.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="File">Its resolved experiment.</param>
/// <param name="CheckpointKind">best, last, previous, or the path that was named.</param>
/// <param name="CheckpointPath">The checkpoint.</param>
/// <param name="Header">What the checkpoint says of itself.</param>
public sealed record SavedRun(
    RunFolder Folder,
    ExperimentFile File,
    string CheckpointKind,
    string CheckpointPath,
    CheckpointHeader Header
)
{
    const string Best = "best";
    const string Last = "last";
    const string Previous = "previous";

    /// <summary>
    /// Opens a run folder. <paramref name="checkpoint"/> is best, last, previous or a path; null is the one that
    /// <c>result.json</c> reports.
    /// </summary>
    /// <exception cref="DataException">
    /// There is no run, no such checkpoint, or a symbolic link in the folder.
    /// </exception>
    /// <exception cref="ConfigException">Its experiment cannot be read.</exception>
    public static SavedRun Open(string path, string? checkpoint)
    {
        var folder = new RunFolder(Path.GetFullPath(path));
        if (!folder.IsClaimed)
        {
            throw new DataException(
                $"{path} is no run folder (no {RunFolder.ExperimentName}); expected one such as runs/smoke/seed-0"
            );
        }

        RunEntries.Check(folder);
        var file = ExperimentFile.Of(folder.ExperimentPath, YamlReader.ReadFile(folder.ExperimentPath), []);
        var reported = folder.IsDone ? HeldRun.In(folder).Result().Checkpoint : null;
        var isBest = reported is null ? System.IO.File.Exists(folder.BestCheckpoint) : reported.Value.Kind == Best;
        var kind = checkpoint ?? (isBest ? Best : Last);
        var found = kind switch
        {
            Best => folder.BestCheckpoint,
            Last => folder.LastCheckpoint,
            Previous => folder.PreviousCheckpoint,
            _ => Path.GetFullPath(kind),
        };
        if (!System.IO.File.Exists(found))
        {
            throw new DataException(
                $"there is no checkpoint {found}; expected best, last, previous or the path of one"
            );
        }

        try
        {
            var header = CheckpointHeader.ReadFile(found);
            RequireReported(header.Progress, kind, kind == (isBest ? Best : Last) ? reported?.Epoch : null);
            return new SavedRun(folder, file, kind, found, header);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"the checkpoint {found} cannot be used: {e.Message}");
        }
    }

    /// <summary>
    /// Evaluates a split, or the one results are reported on, with a number of threads, or the run's, and gives the
    /// numbers under the keys of <c>result.json</c>; draws what is predicted for its first images where that is asked
    /// for.
    /// </summary>
    /// <exception cref="DataException">The data or the checkpoint cannot be used.</exception>
    public RunResult Evaluate(Split? split, string device, int? threads, Action<string> say, int examples = 0)
    {
        Examples.RequireSome(File.Experiment, examples);
        return Use(
            device,
            threads,
            say,
            (bench, network, progress) => Evaluated(bench, network, progress, split, examples, say)
        );
    }

    /// <summary>Opens the data, loads the checkpoint into the network, and does something with them.</summary>
    /// <param name="device">auto, cpu or cuda[:n].</param>
    /// <param name="threads">CPU threads; null: the run's.</param>
    /// <param name="say">Hears what the user should know.</param>
    /// <param name="use">What is done; it keeps none of them.</param>
    /// <param name="change">What is built instead of the planned network: one of the same tensors.</param>
    /// <exception cref="DataException">The data or the checkpoint cannot be used.</exception>
    internal T Use<T>(
        string device,
        int? threads,
        Action<string> say,
        Func<PreparedExperiment, Network, RunProgress, T> use,
        Func<NetworkPlan, NetworkPlan>? change = null
    )
    {
        var where = Prepared(device, threads, say);
        var resolved = Folder.Resolve(File);
        using var bench = PreparedExperiment.Open(File, CacheFolder, where, say, CancellationToken.None);
        RequireData(bench, say);
        using var network = new Network(change is null ? bench.Plan : change(bench.Plan), Header.Seed, bench.Device);
        var progress = Checkpoint.Load(
            CheckpointPath,
            network,
            null,
            Identity.Of(resolved),
            Header.Seed,
            Folder.EarlierIdentities(resolved)
        );
        return use(bench, network, progress);
    }

    RunResult Evaluated(
        PreparedExperiment bench,
        Network network,
        RunProgress progress,
        Split? split,
        int examples,
        Action<string> say
    )
    {
        var evaluated = Chosen(split, bench);
        using var team = File.Experiment.Training.Team(network);
        var evaluation = Evaluator.Evaluate(
            network,
            bench.File.Experiment.Tasks,
            evaluated,
            bench.Batches.Evaluation(evaluated),
            team
        );
        if (examples > 0)
        {
            Draw(new Examples(examples, Folder.ExamplesOf(progress.Epoch)), bench, network, evaluated, say);
        }

        return new RunResult(
            CheckpointPath,
            ResultFile.Evaluated(
                bench,
                Identity.Of(Folder.Resolve(File)),
                Header.Seed,
                evaluation,
                ResultFile.OneCheckpoint(CheckpointKind, progress.Epoch)
            )
        );
    }

    torch.Device Prepared(string name, int? threads, Action<string> say)
    {
        var device = Device.Find(name);
        if (!device.Has(File.Experiment.Training.Precision))
        {
            say("the run was trained in tf32, a mode of NVIDIA GPUs, and is evaluated in float32");
        }

        ComputeSettings.Apply(File.Experiment, device, threads);
        return device;
    }

    internal static Split Chosen(Split? asked, PreparedExperiment bench)
    {
        var split = asked ?? bench.ReportedSplit;
        return bench.Dataset.Count(split) > 0
            ? split
            : throw new DataException(
                $"the dataset has no images in split {Values.SnakeCase(split)}; choose another --split"
            );
    }

    void Draw(Examples examples, PreparedExperiment bench, Network network, Split split, Action<string> say)
    {
        examples.Write(network, File.Experiment, split, bench.Batches.Evaluation(split));
        say($"example predictions are in {examples.Folder}");
    }

    static void RequireReported(RunProgress progress, string kind, int? epoch)
    {
        if ((epoch is not null && epoch != progress.Epoch) || (kind == Best && !progress.IsBest))
        {
            var right = FormattableString.Invariant($"epoch {epoch ?? progress.BestEpoch}");
            throw new InvalidDataException(
                $"it is of {progress.Where}, and the {kind} one of the run is of {right}; "
                    + "put that back, or name another --checkpoint"
            );
        }
    }

    void RequireData(PreparedExperiment bench, Action<string> say)
    {
        if (Folder.Data is { } made)
        {
            RunData.Require(Folder, made, bench.Dataset.Digest);
        }
        else
        {
            say(RunData.Unknown(Folder));
        }
    }

    // Run folders of one --runs folder share the cache in it.
    string CacheFolder => Path.GetFullPath(Path.Combine(Folder.Path, "..", "..", RunOptions.CacheName));
}
