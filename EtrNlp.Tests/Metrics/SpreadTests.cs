using System.Globalization;
using EtrNlp.Core.Metrics;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Metrics;

public sealed class SpreadTests
{
    // 2, 4, 9: mean 5, squares of the distances 9 + 1 + 16 = 26, over n - 1 = 2: 13.
    [Test]
    public void The_deviation_divides_by_n_minus_1() =>
        Assert.That(Spread.Of([2, 4, 9]), Is.EqualTo(new Spread(5, Math.Sqrt(13), 3)));

    [Test]
    public void A_single_value_has_no_deviation_and_a_missing_one_does_not_count() =>
        Assert.That(Spread.Of([null, 0.25]), Is.EqualTo(new Spread(0.25, null, 1)));

    // 1, 2, 3: mean 2, deviation 1; t of 2 degrees of freedom is 4.303, and 4.303 / sqrt(3) = 2.484.
    [Test]
    public void The_interval_of_the_mean_is_that_of_students_t()
    {
        var (low, high) = Spread.Of([1, 2, 3])!.Interval!.Value;

        Assert.That((low, high), Is.EqualTo((2 - 2.484, 2 + 2.484)).Within(5e-4));
    }

    [Test]
    public void It_is_that_of_scipy()
    {
        double[] values = [0.031, -0.012, 0.024, 0.05, 0.017, 0.009, 0.041];
        var (low, high) = Spread.Of(values.Cast<double?>())!.Interval!.Value;

        OtherSoftware.Python(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                from scipy import stats
                x = [{string.Join(",", values)}]
                low, high = stats.t.interval(0.95, len(x) - 1, sum(x) / len(x), stats.sem(x))
                assert abs(low - {low:R}) < 1e-9 and abs(high - {high:R}) < 1e-9, (low, high)
                """
            ),
            needs: "scipy.stats"
        );
    }

    [TestCase(1, 2)]
    [TestCase(1)]
    public void Fewer_than_three_values_have_no_interval(params double[] values) =>
        Assert.That(Spread.Of(values.Cast<double?>())!.Interval, Is.Null);

    [Test]
    public void Equal_values_have_an_interval_without_width() =>
        Assert.That(Spread.Of([0.5, 0.5, 0.5])!.Interval, Is.EqualTo((0.5, 0.5)));

    [Test]
    public void Nothing_has_no_spread() => Assert.That(Spread.Of([null, null]), Is.Null);
}
