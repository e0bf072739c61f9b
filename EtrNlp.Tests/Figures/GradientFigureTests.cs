using System.Globalization;
using System.Xml.Linq;
using EtrNlp.Core.Figures;
using EtrNlp.Data.Datasets;
using NUnit.Framework;

namespace EtrNlp.Tests.Figures;

public sealed class GradientFigureTests
{
    // As many as CelebA has attributes: a letter of 9 pixels, and a pixel between two names.
    [Test]
    public void Every_one_of_forty_tasks_is_named_beside_its_row()
    {
        string[] tasks = [.. Enumerable.Range(1, 40).Select(i => $"a_task_of_a_long_name_{i}")];
        var values = new double[tasks.Length, tasks.Length];
        var similarity = new TaskSimilarity([.. tasks], [new LayerSimilarity("stem", values, null)], Split.Val, 9);

        var drawing = XElement.Parse(GradientFigure.Of("mine", similarity).Svg);

        var rows = drawing
            .Descendants()
            .Where(one => tasks.Contains(one.Value) && one.Name.LocalName == "text")
            .ToDictionary(one => one.Value, one => Place((string)one.Attribute("transform")!));
        Assert.That(rows.Keys, Is.EquivalentTo(tasks));
        var down = tasks.Select(task => rows[task].Y).ToArray();
        Assert.That(down.Zip(down.Skip(1), (one, next) => next - one), Is.All.InRange(9.5, 11));
        var wide = 9 * 0.6 * tasks.Max(task => task.Length); // letters are 0.6 of their height on average
        Assert.That(rows.Values.Select(place => place.X - wide), Is.All.GreaterThan(0));
        Assert.That(down[^1], Is.LessThan((double)drawing.Attribute("height")!));
    }

    static (double X, double Y) Place(string transform)
    {
        var numbers = transform["translate(".Length..transform.IndexOf(')', StringComparison.Ordinal)]
            .Split(',', ' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        return (numbers[0], numbers[1]);
    }
}
