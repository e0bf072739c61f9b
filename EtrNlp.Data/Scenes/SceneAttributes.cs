namespace EtrNlp.Data.Scenes;

/// <summary>A named group of binary attributes: one task.</summary>
public sealed record SceneAttributeGroup(string Name, IReadOnlyList<string> Attributes);

/// <summary>
/// Forty binary facts about a scene, in eight groups of 9, 5, 9, 4, 2, 5, 2 and 4, all visible in the picture.
/// </summary>
public static class SceneAttributes
{
    static readonly (string Group, string Name, Func<Scene, bool> Holds)[] All =
    [
        ("shape", "round", scene => scene.Main.Kind is SurfaceKind.Sphere or SurfaceKind.Egg or SurfaceKind.Snowman),
        ("shape", "pointed", scene => scene.Main.Kind is SurfaceKind.Cone or SurfaceKind.Pyramid or SurfaceKind.Tree),
        ("shape", "flat_sided", scene => scene.Main.Kind is SurfaceKind.Box or SurfaceKind.Pyramid),
        ("shape", "flat_topped", scene => scene.Main.Kind is SurfaceKind.Box or SurfaceKind.Cylinder),
        (
            "shape",
            "compound",
            scene => scene.Main.Kind is SurfaceKind.Tree or SurfaceKind.Mushroom or SurfaceKind.Snowman
        ),
        ("shape", "domed", scene => scene.Main.Kind is SurfaceKind.Dome or SurfaceKind.Mushroom),
        ("shape", "sphere", scene => scene.Main.Kind is SurfaceKind.Sphere),
        ("shape", "box", scene => scene.Main.Kind is SurfaceKind.Box),
        ("shape", "slender", scene => 2 * scene.Main.Radius < 0.7f * scene.Main.Height),
        ("layout", "on_the_left", scene => scene.Main.Foot.X < -0.3f),
        ("layout", "on_the_right", scene => scene.Main.Foot.X > 0.3f),
        ("layout", "on_pedestal", scene => scene.Pedestal is not null),
        ("layout", "beside_road", scene => scene.Ground.RoadX is not null),
        ("layout", "company_on_the_left", scene => scene.Companions.Any(companion => companion.Foot.X < 0)),
        ("colour", "red", scene => scene.Main.Paint.Hue is Hue.Red),
        ("colour", "yellow", scene => scene.Main.Paint.Hue is Hue.Yellow),
        ("colour", "green", scene => scene.Main.Paint.Hue is Hue.Green),
        ("colour", "blue", scene => scene.Main.Paint.Hue is Hue.Blue),
        ("colour", "purple", scene => scene.Main.Paint.Hue is Hue.Purple),
        ("colour", "white", scene => scene.Main.Paint.Hue is Hue.White),
        ("colour", "warm_hue", scene => scene.Main.Paint.Hue is Hue.Red or Hue.Yellow),
        ("colour", "dark_shade", scene => scene.Main.Paint.Shade is Shade.Dark),
        ("colour", "pale_shade", scene => scene.Main.Paint.Shade is Shade.Pale),
        ("light", "dim_light", scene => scene.Light.Dim),
        ("light", "light_from_left", scene => scene.Light.X < 0),
        ("light", "warm_light", scene => scene.Light.Warm),
        ("light", "overcast", scene => scene.Light.Overcast),
        ("ground", "grass", scene => scene.Ground.Cover is GroundCover.Grass),
        ("ground", "tiles", scene => scene.Ground.Tiled),
        ("texture", "plain", scene => scene.Main.Paint.Pattern is Pattern.Plain),
        ("texture", "stripes", scene => scene.Main.Paint.Pattern is Pattern.Striped),
        ("texture", "checks", scene => scene.Main.Paint.Pattern is Pattern.Checkered),
        ("texture", "two_tone", scene => scene.Main.Paint.Pattern is Pattern.TwoTone),
        ("texture", "black_pattern", scene => scene.Main.Paint.DarkPattern),
        ("background", "dark_sky", scene => scene.Backdrop.DarkSky),
        ("background", "wall", scene => scene.Backdrop.Wall),
        ("extent", "large", scene => scene.Main.Height > 1.5f),
        ("extent", "alone", scene => scene.Companions.Count == 0),
        ("extent", "crowded", scene => scene.Companions.Count >= 3),
        ("extent", "balloon", scene => scene.Balloon is not null),
    ];

    /// <summary>The names of the attributes, group after group.</summary>
    public static System.Collections.Immutable.ImmutableArray<string> Names { get; } =
    [.. All.Select(attribute => attribute.Name)];

    /// <summary>The groups, in the order of <see cref="Names"/>.</summary>
    public static IReadOnlyList<SceneAttributeGroup> Groups { get; } =
    [
        .. All.GroupBy(attribute => attribute.Group, attribute => attribute.Name)
            .Select(group => new SceneAttributeGroup(group.Key, [.. group])),
    ];

    /// <summary>Writes which attributes hold, in the order of <see cref="Names"/>.</summary>
    public static void Evaluate(Scene scene, Span<bool> holds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(holds.Length, All.Length);
        for (var i = 0; i < All.Length; i++)
        {
            holds[i] = All[i].Holds(scene);
        }
    }
}
