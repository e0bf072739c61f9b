using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;

namespace EtrNlp.Core.Charts;

/// <summary>A picture under its caption.</summary>
public static class PictureChart
{
    /// <summary>Pixels above a picture that its caption takes.</summary>
    public const double CaptionHeight = 28;

    /// <summary>Pixels around a picture on its other sides.</summary>
    public const double Margin = 8;

    /// <summary>The chart of the colours of pixels [H, W], each drawn as a square of some pixels.</summary>
    public static PlotModel Of(string caption, OxyColor[,] colours, int enlarged)
    {
        var model = new PlotModel
        {
            Title = caption,
            TitleFontSize = 11,
            TitleFontWeight = FontWeights.Normal,
            DefaultFont = "sans-serif",
            PlotMargins = new OxyThickness(0),
            Padding = new OxyThickness(Margin, 4, Margin, Margin),
        };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, IsAxisVisible = false });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Left, IsAxisVisible = false });
        model.Annotations.Add(
            new ImageAnnotation
            {
                ImageSource = OxyImage.Create(Enlarged(colours, enlarged), ImageFormat.Png),
                X = new PlotLength(0.5, PlotLengthUnit.RelativeToPlotArea),
                Y = new PlotLength(0.5, PlotLengthUnit.RelativeToPlotArea),
                Width = new PlotLength(1, PlotLengthUnit.RelativeToPlotArea),
                Height = new PlotLength(1, PlotLengthUnit.RelativeToPlotArea),
                Interpolate = false,
            }
        );
        return model;
    }

    // [x, y], as the library has them. Programs that scale a picture themselves blur its pixels.
    static OxyColor[,] Enlarged(OxyColor[,] colours, int times)
    {
        var pixels = new OxyColor[colours.GetLength(1) * times, colours.GetLength(0) * times];
        for (var x = 0; x < pixels.GetLength(0); x++)
        {
            for (var y = 0; y < pixels.GetLength(1); y++)
            {
                pixels[x, y] = colours[y / times, x / times];
            }
        }

        return pixels;
    }
}
