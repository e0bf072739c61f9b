using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EtrNlp.Data.Maps;

/// <summary>
/// Writes arrays as numpy does (numpy, lib/format.py, version 1.0): little-endian, the last index fastest.
/// </summary>
public static class NpyFile
{
    const int Alignment = 64;

    /// <summary>Writes float32 numbers of a shape of at least two lengths.</summary>
    public static void Write(ReadOnlySpan<float> values, IReadOnlyList<int> shape, Stream to)
    {
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}";
        ReadOnlySpan<byte> begin = [0x93, .. "NUMPY"u8, 1, 0];
        var before = begin.Length + sizeof(ushort);
        var header = text.PadRight(text.Length + Alignment - 1 - ((before + text.Length) % Alignment)) + '\n';
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        to.Write(begin);
        to.Write(length);
        to.Write(Encoding.ASCII.GetBytes(header));
        to.Write(MemoryMarshal.AsBytes(values));
    }
}
