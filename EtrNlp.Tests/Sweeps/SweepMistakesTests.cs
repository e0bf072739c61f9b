using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>Mistakes in a sweep file, which are answered with their places.</summary>
public sealed class SweepMistakesTests
{
    [TestCase("grid: {routing.gama: [0.5]}", "sweep.yaml(3,8): routing.gama: unknown key; did you mean 'gamma'?")]
    [TestCase("grid: {routng.gamma: [0.5]}", "sweep.yaml(3,8): routng: unknown key; did you mean 'routing'?")]
    [TestCase(
        "grid: {routing.gamma: [0.5, 2]}",
        "sweep.yaml(3,29): routing.gamma: expected a number from 0 to 1, got '2'"
    )]
    [TestCase(
        "grid: {routing.gamma: 0.5}",
        "sweep.yaml(3,23): grid.routing.gamma: expected a list of at least 1, all different, got '0.5'"
    )]
    [TestCase(
        "grid: {routing.gamma: [1, 1]}",
        "sweep.yaml(3,23): grid.routing.gamma: expected a list of at least 1, all different, got a list of 2"
    )]
    [TestCase("grid: {name.x: [1]}", "sweep.yaml(3,8): there is no key 'x' to set: mine.yaml(1,7) holds 'mine'")]
    [TestCase("grid: {seeds: [[1], [2]]}", "sweep.yaml(3,8): seeds: belongs to the whole sweep and cannot be varied")]
    [TestCase(
        "grid: {dataset.val: [4, 5]}",
        "sweep.yaml(3,8): dataset.val: all runs are compared with one baseline: "
            + "mine.yaml is evaluated on other rows, labels or images than base.yaml; "
            + "delta_p compares runs of the same val and test; take it away with --set baseline=null"
    )]
    [TestCase(
        "grid: {operation: [{kind: conv}]}\ncombinations: {operation.primitives: [{kind: conv}]}",
        "sweep.yaml(4,16): operation.primitives: is varied twice, operation stands at sweep.yaml(3,8)"
    )]
    [TestCase(
        "grid: {operation.kind: [conv], operation.groups: [2]}",
        "sweep.yaml(3,32): operation.groups: unknown key; known: kind"
    )]
    [TestCase(
        "combinations: {a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]}",
        "sweep.yaml(3,19): combinations.a: expected a list of 1 to 12 different items, got a list of 13"
    )]
    [TestCase("seeds: [1, 1]", "sweep.yaml(3,8): seeds: expected a list of different integers >= 0, got a list of 2")]
    [TestCase("gird: {a: [1]}", "sweep.yaml(3,1): gird: unknown key; did you mean 'grid'?")]
    public void A_mistake_is_answered_with_its_place(string sweep, string expected)
    {
        using var folder = new SweepFolder(sweep + "\n");

        Assert.That(folder.Complaints(), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void A_base_that_is_not_there_is_named_at_its_place()
    {
        using var folder = new SweepFolder("seeds: [1]\n");
        File.Delete(folder.In("mine.yaml"));

        Assert.That(folder.Complaints(), Is.EqualTo(new[] { "sweep.yaml(2,7): base: there is no file mine.yaml" }));
    }

    [Test]
    public void An_override_of_what_is_varied_is_refused()
    {
        using var folder = new SweepFolder("grid: {routing.gamma: [0.5]}\n");

        Assert.That(
            folder.Complaints("routing.gamma=1"),
            Is.EqualTo(
                new[]
                {
                    "--set routing.gamma=1: routing.gamma: the sweep varies it, see sweep.yaml(3,8); "
                        + "leave one of them out",
                }
            )
        );
    }
}
