using EtrNlp.Core.Networks;
using EtrNlp.Core.Operations;
using EtrNlp.Core.Routing;
using EtrNlp.Core.Training;
using EtrNlp.Data.Configuration;
using EtrNlp.Tests.Support;
using NUnit.Framework;
using TorchSharp;

namespace EtrNlp.Tests.Training;

/// <summary>
/// On how many threads, and how many side by side, for a network whose routes hold so and so many features.
/// </summary>
public sealed class RoutesAtOnceTests
{
    const long Plenty = 1L << 40;
    const long SideBySide = 24 << 20; // the features of one pass on a CPU

    static readonly NetworkPlan Plan = Planned();

    // Three routes, a batch of one.
    [TestCase(0, DeviceType.CPU, 8, 1, 1, Description = "no memory for a second route")]
    [TestCase(0, DeviceType.CUDA, 8, 1, 1)]
    [TestCase(Plenty, DeviceType.CPU, 1, 1, 3, Description = "one thread: small routes side by side")]
    [TestCase(Plenty, DeviceType.CPU, 2, 2, 1)]
    [TestCase(Plenty, DeviceType.CPU, 3, 3, 1)]
    [TestCase(Plenty, DeviceType.CPU, 64, 3, 1, Description = "no more threads than routes")]
    [TestCase(Plenty, DeviceType.CUDA, 64, 1, 3, Description = "a GPU has all in one pass")]
    public void Small_routes(long bytes, DeviceType device, int threads, int members, int sideBySide) =>
        Assert.That(
            RoutesAtOnce.Of(Plan, 1, bytes, device, threads),
            Is.EqualTo(new RoutesAtOnce(members, sideBySide))
        );

    // A batch so large that one route alone is more than what goes side by side.
    [TestCase(1, 1, 1)]
    [TestCase(2, 2, 1)]
    [TestCase(3, 3, 1)]
    public void Large_routes_are_never_side_by_side_on_a_CPU(int threads, int members, int sideBySide)
    {
        var batch = (int)(SideBySide / Plan.FeatureBytes) + 1;
        Assert.That(
            RoutesAtOnce.Of(Plan, batch, Plenty, DeviceType.CPU, threads),
            Is.EqualTo(new RoutesAtOnce(members, sideBySide))
        );
    }

    [Test]
    public void Memory_for_two_routes_is_memory_for_two_threads() =>
        Assert.That(
            RoutesAtOnce.Of(Plan, 1, 2 * Plan.FeatureBytes, DeviceType.CPU, 8),
            Is.EqualTo(new RoutesAtOnce(2, 1))
        );

    // Nine routes on eight threads take two rounds, for which five threads do.
    [TestCase(9, 8, 5)]
    [TestCase(8, 8, 8)]
    [TestCase(8, 3, 3)]
    [TestCase(8, 5, 4)]
    public void No_more_threads_than_get_done_as_soon(int routes, int threads, int members)
    {
        var plan = Plan with { Routes = routes };
        var batch = (int)(SideBySide / Plan.FeatureBytes) + 1;
        Assert.That(
            RoutesAtOnce.Of(plan, batch, Plenty, DeviceType.CPU, threads),
            Is.EqualTo(new RoutesAtOnce(members, 1))
        );
    }

    static NetworkPlan Planned()
    {
        using var network = Some.Network(
            new Conv(),
            new Etr(new PerTask<decimal>(0.5m, [], []), TaskBranch.Conv3x3, NormOwnership.Owned),
            UpdateStrategy.Synchronized,
            seed: 1
        );
        return network.Plan;
    }
}
