using System.Globalization;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Scenes;

/// <summary>
/// Hashes what scenes are made from: they are drawn from nothing but the generator's version and its parameters.
/// </summary>
sealed class SceneDigest(ScenesSource source, DatasetRequest request, int[] attributes)
{
    /// <summary>The hashes that do not depend on the size of images.</summary>
    public SourceDigest Sources =>
        new(DataDigest.Of($"{Origin}; train {Train}; {Labels}"), DataDigest.Of($"{Origin}; {Evaluated}; {Labels}"));

    /// <summary>All hashes.</summary>
    public DataDigest Whole =>
        new(
            source.Train + source.Val + source.Test,
            DataDigest.Of($"{Origin}; train {Train}; {Evaluated}; {Labels}"),
            DataDigest.Of($"train {Train}; {Evaluated}"),
            DataDigest.Of($"{Origin}; train {Train}; {Evaluated}; {source.Size}"),
            Sources
        );

    string Origin =>
        string.Create(CultureInfo.InvariantCulture, $"scenes {SceneGenerator.Version}; seed {source.Seed}");

    string Train => source.Train.ToString(CultureInfo.InvariantCulture);

    string Evaluated => string.Create(CultureInfo.InvariantCulture, $"val {source.Val}; test {source.Test}");

    string Labels => string.Join(", ", Columns.Concat(Maps).Distinct().Order(StringComparer.Ordinal));

    // Which attribute stands in for a column depends on the other columns.
    IEnumerable<string> Columns =>
        request.Columns.Zip(
            attributes,
            (column, attribute) => $"column {column.Name}={SceneAttributes.Names[attribute]}"
        );

    IEnumerable<string> Maps =>
        request.Maps.SelectMany(requested =>
            requested.Map is PixelMap.Classes classes
                ? classes.Names.Select(name => $"class {name}")
                : [requested.Map.GetType().Name]
        );
}
