using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace EtrNlp.Core.Charts;

/// <summary>
/// A square of coloured cells with their values, rows and columns of one list of names. White is 0, blue 1 and orange
/// -1, of the colours of Okabe and Ito; a cell without value is grey.
/// </summary>
public static class MatrixChart
{
    const int MostWritten = 8; // names of a square whose cells have room for their values
    const double TextSize = 11;
    const double SmallSize = 9; // of the names of more, which are all written still
    const double Row = 10; // pixels of one of these
    const double Least = 150; // pixels of a chart's height
    const double Above = 48; // pixels of its title and around it
    const double Bar = 45; // pixels of the colours and their numbers
    const int Shades = 40;

    static readonly OxyColor Orange = OxyColor.Parse("#d55e00");
    static readonly OxyColor Blue = OxyColor.Parse("#0072b2");
    static readonly OxyColor LightOrange = OxyColor.Parse("#eaae7f"); // black can be read on these
    static readonly OxyColor LightBlue = OxyColor.Parse("#7fb8d8");

    /// <summary>Pixels of such a chart.</summary>
    public static (double Width, double Height) Size(IReadOnlyList<string> names)
    {
        var height = Math.Max(Least, Above + (Row * names.Count));
        return (height + Bar + Room(names), height);
    }

    /// <summary>The chart of values [n, n] from <paramref name="least"/>, -1 or 0, to 1.</summary>
    public static PlotModel Of(string title, IReadOnlyList<string> names, double[,] values, double least)
    {
        var isWritten = AreWritten(names);
        var model = new PlotModel
        {
            Title = title,
            TitleFontSize = 12,
            TitleFontWeight = FontWeights.Normal,
            DefaultFont = "sans-serif",
            DefaultFontSize = TextSize,
            PlotAreaBackground = OxyColors.LightGray,
            PlotMargins = new OxyThickness(Room(names), double.NaN, double.NaN, double.NaN),
            Padding = new OxyThickness(4),
        };
        model.Axes.Add(Names(AxisPosition.Left, names));
        model.Axes.Add(Names(AxisPosition.Bottom, [.. names.Select(_ => "")]));
        model.Axes.Add(
            new LinearColorAxis
            {
                Position = AxisPosition.Right,
                Minimum = least,
                Maximum = 1,
                MajorStep = 0.5,
                MinorTickSize = 0,
                Palette = Palette(least, isWritten),
            }
        );
        model.Series.Add(Cells(values, isWritten));
        return model;
    }

    static bool AreWritten(IReadOnlyList<string> names) => names.Count <= MostWritten;

    static double SizeOf(IReadOnlyList<string> names) => AreWritten(names) ? TextSize : SmallSize;

    static double Room(IReadOnlyList<string> names) => TextRoom.Of(names, SizeOf(names));

    static CategoryAxis Names(AxisPosition position, IReadOnlyList<string> names)
    {
        var axis = new CategoryAxis
        {
            Position = position,
            GapWidth = 0,
            MajorStep = 1,
            FontSize = SizeOf(names),
            TickStyle = TickStyle.None,
            // The first row is on top.
            StartPosition = position == AxisPosition.Left ? 1 : 0,
            EndPosition = position == AxisPosition.Left ? 0 : 1,
        };
        axis.Labels.AddRange(names);
        return axis;
    }

    static OxyPalette Palette(double least, bool isWritten)
    {
        var (lowest, highest) = isWritten ? (LightOrange, LightBlue) : (Orange, Blue);
        return least < 0
            ? OxyPalette.Interpolate(Shades, lowest, OxyColors.White, highest)
            : OxyPalette.Interpolate(Shades, OxyColors.White, highest);
    }

    static HeatMapSeries Cells(double[,] values, bool isWritten) =>
        new()
        {
            X0 = 0,
            X1 = values.GetLength(1) - 1,
            Y0 = 0,
            Y1 = values.GetLength(0) - 1,
            Data = Transposed(values), // columns come first there
            RenderMethod = HeatMapRenderMethod.Rectangles,
            LabelFontSize = isWritten ? 0.24 : 0, // of a cell's height
            LabelFormatString = "0.00",
        };

    static double[,] Transposed(double[,] values)
    {
        var turned = new double[values.GetLength(1), values.GetLength(0)];
        for (var i = 0; i < values.GetLength(0); i++)
        {
            for (var j = 0; j < values.GetLength(1); j++)
            {
                turned[j, i] = values[i, j];
            }
        }

        return turned;
    }
}
