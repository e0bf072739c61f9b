using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>Depth from dark, the smallest of an image, to bright.</summary>
sealed class DepthColumn(InspectedTask task, ILabelledImages dataset, ImageSize size) : SheetColumn(task.Task.Name)
{
    const int RampWidth = 128;

    public override IReadOnlyList<LegendEntry> Legend =>
        [
            new("from the smallest to the largest of an image", share => Viridis.At(share), RampWidth),
            LegendEntry.Hatched("unknown"),
        ];

    public override SheetPanel Draw(Split split, int index)
    {
        var depths = Read(task, dataset, size, split, index);
        var known = depths.Where(depth => depth > 0).ToArray();
        if (known.Length == 0)
        {
            return new SheetPanel(new SKColor?[depths.Length], "unknown everywhere");
        }

        var (min, max) = (known.Min(), known.Max());
        return new SheetPanel(
            [
                .. depths.Select(depth =>
                    depth > 0 ? Viridis.At(max > min ? (depth - min) / (max - min) : 0) : (SKColor?)null
                ),
            ],
            $"{Shown.Number(min)} to {Shown.Number(max)}"
        );
    }
}
