using System.Text.Json.Nodes;
using NUnit.Framework;

namespace EtrNlp.Tests.Golden;

/// <summary>
/// The project against a file of inputs and outputs that another program computed in float64; seed and versions stand
/// in the file.
/// </summary>
public sealed class GoldenTests
{
    static IEnumerable<GoldenCase> Tests => GoldenFile.Read().Where(KnownKinds.IsTest);

    static IEnumerable<TestCaseData> Cases =>
        Tests.Select(golden => new TestCaseData(golden).SetArgDisplayNames(golden.Kind, golden.Name));

    [TestCaseSource(nameof(Cases))]
    public void Agrees_with(GoldenCase golden) =>
        Assert.That(Comparison.Deviations(golden, KnownKinds.Answer(golden)), Is.Empty);

    [Test]
    public void Every_kind_of_the_file_is_either_known_or_missing()
    {
        string[] listed = [.. KnownKinds.Names, .. MissingKinds.Names];
        var found = GoldenFile.Read().SelectMany(KnownKinds.NeededFor).Distinct();

        Assert.That(listed, Is.Unique);
        Assert.That(found, GoldenFile.IsAnother ? Is.SubsetOf(listed) : Is.EquivalentTo(listed));
    }

    [Test]
    [Category("Slow")]
    public void Cases_with_one_number_moved_by_ten_tolerances_fail_and_no_others()
    {
        var answered = Tests.ToArray();
        var moved = answered
            .GroupBy(golden => golden.Kind)
            .Select(kind => kind.ElementAt(kind.Count() / 2))
            .Select(WithOneNumberMoved)
            .ToArray();
        var file = answered.Select(golden =>
            moved.FirstOrDefault(changed => changed.ToString() == golden.ToString()) ?? golden
        );
        var failing = file.Where(golden => Comparison.Deviations(golden, KnownKinds.Answer(golden)).Any()).ToArray();
        Assert.That(failing, Is.EqualTo(moved));
    }

    [Test]
    public void A_kind_that_nobody_knows_fails()
    {
        var stranger = new GoldenCase("stranger", "one", 0, 0, new GoldenQuestion([], []), []);
        Assert.That(KnownKinds.IsTest(stranger));
        Assert.That(
            () => KnownKinds.Answer(stranger),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains("stranger")
        );
    }

    [Test]
    public void A_number_that_is_not_answered_a_tensor_where_none_may_be_and_not_a_number_are_deviations()
    {
        var golden = new GoldenCase(
            "any",
            "one",
            0,
            1,
            new GoldenQuestion([], []),
            new JsonObject
            {
                ["none"] = null,
                ["number"] = 2.0,
                ["unanswered"] = 3.0,
            }
        );
        var answers = new Answers();
        answers.Add("none", [1]);
        answers.Add("number", double.NaN);
        Assert.That(
            Comparison.Deviations(golden, answers),
            Is.EqualTo(
                new[]
                {
                    "none: expected no tensor, found one",
                    "number: 1 of 1 are off, at 0: expected 2, found NaN",
                    "unanswered: expected, but not answered",
                }
            )
        );
    }

    // The last number of the middle value; where no tolerance is allowed, by one.
    static GoldenCase WithOneNumberMoved(GoldenCase golden)
    {
        var expected = golden.Expected.DeepClone().AsObject();
        var leaves = Comparison
            .Leaves(expected, "")
            .Where(leaf => leaf.Leaf is not null && !leaf.Path.EndsWith("published", StringComparison.Ordinal))
            .ToArray();
        var leaf = leaves[leaves.Length / 2].Leaf!;
        var number = leaf switch
        {
            JsonObject tensor => tensor["data"]!.AsArray()[^1]!,
            JsonArray list => list[^1]!,
            _ => leaf,
        };
        var value = (double)number;
        var tolerance = golden.Tolerance(value);
        number.ReplaceWith(value + (tolerance == 0 ? 1 : 10 * tolerance));
        return golden with { Expected = expected };
    }
}
