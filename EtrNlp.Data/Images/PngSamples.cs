using System.Buffers.Binary;
using System.IO.Compression;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Images;

/// <summary>
/// The numbers of a PNG as they are stored (PNG specification, 7 to 11): grey of 1 to 16 bits, positions in a palette
/// of 1 to 8 bits, or RGB. Nothing is scaled, and no colour is looked up.
/// </summary>
/// <param name="Size">Height and width.</param>
/// <param name="Format">What a number is.</param>
/// <param name="Values">The numbers, [H, W, channels].</param>
public sealed record PngSamples(ImageSize Size, PngFormat Format, ushort[] Values)
{
    const long MostPixels = 1 << 26;

    /// <summary>Reads the bytes of a file; nothing but a whole image is returned.</summary>
    /// <exception cref="DataException">They are no PNG, a damaged one or one of an unsupported kind.</exception>
    public static PngSamples Read(byte[] file, string name)
    {
        if (Obstacle(file) is { } obstacle)
        {
            throw new DataException($"{name} {obstacle}");
        }

        var chunks = PngChunks.Of(file).ToArray();
        var (size, format) = Header(chunks[0], name);
        using var packed = new MemoryStream();
        foreach (var chunk in chunks.Where(chunk => chunk.Is("IDAT"u8)))
        {
            packed.Write(chunk.Data.Span);
        }

        packed.Position = 0;
        return new PngSamples(size, format, Unpack(packed, size, format, name));
    }

    static string? Obstacle(byte[] file) =>
        file.Length == 0 ? "is empty"
        : (FileSignature.OfReadable(file) ?? FileSignature.OfOther(file)) is not "PNG" and var other
            ? $"is {other ?? "no PNG"}, expected PNG, which keeps every number as it is"
        : PngChunks.Damage(file) is { } damage ? $"is {damage}"
        : null;

    static (ImageSize Size, PngFormat Format) Header(PngChunk chunk, string name)
    {
        if (!chunk.Is("IHDR"u8) || chunk.Data.Length != PngFormat.HeaderBytes)
        {
            throw new DataException($"{name} {PngFormat.NoHeader}");
        }

        var header = chunk.Data.Span;
        var (width, height) = (
            BinaryPrimitives.ReadUInt32BigEndian(header),
            BinaryPrimitives.ReadUInt32BigEndian(header[sizeof(uint)..])
        );
        var format = PngFormat.Of(header);
        if ((format.Problem ?? (width == 0 || height == 0 ? PngFormat.NoHeader : null)) is { } problem)
        {
            throw new DataException($"{name} {problem}");
        }

        return (ulong)width * height <= MostPixels
            ? (new ImageSize((int)height, (int)width), format)
            : throw new DataException(
                FormattableString.Invariant($"{name} is too large ({width:N0} x {height:N0} pixels, ")
                    + FormattableString.Invariant($"at most {MostPixels:N0} are read)")
            );
    }

    static ushort[] Unpack(MemoryStream packed, ImageSize size, PngFormat format, string name)
    {
        try
        {
            using var rows = new ZLibStream(packed, CompressionMode.Decompress);
            var values = new ushort[size.Height * size.Width * format.Channels];
            var perRow = size.Width * format.Channels;
            var (above, row) = (new byte[format.RowBytes(size.Width)], new byte[format.RowBytes(size.Width)]);
            for (var y = 0; y < size.Height; y++)
            {
                var filter = rows.ReadByte();
                rows.ReadExactly(row);
                PngFilter.Undo(filter, row, above, format.PixelBytes);
                format.Read(row, values.AsSpan(y * perRow, perRow));
                (above, row) = (row, above);
            }

            // The checksum of what was packed is compared at its end.
            return rows.ReadByte() < 0 ? values : throw new InvalidDataException();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataException($"{name} is damaged (its rows cannot be unpacked)");
        }
    }
}
