using System.Text.Json.Nodes;
using EtrNlp.Core.Checkpoints;
using EtrNlp.Core.EventFiles;
using EtrNlp.Core.Metrics;
using EtrNlp.Core.Results;
using EtrNlp.Core.Runs;
using EtrNlp.Tests.Cli;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.EventFiles;

public sealed class EventFileTests
{
    // The smallest PNG: a header that says 1 x 1, of which nothing more is looked at.
    static readonly byte[] Png =
    [
        .. new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A },
        .. new byte[] { 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R', 0, 0, 0, 3, 0, 0, 0, 2, 8, 2 },
    ];

    static Task<(int Code, string Output, string Error)> Train(TinyExperiment tiny) =>
        Etrnlp.Run("train", tiny.Rival, "--runs", tiny.Runs, "--device", "cpu", "--tensorboard");

    [Test]
    public async Task A_run_has_its_metrics_result_and_hyper_parameters()
    {
        using var tiny = new TinyExperiment();
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var (code, _, error) = await Train(tiny);
        Assert.That(code, Is.Zero, error);

        var values = EventReader.Read(EventReader.FileIn(tiny.Folder()));

        Assert.That(values[0], Has.Property("Version").EqualTo("brain.Event:2"));
        Assert.That((values[1].Session, values[1].Step), Is.EqualTo((1, 0L)), "START");
        var metrics = MetricRow.Read(tiny.Folder().MetricsPath).Where(row => row is { Part: "", Value: not null });
        Assert.That(
            Scalars(values).Where(one => !one.Tag.StartsWith("result/", StringComparison.Ordinal)),
            Is.EqualTo(
                metrics.Select(row => ($"{row.Split}/{row.Metric}/{row.Task}", (long)row.Epoch, (float)row.Value!))
            )
        );
        var f = RunResult.Read(tiny.Folder().ResultPath).Tasks.Single(one => one is { Task: "light", Metric: "f" });
        Assert.That(Scalars(values), Has.Member(("result/f/light", 2L, (float)f.Value!)));
        Assert.That(values.Select(one => one.Wall), Is.Ordered.And.All.InRange(before, before + 600));
        AssertHyperParameters(values);
    }

    static void AssertHyperParameters(IReadOnlyList<EventValue> values)
    {
        var (start, end) = (
            values.Single(one => one.Tag == "_hparams_/session_start_info").Hparams!,
            values.Single(one => one.Tag == "_hparams_/session_end_info").Hparams!
        );
        Assert.That(start["routing.gamma"].GetDouble(), Is.EqualTo(0.5));
        Assert.That(start["routing.kind"].GetString(), Is.EqualTo("etr"));
        Assert.That(start["seed"].GetDouble(), Is.Zero);
        Assert.That(start, Does.Not.ContainKey("name"));
        Assert.That(end["_status"].GetInt32(), Is.EqualTo(1), "SUCCESS");
        Assert.That(end["_end"].GetDouble(), Is.GreaterThanOrEqualTo(start["_start"].GetDouble()));
    }

    static IEnumerable<(string Tag, long Step, float Value)> Scalars(IEnumerable<EventValue> values) =>
        values.Where(one => one.Scalar is not null).Select(one => (one.Tag!, one.Step, (float)one.Scalar!));

