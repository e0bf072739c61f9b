using System.Globalization;
using EtrNlp.Core.Sweeps;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Sweeps;

/// <summary>Draws of a random search.</summary>
public sealed class RandomSpaceTests
{
    const string Space = """
          space:
            training.optimizer.learning_rate: {log_uniform: [1e-4, 2e-2]}
            routing.gamma: {uniform: [0.5, 1]}
            training.batch_size: {int_uniform: [3, 12]}
            operation.groups: {choice: [1, 2, 4, 8]}

        """;

    // Half a step of rounding moves a value by so much of the distribution: ln(1.01 / 1.005) / ln 200, and less.
    const double Rounding = 0.001;

    [Test]
    public void Draws_lie_between_their_ends_and_are_spread_as_their_distributions_say()
    {
        const int N = 2000;
        var draws = Draw(N);
        double[][] columns = [.. Enumerable.Range(0, 4).Select(i => draws.Select(draw => draw[i]).ToArray())];

        // Kolmogorov and Smirnov: above 1.95 / sqrt(n) once in a thousand. Counts: five deviations of a binomial.
        var limit = 1.95 / Math.Sqrt(N) + Rounding;
        Assert.That(columns[0], Is.All.InRange(1e-4, 2e-2));
        Assert.That(Distance(columns[0], rate => Math.Log(rate / 1e-4) / Math.Log(200)), Is.LessThan(limit));
        Assert.That(columns[1], Is.All.InRange(0.5, 1));
        Assert.That(Distance(columns[1], gamma => (gamma - 0.5) / 0.5), Is.LessThan(limit));
        AssertEvenlySpread(columns[2], Enumerable.Range(3, 10).Select(size => (double)size));
        AssertEvenlySpread(columns[3], [1, 2, 4, 8]);
    }

    [Test]
    public void A_uniform_draw_has_as_few_decimals_as_leave_a_thousand_values_and_a_logarithmic_one_three_digits()
    {
        var labels = Labels(200);

        Assert.That(labels.Select(draw => draw[1]), Has.All.Match(@"^(0\.\d{1,4}|1)$"));
        Assert.That(labels.Select(draw => draw[1]), Has.Some.Match(@"^0\.\d{4}$"));
        Assert.That(
            labels.Select(draw => draw[0].Split('e')[0].Replace(".", "", StringComparison.Ordinal).TrimStart('0')),
            Has.All.Length.InRange(1, 3)
        );
    }

    // Three digits would be 0.0123, below both ends.
    [Test]
    public void Rounding_leads_to_no_value_outside_the_ends()
    {
        var labels = Labels(2, "  space: {a: {log_uniform: [1.23401e-2, 1.23403e-2]}, b: {int_uniform: [1, 1000]}}\n");

        Assert.That(labels.Select(draw => draw[0]), Is.All.EqualTo("0.0123401").Or.EqualTo("0.0123403"));
    }

    [Test]
    public void More_draws_keep_the_first_and_another_key_changes_no_other_value()
    {
        var few = Labels(10);
        var longer = Space.TrimEnd() + "\n    operation.kind: {choice: [nlp, conv]}\n";

        Assert.That(Labels(40)[..10], Is.EqualTo(few));
        Assert.That(Labels(10, longer).Select(draw => draw[..4]), Is.EqualTo(few));
        Assert.That(Labels(10, "  seed: 0\n" + Space), Is.EqualTo(few), "0 is the default");
        Assert.That(Labels(10, "  seed: 1\n" + Space).Zip(few), Has.None.Matches<(string[], string[])>(Same));

        static bool Same((string[] One, string[] Other) pair) => pair.One.SequenceEqual(pair.Other);
    }

    [Test]
    public void A_small_space_is_drawn_to_its_end_without_a_repetition()
    {
        const string Six = "  space: {a: {choice: [x, y, z]}, b: {int_uniform: [1, 2]}}\n";

        Assert.That(
            Labels(6, Six).Select(draw => string.Concat(draw)),
            Is.EquivalentTo(new[] { "x1", "x2", "y1", "y2", "z1", "z2" })
        );
    }

