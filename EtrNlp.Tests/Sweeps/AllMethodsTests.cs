using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Sweeps;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>The sweep that ships and compares every method.</summary>
public sealed class AllMethodsTests
{
    // A tenth, as the file promises.
    const double Most = 0.1;

    Sweep _sweep = null!;

    [OneTimeSetUp]
    public void Read()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(AppContext.BaseDirectory, "experiments", "all-methods.yaml");
        _sweep = new SweepPlanner(SweepFile.Load(file), [], folder.Path, threads: 1).Plan(data: null);
    }

    [Test]
    public void Every_network_costs_what_the_baseline_costs()
    {
        var baseline = Macs(_sweep.Baseline!);

        Assert.That(
            _sweep.Configurations.ToDictionary(one => one.Name, one => (Macs(one) / baseline) - 1),
            Has.All.Matches<KeyValuePair<string, double>>(one => Math.Abs(one.Value) <= Most)
        );
    }

    // A pass for both tasks at once counts once, a pass of one task's route counts for that task.
    [Test]
    public void Every_image_passes_a_trunk_equally_often() =>
        Assert.That(
            _sweep.Files.Select(file => file.Experiment.Training.Epochs * Plan(file).Routes),
            Is.All.EqualTo(20)
        );

    static double Macs(SweepConfiguration one) => Plan(one.File).Macs;

    static NetworkPlan Plan(ExperimentFile file) =>
        NetworkPlanner.Plan(file.Experiment, file.Experiment.Dataset.Size);
}
