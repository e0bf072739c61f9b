namespace EtrNlp.Data.Scenes;

/// <summary>What the ground is made of.</summary>
public enum GroundCover
{
    /// <summary>Green.</summary>
    Grass,

    /// <summary>Yellowish.</summary>
    Sand,

    /// <summary>Grey.</summary>
    Stone,
}

/// <summary>The ground plane.</summary>
/// <param name="Cover">What it is made of.</param>
/// <param name="Tiled">Whether it has tiles.</param>
/// <param name="RoadX">x of the middle of the road in metres; null without a road.</param>
public sealed record Ground(GroundCover Cover, bool Tiled = false, float? RoadX = null);

/// <summary>What is behind the solids: the sky and, if any, a wall below it.</summary>
public sealed record Backdrop(bool DarkSky = false, bool Wall = false);

/// <summary>A light at infinity, in the direction (X, Y, Z) of camera coordinates.</summary>
/// <param name="X">Negative is left.</param>
/// <param name="Y">Negative is up.</param>
/// <param name="Z">Negative is behind the viewer.</param>
/// <param name="Dim">Whether it is weak.</param>
/// <param name="Warm">Whether it is reddish.</param>
/// <param name="Overcast">Whether less of it comes straight from there.</param>
public sealed record Light(float X, float Y, float Z, bool Dim = false, bool Warm = false, bool Overcast = false);

/// <summary>The plain description of a picture, from which pixels, maps and attributes follow.</summary>
/// <remarks>
/// The camera is a pinhole at the origin that looks horizontally along +z (x right, y down, metres). The shorter side
/// of a picture spans one unit at z = 1, and the principal point is the middle of the picture, where the horizon is.
/// </remarks>
/// <param name="Main">The solid that a picture is of.</param>
/// <param name="Pedestal">What it stands on; null for the ground.</param>
/// <param name="Companions">Other solids on the ground.</param>
/// <param name="Balloon">What floats in the air; null without one.</param>
/// <param name="Ground">The ground plane.</param>
/// <param name="Backdrop">What is behind the solids.</param>
/// <param name="Light">Where light comes from.</param>
public sealed record Scene(
    Solid Main,
    Solid? Pedestal,
    IReadOnlyList<Solid> Companions,
    Solid? Balloon,
    Ground Ground,
    Backdrop Backdrop,
    Light Light
)
{
    /// <summary>The ground is the plane y = 1.5 m.</summary>
    public const float GroundY = 1.5f;

    /// <summary>The ground ends at z = 40 m; what is beyond is sky.</summary>
    public const float FarZ = 40;

    /// <summary>Half the width of the road in metres.</summary>
    public const float RoadHalfWidth = 0.8f;

    /// <summary>The wall stands at z = 11 m.</summary>
    public const float WallZ = 11;

    /// <summary>The wall's upper edge is at y = -1.3 m.</summary>
    public const float WallTopY = -1.3f;

    /// <summary>Every solid, the main one first.</summary>
    public IEnumerable<Solid> Solids =>
        [
            Main,
            .. Pedestal is null ? (Solid[])[] : [Pedestal],
            .. Companions,
            .. Balloon is null ? (Solid[])[] : [Balloon],
        ];
}
