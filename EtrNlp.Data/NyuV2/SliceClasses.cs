using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Images;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.NyuV2;

/// <summary>Labels as the official file has them: slices [640, 480] of numbers from 0 to 894; 0 is void.</summary>
/// <param name="window">The part that is kept.</param>
/// <param name="positions">For each label the position of its class; 255 where it has none.</param>
sealed class SliceClasses(Window window, ImmutableArray<byte> positions) : IMapFile
{
    /// <inheritdoc/>
    public string Summary => "labels";

    /// <inheritdoc/>
    public string Text => $"labels, {window}, to {Convert.ToHexStringLower(positions.AsSpan())}";

    /// <summary>The position of the class; 255 where there is none.</summary>
    public int PixelBytes => 1;

    /// <inheritdoc/>
    public PixelGrid Read(byte[] file, string name)
    {
        var labels = Window.Upright(MemoryMarshal.Cast<byte, ushort>(file));
        var kept = new byte[labels.Length];
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] =
                labels[i] < positions.Length
                    ? positions[labels[i]]
                    : throw new DataException(
                        $"{name} has {labels[i]} in {Window.Stored.PlaceOf(i)}, "
                            + $"expected a label of 0 to {positions.Length - 1}"
                    );
        }

        return window.Cut(new PixelGrid(kept, Window.Stored), PixelBytes);
    }

    /// <inheritdoc/>
    public MapReader? Find(PixelMap map) => KeptClasses.Find(ClassSets.Nyuv2, map);
}
