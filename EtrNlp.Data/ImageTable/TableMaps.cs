using System.Collections.Immutable;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.ImageTable;

/// <summary>Maps that a table names files of.</summary>
static class TableMaps
{
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
    public static BoundMaps Bind(ImmutableArray<KeyValuePair<string, IMapColumn>> maps, DatasetRequest request)
    {
        // Whether depth is known is said best by depth, then by normals.
        IMapFile[] inOrder = [.. maps.Select(map => map.Value).OrderBy(map => map is NormalMap)];
        return BoundMaps.Bind(inOrder, request, requested => Missing(maps, requested));
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
