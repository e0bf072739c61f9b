using System.Numerics;
using EtrNlp.Data.Scenes;

namespace EtrNlp.Tests.Scenes;

/// <summary>Scenes so simple that their maps can be worked by hand.</summary>
internal static class BareScene
{
    /// <summary>
    /// One white solid of radius 1 m and height 2 m whose axis is at x = 0, z = 5 m; its middle is on the optical axis.
    /// </summary>
    public static Scene With(SurfaceKind kind, float turn = 0) =>
        With(new Solid(kind, new Vector3(0, 1, 5), 2, 1, new Paint(Hue.White), turn));

    public static Scene With(Solid solid) =>
        new(solid, null, [], null, new Ground(GroundCover.Sand), new Backdrop(), new Light(0, -1, 0));
}
