using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Scenes;
using NUnit.Framework;

namespace EtrNlp.Tests.Scenes;

/// <summary>Maps as a dataset hands them out.</summary>
public sealed class SceneMapsReadTests
{
    static readonly ImageSize Size = new(12, 20);

    static readonly ScenesSource Source = new(Size, 4, 2, 2, 3);

    [Test]
    public void Depth_and_normals_are_those_of_the_renderer_to_the_bit()
    {
        var rendered = SceneRenderer.Render(SceneGenerator.Generate(3, "val", 1), Size.Height, Size.Width);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(new PixelMap.Depth()), Is.EqualTo(rendered.Depth));
            Assert.That(Read(new PixelMap.Normals()), Is.EqualTo(rendered.Normals));
        }
    }

    [Test]
    public void The_preset_classes_of_benchmarks_stand_for_ours_in_order()
    {
        var rendered = SceneRenderer.Render(SceneGenerator.Generate(3, "val", 1), Size.Height, Size.Width);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Read(new PixelMap.Classes(ClassSets.Cityscapes)),
                Is.EqualTo(rendered.Surfaces.Select(kind => (float)SurfaceClasses.Seven(kind)))
            );
            Assert.That(
                Read(new PixelMap.Classes(ClassSets.Nyuv2)),
                Is.EqualTo(rendered.Surfaces.Select(kind => (float)SurfaceClasses.Thirteen(kind)))
            );
        }
    }

    [Test]
    public void A_class_by_its_own_name_is_told_from_all_else()
    {
        var rendered = SceneRenderer.Render(SceneGenerator.Generate(3, "val", 1), Size.Height, Size.Width);

        Assert.That(
            Read(new PixelMap.Classes(["road", "ground"])),
            Is.EqualTo(
                rendered.Surfaces.Select(kind =>
                    kind == SurfaceKind.Road ? 0f
                    : kind == SurfaceKind.Ground ? 1
                    : -1
                )
            )
        );
    }

    [Test]
    public void Two_classes_of_a_list_cannot_share_a_surface() =>
        Assert.That(
            () => Read(new PixelMap.Classes(["solid", "egg"])),
            Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("'solid' and 'egg'")
        );

    static float[] Read(PixelMap map)
    {
        using var dataset = Source.Open(
            new DatasetRequest([], "", _ => { }) { Maps = [new RequestedMap(map, "tasks.0.classes")] },
            default
        );
        var values = new float[2 * Size.Height * Size.Width * map.Channels];
        dataset.ReadMap(0, Split.Val, [0, 1], values);
        return values[(values.Length / 2)..];
    }
}
