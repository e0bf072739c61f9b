using System.Runtime.InteropServices;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>Numbers in single precision as a pack keeps them: the bytes of the machine.</summary>
static class Floats
{
    /// <summary>The numbers of a map.</summary>
    public static PixelGrid Grid(float[] numbers, ImageSize size) =>
        new(MemoryMarshal.AsBytes<float>(numbers).ToArray(), size);

    /// <summary>What is kept, as numbers.</summary>
    public static ReadOnlySpan<float> Of(ReadOnlySpan<byte> kept) => MemoryMarshal.Cast<byte, float>(kept);

    /// <summary>Reads the numbers off as they are.</summary>
    public static void Read(ReadOnlySpan<byte> kept, Span<float> values) => Of(kept).CopyTo(values);
}
