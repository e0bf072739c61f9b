using System.Collections.Immutable;
using EtrNlp.Data.Maps;

namespace EtrNlp.Data.Cityscapes;

/// <summary>What becomes of the ids that have a category and are none of the 19 classes.</summary>
public enum AmbiguousIds
{
    /// <summary>They have no class, as in the official evaluation, which leaves them out.</summary>
    Void,

    /// <summary>They belong to their category.</summary>
    Category,
}

/// <summary>The 34 ids of label files (cityscapesScripts, helpers/labels.py).</summary>
public static class LabelIds
{
    /// <summary>How many ids there are, from 0 on.</summary>
    public const int Count = 34;

    // The first id of each category, in the order of their numbers; ids before the first are void.
    static readonly int[] _categories = [7, 11, 17, 21, 23, 24, 26];

    // The ids of the classes that are trained and scored; the position is the class.
    static readonly int[] _classes = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33];

    /// <summary>For each id the position of its category.</summary>
    public static ImmutableArray<byte> ToCategories(AmbiguousIds ambiguous) =>
        [
            .. Enumerable
                .Range(0, Count)
                .Select(id =>
                    id < _categories[0] || (ambiguous == AmbiguousIds.Void && !_classes.Contains(id))
                        ? KeptClasses.Unknown
                        : (byte)Array.FindLastIndex(_categories, first => first <= id)
                ),
        ];

    /// <summary>For each id the position of its class among the 19.</summary>
    public static ImmutableArray<byte> ToClasses() =>
        [
            .. Enumerable
                .Range(0, Count)
                .Select(id => Array.IndexOf(_classes, id) is >= 0 and var found ? (byte)found : KeptClasses.Unknown),
        ];
}
