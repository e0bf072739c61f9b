using EtrNlp.Core.Networks;
using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Weighting;

/// <summary>Combinations of task gradients against values worked by hand and what makes them the right ones.</summary>
public sealed class GradientWeightingTests
{
    const double Small = 1e-6; // of the sizes of what is compared

    static readonly StepClock _clock = Some.Clock;

    [Test]
    public void The_shortest_convex_combination_is_no_longer_along_any_gradient()
    {
        Properties.Hold(GramMatrix.OfAny, 200, IsShortest);
        Properties.Hold(GramMatrix.OfIndependent, 50, IsShortest);

        static bool IsShortest(double[,] gram)
        {
            var a = Mgda.MinNorm(gram);
            var along = gram.Times(a);
            var square = a.Zip(along, (x, y) => x * y).Sum();
            return IsOfSimplex(a) && along.Min() >= square - (Small * Largest(gram));
        }
    }

    [Test]
    public void Cagrad_weighs_the_worst_task_as_its_condition_asks() =>
        Properties.Hold(
            GramMatrix.OfIndependent,
            100,
            gram =>
            {
                var mean = Mean(gram.GetLength(0));
                const double Radius = 0.7;
                var w = CaGrad.Worst(gram, mean, Radius);
                var length = Norm(gram, w);
                double[] slope =
                [
                    .. gram.Times(mean).Zip(gram.Times(w), (linear, along) => linear + (Radius * along / length)),
                ];
                var level = w.Zip(slope, (x, y) => x * y).Sum();
                return IsOfSimplex(w) && slope.Min() >= level - (Small * Largest(gram));
            }
        );

    [Test]
    public void Cagrad_without_c_is_the_mean() =>
        Assert.That(Combine(new CaGrad(0), new double[,] { { 1, 0 }, { 0, 9 } }), Is.EqualTo(Mean(2)));

    // G a = 1 / a.
    [Test]
    public void Nash_mtl_solves_its_equation() =>
        Properties.Hold(GramMatrix.OfIndependent, 100, gram => IsSolved(gram, Combine(new NashMtl(0), gram), 1));

    // diag(4, 9): a = (1/2, 1/3), of length sqrt(4/4 + 9/9), scaled to 1.
    [Test]
    public void Nash_mtl_bounds_the_length()
    {
        var a = Combine(new NashMtl(1), new double[,] { { 4, 0 }, { 0, 9 } });

        Assert.That(a[0], Is.EqualTo(0.5 / Math.Sqrt(2)).Within(1e-9));
        Assert.That(a[1], Is.EqualTo(1 / 3.0 / Math.Sqrt(2)).Within(1e-9));
    }

    [TestCase(0.5)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public void Fairgrad_solves_its_equation(double alpha) =>
        Properties.Hold(
            GramMatrix.OfIndependent,
            50,
            gram => IsSolved(gram, Combine(new FairGrad(alpha), gram), 1 / alpha)
        );

    [Test]
    public void Imtl_g_has_equal_projections() =>
        Properties.Hold(
            GramMatrix.OfIndependent,
            100,
            gram =>
            {
                var a = Combine(new ImtlG(), gram);
                double[] projections = [.. gram.Times(a).Select((along, t) => along / Math.Sqrt(gram[t, t]))];
                return Math.Abs(a.Sum() - 1) < Small
                    && projections.Max() - projections.Min() <= Small * a.Max(Math.Abs) * Largest(gram);
            }
        );

    // diag(1, 4): the second gradient is made as long as the first. [[2, 1], [1, 2]] has the eigenvalues 1 and 3, and
    // (1, 1) is the eigenvector of 3: a = 1 / sqrt(3) for both.
    [Test]
    public void Aligned_mtl_makes_components_equally_strong()
    {
        var apart = Combine(new AlignedMtl(), new double[,] { { 1, 0 }, { 0, 4 } });
        var mixed = Combine(new AlignedMtl(), new double[,] { { 2, 1 }, { 1, 2 } });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(apart, Is.EqualTo(new[] { 1, 0.5 }).Within(1e-12));
            Assert.That(mixed, Is.EqualTo(new[] { 1 / Math.Sqrt(3), 1 / Math.Sqrt(3) }).Within(1e-12));
        }
    }

