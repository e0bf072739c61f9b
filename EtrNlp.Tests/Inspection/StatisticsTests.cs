using EtrNlp.Core.Inspection;
using NUnit.Framework;

namespace EtrNlp.Tests.Inspection;

/// <summary>What is counted of labels, against counts by hand.</summary>
public sealed class StatisticsTests
{
    [Test]
    public void Attributes_are_counted_as_true_false_and_unknown()
    {
        var counted = new AttributeStatistics(["round", "red", "old", "wet"]);
        counted.Add([1, 0, float.NaN, 1], "a");
        counted.Add([0, 0, float.NaN, 1], "b");
        counted.Add([float.NaN, 0, float.NaN, 1], "c");

        Assert.That(
            counted.ToJson()["round"]!.ToJsonString(),
            Is.EqualTo("""{"positive":1,"negative":1,"unknown":1}""")
        );
        Assert.That(
            counted.Lines.Select(line => line.Text),
            Is.EqualTo(
                new[] { "1 of 2 (50.0 %), 1 unknown", "0 of 3 (0.0 %)", "0 of 0, 3 unknown", "3 of 3 (100.0 %)" }
            )
        );
        Assert.That(
            counted.Problems,
            Is.EqualTo(
                new[]
                {
                    "column 'old' is known of no image",
                    "column 'red' has no positive",
                    "column 'wet' has no negative",
                }
            )
        );
    }

    [Test]
    public void Images_of_a_choice_are_counted_by_class_and_as_unknown()
    {
        var counted = new ChoiceStatistics(["red", "green", "blue"]);
        foreach (var label in (float[])[0, 2, 2, float.NaN, 2])
        {
            counted.Add([label], "a");
        }

        Assert.That(
            counted.ToJson().ToJsonString(),
            Is.EqualTo("""{"classes":{"red":1,"green":0,"blue":3},"unknown":1}""")
        );
        Assert.That(
            counted.Lines.Select(line => line.Text),
            Is.EqualTo(new[] { "1 (25.0 %)", "0 (0.0 %)", "3 (75.0 %)", "1" })
        );
        Assert.That(counted.Problems, Is.EqualTo(new[] { "no image is of class 'green'" }));
    }

    // Of 8 pixels 3 are a, 1 is c and 4 are void.
    [Test]
    public void Classes_have_shares_of_all_pixels_and_void_is_one_more()
    {
        var counted = new ClassStatistics(["a", "b", "c"], isExclusive: true);
        counted.Add([0, 0, 0, 2], "first");
        counted.Add([-1, -1, -1, -1], "second");

        Assert.That(
            counted.ToJson().ToJsonString(),
            Is.EqualTo(
                """{"classes":{"a":{"share":0.375,"images":1},"b":{"share":0,"images":0}"""
                    + ""","c":{"share":0.125,"images":1}},"void":0.5}"""
            )
        );
        Assert.That(
            counted.Problems,
            Is.EqualTo(
                new[]
                {
                    "no pixel is of class 'b'",
                    "1 map has no pixel of a known class: second. Nothing is learned from them.",
                }
            )
        );
    }

    [Test]
    public void To_be_of_the_rest_is_a_label_too()
    {
        var counted = new ClassStatistics(["a"], isExclusive: false);
        counted.Add([-1, -1], "first");
        counted.Add([-1, 0], "second");

        Assert.That(counted.Lines.Select(line => line.Part), Is.EqualTo(new[] { "a", "rest" }));
        Assert.That((double?)counted.ToJson()["rest"], Is.EqualTo(0.75));
        Assert.That(counted.Problems, Is.Empty);
    }

    // Known: 1, 2, 2.5, 9; the lower one of the middle is 2. 2 of 6 are unknown.
    [Test]
    public void Depth_has_a_range_a_median_and_unknown_pixels()
    {
        var counted = new DepthStatistics();
        counted.Add([9, 0, 1], "first");
        counted.Add([2.5f, 2, 0], "second");

        var json = counted.ToJson();
        Assert.That(
            ((float?)json["min"], (float?)json["median"], (float?)json["max"]),
            Is.EqualTo((1f, 2f, 9f))
        );
        Assert.That((double?)json["unknown"], Is.EqualTo(2 / 6.0).Within(1e-12));
    }

    [Test]
    public void A_median_is_exact_to_a_four_thousandth()
    {
        var counted = new DepthStatistics();
        counted.Add([.. Enumerable.Range(1, 10_001).Select(i => i * 0.001f)], "ramp");

        Assert.That((float?)counted.ToJson()["median"], Is.EqualTo(5.001f).Within(5.001f / 4096));
    }

    [Test]
    public void Depth_of_few_different_values_looks_as_if_bits_were_lost()
    {
        DepthStatistics coarse = new(),
            fine = new();
        coarse.Add([.. Enumerable.Range(0, 5000).Select(i => 1f + (i % 255))], "a");
        fine.Add([.. Enumerable.Range(0, 5000).Select(i => 1f + (i % 256))], "a");

        Assert.That(
            coarse.Problems,
            Is.EqualTo(new[] { "all depths are among 255 values, as if a conversion had kept 8 bits of 16" })
        );
        Assert.That(fine.Problems, Is.Empty);
    }

    [Test]
    public void Depth_that_is_known_nowhere_has_no_range()
    {
        var counted = new DepthStatistics();
        counted.Add([0, 0], "a");

        Assert.That(
            counted.ToJson().ToJsonString(),
            Is.EqualTo("""{"min":null,"median":null,"max":null,"unknown":1}""")
        );
        Assert.That(counted.Problems, Has.One.StartsWith("1 map has no pixel of known depth: a."));
    }

    // (3, 4, 0) of the sum of three x and four y, at length 1.
    [Test]
    public void Normals_have_a_mean_direction()
    {
        var counted = new NormalStatistics();
        counted.Add([1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0], "a");
        counted.Add([0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0], "b");

        Assert.That(
            counted.ToJson().ToJsonString(),
            Is.EqualTo("""{"mean_direction":[0.6,0.8,0],"unknown":0.125}""")
        );
        Assert.That(counted.Problems, Is.Empty);
    }

    // Red 0 and 255; green 51 throughout; blue 0 once and 102 once.
    [Test]
    public void Pixels_have_a_mean_and_a_deviation_in_each_channel()
    {
        var counted = new PixelStatistics();
        counted.Add([0, 51, 0, 255, 51, 102], "a");

        var json = counted.ToJson();
        Assert.That(((double?)json["red"]!["mean"], (double?)json["red"]!["std"]), Is.EqualTo((0.5, 0.5)));
        Assert.That(((double?)json["green"]!["mean"], (double?)json["green"]!["std"]), Is.EqualTo((0.2, 0.0)));
        Assert.That(((double?)json["blue"]!["min"], (double?)json["blue"]!["max"]), Is.EqualTo((0.0, 0.4)));
        Assert.That(counted.Problems, Is.Empty);
    }

    [Test]
    public void An_image_of_one_colour_is_named()
    {
        var counted = new PixelStatistics();
        counted.Add([1, 2, 3, 1, 2, 3], "blank.png");

        Assert.That(counted.Problems, Has.One.StartsWith("1 image has one colour only: blank.png."));
    }

    [TestCase(10, 4, new[] { 0, 2, 5, 7 })]
    [TestCase(3, 8, new[] { 0, 1, 2 })]
    [TestCase(0, 8, new int[0])]
    public void Some_of_many_images_are_evenly_spread(int count, int wanted, int[] expected) =>
        Assert.That(Inspector.Spread(count, wanted), Is.EqualTo(expected));
}
