using EtrNlp.Core.Networks;

namespace EtrNlp.Core.Layers;

/// <summary>
/// Xavier's normal start with biases of 0: SegNet and the heads of dense tasks (Glorot and Bengio 2010).
/// </summary>
public static class XavierInitialization
{
    /// <summary>Normal with variance 2 / (fan in + fan out).</summary>
    public static Initialization Weight(int fanIn, int fanOut) =>
        new Initialization.Normal(Math.Sqrt(2.0 / (fanIn + fanOut)));

    /// <summary>0.</summary>
    public static Initialization Bias { get; } = new Initialization.Constant(0);
}
