namespace EtrNlp.Core.Figures;

/// <summary>Values of several seeds as their mean and their range.</summary>
static class SeedRange
{
    /// <summary>Mean, least, largest and number; empty where there is none.</summary>
    internal static IEnumerable<string> Cells(IReadOnlyList<double> values) =>
        values.Count == 0
            ? ["", "", "", "0"]
            : new[] { values.Average(), values.Min(), values.Max(), values.Count }.Select(one => Figure.Number(one));
}
