using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>What the configurations of a sweep are called.</summary>
public sealed class SweepNamesTests
{
    [TestCase(
        "grid: {routing.kind: [etr], operation.kind: [nlp, conv]}",
        "routing.kind=etr,operation.kind=nlp",
        "routing.kind=etr,operation.kind=conv"
    )]
    [TestCase("grid: {training.optimizer.learning_rate: [1e-3, 1E-4]}", "learning_rate=1e-3", "learning_rate=1e-4")]
    [TestCase(
        "combinations: {operation.primitives: [{kind: conv, kernel: 3}, {kind: conv, kernel: 5}]}",
        "primitives=conv-3",
        "primitives=conv-5",
        "primitives=conv-3+conv-5"
    )]
    [TestCase(
        "grid: {operation.primitives: [[{kind: conv}], [{kind: shift}, {kind: identity}]]}",
        "primitives=conv",
        "primitives=shift+identity"
    )]
    [TestCase("seeds: [1]", "mine")]
    [TestCase("cases: {mine: {}, half-shared.2: {routing.gamma: 0.25}}", "mine", "half-shared.2")]
    [TestCase(
        "cases: {a: {}, b: {backbone.width: 0.25}}\ngrid: {routing.gamma: [0, 1]}",
        "a,gamma=0",
        "a,gamma=1",
        "b,gamma=0",
        "b,gamma=1"
    )]
    public void Names_are_as_short_as_they_can_be(string sweep, params string[] expected)
    {
        using var folder = new SweepFolder(sweep);

        Assert.That(folder.Names(), Is.EqualTo(expected));
    }

    [Test]
    public void Long_names_and_names_that_would_be_the_same_end_in_a_hash_that_is_the_same_every_time()
    {
        using var folder = new SweepFolder(
            "grid: {training.optimizer: [{kind: adam, learning_rate: 1e-3}, {kind: ADAM, learning_rate: 1e-3}]}"
        );
        using var wide = new SweepFolder(
            """
            grid:
              backbone.width: [0.125]
              training.batch_size: [4]
              training.epochs: [1]
              training.inactive_gradients: [skip]
              routing.task_branch: [conv3x3]
              routing.gamma: [0.5]

            """
        );

        var name = wide.Names().Single();

        // The first 71 characters, a dash, 8 digits.
        Assert.That(
            name,
            Has.Length.EqualTo(80)
                .And.Match("^width=0.125,batch_size=4,epochs=1,inactive_gradients=skip,task_branch=c-[0-9a-f]{8}$")
        );
        Assert.That(wide.Names().Single(), Is.EqualTo(name));
        Assert.That(folder.Complaints(), Has.One.Contains("there is no optimizer 'ADAM'"));
    }
}
