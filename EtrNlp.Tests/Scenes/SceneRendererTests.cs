using System.Numerics;
using EtrNlp.Data.Scenes;
using NUnit.Framework;

namespace EtrNlp.Tests.Scenes;

public sealed class SceneRendererTests
{
    const int Size = 33; // column c is seen along x = (c - 16) / 33, row r along y = (r - 16) / 33

    const float Slant = 0.4472136f; // 1 / sqrt 5

    // What the optical axis meets, halfway up each solid (y = 0):
    [TestCase(SurfaceKind.Sphere, 4f, 0f, -1f)] // 5 - 1
    [TestCase(SurfaceKind.Egg, 4f, 0f, -1f)]
    [TestCase(SurfaceKind.Box, 4f, 0f, -1f)]
    [TestCase(SurfaceKind.Cylinder, 4f, 0f, -1f)]
    [TestCase(SurfaceKind.Cone, 4.5f, -Slant, -2 * Slant)] // half the radius is left; one to the side for two up
    [TestCase(SurfaceKind.Pyramid, 4.5f, -Slant, -2 * Slant)]
    // 5 - sqrt(1 - 1/4); gradient (h / 2^2, r / 1^2) = (1/4, sqrt(3)/2)
    [TestCase(SurfaceKind.Dome, 4.1339746f, -0.2773501f, -0.9607689f)]
    public void Depth_and_normal_are_exact_straight_ahead(SurfaceKind kind, float depth, float normalY, float normalZ)
    {
        var rendered = SceneRenderer.Render(BareScene.With(kind), Size, Size);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(At(rendered.Surfaces, 16, 16), Is.EqualTo(kind));
            Assert.That(At(rendered.Depth, 16, 16), Is.EqualTo(depth).Within(1e-5));
            Assert.That(NormalAt(rendered, 16, 16), Is.EqualTo(new[] { 0, normalY, normalZ }).Within(1e-5));
        }
    }

    [Test]
    public void A_sphere_is_exact_off_the_axis()
    {
        // Column 20: x = 4/33. t^2 (1 + x^2) - 10 t + 24 = 0, t = (5 - sqrt(25 - 24 * 1.0146924)) / 1.0146924 =
        // 4.134651; normal = point - centre = (4.134651 * 4/33, 0, 4.134651 - 5).
        var rendered = SceneRenderer.Render(BareScene.With(SurfaceKind.Sphere), Size, Size);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(At(rendered.Depth, 16, 20), Is.EqualTo(4.134651).Within(1e-5));
            Assert.That(NormalAt(rendered, 16, 20), Is.EqualTo(new[] { 0.501170, 0, -0.865349 }).Within(1e-5));
        }
    }

    [Test]
    public void A_box_turned_by_45_degrees_shows_two_faces()
    {
        // Its edge is at z = 5 - sqrt 2, the right face is x = z - (5 - sqrt 2). Column 20: x = 4/33 z, z = 3.5857864 *
        // 33/29.
        // tan 22.5 degrees
        var rendered = SceneRenderer.Render(BareScene.With(SurfaceKind.Box, turn: 0.41421356f), Size, Size);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(At(rendered.Depth, 16, 20), Is.EqualTo(4.0803777).Within(1e-4));
            Assert.That(NormalAt(rendered, 16, 20), Is.EqualTo(new[] { 0.7071068, 0, -0.7071068 }).Within(1e-5));
            Assert.That(NormalAt(rendered, 16, 12), Is.EqualTo(new[] { -0.7071068, 0, -0.7071068 }).Within(1e-5));
        }
    }

    [Test]
    public void The_ground_recedes_by_similar_triangles()
    {
        // Row 32: y = 16/33, so that 1.5 m below the eye is 1.5 * 33/16 m away; row 17: y = 1/33, 49.5 m, is beyond the
        // ground's end.
        var rendered = SceneRenderer.Render(BareScene.With(SurfaceKind.Sphere), Size, Size);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(At(rendered.Surfaces, 32, 0), Is.EqualTo(SurfaceKind.Ground));
            Assert.That(At(rendered.Depth, 32, 0), Is.EqualTo(3.09375).Within(1e-5));
            Assert.That(NormalAt(rendered, 32, 0), Is.EqualTo(new[] { 0, -1, 0 }));
            Assert.That(At(rendered.Depth, 18, 0), Is.EqualTo(24.75).Within(1e-4));
            Assert.That(At(rendered.Surfaces, 17, 0), Is.EqualTo(SurfaceKind.Sky));
        }
    }

    [Test]
    public void The_sky_has_neither_depth_nor_normal()
    {
        var rendered = SceneRenderer.Render(BareScene.With(SurfaceKind.Sphere), Size, Size);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(At(rendered.Surfaces, 0, 0), Is.EqualTo(SurfaceKind.Sky));
            Assert.That(At(rendered.Depth, 0, 0), Is.Zero);
            Assert.That(NormalAt(rendered, 0, 0), Is.EqualTo(new[] { 0, 0, 0 }));
        }
    }

    [Test]
    public void The_wall_faces_the_viewer_and_ends_below_the_sky()
    {
        // The wall's upper edge is seen along y = -1.3/11 = -0.118: row 13 (-3/33 = -0.091) shows it, row 12 (-4/33 =
        // -0.121) does not.
        var scene = BareScene.With(SurfaceKind.Sphere) with
        {
            Backdrop = new Backdrop(Wall: true),
        };

        var rendered = SceneRenderer.Render(scene, Size, Size);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(At(rendered.Surfaces, 13, 0), Is.EqualTo(SurfaceKind.Wall));
            Assert.That(At(rendered.Depth, 13, 0), Is.EqualTo(11));
            Assert.That(NormalAt(rendered, 13, 0), Is.EqualTo(new[] { 0, 0, -1 }));
            Assert.That(At(rendered.Surfaces, 12, 0), Is.EqualTo(SurfaceKind.Sky));
        }
    }

    [Test]
    public void A_road_leads_across_the_ground()
    {
        // Row 32: z = 3.09375, so that columns 8 (x = -0.75 m) and 24 (0.75 m) are road and columns 7 and 25 (0.84 m)
        // are not.
        var small = new Solid(SurfaceKind.Sphere, new Vector3(0, -5, 20), 1, 0.5f, new Paint(Hue.White));
        var scene = BareScene.With(small) with { Ground = new Ground(GroundCover.Sand, RoadX: 0) };

        var rendered = SceneRenderer.Render(scene, Size, Size);

        SurfaceKind[] row = [.. new[] { 7, 8, 24, 25 }.Select(column => At(rendered.Surfaces, 32, column))];
        Assert.That(
            row,
            Is.EqualTo(new[] { SurfaceKind.Ground, SurfaceKind.Road, SurfaceKind.Road, SurfaceKind.Ground })
        );
    }

    [Test]
    public void A_solid_throws_its_shadow_away_from_the_light()
    {
        // Light from straight above: the ball's shadow is the disc of radius 1 m around z = 5 m. Row 26 sees z = 4.95
        // m, row 32 3.09 m.
        var rendered = SceneRenderer.Render(BareScene.With(SurfaceKind.Sphere), Size, Size);

        Assert.That(
            At(rendered.Pixels, 26, 16 * 3, Size * 3),
            Is.LessThan(At(rendered.Pixels, 32, 16 * 3, Size * 3) / 2)
        );
    }

    [Test]
    public void The_side_towards_the_light_is_brighter()
    {
        var scene = BareScene.With(SurfaceKind.Sphere) with { Light = new Light(-1, -1, -1) };

        var rendered = SceneRenderer.Render(scene, Size, Size);

        Assert.That(
            At(rendered.Pixels, 16, 12 * 3, Size * 3),
            Is.GreaterThan(At(rendered.Pixels, 16, 20 * 3, Size * 3))
        );
    }

    [Test]
    public void The_shorter_side_spans_the_same_angle()
    {
        // 33 x 65: the middle 33 columns are the square picture.
        var square = SceneRenderer.Render(BareScene.With(SurfaceKind.Cone), Size, Size);
        var wide = SceneRenderer.Render(BareScene.With(SurfaceKind.Cone), Size, 65);

        var middle = wide.Depth.Chunk(65).SelectMany(row => row.Skip(16).Take(Size));

        Assert.That(middle, Is.EqualTo(square.Depth));
    }

    [TestCase(1, 1)]
    [TestCase(1, 7)]
    [TestCase(9, 1)]
    [TestCase(31, 17)]
    [TestCase(78, 64)]
    public void Any_size_can_be_rendered(int height, int width)
    {
        var rendered = SceneRenderer.Render(SceneGenerator.Generate(1, "train", 0), height, width);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(rendered.Pixels, Has.Length.EqualTo(height * width * 3));
            Assert.That(rendered.Surfaces, Has.Length.EqualTo(height * width));
            Assert.That(rendered.Depth, Has.Length.EqualTo(height * width).And.All.InRange(0f, 40f));
            Assert.That(rendered.Normals, Has.Length.EqualTo(height * width * 3));
        }
    }

    [Test]
    public void A_buffer_of_another_size_is_refused() =>
        Assert.That(
            () => SceneRenderer.RenderPixels(BareScene.With(SurfaceKind.Cone), 4, 5, new byte[59]),
            Throws.ArgumentException.With.Message.StartsWith("Expected 60 values for [4, 5, 3], got 59.")
        );

    [Test]
    public void The_ground_is_no_solid() =>
        Assert.That(() => SceneRenderer.Render(BareScene.With(SurfaceKind.Ground), 4, 4), Throws.ArgumentException);

    static T At<T>(T[] map, int row, int column, int width = Size) => map[row * width + column];

    static float[] NormalAt(RenderedScene rendered, int row, int column) =>
        rendered.Normals[(3 * (row * Size + column))..(3 * (row * Size + column) + 3)];
}
