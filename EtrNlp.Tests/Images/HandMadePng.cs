using System.Buffers.Binary;
using System.IO.Compression;

namespace EtrNlp.Tests.Images;

/// <summary>PNG files put together byte by byte, right or wrong, from the PNG specification.</summary>
static class HandMadePng
{
    public static byte[] Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Grey with 8 bits, no row filtered.</summary>
    public static byte[] Grey(int height, int width, params byte[] values) =>
        Of(0, 8, height, width, Rows(height, width, values));

    /// <summary>Grey with 16 bits, no row filtered.</summary>
    public static byte[] Grey16(int height, int width, params ushort[] values) =>
        Of(
            0,
            16,
            height,
            width,
            Rows(height, 2 * width, [.. values.SelectMany(value => new[] { (byte)(value >> 8), (byte)value })])
        );

    /// <summary>RGB with 8 bits, no row filtered.</summary>
    public static byte[] Rgb(int height, int width, params byte[] values) =>
        Of(2, 8, height, width, Rows(height, 3 * width, values));

    /// <summary>Any file, from rows with their filters.</summary>
    public static byte[] Of(int colour, int bits, int height, int width, byte[] rows, int interlace = 0)
    {
        var packed = Pack(rows);
        return Of(Header(colour, bits, height, width, interlace), packed[..3], packed[3..]);
    }

    /// <summary>Any file, from its header and its packed rows in one or several chunks.</summary>
    public static byte[] Of(byte[] header, params byte[][] packed) =>
        [
            .. Signature,
            .. Chunk("IHDR", header),
            .. header[9] == 3 ? Chunk("PLTE", [1, 2, 3, 4, 5, 6]) : [],
            .. packed.SelectMany(part => Chunk("IDAT", part)),
            .. Chunk("IEND", []),
        ];

    public static byte[] Header(int colour, int bits, int height, int width, int interlace = 0)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)colour, (byte)interlace);
        return header;
    }

    public static byte[] Pack(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            zlib.Write(rows);
        }

        return packed.ToArray();
    }

    static byte[] Rows(int height, int rowBytes, byte[] values) =>
        [.. Enumerable.Range(0, height).SelectMany(y => values.Skip(y * rowBytes).Take(rowBytes).Prepend((byte)0))];

    static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. type.Select(letter => (byte)letter), .. data];
        byte[] length = new byte[4],
            checksum = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc(body));
        return [.. length, .. body, .. checksum];
    }

    // ISO 3309, bit by bit.
    static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
