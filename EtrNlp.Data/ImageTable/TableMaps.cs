using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>The maps that tasks ask for, found among those that a table names files of.</summary>
/// <param name="Columns">The columns that are read.</param>
/// <param name="Readers">For each requested map the position of its column, and how it is read off.</param>
sealed record TableMaps(ImmutableArray<IMapColumn> Columns, ImmutableArray<(int Column, MapReader Read)> Readers)
{
    /// <summary>None is asked for.</summary>
    public static TableMaps None { get; } = new([], []);

    /// <summary>Maps by their names in the file; each thing that a task can ask for is in one of them.</summary>
    public static ValueType<ImmutableArray<KeyValuePair<string, IMapColumn>>> Type { get; } =
        Mappings
            .Of(Values.OneOf(KnownMaps.All))
            .Where(
                maps => ClassesOf(maps) is var classes && classes.Distinct().Count() == classes.Length,
                "maps whose classes all have different names, since tasks ask for classes by name"
            )
            .Where(
                maps => maps.Count(map => map.Value is DepthMap) < 2 && maps.Count(map => map.Value is NormalMap) < 2,
                "at most one map of depth and one of normals, since tasks ask for them by kind"
            );

    /// <summary>Finds every requested map.</summary>
    /// <exception cref="InvalidSettingException">One is in no column.</exception>
    public static TableMaps Bind(ImmutableArray<KeyValuePair<string, IMapColumn>> maps, DatasetRequest request)
    {
        // Whether depth is known is said best by depth, then by normals.
        var inOrder = maps.OrderBy(map => map.Value is NormalMap).ToArray();
        var found = request
            .Maps.Select(requested =>
                inOrder
                    .Select(map => (Column: map.Value, Read: map.Value.Find(requested.Map)))
                    .FirstOrDefault(map => map.Read is not null) is { Read: { } read, Column: var column }
                    ? (column, read)
                    : throw new InvalidSettingException(requested.Key, Missing(maps, requested.Map))
            )
            .ToArray();
        ImmutableArray<IMapColumn> columns = [.. found.Select(map => map.column).Distinct()];
        return new(columns, [.. found.Select(map => (columns.IndexOf(map.column), map.read))]);
    }

    static string Missing(ImmutableArray<KeyValuePair<string, IMapColumn>> maps, PixelMap requested)
    {
        if (requested is not PixelMap.Classes { Names: var names } || ClassesOf(maps) is not { Length: > 0 } known)
        {
            var what = requested.GetType().Name.ToLowerInvariant();
            return $"this task asks for {what} of pixels, which no map has; add one to dataset.maps (etrnlp list map)";
        }

        var stranger = names.FirstOrDefault(name => !known.Contains(name));
        return stranger is null
            ? $"{string.Join(", ", names)} are classes of several maps; make a task for each map"
            : $"dataset.maps has no class '{stranger}'{NearestName.Hint(stranger, known)}";
    }

    static string[] ClassesOf(IEnumerable<KeyValuePair<string, IMapColumn>> maps) =>
        [.. maps.Select(map => map.Value).OfType<ClassMap>().SelectMany(map => map.Classes)];
}
