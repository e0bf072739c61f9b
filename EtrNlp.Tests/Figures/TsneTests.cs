using EtrNlp.Core.Figures;
using NUnit.Framework;

namespace EtrNlp.Tests.Figures;

/// <summary>Exact t-SNE.</summary>
public sealed class TsneTests
{
    static double[][] Points(int n, int d)
    {
        var random = TestContext.CurrentContext.Random;
        return [.. Enumerable.Range(0, n).Select(_ => Row(d, random.NextDouble))];
    }

    static double[] Row(int d, Func<double> draw) => [.. Enumerable.Range(0, d).Select(_ => draw())];

    static double[,] Places(int n)
    {
        var y = new double[n, 2];
        foreach (var (i, row) in Points(n, 2).Index())
        {
            (y[i, 0], y[i, 1]) = (row[0], row[1]);
        }

        return y;
    }

    [Test]
    public void Its_gradient_is_that_of_the_divergence_by_finite_differences()
    {
        const double step = 1e-5;
        var (p, y) = (Tsne.Affinities(Points(12, 5), perplexity: 4), Places(12));

        var gradient = Tsne.Gradient(p, y);

        for (var i = 0; i < 12; i++)
        {
            for (var k = 0; k < 2; k++)
            {
                var place = y[i, k];
                y[i, k] = place + step;
                var above = Tsne.Divergence(p, y);
                y[i, k] = place - step;
                var below = Tsne.Divergence(p, y);
                y[i, k] = place;
                Assert.That(gradient[i, k], Is.EqualTo((above - below) / (2 * step)).Within(1e-8), $"{i}, {k}");
            }
        }
    }

    // 4 points on a line: the gaps are 1, 1 and 1, so an end has the distances 1, 4, 9 and a middle 1, 1, 4.
    // The rows of conditional probabilities sum to 1, so the matrix sums to n / n.
    [Test]
    public void Affinities_are_symmetric_with_sum_1_and_nearer_points_have_more()
    {
        var p = Tsne.Affinities([[0], [1], [2], [3]], perplexity: 2);

        Assert.That(p.Cast<double>().Sum(), Is.EqualTo(1).Within(1e-9));
        Assert.That(p[0, 1], Is.EqualTo(p[1, 0]).And.EqualTo(p[2, 3]).Within(1e-12).And.GreaterThan(p[0, 2]));
        Assert.That(Enumerable.Range(0, 4).Select(i => p[i, i]), Is.All.Zero);
    }

    // Corners of a square: every point has two neighbours at 1 and one at 2. With b = ln 2 their weights are 1/2, 1/2
    // and 1/4, so 0.4, 0.4 and 0.2; the entropy 0.8 ln 2.5 + 0.2 ln 5 is the logarithm of the perplexity.
    [Test]
    public void A_row_has_the_perplexity_that_is_asked_for()
    {
        var perplexity = Math.Exp((0.8 * Math.Log(2.5)) + (0.2 * Math.Log(5)));

        var p = Tsne.Affinities([[0, 0], [0, 1], [1, 0], [1, 1]], perplexity);

        Assert.That(p[0, 1], Is.EqualTo(0.4 / 4).Within(1e-7));
        Assert.That(p[0, 3], Is.EqualTo(0.2 / 4).Within(1e-7));
    }

    [Test]
    public void Two_heaps_stay_apart_and_a_seed_gives_the_same_places()
    {
        double[][] points = [.. Points(20, 4), .. Points(20, 4).Select(row => Array.ConvertAll(row, one => one + 9))];

        var places = Tsne.Embed(points, perplexity: 5, seed: 1);

        Assert.That(Tsne.Embed(points, perplexity: 5, seed: 1), Is.EqualTo(places));
        var nearest = Enumerable.Range(0, 40).Select(i => Others(i).MinBy(j => Distance(places, i, j)));
        Assert.That(nearest.Select(j => j < 20), Is.EqualTo(Enumerable.Range(0, 40).Select(i => i < 20)));

        static IEnumerable<int> Others(int i) => Enumerable.Range(0, 40).Where(j => j != i);
    }

    static double Distance(double[,] y, int i, int j) =>
        Math.Pow(y[i, 0] - y[j, 0], 2) + Math.Pow(y[i, 1] - y[j, 1], 2);
}
