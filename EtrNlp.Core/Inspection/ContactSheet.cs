using System.Collections.Immutable;
using EtrNlp.Core.Tasks;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using SkiaSharp;

namespace EtrNlp.Core.Inspection;

/// <summary>
/// Images of a split beside their labels, one image in a row, to be looked at: a PNG with headings and a legend. Images
/// without maps stand several in a row.
/// </summary>
/// <param name="title">What stands above.</param>
/// <param name="tasks">What the labels are of.</param>
/// <param name="size">The size of every image.</param>
/// <param name="dataset">The images with their labels.</param>
public sealed class ContactSheet(
    string title,
    ImmutableArray<LearningTask> tasks,
    ImageSize size,
    ILabelledImages dataset
)
{
    const int Margin = 24;
    const int Gap = 16; // between panels
    const int Apart = 28; // between a sheet's parts
    const int WidestRow = 1200; // of images without maps

    /// <summary>The most images that a sheet shows.</summary>
    public const int MostImages = 64;

    readonly PanelScale _scale = new(size);
    readonly ImmutableArray<SheetColumn> _columns = SheetColumn.Of(tasks, dataset, size);

    int PanelWidth => _scale.Panel.Width;

    /// <summary>Draws images of a split, evenly spread, and writes them as PNG.</summary>
    /// <param name="split">The split.</param>
    /// <param name="images">How many of them.</param>
    /// <param name="to">Where the PNG goes.</param>
    /// <param name="what">What they are called; null: as the split is.</param>
    public void Write(Split split, int images, Stream to, string? what = null)
    {
        using var styles = new Styles();
        var which = Inspector.Spread(dataset.Count(split), Math.Min(images, MostImages));
        var across = _columns.Length > 1 ? 1 : Math.Clamp(WidestRow / (PanelWidth + Gap), 1, Math.Max(1, which.Length));
        var width = (across * _columns.Length * (PanelWidth + Gap)) - Gap;
        var page = new Page(width + (2 * Margin), Margin);
        page.Write(styles.Title, title, Margin, Margin, width);
        page.Write(
            styles.Dim,
            $"{what ?? Values.SnakeCase(split)}: {Shown.Count(which.Length)} of {Shown.Count(dataset.Count(split))} "
                + $"images of {size}, {_scale.Text}",
            Margin,
            page.Bottom,
            width
        );
        Headings(page, styles);
        foreach (var row in which.Chunk(across))
        {
            Row(page, styles, split, row);
        }

        Legends(page, styles, width);
        page.Save(to);
    }

    void Headings(Page page, Styles styles)
    {
        var top = page.Bottom + Gap;
        if (_columns.Length > 1)
        {
            foreach (var (i, column) in _columns.Index())
            {
                page.Write(styles.Heading, column.Title, Left(i), top, PanelWidth);
            }
        }
    }

    void Row(Page page, Styles styles, Split split, int[] images)
    {
        var top = page.Bottom + Gap;
        foreach (var (i, (image, column)) in images.SelectMany(_ => _columns, (image, one) => (image, one)).Index())
        {
            var panel = column.Draw(split, image);
            var y = page.Put(panel.Draw(_scale), Left(i), top) + (Gap / 4);
            foreach (var (line, text) in panel.Caption.Index())
            {
                y = page.Write(line == 0 ? styles.Dim : styles.Body, text, Left(i), y, PanelWidth);
            }
        }
    }

    void Legends(Page page, Styles styles, int width)
    {
        foreach (var column in _columns.Where(column => column.Legend.Count > 0))
        {
            page.Write(styles.Heading, column.Title, Margin, page.Bottom + Apart, width);
            Legend(page, styles, column.Legend, width);
        }
    }

    // As many beside each other as fit, one below the other.
    static void Legend(Page page, Styles styles, IReadOnlyList<LegendEntry> entries, int width)
    {
        var swatch = entries.Max(entry => entry.Width) + (Gap / 2);
        var cell = Math.Min(width, entries.Max(entry => entry.Width + styles.Body.Width(entry.Text)) + (Gap * 2));
        var across = Math.Max(1, (int)(width / cell));
        foreach (var row in entries.Chunk(across))
        {
            var top = page.Bottom + (Gap / 2);
            foreach (var (i, entry) in row.Index())
            {
                var x = Margin + (i * cell);
                page.Put(entry.Draw(), x, top);
                page.Write(styles.Body, entry.Text, x + entry.Width + (Gap / 2), top, cell - swatch);
            }
        }
    }

    int Left(int column) => Margin + (column * (PanelWidth + Gap));

    sealed class Styles : IDisposable
    {
        public TextStyle Title { get; } = new(28, new SKColor(0x20, 0x20, 0x20));

        public TextStyle Heading { get; } = new(18, new SKColor(0x20, 0x20, 0x20));

        public TextStyle Body { get; } = new(15, new SKColor(0x20, 0x20, 0x20));

        public TextStyle Dim { get; } = new(15, new SKColor(0x6A, 0x6A, 0x6A));

        public void Dispose() => Array.ForEach([Title, Heading, Body, Dim], style => style.Dispose());
    }
}
