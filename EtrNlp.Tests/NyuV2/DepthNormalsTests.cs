using EtrNlp.Data.Datasets;
using EtrNlp.Data.NyuV2;
using NUnit.Framework;

namespace EtrNlp.Tests.NyuV2;

/// <summary>Normals of surfaces whose normals are known.</summary>
public sealed class DepthNormalsTests
{
    static readonly ImageSize Size = new(20, 30);
    static readonly Camera Camera = new(500, 400, 15, 10);

    // Facing the camera, leaning as a floor does, as a wall on the right, and both.
    [TestCase(0, 0, -1, 2)]
    [TestCase(0, -0.6, -0.8, 1)]
    [TestCase(-0.8, 0, -0.6, 1)]
    [TestCase(0.48, 0.36, -0.8, 3)]
    public void A_plane_has_its_own_normal(double x, double y, double z, double distance)
    {
        var normals = DepthNormals.Of(Depths((_, _) => (x, y, z, distance)), Size, Camera);

        foreach (var (row, column) in ((int, int)[])[(10, 15), (4, 4), (15, 25), (0, 15)])
        {
            Assert.That(At(normals, row, column), Is.EqualTo(new[] { x, y, z }).Within(1e-5));
        }
    }

    // Right of column 15 a wall at 3 m, left of it one at 2 m: no pixel takes from the other.
    [Test]
    public void An_edge_of_depth_parts_two_planes()
    {
        var normals = DepthNormals.Of(
            Depths((_, column) => column < 15 ? (0, -0.6, -0.8, 1.6) : (0, 0, -1, 3)),
            Size,
            Camera
        );

        Assert.That(At(normals, 10, 14), Is.EqualTo(new[] { 0, -0.6, -0.8 }).Within(1e-5));
        Assert.That(At(normals, 10, 15), Is.EqualTo(new double[] { 0, 0, -1 }).Within(1e-5));
    }

    [Test]
    public void Where_depth_is_unknown_or_alone_there_is_no_normal()
    {
        var depth = Depths((_, _) => (0, 0, -1, 2));
        depth[(10 * Size.Width) + 10] = 0;
        depth[(10 * Size.Width) + 20] = 1;
        var normals = DepthNormals.Of(depth, Size, Camera);

        Assert.That(At(normals, 10, 10), Is.EqualTo(new double[3]));
        Assert.That(At(normals, 10, 20), Is.EqualTo(new double[3]));
        Assert.That(At(normals, 0, 0), Is.EqualTo(new double[3])); // 16 of 49 pixels
        Assert.That(At(normals, 10, 11), Is.EqualTo(new double[] { 0, 0, -1 }).Within(1e-5));
    }

    // Of 49 pixels, the others of which lie far behind.
    [TestCase(24, 0)]
    [TestCase(25, -1)]
    public void At_least_half_of_the_pixels_must_be_similar(int similar, double z)
    {
        var depth = Depths((_, _) => (0, 0, -1, 2));
        (int Row, int Column)[] around =
        [
            .. from row in Enumerable.Range(7, 7) from column in Enumerable.Range(12, 7) select (row, column),
        ];
        foreach (var (row, column) in around.Where(pixel => pixel != (10, 15)).Skip(similar - 1))
        {
            depth[(row * Size.Width) + column] = 9;
        }

        var normals = DepthNormals.Of(depth, Size, Camera);

        Assert.That(At(normals, 10, 15), Is.EqualTo(new[] { 0, 0, z }).Within(1e-5));
    }

    // On the plane n (x, y, z) = -d, seen from its front: z = -d / n (x', y', 1).
    static float[] Depths(Func<int, int, (double X, double Y, double Z, double Distance)> plane)
    {
        var depths = new float[Size.Height * Size.Width];
        for (var i = 0; i < depths.Length; i++)
        {
            var (row, column) = (i / Size.Width, i % Size.Width);
            var (x, y, z, distance) = plane(row, column);
            depths[i] = (float)(-distance / ((x * (column - 15) / 500) + (y * (row - 10) / 400) + z));
        }

        return depths;
    }

    static double[] At(float[] normals, int row, int column) =>
        Array.ConvertAll(normals.AsSpan(((row * Size.Width) + column) * 3, 3).ToArray(), value => (double)value);
}
