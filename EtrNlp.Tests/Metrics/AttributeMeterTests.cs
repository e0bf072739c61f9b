using EtrNlp.Core.Tasks;
using NUnit.Framework;
using static TorchSharp.torch;

namespace EtrNlp.Tests.Metrics;

/// <summary>Scores of attributes on a table of three images and two attributes.</summary>
public sealed class AttributeMeterTests
{
    //          smiling      hat
    // logits   true  | logits  true
    //   0       1    |  -1      0     0 counts as predicted: a hit
    //   2       0    |  -1      0     predicted, not true
    //  -1       1    |  -1      0     true, not predicted
    static readonly float[,] Logits =
    {
        { 0, -1 },
        { 2, -1 },
        { -1, -1 },
    };
    static readonly float[,] Labels =
    {
        { 1, 0 },
        { 0, 0 },
        { 1, 0 },
    };

    // smiling: 1 hit of 2 predicted, of 2 true: precision, recall and f 1/2; 1 of 3 images right. hat: nothing
    // predicted, nothing true: 0 / 1e-7 = 0; 3 of 3 right. Means: 1/4, 1/4, 1/4, 2/3.
    [TestCase(3)]
    [TestCase(1)]
    public void Scores_are_of_the_whole_split_however_it_is_cut(int batch)
    {
        using var meter = Measured(batch);
        using (Assert.EnterMultipleScope())
        {
            foreach (
                var (part, name, value) in new[]
                {
                    ("smiling", "precision", 0.5),
                    ("smiling", "recall", 0.5),
                    ("smiling", "f", 0.5),
                    ("smiling", "accuracy", 1 / 3.0),
                    ("hat", "precision", 0),
                    ("hat", "recall", 0),
                    ("hat", "f", 0),
                    ("hat", "accuracy", 1),
                    ("", "precision", 0.25),
                    ("", "recall", 0.25),
                    ("", "f", 0.25),
                    ("", "accuracy", 2 / 3.0),
                }
            )
            {
                Assert.That(
                    meter.Values().Single(v => v.Part == part && v.Name == name).Value,
                    Is.EqualTo(value).Within(1e-7),
                    $"{part} {name}"
                );
            }
        }
    }

    // Always "yes": smiling is right 2 of 3 times, recall 1, f = 2 * 2/3 / (5/3) = 0.8; hat 0. The majority: smiling
    // 2/3, hat 3/3.
    [Test]
    public void The_best_constant_says_always_yes_and_for_accuracy_the_majority()
    {
        using var meter = Measured(3);
        var best = meter.BestConstant().ToDictionary(value => value.Name, value => value.Value!.Value);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(best["precision"], Is.EqualTo(1 / 3.0).Within(1e-7));
            Assert.That(best["recall"], Is.EqualTo(0.5).Within(1e-7));
            Assert.That(best["f"], Is.EqualTo(0.4).Within(1e-7));
            Assert.That(best["accuracy"], Is.EqualTo(5 / 6.0).Within(1e-7));
        }
    }

    // Of hat only the second image is known, and is rightly not predicted; of scarf none is.
    [Test]
    public void Only_known_labels_count()
    {
        using var scope = NewDisposeScope();
        using var meter = new AttributeMeter(["smiling", "hat", "scarf"]);
        meter.Add(
            tensor(new float[,] { { 1, 2, 3 }, { 1, -1, 3 }, { -1, 2, 3 } }),
            tensor(
                new[,]
                {
                    { 1, float.NaN, float.NaN },
                    { float.NaN, 0, float.NaN },
                    { 1, float.NaN, float.NaN },
                }
            )
        );
        var values = meter.Values().ToLookup(value => value.Part, value => value.Value);
        var best = meter.BestConstant().Select(value => value.Value!.Value);

        // smiling: 1 hit of 1 predicted, of 2 true. The task's means are over the two that have a value.
        using (Assert.EnterMultipleScope())
        {
            Assert.That(values["smiling"], Is.EqualTo(new double?[] { 1, 0.5, 2 / 3.0, 0.5 }).Within(1e-6));
            Assert.That(values["hat"], Is.EqualTo(new double?[] { 0, 0, 0, 1 }));
            Assert.That(values["scarf"], Is.All.Null);
            Assert.That(values[""], Is.EqualTo(new double?[] { 0.5, 0.25, 1 / 3.0, 0.75 }).Within(1e-6));
            Assert.That(best, Is.EqualTo(new[] { 0.5, 0.5, 0.5, 1 }).Within(1e-6));
        }
    }

    static AttributeMeter Measured(int batch)
    {
        using var scope = NewDisposeScope();
        var meter = new AttributeMeter(["smiling", "hat"]);
        foreach (var (logits, labels) in tensor(Logits).split(batch).Zip(tensor(Labels).split(batch)))
        {
            meter.Add(logits, labels);
        }

        return meter;
    }
}
