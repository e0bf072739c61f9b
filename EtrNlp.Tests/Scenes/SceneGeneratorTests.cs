using EtrNlp.Data.Scenes;
using NUnit.Framework;

namespace EtrNlp.Tests.Scenes;

public sealed class SceneGeneratorTests
{
    const int Count = 2000;

    static readonly Lazy<bool[][]> Facts = new(() => [.. Enumerable.Range(0, Count).Select(Evaluate)]);

    [Test]
    public void The_same_key_gives_the_same_bytes()
    {
        var first = Pixels(1, "train", 5);
        var second = Pixels(1, "train", 5);

        Assert.That(first, Is.EqualTo(second));
    }

    [TestCase(2, "train", 5)]
    [TestCase(1, "val", 5)]
    [TestCase(1, "train", 6)]
    public void Another_key_gives_another_picture(long seed, string split, int index) =>
        Assert.That(Pixels(seed, split, index), Is.Not.EqualTo(Pixels(1, "train", 5)));

    [Test]
    public void A_negative_index_is_refused() =>
        Assert.That(() => SceneGenerator.Generate(1, "train", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Forty_attributes_stand_in_eight_groups()
    {
        int[] sizes = [9, 5, 9, 4, 2, 5, 2, 4];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(SceneAttributes.Groups.Select(group => group.Attributes.Count), Is.EqualTo(sizes));
            Assert.That(
                SceneAttributes.Groups.SelectMany(group => group.Attributes),
                Is.EqualTo(SceneAttributes.Names)
            );
            Assert.That(SceneAttributes.Names, Is.Unique.And.All.Match("^[a-z0-9_]+$"));
            Assert.That(SceneAttributes.Groups.Select(group => group.Name), Is.Unique);
        }
    }

    [Test]
    public void No_attribute_is_rare_or_nearly_always_true()
    {
        double[] rates = [.. SceneAttributes.Names.Select((_, i) => Rate(fact => fact[i]))];

        Assert.That(rates, Is.All.InRange(0.1, 0.6));
    }

    [Test]
    public void No_two_attributes_are_the_same() =>
        Assert.That(Pairs().Select(pair => Math.Abs(Phi(pair.A, pair.B))), Is.All.LessThan(0.9));

    [Test]
    public void Every_group_depends_on_another()
    {
        int[] groups = [.. SceneAttributes.Groups.SelectMany((group, number) => group.Attributes.Select(_ => number))];

        var dependent = Pairs()
            .Where(pair => groups[pair.A] != groups[pair.B] && Math.Abs(Phi(pair.A, pair.B)) > 0.2)
            .SelectMany(pair => new[] { groups[pair.A], groups[pair.B] })
            .Distinct();

        Assert.That(dependent, Is.EquivalentTo(Enumerable.Range(0, 8)));
    }

    [Test]
    public void Attributes_follow_the_description()
    {
        var scene = BareScene.With(
            new Solid(SurfaceKind.Tree, new(-1, 1.5f, 4), 1.8f, 0.5f, new Paint(Hue.Green, Shade.Dark, Pattern.Striped))
        );

        var holds = new bool[40];
        SceneAttributes.Evaluate(scene, holds);

        string[] expected =
        [
            "pointed",
            "compound",
            "slender",
            "on_the_left",
            "green",
            "dark_shade",
            "stripes",
            "large",
            "alone",
        ];
        Assert.That(SceneAttributes.Names.Where((_, i) => holds[i]), Is.EqualTo(expected));
    }

    static byte[] Pixels(long seed, string split, int index) =>
        SceneRenderer.Render(SceneGenerator.Generate(seed, split, index), 16, 16).Pixels;

    static bool[] Evaluate(int index)
    {
        var holds = new bool[40];
        SceneAttributes.Evaluate(SceneGenerator.Generate(1, "train", index), holds);
        return holds;
    }

    static double Rate(Func<bool[], bool> holds) => Facts.Value.Count(holds) / (double)Count;

    /// <summary>The correlation of two binary attributes.</summary>
    static double Phi(int a, int b)
    {
        var (rateA, rateB) = (Rate(fact => fact[a]), Rate(fact => fact[b]));
        return (Rate(fact => fact[a] && fact[b]) - rateA * rateB)
            / Math.Sqrt(rateA * (1 - rateA) * rateB * (1 - rateB));
    }

    static IEnumerable<(int A, int B)> Pairs() =>
        from a in Enumerable.Range(0, 40)
        from b in Enumerable.Range(0, a)
        select (a, b);
}
