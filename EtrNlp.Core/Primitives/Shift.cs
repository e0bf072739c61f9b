using EtrNlp.Data.Configuration;
using static TorchSharp.torch;

namespace EtrNlp.Core.Primitives;

/// <summary>
/// Grouped shift (Wu et al. 2018): channel c reads the pixel dx = (c mod 3) - 1 to the right and dy = (c / 3 mod 3) - 1
/// below, times the magnitude, zero padded; the channels that do not fill a group of nine stay.
/// </summary>
public sealed record Shift(int Magnitude) : IPrimitive
{
    static readonly Setting<int> MagnitudeKey = new(
        "magnitude",
        "length of a shift in pixels",
        Values.Integer(min: 1, max: 16),
        "1"
    );

    /// <summary>How experiment files name it.</summary>
    public static Entry<IPrimitive> Entry { get; } =
        new(
            "shift",
            "each channel moved to one of its nine neighbours",
            "paper Sec. 3.1; Wu et al. 2018",
            [MagnitudeKey],
            values => new Shift(values.Get(MagnitudeKey))
        );

    /// <inheritdoc/>
    public IPrimitiveLayer Build(IReadOnlyList<Tensor> buffers) => new Layer(Magnitude);

    // A convolution with a single 1 in every filter, its taps a magnitude apart.
    sealed class Layer(int magnitude) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x)
        {
            using var scope = NewDisposeScope();
            var channels = x.shape[1];
            var neighbours = eye(9, dtype: x.dtype, device: x.device); // filters as rows
            var stays = neighbours.narrow(0, 4, 1);
            var filters = cat([neighbours.repeat(channels / 9, 1), stays.expand(channels % 9, -1)]);
            return FixedFilters
                .Convolve(x, filters.view(channels, 1, 3, 3), dilation: magnitude)
                .MoveToOuterDisposeScope();
        }
    }
}
