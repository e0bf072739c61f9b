namespace EtrNlp.Core.Metrics;

/// <summary>
/// Student's t distribution of whole degrees of freedom, exactly: finite sums of powers of a cosine (Abramowitz and
/// Stegun 1964, 26.7.3 and 26.7.4).
/// </summary>
static class StudentT
{
    const int Halvings = 60; // of an angle below 2: to the last bit of a double

    /// <summary>The t that lies as far from 0 as T does at most with a given probability.</summary>
    /// <param name="probability">Above 0, below 1.</param>
    /// <param name="degrees">Degrees of freedom, from 1.</param>
    internal static double TwoSided(double probability, int degrees)
    {
        var (low, high) = (0.0, Math.PI / 2);
        for (var i = 0; i < Halvings; i++)
        {
            var angle = (low + high) / 2;
            (low, high) = Within(angle, degrees) < probability ? (angle, high) : (low, angle);
        }

        return Math.Sqrt(degrees) * Math.Tan(low);
    }

    // The probability of |T| <= sqrt(degrees) tan(angle).
    static double Within(double angle, int degrees)
    {
        var (sin, cos) = Math.SinCos(angle);
        var isOdd = degrees % 2 == 1;
        var (sum, term) = (0.0, isOdd ? cos : 1.0);
        for (var j = 1; j <= degrees / 2; j++)
        {
            sum += term;
            term *= cos * cos * (isOdd ? 2.0 * j / (2 * j + 1) : (2 * j - 1.0) / (2 * j));
        }

        return isOdd ? 2 / Math.PI * (angle + sin * sum) : sin * sum;
    }
}
