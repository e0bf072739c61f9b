using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Devices;
using EtrNlp.Core.Experiments;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using Serilog;

namespace EtrNlp.Tests.Runs;

/// <summary>A folder with an experiment small enough to be trained in a test, and its baseline.</summary>
sealed class TinyExperiment : IDisposable
{
    // 11 images in batches of 4 are batches of 4, 4 and 3.
    const string Common = """
        dataset: {kind: scenes, image_size: 32, train: 11, val: 5, test: 6}
        tasks:
          - {name: ground, type: attributes, columns: [grass, tiles]}
          - {name: light, type: attributes, columns: [dim_light, overcast]}
        backbone: {kind: resnet18, width: 0.125}
        training: {batch_size: 4, epochs: 2,
                   optimizer: {kind: adam, learning_rate: 1e-2, schedule: {kind: cosine, floor: 0.1}}}
        threads: 1

        """;

    readonly TemporaryFolder _folder = new();

    public TinyExperiment()
    {
        TorchLibrary.EnsureLoaded();
        Rival = Write("rival.yaml", $"name: rival\n{Common}routing: {{kind: etr, gamma: 0.5}}\n");
        Base = Write("base.yaml", $"name: base\n{Common}");
    }

    /// <summary>ETR over plain convolutions.</summary>
    public string Rival { get; }

    /// <summary>Hard sharing of the same data, tasks and training.</summary>
    public string Base { get; }

    /// <summary>A folder of run folders.</summary>
    public string Runs => _folder.File("runs");

    public string Write(string name, string yaml)
    {
        File.WriteAllText(_folder.File(name), yaml);
        return _folder.File(name);
    }

    public RunFolder Folder(string name = "rival", int seed = 0) => RunFolder.Of(Runs, name, seed);

    public RunOptions Options(bool restart = false, TimeSpan? checkpointEvery = null) =>
        new(Runs, "cpu", restart, "etrnlp train", checkpointEvery ?? TimeSpan.FromHours(1));

    /// <summary>Trains the rival, or another file, as the command does.</summary>
    public IReadOnlyList<RunResult> Train(
        IReadOnlyList<string>? overrides = null,
        RunOptions? options = null,
        IRunObserver? observer = null,
        Action<Split>? onRead = null,
        string? file = null,
        Func<Experiment, Experiment>? change = null,
        CancellationToken cancellation = default
    )
    {
        var experiment = ExperimentFile.Load(file ?? Rival, overrides ?? []);
        if (onRead is not null)
        {
            experiment = experiment with
            {
                Experiment = experiment.Experiment with
                {
                    Dataset = new WatchedSource(experiment.Experiment.Dataset, onRead),
                },
            };
        }

        if (change is not null)
        {
            experiment = experiment with { Experiment = change(experiment.Experiment) };
        }

        return new RunLauncher(
            options ?? Options(),
            observer ?? new WatchingObserver(),
            _ => new LoggerConfiguration().CreateLogger()
        )
            .Train(experiment, cancellation)
            .Runs;
    }

    /// <summary>Trains the rival until the first batch of epoch 2, where it stops with a checkpoint.</summary>
    public void TrainUntilEpoch2()
    {
        using var request = new CancellationTokenSource();
        var stop = new WatchingObserver(batch => (batch.Epoch == 2 ? request.Cancel : (Action)(() => { }))());
        Assert.That(
            () => Train(observer: stop, cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    /// <summary>Copies the baseline's run from another folder.</summary>
    public void CopyBaseline(TinyExperiment from)
    {
        var (source, target) = (from.Folder("base").Path, Folder("base").Path);
        foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy);
        }
    }

    public void Dispose() => _folder.Dispose();
}
