using System.Buffers.Binary;

namespace EtrNlp.Data.Images;

/// <summary>
/// Pixels that a run-length encoded BMP skips. They have the first colour of its palette, as the other pixels that a program
/// leaves out because they are background.
/// </summary>
static class BmpSkips
{
    const int FileHeadBytes = 14, CompressionAt = 30;
    const uint Rle8 = 1, Rle4 = 2;

    /// <summary>The colour of skipped pixels, RGB; null if the file is no BMP that can skip any.</summary>
    public static byte[]? Colour(ReadOnlySpan<byte> file)
    {
        if (file.Length < CompressionAt + 4 || !file.StartsWith("BM"u8)
            || BinaryPrimitives.ReadUInt32LittleEndian(file[CompressionAt..]) is not (Rle8 or Rle4))
        {
            return null;
        }

        var palette = FileHeadBytes + BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeadBytes..]);
        return palette + 3 <= file.Length ? [file[(int)palette + 2], file[(int)palette + 1], file[(int)palette]] : null;
    }
}
