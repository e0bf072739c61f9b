using EtrNlp.Core.Metrics;
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

    [Test]
    public void Nothing_has_no_spread() => Assert.That(Spread.Of([null, null]), Is.Null);
}
