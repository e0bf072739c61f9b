using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>
/// Scaling that mixes no values, for maps: pixel i of n takes pixel floor((i + 1/2) N / n) of N, as Pillow's
/// <c>NEAREST</c> does, whose positions are sums of steps N / n in double precision.
/// </summary>
public static class NearestResize
{
    /// <summary>Scales [H, W, <paramref name="pixelBytes"/>] and computes only the wanted part of the result.</summary>
    public static PixelGrid Resize(PixelGrid map, int pixelBytes, ScaledPart part)
    {
        var rows = Positions(map.Size.Height, part.Scaled.Height).AsSpan(part.Top, part.Size.Height);
        var columns = Positions(map.Size.Width, part.Scaled.Width).AsSpan(part.Left, part.Size.Width);
        var from = map.Pixels.Span;
        var (result, to) = (new byte[rows.Length * columns.Length * pixelBytes], 0);
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                from.Slice(((row * map.Size.Width) + column) * pixelBytes, pixelBytes).CopyTo(result.AsSpan(to));
                to += pixelBytes;
            }
        }

        return new PixelGrid(result, part.Size);
    }

    static int[] Positions(int from, int to)
    {
        var (step, positions) = ((double)from / to, new int[to]);
        var position = step / 2;
        for (var i = 0; i < to; i++, position += step)
        {
            positions[i] = Math.Min((int)position, from - 1);
        }

        return positions;
    }
}
