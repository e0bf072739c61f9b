using EtrNlp.Data.Scenes;
using NUnit.Framework;

namespace EtrNlp.Tests.Scenes;

/// <summary>What the maps of drawn scenes must keep.</summary>
public sealed class SceneMapsTests
{
    const int Size = 24;

    static IEnumerable<int> Indices => Enumerable.Range(0, 12);

    [TestCaseSource(nameof(Indices))]
    public void Nothing_stands_before_what_a_ray_meets(int index)
    {
        const double Step = 0.01;
        var scene = SceneGenerator.Generate(3, "test", index);
        var rendered = SceneRenderer.Render(scene, Size, Size);
        var obstructed = 0;
        for (var i = 0; i < rendered.Depth.Length; i++)
        {
            var (x, y) = Ray(i);
            var end = rendered.Depth[i] > 0 ? rendered.Depth[i] - 1e-4 : 9; // no solid is farther than 9 m
            for (var z = 2.0; z < Math.Min(end, 9); z += Step)
            {
                obstructed += scene.Solids.Any(solid => SolidBody.Contains(solid, x * z, y * z, z)) ? 1 : 0;
            }
        }

        Assert.That(obstructed, Is.Zero);
    }

    [TestCaseSource(nameof(Indices))]
    public void Behind_each_surface_is_its_solid(int index)
    {
        const double Inward = 1e-3;
        var scene = SceneGenerator.Generate(3, "test", index);
        var rendered = SceneRenderer.Render(scene, Size, Size);
        var (seen, missing) = (0, 0);
        for (var i = 0; i < rendered.Depth.Length; i++)
        {
            if (rendered.Surfaces[i] <= SurfaceKind.Wall)
            {
                continue;
            }

            var (x, y) = Ray(i);
            var z = rendered.Depth[i];
            var inside = scene.Solids.Any(solid =>
                solid.Kind == rendered.Surfaces[i]
                && SolidBody.Contains(
                    solid,
                    x * z - Inward * rendered.Normals[3 * i],
                    y * z - Inward * rendered.Normals[3 * i + 1],
                    z - Inward * rendered.Normals[3 * i + 2]
                )
            );
            seen++;
            missing += inside ? 0 : 1;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen, Is.Positive);
            Assert.That(missing, Is.Zero);
        }
    }

    [TestCaseSource(nameof(Indices))]
    public void Normals_are_unit_vectors_towards_the_viewer_where_there_is_depth(int index)
    {
        var rendered = SceneRenderer.Render(SceneGenerator.Generate(3, "test", index), Size, Size);
        for (var i = 0; i < rendered.Depth.Length; i++)
        {
            var (x, y) = Ray(i);
            var (a, b, c) = (rendered.Normals[3 * i], rendered.Normals[3 * i + 1], rendered.Normals[3 * i + 2]);
            var sky = rendered.Surfaces[i] == SurfaceKind.Sky;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(rendered.Depth[i] == 0, Is.EqualTo(sky));
                Assert.That(a * a + b * b + c * c, Is.EqualTo(sky ? 0 : 1).Within(1e-5));
                Assert.That(x * a + y * b + c, Is.LessThanOrEqualTo(1e-3));
            }
        }
    }

    [Test]
    public void The_main_solid_is_well_visible()
    {
        int[] areas =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(index =>
                {
                    var scene = SceneGenerator.Generate(3, "train", index);
                    return SceneRenderer.Render(scene, 32, 32).Surfaces.Count(kind => kind == scene.Main.Kind);
                }),
        ];

        Assert.That(areas, Is.All.GreaterThan(20)); // of 1,024 pixels
    }

    [Test]
    public void Seven_classes_cover_every_surface() =>
        Assert.That(
            Enum.GetValues<SurfaceKind>().Select(SurfaceClasses.Seven).Distinct(),
            Is.EquivalentTo(Enumerable.Range(0, 7))
        );

    [TestCase(SurfaceKind.Road, "road")]
    [TestCase(SurfaceKind.Ground, "ground")]
    [TestCase(SurfaceKind.Balloon, "balloon")]
    [TestCase(SurfaceKind.Egg, "solid")]
    [TestCase(SurfaceKind.Cylinder, "solid")]
    public void Seven_classes_are_named_in_order(SurfaceKind kind, string name) =>
        Assert.That(SurfaceClasses.SevenNames[SurfaceClasses.Seven(kind)], Is.EqualTo(name));

    [Test]
    public void Thirteen_classes_leave_only_the_sky_void()
    {
        var kinds = Enum.GetValues<SurfaceKind>();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(kinds.Select(SurfaceClasses.Thirteen).Distinct(), Is.EquivalentTo(Enumerable.Range(-1, 14)));
            Assert.That(kinds.Where(kind => SurfaceClasses.Thirteen(kind) < 0), Is.EqualTo(new[] { SurfaceKind.Sky }));
        }
    }

    [TestCase(SurfaceKind.Egg, "egg")]
    [TestCase(SurfaceKind.Mushroom, "mushroom")]
    [TestCase(SurfaceKind.Balloon, "ball")]
    [TestCase(SurfaceKind.Cylinder, "cylinder")]
    public void Thirteen_classes_are_named_in_order(SurfaceKind kind, string name) =>
        Assert.That(SurfaceClasses.ThirteenNames[SurfaceClasses.Thirteen(kind)], Is.EqualTo(name));

    static (double X, double Y) Ray(int i) => ((i % Size + 0.5) / Size - 0.5, ((i / Size) + 0.5) / Size - 0.5);
}
