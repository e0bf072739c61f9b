using System.Runtime.InteropServices;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NyuV2;

/// <summary>Depth in metres as the official file has it, in-painted: slices [640, 480] of numbers above 0.</summary>
sealed class SliceDepth(Window window) : IMapFile
{
    /// <summary>What no depth of a room is.</summary>
    public const double End = 20;

    /// <inheritdoc/>
    public string Summary => "depths";

    /// <inheritdoc/>
    public string Text => $"depth, {window}";

    /// <summary>A number in single precision.</summary>
    public int PixelBytes => sizeof(float);

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name) =>
        window.Cut(Floats.Grid(Depths(file, name), Window.Stored), PixelBytes);

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => map is PixelMap.Depth ? Floats.Read : null;

    /// <summary>The depth of every stored pixel, [480, 640].</summary>
    /// <exception cref="DataException">One is no depth.</exception>
    public static float[] Depths(byte[] slice, string name)
    {
        var depths = Window.Upright(MemoryMarshal.Cast<byte, float>(slice));
        for (var i = 0; i < depths.Length; i++)
        {
            if (!(depths[i] > 0 && depths[i] < End))
            {
                throw new DataException(
                    FormattableString.Invariant($"{name} has {depths[i]} in {Window.Stored.PlaceOf(i)}, ")
                        + FormattableString.Invariant($"expected metres above 0 and below {End}")
                );
            }
        }

        return depths;
    }
}
