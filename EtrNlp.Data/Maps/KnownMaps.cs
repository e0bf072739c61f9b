using EtrNlp.Data.Configuration;

namespace EtrNlp.Data.Maps;

/// <summary>The kinds of map that a table may name files of.</summary>
public static class KnownMaps
{
    /// <summary>One line per kind.</summary>
    public static Registry<IMapColumn> All { get; } = new("map", ClassMap.Entry, DepthMap.Entry, NormalMap.Entry);
}
