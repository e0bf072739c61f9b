using System.Collections.Immutable;

namespace EtrNlp.Data.Datasets;

/// <summary>Something a dataset says of every pixel, as [H, W, channels] numbers.</summary>
/// <param name="Channels">Numbers of a pixel.</param>
public abstract record PixelMap(int Channels)
{
    /// <summary>
    /// The position of the pixel's class among <paramref name="Names"/>; -1 where it is none of them, or unknown.
    /// </summary>
    public sealed record Classes(ImmutableArray<string> Names) : PixelMap(1);

    /// <summary>The distance in the dataset's own unit; 0 where it is unknown.</summary>
    /// <param name="IsMask">
    /// True where only that matters; a dataset that has normals and no depth may say 1 where the normal is known.
    /// </param>
    public sealed record Depth(bool IsMask = false) : PixelMap(1);

    /// <summary>The surface's unit normal; 0, 0, 0 where it is unknown.</summary>
    public sealed record Normals() : PixelMap(3);
}

/// <summary>A map some task asks for, and the key it was asked under, for error messages.</summary>
public sealed record RequestedMap(PixelMap Map, string Key);
