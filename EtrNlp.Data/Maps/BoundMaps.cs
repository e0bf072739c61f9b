using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Maps;

/// <summary>The maps that tasks ask for, found among those that a dataset has files of.</summary>
/// <param name="Files">The kinds of file that are read.</param>
/// <param name="Readers">For each requested map the position of its kind, and how it is read off.</param>
public sealed record BoundMaps(ImmutableArray<IMapFile> Files, ImmutableArray<(int File, MapReader Read)> Readers)
{
    /// <summary>None is asked for.</summary>
    public static BoundMaps None { get; } = new([], []);

    /// <summary>What the depth that is read is.</summary>
    public DepthKind Depth =>
        Files.Any(file => file.Depth == DepthKind.Inverse) ? DepthKind.Inverse : DepthKind.Distance;

    /// <summary>Finds every requested map in the first kind of file that has it.</summary>
    /// <exception cref="InvalidSettingException">One is in none; <paramref name="missing"/> says why.</exception>
    public static BoundMaps Bind(
        IReadOnlyList<IMapFile> files,
        DatasetRequest request,
        Func<PixelMap, string> missing
    )
    {
        var found = request
            .Maps.Select(requested =>
                files
                    .Select(file => (File: file, Read: file.Find(requested.Map)))
                    .FirstOrDefault(file => file.Read is not null) is { Read: { } read, File: var file }
                    ? (file, read)
                    : throw new InvalidSettingException(requested.Key, missing(requested.Map))
            )
            .ToArray();
        ImmutableArray<IMapFile> kinds = [.. found.Select(map => map.file).Distinct()];
        return new(kinds, [.. found.Select(map => (kinds.IndexOf(map.file), map.read))]);
    }
}
