using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Images;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Maps;

/// <summary>Normals of one's own reach the network with length 1, and as 0, 0, 0 where they are unknown.</summary>
public sealed class NormalMapTests
{
    const string Floats = "{n: {kind: normals, column: map, encoding: float}}";
    const string Bytes = "{n: {kind: normals, column: map}}";

    static IEnumerable<TestCaseData> Damages =>
        [
            Damage("grey", Bytes, HandMadePng.Grey(1, 1, 7), "m/b.png is 8-bit grey, expected 8-bit RGB or .npy of"),
            Damage(
                "white",
                Bytes,
                HandMadePng.Rgb(1, 2, 0, 0, 0, 255, 255, 255),
                "m/b.png has a normal of length 1.73 in row 0, column 1, expected 1, or 0 where it is unknown"
            ),
            Damage("a PNG as float", Floats, HandMadePng.Rgb(1, 1, 1, 2, 3), "m/b.png is 8-bit RGB, expected .npy of"),
            Damage(
                "floats as bytes",
                Bytes,
                HandMadeNpy.Of("'<f4'", "(1, 1, 3)", HandMadeNpy.Floats(0, 0, 1)),
                "m/b.png is '<f4', expected 8-bit RGB or .npy of uint8"
            ),
            Damage(
                "floats that were not brought to -1 to 1",
                Floats,
                HandMadeNpy.Of("'<f4'", "(1, 1, 3)", HandMadeNpy.Floats(0.5f, 0.5f, 1)),
                "m/b.png has a normal of length 1.22 in row 0, column 0, expected 1, or 0 where it is unknown"
            ),
            Damage(
                "channels first",
                Floats,
                HandMadeNpy.Of("'<f4'", "(3, 1, 1)", HandMadeNpy.Floats(0, 0, 1)),
                "m/b.png has the shape (3, 1, 1), expected (height, width, 3)"
            ),
        ];

    // 255 is 1 and 0 is -1; 204 is 0.6; black and the grey in the middle say nothing.
    static byte[] Colours => [0, 0, 0, 127, 128, 127, .. Enumerable.Repeat((byte)204, 14 * 3)];

    [Test]
    public void Bytes_become_directions()
    {
        var third = (float)(1 / Math.Sqrt(3));
        var expected = Enumerable.Repeat(0f, 6).Concat(Enumerable.Repeat(third, 42));

        Assert.That(
            Read(Bytes, new PixelMap.Normals(), HandMadePng.Rgb(4, 4, Colours)),
            Is.EqualTo(expected).Within(1e-7)
        );
        Assert.That(
            Read(Bytes, new PixelMap.Normals(), HandMadeNpy.Of("'|u1'", "(4, 4, 3)", Colours)),
            Is.EqualTo(expected).Within(1e-7)
        );
    }

    [Test]
    public void Floats_are_brought_to_length_1()
    {
        float[] pixels = [0, 0, 0.8f, 0, 0, 0, float.NaN, 1, 0, 0.45f, 0, -0.6f];
        var file = HandMadeNpy.Of(
            "'<f4'",
            "(4, 4, 3)",
            HandMadeNpy.Floats([.. pixels, .. Enumerable.Repeat(new float[] { 0, -1, 0 }, 12).SelectMany(x => x)])
        );

        Assert.That(
            Read(Floats, new PixelMap.Normals(), file)[..15],
            Is.EqualTo(new[] { 0, 0, 1, 0, 0, 0, 0, 0, 0, 0.6f, 0, -0.8f, 0, -1, 0 }).Within(1e-7)
        );
    }

    // The loss of normals counts where depth is known.
    [Test]
    public void Without_a_map_of_depth_a_normal_counts_where_it_is_known()
    {
        var mask = new PixelMap.Depth(IsMask: true);
        var file = HandMadePng.Rgb(4, 4, Colours);

        Assert.That(Read(Bytes, mask, file), Is.EqualTo(new float[] { 0, 0 }.Concat(Enumerable.Repeat(1f, 14))));
        Assert.That(
            () => Read(Bytes, new PixelMap.Depth(), file),
            Throws.Exception.With.Message.Contains("this task asks for depth of pixels, which no map has")
        );
    }

    [Test]
    public void With_a_map_of_depth_a_normal_counts_where_depth_is_known()
    {
        var depth = HandMadeNpy.Of("'<f4'", "(4, 4)", HandMadeNpy.Floats([5, .. new float[15]]));

        Assert.That(
            Read(
                "{n: {kind: normals, column: image}, d: {kind: depth, column: map}}",
                new PixelMap.Depth(IsMask: true),
                depth
            ),
            Is.EqualTo(new float[15].Prepend(5))
        );
    }

    [TestCaseSource(nameof(Damages))]
    public void A_damaged_map_is_named(string maps, byte[] file, string expected)
    {
        Assert.That(
            () => Read(maps, new PixelMap.Normals(), file),
            Throws.TypeOf<DataException>().With.Message.Contains(expected)
        );
    }

    [Test]
    public void Files_of_numpy_hold_its_normals()
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy
            values = numpy.random.default_rng(4).normal(size=(4, 4, 3))
            values /= numpy.linalg.norm(values, axis=2, keepdims=True)
            numpy.save(r"{folder.File("m.npy")}", numpy.asfortranarray(values))
            values.astype("<f4").tofile(r"{folder.File("m.raw")}")
            """
        );

        Assert.That(
            Read(Floats, new PixelMap.Normals(), File.ReadAllBytes(folder.File("m.npy"))),
            Is.EqualTo(File.ReadAllBytes(folder.File("m.raw")).Chunk(4).Select(four => BitConverter.ToSingle(four)))
                .Within(1e-6)
        );
    }

    static float[] Read(string maps, PixelMap asked, byte[] map)
    {
        using var table = new MappedTable(maps);
        table.Folder.Write("m/a.png", map);
        table.Folder.Write("m/b.png", map);
        return table.Read(asked);
    }

    static TestCaseData Damage(string name, string maps, byte[] file, string expected) =>
        new TestCaseData(maps, file, expected).SetArgDisplayNames(name);
}
