using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Cityscapes;

/// <summary>Frames of the true size, written and scaled by Pillow, and arrays written by numpy.</summary>
public sealed class CityscapesPillowTests
{
    // The class of a pixel is that of the id which Pillow has scaled.
    const string Frames = """
        import numpy, os, PIL.Image
        draw = numpy.random.default_rng(5)
        os.chdir(r"ROOT")
        for i, stem in enumerate(["train/a/a_000000_000019", "train/a/a_000001_000019", "val/b/b_000000_000019"]):
            rgb = numpy.kron(draw.integers(0, 256, (64, 128, 3)), numpy.ones((16, 16, 1))).astype("uint8")
            rgb += draw.integers(0, 5, rgb.shape).astype("uint8")
            ids = draw.integers(0, 34, (1024, 2048)).astype("uint8")
            disparity = draw.integers(0, 32258, (1024, 2048)).astype("uint16")
            disparity[:, 4::16], disparity[:, 12::16] = 0, 1
            for kind, end, values in [("leftImg8bit", "leftImg8bit", rgb), ("gtFine", "gtFine_labelIds", ids),
                                      ("disparity", "disparity", disparity)]:
                os.makedirs(os.path.dirname(f"{kind}/{stem}"), exist_ok=True)
                PIL.Image.fromarray(values).save(f"{kind}/{stem}_{end}.png", compress_level=1)
            if i == 1:
                scaled = PIL.Image.fromarray(rgb).resize((256, 128), PIL.Image.BILINEAR)
                numpy.asarray(scaled).tofile("rgb")
                scaled = PIL.Image.fromarray(ids).resize((256, 128), PIL.Image.NEAREST)
                numpy.asarray(scaled).astype("<f4").tofile("ids")
                scaled = PIL.Image.fromarray(disparity.astype("int32")).resize((256, 128), PIL.Image.NEAREST)
                (numpy.asarray(scaled) / 65535).astype("<f4").tofile("depth")
        """;

    const string Arrays = """
        import numpy, os
        draw = numpy.random.default_rng(6)
        for split, count in [("train", 2), ("val", 1)]:
            for i in range(count):
                rgb = draw.integers(0, 256, (32, 64, 3))
                label = draw.integers(-1, 7, (32, 64))
                depth = draw.integers(0, 32258, (32, 64, 1)) / 65535
                for kind, values in [("image", numpy.asfortranarray((rgb / 255).astype(">f4"))),
                                     ("label_7", label.astype("<i8")), ("depth", depth)]:
                    folder = os.path.join(r"ROOT", split, kind)
                    os.makedirs(folder, exist_ok=True)
                    numpy.save(os.path.join(folder, f"{i}.npy"), values)
        rgb.astype("uint8").tofile(os.path.join(r"ROOT", "rgb"))
        label.astype("<f4").tofile(os.path.join(r"ROOT", "ids"))
        depth.astype("<f4").tofile(os.path.join(r"ROOT", "depth"))
        """;

    [Test]
    public void Official_frames_are_scaled_as_Pillow_scales_them()
    {
        using var tree = new CityscapesTree();
        Write(tree, Frames);
        const string Settings = "subset: true, classes: 19";

        Assert.That(tree.ReadImage(Settings, index: 1), Is.EqualTo(File.ReadAllBytes(tree.At("rgb"))));
        Assert.That(tree.Read(new PixelMap.Depth(), Settings, 1), Is.EqualTo(Floats(tree, "depth")));
        Assert.That(
            tree.Read(new PixelMap.Classes(["car", "sky"]), Settings, 1),
            Is.EqualTo(Floats(tree, "ids").Select(id => id == 26 ? 0f : id == 23 ? 1f : -1f))
        );
    }

    // The image of val is the last that numpy wrote.
    [Test]
    public void Arrays_of_numpy_are_read_as_they_were_written()
    {
        using var tree = new CityscapesTree();
        Write(tree, Arrays);
        using var dataset = tree.Source().Open(
            tree.Request(new PixelMap.Classes(ClassSets.Cityscapes), new PixelMap.Depth()),
            default
        );
        var (rgb, labels, depth) = (new byte[6144], new float[2048], new float[2048]);

        dataset.ReadImages(Split.Val, [0], rgb);
        dataset.ReadMap(0, Split.Val, [0], labels);
        dataset.ReadMap(1, Split.Val, [0], depth);

        Assert.That(rgb, Is.EqualTo(File.ReadAllBytes(tree.At("rgb"))));
        Assert.That(labels, Is.EqualTo(Floats(tree, "ids")));
        Assert.That(depth, Is.EqualTo(Floats(tree, "depth")));
        Assert.That(tree.Folder.Said, Has.None.Contains("8-bit"));
    }

    static void Write(CityscapesTree tree, string script)
    {
        Directory.CreateDirectory(tree.Root);
        OtherSoftware.Python(script.Replace("ROOT", tree.Root, StringComparison.Ordinal));
    }

    static float[] Floats(CityscapesTree tree, string name) =>
        [.. File.ReadAllBytes(tree.At(name)).Chunk(4).Select(four => BitConverter.ToSingle(four))];
}
