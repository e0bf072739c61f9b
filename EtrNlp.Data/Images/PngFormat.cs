using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>What the numbers of a PNG are (PNG specification, 11.2.1).</summary>
/// <param name="Colour">The colour type of the header.</param>
/// <param name="Bits">Bits of a number.</param>
/// <param name="Problem">Why it is not read, as "X ..." goes on; null if it is.</param>
public sealed record PngFormat(int Colour, int Bits, string? Problem)
{
    internal const int HeaderBytes = 13;
    internal const string NoHeader = "has a header that no PNG has";

    const int Grey = 0;
    const int Rgb = 2;
    const int Palette = 3;

    /// <summary>Numbers of a pixel.</summary>
    public int Channels => Colour == Rgb ? 3 : 1;

    /// <summary>True where a pixel is one number, which is how bright it is.</summary>
    public bool IsGrey => Colour == Grey;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Bits}-bit {(Colour == Grey ? "grey" : Colour == Palette ? "palette" : "RGB")}";

    /// <summary>That of a header, which has 13 bytes.</summary>
    internal static PngFormat Of(ReadOnlySpan<byte> header)
    {
        var (bits, colour, packing, filter, interlace) = (header[8], header[9], header[10], header[11], header[12]);
        var problem =
            colour is 4 or 6 ? "has transparency, expected none"
            : interlace == 1 ? "is interlaced, expected rows from top to bottom"
            : (colour, bits)
                is (Grey or Palette, 1 or 2 or 4 or 8)
                    or (Grey, 16)
                    or (Rgb, 8 or 16)
            && (packing, filter, interlace) == (0, 0, 0)
                ? null
            : NoHeader;
        return new PngFormat(colour, bits, problem);
    }

    /// <summary>Bytes from a pixel to the next, at least one.</summary>
    internal int PixelBytes => Math.Max(1, Channels * Bits / 8);

    /// <summary>Bytes of a row of so many pixels.</summary>
    internal int RowBytes(int width) => (int)((((long)width * Channels * Bits) + 7) / 8);

    /// <summary>The numbers of a row; of several in a byte the first has the highest bits.</summary>
    internal void Read(ReadOnlySpan<byte> row, Span<ushort> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Bits switch
            {
                16 => BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]),
                8 => row[i],
                _ => (ushort)((row[i * Bits / 8] >> (8 - Bits - (i * Bits % 8))) & ((1 << Bits) - 1)),
            };
        }
    }
}