    [Test]
    public void No_curve_of_a_run_that_is_killed_five_times_turns_back()
    {
        using var tiny = new TinyExperiment();
        string[] overrides = ["training.epochs=4"];
        foreach (var (epoch, batch) in new[] { (1, 2), (2, 1), (2, 3), (3, 2), (4, 1) })
        {
            var killed = new WatchingObserver(at =>
            {
                if ((at.Epoch, at.Batch) == (epoch, batch))
                {
                    throw new CrashException();
                }
            });
            Assert.That(
                () => tiny.Train(overrides, observer: new EventObserver(killed)),
                Throws.InstanceOf<CrashException>()
            );
        }

        tiny.Train(overrides, observer: new EventObserver(new WatchingObserver()));

        var curves = EventReader.Curves(EventReader.Read(EventReader.FileIn(tiny.Folder())));
        Assert.That(curves, Is.Not.Empty.And.All.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    // One that deletes the file which a TensorBoard reads stops it there for good.
    [Test]
    public void The_file_of_an_earlier_start_is_left_empty_until_the_next_one()
    {
        using var tiny = new TinyExperiment();
        tiny.Train();
        string[] older = ["events.out.tfevents.0000000001.etrnlp", "events.out.tfevents.0000000002.etrnlp"];
        string[] paths = [.. older.Select(name => Path.Combine(tiny.Folder().Path, name))];
        File.WriteAllBytes(paths[0], []);
        File.WriteAllText(paths[1], "events");

        EventFile.Write(tiny.Folder());

        Assert.That(File.Exists(paths[0]), Is.False);
        Assert.That(File.ReadAllBytes(paths[1]), Is.Empty);
    }

    [Test]
    public async Task Derived_later_the_file_is_the_same()
    {
        using var tiny = new TinyExperiment();
        await Train(tiny);
        var path = EventReader.FileIn(tiny.Folder());
        var written = File.ReadAllBytes(path);
        File.Delete(path);

        var ofAll = await Etrnlp.Run("export", tiny.Runs, tiny.Folder().Path, "--tensorboard");

        Assert.That(ofAll, Is.EqualTo((0, $"{path}\n", "")));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(written));
    }

    [Test]
    public async Task Runs_that_cannot_have_one_are_named_and_left_out()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);
        tiny.Train(["training.epochs=1", "seeds=[1, 2]"]);
        File.WriteAllText(tiny.Folder(seed: 2).LastCheckpoint, "torn");
        using var claim = RunLock.Take(tiny.Folder(seed: 1));

        var (code, output, error) = await Etrnlp.Run("export", tiny.Runs, "--tensorboard");
        var none = await Etrnlp.Run("export", tiny.Folder(seed: 1).Path, "--tensorboard", "--quiet");

        Assert.That((code, output), Is.EqualTo((0, $"{EventReader.FileIn(tiny.Folder())}\n")));
        Assert.That(error, Does.Contain($"{tiny.Folder(seed: 1).Path} is running and is left out; "));
        Assert.That(error, Does.Contain($"{tiny.Folder(seed: 2).Path} is damaged and is left out: "));
        Told.IsTold(none, 2, "every run is damaged or running, so there is nothing to export");
    }

    [Test]
    public void Pictures_of_predictions_stand_at_their_epoch()
    {
        using var tiny = new TinyExperiment();
        tiny.Train();
        Directory.CreateDirectory(tiny.Folder().ExamplesOf(2));
        File.WriteAllBytes(Path.Combine(tiny.Folder().ExamplesOf(2), "val-0001-light.png"), Png);

        var values = EventReader.Read(EventFile.Write(tiny.Folder()));

        var picture = values.Single(one => one.Image is not null);
        Assert.That((picture.Tag, picture.Step), Is.EqualTo(("examples/val-1/light", 2L)));
        Assert.That(picture.Image, Is.EqualTo((2, 3, Convert.ToHexStringLower(Png))));
    }

    // What would be written to first is a folder.
    [Test]
    public void A_run_goes_on_where_they_cannot_be_written_and_says_so_once()
    {
        using var tiny = new TinyExperiment();
        var watching = new WatchingObserver();

        tiny.Train(observer: new EventObserver(new InTheWay(watching)));

        Assert.That(watching.Results, Has.Count.EqualTo(1));
        Assert.That(
            watching.Messages.Where(message => message.StartsWith("the events", StringComparison.Ordinal)),
            Has.Exactly(1).Contains("is a folder; remove it); the run goes on without them")
        );
    }

    sealed class InTheWay(IRunObserver inner) : IRunObserver
    {
        public void Started(RunStart start)
        {
            var environment = JsonNode.Parse(File.ReadAllText(new RunFolder(start.Folder).EnvironmentPath))!;
            var time = DateTimeOffset.Parse((string)environment["starts"]![0]!["time"]!);
            Directory.CreateDirectory(
                Path.Combine(start.Folder, $"events.out.tfevents.{time.ToUnixTimeSeconds()}.etrnlp.tmp")
            );
            inner.Started(start);
        }

        public void Said(string message) => inner.Said(message);

        public void Trained(TrainedBatch batch) => inner.Trained(batch);

        public void Evaluated(int epoch, Evaluation evaluation) => inner.Evaluated(epoch, evaluation);

        public void Finished(RunResult result) => inner.Finished(result);
    }
}
