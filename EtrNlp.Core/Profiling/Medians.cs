namespace EtrNlp.Core.Profiling;

/// <summary>The middle one of what was measured: as a whole, so that its parts belong together.</summary>
static class Medians
{
    /// <summary>The item in the middle by a number; of an even count the larger of both.</summary>
    internal static T MedianBy<T>(this IReadOnlyCollection<T> items, Func<T, double> number) =>
        items.OrderBy(number).ElementAt(items.Count / 2);
}
