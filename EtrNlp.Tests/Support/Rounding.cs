namespace EtrNlp.Tests.Support;

/// <summary>How far apart float32 sums of the same terms may lie if they are added up in different orders.</summary>
static class Rounding
{
    /// <summary>float32's epsilon, the distance from 1 to the next number.</summary>
    public const double Epsilon = 1.0 / (1 << 23);

    // Each of n additions is off by up to half an epsilon of at most the terms' sizes together, up or down. The root of
    // n stands for the errors' signs. With this factor no sum is expected to be farther off (Higham and Mary 2019,
    // "A New Approach to Probabilistic Rounding Error Analysis").
    const double Certainty = 8;

    // VGG16 at half its width: 13 layers, forward and back, whose sums have up to 9 * 256 terms; the other networks of
    // tests have fewer.
    const long TermsOfSmallNetworks = 2 * 13 * 9 * 256;

    /// <summary>For the outputs and the gradients of small networks, given their size.</summary>
    public static double OfSmallNetworks(double size) => Of(TermsOfSmallNetworks, size);

    /// <summary>For a number of terms whose sizes add up to <paramref name="sizes"/>.</summary>
    public static double Of(long terms, double sizes = 1) => Certainty * Math.Sqrt(terms) * Epsilon * sizes;
}
