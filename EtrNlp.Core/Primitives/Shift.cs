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

    sealed class Layer(int magnitude) : IPrimitiveLayer
    {
        public Tensor Apply(Tensor x)
        {
            var (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3]);
            var whole = channels / 9 * 9;
            var padded = nn.functional.pad(x, [magnitude, magnitude, magnitude, magnitude]); // [N, C, H + 2m, W + 2m]
            var shifted = new List<Tensor>();
            for (var neighbour = 0; neighbour < 9 && whole > 0; neighbour++)
            {
                shifted.Add(
                    padded
                        .slice(1, neighbour, whole, 9)
                        .narrow(2, neighbour / 3 * magnitude, height)
                        .narrow(3, neighbour % 3 * magnitude, width)
                );
            }

            var y = whole > 0 ? stack(shifted, 2).flatten(1, 2) : x.narrow(1, 0, 0); // channel 9i + neighbour
            return whole == channels ? y : cat([y, x.narrow(1, whole, channels - whole)], 1);
        }
    }
}
