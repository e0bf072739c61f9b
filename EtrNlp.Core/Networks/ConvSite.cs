namespace EtrNlp.Core.Networks;

/// <summary>
/// A place in a backbone where a convolution stands, with the norm that follows it. A replaceable one (3x3) may become
/// another operation; the rest (stem, 1x1 shortcut, first layer) stays an ordinary convolution.
/// </summary>
/// <param name="Name">Prefix of its parameters.</param>
/// <param name="Input">Features that enter.</param>
/// <param name="Channels">Channels that leave.</param>
/// <param name="Kernel">Window side; the padding is half of it.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="Bias">Whether the backbone's own convolution has a bias here.</param>
/// <param name="Replaceable">Whether operation and routing may act here.</param>
/// <param name="NormName">Prefix of the norm's parameters; null where no norm follows.</param>
/// <param name="WeightInitialization">How the backbone starts a convolution of (fan in, fan out).</param>
/// <param name="BiasInitialization">How it starts a bias; null is the framework's default.</param>
public sealed record ConvSite(
    string Name,
    FeatureShape Input,
    int Channels,
    int Kernel,
    int Stride,
    bool Bias,
    bool Replaceable,
    string? NormName,
    Func<int, int, Initialization> WeightInitialization,
    Initialization? BiasInitialization = null
)
{
    /// <summary>Features that leave.</summary>
    public FeatureShape Output => Input.Strided(Stride) with { Channels = Channels };
}
