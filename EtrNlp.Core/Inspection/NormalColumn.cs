using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>Normals as colours: (n + 1) / 2 is red, green and blue.</summary>
sealed class NormalColumn(InspectedTask task, ILabelledImages dataset, ImageSize size) : SheetColumn(task.Task.Name)
{
    public override IReadOnlyList<LegendEntry> Legend =>
        [
            LegendEntry.Of("x = 1", Colour([1, 0, 0])!.Value),
            LegendEntry.Of("y = 1", Colour([0, 1, 0])!.Value),
            LegendEntry.Of("z = 1", Colour([0, 0, 1])!.Value),
            LegendEntry.Hatched("unknown"),
        ];

    public override SheetPanel Draw(Split split, int index) =>
        new([.. Read(task, dataset, size, split, index).Chunk(3).Select(normal => Colour(normal))]);

    static SKColor? Colour(float[] normal) =>
        normal.All(part => part == 0)
            ? null
            : new SKColor(Byte(normal[0]), Byte(normal[1]), Byte(normal[2]));

    static byte Byte(float part) => (byte)Math.Clamp(Math.Round((part + 1) / 2 * byte.MaxValue), 0, byte.MaxValue);
}
