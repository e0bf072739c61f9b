namespace EtrNlp.Core.Metrics;

/// <summary>The values that seeds gave.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation (n - 1); null for a single value.</param>
/// <param name="Count">Their number.</param>
public sealed record Spread(double Mean, double? Deviation, int Count)
{
    /// <summary>The fewest values of which <see cref="Interval"/> says something.</summary>
    public const int FewestOfInterval = 3;

    const double Confidence = 0.95;

    /// <summary>
    /// The 95 % interval of the mean by Student's t, two-sided, n - 1 degrees of freedom; null for fewer than 3 values.
    /// </summary>
    public (double Low, double High)? Interval
    {
        get
        {
            if (Count < FewestOfInterval || Deviation is not { } deviation)
            {
                return null;
            }

            var half = StudentT.TwoSided(Confidence, Count - 1) * deviation / Math.Sqrt(Count);
            return (Mean - half, Mean + half);
        }
    }

    /// <summary>The spread of what has a value; null where nothing has.</summary>
    public static Spread? Of(IEnumerable<double?> values)
    {
        var present = values.OfType<double>().ToArray();
        if (present.Length == 0)
        {
            return null;
        }

        var mean = present.Average();
        return new Spread(
            mean,
            present.Length == 1
                ? null
                : Math.Sqrt(present.Sum(value => (value - mean) * (value - mean)) / (present.Length - 1)),
            present.Length
        );
    }
}
