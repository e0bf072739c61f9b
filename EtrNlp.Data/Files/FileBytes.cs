using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace EtrNlp.Data.Files;

/// <summary>Parts of an open file.</summary>
static class FileBytes
{
    const int PieceBytes = 1 << 16;

    /// <summary>Reads what stands at an offset; false where the file ends before.</summary>
    public static bool TryRead(this SafeFileHandle file, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }

        return true;
    }

    /// <summary>Adds a part to hashes, piece by piece; false where the file ends before.</summary>
    public static bool TryHash(this SafeFileHandle file, long offset, long length, params IncrementalHash[] hashes)
    {
        var buffer = new byte[PieceBytes];
        for (var end = offset + length; offset < end;)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset));
            if (!file.TryRead(piece, offset))
            {
                return false;
            }

            foreach (var hash in hashes)
            {
                hash.AppendData(piece);
            }

            offset += piece.Length;
        }

        return true;
    }
}
