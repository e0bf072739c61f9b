using System.Collections.Immutable;

namespace EtrNlp.Data.Datasets;

/// <summary>The official classes of segmentation benchmarks, in the order of their numbers.</summary>
public static class ClassSets
{
    /// <summary>The seven categories of Cityscapes (supplement, Table 2).</summary>
    public static ImmutableArray<string> Cityscapes { get; } =
    ["flat", "construction", "object", "nature", "sky", "human", "vehicle"];

    /// <summary>The nineteen classes of Cityscapes that are trained and scored.</summary>
    public static ImmutableArray<string> Cityscapes19 { get; } =
    [
        "road",
        "sidewalk",
        "building",
        "wall",
        "fence",
        "pole",
        "traffic_light",
        "traffic_sign",
        "vegetation",
        "terrain",
        "sky",
        "person",
        "rider",
        "car",
        "truck",
        "bus",
        "train",
        "motorcycle",
        "bicycle",
    ];

    /// <summary>
    /// The two classes of prepared Cityscapes; which categories each joins, and which is which, is published nowhere.
    /// </summary>
    public static ImmutableArray<string> Cityscapes2 { get; } = ["class_0", "class_1"];

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
        new Dictionary<string, ImmutableArray<string>>
        {
            ["cityscapes7"] = Cityscapes,
            ["cityscapes19"] = Cityscapes19,
            ["cityscapes2"] = Cityscapes2,
            ["nyuv2_13"] = Nyuv2,
        };
}
