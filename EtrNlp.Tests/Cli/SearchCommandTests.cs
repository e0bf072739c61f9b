using System.Text.Json;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Cli;

/// <summary>What is said of a search before its runs are started.</summary>
public sealed class SearchCommandTests
{
    const string Nine = "random: {n: 9, space: {training.optimizer.learning_rate: {log_uniform: [1e-4, 1e-2]}}}\n"
        + "halving: {metric: mean.f, rungs: [1, 3, 9]}\nseeds: [3, 4]\n";

    // 9 + 3 * 2 + 6 + 9 epochs; 9 runs, one more of the best, two of the baseline.
    [Test]
    public async Task A_dry_run_lists_draws_and_rungs_and_writes_nothing()
    {
        using var folder = new SweepFolder(Nine);
        string[] dryRun = ["sweep", folder.In("sweep.yaml"), "--runs", folder.In("runs"), "--dry-run"];

        var (code, output, _) = await Etrnlp.Run(dryRun);
        var json = JsonDocument.Parse((await Etrnlp.Run([.. dryRun, "--json"])).Output).RootElement;

        Assert.That(code, Is.Zero);
        Assert.That(
            output.ReplaceLineEndings("\n"),
            Does.Match(@"\n learning_rate=\S+ +training\.optimizer\.learning_rate = 0\.\d+\n")
                .And.Contain(
                    """
                    rung 1, to epoch 1: all 9, seed 3
                    rung 2, to epoch 3: the best 3, seed 3
                    rung 3, to epoch 9: the best 1, seed 3
                    then the best by mean.f of the validation split, seeds 3, 4, beside the baseline base
                    30 epochs instead of the 162 of every configuration with every seed
                    12 runs, 0 epochs trained so far, in
                    """.ReplaceLineEndings("\n")
                )
        );
        Assert.That(json.GetProperty("configurations").GetArrayLength(), Is.EqualTo(9));
        Assert.That(
            json.GetProperty("rungs").EnumerateArray().Select(rung => rung.GetProperty("configurations").GetInt32()),
            Is.EqualTo(new[] { 9, 3, 1 })
        );
        Assert.That(Directory.Exists(folder.In("runs")), Is.False);
    }

    [Test]
    public async Task Validate_counts_the_runs_that_a_search_makes()
    {
        using var folder = new SweepFolder(Nine);

        var (_, output, _) = await Etrnlp.Run("validate", folder.In("sweep.yaml"));

        Assert.That(
            output,
            Does.EndWith(
                "tiny, a search of 12 runs: 9 configurations in rungs of 1, 3, 9 epochs, baseline base, seeds 3, 4\n"
            )
        );
    }

    [Test]
    public async Task Another_scheduler_gets_the_runs_of_the_next_rung()
    {
        using var folder = new SweepFolder(Nine);

        var (code, output, error) = await Etrnlp.Run(
            "sweep",
            folder.In("sweep.yaml"),
            "--runs",
            folder.In("runs"),
            "--executor",
            "print"
        );

        Assert.That(code, Is.Zero, error);
        Assert.That(
            output.Split('\n').Count(line => line.StartsWith("etrnlp train ", StringComparison.Ordinal)),
            Is.EqualTo(10)
        );
        Assert.That(error, Does.Contain("rung 1 of 3, to epoch 1: 9 of 9 configurations, seed 3"));
        Assert.That(File.Exists(folder.In("runs", "tiny", "table.csv")), Is.False);
    }
}
