using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;

namespace EtrNlp.Data.Maps;

/// <summary>
/// Turns the kept bytes of a map, [H, W, bytes of a pixel], into what a task asks for, [H, W, channels].
/// </summary>
public delegate void MapReader(ReadOnlySpan<byte> kept, Span<float> values);

/// <summary>A kind of file that says something of every pixel of an image.</summary>
public interface IMapFile
{
    /// <summary>Which of the dataset's maps it is, for people.</summary>
    string Summary { get; }

    /// <summary>What the kept bytes mean and how they are read, in words; equal texts mean equal rules.</summary>
    string Text { get; }

    /// <summary>What its depth is, if it has any.</summary>
    DepthKind Depth => DepthKind.Distance;

    /// <summary>What may be done about files that cannot be used, besides copying them again.</summary>
    string? Remedy => null;

    /// <summary>Bytes that are kept of a pixel.</summary>
    int PixelBytes { get; }

    /// <summary>What is kept of a file, at its own size.</summary>
    /// <exception cref="DataException">The file is damaged, or is not what it is said to be.</exception>
    PixelGrid Read(byte[] file, string name);

    /// <summary>How a map that a task asks for is read off; null where it is not in this file.</summary>
    MapReader? Find(PixelMap map);
}
