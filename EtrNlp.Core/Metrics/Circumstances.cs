using System.Globalization;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Core.Metrics;

/// <summary>
/// What the numbers of an experiment or of a finished run are of: the one rule that says whether they may stand beside
/// those of a baseline, and what has to be said then. What is null is not known and refuses nothing.
/// </summary>
/// <param name="Name">What people call it.</param>
/// <param name="Path">Its file or folder, for refusals.</param>
/// <param name="Measured">Attributes, classes and the metrics that delta_p averages.</param>
/// <param name="Split">The split the numbers are of.</param>
/// <param name="Sources">The data.</param>
/// <param name="ImageSize">The size of images.</param>
/// <param name="Epochs">How long it was trained.</param>
/// <param name="Precision">What the trunk computed in.</param>
/// <param name="Augment">The random changes of training images.</param>
/// <param name="PosWeight">What a yes counts in the loss of attributes.</param>
public sealed record Circumstances(
    string Name,
    string Path,
    IReadOnlySet<string>? Measured,
    string? Split,
    SourceDigest? Sources,
    string? ImageSize,
    int? Epochs,
    string? Precision,
    string? Augment,
    string? PosWeight
)
{
    /// <summary>Everything that is measured, by names that do not depend on how it is divided into tasks.</summary>
    public static IReadOnlySet<string> AllOf(IEnumerable<string> parts, IEnumerable<GroupMetric> metrics) =>
        parts.Select(part => $"'{part}'").Concat(metrics.Select(metric => metric.FullName)).ToHashSet();

    /// <summary>What a comparison with a baseline leaves open or does not hold equal, one sentence each.</summary>
    /// <exception cref="DataException">
    /// They are of other tasks or classes, or were evaluated on other data: there is no comparison.
    /// </exception>
    public IReadOnlyList<string> Beside(Circumstances baseline)
    {
        if (RefusalBeside(baseline) is { } reason)
        {
            throw new DataException(reason);
        }

        var (mine, theirs) = Name == baseline.Name ? (Path, baseline.Path) : (Name, baseline.Name);
        string[] unknown =
        [
            .. new[] { (Sources, mine), (baseline.Sources, theirs) }
                .Where(one => one.Item1 is null)
                .Select(one => one.Item2),
        ];
        string?[] remarks =
        [
            unknown.Length > 0
                ? $"data unknown: {string.Join(" and ", unknown)} kept no digest of what was learned and evaluated"
                : null,
            Sources is { } here && baseline.Sources is { } there && here.Training != there.Training
                ? $"{mine} and {theirs} learned from different training data"
                : null,
            Other("images of", ImageSize, baseline.ImageSize),
            Other("epochs:", Text(Epochs), Text(baseline.Epochs)),
            Other("precision", Precision, baseline.Precision),
            Other("augment", Augment, baseline.Augment),
            Other("pos_weight", PosWeight, baseline.PosWeight),
        ];
        return [.. remarks.OfType<string>()];

        string? Other(string what, string? here, string? there) =>
            here is null || there is null || here == there ? null : $"{what} {here} in {mine} and {there} in {theirs}";
    }

    /// <summary>Why there is no comparison with a baseline, as a sentence; null where there is one.</summary>
    internal string? RefusalBeside(Circumstances baseline)
    {
        if (Measured is not null && baseline.Measured is not null && !Measured.SetEquals(baseline.Measured))
        {
            var one = Measured
                .Union(baseline.Measured)
                .Order(StringComparer.Ordinal)
                .First(what => !Measured.Contains(what) || !baseline.Measured.Contains(what));
            return $"{Path} does not learn the same as {baseline.Path}: {one} is measured by one of the two only; "
                + "delta_p compares runs of the same tasks and classes";
        }

        if (Split is not null && baseline.Split is not null && Split != baseline.Split)
        {
            return $"{Path} reports the split {Split} and {baseline.Path} reports {baseline.Split}; "
                + "compare runs of one split";
        }

        return Sources is { } here && baseline.Sources is { } there && here.Evaluation != there.Evaluation
            ? $"{Path} is evaluated on other rows, labels or images than {baseline.Path}; "
                + "delta_p compares runs of the same val and test"
            : null;
    }

    static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
