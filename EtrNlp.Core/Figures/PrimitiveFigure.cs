using EtrNlp.Core.Charts;
using OxyPlot;

namespace EtrNlp.Core.Figures;

/// <summary>Figure 3: an image and what each primitive makes of it.</summary>
public static class PrimitiveFigure
{
    const int Across = 4;
    const int LeastWidth = 320; // pixels of a picture

    static readonly string[] Colours = ["red", "green", "blue"];

    /// <summary>The columns of its table.</summary>
    public static IReadOnlyList<string> Header { get; } =
    ["map", "primitive", "channel", "row", "column", "value"];

    /// <summary>The figure of an experiment; each picture is drawn from its least value to its largest.</summary>
    /// <param name="name">The experiment's.</param>
    /// <param name="image">What the image is called.</param>
    /// <param name="maps">The maps.</param>
    public static Figure Of(string name, string image, PrimitiveMaps maps)
    {
        var enlarged = Math.Max(1, (LeastWidth + maps.Size.Width - 1) / maps.Size.Width);
        return new Figure(
            Header,
            maps.Maps.Index().SelectMany(one => Rows(maps, one.Index, one.Item)),
            PanelSheet.Svg(
                $"{name}: primitives on image {image}",
                Across,
                (maps.Size.Width * enlarged) + (2 * PictureChart.Margin),
                (maps.Size.Height * enlarged) + PictureChart.CaptionHeight + PictureChart.Margin,
                [.. maps.Maps.Select(map => PictureChart.Of(map.Caption, Picture(maps, map.Values), enlarged))]
            )
        );
    }

    static IEnumerable<IReadOnlyList<string>> Rows(PrimitiveMaps maps, int number, PrimitiveMap map)
    {
        var (height, width) = (maps.Size.Height, maps.Size.Width);
        for (var i = 0; i < map.Values.Length; i++)
        {
            yield return
            [
                Figure.Number(number),
                map.Caption,
                Colours[i / (height * width)],
                Figure.Number(i / width % height),
                Figure.Number(i % width),
                Figure.Number(map.Values[i]),
            ];
        }
    }

    static OxyColor[,] Picture(PrimitiveMaps maps, float[] values)
    {
        var (least, largest) = (values.Min(), values.Max());
        var scale = largest > least ? byte.MaxValue / (largest - least) : 0;
        var (height, width) = (maps.Size.Height, maps.Size.Width);
        var pixels = new OxyColor[height, width];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                pixels[y, x] = OxyColor.FromRgb(Level(0, y, x), Level(1, y, x), Level(2, y, x));
            }
        }

        return pixels;

        byte Level(int channel, int y, int x) =>
            (byte)Math.Round((values[(((channel * height) + y) * width) + x] - least) * scale);
    }
}
