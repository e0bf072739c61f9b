using EtrNlp.Core.Weighting;
using EtrNlp.Tests.Support;

namespace EtrNlp.Tests.Weighting;

/// <summary>The weightings there are: a new entry is tested by being in the list.</summary>
static class WeightingNames
{
    public static IEnumerable<string> All => KnownWeightings.All.Names;

    public static IEnumerable<string> OfGradients => All.Where(name => Default(name, 2) is IGramWeighting);

    /// <summary>With every key at its default, and those without one chosen for so many tasks.</summary>
    public static IWeighting Default(string name, int tasks) =>
        KnownWeightings.All.Default(name, name == "fixed" ? $"weights: [{Ones(tasks)}]" : null);

    static string Ones(int tasks) => string.Join(", ", Enumerable.Repeat("1", tasks));
}
