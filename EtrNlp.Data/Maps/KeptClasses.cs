using System.Collections.Immutable;
using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.Maps;

/// <summary>Classes as packs keep them: a byte for every pixel, which is the position of its class.</summary>
static class KeptClasses
{
    /// <summary>The byte of a pixel that has no class.</summary>
    public const byte Unknown = byte.MaxValue;

    /// <summary>Reads off classes of any names that are among the kept ones; null where they are not.</summary>
    public static MapReader? Find(ImmutableArray<string> classes, PixelMap map)
    {
        if (map is not PixelMap.Classes { Names: var names } || !names.All(classes.Contains))
        {
            return null;
        }

        var table = new float[Unknown + 1];
        Array.Fill(table, -1);
        foreach (var (i, name) in names.Index())
        {
            table[classes.IndexOf(name)] = i;
        }

        return (kept, values) =>
        {
            for (var i = 0; i < kept.Length; i++)
            {
                values[i] = table[kept[i]];
            }
        };
    }
}
