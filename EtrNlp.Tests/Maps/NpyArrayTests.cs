using EtrNlp.Data.Configuration;
using EtrNlp.Data.Datasets;
using EtrNlp.Data.Maps;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Maps;

/// <summary>Files of numpy are read as numpy reads them, or refused; nothing of them is run.</summary>
public sealed class NpyArrayTests
{
    static IEnumerable<TestCaseData> Types =>
        [
            Numbers("'|b1'", [0, 1], 0, 1),
            Numbers("'|u1'", [7, 255], 7, 255),
            Numbers("'|i1'", [7, 255], 7, -1),
            Numbers("'<u2'", [0x34, 0x12, 0xFF, 0xFF], 0x1234, 65535),
            Numbers("'>u2'", [0x12, 0x34, 0xFF, 0xFE], 0x1234, 65534),
            Numbers("'<i2'", [0, 0x80, 1, 0], -32768, 1),
            Numbers("'>i2'", [0x80, 0, 0, 1], -32768, 1),
            Numbers("'=u4'", [1, 2, 3, 4, 0, 0, 0, 128], 0x04030201, 0x80000000),
            Numbers("'>u4'", [1, 2, 3, 4, 128, 0, 0, 0], 0x01020304, 0x80000000),
            Numbers("'<i4'", [254, 255, 255, 255, 1, 0, 0, 0], -2, 1),
            Numbers("'>i4'", [255, 255, 255, 254, 0, 0, 0, 1], -2, 1),
            Numbers("'<u8'", [1, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0], 4294967297, 5),
            Numbers("'>i8'", [255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 5], -1, 5),
            Numbers("'<f2'", [0, 0x3C, 0, 0xC0], 1, -2),
            Numbers("'>f2'", [0x3C, 0, 0xC0, 0], 1, -2),
            Numbers("'<f4'", [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC1], 1, -10),
            Numbers("'>f4'", [0x3F, 0x80, 0, 0, 0xC1, 0x20, 0, 0], 1, -10),
            Numbers("'<f8'", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0], 1.5, 0),
            Numbers("'>f8'", [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1.5, 0),
        ];

    static IEnumerable<TestCaseData> Damages =>
        [
            Damage(
                "half a file",
                HandMadeNpy.Of("'<f4'", "(2, 2, 1)", HandMadeNpy.Floats(1, 2)),
                "m.npy ends after 8 of 16 bytes of numbers (header: '<f4', (2, 2, 1))"
            ),
            Damage("a minor version", Minor(1), "m.npy has a header that numpy does not write"),
            Damage("a number for a tuple", HandMadeNpy.Of("'|u1'", "(1)", [1]), "m.npy has a header that numpy"),
            Damage("a needless 0", HandMadeNpy.Of("'|u1'", "(01,)", [1]), "m.npy has a header that numpy"),
            Damage("two commas", HandMadeNpy.Of("'|u1'", "(1,,)", [1]), "m.npy has a header that numpy does not write"),
            Damage(
                "no comma between keys",
                HandMadeNpy.Of("{'descr': '|u1' 'fortran_order': False, 'shape': (1,)}", [1]),
                "m.npy has a header that numpy does not write"
            ),
            Damage("a byte too many", HandMadeNpy.Of("'|u1'", "(1,)", [1, 2]), "m.npy has 1 bytes more than its num"),
            Damage("half a header", HandMadeNpy.Of("'|u1'", "(1,)", [1])[..40], "m.npy has a header that numpy does"),
            Damage("two keys", HandMadeNpy.Of("{'descr': '|u1', 'shape': (1,)}", [1]), "m.npy has a header that numpy"),
            Damage("version 4", HandMadeNpy.Of("'|u1'", "(1,)", [1], version: 4), "m.npy has a header that numpy"),
            Damage("a key 400 times", HandMadeNpy.Of($"{{{Repeated(400)}x", [1]), "m.npy has a header that numpy"),
            Damage("33 axes", HandMadeNpy.Of("'|u1'", $"({Axes(33)})", [1]), "m.npy has a header that numpy does"),
            Damage("code", HandMadeNpy.Of("__import__('os').system('true')", [1]), "m.npy has a header that numpy"),
            Damage("a negative length", HandMadeNpy.Of("'|u1'", "(-1,)", [1]), "m.npy has a header that numpy does"),
            Damage("a huge shape", HandMadeNpy.Of("'|u1'", "(99999, 99999, 99999)", [1]), "m.npy is too large ("),
            Damage("objects", HandMadeNpy.Of("'|O'", "(1,)", [1]), "m.npy holds Python objects ('|O'), which are not"),
            Damage("complex", HandMadeNpy.Of("'<c8'", "(1,)", new byte[8]), "m.npy holds '<c8', expected plain num"),
            Damage("times", HandMadeNpy.Of("'<M8[ns]'", "(1,)", new byte[8]), "m.npy holds '<M8[ns]', expected plain"),
            Damage("records", HandMadeNpy.Of("[('a', '<f4')]", "(1,)", new byte[4]), "m.npy holds [('a', '<f4')], ex"),
        ];

