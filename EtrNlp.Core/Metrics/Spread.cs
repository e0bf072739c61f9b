namespace EtrNlp.Core.Metrics;

/// <summary>
/// Mean, standard deviation (n - 1; null for a single value) and number of the values that seeds gave.
/// </summary>
public sealed record Spread(double Mean, double? Deviation, int Count)
{
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
