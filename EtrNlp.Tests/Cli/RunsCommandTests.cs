using System.Text.Json.Nodes;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

public sealed class RunsCommandTests
{
    [Test]
    public async Task Every_run_is_listed_with_its_state_and_how_far_it_is()
    {
        using var tiny = new TinyExperiment();
        MakeDoneHalfAndBroken(tiny);
        Copy(tiny.Folder("done").Path, tiny.Folder("running").Path);
        using var claim = new FileStream(
            Path.Combine(tiny.Runs, "running", ".seed-0.lock"),
            FileMode.Create,
            FileAccess.ReadWrite,
            FileShare.None
        );

        var (code, output, error) = await Etrnlp.Run("runs", tiny.Runs, "--json");
        var table = await Etrnlp.Run("runs", tiny.Runs);

        var runs = JsonNode
            .Parse(output)!
            .AsArray()
            .ToDictionary(run => Path.GetRelativePath(tiny.Runs, run!["path"]!.GetValue<string>()), run => run!);
        string State(string run) =>
            $"{runs[run]["state"]} {runs[run]["epoch"]}+{runs[run]["batch"]}/{runs[run]["epochs"]}";
        using (Assert.EnterMultipleScope())
        {
            Assert.That((code, error), Is.EqualTo((0, "")));
            Assert.That(
                new[] { "done/seed-0", "half/seed-0", "running/seed-0", "broken/seed-0" }.Select(State),
                Is.EqualTo(new[] { "done 2+0/2", "interrupted 1+1/2", "running 2+0/2", "damaged 0+0/2" })
            );
            Assert.That(runs["broken/seed-0"]["damage"]!.GetValue<string>(), Does.Contain("last.safetensors"));
            Assert.That(runs["done/seed-0"]["validation"]!["epoch"]!.GetValue<int>(), Is.EqualTo(2));
            Assert.That(
                runs["half/seed-0"]["validation"]!["mean"]!["accuracy"]!.GetValue<double>(),
                Is.EqualTo(MeanAccuracy(tiny.Folder("half").MetricsPath)).Within(1e-12)
            );
            Assert.That(
                table.Output,
                Does.Match(@"half/seed-0 +interrupted +1 \+ 1 batches of 2 +epoch 1: .*accuracy \d\.\d{4}")
            );
        }
    }

    static void MakeDoneHalfAndBroken(TinyExperiment tiny)
    {
        using var request = new CancellationTokenSource();
        var stop = new WatchingObserver(batch => Cancel(request, batch.Epoch == 2));
        tiny.Train(["name=done"]);
        Assert.That(
            () => tiny.Train(["name=half"], observer: stop, cancellation: request.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Copy(tiny.Folder("done").Path, tiny.Folder("broken").Path);
        File.WriteAllText(tiny.Folder("broken").LastCheckpoint, "torn");
    }

    // A sweep keeps the experiment of a configuration beside its runs, and a link to a folder above would go round for
    // ever.
    [Test]
    public async Task Every_run_is_listed_once()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);
        var configuration = Path.Combine(tiny.Runs, "sweep", "gamma=0.5");
        Copy(tiny.Folder().Path, Path.Combine(configuration, "seed-0"));
        Directory.CreateDirectory(Path.Combine(configuration, "seed-1"));
        foreach (var holds in new[] { configuration, Path.Combine(configuration, "seed-1") })
        {
            File.Copy(tiny.Folder().ExperimentPath, Path.Combine(holds, "experiment.yaml"));
        }

        Directory.CreateSymbolicLink(Path.Combine(tiny.Runs, "sweep", "above"), tiny.Runs);

        var (_, output, _) = await Etrnlp.Run("runs", tiny.Runs, "--json");

        Assert.That(
            JsonNode
                .Parse(output)!
                .AsArray()
                .Select(run => $"{Path.GetRelativePath(tiny.Runs, run!["path"]!.GetValue<string>())} {run["state"]}"),
            Is.EqualTo(
                new[] { "rival/seed-0 done", "sweep/gamma=0.5/seed-0 done", "sweep/gamma=0.5/seed-1 interrupted" }
            )
        );
    }

    [Test]
    public async Task A_run_without_its_experiment_is_listed_as_damaged()
    {
        using var tiny = new TinyExperiment();
        tiny.Train(["training.epochs=1"]);
        File.Delete(tiny.Folder().ExperimentPath);

        var (_, output, _) = await Etrnlp.Run("runs", tiny.Runs);

        Assert.That(output, Does.Match("rival/seed-0 +damaged").And.Contain("there is no such file"));
    }

    [Test]
    public async Task A_folder_that_is_not_there_and_one_without_runs_are_told()
    {
        using var tiny = new TinyExperiment();
        var missing = await Etrnlp.Run("runs", tiny.Runs);
        Directory.CreateDirectory(tiny.Runs);
        var empty = await Etrnlp.Run("runs", tiny.Runs);

        Assert.That((missing.Code, missing.Output), Is.EqualTo((2, "")));
        Assert.That(missing.Error, Does.StartWith($"etrnlp: the folder {tiny.Runs} cannot be read: "));
        Assert.That(
            (empty.Code, empty.Output, empty.Error),
            Is.EqualTo((0, "", $"there are no runs below {tiny.Runs}{Environment.NewLine}"))
        );
    }

    // Two tasks of two attributes: the four rows of epoch 1 that have a part.
    static double MeanAccuracy(string metrics) =>
        File.ReadAllLines(metrics)
            .Select(line => line.Split(','))
            .Where(cells => cells[0] == "1" && cells[1] == "val" && cells[3].Length > 0 && cells[4] == "accuracy")
            .Average(cells => double.Parse(cells[5], System.Globalization.CultureInfo.InvariantCulture));

    static void Cancel(CancellationTokenSource request, bool now)
    {
        if (now)
        {
            request.Cancel();
        }
    }

    static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
