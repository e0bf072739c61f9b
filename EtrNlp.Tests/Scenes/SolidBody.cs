using EtrNlp.Data.Scenes;

namespace EtrNlp.Tests.Scenes;

/// <summary>
/// Says whether a point is inside a solid, from the definitions of the shapes alone: an independent check of the ray
/// caster.
/// </summary>
internal static class SolidBody
{
    public static bool Contains(Solid solid, double x, double y, double z)
    {
        var angle = 2 * Math.Atan(solid.Turn);
        var (dx, dz) = (x - solid.Foot.X, z - solid.Foot.Z);
        var u = (Math.Cos(angle) * dx + Math.Sin(angle) * dz) / solid.Radius;
        var w = (Math.Cos(angle) * dz - Math.Sin(angle) * dx) / solid.Radius;
        var h = (solid.Foot.Y - y) / solid.Height;
        return Contains(solid.Kind, Math.Sqrt(u * u + w * w), Math.Max(Math.Abs(u), Math.Abs(w)), h);
    }

    /// <summary>
    /// Distance from the axis, the same along the solid's own axes, and height, all relative to the solid's size.
    /// </summary>
    static bool Contains(SurfaceKind kind, double distance, double side, double h) =>
        h is >= 0 and <= 1
        && kind switch
        {
            SurfaceKind.Sphere or SurfaceKind.Egg or SurfaceKind.Balloon => Ball(distance, h, 0, 1, 1),
            SurfaceKind.Dome => Dome(distance, h),
            SurfaceKind.Snowman => Ball(distance, h, 0, 0.6, 1) || Ball(distance, h, 0.55, 1, 0.75),
            SurfaceKind.Cone => distance <= 1 - h,
            SurfaceKind.Pyramid => side <= 1 - h,
            SurfaceKind.Tree => h < 0.25 ? distance <= 0.25 : distance <= (1 - h) / 0.75,
            SurfaceKind.Mushroom => h < 0.5 ? distance <= 0.35 : Dome(distance, 2 * h - 1),
            SurfaceKind.Box or SurfaceKind.Pedestal => side <= 1,
            SurfaceKind.Cylinder => distance <= 1,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    static bool Dome(double distance, double h) => distance * distance + h * h <= 1;

    static bool Ball(double distance, double h, double from, double to, double radius)
    {
        var relative = (2 * h - from - to) / (to - from);
        return distance * distance / (radius * radius) + relative * relative <= 1;
    }
}
