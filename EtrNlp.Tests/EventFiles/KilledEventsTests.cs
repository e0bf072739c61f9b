using EtrNlp.Core.Results;
using EtrNlp.Data.Randomness;
using EtrNlp.Tests.Runs;
using NUnit.Framework;

namespace EtrNlp.Tests.EventFiles;

/// <summary>The event file of a process that cannot clean up after itself.</summary>
[Category("Process")]
public sealed class KilledEventsTests
{
    const int Kills = 5;
    const int Epochs = 16;

    // Every step saves a checkpoint, so that a kill falls between a row of metrics and the checkpoint that knows of it.
    [Test]
    public void No_curve_turns_back_where_train_is_killed_five_times_at_random_moments()
    {
        using var tiny = new TinyExperiment();
        string[] command =
        [
            .. new[] { "train", tiny.Rival, "--runs", tiny.Runs, "--device", "cpu", "--tensorboard" },
            .. new[] { "--set", $"training.epochs={Epochs}", "--checkpoint-every", "0" },
        ];
        var random = RandomStream.For(3, "test", "killed events");
        for (var kill = 0; kill < Kills; kill++)
        {
            using var process = EtrnlpProcess.Start(command);
            process.WaitForTraining();
            if (process.EndsWithin(TimeSpan.FromMilliseconds(random.NextInt(200))))
            {
                Assert.That(process.WaitForExit(), Is.Zero, process.Errors);
                Directory.Delete(tiny.Runs, recursive: true); // done before the kill: once more from the start
                kill = -1;
            }

            process.Kill();
        }

        using var last = EtrnlpProcess.Start(command);
        Assert.That(last.WaitForExit(), Is.Zero, last.Errors);

        var curves = EventReader.Curves(EventReader.Read(EventReader.FileIn(tiny.Folder())));
        var metrics = MetricRow.Read(tiny.Folder().MetricsPath).Where(row => row.IsOfTask && row.Epoch == Epochs);
        Assert.That(
            curves.Select(curve => curve.Key),
            Is.EquivalentTo(metrics.Select(row => $"{row.Split}/{row.Metric}/{row.Task}"))
        );
        Assert.That(curves.Select(curve => curve.ToArray()), Is.All.EqualTo(Enumerable.Range(1, Epochs)));
    }
}
