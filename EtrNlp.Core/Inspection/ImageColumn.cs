using System.Collections.Immutable;
using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>The images, with their names and the attributes that they have.</summary>
sealed class ImageColumn(InspectedTask[] tasks, ILabelledImages dataset, ImageSize size) : SheetColumn("image")
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

    static string Chosen(string task, ImmutableArray<string> classes, float label) =>
        float.IsNaN(label) ? $"{task}?" : classes[(int)label];

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
        IEnumerable<string> True(InspectedTask task) =>
            task.Task.Kind.Choices is { Length: > 0 } classes
                ? [Chosen(task.Task.Name, classes, columns[task.FirstColumn])]
                : task.Task.Kind.Columns.Zip(columns.Skip(task.FirstColumn))
                .Where(column => column.Second != 0)
                .Select(column => float.IsNaN(column.Second) ? $"{column.First}?" : column.First);
    }
}
