using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>
/// The colours of scenes, as the share of red, green and blue light that is given back (linear, 0 to 1).
/// </summary>
internal static class Palette
{
    public static readonly Vector3 Bark = new(0.16f, 0.08f, 0.03f);
    public static readonly Vector3 Stem = new(0.70f, 0.62f, 0.48f);
    public static readonly Vector3 Road = new(0.05f, 0.05f, 0.06f);
    public static readonly Vector3 Wall = new(0.42f, 0.20f, 0.13f);
    public static readonly Vector3 White = new(0.85f, 0.85f, 0.85f);
    public static readonly Vector3 Black = new(0.015f, 0.015f, 0.015f);

    public static Vector3 Of(Paint paint) =>
        paint switch
        {
            { Hue: Hue.White, Shade: Shade.Dark } => new(0.22f, 0.22f, 0.22f),
            { Shade: Shade.Dark } => Of(paint.Hue) * 0.17f,
            { Shade: Shade.Pale } => Vectors.Mix(Of(paint.Hue), White, 0.45f),
            _ => Of(paint.Hue),
        };

    public static Vector3 Of(GroundCover cover) =>
        cover switch
        {
            GroundCover.Grass => new(0.13f, 0.33f, 0.07f),
            GroundCover.Sand => new(0.60f, 0.47f, 0.26f),
            _ => new(0.30f, 0.30f, 0.31f),
        };

    static Vector3 Of(Hue hue) =>
        hue switch
        {
            Hue.Red => new(0.75f, 0.04f, 0.03f),
            Hue.Yellow => new(0.85f, 0.62f, 0.03f),
            Hue.Green => new(0.04f, 0.50f, 0.06f),
            Hue.Blue => new(0.03f, 0.13f, 0.75f),
            Hue.Purple => new(0.42f, 0.03f, 0.50f),
            _ => White,
        };
}
