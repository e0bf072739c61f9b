using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Tasks;

/// <summary>
/// A colour for each class, always the same: that of the next class in the colour map of PASCAL VOC, whose first is the
/// black of what has no class.
/// </summary>
static class ClassColours
{
    const int Bits = 8;

    /// <summary>The colours of classes by number [N, 1, H, W], none being -1, as [N, 3, H, W] from 0 to 1.</summary>
    internal static Tensor Of(Tensor classes, int count)
    {
        var palette = tensor(
            [.. Enumerable.Range(-1, count + 1).SelectMany(Bytes).Select(value => value / 255f)],
            [count + 1, 3],
            dtype: ScalarType.Float32,
            device: classes.device
        );
        var (images, height, width) = (classes.shape[0], classes.shape[2], classes.shape[3]);
        return palette
            .index_select(0, classes.to(ScalarType.Int64).Plus(Scalars.One).flatten())
            .view(images, height, width, 3)
            .permute(0, 3, 1, 2);
    }

    /// <summary>Red, green and blue of a class by number, none being -1, from 0 to 255.</summary>
    internal static int[] Bytes(int number) =>
        [
            // The lowest bits of the number are the highest of red, green and blue, the next three the next.
            .. Enumerable
                .Range(0, 3)
                .Select(channel =>
                    Enumerable
                        .Range(0, Bits)
                        .Sum(bit => ((number + 1) >> ((3 * bit) + channel) & 1) << (Bits - 1 - bit))
                ),
        ];
}
