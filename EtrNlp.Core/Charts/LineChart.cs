using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Style">Its number among <see cref="LineStyles"/>.</param>
/// <param name="Points">By rising epochs, from 1.</param>
public sealed record ChartLine(int Style, IReadOnlyList<CurvePoint> Points);

/// <summary>
/// Lines over epochs as SVG with real text, to stand within an HTML page: the page's style sheet gives its colours, as
/// variables of <see cref="LineStyles"/>, so that they can follow light and dark.
/// </summary>
public static partial class LineChart
{
    const int Width = 380;
    const int Height = 210;

    // The page's variables replace these colours: blue tells which. Without any it would be written as a name.
    const byte FirstBlue = 1;

    static readonly OxyColor Ink = OxyColor.FromRgb(0, 0, 254);
    static readonly OxyColor Grid = OxyColor.FromRgb(0, 0, 253);

    /// <summary>The element. Equal lines give equal texts.</summary>
    /// <param name="id">Told apart from those of other charts on the page.</param>
    /// <param name="lines">The lines, the last on top.</param>
    public static string Svg(string id, IReadOnlyList<ChartLine> lines)
    {
        var model = Model();
        foreach (var line in lines.Where(line => line.Points.Any(point => point.Low < point.High)))
        {
            model.Series.Add(CurveSeries.Band(line.Points, ColorOf(line)));
        }

        foreach (var line in lines)
        {
            model.Series.Add(Line(line));
        }

        using var svg = new MemoryStream();
        new SvgExporter { Width = Width, Height = Height, IsDocument = false }.Export(model, svg);
        svg.Position = 0;
        using var text = new StreamReader(svg); // leaves out the byte-order mark
        return Inline(text.ReadToEnd(), id);
    }

    static PlotModel Model()
    {
        var model = new PlotModel
        {
            DefaultFont = "sans-serif",
            DefaultFontSize = 12,
            TextColor = Ink,
            PlotAreaBorderColor = Grid,
            Padding = new OxyThickness(8, 4, 14, 2), // half of the last epoch's number stands on the right
        };
        model.Axes.Add(Axis(AxisPosition.Bottom, "epoch", leastStep: 1));
        model.Axes.Add(Axis(AxisPosition.Left, null, leastStep: 0));
        return model;
    }

    static LinearAxis Axis(AxisPosition position, string? title, double leastStep) =>
        new()
        {
            Position = position,
            Title = title,
            MinimumMajorStep = leastStep,
            MinorTickSize = 0,
            TicklineColor = Grid,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Grid,
        };

    static LineSeries Line(ChartLine line)
    {
        var series = CurveSeries.Line(line.Points, ColorOf(line), line.Style);
        series.MarkerType = line.Points.Count == 1 ? MarkerType.Circle : MarkerType.None; // a line of one point is none
        return series;
    }

    static OxyColor ColorOf(ChartLine line) =>
        OxyColor.FromRgb(0, 0, (byte)(FirstBlue + LineStyles.ColorOf(line.Style)));

    static string Inline(string svg, string id)
    {
        var text = Opening()
            .Replace(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" xmlns=\"http://www.w3.org/2000/svg\">", 1);
        text = ClipPath().Replace(text, $"{id}-$1");
        text = Points().Replace(text, points => Decimals().Replace(points.Value, "$1"));
        text = Placeholder().Replace(text, color => $"var({Variable(color.Groups[1].Value)})");
        return Between().Replace(text.ReplaceLineEndings("\n"), "").Trim();
    }

    static string Variable(string blue)
    {
        var number = int.Parse(blue, CultureInfo.InvariantCulture);
        return number == Ink.B ? "--ink"
            : number == Grid.B ? "--grid"
            : LineStyles.Variable(number - FirstBlue);
    }

    // With the declaration before it, which may stand in no page.
    [GeneratedRegex("^.*?<svg[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Opening();

    [GeneratedRegex(@"\bclipPath(\d+)\b")]
    private static partial Regex ClipPath();

    [GeneratedRegex("points=\"[^\"]*\"")]
    private static partial Regex Points();

    [GeneratedRegex(@"(\.\d)\d+")]
    private static partial Regex Decimals();

    [GeneratedRegex(@"rgb\(0,0,(\d+)\)")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(?<=>)\s+(?=<)")]
    private static partial Regex Between();
}
