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

    /// <summary>
    /// The other way: what is known of a part of a scaled image as [H, W, <paramref name="pixelBytes"/>] of the whole
    /// image, each pixel by its nearest one.
    /// </summary>
    /// <param name="known">Of the pixels of the part.</param>
    /// <param name="pixelBytes">The bytes of a pixel.</param>
    /// <param name="part">How the image was scaled, and which part that is.</param>
    /// <param name="image">The size of the image.</param>
    /// <param name="outside">Every byte of pixels that are not of the part.</param>
    public static byte[] Restore(
        ReadOnlySpan<byte> known,
        int pixelBytes,
        ScaledPart part,
        ImageSize image,
        byte outside
    )
    {
        var rows = Positions(part.Scaled.Height, image.Height);
        var columns = Positions(part.Scaled.Width, image.Width);
        var result = new byte[rows.Length * columns.Length * pixelBytes];
        Array.Fill(result, outside);
        for (var y = 0; y < rows.Length; y++)
        {
            for (var x = 0; x < columns.Length; x++)
            {
                var (row, column) = (rows[y] - part.Top, columns[x] - part.Left);
                if (row >= 0 && row < part.Size.Height && column >= 0 && column < part.Size.Width)
                {
                    known
                        .Slice(((row * part.Size.Width) + column) * pixelBytes, pixelBytes)
                        .CopyTo(result.AsSpan(((y * columns.Length) + x) * pixelBytes));
                }
            }
        }

        return result;
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
