using System.Buffers.Binary;

namespace EtrNlp.Data.Matlab;

/// <summary>
/// Where HDF5 begins within a file: behind MATLAB's own block of 512 bytes, or at once where other software wrote it.
/// </summary>
static class Hdf5Signature
{
    /// <summary>Bytes that are looked at.</summary>
    public const int HeadBytes = 1 << 10;

    const int BlockBytes = 512;
    const int VersionAt = 8;

    static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Its position; -1 where there is none.</summary>
    public static int Find(ReadOnlySpan<byte> head) =>
        head.StartsWith(Signature) ? 0
        : head.Length > BlockBytes && head[BlockBytes..].StartsWith(Signature) ? BlockBytes
        : -1;

    /// <summary>
    /// The length in bytes that the superblock says the file has; null where it says none of 8-byte addresses.
    /// </summary>
    public static long? LengthOf(ReadOnlySpan<byte> superblock)
    {
        var (bytesAt, lengthAt) = superblock.Length <= VersionAt ? (0, 0) : superblock[VersionAt] switch
        {
            0 => (13, 40),
            1 => (13, 44),
            2 or 3 => (9, 28),
            _ => (0, 0),
        };
        return lengthAt > 0
            && superblock.Length >= lengthAt + sizeof(long)
            && superblock[bytesAt] == sizeof(long)
            && BinaryPrimitives.ReadInt64LittleEndian(superblock[lengthAt..]) is > 0 and var length
            ? length
            : null;
    }
}
