using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.Experiments;
using EtrNlp.Data.Configuration;
using NUnit.Framework;

namespace EtrNlp.Tests.Runs;

public sealed class RunFolderTests
{
    static readonly string[] _short = ["training.epochs=1"];

    [Test]
    public void A_finished_run_is_read_and_not_trained_again()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(_short);
        var (written, observer) = (File.ReadAllText(tiny.Folder().ResultPath), new WatchingObserver());

        var result = tiny.Train(_short, observer: observer).Single();

        Assert.That(observer.Starts, Is.Empty);
        Assert.That(observer.Results.Single().Json.ToJsonString(), Is.EqualTo(result.Json.ToJsonString()));
        Assert.That(File.ReadAllText(tiny.Folder().ResultPath), Is.EqualTo(written));
    }

    [Test]
    public void A_folder_of_another_experiment_is_refused_with_the_first_key_that_differs_and_its_place()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(_short);

        var refusal = Assert.Throws<ConfigException>(() =>
            tiny.Train(["training.epochs=1", "training.batch_size=3", "routing.gamma=0.25"])
        );

        Assert.That(
            refusal.Message,
            Is.EqualTo(
                "--set routing.gamma=0.25: routing.gamma: "
                    + $"{tiny.Folder().Path} holds a run with 0.5, this one has 0.25; "
                    + "choose another name or --runs folder, or begin anew beside it with --restart"
            )
        );
    }

    [Test]
    public void Another_number_of_epochs_in_the_file_is_refused_at_its_line()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(_short);

        var refusal = Assert.Throws<ConfigException>(() => tiny.Train());

        Assert.That(refusal.Errors.Single().Place, Is.EqualTo(new Place(tiny.Rival, 7, 35)));
        Assert.That(
            refusal.Message,
            Does.Contain("training.epochs: ").And.Contain("holds a run with 1, this one has 2")
        );
    }

    [Test]
    public void The_other_seeds_of_an_experiment_and_its_baseline_do_not_make_it_another()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(_short);
        var observer = new WatchingObserver();

        tiny.Train([.. _short, "seeds=[0, 1]", $"baseline={tiny.Base}"], observer: observer);

        Assert.That(
            observer.Starts.Select(start => (start.Name, start.Seed)),
            Is.EqualTo(new[] { ("base", 0), ("base", 1), ("rival", 1) })
        );
        Assert.That(
            PlainCheckpoint.Read(tiny.Folder(seed: 1).LastCheckpoint).Metadata["identity"],
            Is.EqualTo(PlainCheckpoint.Read(tiny.Folder().LastCheckpoint).Metadata["identity"])
        );
    }

    [Test]
    public void A_folder_keeps_its_threads_on_a_machine_with_others_unless_asked()
    {
        using var tiny = new TinyExperiment();
        var file = tiny.Write(
            "free.yaml",
            File.ReadAllText(tiny.Rival).Replace("threads: 1", "", StringComparison.Ordinal)
        );
        tiny.Train([.. _short, "threads=1"]);

        Assert.That(() => tiny.Train(_short, file: file), Throws.Nothing);
        Assert.That(
            () => tiny.Train([.. _short, "threads=2"], file: file),
            Throws.InstanceOf<ConfigException>().With.Message.Contains("threads: ")
        );
    }

    [Test]
    public void Restart_moves_the_old_run_aside_and_leaves_the_baseline()
    {
        using var tiny = new TinyExperiment();
        string[] overrides = [.. _short, $"baseline={tiny.Base}"];
        tiny.Train(overrides);
        var before = Directory
            .GetFiles(tiny.Folder().Path, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(tiny.Folder().Path, path), File.ReadAllBytes);

        for (var time = 1; time <= 2; time++)
        {
            var observer = new WatchingObserver();
            tiny.Train(overrides, tiny.Options(restart: true), observer);
            Assert.That(
                observer.Messages.Single(),
                Is.EqualTo($"the run that was there is kept in {tiny.Folder().Path}.replaced-{time}")
            );
            Assert.That(observer.Starts.Single().Name, Is.EqualTo("rival"));
        }

        Assert.That(
            before.All(pair =>
                File.ReadAllBytes(Path.Combine($"{tiny.Folder().Path}.replaced-1", pair.Key)).SequenceEqual(pair.Value)
            ),
            Is.True
        );
        Assert.That(tiny.Folder().IsDone, Is.True);
    }

    [Test]
    public void A_folder_that_cannot_be_made_is_told_before_any_data_is_read()
    {
        using var tiny = new TinyExperiment();
        File.WriteAllText(tiny.Runs, "a file");

        var failure = Assert.Throws<RunException>(() => tiny.Train(onRead: _ => Assert.Fail("data was read")));

        Assert.That(failure.Message, Does.StartWith("the run stopped: ").And.Contain(tiny.Runs).And.Not.Contains("\n"));
    }

    [Test]
    public void A_rival_that_would_be_refused_is_refused_before_its_baseline_is_trained()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(_short);
        var observer = new WatchingObserver();

        Assert.That(
            () => tiny.Train(["training.epochs=3", $"baseline={tiny.Base}"], observer: observer),
            Throws.InstanceOf<ConfigException>()
        );
        Assert.That(observer.Starts, Is.Empty);
    }

    [Test]
    public void A_moved_folder_is_continued_by_the_same_file_elsewhere()
    {
        using var tiny = new TinyExperiment();
        using var request = new CancellationTokenSource();
        Assert.That(
            () =>
                tiny.Train(_short, observer: new WatchingObserver(_ => request.Cancel()), cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        var elsewhere = tiny.Options() with { RunsFolder = tiny.Runs + "-copy" };
        Directory.Move(tiny.Runs, elsewhere.RunsFolder);
        var observer = new WatchingObserver();

        tiny.Train(_short, elsewhere, observer);

        Assert.That(observer.Starts.Single().FirstBatch, Is.EqualTo(1));
    }

    [Test]
    public void The_environment_tells_of_every_start()
    {
        using var tiny = new TinyExperiment();
        using var request = new CancellationTokenSource();
        Assert.That(
            () =>
                tiny.Train(_short, observer: new WatchingObserver(_ => request.Cancel()), cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        tiny.Train(_short);

        var starts = JsonNode.Parse(File.ReadAllText(tiny.Folder().EnvironmentPath))!["starts"]!.AsArray();

        Assert.That(starts, Has.Count.EqualTo(2));
        string[] keys =
        [
            "time",
            "etrnlp",
            "git_commit",
            "torchsharp",
            "libtorch",
            "dotnet",
            "os",
            "architecture",
            "processor",
            "cores",
            "threads",
            "device",
            "gpu",
            "machine",
            "process",
            "command_line",
        ];
        Assert.That(starts.Select(start => start!.AsObject().Select(pair => pair.Key)), Is.All.EqualTo(keys));
        Assert.That(starts[1]!["etrnlp"]!.GetValue<string>(), Does.Match(@"^\d+\.\d+\.\d+"));
        Assert.That(starts[1]!["threads"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(starts[1]!["command_line"]!.GetValue<string>(), Is.EqualTo("etrnlp train"));
        Assert.That(starts[1]!["time"]!.GetValue<string>(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"));
    }
}
