using EtrNlp.Data.Configuration;
using EtrNlp.Data.Matlab;
using EtrNlp.Tests.Mutations;
using EtrNlp.Tests.NyuV2;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Matlab;

/// <summary>MATLAB v5 files give what was written into them.</summary>
public sealed class Mat5FileTests
{
    // From the description of the format: little-endian, x = uint16 [1, 2] of 258 and 3.
    static readonly byte[] Little =
    [
        .. new byte[124], 0, 1, (byte)'I', (byte)'M',
        14, 0, 0, 0, 48, 0, 0, 0,
        6, 0, 0, 0, 8, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0,
        5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0,
        1, 0, 1, 0, (byte)'x', 0, 0, 0,
        4, 0, 4, 0, 2, 1, 3, 0,
    ];

    static readonly byte[] Big =
    [
        .. new byte[124], 1, 0, (byte)'M', (byte)'I',
        0, 0, 0, 14, 0, 0, 0, 48,
        0, 0, 0, 6, 0, 0, 0, 8, 0, 0, 0, 11, 0, 0, 0, 0,
        0, 0, 0, 5, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2,
        0, 1, 0, 1, (byte)'x', 0, 0, 0,
        0, 4, 0, 4, 1, 2, 0, 3,
    ];

    [Test]
    public void Both_orders_of_bytes_give_the_same_numbers([Values] bool isBig)
    {
        var read = (MatValue.Numbers)Mat5File.Read(isBig ? Big : Little, "it", "x")[0];

        Assert.That(read.Shape, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(read.Values, Is.EqualTo(new double[] { 258, 3 }));
    }

    [TestCase("u1")]
    [TestCase("i1")]
    [TestCase("u2")]
    [TestCase("i2")]
    [TestCase("u4")]
    [TestCase("i4")]
    [TestCase("u8")]
    [TestCase("i8")]
    [TestCase("f4")]
    [TestCase("f8")]
    public void Scipys_numbers_come_out_as_they_were_put_in(string type)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy, scipy.io
            values = (numpy.random.default_rng(3).normal(size=(5, 7)) * 50).astype("{type}")
            for pressed in (False, True):
                scipy.io.savemat(r"{folder.File("")}/" + str(pressed) + ".mat", dict(v=values), do_compression=pressed)
            values.astype("<f8").T.tofile(r"{folder.File("raw")}")
            """,
            "scipy"
        );
        var raw = File.ReadAllBytes(folder.File("raw"));
        double[] expected = [.. raw.Chunk(8).Select(eight => BitConverter.ToDouble(eight))];

        foreach (var name in (string[])["False.mat", "True.mat"])
        {
            var read = (MatValue.Numbers)Mat5File.Read(folder.File(name), "v")[0];
            Assert.That(read.Shape, Is.EqualTo(new[] { 5, 7 }));
            Assert.That(read.Values, Is.EqualTo(expected));
        }
    }

    // Such a variable has a class of its own, mxOPAQUE (17), and no dimensions: flags, and then its name.
    [Test]
    public void Variables_that_nobody_asks_for_may_be_of_other_classes()
    {
        byte[] splits = NyuTree.Resource("splits.mat");
        byte[] text =
        [
            .. (byte[])[14, 0, 0, 0, 32, 0, 0, 0],
            .. (byte[])[6, 0, 0, 0, 8, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0],
            .. (byte[])[1, 0, 1, 0, (byte)'s', 0, 0, 0, 1, 0, 4, 0, .. "MCOS"u8],
        ];
        byte[] file = [.. splits[..128], .. text, .. splits[128..]];

        var read = (MatValue.Numbers)Mat5File.Read(file, "it", "testNdxs")[0];

        Assert.That(read.Values, Is.EqualTo(new double[] { 1, 4, 6 }));
        Assert.That(
            () => Mat5File.Read(file, "it", "s"),
            Throws.TypeOf<DataException>().With.Message.StartsWith("it is damaged (an element of type 1 stands in")
        );
    }

    [Test]
    public void Structures_cells_and_texts_are_read()
    {
        var read = (MatValue.Struct)Mat5File.Read(NyuTree.Resource("class13Mapping.mat"), "it", "classMapping13")[0];
        var names = (MatValue.Cells)read.Fields["classNames"];

        Assert.That(names.Values, Has.Length.EqualTo(13));
        Assert.That(names.Values[12], Is.EqualTo(new MatValue.Text("window")));
        Assert.That(((MatValue.Numbers)read.Fields["labels13"]).Values[..4], Is.EqualTo(new double[] { 12, 5, 6, 1 }));
    }

    [Test]
    public void Too_many_bytes_are_refused_before_they_are_taken()
    {
        byte[] huge = [.. Little[..160], 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, .. Little[168..]];

        Assert.That(
            () => Mat5File.Read(huge, "it", "x"),
            Throws.TypeOf<DataException>().With.Message.Contains("an array has more values than bytes")
        );
    }

    [TestCase("splits.mat", "testNdxs", MutationTests.InTheSuite)]
    [TestCase("class13Mapping.mat", "classMapping13", MutationTests.InTheSuite)]
    [TestCase("splits.mat", "testNdxs", 1_000, Explicit = true, Reason = "takes minutes")]
    [TestCase("class13Mapping.mat", "classMapping13", 1_000, Explicit = true, Reason = "takes minutes")]
    public void A_damaged_file_is_a_value_or_a_sentence(string name, string variable, int times) =>
        MutationTests.Try(
            name,
            times,
            NyuTree.Resource(name),
            200,
            bytes => Assert.That(Mat5File.Read(bytes, "it", variable), Has.Length.EqualTo(1))
        );
}
