using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace EtrNlp.Core.EventFiles;

/// <summary>
/// An event as TFRecord frames it: its length in 8 bytes, their masked CRC-32C, the message, its masked CRC-32C, all
/// little-endian (TensorFlow, <c>tensorflow/core/lib/io/record_writer.h</c>).
/// </summary>
static class EventRecord
{
    const uint MaskDelta = 0xa282ead8; // of tensorflow/core/lib/hash/crc32c.h

    /// <summary>Writes one.</summary>
    internal static void Write(Stream to, Event message)
    {
        var bytes = message.ToByteArray();
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)bytes.Length);
        to.Write(length);
        WriteChecksum(to, length);
        to.Write(bytes);
        WriteChecksum(to, bytes);
    }

    static void WriteChecksum(Stream to, ReadOnlySpan<byte> of)
    {
        var crc = uint.MaxValue;
        foreach (var one in of)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        Span<byte> masked = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(masked, BitOperations.RotateRight(~crc, 15) + MaskDelta);
        to.Write(masked);
    }
}
