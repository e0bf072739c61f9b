using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>A column of a contact sheet: the images, or what their labels say.</summary>
abstract class SheetColumn(string title)
{
    /// <summary>What stands above it.</summary>
    public string Title => title;

    /// <summary>What its colours mean.</summary>
    public virtual IReadOnlyList<LegendEntry> Legend => [];

    /// <summary>The panel of an image.</summary>
    public abstract SheetPanel Draw(Split split, int index);

    /// <summary>
    /// The columns of some tasks: the images, then a column for each task that learns from maps. Tasks that tell
    /// classes from the rest share one, so that a task of one class is seen among the others.
    /// </summary>
    public static ImmutableArray<SheetColumn> Of(ImmutableArray<LearningTask> tasks, IDataset dataset, ImageSize size)
    {
        var all = TaskLabels.Of(tasks);
        var shared = all.Where(IsShared).ToArray();
        return
        [
            new ImageColumn([.. all.Where(one => one.Label is null)], dataset, size),
            .. all.Where(one => one.Label is not null && (!IsShared(one) || one == shared[0]))
                .Select(one => Of(one, IsShared(one) ? shared : [one], dataset, size)),
        ];

        static bool IsShared(TaskLabels one) => one is { Label: PixelMap.Classes, IsExclusive: false };
    }

    static SheetColumn Of(TaskLabels one, TaskLabels[] together, IDataset dataset, ImageSize size) =>
        one.Label switch
        {
            PixelMap.Classes => new ClassColumn(together, dataset, size),
            PixelMap.Depth => new DepthColumn(one, dataset, size),
            PixelMap.Normals => new NormalColumn(one, dataset, size),
            var other => throw new NotSupportedException($"nothing is drawn of {other}"),
        };

    /// <summary>The map of an image.</summary>
    protected static float[] Read(TaskLabels task, IDataset dataset, ImageSize size, Split split, int index)
    {
        var values = new float[task.Values(size)];
        dataset.ReadMap(task.Map, split, [index], values);
        return values;
    }
}

/// <summary>The images, with their names and the attributes that they have.</summary>
sealed class ImageColumn(TaskLabels[] tasks, IDataset dataset, ImageSize size) : SheetColumn("image")
{
    public override SheetPanel Draw(Split split, int index)
    {
        var pixels = new byte[size.Height * size.Width * 3];
        dataset.ReadImages(split, [index], pixels);
        var columns = new float[tasks.Sum(task => task.Task.Kind.Columns.Length)];
        dataset.ReadColumns(split, [index], columns);
        return new SheetPanel(
            [.. pixels.Chunk(3).Select(rgb => (SKColor?)new SKColor(rgb[0], rgb[1], rgb[2]))],
            [dataset.NameOf(split, index), .. Attributes(columns)]
        );
    }

    // A line for each group that has some, then those that are a task by themselves.
    IEnumerable<string> Attributes(float[] columns)
    {
        var groups = tasks.ToLookup(task => task.Task.Kind.Columns.Length > 1);
        string[] lines =
        [
            .. groups[true].Select(task => (task.Task.Name, Shown: True(task))).Where(one => one.Shown.Any())
                .Select(one => $"{one.Name}: {string.Join(", ", one.Shown)}"),
            string.Join(", ", groups[false].SelectMany(True)),
        ];
        return lines.Where(line => line.Length > 0);

        // With a question mark those that are not known.
        IEnumerable<string> True(TaskLabels task) =>
            task.Task.Kind.Columns.Zip(columns.Skip(task.FirstColumn))
                .Where(column => column.Second != 0)
                .Select(column => float.IsNaN(column.Second) ? $"{column.First}?" : column.First);
    }
}

/// <summary>Class maps, every class in its colour.</summary>
sealed class ClassColumn(TaskLabels[] tasks, IDataset dataset, ImageSize size)
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

/// <summary>Depth from dark, the smallest of an image, to bright.</summary>
sealed class DepthColumn(TaskLabels task, IDataset dataset, ImageSize size) : SheetColumn(task.Task.Name)
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

/// <summary>Normals as colours: (n + 1) / 2 is red, green and blue.</summary>
sealed class NormalColumn(TaskLabels task, IDataset dataset, ImageSize size) : SheetColumn(task.Task.Name)
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
