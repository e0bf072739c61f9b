using System.Globalization;
using System.Xml.Linq;
using EtrNlp.Core.Figures;
using NUnit.Framework;

namespace EtrNlp.Tests.Figures;

public sealed class SideLegendTests
{
    const double Letter = 0.55 * 12; // pixels, on average in wide fonts
    const double Symbol = 14; // pixels left of a name

    // In one column and in several, each name ends before the next symbol and before the edge.
    [TestCase(2)]
    [TestCase(8)]
    [TestCase(70)]
    public void Names_of_lines_do_not_run_into_each_other_or_out_of_the_drawing(int lines)
    {
        string[] names = [.. Enumerable.Range(1, lines).Select(i => $"a_configuration_of_a_long_name_{i}")];
        ProgressionPoint[] points = [new("", 1, [0.25]), new("", 2, [0.5])];

        var figure = new Progression("f", "val", [.. names.Select(name => (name, points))]).ToFigure();

        var drawing = XElement.Parse(figure.Svg);
        var rows = drawing
            .Descendants()
            .Where(one => names.Contains(one.Value) && one.Name.LocalName == "text")
            .Select(one => (one.Value, Place: Numbers((string)one.Attribute("transform")!)))
            .GroupBy(one => one.Place[1]);
        var ends = (double)drawing.Attribute("width")!;
        foreach (var row in rows.Select(row => row.OrderBy(name => name.Place[0]).ToArray()))
        {
            var starts = row.Skip(1).Select(name => name.Place[0] - Symbol).Append(ends);
            var spare = row.Zip(starts, (name, next) => next - name.Place[0] - (Letter * name.Value.Length));
            Assert.That(spare, Is.All.Positive);
        }

        Assert.That(rows.Sum(row => row.Count()), Is.EqualTo(names.Length));
    }

    static double[] Numbers(string transform) =>
        [
            .. transform["translate(".Length..transform.IndexOf(')', StringComparison.Ordinal)]
                .Split(',', ' ')
                .Select(text => double.Parse(text, CultureInfo.InvariantCulture)),
        ];
}
