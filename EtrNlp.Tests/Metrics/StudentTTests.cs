using EtrNlp.Core.Metrics;
using NUnit.Framework;

namespace EtrNlp.Tests.Metrics;

/// <summary>Against tables of Student's t as statistics books print them, two-sided, to three decimals.</summary>
public sealed class StudentTTests
{
    [TestCase(1, 12.706)]
    [TestCase(2, 4.303)]
    [TestCase(3, 3.182)]
    [TestCase(4, 2.776)]
    [TestCase(5, 2.571)]
    [TestCase(9, 2.262)]
    [TestCase(10, 2.228)]
    [TestCase(29, 2.045)]
    [TestCase(120, 1.980)]
    public void The_quantile_of_95_percent_is_that_of_the_tables(int degrees, double expected) =>
        Assert.That(StudentT.TwoSided(0.95, degrees), Is.EqualTo(expected).Within(5e-4));

    [TestCase(1, 63.657)]
    [TestCase(4, 4.604)]
    [TestCase(9, 3.250)]
    public void So_is_that_of_99_percent(int degrees, double expected) =>
        Assert.That(StudentT.TwoSided(0.99, degrees), Is.EqualTo(expected).Within(5e-4));

    // Closed forms: tan(0.95 pi / 2) for 1 degree, 2 p / sqrt(2 (1 - p^2)) for 2, p = 0.95.
    [Test]
    public void It_is_exact()
    {
        Assert.That(StudentT.TwoSided(0.95, 1), Is.EqualTo(Math.Tan(0.475 * Math.PI)).Within(1e-10).Percent);
        Assert.That(StudentT.TwoSided(0.95, 2), Is.EqualTo(1.9 / Math.Sqrt(2 * 0.0975)).Within(1e-10).Percent);
    }

    // 1.959964 is the normal distribution's.
    [Test]
    public void Of_many_degrees_it_is_the_normal_distributions() =>
        Assert.That(StudentT.TwoSided(0.95, 1_000_000), Is.EqualTo(1.959964).Within(5e-6));
}
