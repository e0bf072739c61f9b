using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>Class maps, every class in its colour.</summary>
sealed class ClassColumn(InspectedTask[] tasks, ILabelledImages dataset, ImageSize size)
    : SheetColumn(string.Join(", ", tasks.Select(task => task.Task.Name)))
{
    readonly string[] _classes = [.. tasks.SelectMany(task => ((PixelMap.Classes)task.Label!).Names)];

    public override IReadOnlyList<LegendEntry> Legend =>
        [
            .. _classes.Select((name, number) => LegendEntry.Of(name, Colour(number))),
            LegendEntry.Hatched(tasks[0].IsExclusive ? "void" : "none of these"),
        ];

    public override SheetPanel Draw(Split split, int index)
    {
        var (colours, first) = (new SKColor?[size.Height * size.Width], 0);
        foreach (var task in tasks)
        {
            foreach (var (pixel, number) in Read(task, dataset, size, split, index).Index())
            {
                if (number >= 0)
                {
                    colours[pixel] = Colour(first + (int)number);
                }
            }

            first += ((PixelMap.Classes)task.Label!).Names.Length;
        }

        return new SheetPanel(colours);
    }

    static SKColor Colour(int number) =>
        ClassColours.Bytes(number) is [var red, var green, var blue]
            ? new SKColor((byte)red, (byte)green, (byte)blue)
            : default;
}
