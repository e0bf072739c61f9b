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
        "sweep.yaml(3,23): grid.routing.gamma: expected a list of at least 1, all different, got a list of 2: [1, 1]"
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
    [TestCase(
        "cases: {a: {backbone.widht: 1}}",
        "sweep.yaml(3,13): backbone.widht: unknown key; did you mean 'width'?"
    )]
    [TestCase(
        "cases: {plain: {}, a: {routing.gamma: 2}}",
        "sweep.yaml(3,39): routing.gamma: expected a number from 0 to 1, got '2'"
    )]
    [TestCase(
        "cases: {a: {operation.kind: nlpp}}",
        "sweep.yaml(3,29): operation.kind: there is no operation 'nlpp'; did you mean 'nlp'?"
    )]
    [TestCase(
        "cases: {a: {routing.kind: hard_sharing, routing.gamma: 1}}",
        "sweep.yaml(3,41): routing.gamma: unknown key; known: kind"
    )]
    [TestCase(
        "cases: {a: }",
        "sweep.yaml(3,12): cases.a: expected a mapping from path.to.key to a value, {} for the base experiment itself, "
            + "got nothing"
    )]
    [TestCase(
        "cases: [a]",
        "sweep.yaml(3,8): cases: expected a mapping from names to mappings from path.to.key to a value, "
            + "got a list of 1: [a]"
    )]
    [TestCase(
        "cases: {A: {}}",
        "sweep.yaml(3,9): cases.A: expected a name of a-z, 0-9, '.', '_' and '-' that starts with no dash and neither "
            + "starts nor ends with a dot, got 'A'"
    )]
    [TestCase(
        "cases: {seed-1: {}}",
        "sweep.yaml(3,9): cases.seed-1: a file or a run in the sweep's folder can have this name; choose another name"
    )]
    [TestCase(
        "cases: {table.csv: {}}",
        "sweep.yaml(3,9): cases.table.csv: a file or a run in the sweep's folder can have this name; "
            + "choose another name"
    )]
    [TestCase(
        "cases: {base: {}}",
        "sweep.yaml(3,9): a configuration has the name of the baseline, 'base'; name one of them otherwise"
    )]
    [TestCase("cases: {a: {seeds: [1]}}", "sweep.yaml(3,13): seeds: belongs to the whole sweep and cannot be varied")]
    [TestCase(
        "cases: {a: {operation: {kind: conv}, operation.groups: 2}}",
        "sweep.yaml(3,38): operation.groups: is varied twice, operation stands at sweep.yaml(3,13)"
    )]
    [TestCase(
        "cases: {a: {}, b: {operation.groups: 2}}\ngrid: {operation: [{kind: conv}]}",
        "sweep.yaml(4,8): operation: is varied twice, operation.groups stands at sweep.yaml(3,20)"
    )]
    [TestCase(
        "cases: {a: {}, b: {dataset.val: 5}}",
        "sweep.yaml(3,20): dataset.val: all runs are compared with one baseline: "
            + "mine.yaml is evaluated on other rows, labels or images than base.yaml; "
            + "delta_p compares runs of the same val and test; take it away with --set baseline=null"
    )]
    [TestCase("case: {a: {}}", "sweep.yaml(3,1): case: unknown key; did you mean 'cases'?")]
    [TestCase(
        "cases: {a: {}, a: {}}",
        "sweep.yaml(3,16): a: the key stands here a second time, first in line 3; remove one"
    )]
    [TestCase(
        "seeds: [1, 1]",
        "sweep.yaml(3,8): seeds: expected a list of different integers >= 0, got a list of 2: [1, 1]"
    )]
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

    [TestCase("grid: {routing.gamma: [0.5]}\n", 8)]
    [TestCase("cases: {plain: {}, none: {routing.gamma: 0}, all: {routing.gamma: 1}}\n", 27)]
    public void An_override_of_what_is_varied_is_refused(string sweep, int column)
    {
        using var folder = new SweepFolder(sweep);

        Assert.That(
            folder.Complaints("routing.gamma=1"),
            Is.EqualTo(
                new[]
                {
                    $"--set routing.gamma=1: routing.gamma: the sweep varies it, see sweep.yaml(3,{column}); "
                        + "leave one of them out",
                }
            )
        );
    }
}
