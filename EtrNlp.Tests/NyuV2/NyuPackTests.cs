using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Tests.Maps;
using NUnit.Framework;

namespace EtrNlp.Tests.NyuV2;

/// <summary>What is read from arrays of NYUv2 is what was written into them.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NyuPackTests : IDisposable
{
    const float NaN = float.NaN;

    static readonly PixelMap[] Maps =
    [
        new PixelMap.Classes(ClassSets.Nyuv2),
        new PixelMap.Depth(),
        new PixelMap.Normals(),
    ];

    readonly NyuTree _tree = new();

    // Two images of train and one of val, of 1 x 2 pixels.
    public NyuPackTests()
    {
        Directory.Delete(_tree.Root, recursive: true);
        foreach (var (split, i) in ((string, int)[])[("train", 0), ("train", 1), ("val", 0)])
        {
            Write($"{split}/image/{i}", 3, 0, 0, 0, 1, 1, 1);
            Write($"{split}/label/{i}", 0, -1, 12);
            Write($"{split}/depth/{i}", 1, 0, 2.5f);
            Write($"{split}/normal/{i}", 3, 0, 0, 0, 0, 0, -1);
        }
    }

    static IEnumerable<TestCaseData> Damage =>
        [
            Case("no number", "normal", 3, [0, 0, -1, 0, NaN, 0], "has a normal of length NaN in row 0, column 1"),
            Case(
                "a normal of length 2",
                "normal",
                3,
                [0, 2, 0, 0, 0, -1],
                "has a normal of length 2 in row 0, column 0, expected 1, or 0 where it is unknown. Copy them again."
            ),
            Case("far", "depth", 1, [1, 20], "has 20 in row 0, column 1, expected at least 0 and less than 20"),
            Case("no depth", "depth", 1, [NaN, 1], "has NaN in row 0, column 0, expected at least 0"),
            Case("a 14th class", "label", 0, [1, 13], "has 13 in row 0, column 1, expected a class of 0 to 12"),
        ];

    public void Dispose() => _tree.Dispose();

    [Test]
    public void Numbers_come_out_as_they_were_put_in()
    {
        Write("val/image/0", 3, 0, 0.2f, 1, 0.4f, 0.6f, 0.8f);
        Write("val/label/0", 0, 7, 3);
        Write("val/depth/0", 1, 9.75f, 0.5f);
        Write("val/normal/0", 3, 0.48f, 0.36f, -0.8f, 0, 0, 0);

        using var dataset = Open();
        var pixels = new byte[6];
        dataset.ReadImages(Split.Val, [0], pixels);

        Assert.That((dataset.Count(Split.Train), dataset.Count(Split.Val)), Is.EqualTo((2, 1)));
        Assert.That(pixels, Is.EqualTo(new byte[] { 0, 51, 255, 102, 153, 204 }));
        Assert.That(Read(dataset, 0, Split.Val, 0), Is.EqualTo(new[] { 7, 3 }));
        Assert.That(Read(dataset, 1, Split.Val, 0), Is.EqualTo(new[] { 9.75f, 0.5f }));
        Assert.That(
            Read(dataset, 2, Split.Val, 0),
            Is.EqualTo(new[] { 0.48f, 0.36f, -0.8f, 0, 0, 0 }).Within(1e-6)
        );
        Assert.That(Read(dataset, 0, Split.Train, 1), Is.EqualTo(new[] { -1, 12 }));
        Assert.That(_tree.Folder.Said, Has.None.Contains("length 1"));
    }

    // Those between opposite normals, or a normal and none, may be of any length up to 1.
    [Test]
    public void Interpolated_normals_are_brought_to_length_1_with_a_remark()
    {
        Write("train/normal/1", 3, 0.15f, 0, -0.2f, 0, 0.03f, 0.04f);

        using var dataset = Open();

        Assert.That(
            Read(dataset, 2, Split.Train, 1),
            Is.EqualTo(new[] { 0.6f, 0, -0.8f, 0, 0.6f, 0.8f }).Within(1e-6)
        );
        Assert.That(
            _tree.Folder.Said,
            Has.One.EqualTo("normals that are not of length 1 are brought to it in 1 of the files: train/normal/1.npy")
        );
    }

    [TestCaseSource(nameof(Damage))]
    public void A_wrong_number_is_named(string kind, int channels, float[] values, string expected)
    {
        Write($"train/{kind}/1", channels, values);

        Assert.That(
            () => Open(),
            Throws
                .TypeOf<DataException>()
                .With.Message.Contains($"1 of 3 maps cannot be used: train/{kind}/1.npy {expected}")
        );
    }

    [Test]
    public void Normals_of_integers_are_refused()
    {
        _tree.Folder.Write("nyuv2/train/normal/1.npy", HandMadeNpy.Of("'|u1'", "(1, 2, 3)", new byte[6]));

        Assert.That(
            () => Open(),
            Throws
                .TypeOf<DataException>()
                .With.Message.Contains("train/normal/1.npy holds '|u1', expected floating point numbers. Copy them")
        );
    }

    IDataset Open() => _tree.Source("subset: true, image_size: [1, 2]").Open(_tree.Request(Maps), default);

    static float[] Read(IDataset dataset, int map, Split split, int index)
    {
        var values = new float[2 * Maps[map].Channels];
        dataset.ReadMap(map, split, [index], values);
        return values;
    }

    void Write(string name, int channels, params float[] values) =>
        _tree.Folder.Write(
            $"nyuv2/{name}.npy",
            HandMadeNpy.Of("'<f4'", channels == 0 ? "(1, 2)" : $"(1, 2, {channels})", HandMadeNpy.Floats(values))
        );

    static TestCaseData Case(string name, string kind, int channels, float[] values, string expected) =>
        new TestCaseData(kind, channels, values, expected).SetArgDisplayNames(name);
}
