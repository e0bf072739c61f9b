using EtrNlp.Core.Experiments;
using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Sweeps;
using EtrNlp.Core.Weighting;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using EtrNlp.Tests.Weighting;
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
        _sweep = new SweepPlanner(SweepFile.Load(file), [], folder.Path, jobs: 1).Plan(data: null);
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

    [Test]
    public void Every_method_takes_part_but_weights_of_the_user()
    {
        var taken = _sweep.Files.Select(file => file.Experiment).ToArray();
        var routings = taken.Select(one => one.Routing).ToArray();

        Assert.That(TypesOf(taken.Select(one => one.Operation)), Is.EquivalentTo(Known(KnownOperations.All)));
        Assert.That(TypesOf(routings), Is.EquivalentTo(Known(KnownRoutings.All)));
        foreach (var partitions in new[] { routings.Select(Divided), routings.Select(DividedInEtr) })
        {
            Assert.That(TypesOf(partitions.OfType<IPartition>()), Is.EquivalentTo(Known(KnownPartitions.All)));
        }

        Assert.That(
            TypesOf(taken.Select(one => one.Weighting)).Append(typeof(Fixed)),
            Is.EquivalentTo(WeightingNames.All.Select(name => WeightingNames.Default(name, 2).GetType()))
        );
    }

    static IPartition? Divided(IRouting routing) => (routing as PartitionedTrunk)?.Partition;

    static IPartition? DividedInEtr(IRouting routing) => (routing as Etr)?.Shared;

    static IEnumerable<Type> Known<T>(Registry<T> axis)
        where T : class => TypesOf(axis.Names.Select(name => axis.Default(name)));

    static IEnumerable<Type> TypesOf(IEnumerable<object> methods) => methods.Select(one => one.GetType()).Distinct();

    static double Macs(SweepConfiguration one) => Plan(one.File).Macs;

    static NetworkPlan Plan(ExperimentFile file) =>
        NetworkPlanner.Plan(file.Experiment, file.Experiment.Dataset.Size);
}
