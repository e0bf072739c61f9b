using System.Numerics;

namespace EtrNlp.Data.Scenes;

/// <summary>The hue of a solid.</summary>
public enum Hue
{
    /// <summary>Red.</summary>
    Red,

    /// <summary>Yellow.</summary>
    Yellow,

    /// <summary>Green.</summary>
    Green,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Purple.</summary>
    Purple,

    /// <summary>White; grey in the dark shade.</summary>
    White,
}

/// <summary>How dark the paint of a solid is.</summary>
public enum Shade
{
    /// <summary>The hue as it is.</summary>
    Full,

    /// <summary>The hue with black.</summary>
    Dark,

    /// <summary>The hue with white.</summary>
    Pale,
}

/// <summary>The pattern in which a solid's second colour, white or black, covers it.</summary>
public enum Pattern
{
    /// <summary>One colour.</summary>
    Plain,

    /// <summary>Horizontal bands.</summary>
    Striped,

    /// <summary>A checkerboard.</summary>
    Checkered,

    /// <summary>The upper half differs.</summary>
    TwoTone,
}

/// <summary>The paint of a solid.</summary>
/// <param name="Hue">Its colour.</param>
/// <param name="Shade">How light or dark that colour is.</param>
/// <param name="Pattern">Where its second colour is.</param>
/// <param name="DarkPattern">Whether the second colour is black, not white.</param>
public sealed record Paint(
    Hue Hue,
    Shade Shade = Shade.Full,
    Pattern Pattern = Pattern.Plain,
    bool DarkPattern = false
);

/// <summary>One upright solid, in metres.</summary>
/// <param name="Kind">Its shape; never sky, ground, road or wall.</param>
/// <param name="Foot">Centre of its lowest face or point in camera coordinates (x right, y down, z forward).</param>
/// <param name="Height">From the foot to the top.</param>
/// <param name="Radius">Half its greatest width along its own axes.</param>
/// <param name="Paint">Its colours.</param>
/// <param name="Turn">Tangent of half the angle by which it is turned about the vertical.</param>
public sealed record Solid(SurfaceKind Kind, Vector3 Foot, float Height, float Radius, Paint Paint, float Turn = 0);