    // SHA-256 of the key and xoshiro256** once more; powers instead of square roots.
    [Test]
    public void Python_draws_the_same()
    {
        var drawn = string.Join(", ", Draw(60).Select(draw => $"({string.Join(", ", draw.Select(Text))})"));

        OtherSoftware.Python(
            $$"""
            import hashlib, struct
            M = 2**64 - 1
            def first(key, position):
                p = b"random search"
                k = key.encode()
                s = hashlib.sha256(struct.pack("<qi", 0, len(p)) + p + struct.pack("<i", len(k)) + k
                                   + struct.pack("<q", position)).digest()
                x = struct.unpack("<4Q", s)[1] * 5 & M
                return ((x << 7 | x >> 57) & M) * 9 & M
            def unit(key, position):
                return (first(key, position) >> 11) / 2**53
            def draw(i):
                return (float("%.2e" % (1e-4 * 200 ** unit("training.optimizer.learning_rate", i))),
                        float("%.4f" % (0.5 + 0.5 * unit("routing.gamma", i))),
                        3 + (first("training.batch_size", i) * 10 >> 64),
                        (1, 2, 4, 8)[first("operation.groups", i) * 4 >> 64])
            expected = [draw(i) for i in range(60)]
            drawn = [{{drawn}}]
            assert drawn == expected, [pair for pair in zip(drawn, expected) if pair[0] != pair[1]]
            """
        );
    }

    [Test]
    public void Every_draw_is_run_with_every_case_and_every_value_of_a_grid()
    {
        using var folder = new SweepFolder(
            "cases: {a: {}, b: {training.batch_size: 2}}\ngrid: {routing.gamma: [0, 1]}\n"
                + "random: {n: 2, space: {training.optimizer.learning_rate: {choice: [1e-3, 1e-2]}, "
                + "operation.groups: {choice: [1]}}}\n"
        );

        var names = folder.Names();

        Assert.That(names, Has.Length.EqualTo(8).And.Unique);
        Assert.That(
            names.Order(StringComparer.Ordinal).Take(2),
            Is.EqualTo(
                new[] { "a,gamma=0,learning_rate=1e-2,groups=1", "a,gamma=0,learning_rate=1e-3,groups=1" }
            )
        );
        Assert.That(
            folder.Plan().Configurations[0].Settings.Select(setting => setting.Key),
            Is.EqualTo(new[] { "case", "routing.gamma", "training.optimizer.learning_rate", "operation.groups" })
        );
    }

    static void AssertEvenlySpread(double[] drawn, IEnumerable<double> values)
    {
        var all = values.ToArray();
        var (mean, deviation) = (
            (double)drawn.Length / all.Length,
            Math.Sqrt(drawn.Length * (1.0 / all.Length) * (1 - 1.0 / all.Length))
        );
        var counts = drawn.CountBy(value => value).ToDictionary();

        Assert.That(counts.Keys, Is.EquivalentTo(all));
        Assert.That(counts.Values, Is.All.EqualTo(mean).Within(5 * deviation));
    }

    // The largest difference between the distribution that was drawn and the one that was meant.
    static double Distance(double[] drawn, Func<double, double> distribution) =>
        drawn
            .Order()
            .Select((value, i) => (Below: (double)i / drawn.Length, Is: distribution(value)))
            .Max(point => Math.Max(point.Is - point.Below, point.Below + 1.0 / drawn.Length - point.Is));

    static double[][] Draw(int n) =>
        [.. Labels(n).Select(draw => draw.Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())];

    static string[][] Labels(int n, string space = Space)
    {
        using var folder = new SweepFolder($"random:\n  n: {n}\n{space}");
        return
        [
            .. SweepFile
                .Load(folder.In("sweep.yaml"))
                .Axes.Single()
                .Values.Select(value => value.Settings.Select(setting => setting.Label).ToArray()),
        ];
    }

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);
}
