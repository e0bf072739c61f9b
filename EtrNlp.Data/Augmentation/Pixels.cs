using System.Runtime.InteropServices;

namespace EtrNlp.Data.Augmentation;

/// <summary>A pixel of an image.</summary>
readonly record struct Rgb(byte Red, byte Green, byte Blue);

/// <summary>A pixel of a map of normals.</summary>
readonly record struct Normal(float X, float Y, float Z);

/// <summary>Images and maps as rows of pixels.</summary>
static class Pixels
{
    /// <summary>An image as pixels [H, W].</summary>
    public static Span<Rgb> OfImage(Span<byte> image) => MemoryMarshal.Cast<byte, Rgb>(image);

    /// <summary>A map of normals as pixels [H, W].</summary>
    public static Span<Normal> OfNormals(Span<float> values) => MemoryMarshal.Cast<float, Normal>(values);
}
