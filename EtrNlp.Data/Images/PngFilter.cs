namespace EtrNlp.Data.Images;

/// <summary>What the rows of a PNG were made smaller by (PNG specification, 9).</summary>
static class PngFilter
{
    /// <summary>Puts a row back, given the row above it and how many bytes back the pixel to the left is.</summary>
    /// <exception cref="InvalidDataException">There is no such filter.</exception>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        if (filter is < 0 or > 4)
        {
            throw new InvalidDataException();
        }

        for (var i = 0; i < row.Length; i++)
        {
            var (left, corner) = i < pixelBytes ? (0, 0) : (row[i - pixelBytes], above[i - pixelBytes]);
            row[i] += (byte)(
                filter switch
                {
                    1 => left,
                    2 => above[i],
                    3 => (left + above[i]) / 2,
                    4 => Paeth(left, above[i], corner),
                    _ => 0,
                }
            );
        }
    }

    // The neighbour that is nearest to left + above - corner; left, above and corner in this order where it is not one.
    static int Paeth(int left, int above, int corner)
    {
        var (a, b, c) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - (2 * corner)));
        return a <= b && a <= c ? left
            : b <= c ? above
            : corner;
    }
}
