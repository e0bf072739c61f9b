using EtrNlp.Core.Experiments;
using EtrNlp.Core.Profiling;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Cli;
using NUnit.Framework;

namespace EtrNlp.Tests.Estimates;

/// <summary>Three experiments of 2, 1 and 2 seeds, of which a run needs 5, 7 and 3 bytes of memory.</summary>
public sealed class TotalEstimateTests
{
    static readonly (ExperimentFile, RunEstimate)[] Experiments =
    [
        (Of("a", "[0, 1]"), new RunEstimate(5, 10, 1, 1)),
        (Of("b", "[0]"), new RunEstimate(7, 20, 1, 1)),
        (Of("c", "[0, 1]"), new RunEstimate(3, 30, 1, 1)),
    ];

    // In order the runs need 5, 5, 7, 3 and 3: of neighbours 5 + 7, then 5 + 5 + 7, then all.
    [TestCase(1, 1, 7)]
    [TestCase(2, 2, 12)]
    [TestCase(3, 3, 17)]
    [TestCase(9, 5, 23)]
    public void Memory_is_that_of_the_runs_at_a_time_and_disk_that_of_all(int jobs, int atOnce, int memory) =>
        Assert.That(
            TotalEstimate.Of(Experiments, jobs),
            Is.EqualTo(new TotalEstimate(Runs: 5, atOnce, memory, DiskBytes: 60))
        );

    [Test]
    public void Of_nothing_nothing_is_needed() =>
        Assert.That(TotalEstimate.Of([], 4), Is.EqualTo(new TotalEstimate(0, 0, 0, 0)));

    [Test]
    public void What_fits_alone_and_not_together_is_refused()
    {
        var total = TotalEstimate.Of(Experiments, 2);

        Assert.That(() => total.RequireRoom(12, 60, "runs"), Throws.Nothing);
        Assert.That(() => total.RequireRoom(null, null, "runs"), Throws.Nothing);
        Assert.That(
            () => total.RequireRoom(12, 59, "runs"),
            Throws.InstanceOf<DataException>().With.Message.Match("^5 runs need .* left on the disk of runs; make room")
        );
        Assert.That(
            () => total.RequireRoom(11, 60, "runs"),
            Throws.InstanceOf<DataException>().With.Message.Match("^2 runs at a time need at least .*; lower --jobs$")
        );
    }

    static ExperimentFile Of(string name, string seeds) =>
        ExperimentFile.Of(
            $"{name}.yaml",
            YamlReader.ReadText(HandMadeResult.Experiment(name, $"seeds: {seeds}\n"), $"{name}.yaml"),
            []
        );
}
