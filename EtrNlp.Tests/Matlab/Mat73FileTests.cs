using System.Runtime.InteropServices;
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

        Parallel.For(0, 100, i => read[i] = slices.Read(i));

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

        var read = Mat73File.Open(path).Slices<ushort>("v", 2).Read(0);

        Assert.That(MemoryMarshal.Cast<byte, ushort>(read).ToArray(), Is.EqualTo(new[] { 258 }));
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
                    Assert.That(slices.Read(7), Has.Length.EqualTo(640 * 480 * 2));
                }
            }
        );
    }
}
