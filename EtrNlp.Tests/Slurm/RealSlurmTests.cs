using EtrNlp.Core.Checkpoints;
using EtrNlp.Tests.Runs;
using EtrNlp.Tests.Support;
using EtrNlp.Tests.Sweeps;
using NUnit.Framework;

namespace EtrNlp.Tests.Slurm;

/// <summary>A sweep in a real cluster; scripts/slurm-test.sh kills what can be killed in one.</summary>
[Category("Process")]
[Category("Slow")]
public sealed class RealSlurmTests
{
    [Test]
    public void A_sweep_in_a_cluster_ends_with_the_bits_and_the_table_of_this_machine()
    {
        using var slurm = new RealSlurm();
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5, 1]}\n");
        string[] sweep = ["sweep", "sweep.yaml", "--device", "cpu", "--threads", "1"];

        var (code, output, error) = slurm.Run(folder.Path, [.. sweep, "--executor", "slurm", "--wait"]);
        var status = slurm.Run(folder.Path, "sweep", "status", folder.In("runs", "tiny"));
        var again = slurm.Run(folder.Path, [.. sweep, "--executor", "slurm"]);
        var local = slurm.Run(folder.Path, [.. sweep, "--runs", "own"]);

        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("(3 of 3)"));
        Assert.That(status.Output, Does.Contain("tiny: 3 runs: 3 done"), status.Error);
        Assert.That((again.Output, local.Output), Is.EqualTo((output, output)), "nothing is left: the same table");
        foreach (var name in new[] { "base", "gamma=0.5", "gamma=1" })
        {
            RunState
                .Of(RunFolder.Of(folder.In("own", "tiny"), name, 0))
                .AssertEquals(RunState.Of(RunFolder.Of(folder.In("runs", "tiny"), name, 0)));
        }
    }

    // Nobody waits: the job that goes on after a rung comes to the next one from the folders alone.
    [Test]
    public void A_search_in_a_cluster_comes_to_the_table_of_this_machine()
    {
        using var slurm = new RealSlurm();
        using var folder = new SweepFolder(
            "grid: {routing.gamma: [0, 0.5, 1]}\nhalving: {metric: mean.f, rungs: [1, 2]}\nseeds: [0, 1]\n"
        );
        string[] sweep = ["sweep", "sweep.yaml", "--device", "cpu", "--threads", "1"];

        var submitted = slurm.Run(folder.Path, [.. sweep, "--executor", "slurm"]);
        Assert.That(
            () => File.Exists(folder.In("runs", "tiny", "table.csv")),
            Is.True.After(Patience.Milliseconds, 200),
            submitted.Error
        );
        var local = slurm.Run(folder.Path, [.. sweep, "--runs", "own"]);

        Assert.That(local.Code, Is.Zero, local.Error);
        Assert.That(
            File.ReadAllText(folder.In("runs", "tiny", "table.csv")),
            Is.EqualTo(File.ReadAllText(folder.In("own", "tiny", "table.csv")))
        );
    }

    // Nobody waits: the job that goes on makes the table, where one run cannot be trained.
    [Test]
    public void What_fails_is_told_and_stops_nothing()
    {
        using var slurm = new RealSlurm();
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5, 1]}\n");
        string[] sweep = ["sweep", "sweep.yaml", "--device", "cpu", "--threads", "1", "--executor", "slurm"];
        var inTheWay = folder.In("runs", "tiny", "gamma=1", "seed-0", "checkpoints");
        Directory.CreateDirectory(Path.GetDirectoryName(inTheWay)!);
        File.WriteAllText(inTheWay, "no folder can be made here");

        var submitted = slurm.Run(folder.Path, sweep);
        Assert.That(
            () => File.Exists(folder.In("runs", "tiny", "table.md")),
            Is.True.After(Patience.Milliseconds, 200),
            submitted.Error
        );
        var status = slurm.Run(folder.Path, "sweep", "status", folder.In("runs", "tiny"));

        Assert.That(submitted.Code, Is.Zero, submitted.Error);
        Assert.That(
            File.ReadAllText(folder.In("runs", "tiny", "table.md")),
            Does.Contain("gamma=1: no result of seed 0").And.Contain("| gamma=0.5 | 1 | ")
        );
        Assert.That(status.Output, Does.Match(@"failed: gamma=1\S+, its job \d+_1 ended as FAILED\s+\S+"));
    }
}
