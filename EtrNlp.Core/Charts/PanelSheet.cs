using System.Globalization;
using System.Text;
using OxyPlot;

namespace EtrNlp.Core.Charts;

/// <summary>Charts of one size in rows, under a title, as an SVG file with real text on white.</summary>
public static class PanelSheet
{
    const double Margin = 12;
    const double TitleSize = 16;
    const double TitleHeight = 36;
    const string Namespaces = "xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\"";

    /// <summary>The bytes that every such file begins with.</summary>
    public static byte[] Begin { get; } = "<!-- a figure of etrnlp -->\n"u8.ToArray();

    /// <summary>The file's text. Equal charts give equal texts.</summary>
    /// <param name="title">What stands above them, in one line.</param>
    /// <param name="across">Charts of a row.</param>
    /// <param name="width">Of a chart, in pixels.</param>
    /// <param name="height">Of a chart, in pixels.</param>
    /// <param name="panels">The charts, row by row.</param>
    public static string Svg(string title, int across, double width, double height, IReadOnlyList<PlotModel> panels)
    {
        var columns = Math.Min(across, panels.Count);
        var measured = new TextRoom.Measure(1, 1)
            .MeasureText(title, "sans-serif", TitleSize, FontWeights.Bold)
            .Width;
        var wide = (2 * Margin) + Math.Max(columns * width, measured);
        var high = (2 * Margin) + TitleHeight + ((panels.Count + columns - 1) / columns * height);
        using var svg = new MemoryStream();
        var text = new TextRoom.Measure(wide, high);
        using (var context = new SvgRenderContext(svg, wide, high, isDocument: false, text, OxyColors.White))
        {
            context.DrawText(
                new ScreenPoint(Margin, Margin),
                title,
                OxyColors.Black,
                "sans-serif",
                TitleSize,
                FontWeights.Bold,
                rotate: 0,
                HorizontalAlignment.Left,
                VerticalAlignment.Top,
                maxSize: null
            );
            foreach (var (i, panel) in panels.Index())
            {
                IPlotModel model = panel;
                model.Update(updateData: true);
                var (left, top) = (Margin + (i % columns * width), Margin + TitleHeight + (i / columns * height));
                model.Render(context, new OxyRect(left, top, width, height));
            }

            context.Complete();
        }

        return Encoding.UTF8.GetString(Begin) + Rooted(Encoding.UTF8.GetString(svg.ToArray()), wide, high);
    }

    // With the size in pixels and as a view box, so that a page can scale it.
    static string Rooted(string svg, double width, double height)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"width=\"{width:F0}\" height=\"{height:F0}\"");
        var box = string.Create(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {width:F0} {height:F0}\"");
        var begin = svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal));
        return $"<svg {size} {box} {Namespaces}{svg[begin..]}".ReplaceLineEndings("\n");
    }
}
