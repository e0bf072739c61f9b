using System.Collections.Immutable;

namespace EtrNlp.Data.Datasets;

/// <summary>The official classes of segmentation benchmarks, in the order of their numbers.</summary>
public static class ClassSets
{
    /// <summary>The seven categories of Cityscapes (supplement, Table 2).</summary>
    public static ImmutableArray<string> Cityscapes { get; } =
    ["flat", "construction", "object", "nature", "sky", "human", "vehicle"];

    /// <summary>The thirteen classes of NYUv2.</summary>
    public static ImmutableArray<string> Nyuv2 { get; } =
    [
        "bed",
        "books",
        "ceiling",
        "chair",
        "floor",
        "furniture",
        "objects",
        "picture",
        "sofa",
        "table",
        "tv",
        "wall",
        "window",
    ];

    /// <summary>What files can write instead of a list.</summary>
    public static IReadOnlyDictionary<string, ImmutableArray<string>> ByName { get; } =
        new Dictionary<string, ImmutableArray<string>> { ["cityscapes7"] = Cityscapes, ["nyuv2_13"] = Nyuv2 };
}