    [TestCaseSource(nameof(Types))]
    public void Numbers_of_every_type_are_read(string type, byte[] data, double[] expected) =>
        Assert.That(NpyArray.Read(HandMadeNpy.Of(type, "(2,)", data), "m.npy").Values, Is.EqualTo(expected));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Every_version_is_read_in_both_orders_of_axes(int version)
    {
        byte[] data = [1, 2, 3, 4, 5, 6];

        var rows = NpyArray.Read(HandMadeNpy.Of("'|u1'", "(2, 3)", data, version: version), "m.npy");
        var columns = NpyArray.Read(HandMadeNpy.Of("'|u1'", "(2, 3)", data, fortran: true, version), "m.npy");

        Assert.That(rows.Values, Is.EqualTo(data));
        Assert.That(columns.Values, Is.EqualTo(new byte[] { 1, 3, 5, 2, 4, 6 }));
        Assert.That(columns.Shape, Is.EqualTo(new[] { 2, 3 }));
    }

    [TestCase("{'shape': (2L, 1L), 'fortran_order': False, 'descr': '|u1'}")]
    [TestCase("{ 'fortran_order':False,'descr':'|u1','shape':(2,1) , }")]
    public void The_keys_stand_in_any_order(string header) =>
        Assert.That(NpyArray.Read(HandMadeNpy.Of(header, [8, 9]), "m.npy").Values, Is.EqualTo(new byte[] { 8, 9 }));

    [TestCaseSource(nameof(Damages))]
    public void Anything_else_is_refused_in_a_sentence(byte[] file, string expected) =>
        Assert.That(
            () => NpyArray.Read(file, "m.npy"),
            Throws.TypeOf<DataException>().With.Message.StartsWith(expected)
        );

    [TestCase("<f8", "C", "(1, 0)")]
    [TestCase(">f4", "F", "(2, 0)")]
    [TestCase("<f2", "F", "(3, 0)")]
    [TestCase(">i8", "C", "None")]
    [TestCase("|u1", "F", "None")]
    public void Files_of_numpy_hold_its_numbers(string type, string order, string version)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import numpy
            values = numpy.random.default_rng(1).integers(0, 99, (5, 7, 3)).astype("{type}")
            with open(r"{folder.File("m.npy")}", "wb") as file:
                numpy.lib.format.write_array(file, numpy.asarray(values, order="{order}"), version={version})
            values.astype("<f8").tofile(r"{folder.File("m.raw")}")
            """
        );

        Assert.That(
            NpyArray.Read(File.ReadAllBytes(folder.File("m.npy")), "m.npy").Values,
            Is.EqualTo(File.ReadAllBytes(folder.File("m.raw")).Chunk(8).Select(eight => BitConverter.ToDouble(eight)))
        );
    }

    // What could be read in more than one way, and would then be tried in each.
    static string Repeated(int times) => string.Concat(Enumerable.Repeat("'fortran_order':True  ", times));

    static string Axes(int count) => string.Join(", ", Enumerable.Repeat(1, count));

    static TestCaseData Numbers(string type, byte[] data, params double[] expected) =>
        new TestCaseData(type, data, expected).SetArgDisplayNames(type);

    static TestCaseData Damage(string name, byte[] file, string expected) =>
        new TestCaseData(file, expected).SetArgDisplayNames(name);

    static byte[] Minor(byte version)
    {
        var file = HandMadeNpy.Of("'|u1'", "(1,)", [1]);
        file[7] = version;
        return file;
    }
}
