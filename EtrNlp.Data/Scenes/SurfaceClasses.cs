namespace EtrNlp.Data.Scenes;

/// <summary>Numbers the surfaces of a scene for segmentation problems: 16 classes, 13, or 7; -1 is void.</summary>
public static class SurfaceClasses
{
    /// <summary>Names of the 16 finest classes, indexed by <see cref="SurfaceKind"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [.. Enum.GetNames<SurfaceKind>().Select(name => name.ToLowerInvariant())];

    /// <summary>
    /// Names of the seven classes of <see cref="Seven"/>, told apart by place and colour; "solid" is every body that
    /// stands on ground or pedestal.
    /// </summary>
    public static IReadOnlyList<string> SevenNames { get; } =
    ["road", "wall", "pedestal", "ground", "sky", "solid", "balloon"];

    /// <summary>Names of the thirteen classes of <see cref="Thirteen"/>.</summary>
    public static IReadOnlyList<string> ThirteenNames { get; } =
    [
        "ground",
        "road",
        "wall",
        "block",
        "ball",
        "egg",
        "dome",
        "snowman",
        "cone",
        "pyramid",
        "tree",
        "mushroom",
        "cylinder",
    ];

    /// <summary>
    /// The surfaces of a class of any of the three lists (a name that stands in two means the same in both); none for
    /// another name.
    /// </summary>
    public static IReadOnlyList<SurfaceKind> Of(string name) =>
        [
            .. Enum.GetValues<SurfaceKind>()
                .Where(kind =>
                    Is(Names, (int)kind, name)
                    || Is(ThirteenNames, Thirteen(kind), name)
                    || Is(SevenNames, Seven(kind), name)
                ),
        ];

    /// <summary>The class, 0 to 6, of a surface among <see cref="SevenNames"/>; no surface is void.</summary>
    public static sbyte Seven(SurfaceKind kind) =>
        kind switch
        {
            SurfaceKind.Road => 0,
            SurfaceKind.Wall => 1,
            SurfaceKind.Pedestal => 2,
            SurfaceKind.Ground => 3,
            SurfaceKind.Sky => 4,
            SurfaceKind.Balloon => 6,
            _ => 5,
        };

    /// <summary>The class, 0 to 12, of a surface among <see cref="ThirteenNames"/>; the sky is void, -1.</summary>
    public static sbyte Thirteen(SurfaceKind kind) =>
        kind switch
        {
            SurfaceKind.Sky => -1,
            SurfaceKind.Ground => 0,
            SurfaceKind.Road => 1,
            SurfaceKind.Wall => 2,
            SurfaceKind.Pedestal or SurfaceKind.Box => 3,
            SurfaceKind.Balloon or SurfaceKind.Sphere => 4,
            SurfaceKind.Cylinder => 12,
            _ => (sbyte)(kind - SurfaceKind.Egg + 5),
        };

    static bool Is(IReadOnlyList<string> names, int index, string name) => index >= 0 && names[index] == name;
}
