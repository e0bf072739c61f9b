using EtrNlp.Core.Tasks;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Metrics;

/// <summary>Scores of a choice between three classes on a table of six images, one of them unknown.</summary>
public sealed class ChoiceMeterTests
{
    // The class of the largest output is predicted: red, red, green, green, green; the last image is not known.
    static readonly float[,] Outputs =
    {
        { 3, 1, 0 },
        { 2, 1, 1 },
        { 0, 2, 1 },
        { -3, -1, -2 },
        { 0, 9, 0 },
        { 0, 0, 5 },
    };
    static readonly float[,] Labels =
    {
        { 0 },
        { 1 },
        { 1 },
        { 1 },
        { 0 },
        { float.NaN },
    };

    // red: 1 hit of 2 predicted, of 2 true: f 1/2. green: 2 hits of 3 predicted, of 3 true: f 2/3. blue: nowhere, 0.
    // Right are 3 of 5.
    [TestCase(6)]
    [TestCase(1)]
    public void Scores_are_of_what_is_known_of_the_whole_split_however_it_is_cut(int batch)
    {
        using var meter = Measured(batch);

        Assert.That(
            meter.Values().Select(value => (value.Part, value.Name)),
            Is.EqualTo(new[] { ("red", "f"), ("green", "f"), ("blue", "f"), ("", "f"), ("", "accuracy") })
        );
        Assert.That(
            meter.Values().Select(value => value.Value!.Value),
            Is.EqualTo(new[] { 0.5, 2 / 3.0, 0, 7 / 18.0, 0.6 }).Within(1e-6)
        );
    }

    // Always green: precision 3/5, recall 1, f 3/4, which the other two classes divide by three; 3 of 5 are right.
    [Test]
    public void The_best_constant_is_the_most_frequent_class()
    {
        using var meter = Measured(6);
        var best = meter.BestConstant().ToDictionary(value => value.Name, value => value.Value!.Value);

        Assert.That(best["f"], Is.EqualTo(0.25).Within(1e-6));
        Assert.That(best["accuracy"], Is.EqualTo(0.6).Within(1e-9));
    }

    [Test]
    public void What_is_nowhere_known_has_no_value()
    {
        using var meter = new ChoiceMeter(["red", "green"]);
        meter.Add(zeros(2, 2), full([2, 1], float.NaN));

        Assert.That(meter.Values().Concat(meter.BestConstant()).Select(value => value.Value), Is.All.Null);
    }

    static ChoiceMeter Measured(int batch)
    {
        using var scope = NewDisposeScope();
        var meter = new ChoiceMeter(["red", "green", "blue"]);
        foreach (var (outputs, labels) in tensor(Outputs).split(batch).Zip(tensor(Labels).split(batch)))
        {
            meter.Add(outputs, labels);
        }

        return meter;
    }
}
