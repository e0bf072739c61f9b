using System.Runtime.InteropServices;
using EtrNlp.Data.Configuration;
using EtrNlp.Data.Matlab;
using EtrNlp.Tests.Mutations;
using EtrNlp.Tests.NyuV2;
using EtrNlp.Tests.Support;
using NUnit.Framework;

namespace EtrNlp.Tests.Matlab;

/// <summary>MATLAB v7.3 files, which are HDF5 behind a block of 512 bytes, give what was written into them.</summary>
public sealed class Mat73FileTests
{
    // Slices of 4 x 6, 100 of them: blocks of 48 and chunks of any shape do not fit each other.
    [TestCase("None", "None")]
    [TestCase("(1, 4, 6)", "'gzip'")]
    [TestCase("(100, 1, 1)", "'gzip'")]
    [TestCase("(7, 3, 5)", "'gzip'")]
    [TestCase("(50, 4, 6)", "'gzip'")]
    public void Every_shape_of_chunks_gives_numpys_numbers(string chunks, string compression)
    {
        using var folder = new TemporaryFolder();
        OtherSoftware.Python(
            $"""
            import h5py, numpy
            values = numpy.random.default_rng(1).random((100, 4, 6)).astype("f4")
            with h5py.File(r"{folder.File("a.mat")}", "w", userblock_size=512) as f:
                f.create_dataset("v", data=values, chunks={chunks}, compression={compression})
            values.tofile(r"{folder.File("raw")}")
            """,
            "h5py"
        );
        var slices = Mat73File.Open(folder.File("a.mat")).Slices<float>("v", 3);
        var read = new byte[100][];

        Parallel.For(0, 100, i => read[i] = slices.Read(i, "it"));

        Assert.That(slices.SliceShape, Is.EqualTo(new[] { 4, 6 }));
        Assert.That(read.SelectMany(bytes => bytes), Is.EqualTo(File.ReadAllBytes(folder.File("raw"))));
    }

    [Test]
    public void The_block_before_it_may_be_missing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mat");
        OtherSoftware.Python(
            $"import h5py; h5py.File(r'{path}', 'w').create_dataset('v', data=[[258]], dtype='<u2')",
            "h5py"
        );

        var read = Mat73File.Open(path).Slices<ushort>("v", 2).Read(0, "it");

        Assert.That(MemoryMarshal.Cast<byte, ushort>(read).ToArray(), Is.EqualTo(new[] { 258 }));
    }

    [Test]
    public void Numbers_with_the_high_byte_first_are_not_called_damaged()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mat");
        OtherSoftware.Python(
            $"import h5py; h5py.File(r'{path}', 'w').create_dataset('v', data=[[258, 3]], dtype='>u2')",
            "h5py"
        );

        Assert.That(
            () => Mat73File.Open(path).Slices<ushort>("v", 2),
            Throws
                .TypeOf<DataException>()
                .With.Message.EqualTo(
                    "a.mat: v has the high byte of its numbers first; save it with the low byte first"
                )
        );
    }

    // One chunk for each slice, of which the second is damaged.
    [Test]
    public void Only_damaged_slices_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mat");
        OtherSoftware.Python(
            $"""
            import h5py, numpy
            with h5py.File(r"{path}", "w") as f:
                v = f.create_dataset("v", data=numpy.uint16([[1], [2], [3]]), chunks=(1, 1), compression="gzip")
                v.id.write_direct_chunk((1, 0), b"x" * 9)
            """,
            "h5py"
        );
        var slices = Mat73File.Open(path).Slices<ushort>("v", 2);

        Assert.That(slices.Read(0, "it"), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(
            () => slices.Read(1, "slice 2"),
            Throws.TypeOf<DataException>().With.Message.StartsWith("slice 2 cannot be read (")
        );
        Assert.That(slices.Read(2, "it"), Is.EqualTo(new[] { 3, 0 }));
    }

    // Another file takes its place: what was kept in memory would be of the old one.
    [Test]
    public void What_is_kept_can_be_dropped()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mat");
        OtherSoftware.Python(
            $"""
            import h5py, numpy
            for name, values in (("", [[1], [2]]), ("2", [[3], [4]])):
                h5py.File(r"{path}" + name, "w").create_dataset("v", data=numpy.uint16(values))
            """,
            "h5py"
        );
        var slices = Mat73File.Open(path).Slices<ushort>("v", 2);
        slices.Read(0, "it");
        File.Move($"{path}2", path, overwrite: true);
        slices.Release();

        Assert.That(slices.Read(1, "it"), Is.EqualTo(new[] { 4, 0 }));
    }

    [Test]
    public void A_cell_array_holds_references_to_its_texts()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mat");
        File.WriteAllBytes(path, NyuTree.Resource(NyuTree.Mat));

        Assert.That(Mat73File.Open(path).Texts("names"), Is.EqualTo(new[] { "book", "bottle", "cabinet" }));
        Assert.That(Mat73File.Open(path).Texts("scenes"), Is.Null);
    }

    [TestCase(MutationTests.InTheSuite)]
    [TestCase(1_000, Explicit = true, Reason = "takes minutes")]
    [Category("Slow")]
    public void A_damaged_file_is_an_array_or_a_sentence(int times)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.mat");
        MutationTests.Try(
            "hdf5",
            times,
            NyuTree.Resource(NyuTree.Mat),
            20_000,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var file = Mat73File.Open(path);
                _ = file.Texts("names");
                var slices = file.Slices<ushort>("labels", 3);
                if (slices is { Count: 8, SliceShape: [640, 480] })
                {
                    Assert.That(slices.Read(7, "it"), Has.Length.EqualTo(640 * 480 * 2));
                }
            }
        );
    }
}