    // g1 = (1, 0), g2 = (-1, 1): g1 loses its part along g2, -1/2 of it, and g2 its part along g1.
    [Test]
    public void Pcgrad_projects_conflicts_away() =>
        Assert.That(
            Combine(new PcGrad(), new double[,] { { 1, -1 }, { -1, 2 } }),
            Is.EqualTo(new[] { 2, 1.5 }).Within(1e-12)
        );

    [Test]
    public void Pcgrad_without_conflict_is_the_sum_to_the_bit() =>
        Properties.Hold(
            GramMatrix.OfIndependent,
            50,
            gram => Combine(new PcGrad(), gram.WithoutConflict()).All(a => a == 1)
        );

    // Of v >= e_t the smallest v^T G v: no task is harmed, and a coefficient is raised only where that is just so.
    [Test]
    public void Upgrad_harms_no_task() =>
        Properties.Hold(
            GramMatrix.OfAny,
            100,
            gram =>
            {
                var v = UpGrad.Projected(gram, 0);
                var along = gram.Times(v);
                var raised = v.Select((x, i) => i == 0 ? x - 1 : x).ToArray();
                var bound = Small * Largest(gram) * v.Max();
                return raised.Min() >= 0
                    && along.Min() >= -bound
                    && raised.Zip(along, (x, y) => Math.Abs(x * y)).Max() <= bound * v.Max();
            }
        );

    // Loss 2 and 1: the Gram matrix diag(4, 4) becomes diag(1, 4), whose shortest point is (4/5, 1/5).
    [Test]
    public void Mgda_divides_gradients_by_what_is_asked()
    {
        var gram = new double[,] { { 4, 0 }, { 0, 4 } };

        var byLoss = new Mgda(GradientNormalisation.Loss).Combine(gram, [2, 1], _clock);
        var byLength = new Mgda(GradientNormalisation.L2).Combine(new double[,] { { 1, 0 }, { 0, 9 } }, [1, 1], _clock);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(byLoss, Is.EqualTo(new[] { 0.8, 0.2 }).Within(1e-12));
            Assert.That(byLength, Is.EqualTo(new[] { 0.5, 0.5 }).Within(1e-12));
        }
    }

    [TestCaseSource(nameof(Gradients))]
    public void A_task_without_a_gradient_breaks_nothing(string name)
    {
        var weighting = (IGramWeighting)KnownWeightings.All.Default(name);

        Assert.That(Combine(weighting, new double[,] { { 1, 0 }, { 0, 0 } }), Has.All.Matches<double>(double.IsFinite));
    }

    static IEnumerable<string> Gradients => WeightingNames.OfGradients;

    static double[] Combine(IGramWeighting weighting, double[,] gram) =>
        weighting.Combine(gram, Mean(gram.GetLength(0)), _clock);

    static double[] Mean(int tasks) => [.. Enumerable.Repeat(1.0 / tasks, tasks)];

    static bool IsOfSimplex(double[] a) => a.Min() >= 0 && Math.Abs(a.Sum() - 1) < Small;

    static bool IsSolved(double[,] gram, double[] a, double power)
    {
        double[] expected = [.. a.Select(x => Math.Pow(x, -power))];
        return a.Min() > 0
            && gram.Times(a).Zip(expected, (left, right) => Math.Abs(left - right)).Max() <= Small * expected.Max();
    }

    static double Norm(double[,] gram, double[] a) => Math.Sqrt(a.Zip(gram.Times(a), (x, y) => x * y).Sum());

    static double Largest(double[,] gram) => gram.Cast<double>().Max(Math.Abs);
}
