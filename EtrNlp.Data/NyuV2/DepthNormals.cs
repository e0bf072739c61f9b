using EtrNlp.Data.Datasets;

namespace EtrNlp.Data.NyuV2;

/// <summary>A pinhole camera: focal lengths and centre in pixels.</summary>
public readonly record struct Camera(double FocalX, double FocalY, double CentreX, double CentreY)
{
    /// <summary>
    /// That of colour images of 480x640, which depth is brought to (toolbox of NYUv2, rgb_plane2rgb_world). The centre
    /// is one less than there: MATLAB counts pixels from 1, and here they are counted from 0.
    /// </summary>
    public static Camera OfColour { get; } = new(518.858, 519.470, 325.582 - 1, 253.736 - 1);

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"focal {FocalX} {FocalY}, centre {CentreX} {CentreY}");
}

/// <summary>
/// Normals of the surface that a map of depth shows. On a plane n (x, y, z) = d with z (x', y', 1) = (x, y, z) the
/// inverse depth 1/z = n (x', y', 1) / d is linear in x' and y'. So the plane of a pixel is a linear regression over
/// those pixels round it that are similarly far; the others lie behind an edge.
/// </summary>
public static class DepthNormals
{
    const int Axes = 3;
    const int Radius = 3;
    const float Similar = 0.05f; // of the depth
    const int Fewest = ((2 * Radius + 1) * (2 * Radius + 1) / 2) + 1;

    /// <summary>The rule in words; equal texts mean equal normals.</summary>
    public static string Text { get; } =
        FormattableString.Invariant(
            $"regression over {Fewest} or more of {2 * Radius + 1} x {2 * Radius + 1} within {Similar} of depth"
        );

    /// <summary>
    /// Unit normals [H, W, 3], x right, y down, z forward, turned to the camera; 0, 0, 0 where depth is unknown (0) or
    /// less than half of the pixels round one are similarly far.
    /// </summary>
    public static float[] Of(float[] depth, ImageSize size, Camera camera)
    {
        var normals = new float[depth.Length * Axes];
        for (int y = 0, at = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++, at++)
            {
                if (depth[at] > 0 && Slope(depth, size, y, x) is { } slope)
                {
                    Normal(slope, camera, y, x).CopyTo(normals, at * Axes);
                }
            }
        }

        return normals;
    }

    // The regression 1/z = Value + AlongX (u - x) + AlongY (v - y) over pixels (v, u) near (y, x).
    static (double Value, double AlongX, double AlongY)? Slope(float[] depth, ImageSize size, int y, int x)
    {
        var centre = depth[(y * size.Width) + x];
        var (nearest, farthest) = (centre * (1 - Similar), centre * (1 + Similar));
        double n = 0, sx = 0, sy = 0, sz = 0, xx = 0, xy = 0, yy = 0, xz = 0, yz = 0;
        for (var v = Math.Max(y - Radius, 0); v <= Math.Min(y + Radius, size.Height - 1); v++)
        {
            for (var u = Math.Max(x - Radius, 0); u <= Math.Min(x + Radius, size.Width - 1); u++)
            {
                var there = depth[(v * size.Width) + u];
                if (there < nearest || there > farthest)
                {
                    continue;
                }

                double z = 1.0 / there, dx = u - x, dy = v - y;
                (n, sx, sy, sz) = (n + 1, sx + dx, sy + dy, sz + z);
                (xx, xy, yy, xz, yz) = (xx + dx * dx, xy + dx * dy, yy + dy * dy, xz + dx * z, yz + dy * z);
            }
        }

        (xx, xy, yy) = (xx - sx * sx / n, xy - sx * sy / n, yy - sy * sy / n);
        (xz, yz) = (xz - sx * sz / n, yz - sy * sz / n);
        var determinant = xx * yy - xy * xy;
        if (n < Fewest || determinant <= 0)
        {
            return null;
        }

        var (alongX, alongY) = ((xz * yy - yz * xy) / determinant, (yz * xx - xz * xy) / determinant);
        return ((sz - alongX * sx - alongY * sy) / n, alongX, alongY);
    }

    // 1/z in camera coordinates: u = fx x' + cx. Where it is positive, n points away from the camera.
    static float[] Normal((double Value, double AlongX, double AlongY) slope, Camera camera, int y, int x)
    {
        var (a, b) = (slope.AlongX * camera.FocalX, slope.AlongY * camera.FocalY);
        var c = slope.Value + slope.AlongX * (camera.CentreX - x) + slope.AlongY * (camera.CentreY - y);
        var length = Math.Sqrt(a * a + b * b + c * c);
        return length > 0 ? [(float)(-a / length), (float)(-b / length), (float)(-c / length)] : new float[Axes];
    }
}
