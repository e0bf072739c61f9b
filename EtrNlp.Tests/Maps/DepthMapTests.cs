using EtrNlp.Data.Augmentation;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Randomness;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Maps;

/// <summary>Depth of one's own reaches the network in the unit that the scale makes, 0 where it is unknown.</summary>
public sealed class DepthMapTests
{
    static readonly ushort[] Millimetres = [0, 1, 255, 256, 1000, 1500, 32768, 65535, 7, 7, 7, 7, 7, 7, 7, 7];

    static IEnumerable<TestCaseData> Damages =>
        [
            Damage(
                "8 bits",
                HandMadePng.Grey(4, 4, new byte[16]),
                "m/b.png is 8-bit grey, expected 16-bit grey or .npy, which keep every number of depth"
            ),
            Damage("colours", HandMadePng.Rgb(1, 1, 1, 2, 3), "m/b.png is 8-bit RGB, expected 16-bit grey or .npy"),
            Damage(
                "another size",
                HandMadePng.Grey16(1, 2, 1, 2),
                "m/b.png is 1x2 and its image b.png is 4x4; a map has a value for every pixel"
            ),
            Damage(
                "a negative depth",
                HandMadeNpy.Of("'<f4'", "(1, 2)", HandMadeNpy.Floats(3, -2)),
                "m/b.png has -2 in row 0, column 1, which is no depth. "
                    + "Copy or convert them again, check unknown and scale, or take their rows out of the table."
            ),
            Damage(
                "three numbers a pixel",
                HandMadeNpy.Of("'<f4'", "(1, 1, 3)", HandMadeNpy.Floats(1, 2, 3)),
                "m/b.png has the shape (1, 1, 3), expected (height, width, 1) or (height, width)"
            ),
            Damage(
                "true and false",
                HandMadeNpy.Of("'|b1'", "(1, 1)", [1]),
                "m/b.png is '|b1', expected 16-bit grey or .npy"
            ),
            Damage(
                "objects",
                HandMadeNpy.Of("'|O'", "(1, 1)", [1]),
                "m/b.png holds Python objects ('|O'), which are not read because loading them could run code"
            ),
        ];

    [Test]
    public void Sixteen_bits_are_kept_and_scaled()
    {
        Assert.That(
            Read("scale: 0.001", HandMadePng.Grey16(4, 4, Millimetres)),
            Is.EqualTo(
                new[] { 0, 0.001f, 0.255f, 0.256f, 1, 1.5f, 32.768f, 65.535f }.Concat(Enumerable.Repeat(0.007f, 8))
            )
        );
    }

    [Test]
    public void A_number_of_choice_is_unknown() =>
        Assert.That(
            Read("unknown: 65535", HandMadePng.Grey16(4, 4, Millimetres))[..8],
            Is.EqualTo(new float[] { 0, 1, 255, 256, 1000, 1500, 32768, 0 })
        );

    [TestCase("(4, 4)")]
    [TestCase("(4, 4, 1)")]
    public void What_is_not_finite_in_an_array_is_unknown(string shape)
    {
        float[] metres = [0.5f, float.NaN, float.PositiveInfinity, 0, .. Enumerable.Repeat(2.25f, 11), -1];

        Assert.That(
            Read("unknown: -1, scale: 2", HandMadeNpy.Of("'<f4'", shape, HandMadeNpy.Floats(metres))),
            Is.EqualTo(new float[] { 1, 0, 0, 0 }.Concat(Enumerable.Repeat(4.5f, 11)).Append(0))
        );
    }

    [Test]
    public void That_number_is_as_precise_as_the_file()
    {
        var file = HandMadeNpy.Of("'<f4'", "(4, 4)", HandMadeNpy.Floats([.. Enumerable.Repeat(999.9f, 16)]));

        Assert.That(Read("unknown: 999.9", file), Is.EqualTo(new float[16]));
    }

    [TestCaseSource(nameof(Damages))]
    public void A_damaged_map_is_named(byte[] file, string expected)
    {
        using var table = new MappedTable("{far: {kind: depth, column: map}}");
        table.Folder.Write("m/a.png", HandMadePng.Grey16(4, 4, Millimetres));
        table.Folder.Write("m/b.png", file);

        Assert.That(
            () => table.Read(new PixelMap.Depth()),
            Throws.TypeOf<DataException>().With.Message.Contains(expected)
        );
    }

    [Test]
    public void Files_of_Pillow_and_numpy_hold_the_same_depth()
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy, PIL.Image
            values = numpy.random.default_rng(2).integers(0, 65536, (4, 4)).astype("uint16")
            PIL.Image.fromarray(values).save(r"{folder.File("m.png")}")
            numpy.save(r"{folder.File("m.npy")}", values.astype(">f8"))
            (values * 0.001).astype("<f4").tofile(r"{folder.File("m.raw")}")
            """
        );
        var expected = File.ReadAllBytes(folder.File("m.raw")).Chunk(4).Select(four => BitConverter.ToSingle(four));

        Assert.That(Read("scale: 0.001", File.ReadAllBytes(folder.File("m.png"))), Is.EqualTo(expected));
        Assert.That(Read("scale: 0.001", File.ReadAllBytes(folder.File("m.npy"))), Is.EqualTo(expected));
    }

    // Enlarged twofold an 8 is half as far, and as a disparity twice as large.
    [TestCase("scale: 1", 4f)]
    [TestCase("inverse: false", 4f)]
    [TestCase("inverse: true", 16f)]
    public void Inverse_depth_grows_where_an_image_is_enlarged(string keys, float expected)
    {
        using var table = new MappedTable($"{{far: {{kind: depth, column: map, {keys}}}}}");
        var map = HandMadePng.Grey16(4, 4, [.. Enumerable.Repeat((ushort)8, 16)]);
        Array.ForEach(["a", "b"], name => table.Folder.Write($"m/{name}.png", map));
        var source = table.Source();
        using var dataset = source.Open(table.Request(new PixelMap.Depth()), default);
        var (values, scenery) = (new float[16], new Scenery(source.Size, dataset.Depth));
        dataset.ReadMap(0, Split.Train, [0], values);

        new RescaleCrop([2]).Draw(RandomStream.For(1, "test", ""), scenery)!.Alter(new PixelMap.Depth(), values);

        Assert.That(values, Has.All.EqualTo(expected));
    }

    [TestCase("{d: {kind: depth, column: map, scale: 0}}", "d.scale: expected a number > 0, got '0'")]
    [TestCase(
        "{d: {kind: depth, column: map}, e: {kind: depth, column: map}}",
        "expected at most one map of depth and one of normals, since tasks ask for them by kind"
    )]
    public void A_wrong_key_is_refused(string maps, string expected)
    {
        using var table = new MappedTable(maps);

        Assert.That(() => table.Source(), Throws.TypeOf<ConfigException>().With.Message.Contains(expected));
    }

    static float[] Read(string keys, byte[] map)
    {
        using var table = new MappedTable($"{{far: {{kind: depth, column: map, {keys}}}}}");
        table.Folder.Write("m/a.png", map);
        table.Folder.Write("m/b.png", map);
        return table.Read(new PixelMap.Depth());
    }

    static TestCaseData Damage(string name, byte[] file, string expected) =>
        new TestCaseData(file, expected).SetArgDisplayNames(name);
}
